//! Characters that nobody sees, or that act instead of being seen, shown by their number: what others sent or wrote may hold any.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every hidden character by its number. Line breaks and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    numbered(text, |c| c != '\n' && is_hidden(c))
}

/// The same on one line.
pub(crate) fn visible_line(text: &str) -> String {
    numbered(text, is_hidden).into_owned()
}

/// The text for a terminal, which keeps its colours and boldness.
pub(crate) fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\x1b']) {
        return visible(text);
    }
    let text = text.replace("\r\n", "\n");
    let mut parts = text.split('\x1b');
    let mut out = visible(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        let codes = part.strip_prefix('[').and_then(|rest| rest.split_once('m')).map(|(codes, _)| codes);
        let is_style = codes.is_some_and(|codes| codes.split(';').all(is_harmless));
        out.push_str(if is_style { "\x1b" } else { "[U+001B]" });
        out.push_str(&visible(part));
    }
    out.into()
}

/// Whether a code of style hides nothing: bold, dim, italic, underlined, a colour of letters, or an end of these.
fn is_harmless(code: &str) -> bool {
    matches!(code.parse(), Ok(0..=4 | 22..=24 | 31..=36 | 39 | 91..=96)) || code.is_empty()
}

fn numbered(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            // Writing into a String cannot fail.
            let _ = write!(out, "[U+{:04X}]", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Whether a character is a control, breaks a line, turns the direction of what follows it, looks like nothing or like a
/// space, or is no character at all.
fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(
            c,
            '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::{for_terminal, visible, visible_line};

    #[test]
    fn a_terminal_gets_colours_and_nothing_else_that_it_acts_upon() {
        let text = "\u{1b}[1m\u{1b}[31;4mred\u{1b}[0m\r\nb\u{1b}[2Jc\u{1b}]0;t\u{7}\r\u{9b}1m\u{1b}[3\u{1b}";
        let expected =
            "\u{1b}[1m\u{1b}[31;4mred\u{1b}[0m\nb[U+001B][2Jc[U+001B]]0;t[U+0007][U+000D][U+009B]1m[U+001B][3[U+001B]";
        assert_eq!(for_terminal(text), expected);
        assert_eq!(for_terminal("a\u{1b}[8;31mb\u{1b}[m"), "a[U+001B][8;31mb\u{1b}[m");
        assert_eq!(for_terminal("plain\n\ttext é"), "plain\n\ttext é");
    }

    #[test]
    fn what_is_hidden_is_shown_by_its_number() {
        assert_eq!(visible("a\u{1b}[1m\nb\u{202e}c\t\u{0}é"), "a[U+001B][1m\nb[U+202E]c\t[U+0000]é");
        assert_eq!(visible_line("\u{feff}Grüße,\r\n世界\t\u{a0}"), "[U+FEFF]Grüße,[U+000D][U+000A]世界\t[U+00A0]");
    }
}

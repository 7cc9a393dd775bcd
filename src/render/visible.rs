//! Characters that act instead of being seen, made visible: what a client sent or printed may hold any.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A report or a certificate with every such character replaced by its number. Line breaks and tabs stay.
pub(super) fn visible<T: Serialize + DeserializeOwned + Clone>(page: &T) -> T {
    let shown = serde_json::to_value(page).map(in_value).and_then(serde_json::from_value);
    // It is written and read by the same types.
    shown.unwrap_or_else(|_| page.clone())
}

fn in_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text)),
        Value::Array(items) => items.into_iter().map(in_value).collect(),
        Value::Object(map) => map.into_iter().map(|(name, value)| (shown(&name), in_value(value))).collect(),
        other => other,
    }
}

fn shown(text: &str) -> String {
    numbered(&text.replace("\r\n", "\n"), acts)
}

/// The text for a terminal: what it would act upon by its number, but for colours and boldness.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(acts) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let kept = style(behind).or_else(|| behind.starts_with("\r\n").then_some(2));
        let end = kept.or_else(|| behind.chars().next().map(char::len_utf8)).unwrap_or_default();
        let (one, behind) = behind.split_at(end);
        if kept.is_some() {
            out.push_str(one);
        } else {
            out.push_str(&numbered(one, acts));
        }
        rest = behind;
    }
    out.push_str(rest);
    out.into()
}

/// How long a code for a colour is that a text begins with.
fn style(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some(2 + end + 1)
}

/// The text with the number of each hidden character in its place.
pub(super) fn numbered(text: &str, is_hidden: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            // Writing into a String cannot fail.
            let _ = write!(out, "[U+{:04X}]", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character is a control, or turns the direction of what follows it.
fn acts(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && c != '\n' && c != '\t'
}

#[cfg(test)]
mod tests {
    use super::{for_terminal, shown};

    #[test]
    fn a_terminal_gets_colours_and_nothing_else_that_it_acts_upon() {
        let text = "\u{1b}[1m\u{1b}[31;4mred\u{1b}[0m\r\nb\u{1b}[2Jc\u{1b}]0;t\u{7}\r\u{9b}1m\u{1b}[3\u{1b}";
        let expected = "\u{1b}[1m\u{1b}[31;4mred\u{1b}[0m\r\nb[U+001B][2Jc[U+001B]]0;t[U+0007][U+000D][U+009B]1m[U+001B][3[U+001B]";
        assert_eq!(for_terminal(text), expected);
        assert_eq!(for_terminal("plain\n\ttext é"), "plain\n\ttext é");
    }

    #[test]
    fn what_acts_is_shown_by_its_number() {
        assert_eq!(shown("a\u{1b}[1m\r\nb\u{202e}c\t\u{0}é"), "a[U+001B][1m\nb[U+202E]c\t[U+0000]é");
    }
}

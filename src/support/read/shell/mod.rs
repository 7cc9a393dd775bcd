//! What a shell makes of a command line before a program sees it. Nothing is executed: what a command would print, and
//! what a file holds, is unknown, and marked.

pub(super) mod cmd;
pub(super) mod posix;
pub(super) mod powershell;
mod scan;

use std::ops::Range;

use super::text::{lines, trim};
use super::variables::Values;
use crate::support::ticket::Mark;
use crate::support::traced::{Traced, View};

/// A command, split into the words that a program gets.
#[derive(Debug)]
pub(super) struct Split<Word = Traced> {
    pub(super) words: Vec<Word>,
    /// Where the command ends.
    pub(super) end: usize,
    pub(super) marks: Vec<Mark>,
}

impl<Word> Default for Split<Word> {
    fn default() -> Self {
        Self { words: Vec::new(), end: 0, marks: Vec::new() }
    }
}

/// What a command is read with.
pub(super) struct Context<'c> {
    pub(super) view: &'c View<'c>,
    pub(super) values: &'c Values,
    /// What ends it besides: the quote of the text that it stands in.
    pub(super) closer: Option<char>,
}

/// Quotes of word processors, which are none to a shell.
pub(super) fn is_smart_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‘' | '’' | '«' | '»')
}

/// As much may stand in quotes.
const LONGEST: usize = 256 * 1024;

/// Where quotes end that begin here; `close` says where the closing one is within the text handed to it. A line break within them is
/// what a mail program did if no space stands in what follows; else the quotes do not end, and the shell would wait for more.
pub(super) fn quoted(text: &str, start: usize, limit: usize, close: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    let end = text.floor_char_boundary(limit.min(start + LONGEST));
    let len = close(&text[start..end])?;
    let inner = &text[start..start + len];
    let is_url = inner.trim_start().starts_with("http");
    let is_joined = inner.lines().skip(1).all(|line| !line.trim().contains([' ', '\t']) && !line.trim().is_empty());
    let has_blank = inner.lines().skip(1).any(|line| line.trim().is_empty());
    // A body may have lines; a URL may not.
    let is_open = is_url && !is_joined || has_blank && inner.len() > 2_000;
    (!is_open).then_some(start + len)
}

/// The values that the ticket gives variables, in any shell.
pub(super) fn assignments(view: &View<'_>) -> Values {
    let text = &*view.text;
    let mut values = Values::new();
    for line in lines(text, 0..text.len()) {
        // Longer ones are no settings, and a log has millions of lines without any.
        if line.len() > 2_000 || !text[line.clone()].contains('=') {
            continue;
        }
        if let Some((name, value)) = assignment(text, trim(text, line)) {
            values.insert(name, view.traced(value));
        }
    }
    values
}

fn assignment(text: &str, line: Range<usize>) -> Option<(String, Range<usize>)> {
    let shown = &text[line.clone()];
    let equals = shown.find('=')?;
    let (before, behind) = (&shown[..equals], &shown[equals + 1..]);
    let words: Vec<&str> = before.split_whitespace().collect();
    let name = match &*words {
        ["$" | "%" | "#", "export", name] | [.., "export" | "set" | "SET", name] if words.len() <= 4 => name,
        ["$" | "%" | "#", name] | [name] => name,
        _ => return None,
    };
    let is_powershell = name.starts_with('$');
    // POSIX shells allow no space around it.
    if !is_powershell && before.ends_with(' ') && !before.contains("set ") {
        return None;
    }
    let name = name.trim_start_matches("$env:").trim_start_matches('$').trim_start_matches('"');
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.as_bytes()[0].is_ascii_digit();
    let value = trim(text, line.start + equals + 1..line.end);
    let value = if behind.trim_end().ends_with(';') { value.start..value.end - 1 } else { value };
    let inner = &text[value.clone()];
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) if inner.len() > 1 && inner.ends_with(quote) => value.start + 1..value.end - 1,
        Some(_) => return None,
        None => value,
    };
    let inner = &text[value.clone()];
    let is_literal = !inner.is_empty()
        && !inner.contains(['$', '`', '"', '\'', '%', '@', '('])
        && (quote.is_some() || !inner.contains([' ', '&']));
    (is_name && is_literal && (!is_powershell || quote.is_some())).then(|| (name.to_owned(), value))
}

/// Whether something may be a variable's name.
pub(super) fn name_len(text: &str) -> usize {
    let is_first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_first { text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len()) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::assignments;
    use crate::support::traced::View;

    #[test]
    fn values_are_known_where_the_ticket_sets_them() {
        let text = "KEY=abc\nexport B='x y'\n$ C=1\nset D=2\n$uri = \"https://h\"\n$env:E = 'e'\nF = 3\nhello=you there\nG=$KEY\na b=c\n";
        let values = assignments(&View::of(text));
        let mut found: Vec<_> = values.iter().map(|(name, value)| format!("{name}={}", value.text())).collect();
        found.sort();
        assert_eq!(found, ["B=x y", "C=1", "D=2", "E=e", "KEY=abc", "uri=https://h"]);
    }
}

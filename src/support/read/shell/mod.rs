//! What a shell makes of a command line before a program sees it. Nothing is executed: what a command would print, and
//! what a file holds, is unknown, and marked.

pub(super) mod cmd;
pub(super) mod posix;
pub(super) mod powershell;
mod scan;

use std::ops::Range;

use super::found::mark;
use super::text::{line_at, next_line, trim};
use super::variables::Values;
use crate::support::ticket::{Mark, MarkKind};
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

/// The mark on what a `&` outside quotes cuts off; nothing where it is meant: at the end, or before another command.
pub(super) fn cut_off(view: &View<'_>, at: usize, start: usize, limit: usize) -> Option<Mark> {
    let text = &*view.text;
    let line = line_at(text, at, limit);
    let behind = &text[at + 1..line.end];
    let is_glued = !text[start..at].ends_with([' ', '\t', '&'])
        && !behind.starts_with([' ', '\t', '&', '>'])
        && !behind.is_empty();
    is_glued.then(|| mark(MarkKind::ShellAmpersand, view.place(at..line.end), behind.trim_end()))
}

/// Where quotes end that begin here. A line break within them is what a mail program did if no space stands in what
/// follows; else the quotes do not end, and the shell would wait for more.
pub(super) enum Quoted {
    /// They end here.
    Closed(usize),
    /// They do not.
    Open,
}

/// As much may stand in quotes.
const LONGEST: usize = 256 * 1024;

/// Finds the end of quotes. `close` says where the closing one is within the text handed to it.
pub(super) fn quoted(text: &str, start: usize, limit: usize, close: impl Fn(&str) -> Option<usize>) -> Quoted {
    let end = text.floor_char_boundary(limit.min(start + LONGEST));
    let Some(len) = close(&text[start..end]) else { return Quoted::Open };
    let inner = &text[start..start + len];
    if !inner.contains('\n') {
        return Quoted::Closed(start + len);
    }
    let is_url = inner.trim_start().starts_with("http");
    let is_joined = inner.lines().skip(1).all(|line| !line.trim().contains([' ', '\t']) && !line.trim().is_empty());
    let has_blank = inner.lines().skip(1).any(|line| line.trim().is_empty());
    // A body may have lines; a URL may not.
    if is_url && !is_joined || has_blank && inner.len() > 2_000 { Quoted::Open } else { Quoted::Closed(start + len) }
}

/// The text in quotes, in pieces where it is a URL that a mail program broke, and the mark on that.
pub(super) fn joined(view: &View<'_>, part: Range<usize>) -> (Vec<Range<usize>>, Option<Mark>) {
    let text = &*view.text;
    let inner = &text[part.clone()];
    // Behind a backslash the shell takes the line break away itself.
    let is_continued = inner.lines().rev().skip(1).all(|line| line.ends_with('\\'));
    if is_continued || !inner.trim_start().starts_with("http") {
        return (std::iter::once(part).collect(), None);
    }
    let mut pieces = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let line = line_at(text, at, part.end);
        pieces.push(trim(text, line.clone()));
        at = next_line(text, line.end, part.end);
    }
    let detail = format!("{} lines", pieces.len());
    (pieces, Some(mark(MarkKind::ShellNewline, view.place(part), detail)))
}

/// The options on the lines below, which a command that ended too early does not get; where they end.
pub(super) fn lost_lines(view: &View<'_>, end: usize, limit: usize) -> Option<(Mark, usize)> {
    let text = &*view.text;
    let mut at = next_line(text, end, limit);
    let start = at;
    let mut last = at;
    while at < limit {
        let line = line_at(text, at, limit);
        let inner = &text[trim(text, line.clone())];
        let is_option = inner
            .strip_prefix("--")
            .or_else(|| inner.strip_prefix('-'))
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        let is_url = ["'http", "\"http"].iter().any(|begin| inner.starts_with(begin));
        if !is_option && !is_url {
            break;
        }
        last = line.end;
        at = next_line(text, line.end, limit);
    }
    (last > start).then(|| (mark(MarkKind::ShellNewline, view.place(start..last), text[start..last].trim()), last))
}

/// The values that the ticket gives variables, in any shell.
pub(super) fn assignments(view: &View<'_>) -> Values {
    let text = &*view.text;
    let mut values = Values::new();
    for line in super::text::lines(text, 0..text.len()) {
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

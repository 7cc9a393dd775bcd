//! PowerShell. Its strings know variables too, and a number behind a `$` is one.

use std::ops::Range;

use super::{Context, Quoted, Split, cut_off, joined, lost_lines, name_len, quoted};
use crate::support::read::found::mark;
use crate::support::read::text::line_at;
use crate::support::ticket::MarkKind;
use crate::support::traced::{Span, Traced};

/// A longer table in brackets is none.
const LONGEST_TABLE: usize = 4 * 1024;

/// One argument: text, or a hash table, whose place stands here.
#[derive(Debug, Clone)]
pub(in crate::support::read) enum Argument {
    Text(Traced),
    Table(Range<usize>),
}

/// The words of the command that begins here, hash tables as they are written.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize) -> Split {
    let (arguments, mut words) = arguments(context, start, limit);
    let text_of = |argument| match argument {
        Argument::Text(text) => text,
        Argument::Table(part) => context.view.traced(part),
    };
    words.words = arguments.into_iter().map(text_of).collect();
    words
}

/// The arguments of the command that begins here, and where it ends.
pub(in crate::support::read) fn arguments(context: &Context<'_>, start: usize, limit: usize) -> (Vec<Argument>, Split) {
    let words = Split { end: start, ..Split::default() };
    let mut shell = Shell { context, at: start, start, limit, word: None, arguments: Vec::new(), words };
    shell.run();
    shell.end_word();
    shell.words.end = shell.at;
    (shell.arguments, shell.words)
}

struct Shell<'c> {
    context: &'c Context<'c>,
    at: usize,
    start: usize,
    limit: usize,
    word: Option<Traced>,
    arguments: Vec<Argument>,
    words: Split,
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚')
}

impl Shell<'_> {
    fn rest(&self) -> &str {
        &self.context.view.text[self.at..self.limit]
    }

    fn place(&self, len: usize) -> Span {
        self.context.view.place(self.at..self.at + len)
    }

    fn note(&mut self, kind: MarkKind, len: usize, detail: impl Into<String>) {
        let place = self.place(len);
        self.words.marks.push(mark(kind, place, detail));
    }

    fn take(&mut self, len: usize) {
        let part = self.context.view.traced(self.at..self.at + len);
        self.word.get_or_insert_default().append(&part);
        self.at += len;
    }

    fn take_as(&mut self, sent: &str, len: usize) {
        let place = self.place(len);
        self.word.get_or_insert_default().push(sent.as_bytes(), place);
        self.at += len;
    }

    fn end_word(&mut self) {
        self.arguments.extend(self.word.take().map(Argument::Text));
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if self.context.closer == Some(c) {
                return;
            }
            match c {
                ' ' | '\t' | ',' => {
                    self.end_word();
                    self.at += 1;
                }
                '\r' if self.rest().starts_with("\r\n") => return self.newline(),
                '\n' => return self.newline(),
                '`' => self.backtick(),
                '@' if self.word.is_none() && self.rest().starts_with("@{") => self.table(),
                '@' if self.word.is_none() && (self.rest().starts_with("@\"") || self.rest().starts_with("@'")) => {
                    self.here();
                }
                '(' if self.word.is_none() => self.expression(),
                '$' => self.dollar(),
                '#' if self.word.is_none() => {
                    self.at = line_at(&self.context.view.text, self.at, self.limit).end;
                    return;
                }
                '&' => {
                    let cut = cut_off(self.context.view, self.at, self.start, self.limit);
                    if cut.is_some() {
                        self.words.marks.extend(cut);
                        self.end_word();
                        self.at = line_at(&self.context.view.text, self.at, self.limit).end;
                    }
                    return;
                }
                ';' | '|' | ')' | '}' | '>' => return,
                c if is_double(c) => self.string(c, true),
                c if is_single(c) => self.string(c, false),
                c => self.take(c.len_utf8()),
            }
        }
    }

    fn newline(&mut self) {
        if let Some((mark, end)) = lost_lines(self.context.view, self.at, self.limit) {
            self.words.marks.push(mark);
            self.end_word();
            self.at = end;
        }
    }

    fn backtick(&mut self) {
        let behind = &self.rest()[1..];
        if behind.starts_with('\n') || behind.starts_with("\r\n") {
            self.at += if behind.starts_with('\n') { 2 } else { 3 };
            return;
        }
        let line = &behind[..behind.find('\n').unwrap_or(behind.len())];
        if !line.is_empty() && line.trim().is_empty() {
            let len = 1 + line.len();
            self.note(MarkKind::ShellNewline, len, "` ");
            self.at += len;
            return;
        }
        self.escape();
    }

    fn escape(&mut self) {
        let Some(c) = self.rest()[1..].chars().next() else {
            self.at += 1;
            return;
        };
        let meant = match c {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            '0' => "\0",
            _ => {
                self.at += 1;
                return self.take(c.len_utf8());
            }
        };
        self.take_as(meant, 2);
    }

    fn string(&mut self, quote: char, is_double: bool) {
        let width = quote.len_utf8();
        self.at += width;
        let is_quote = if is_double { self::is_double } else { is_single };
        let closing = |inner: &str| {
            let mut escaped = false;
            let mut chars = inner.char_indices().peekable();
            while let Some((at, c)) = chars.next() {
                if escaped {
                    escaped = false;
                } else if is_quote(c) {
                    if chars.next_if(|(_, next)| is_quote(*next)).is_none() {
                        return Some(at);
                    }
                } else if c == '`' && is_double {
                    escaped = true;
                }
            }
            None
        };
        let text = &*self.context.view.text;
        let Quoted::Closed(end) = quoted(text, self.at, self.limit, closing) else {
            self.at -= width;
            self.note(MarkKind::ShellQuotes, width, quote);
            self.at += width;
            let end = line_at(text, self.at, self.limit).end;
            self.take(end - self.at);
            return;
        };
        self.word.get_or_insert_default();
        let (pieces, mark) = joined(self.context.view, self.at..end);
        self.words.marks.extend(mark);
        for piece in pieces {
            self.at = piece.start;
            while self.at < piece.end {
                self.within(piece.end, is_double);
            }
        }
        self.at = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }

    fn within(&mut self, end: usize, is_double: bool) {
        let rest = &self.context.view.text[self.at..end];
        let Some(c) = rest.chars().next() else { return };
        let is_quote = if is_double { self::is_double(c) } else { is_single(c) };
        if is_quote {
            // Two of them stand for one.
            self.at += c.len_utf8();
            let next = self.context.view.text[self.at..end].chars().next().map_or(0, char::len_utf8);
            return self.take(next);
        }
        match c {
            '`' if is_double => self.escape(),
            '$' if is_double => self.dollar(),
            _ => self.take(c.len_utf8()),
        }
        self.at = self.at.min(end);
    }

    fn dollar(&mut self) {
        let behind = &self.rest()[1..];
        let scope = ["env:", "script:", "global:", "local:"]
            .into_iter()
            .find(|scope| behind.starts_with(scope))
            .map_or(0, str::len);
        let name = name_len(&behind[scope..]);
        if behind.starts_with('(') {
            let line = line_at(&self.context.view.text, self.at, self.limit);
            let len = closing(&self.context.view.text[self.at + 1..line.end]).map_or(1, |len| len + 1);
            self.note(MarkKind::Variable, len, self.rest()[..len].to_owned());
            return self.take(len);
        }
        if behind.starts_with('{') {
            let len =
                behind.find('}').filter(|len| *len < 200 && !behind[..*len].contains('\n')).map_or(1, |len| len + 2);
            let name = self.rest()[..len].trim_matches(['$', '{', '}']).to_owned();
            return self.variable(&name, len);
        }
        if name > 0 {
            let name = behind[scope..scope + name].to_owned();
            let len = 1 + scope + name.len();
            return self.variable(&name, len);
        }
        let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        if digits > 0 {
            // A variable of that name, which nobody has set.
            let len = 1 + digits;
            self.note(MarkKind::ShellDollar, len, self.rest()[..len].to_owned());
            return self.take_as("", len);
        }
        self.take(1);
    }

    fn variable(&mut self, name: &str, len: usize) {
        // The constants that are no variables.
        let constant = ["true", "false", "null"].contains(&&*name.to_ascii_lowercase());
        if let Some(value) = self.context.values.get(name) {
            self.word.get_or_insert_default().append(value);
            self.at += len;
            return;
        }
        if !constant {
            self.note(MarkKind::Variable, len, name.to_owned());
        }
        self.take(len);
    }

    /// `@{…}`, to its end.
    fn table(&mut self) {
        let start = self.at;
        let len = closing(&self.rest()[1..]).map_or(self.rest().len(), |len| len + 1);
        self.at += len;
        self.arguments.push(Argument::Table(start..self.at));
    }

    /// `@" … "@`, its lines without the first and the last line break.
    fn here(&mut self) {
        let quote = if self.rest().starts_with("@\"") { "\"@" } else { "'@" };
        let inner = &self.rest()[2..];
        let begin = inner.find('\n').map_or(0, |at| at + 1);
        let end = inner[begin..].find(quote).map_or(inner.len(), |at| begin + at);
        let part = self.at + 2 + begin..self.at + 2 + begin + inner[begin..end].trim_end_matches(['\n', '\r']).len();
        self.arguments.push(Argument::Text(self.context.view.traced(part)));
        self.at = (self.at + 2 + end + 2).min(self.limit);
        while !self.context.view.text.is_char_boundary(self.at) {
            self.at -= 1;
        }
    }

    /// `(…)`: what it yields is unknown.
    fn expression(&mut self) {
        let text = &*self.context.view.text;
        let line = line_at(text, self.at, self.limit);
        // A table goes on over lines.
        let most = self.limit.min(self.at + LONGEST_TABLE);
        let end = if self.rest().starts_with("(@{") { text.floor_char_boundary(most) } else { line.end };
        let len = closing(&text[self.at..end]).unwrap_or(1);
        self.note(MarkKind::Variable, len, self.rest()[..len].to_owned());
        self.take(len);
    }
}

/// How far it is to behind the bracket that closes the one it begins with; strings within count as such.
pub(in crate::support::read) fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match c {
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '(' | '{' | '[' => open += 1,
            ')' | '}' | ']' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Argument, Context, arguments};
    use crate::support::read::variables::Values;
    use crate::support::traced::{Traced, View};
    use proptest::prelude::*;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let view = View::of(text);
        let values = Values::from([("known".into(), Traced::at(0, "v"))]);
        let context = Context { view: &view, values: &values, is_typed: true, closer: None };
        let (arguments, words) = arguments(&context, 0, text.len());
        let shown = |argument| match argument {
            Argument::Text(text) => text.text().into_owned(),
            Argument::Table(part) => format!("TABLE {}", &text[part]),
        };
        let marks = words.marks.iter().map(|mark| format!("{} {}", mark.kind.id(), mark.detail)).collect();
        (arguments.into_iter().map(shown).collect(), marks)
    }

    #[test]
    fn a_command_gets_what_powershell_makes_of_a_line() {
        for (line, words, marks) in [
            ("irm \"a b\" 'c$d' -Uri e", &["irm", "a b", "c$d", "-Uri", "e"][..], &[][..]),
            ("irm `\r\n  -Uri \"h?a=b&c=d\"", &["irm", "-Uri", "h?a=b&c=d"], &[]),
            ("irm \"h?a=$25000\"", &["irm", "h?a="], &["shell-dollar $25000"]),
            (
                "irm \"h?a=`$25000&b=$known&c=$x&d=$($y.z)\"",
                &["irm", "h?a=$25000&b=v&c=$x&d=$($y.z)"],
                &["variable x", "variable $($y.z)"],
            ),
            ("irm h?a=b&c=d", &["irm", "h?a=b"], &["shell-ampersand c=d"]),
            ("irm “h?a=Don’t”", &["irm", "h?a=Don’t"], &[]),
            ("irm 'it''s' \"a\"\"b\"", &["irm", "it's", "a\"b"], &[]),
            ("irm h -Body @{ a = \"b}\"; c=1 } -X", &["irm", "h", "-Body", "TABLE @{ a = \"b}\"; c=1 }", "-X"], &[]),
            ("irm h -Body @'\nx=1\n'@", &["irm", "h", "-Body", "x=1"], &[]),
            ("irm (Get-Url) | x", &["irm", "(Get-Url)"], &["variable (Get-Url)"]),
            ("irm \"h?a=b\nnext", &["irm", "h?a=b"], &["shell-quotes \""]),
        ] {
            let expected =
                (words.iter().map(|&word| word.into()).collect(), marks.iter().map(|&mark| mark.into()).collect());
            assert_eq!(told(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[ \n'\"`$@{}()“’&]|@'|http){0,60}") {
            let _ = told(&text);
        }
    }
}

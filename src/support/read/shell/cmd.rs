//! `cmd`, and the batch files it reads. It goes over a line once for itself; then the program takes it to pieces.

use std::ops::Range;

use super::{Context, Split, cut_off, is_smart_quote, lost_lines, name_len};
use crate::support::read::found::mark;
use crate::support::read::text::{line_at, next_line, trim};
use crate::support::ticket::{Mark, MarkKind};
use crate::support::traced::Traced;

/// The words of the command that begins here.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize, is_batch: bool) -> Split {
    let mut line = Line {
        context,
        start,
        limit,
        at: start,
        is_quoted: false,
        is_batch,
        plain: Traced::default(),
        marks: Vec::new(),
    };
    line.run();
    Split { words: split(&line.plain), end: line.at, marks: line.marks }
}

struct Line<'c> {
    context: &'c Context<'c>,
    start: usize,
    limit: usize,
    at: usize,
    is_quoted: bool,
    is_batch: bool,
    plain: Traced,
    marks: Vec<Mark>,
}

impl Line<'_> {
    fn rest(&self) -> &str {
        &self.context.view.text[self.at..self.limit]
    }

    fn take(&mut self, len: usize) {
        let part = self.at..self.at + len;
        self.plain.append(&self.context.view.traced(part));
        self.at += len;
    }

    fn note(&mut self, kind: MarkKind, part: Range<usize>, detail: impl Into<String>) {
        self.marks.push(mark(kind, self.context.view.place(part), detail));
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if self.context.closer == Some(c) && !self.is_quoted {
                return;
            }
            match c {
                '\n' | '\r' if c == '\n' || self.rest().starts_with("\r\n") => {
                    if self.is_quoted && self.is_broken_url() {
                        continue;
                    }
                    return self.end();
                }
                '"' => {
                    self.is_quoted = !self.is_quoted;
                    self.take(1);
                }
                '^' if !self.is_quoted => self.caret(),
                '%' => self.percent(),
                '&' | '|' | '<' | '>' if !self.is_quoted => {
                    let cut = if c == '&' { cut_off(self.context.view, self.at, self.start, self.limit) } else { None };
                    if cut.is_some() {
                        self.marks.extend(cut);
                        self.at = line_at(&self.context.view.text, self.at, self.limit).end;
                    }
                    return;
                }
                '\'' if !self.is_quoted && self.plain.bytes().ends_with(b" ") => {
                    self.note(MarkKind::ShellQuotes, self.at..self.at + 1, "'");
                    self.take(1);
                }
                c if is_smart_quote(c) && !self.is_quoted => {
                    self.note(MarkKind::ShellQuotes, self.at..self.at + c.len_utf8(), c);
                    self.take(c.len_utf8());
                }
                c => self.take(c.len_utf8()),
            }
        }
        self.end();
    }

    /// Where the line ends, the command does.
    fn end(&mut self) {
        if self.is_quoted {
            let quote = self.plain.bytes().iter().rposition(|byte| *byte == b'"').unwrap_or(0);
            let place = self.plain.place(quote..quote + 1);
            self.marks.push(mark(MarkKind::ShellQuotes, place, "\""));
        }
        if let Some((mark, end)) = lost_lines(self.context.view, self.at, self.limit) {
            self.marks.push(mark);
            self.at = end;
        }
    }

    /// A mail program broke a URL in quotes: it goes on with the next line, which has no space.
    fn is_broken_url(&mut self) -> bool {
        let text = &*self.context.view.text;
        let next = line_at(text, next_line(text, self.at, self.limit), self.limit);
        let inner = trim(text, next);
        let part = &text[inner.clone()];
        let close = part.find('"');
        let is_url = self
            .plain
            .bytes()
            .iter()
            .rposition(|byte| *byte == b'"')
            .is_some_and(|at| self.plain.bytes()[at + 1..].starts_with(b"http"));
        let is_broken = is_url && close.is_some_and(|close| !part[..close].contains([' ', '\t']));
        if is_broken {
            self.note(MarkKind::ShellNewline, self.at..inner.start, "2 lines");
            self.at = inner.start;
        }
        is_broken
    }

    fn caret(&mut self) {
        self.at += 1;
        match self.rest().chars().next() {
            Some('\n') => self.line_below(1),
            Some('\r') if self.rest().starts_with("\r\n") => self.line_below(2),
            // Copied out of a browser: the line break stands for one in the text.
            Some(c) => self.take(c.len_utf8()),
            None => {}
        }
    }

    /// Goes on with the next line, behind the word by which cmd asks for it, in the language of its Windows.
    fn line_below(&mut self, width: usize) {
        self.at += width;
        let prompts = ["More? ", "Mehr? ", "Plus ? ", "¿Más? ", "Altro? ", "Meer? ", "Mais? "];
        let prompt = prompts.iter().find(|prompt| self.rest().starts_with(**prompt));
        self.at += prompt.map_or(0, |prompt| prompt.len());
    }

    fn percent(&mut self) {
        let behind = &self.rest()[1..];
        let name = name_len(behind);
        if self.is_batch {
            if behind.starts_with('%') {
                self.at += 1;
                return self.take(1);
            }
            let is_argument = behind.starts_with(|c: char| c.is_ascii_digit() || c == '*');
            // `lead_id=%1&` is meant so, and `%20` is not.
            let is_alone = behind.chars().nth(1).is_none_or(|c| !c.is_ascii_alphanumeric());
            if is_argument && is_alone {
                self.note(MarkKind::Variable, self.at..self.at + 2, self.rest()[..2].to_owned());
                return self.take(2);
            }
            if is_argument {
                self.note(MarkKind::ShellPercent, self.at..self.at + 2, self.rest()[..2].to_owned());
                self.at += 2;
                return;
            }
        }
        let is_closed = behind[name..].starts_with('%');
        let is_escape = name == 2 && behind[..2].bytes().all(|byte| byte.is_ascii_hexdigit());
        if name > 0 && is_closed && !is_escape {
            let (name, len) = (behind[..name].to_owned(), name + 2);
            if let Some(value) = self.context.values.get(&name) {
                self.plain.append(value);
                self.at += len;
            } else {
                self.note(MarkKind::Variable, self.at..self.at + len, name);
                self.take(len);
            }
            return;
        }
        if !self.is_batch {
            return self.take(1);
        }
        // A variable that nobody set, or one without an end: both are gone.
        let line = &behind[..behind.find(['\n', '"']).unwrap_or(behind.len())];
        let len = line.find('%').map_or(1, |end| end + 2);
        self.note(MarkKind::ShellPercent, self.at..self.at + len, self.rest()[..len].to_owned());
        self.at += len;
    }
}

/// The words of a line as the C library of Windows finds them.
fn split(line: &Traced) -> Vec<Traced> {
    let bytes = line.bytes();
    let (mut words, mut word, mut is_quoted, mut at) = (Vec::new(), None::<Traced>, false, 0);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' if !is_quoted => {
                words.extend(word.take());
                at += 1;
            }
            b'\\' => {
                let count = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
                let is_before_quote = bytes.get(at + count) == Some(&b'"');
                let kept = if is_before_quote { count / 2 } else { count };
                word.get_or_insert_default().append(&line.slice(at..at + kept));
                at += count;
                if is_before_quote && count % 2 == 1 {
                    word.get_or_insert_default().append(&line.slice(at..at + 1));
                    at += 1;
                }
            }
            b'"' if is_quoted && bytes.get(at + 1) == Some(&b'"') => {
                word.get_or_insert_default().append(&line.slice(at..at + 1));
                at += 2;
            }
            b'"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
                at += 1;
            }
            _ => {
                let len =
                    bytes[at..].iter().position(|byte| b" \t\\\"".contains(byte)).unwrap_or(bytes.len() - at).max(1);
                word.get_or_insert_default().append(&line.slice(at..at + len));
                at += len;
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{Context, words};
    use crate::support::read::variables::Values;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn told(text: &str, is_batch: bool) -> (Vec<String>, Vec<String>) {
        let view = View::of(text);
        let context = Context { view: &view, values: &Values::new(), is_typed: true, closer: None };
        let words = words(&context, 0, text.len(), is_batch);
        let marks = words.marks.iter().map(|mark| format!("{} {}", mark.kind.id(), mark.detail)).collect();
        (words.words.iter().map(|word| word.text().into_owned()).collect(), marks)
    }

    #[test]
    fn a_program_gets_what_cmd_makes_of_a_line() {
        for (line, is_batch, words, marks) in [
            ("curl \"a b\" c", false, &["curl", "a b", "c"][..], &[][..]),
            ("curl ^\"h?a=b^&c=d%20e^\"", false, &["curl", "h?a=b&c=d%20e"], &[]),
            ("curl ^\r\n -d a", false, &["curl", "-d", "a"], &[]),
            ("curl h?a=b&c=d", false, &["curl", "h?a=b"], &["shell-ampersand c=d"]),
            ("curl 'h?a=b&c=d'", false, &["curl", "'h?a=b"], &["shell-quotes '", "shell-ampersand c=d'"]),
            ("curl \"h?a=In%20Progress\"", true, &["curl", "h?a=In0Progress"], &["shell-percent %2"]),
            ("curl \"h?a=In%%20Progress\"", true, &["curl", "h?a=In%20Progress"], &[]),
            ("curl \"h?a=D%C3%A9j\"", true, &["curl", "h?a=DA9j"], &["shell-percent %C3%"]),
            ("curl \"h?k=%KEY%&a=b\"", true, &["curl", "h?k=%KEY%&a=b"], &["variable KEY"]),
            ("curl -d \"{\\\"a\\\": 1}\"", false, &["curl", "-d", "{\"a\": 1}"], &[]),
            ("curl \"h?a=b\nnext", false, &["curl", "h?a=b"], &["shell-quotes \""]),
            ("curl \"https://h?a=b&c=d\ne\"", false, &["curl", "https://h?a=b&c=de"], &["shell-newline 2 lines"]),
        ] {
            let expected =
                (words.iter().map(|&word| word.into()).collect(), marks.iter().map(|&mark| mark.into()).collect());
            assert_eq!(told(line, is_batch), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[ \n'\"\\\\^%&<>|“2]|%A){0,60}", is_batch: bool) {
            let _ = told(&text, is_batch);
        }
    }
}

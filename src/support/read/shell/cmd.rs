//! `cmd`, and the batch files it reads. It goes over a line once for itself; then the program takes it to pieces.

use super::scan::Scan;
use super::{Context, Split, is_smart_quote, name_len};
use crate::support::read::found::mark;
use crate::support::read::text::{line_at, next_line, trim};
use crate::support::ticket::MarkKind;
use crate::support::traced::Traced;

/// The words of the command that begins here.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize, is_batch: bool) -> Split {
    let mut line = Line { scan: Scan::new(context, start, limit), is_quoted: false, is_batch };
    line.run();
    let words = line.scan.word.as_ref().map(split).unwrap_or_default();
    Split { words, ..line.scan.ended() }
}

/// The line that the program gets is the word of its scan.
struct Line<'c> {
    scan: Scan<'c>,
    is_quoted: bool,
    is_batch: bool,
}

impl Line<'_> {
    /// What the program gets so far.
    fn plain(&self) -> &[u8] {
        self.scan.word.as_ref().map_or(b"", Traced::bytes)
    }

    fn run(&mut self) {
        while let Some(c) = self.scan.rest().chars().next() {
            if self.scan.context.closer == Some(c) && !self.is_quoted {
                return;
            }
            match c {
                '\n' | '\r' if c == '\n' || self.scan.rest().starts_with("\r\n") => {
                    if self.is_quoted && self.is_broken_url() {
                        continue;
                    }
                    return self.end();
                }
                '"' => {
                    self.is_quoted = !self.is_quoted;
                    self.scan.take(1);
                }
                '^' if !self.is_quoted => self.caret(),
                '%' => self.percent(),
                '&' if !self.is_quoted => return self.scan.ampersand(),
                '|' | '<' | '>' if !self.is_quoted => return,
                c if !self.is_quoted && (is_smart_quote(c) || c == '\'' && self.plain().ends_with(b" ")) => {
                    let holds_url = self.scan.rest().starts_with("'http");
                    let kind = if holds_url { MarkKind::SingleQuotes } else { MarkKind::ShellQuotes };
                    self.scan.note(kind, c.len_utf8(), c);
                    self.scan.take(c.len_utf8());
                }
                c => self.scan.take(c.len_utf8()),
            }
        }
        self.end();
    }

    /// Where the line ends, the command does.
    fn end(&mut self) {
        if let Some(plain) = self.scan.word.as_ref().filter(|_| self.is_quoted) {
            let quote = plain.bytes().iter().rposition(|byte| *byte == b'"').unwrap_or(0);
            let place = plain.place(quote..quote + 1);
            self.scan.split.marks.push(mark(MarkKind::ShellQuotes, place, "\""));
        }
        self.scan.newline();
    }

    /// A mail program broke a URL in quotes: it goes on with the next line, which has no space.
    fn is_broken_url(&mut self) -> bool {
        let text = self.scan.text();
        let next = line_at(text, next_line(text, self.scan.at, self.scan.limit), self.scan.limit);
        let inner = trim(text, next);
        let part = &text[inner.clone()];
        let close = part.find('"');
        let plain = self.plain();
        let quote = plain.iter().rposition(|byte| *byte == b'"');
        let is_url = quote.is_some_and(|at| plain[at + 1..].starts_with(b"http"));
        let is_broken = is_url && close.is_some_and(|close| !part[..close].contains([' ', '\t']));
        if is_broken {
            self.scan.note(MarkKind::ShellNewline, inner.start - self.scan.at, "2 lines");
            self.scan.at = inner.start;
        }
        is_broken
    }

    fn caret(&mut self) {
        self.scan.at += 1;
        match self.scan.rest().chars().next() {
            Some('\n') => self.line_below(1),
            Some('\r') if self.scan.rest().starts_with("\r\n") => self.line_below(2),
            // Copied out of a browser: the line break stands for one in the text.
            Some(c) => self.scan.take(c.len_utf8()),
            None => {}
        }
    }

    /// Goes on with the next line, behind the word by which cmd asks for it, in the language of its Windows.
    fn line_below(&mut self, width: usize) {
        self.scan.at += width;
        let prompts = ["More? ", "Mehr? ", "Plus ? ", "¿Más? ", "Altro? ", "Meer? ", "Mais? "];
        let prompt = prompts.iter().find(|prompt| self.scan.rest().starts_with(**prompt));
        self.scan.at += prompt.map_or(0, |prompt| prompt.len());
    }

    fn percent(&mut self) {
        let behind = &self.scan.rest()[1..];
        let name = name_len(behind);
        if self.is_batch {
            if behind.starts_with('%') {
                self.scan.at += 1;
                return self.scan.take(1);
            }
            let is_argument = behind.starts_with(|c: char| c.is_ascii_digit() || c == '*');
            // `lead_id=%1&` is meant so, and `%20` is not.
            let is_alone = behind.chars().nth(1).is_none_or(|c| !c.is_ascii_alphanumeric());
            if is_argument && is_alone {
                self.scan.note_itself(MarkKind::Variable, 2);
                return self.scan.take(2);
            }
            if is_argument {
                self.scan.note_itself(MarkKind::ShellPercent, 2);
                self.scan.at += 2;
                return;
            }
        }
        let is_closed = behind[name..].starts_with('%');
        let is_escape = name == 2 && behind[..2].bytes().all(|byte| byte.is_ascii_hexdigit());
        if name > 0 && is_closed && !is_escape {
            return self.scan.variable(&behind[..name], name + 2);
        }
        if !self.is_batch {
            return self.scan.take(1);
        }
        // A variable that nobody set, or one without an end: both are gone.
        let line = &behind[..behind.find(['\n', '"']).unwrap_or(behind.len())];
        let len = line.find('%').map_or(1, |end| end + 2);
        self.scan.note_itself(MarkKind::ShellPercent, len);
        self.scan.at += len;
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
        let context = Context { view: &view, values: &Values::new(), closer: None };
        let words = words(&context, 0, text.len(), is_batch);
        let marks = words.marks.iter().map(|mark| format!("{:?} {}", mark.kind, mark.detail)).collect();
        (words.words.iter().map(|word| word.text().into_owned()).collect(), marks)
    }

    #[test]
    fn a_program_gets_what_cmd_makes_of_a_line() {
        for (line, is_batch, words, marks) in [
            ("curl \"a b\" c", false, &["curl", "a b", "c"][..], &[][..]),
            ("curl ^\"h?a=b^&c=d%20e^\"", false, &["curl", "h?a=b&c=d%20e"], &[]),
            ("curl ^\r\n -d a", false, &["curl", "-d", "a"], &[]),
            ("curl h?a=b&c=d", false, &["curl", "h?a=b"], &["ShellAmpersand c=d"]),
            ("curl 'h?a=b&c=d'", false, &["curl", "'h?a=b"], &["ShellQuotes '", "ShellAmpersand c=d'"]),
            ("curl 'http://h?a=b'", false, &["curl", "'http://h?a=b'"], &["SingleQuotes '"]),
            ("curl \"h?a=In%20Progress\"", true, &["curl", "h?a=In0Progress"], &["ShellPercent %2"]),
            ("curl \"h?a=In%%20Progress\"", true, &["curl", "h?a=In%20Progress"], &[]),
            ("curl \"h?a=D%C3%A9j\"", true, &["curl", "h?a=DA9j"], &["ShellPercent %C3%"]),
            ("curl \"h?k=%KEY%&a=b\"", true, &["curl", "h?k=%KEY%&a=b"], &["Variable KEY"]),
            ("curl -d \"{\\\"a\\\": 1}\"", false, &["curl", "-d", "{\"a\": 1}"], &[]),
            ("curl \"h?a=b\nnext", false, &["curl", "h?a=b"], &["ShellQuotes \""]),
            ("curl \"https://h?a=b&c=d\ne\"", false, &["curl", "https://h?a=b&c=de"], &["ShellNewline 2 lines"]),
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

//! `sh`, `bash` and `zsh`.

use super::{Context, Quoted, Split, cut_off, is_smart_quote, joined, lost_lines, name_len, quoted};
use crate::support::read::found::mark;
use crate::support::read::text::line_at;
use crate::support::ticket::MarkKind;
use crate::support::traced::{Span, Traced};

/// The words of the command that begins here.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize) -> Split {
    let mut shell = Shell { context, at: start, start, limit, word: None, words: Split::default() };
    shell.run();
    shell.end_word();
    shell.words.end = shell.at;
    shell.words
}

struct Shell<'c> {
    context: &'c Context<'c>,
    at: usize,
    start: usize,
    limit: usize,
    word: Option<Traced>,
    words: Split,
}

impl Shell<'_> {
    fn text(&self) -> &str {
        &self.context.view.text[..self.limit]
    }

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

    /// Takes so many bytes as they are.
    fn take(&mut self, len: usize) {
        let (bytes, place) = (self.at..self.at + len, self.place(len));
        let word = self.word.get_or_insert_default();
        word.push(&self.context.view.text.as_bytes()[bytes], place);
        self.at += len;
    }

    /// Takes so many bytes for others.
    fn take_as(&mut self, sent: &[u8], len: usize) {
        let place = self.place(len);
        self.word.get_or_insert_default().push(sent, place);
        self.at += len;
    }

    fn end_word(&mut self) {
        self.words.words.extend(self.word.take());
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if self.context.closer == Some(c) {
                return;
            }
            match c {
                ' ' | '\t' => {
                    self.end_word();
                    self.at += 1;
                }
                '\n' | '\r' if self.rest().starts_with("\r\n") || c == '\n' => return self.newline(),
                '\\' => self.escape(),
                '\'' => self.single(),
                '"' => self.double(),
                '$' => self.dollar(false),
                '`' => self.substitution('`', 1),
                '#' if self.word.is_none() => {
                    self.at = line_at(self.text(), self.at, self.limit).end;
                    return;
                }
                '>' | '<' => self.redirect(c),
                '&' if self.rest().starts_with("&>") => {
                    self.at += 1;
                    self.redirect('>');
                }
                '&' => {
                    let cut = cut_off(self.context.view, self.at, self.start, self.limit);
                    if cut.is_some() {
                        self.words.marks.extend(cut);
                        self.end_word();
                        self.at = line_at(self.text(), self.at, self.limit).end;
                    }
                    return;
                }
                ';' | '|' | ')' => return,
                c if is_smart_quote(c) => {
                    self.note(MarkKind::ShellQuotes, c.len_utf8(), c);
                    self.take(c.len_utf8());
                }
                c => self.take(c.len_utf8()),
            }
        }
    }

    fn newline(&mut self) {
        let lost = lost_lines(self.context.view, self.at, self.limit);
        if let Some((mark, end)) = lost {
            self.words.marks.push(mark);
            self.end_word();
            self.at = end;
        }
    }

    fn escape(&mut self) {
        let behind = &self.rest()[1..];
        if behind.starts_with('\n') || behind.starts_with("\r\n") {
            self.at += 1 + if behind.starts_with('\n') { 1 } else { 2 };
            return;
        }
        // A space behind the backslash is what is escaped, and the command ends with the line.
        let line = &behind[..behind.find('\n').unwrap_or(behind.len())];
        if !line.is_empty() && line.trim().is_empty() && self.word.is_none() {
            let len = 1 + line.len();
            self.note(MarkKind::ShellNewline, len, "\\ ");
            self.at += len;
            return;
        }
        self.at += 1;
        match self.rest().chars().next() {
            Some(c) => self.take(c.len_utf8()),
            None => self.take_as(b"\\", 0),
        }
    }

    fn single(&mut self) {
        self.at += 1;
        match quoted(self.text(), self.at, self.limit, |inner| inner.find('\'')) {
            Quoted::Closed(end) => self.literal(end, end + 1),
            Quoted::Open => self.unclosed(),
        }
    }

    /// What stands in quotes as it is, or put together where a mail program broke it.
    fn literal(&mut self, end: usize, next: usize) {
        self.word.get_or_insert_default();
        let (pieces, mark) = joined(self.context.view, self.at..end);
        self.words.marks.extend(mark);
        for piece in pieces {
            self.at = piece.start;
            self.take(piece.len());
        }
        self.at = next;
    }

    /// Quotes that do not end: the rest of the line is all that anybody can have meant.
    fn unclosed(&mut self) {
        self.at -= 1;
        self.note(MarkKind::ShellQuotes, 1, self.rest()[..1].to_owned());
        self.at += 1;
        let end = line_at(self.text(), self.at, self.limit).end;
        let len = self.rest()[..end - self.at].trim_end().len();
        self.take(len);
        self.at = end;
    }

    fn double(&mut self) {
        self.at += 1;
        let closing = |inner: &str| {
            let bytes = inner.as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                match bytes[at] {
                    b'"' => return Some(at),
                    b'\\' => at += 2,
                    _ => at += 1,
                }
            }
            None
        };
        let end = match quoted(self.text(), self.at, self.limit, closing) {
            Quoted::Closed(end) => end,
            Quoted::Open => return self.unclosed(),
        };
        self.word.get_or_insert_default();
        let (pieces, mark) = joined(self.context.view, self.at..end);
        self.words.marks.extend(mark);
        for piece in pieces {
            self.at = piece.start;
            while self.at < piece.end {
                self.in_double(piece.end);
            }
        }
        self.at = end + 1;
    }

    fn in_double(&mut self, end: usize) {
        let rest = &self.context.view.text[self.at..end];
        match rest.as_bytes()[0] {
            b'\\' if rest.starts_with("\\\n") => self.at += 2,
            b'\\' if rest.len() > 1 && b"\"\\$`".contains(&rest.as_bytes()[1]) => {
                self.at += 1;
                self.take(1);
            }
            b'$' => self.dollar(true),
            b'`' => self.substitution('`', 1),
            b'!' if self.context.is_typed && rest.len() > 1 && !b" \t\n=\"(&".contains(&rest.as_bytes()[1]) => {
                let len = rest.find(|c: char| c.is_whitespace() || c == '&' || c == '"').unwrap_or(rest.len());
                self.note(MarkKind::ShellHistory, len, rest[..len].to_owned());
                self.take(1);
            }
            _ => {
                // Up to what means something.
                let len = rest
                    .find(['\\', '$', '`', '!'])
                    .filter(|len| *len > 0)
                    .unwrap_or(if rest.starts_with(['\\', '!']) { 1 } else { rest.len() });
                self.take(len);
            }
        }
    }

    fn dollar(&mut self, is_quoted: bool) {
        let behind = &self.rest()[1..];
        let name = name_len(behind);
        match behind.as_bytes().first() {
            Some(b'\'') if !is_quoted => self.ansi_c(),
            Some(b'"') if !is_quoted => {
                self.at += 1;
                self.double();
            }
            Some(b'(') => self.substitution(')', 2),
            Some(b'{') => {
                let len = behind.find('}').filter(|len| *len < 200 && !behind[..*len].contains('\n'));
                match len {
                    Some(len) => {
                        let name = behind[1..=name_len(&behind[1..])].to_owned();
                        self.variable(&name, len + 2);
                    }
                    None => self.take(1),
                }
            }
            Some(digit) if digit.is_ascii_digit() => {
                // `$2`, the second argument, which nobody gave; what follows stays.
                let len = 1 + behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
                self.note(MarkKind::ShellDollar, len, self.rest()[..len].to_owned());
                self.take_as(b"", 2);
            }
            Some(b'?' | b'$' | b'!' | b'#' | b'*' | b'@' | b'-') if !(is_quoted && behind.starts_with(['*', '@'])) => {
                self.note(MarkKind::ShellDollar, 2, self.rest()[..2].to_owned());
                self.take_as(b"", 2);
            }
            _ if name > 0 => {
                let name = behind[..name].to_owned();
                self.variable(&name, 1 + name.len());
            }
            _ => self.take(1),
        }
    }

    fn variable(&mut self, name: &str, len: usize) {
        if let Some(value) = self.context.values.get(name) {
            self.word.get_or_insert_default().append(value);
            self.at += len;
        } else {
            self.note(MarkKind::Variable, len, name.to_owned());
            self.take(len);
        }
    }

    /// What a command would print: unknown.
    fn substitution(&mut self, close: char, open: usize) {
        let line = line_at(self.text(), self.at, self.limit);
        let inner = &self.context.view.text[self.at + open..line.end];
        match inner.find(close) {
            Some(len) => {
                let whole = open + len + 1;
                self.note(MarkKind::Variable, whole, self.rest()[..whole].to_owned());
                self.take(whole);
            }
            None => self.take(open),
        }
    }

    fn ansi_c(&mut self) {
        self.at += 2;
        self.word.get_or_insert_default();
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\'' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    let (sent, len) = ansi_c_escape(self.rest());
                    self.take_as(&sent, len);
                }
                c => self.take(c.len_utf8()),
            }
        }
    }

    /// A redirection is not for the program. `=<KEY>` is somebody's placeholder.
    fn redirect(&mut self, sign: char) {
        let behind = &self.rest()[1..];
        let ends_in_equals = self.word.as_ref().is_some_and(|word| word.bytes().ends_with(b"="));
        let placeholder = behind.find(['>', ' ', '\n']).filter(|len| behind[*len..].starts_with('>') && *len < 60);
        if let Some(len) = placeholder.filter(|_| sign == '<' && ends_in_equals) {
            return self.take(len + 2);
        }
        if self.word.as_ref().is_some_and(|word| word.bytes().iter().all(u8::is_ascii_digit)) {
            self.word = None;
        }
        self.end_word();
        let signs = self.rest().find(|c: char| !"<>&|".contains(c)).unwrap_or(self.rest().len());
        self.at += signs;
        let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        self.at += blank;
        let len = self.rest().find(|c: char| c.is_whitespace() || "|;&)".contains(c)).unwrap_or(self.rest().len());
        self.at += len;
    }
}

fn ansi_c_escape(text: &str) -> (Vec<u8>, usize) {
    let number = |from: usize, most: usize, radix: u32| {
        let digits = text[from..].bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
        u32::from_str_radix(&text[from..from + digits], radix).ok().map(|value| (value, from + digits))
    };
    let byte = |found: Option<(u32, usize)>, or: u8| match found {
        Some((value, len)) => (vec![u8::try_from(value & 0xFF).unwrap_or_default()], len),
        None => (vec![b'\\', or], 2),
    };
    let character = |found: Option<(u32, usize)>| match found {
        Some((value, len)) => (char::from_u32(value).unwrap_or('\u{fffd}').to_string().into_bytes(), len),
        None => (b"\\u".to_vec(), 2),
    };
    match text.as_bytes().get(1) {
        Some(b'n') => (b"\n".to_vec(), 2),
        Some(b't') => (b"\t".to_vec(), 2),
        Some(b'r') => (b"\r".to_vec(), 2),
        Some(b'a') => (vec![7], 2),
        Some(b'b') => (vec![8], 2),
        Some(b'e' | b'E') => (vec![27], 2),
        Some(b'f') => (vec![12], 2),
        Some(b'v') => (vec![11], 2),
        Some(b'x') => byte(number(2, 2, 16), b'x'),
        Some(b'u') => character(number(2, 4, 16)),
        Some(b'U') => character(number(2, 8, 16)),
        Some(b'0'..=b'7') => byte(number(1, 3, 8), b'0'),
        Some(quote @ (b'\'' | b'"' | b'\\' | b'?')) => (vec![*quote], 2),
        _ => (vec![b'\\'], 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Context, words};
    use crate::support::read::shell::Split;
    use crate::support::read::variables::Values;
    use crate::support::traced::{Traced, View};
    use proptest::prelude::*;

    fn run(text: &str) -> Split {
        let values = Values::from([("KNOWN".into(), Traced::at(0, "v"))]);
        let view = View::of(text);
        words(&Context { view: &view, values: &values, is_typed: true, closer: None }, 0, text.len())
    }

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let words = run(text);
        let marks = words.marks.iter().map(|mark| format!("{} {}", mark.kind.id(), mark.detail)).collect();
        (words.words.iter().map(|word| word.text().into_owned()).collect(), marks)
    }

    #[test]
    fn a_program_gets_what_the_shell_makes_of_a_line() {
        for (line, words) in [
            ("curl 'a b' \"c d\" e\\ f", &["curl", "a b", "c d", "e f"][..]),
            ("curl a\\\n  b\\\r\n c", &["curl", "a", "b", "c"]),
            ("curl \"$KNOWN\" '$KNOWN' ${KNOWN}x", &["curl", "v", "$KNOWN", "vx"]),
            ("curl \"a\\\"b\\$c\\x\"", &["curl", "a\"b$c\\x"]),
            ("curl $'a\\'b\\n\\x41\\u00e9\\101'", &["curl", "a'b\nAéA"]),
            ("curl '' \"\"", &["curl", "", ""]),
            ("curl a > out.txt b 2>&1 | jq .", &["curl", "a", "b"]),
            ("curl a; echo b", &["curl", "a"]),
            ("curl a && echo", &["curl", "a"]),
            ("curl a &", &["curl", "a"]),
            ("curl a # comment", &["curl", "a"]),
            ("curl a\nb", &["curl", "a"]),
            ("curl x?k=<KEY>&a", &["curl", "x?k=<KEY>"]),
            ("curl 'it'\\''s'", &["curl", "it's"]),
        ] {
            assert_eq!(told(line).0, words, "{line}");
        }
    }

    #[test]
    fn what_the_shell_takes_away_is_marked() {
        for (line, words, marks) in [
            ("curl h?a=1&b=2&c=3", &["curl", "h?a=1"][..], &["shell-ampersand b=2&c=3"][..]),
            ("curl \"h?a=$25000\"", &["curl", "h?a=5000"], &["shell-dollar $25000"]),
            ("curl \"h?a=$KEY&b=$(date)\"", &["curl", "h?a=$KEY&b=$(date)"], &["variable KEY", "variable $(date)"]),
            ("curl “h?a=1&b=2”", &["curl", "“h?a=1"], &["shell-quotes “", "shell-ampersand b=2”"]),
            ("curl \"h?a=1&b=2\nnext line", &["curl", "h?a=1&b=2"], &["shell-quotes \""]),
            ("curl \"https://h?a=1&b=Fun\nded\"", &["curl", "https://h?a=1&b=Funded"], &["shell-newline 2 lines"]),
            ("curl 'h'\n  -d 'a=b'\n  -d c\n\nx", &["curl", "h"], &["shell-newline -d 'a=b'\n  -d c"]),
            ("curl 'h' \\ \n  -d 'a=b'", &["curl", "h"], &["shell-newline \\ ", "shell-newline -d 'a=b'"]),
            ("curl \"https://h?a=1&\\\nb=2\"", &["curl", "https://h?a=1&b=2"], &[]),
            ("curl \"h?a=Call!now\"", &["curl", "h?a=Call!now"], &["shell-history !now"]),
        ] {
            assert_eq!(
                told(line),
                (words.iter().map(|&word| word.into()).collect(), marks.iter().map(|&mark| mark.into()).collect()),
                "{line}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[ \n'\"\\\\$`&<>{}()!#“]|\\$\\(|\\$'|http){0,60}") {
            let words = run(&text);
            prop_assert!(words.end <= text.len() && text.is_char_boundary(words.end));
            for mark in words.marks {
                prop_assert!(text.get(mark.place.range()).is_some());
            }
        }
    }
}

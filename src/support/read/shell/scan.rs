//! A command line as a shell goes over it: where it is, and what it has taken so far. What the shells have in common.

use std::ops::Range;

use super::{Context, Split};
use crate::support::read::found::mark;
use crate::support::read::text::{line_at, lines, next_line, trim};
use crate::support::ticket::MarkKind;
use crate::support::traced::{Span, Traced};

/// A command line, and how far a shell has read it.
pub(super) struct Scan<'c, Word = Traced> {
    pub(super) context: &'c Context<'c>,
    start: usize,
    pub(super) at: usize,
    pub(super) limit: usize,
    /// The word that has begun.
    pub(super) word: Option<Traced>,
    pub(super) split: Split<Word>,
}

impl<'c, Word: From<Traced>> Scan<'c, Word> {
    pub(super) fn new(context: &'c Context<'c>, start: usize, limit: usize) -> Self {
        Self { context, start, at: start, limit, word: None, split: Split::default() }
    }

    /// The words before this place, where the command ends.
    pub(super) fn ended(mut self) -> Split<Word> {
        self.end_word();
        Split { end: self.at, ..self.split }
    }

    pub(super) fn text(&self) -> &'c str {
        &self.context.view.text
    }

    pub(super) fn rest(&self) -> &'c str {
        &self.text()[self.at..self.limit]
    }

    /// Where the next bytes stand in the ticket.
    fn place(&self, len: usize) -> Span {
        self.context.view.place(self.at..self.at + len)
    }

    /// Marks the next bytes.
    pub(super) fn note(&mut self, kind: MarkKind, len: usize, detail: impl Into<String>) {
        self.split.marks.push(mark(kind, self.place(len), detail));
    }

    /// Marks the next bytes, which are the detail too.
    pub(super) fn note_itself(&mut self, kind: MarkKind, len: usize) {
        self.note(kind, len, &self.rest()[..len]);
    }

    /// Takes so many bytes as they are.
    pub(super) fn take(&mut self, len: usize) {
        let part = self.context.view.traced(self.at..self.at + len);
        self.word.get_or_insert_default().append(&part);
        self.at += len;
    }

    /// Takes so many bytes for others.
    pub(super) fn take_as(&mut self, sent: &[u8], len: usize) {
        let place = self.place(len);
        self.word.get_or_insert_default().push(sent, place);
        self.at += len;
    }

    pub(super) fn end_word(&mut self) {
        self.split.words.extend(self.word.take().map(Word::from));
    }

    /// Passes over the rest of the line.
    pub(super) fn pass_line(&mut self) {
        self.at = line_at(self.text(), self.at, self.limit).end;
    }

    /// The line ends, and with it the command; the options on the lines below, which it does not get, are marked.
    pub(super) fn newline(&mut self) {
        let text = self.text();
        let is_lost = |line: &Range<usize>| {
            let inner = text[line.clone()].trim();
            let option = inner.strip_prefix("--").or_else(|| inner.strip_prefix('-'));
            let is_option = option.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
            is_option || inner.starts_with("'http") || inner.starts_with("\"http")
        };
        let start = next_line(text, self.at, self.limit);
        if let Some(last) = lines(text, start..self.limit).take_while(is_lost).last() {
            let lost = start..last.end;
            let place = self.context.view.place(lost.clone());
            self.split.marks.push(mark(MarkKind::ShellNewline, place, text[lost].trim()));
            self.at = last.end;
        }
    }

    /// A `&` outside quotes ends the command. What it cuts off is marked, unless the `&` is meant: at the end, or before another command.
    pub(super) fn ampersand(&mut self) {
        let end = line_at(self.text(), self.at, self.limit).end;
        let (before, behind) = (&self.text()[self.start..self.at], &self.text()[self.at + 1..end]);
        let is_meant =
            behind.is_empty() || behind.starts_with([' ', '\t', '&', '>']) || before.ends_with([' ', '\t', '&']);
        if !is_meant {
            self.note(MarkKind::ShellAmpersand, end - self.at, behind.trim_end());
            self.at = end;
        }
    }

    /// Goes on with the line below behind the sign that joins it. With space behind it the sign joins nothing: the space is what is
    /// escaped, and the command ends with the line.
    pub(super) fn joins_lines(&mut self, within_words: bool) -> bool {
        let (sign, behind) = self.rest().split_at(1);
        let line = behind.lines().next().unwrap_or_default();
        if let Some(width) = ["\n", "\r\n"].iter().find(|end| behind.starts_with(**end)).map(|end| end.len()) {
            self.at += 1 + width;
            return true;
        }
        let is_blank = !line.is_empty() && line.trim().is_empty() && (within_words || self.word.is_none());
        if is_blank {
            self.note(MarkKind::ShellNewline, 1 + line.len(), format!("{sign} "));
            self.at += 1 + line.len();
        }
        is_blank
    }

    /// The value that the ticket gives a variable, which so many bytes name; without one the name stays, and is marked.
    pub(super) fn variable(&mut self, name: &str, len: usize) {
        if let Some(value) = self.context.values.get(name) {
            self.word.get_or_insert_default().append(value);
            self.at += len;
        } else {
            self.note(MarkKind::Variable, len, name);
            self.take(len);
        }
    }

    /// What stands in quotes up to here: in pieces where it is a URL that a mail program broke, which is marked.
    pub(super) fn pieces(&mut self, end: usize) -> Vec<Range<usize>> {
        self.word.get_or_insert_default();
        let (text, part) = (self.text(), self.at..end);
        let inner = &text[part.clone()];
        // Behind a backslash the shell takes the line break away itself.
        let is_continued = inner.lines().rev().skip(1).all(|line| line.ends_with('\\'));
        if is_continued || !inner.trim_start().starts_with("http") {
            return std::iter::once(part).collect();
        }
        let pieces: Vec<_> = lines(text, part).map(|line| trim(text, line)).collect();
        self.note(MarkKind::ShellNewline, inner.len(), format!("{} lines", pieces.len()));
        pieces
    }

    /// Quotes of this width that do not end: the rest of the line is all that anybody can have meant.
    pub(super) fn unclosed(&mut self, width: usize) {
        self.note_itself(MarkKind::ShellQuotes, width);
        self.at += width;
        let end = line_at(self.text(), self.at, self.limit).end;
        self.take(self.text()[self.at..end].trim_end().len());
        self.at = end;
    }
}

//! A command line as a shell goes over it: where it is, and what it has taken so far. What the shells have in common.

use std::ops::Range;

use super::{Context, Split, cut_off, joined, lost_lines};
use crate::support::read::found::mark;
use crate::support::read::text::line_at;
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

    /// The line ends, and with it the command; lines that were meant to belong to it are marked.
    pub(super) fn newline(&mut self) {
        if let Some((mark, end)) = lost_lines(self.context.view, self.at, self.limit) {
            self.split.marks.push(mark);
            self.at = end;
        }
    }

    /// A `&` outside quotes ends the command; what it cuts off is marked.
    pub(super) fn ampersand(&mut self) {
        if let Some(cut) = cut_off(self.context.view, self.at, self.start, self.limit) {
            self.split.marks.push(cut);
            self.pass_line();
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

    /// What stands in quotes up to here, in pieces where a mail program broke it.
    pub(super) fn pieces(&mut self, end: usize) -> Vec<Range<usize>> {
        self.word.get_or_insert_default();
        let (pieces, mark) = joined(self.context.view, self.at..end);
        self.split.marks.extend(mark);
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

//! Text that remembers where it stands in the ticket. What is sent is rarely what was pasted: lines are joined, quotes
//! and escapes taken away, and still a person wants to see the place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A stretch of the ticket's text, in bytes, between characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Span {
    /// A stretch of text.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The shortest stretch that holds both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The place before it.
    #[must_use]
    pub fn begin(self) -> Self {
        Self::new(self.start, self.start)
    }

    /// How long it is.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether nothing stands in it.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The same stretch as a range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// From this byte on, up to the next run, text stands at this place: byte for byte where both are equally long, else as
/// a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    at: usize,
    place: Span,
}

/// Bytes, and where in the ticket each of them comes from.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Traced {
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

impl fmt::Debug for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.text(), self.whole().range())
    }
}

impl Traced {
    /// Text that stands in the ticket as it is, from this byte on.
    pub fn at(start: usize, text: &str) -> Self {
        let mut traced = Self::default();
        traced.push(text.as_bytes(), Span::new(start, start + text.len()));
        traced
    }

    /// Text that something at this place stands for.
    pub fn standing_for(text: &str, place: Span) -> Self {
        let mut traced = Self::default();
        traced.push(text.as_bytes(), place);
        traced
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text, U+FFFD for those that are none.
    pub fn text(&self) -> Cow<'_, str> {
        text_of(&self.bytes)
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The place of all of it.
    pub fn whole(&self) -> Span {
        self.place(0..self.bytes.len())
    }

    /// Where a part of it stands in the ticket; from the first to the last of it where it is scattered.
    pub fn place(&self, part: Range<usize>) -> Span {
        place(&self.runs, self.bytes.len(), part)
    }

    /// A part of it.
    #[must_use]
    pub fn slice(&self, part: Range<usize>) -> Self {
        let part = part.start.min(self.bytes.len())..part.end.min(self.bytes.len());
        let mut slice = Self::default();
        if part.start < part.end {
            slice.bytes.extend_from_slice(&self.bytes[part.clone()]);
            copy_runs(&self.runs, self.bytes.len(), part, &mut slice.runs);
        } else if !self.runs.is_empty() {
            // An empty value has a place too: it is where one would be written.
            let place = self.place(part.start..part.start);
            slice.runs.push(Run { at: 0, place });
        }
        slice
    }

    /// Adds bytes that stand at a place.
    pub fn push(&mut self, bytes: &[u8], place: Span) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        if let Some(last) = self.runs.last() {
            let is_exact = last.place.len() == at - last.at && place.len() == bytes.len();
            if is_exact && last.place.end == place.start {
                let at = self.runs.len() - 1;
                self.runs[at].place.end = place.end;
                return;
            }
            if last.at == at {
                self.runs.pop();
            }
        }
        self.runs.push(Run { at, place });
    }

    /// The text with something else in place of some of it: `step` is asked at each byte, and gives what stands there instead and
    /// in place of how many bytes.
    #[must_use]
    pub fn replaced<'b>(&self, mut step: impl FnMut(&[u8]) -> Option<(Cow<'b, [u8]>, usize)>) -> Self {
        let (mut replaced, mut kept, mut at) = (Self::default(), 0, 0);
        while at < self.len() {
            let Some((instead, len)) = step(&self.bytes[at..]) else {
                at += 1;
                continue;
            };
            if kept < at {
                replaced.append(&self.slice(kept..at));
            }
            replaced.push(&instead, self.place(at..at + len));
            at += len;
            kept = at;
        }
        if kept < at || self.is_empty() {
            replaced.append(&self.slice(kept..at));
        }
        replaced
    }

    /// Adds other text, with its places.
    pub fn append(&mut self, other: &Self) {
        for (at, run) in other.runs.iter().enumerate() {
            let end = other.runs.get(at + 1).map_or(other.bytes.len(), |next| next.at);
            self.push(&other.bytes[run.at..end], run.place);
        }
    }

    /// Adds other text behind a sign, or without it where there is nothing yet.
    pub fn join(&mut self, sign: &str, other: &Self) {
        if !self.is_empty() {
            self.push(sign.as_bytes(), other.whole().begin());
        }
        self.append(other);
    }

    /// A name and its value, as in a query.
    #[must_use]
    pub fn pair(name: &Self, value: &Self) -> Self {
        let mut pair = name.clone();
        pair.push(b"=", value.whole().begin());
        pair.append(value);
        pair
    }
}

/// The text in which requests are looked for: the ticket's without the marks of quoted mail, or one string in it
/// without its escapes.
#[derive(Debug, Clone)]
pub(super) struct View<'t> {
    pub(super) text: Cow<'t, str>,
    runs: Vec<Run>,
}

impl<'t> View<'t> {
    /// Text that is the ticket's own, byte for byte.
    pub(super) fn of(text: &'t str) -> Self {
        Self { text: text.into(), runs: vec![Run { at: 0, place: Span::new(0, text.len()) }] }
    }

    /// Text that was made of the ticket's.
    pub(super) fn made(traced: Traced) -> View<'static> {
        let runs = traced.runs;
        match String::from_utf8(traced.bytes) {
            Ok(text) => View { text: text.into(), runs },
            // U+FFFD is longer than what it replaces, so only the whole still has a place.
            Err(bytes) => {
                let place = place(&runs, bytes.as_bytes().len(), 0..bytes.as_bytes().len());
                let text = String::from_utf8_lossy(bytes.as_bytes()).into_owned();
                View { text: text.into(), runs: vec![Run { at: 0, place }] }
            }
        }
    }

    /// A part with its places.
    pub(super) fn traced(&self, part: Range<usize>) -> Traced {
        let mut traced = Traced { bytes: self.text.as_bytes()[part.clone()].to_vec(), runs: Vec::new() };
        if part.is_empty() {
            traced.runs.push(Run { at: 0, place: self.place(part) });
        } else {
            copy_runs(&self.runs, self.text.len(), part, &mut traced.runs);
        }
        traced
    }

    /// Where a part stands in the ticket.
    pub(super) fn place(&self, part: Range<usize>) -> Span {
        place(&self.runs, self.text.len(), part)
    }
}

/// Bytes as text, U+FFFD for those that are none. Nearly all are text, and of these the strict reading is by far the faster one.
pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The run that a byte is in.
fn run_of(runs: &[Run], byte: usize) -> usize {
    runs.partition_point(|run| run.at <= byte).saturating_sub(1)
}

fn end_of(runs: &[Run], at: usize, len: usize) -> usize {
    runs.get(at + 1).map_or(len, |next| next.at)
}

fn place(runs: &[Run], len: usize, part: Range<usize>) -> Span {
    if runs.is_empty() {
        return Span::default();
    }
    let exact = |at: usize| (end_of(runs, at, len) - runs[at].at == runs[at].place.len()).then_some(runs[at]);
    if part.start >= part.end {
        // Behind the byte before it, so that an empty value stands behind its `=`.
        let before = part.start.saturating_sub(usize::from(part.start > 0));
        let at = run_of(runs, before);
        let point = match exact(at) {
            Some(run) => (run.place.start + part.start - run.at).min(run.place.end),
            None if part.start == 0 => runs[at].place.start,
            None => runs[at].place.end,
        };
        return Span::new(point, point);
    }
    let (first, last) = (run_of(runs, part.start), run_of(runs, part.end - 1));
    let start = exact(first).map_or(runs[first].place.start, |run| run.place.start + part.start - run.at);
    let end = exact(last).map_or(runs[last].place.end, |run| run.place.start + part.end - run.at);
    if first == last {
        return Span::new(start, end.max(start));
    }
    // Pieces need not follow each other as they do in the ticket.
    let inner = runs[first + 1..last].iter().map(|run| run.place);
    let ends = Span::new(start, runs[first].place.end.max(start)).and(Span::new(runs[last].place.start.min(end), end));
    inner.filter(|place| !place.is_empty()).fold(ends, Span::and)
}

fn copy_runs(runs: &[Run], len: usize, part: Range<usize>, copied: &mut Vec<Run>) {
    if runs.is_empty() {
        return;
    }
    for at in run_of(runs, part.start)..runs.len() {
        let (run, end) = (runs[at], end_of(runs, at, len));
        if run.at >= part.end {
            break;
        }
        let (from, to) = (part.start.max(run.at), part.end.min(end));
        let place = if end - run.at == run.place.len() {
            Span::new(run.place.start + from - run.at, run.place.start + to - run.at)
        } else {
            run.place
        };
        copied.push(Run { at: from - part.start, place });
    }
}

#[cfg(test)]
mod tests {
    use super::{Span, Traced, View};

    #[test]
    fn what_is_joined_from_pieces_knows_where_each_stands() {
        let mut traced = Traced::at(10, "api_key=");
        traced.push(b"AB", Span::new(18, 20));
        traced.push(b"&", Span::new(30, 35));
        traced.push(b"x=1", Span::new(40, 43));
        assert_eq!(traced.place(8..10), Span::new(18, 20));
        assert_eq!(traced.place(10..11), Span::new(30, 35));
        assert_eq!(traced.place(9..12), Span::new(19, 41));
        assert_eq!(traced.slice(8..10), Traced::at(18, "AB"));
        assert_eq!(traced.slice(11..14).place(2..3), Span::new(42, 43));
        assert_eq!(traced.slice(8..8).whole(), Span::new(18, 18));
        assert_eq!(traced.place(14..14), Span::new(43, 43));
    }

    #[test]
    fn pieces_out_of_order_have_a_place_that_holds_them_all() {
        let mut traced = Traced::at(100, "late");
        traced.append(&Traced::at(5, "early"));
        assert_eq!(traced.whole(), Span::new(5, 104));
        assert_eq!(traced.place(4..9), Span::new(5, 10));
    }

    #[test]
    fn a_view_slices_as_its_text_does() {
        let view = View::of("a = b");
        assert_eq!(view.traced(4..5).whole(), Span::new(4, 5));
        assert_eq!(view.place(5..5), Span::new(5, 5));
        assert_eq!(View::of("").place(0..0), Span::new(0, 0));
    }
}

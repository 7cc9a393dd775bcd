//! What a reader found, and the text that is still free: what one form holds is no other form's.

use std::ops::Range;

use crate::support::ticket::{Form, Item, Mark, MarkKind, Note};
use crate::support::traced::{Span, View};

/// What the readers found so far, by the part of the view that they found it in.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) items: Vec<(Range<usize>, Item)>,
    /// Parts that belong to a form and hold no item.
    pub(super) taken: Vec<Range<usize>>,
    pub(super) notes: Vec<Note>,
    /// Whether answers in full were found that are kept with their requests.
    pub(super) has_answers: bool,
    /// How many items there are beyond those that are kept.
    pub(super) left_out: usize,
}

/// More requests than these are a log, which is read line by line.
pub(super) const MOST_ITEMS: usize = 20_000;

impl Found {
    /// Keeps an item, as long as there are not too many.
    pub(super) fn item(&mut self, part: Range<usize>, item: Item) {
        if self.items.len() < MOST_ITEMS {
            self.items.push((part, item));
        } else {
            self.left_out += 1;
            self.taken.push(part);
        }
    }

    /// Keeps a note.
    pub(super) fn note(&mut self, text: impl Into<String>, place: Option<Span>) {
        self.notes.push(Note { text: text.into(), place });
    }
}

/// An empty item in a part of the view.
pub(super) fn item(view: &View<'_>, part: Range<usize>, form: Form) -> Item {
    Item::new(form, view.place(part))
}

/// A mark on a part of the view.
pub(super) fn mark(kind: MarkKind, place: Span, detail: impl Into<String>) -> Mark {
    Mark { kind, place, detail: detail.into() }
}

/// What is left of the free parts once these are taken.
pub(super) fn without(free: &[Range<usize>], mut taken: Vec<Range<usize>>) -> Vec<Range<usize>> {
    taken.sort_by_key(|part| part.start);
    let mut left = Vec::new();
    let mut next = taken.into_iter().peekable();
    // Up to where everything is gone; it may reach over the end of a free part.
    let mut reach = 0;
    for part in free {
        let mut start = part.start.max(reach);
        while let Some(gone) = next.next_if(|gone| gone.start < part.end) {
            if gone.start > start {
                left.push(start..gone.start);
            }
            start = start.max(gone.end);
            reach = start;
        }
        if start < part.end {
            left.push(start..part.end);
        }
    }
    left
}

/// What a reader finds in a text of which everything is free.
#[cfg(test)]
pub(super) fn found_in(text: &str, find: fn(&View<'_>, &[Range<usize>], &mut Found)) -> Found {
    let mut found = Found::default();
    find(&View::of(text), std::slice::from_ref(&(0..text.len())), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn what_is_taken_is_no_longer_free() {
        assert_eq!(without(&[0..10, 20..30], vec![22..24, 3..5, 4..6]), [0..3, 6..10, 20..22, 24..30]);
        assert_eq!(without(&[0..10, 11..12], vec![0..10, 11..12]), Vec::<std::ops::Range<usize>>::new());
        assert_eq!(without(&[0..4, 6..9], vec![2..7, 2..3]), [0..2, 7..9]);
    }
}

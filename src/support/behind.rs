//! The text that follows a request in the ticket: its answer, or the rest of its URL.

use super::evidence::Evidence;
use super::said::outcome_in_words;
use super::ticket::{Form, Item, Ticket};

/// A line below a request that is longer than this is more than its answer.
const LONGEST_ALONE: usize = 40;

/// How much of its line is looked at behind a request, in bytes.
const MOST_BEHIND: usize = 500;

/// The outcome that stands behind a request in its line, or in a line of its own; of several, each may have its own.
pub(super) fn behind(ticket: &Ticket, item: &Item) -> Option<Evidence> {
    let text = ticket.text.get(item.place.end..).filter(|_| ticket.items.len() > 1)?;
    let mut lines = text[..text.floor_char_boundary(MOST_BEHIND)].lines();
    let mut line = lines.next()?;
    // Or alone in the next one.
    if !line.contains(char::is_alphanumeric) {
        line = lines.next().map(str::trim).filter(|line| line.len() <= LONGEST_ALONE)?;
        if line.eq_ignore_ascii_case("success") {
            return Some(Evidence::Code(0));
        }
    }
    Some(outcome_in_words(&line.to_lowercase())).filter(|of| matches!(of, Evidence::Code(_) | Evidence::Missing(_)))
}

/// Whether something stands behind a URL that could be the rest of a value: ` & Sons`, `#3`, `<b>`.
pub(super) fn may_go_on(ticket: &Ticket, item: &Item) -> bool {
    let behind = ticket.text.get(item.place.end..).unwrap_or_default();
    let mut chars = behind.trim_start_matches(' ').chars();
    let is_sign = matches!(chars.next(), Some('&' | '#')) || behind.starts_with('<') && !behind.starts_with("</");
    item.form == Form::Url && is_sign && chars.as_str().trim_start_matches(' ').starts_with(char::is_alphanumeric)
}

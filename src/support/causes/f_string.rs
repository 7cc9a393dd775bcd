//! A Python string that lacks its f, among others that have it.

use crate::support::look::{Grade, Look};

/// Python joins strings that follow each other, and each needs an f of its own: `f"…?api_key={key}" "&lead_id={lead}"`.
pub(super) fn check(look: &mut Look<'_>) {
    if !["f\"http", "f'http"].iter().any(|sign| look.prose.contains(sign)) {
        return;
    }
    for (name, id) in [("lead_id", "lead-placeholder"), ("status", "status-placeholder")] {
        let is_literal = ["\"", "'"].iter().any(|quote| {
            let starts = format!("{quote}&{name}={{");
            look.prose.match_indices(&*starts).any(|(at, _)| !look.prose[..at].ends_with(['f', 'r']))
        });
        if is_literal {
            let message = format!("the string with {name}={{…}} has no f, so the braces are sent as they stand");
            look.add_with(id, Grade::Likely, look.place(name), message, "put an f before each of the strings");
        }
    }
}

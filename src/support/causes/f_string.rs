//! Variables that no program fills in: a Python string lacks its f, among others that have it, or single quotes stand around one.

use crate::support::look::{Grade, Look};
use crate::support::phrases::Says;
use crate::support::ticket::MarkKind;

/// `'…&lead_id=${lead.id}'` in JavaScript, `'…&lead_id=$lead'` in PHP, `'…&lead_id=#{lead}'` in Ruby.
pub(super) fn check_quotes(look: &mut Look<'_>) {
    if look.mark(MarkKind::Continues).is_none() {
        return;
    }
    for (name, id) in [("lead_id", "lead-placeholder"), ("status", "status-placeholder")] {
        let is_literal = !look.is_unknown(name)
            && look
                .value(name)
                .is_some_and(|value| value.starts_with("${") || value.starts_with("{$") || value.starts_with('$'));
        if is_literal {
            let message = format!("single quotes stand around {name}, so no variable is filled in");
            let help = "use other quotes: ` in JavaScript, \" in PHP and Ruby";
            look.add_with(id, Grade::Likely, look.place(name), message, help);
        }
    }
}

/// Python joins strings that follow each other, and each needs an f of its own: `f"…?api_key={key}" "&lead_id={lead}"`.
pub(super) fn check(look: &mut Look<'_>) {
    if !look.prose.says(&["f\"http", "f'http"]) {
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

//! The page of `caketester why --page`: a place to paste a ticket, and what was found.

use askama::Template;

/// What was found in a ticket, as text without keys.
#[derive(Debug)]
pub struct FoundText {
    /// The causes, or why there are none.
    pub cause: String,
    /// A message to the buyer, where there is one.
    pub reply: Option<String>,
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct Page<'f> {
    found: Option<&'f FoundText>,
}

/// The page, with what was found in the last ticket.
pub fn ticket_page(found: Option<&FoundText>) -> String {
    // A template fails only where a value cannot be shown, and every value here is text.
    Page { found }.render().unwrap_or_default()
}

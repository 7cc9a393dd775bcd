//! Values that look like markup to the platform.

use super::part::part;
use crate::support::Parameter;
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::read::html_decoded;
use crate::support::traced::Traced;

/// A value in which the platform finds markup.
pub(super) fn markup(look: &mut Look<'_>, one: &Parameter, value: &str) {
    let is_opening = |c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '/' | '?');
    let mut opened = value.match_indices('<').map(|(at, _)| value[at..].chars().take(2).collect::<String>());
    let markup = opened.find(|two| two.ends_with(is_opening));
    let markup = markup.or_else(|| value.contains("&#").then(|| "&#".to_owned()));
    // A key in brackets stands for a key that is hidden.
    let is_key = one.name.eq_ignore_ascii_case("api_key") && value.starts_with('<') && value.ends_with('>');
    if let Some(markup) = markup.filter(|_| !is_key) {
        let place = Some(part(one, &["%3c", "<", "%26%23", "&#"]));
        let found = Found::new("markup", Grade::Certain, place, format!("{} holds {}", one.name, shown(&markup)));
        look.put(if markup == "&#" && !one.name.eq_ignore_ascii_case("api_key") {
            of_html(found, &one.name, value)
        } else {
            found
        });
    }
}

/// A value that a program encoded for a page of HTML: `Don&#39;t Call`.
fn of_html(found: Found, name: &str, value: &str) -> Found {
    let plain = html_decoded(&Traced::at(0, value)).text().into_owned();
    let encoded = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
    let help = format!(
        "the value is encoded for HTML: take the plain text ({plain}), and encode it for a URL; send: {name}={encoded}"
    );
    found.with_help(help).of(Variant::Html)
}

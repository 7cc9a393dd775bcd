//! What stands between two parameters in the place of an `&`, and a value that ends at its own.

use super::unencoded::of_ticket;
use crate::cake::is_parameter;
use crate::support::Span;
use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look};
use crate::support::phrases::Says;
use crate::support::ticket::Parameter;

/// Signs within a value, and a second `?`.
pub(super) fn check(look: &mut Look<'_>, query: &str) {
    let has_sign = |one: &&Parameter| one.sent.bytes().iter().any(|byte| matches!(byte, b';' | b',' | b'/'));
    let mut signed = look.parameters.iter().filter(has_sign);
    let found = signed.find(|one| separator(&one.sent.text().to_ascii_lowercase()).is_some());
    if let Some(found) = found {
        let (place, sign) = (found.sent.whole(), separator(&found.sent.text().to_ascii_lowercase()).unwrap_or(';'));
        let (message, help) = (format!("a {sign} stands where & belongs"), format!("put & in place of each {sign}"));
        look.add_with("semicolon", Grade::Certain, Some(place), message, help);
    } else if !query.contains('=') && query.to_ascii_lowercase().contains("lead_id:") {
        let help = "put = in place of each : after a name";
        look.add_with("semicolon", Grade::Certain, None, "a : stands where = belongs", help);
    } else if query.contains('?') && query.to_ascii_lowercase().contains("?lead_id=") {
        look.add_with("semicolon", Grade::Likely, None, "a ? stands where & belongs", "put & in place of the second ?");
    }
}

/// What stands in a value before the name of another parameter: `K;lead_id=`.
fn separator(sent: &str) -> Option<char> {
    let names = ["lead_id=", "status=", "api_key=", "sub_status="];
    let is_one = |rest: &str| names.iter().any(|name| rest.starts_with(name));
    [';', ',', '/'].into_iter().find(|sign| sent.split(*sign).skip(1).any(is_one))
}

/// Code that joins the parameters by `&amp;`.
pub(super) fn joined_by_an_entity(look: &mut Look<'_>) {
    const NEAR: usize = 80;
    let is_lost = matches!(&look.evidence, Evidence::Missing(name) if !name.eq_ignore_ascii_case("api_key"));
    let prose = look.prose;
    let joins = |at: usize| {
        let before = &prose[prose.ceil_char_boundary(at.saturating_sub(NEAR))..at];
        let is_joined = before.says(&["build_query", "join", "implode", "separator"]);
        (is_joined || before.trim_end().ends_with(['+', '.']))
            && !before.contains("replace")
            && !before.contains("decode")
    };
    let is_joined = ["'&amp;'", "\"&amp;\""].iter().flat_map(|sign| prose.match_indices(sign)).any(|(at, _)| joins(at));
    if is_lost && is_joined && !look.has("amp-entity") {
        let help = "join the parameters by a plain &: &amp; belongs into the source of an HTML page alone";
        look.add_with("amp-entity", Grade::Certain, None, "the code joins the parameters by &amp;", help);
    }
}

/// `status=Approved & Signed`: the rest of the value becomes a parameter without `=`, or one with a name that no field has.
pub(super) fn cut_at_ampersand(look: &mut Look<'_>) {
    if look.has("amp-entity") {
        return;
    }
    let cut = look.parameters.iter().enumerate().skip(1).find(|(at, one)| {
        let before = &look.parameters[at - 1];
        let is_bare = one.value.is_none() && !one.name.trim_matches([' ', '+']).is_empty() && !is_parameter(&one.name);
        let is_spaced = one.name.starts_with([' ', '+']) && one.value.is_some() && !is_parameter(one.name.trim());
        let ends_open = before.value.as_deref().is_some_and(|value| value.ends_with(' ')) && !is_parameter(&one.name);
        (is_bare || is_spaced || ends_open && one.name.contains(' ')) && before.value.is_some()
    });
    if let Some((at, one)) = cut {
        let before = &look.parameters[at - 1];
        let is_encoded_value = one.value.is_none()
            && one.name.chars().next().is_some_and(char::is_uppercase)
            && before.value.as_deref().is_some_and(|value| !value.ends_with(' '));
        // `--data-urlencode 'Funded'` sends a value without a name.
        let misses_status = look.value("status").is_none();
        if is_encoded_value && misses_status {
            return;
        }
        let message = format!("{} ends at its &", before.name);
        let place = before.place.and(one.place);
        let end = Span::new(before.place.end, one.place.start.max(before.place.end));
        let place = if is_parameter(&before.name) { place } else { end };
        let help = of_ticket(look);
        look.add_with("cut-at-ampersand", Grade::Likely, Some(place), message, help);
    }
}

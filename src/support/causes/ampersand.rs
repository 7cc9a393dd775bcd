//! A value that ends at its own `&`.

use super::unencoded::of_ticket;
use crate::cake::is_parameter;
use crate::support::Span;
use crate::support::look::{Grade, Look};

/// `status=Approved & Signed`: the rest of the value becomes a parameter without `=`, or one with a name that no field has.
pub(super) fn check(look: &mut Look<'_>) {
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

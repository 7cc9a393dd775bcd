//! Which custom field a place in a ticket belongs to, what its name tells, and for which lead a request is.

use super::phrases::Says;
use super::ticket::{Item, Parameter, Request};
use super::traced::Span;
use crate::cake::is_parameter;

/// The field that a place belongs to, where it is none of CAKE's own parameters.
pub(super) fn field_of(request: &Request, place: Option<Span>) -> Option<String> {
    let place = place?;
    let is_there = |one: &&Parameter| one.place.start <= place.start && place.start <= one.place.end;
    let parameters = request.parameters();
    let query = request.query.as_ref().map(super::traced::Traced::whole);
    parameters
        .iter()
        .filter(|_| query != Some(place))
        .find(is_there)
        .filter(|one| !is_own(&one.name))
        .map(|one| one.name.clone())
}

fn is_own(name: &str) -> bool {
    is_parameter(name) && !name.eq_ignore_ascii_case("sub_status")
}

/// The lead of an item, where it looks like one, and not like a placeholder.
pub(super) fn lead_of(item: &Item) -> Option<String> {
    let lead = item.request.as_ref().and_then(Request::meant_lead)?;
    let lead = lead.trim();
    let is_one = lead.len() >= 4
        && (lead.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') || is_a_spreadsheets_number(lead));
    (is_one && lead.bytes().any(|byte| byte.is_ascii_digit())).then(|| lead.to_owned())
}

/// `9.41E+07`, in which the + may have become a space.
pub(super) fn is_a_spreadsheets_number(value: &str) -> bool {
    value.contains('.') && value.contains(['E', 'e']) && value.replace(' ', "+").parse::<f64>().is_ok()
}

/// Whether a field of this name is an amount, most likely.
pub(super) fn is_amount_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.says(&["amount", "commission", "revenue", "price", "premium", "payout", "value", "sum", "total"])
}

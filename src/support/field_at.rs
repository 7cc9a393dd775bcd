//! Which custom field a place in a ticket belongs to.

use super::ticket::{Parameter, Request};
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

//! The checks that find the causes, by group. What each is called and what to do about it stands in `causes.yaml`.

mod accepted;
mod address;
mod answer;
mod field;
mod key;
mod lead;
mod listed;
mod network;
mod page;
mod part;
mod query;
mod repeated;
mod separator;
mod shell;
mod status;
mod swapped;
mod tools;
mod transport;
mod unencoded;
mod verb;

pub use part::personal_values;

use super::look::Look;

/// Looks for every cause in one request and what came of it.
pub(in crate::support) fn examine(look: &mut Look<'_>) {
    shell::check(look);
    transport::check(look);
    if look.request.is_some() {
        address::check(look);
        verb::check(look);
        query::check(look);
        unencoded::check(look);
        swapped::check_f_strings(look);
        swapped::check_quotes(look);
        swapped::recased(look);
        key::check(look);
        lead::check(look);
        status::check(look);
        field::check(look);
    }
    answer::check(look);
    accepted::check(look);
    network::check(look);
}

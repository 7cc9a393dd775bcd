//! Which part of a ticket a cause shows: values may be personal, and only what is wrong with them is anybody's business.

use crate::cake::is_parameter;
use crate::plural::listed;
use crate::support::field_at::is_amount_name;
use crate::support::keys::is_secret;
use crate::support::look::folded;
use crate::support::phrases::Says;
use crate::support::{Parameter, Request, Span};

/// That the parameters in a part are not sent, by their names: their values may be personal.
pub(super) fn lost(cut: Option<String>, rest: &str) -> String {
    let names = rest.split('&').filter_map(|part| part.split_once('=')).map(|(name, _)| name.to_owned());
    let all: Vec<String> = cut.into_iter().chain(names).collect();
    match &*all {
        [] => "what follows it is not sent".to_owned(),
        [one] => format!("{one} is not sent"),
        _ => format!("{} are not sent", listed(&all)),
    }
}

/// Where one of these marks stands in a value as sent; of CAKE's own parameters the whole value, which holds nothing personal.
pub(super) fn part(one: &Parameter, marks: &[&str]) -> Span {
    let sent = one.sent.text().to_ascii_lowercase();
    let found = marks.iter().find_map(|mark| Some((sent.find(mark)?, mark.len())));
    match found.filter(|_| !is_parameter(&one.name)) {
        Some((at, len)) => one.sent.slice(at..(at + len + 1).min(one.sent.bytes().len())).whole(),
        None => one.sent.whole(),
    }
}

/// The bytes of a value that are no UTF-8, as they are sent.
pub(super) fn foreign(sent: &str) -> String {
    let at = sent.find('%').unwrap_or_default();
    sent.get(at..).unwrap_or_default().chars().take(3).collect()
}

/// Where the values of a network's own fields stand, amounts and misspelled parameters of CAKE aside: they may be personal. And
/// a key over two lines, which nobody would know by one of them.
pub fn personal_values(request: &Request) -> Vec<Span> {
    let is_other = |one: &Parameter| {
        let name = folded(&one.name);
        is_parameter(&one.name) || is_amount_name(&one.name) || name.contains("status") || name.ends_with("leadid")
    };
    // A telephone number, an account or a postcode is a number too.
    let is_text = |one: &Parameter| {
        let name = folded(&one.name);
        let is_named = name.says(&["phone", "mobile", "zip", "postcode", "ssn", "birth", "account", "card"]);
        one.value
            .as_deref()
            .is_none_or(|value| value.trim().len() >= 9 || is_named || value.trim().parse::<f64>().is_err())
    };
    let is_broken_key = |one: &Parameter| is_secret(&one.name) && one.sent.whole().len() > one.sent.len();
    let hidden = |one: &Parameter| is_broken_key(one) || !is_other(one) && is_text(one);
    let of_field = request.parameters().into_iter().filter(hidden);
    of_field.map(|one| if one.value.is_some() { one.sent.whole() } else { one.place }).collect()
}

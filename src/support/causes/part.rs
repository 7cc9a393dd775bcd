//! Which part of a ticket a cause shows: values may be personal, and only what is wrong with them is anybody's business.

use crate::cake::is_parameter;
use crate::support::Parameter;

/// The names of the parameters in a part that is not sent: their values may be personal.
pub(super) fn lost(cut: Option<String>, rest: &str) -> String {
    let names = rest.split('&').filter_map(|part| part.split_once('=')).map(|(name, _)| name.to_owned());
    let all: Vec<String> = cut.into_iter().chain(names).collect();
    if all.is_empty() { "what follows it".to_owned() } else { all.join(", ") }
}

/// Where one of these marks stands in a value as sent; of CAKE's own parameters the whole value, which holds nothing personal.
pub(super) fn part(one: &Parameter, marks: &[&str]) -> crate::support::Span {
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

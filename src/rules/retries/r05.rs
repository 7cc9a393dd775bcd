//! R05: repeats the same update, not a changed one.

use crate::protocol::{Exchange, KeySent, Params};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Weight};
use crate::rules::values::{NOTHING, quoted};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R05,
    title: "repeats the same update, not a changed one",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Calling again sets the status anew. A repeat with another status, or with a field left out, silently replaces what the first one recorded.",
    bad: "the second attempt leaves out sub_status, or takes the next lead of the queue",
    good: "the same query again",
    change: "build the query once, and send the same one with each attempt",
    optional: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let calls: Vec<&Exchange> = seen.attempts().filter(|exchange| Evidence::is_call(exchange)).collect();
    let is_changed = calls.iter().any(|call| call.keys.as_ref().is_some_and(|keys| keys.is_changed));
    let calls: Vec<(&KeySent, Params)> =
        calls.into_iter().map(|exchange| (exchange.api_key(), exchange.request.params())).collect();
    let ((key, first), others) = calls.split_first()?;
    if others.is_empty() {
        return None;
    }
    if is_changed || others.iter().any(|(other, _)| other != key) {
        // Of two keys, one is unknown to us.
        return Some(vec![Breach::new("the client repeated the update with another api_key")]);
    }
    let others: Vec<&Params> = others.iter().map(|(_, params)| params).collect();
    let own = ["lead_id", "status", "sub_status"].into_iter();
    let fields = seen.fields.iter().map(|field| &*field.name);
    let read: Vec<&str> = own.chain(seen.step.update.fields.keys().map(String::as_str)).chain(fields).collect();
    // What is empty may as well be left out.
    let says = |params: &Params, name: &str| params.get(name).unwrap_or_default().into_owned();
    let differing = |other: &Params, names: &[&str]| {
        let name = names.iter().find(|name| says(first, name) != says(other, name))?;
        let shown = |params: &Params| params.get(name).map_or(NOTHING.to_owned(), |value| quoted(&value));
        let breach = Breach::new(format!("the client repeated the update with another {name}"));
        Some(breach.instead(shown(first), shown(other)))
    };
    if let Some(breach) = others.iter().find_map(|other| differing(other, &read)) {
        return Some(vec![breach]);
    }
    // CAKE is thought not to read these.
    let all = |other: &Params| differing(other, &first.names().chain(other.names()).collect::<Vec<_>>());
    let breach = others.iter().copied().find_map(all).map(|breach| breach.weighs(Weight::Recommended));
    Some(breach.into_iter().collect())
}

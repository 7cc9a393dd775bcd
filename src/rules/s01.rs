//! S01: follows no redirect to another host.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::{Exchange, Fault, FaultKind, RedirectTo};
use crate::scenario::Basis;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    id: RuleId("S01"),
    title: "follows no redirect to another host",
    level: Level::Should,
    basis: Basis::Platform,
    why: "The query holds the key. Who follows a redirect to another host hands it to whoever answers there, and takes that answer for CAKE's.",
    bad: "curl --location, or an HTTP library's default",
    good: "take a redirect as no answer: unknown",
    change: "switch the following of redirects off for this call",
    follows: &[],
    restrains: true,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let is_away = |exchange: &&Arc<Exchange>| {
        matches!(exchange.fault, Some(Fault { kind: FaultKind::Redirect { to: RedirectTo::AnotherHost, .. }, .. }))
    };
    let redirect = seen.exchanges.iter().position(|exchange| is_away(&exchange))?;
    let asked = seen.exchanges[redirect].request.host();
    let other = seen.exchanges[redirect..].iter().map(|exchange| exchange.request.host()).find(|host| *host != asked);
    let breach = Breach::new("the client followed a redirect to another host, with the key in the query");
    Some(match other {
        Some(other) => vec![breach.instead(asked.unwrap_or_default(), other.unwrap_or_default())],
        None if seen.followed_away => vec![breach],
        None => vec![],
    })
}

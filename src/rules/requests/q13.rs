//! Q13: sends a request for every update.

use crate::protocol::Obstacle;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q13,
    title: "sends a request for every update",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A lead without an update is missing from the Lead Status Master Report, without any error.",
    bad: "the update waits in a queue, or goes to a URL from the configuration",
    good: "one GET to the URL that was handed over",
    change: "send the update to the URL that is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if let Some(met) = seen.obstacle {
        // The variable with the authority is not set, so a client that reads it may stop before it connects.
        if !met.shown.is_seen() || met.shown == Obstacle::UntrustedBySystem {
            return None;
        }
        let breach = || Breach::new("the client never looked at the certificate: it began no TLS handshake");
        return Some(if met.turned_away || met.requests > 0 { vec![] } else { vec![breach()] });
    }
    if !seen.exchanges.is_empty() {
        return Some(vec![]);
    }
    if seen.is_refused_unencoded() {
        return None;
    }
    let breach = match seen.concluded {
        Ok(outcome) => Breach::new(format!("nothing reached the mock, and the client concluded {:?}", outcome.word()))
            .change(format!(
                "if other updates arrive, the URL is right, so find out why the client did not send this one: does it check values \
                 itself, does it look them up in a table, or does it remember earlier runs (then clear its state before each run)? If \
                 none arrives: {}",
                RULE.change
            )),
        Err(why) => Breach::new(format!("nothing reached the mock: {why}")).change(format!(
            "if the program failed, read what it printed on standard error, which the report shows; {}",
            RULE.change
        )),
    };
    Some(vec![breach])
}

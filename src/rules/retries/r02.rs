//! R02: bounds its retries.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R02,
    title: "bounds its retries",
    level: Level::Should,
    basis: Basis::Platform,
    why: "A server that is down stays down for a while. A client without an end to its patience keeps a whole night's work waiting, and floods the server when it comes back.",
    bad: "until (sent) { try again }",
    good: "a few attempts, then unknown; a later run takes it up",
    change: "give up after ten attempts at most",
    restrains: true,
    check,
    ..Rule::PLAIN
};

/// So many attempts are enough for anybody.
const MOST_ATTEMPTS: usize = 10;

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if seen.requests == 0 {
        return None;
    }
    let breach = || {
        Breach::new("the client sent its update over and over")
            .instead(format!("{MOST_ATTEMPTS} attempts at most"), format!("{} requests", seen.requests))
    };
    Some(if seen.requests > MOST_ATTEMPTS { vec![breach()] } else { vec![] })
}

//! R02: bounds its retries.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("R02"),
    title: "bounds its retries",
    level: Level::Should,
    basis: Basis::Platform,
    why: "A server that is down stays down for a while. A client without an end to its patience keeps a whole night's work waiting, and floods the server when it comes back.",
    bad: "until (sent) { try again }",
    good: "a few attempts, then unknown; a later run takes it up",
    change: "give up after ten attempts at most",
    follows: &[super::r01::RULE.id],
    restrains: true,
    optional: false,
    everywhere: false,
    needs: None,
    check,
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

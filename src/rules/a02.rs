//! A02: takes code 1 (invalid API key) as rejected.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A02"),
    title: "takes code 1 (invalid API key) as rejected",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The key is wrong, so nothing that this buyer sends is recorded until somebody acts. CAKE is known to send failures with HTTP 200.",
    bad: "if (http_status == 200) return UPDATED",
    good: "read <code> of the XML, and conclude rejected from 1",
    change: "read <code> of the XML; the message does not count",
    follows: &[super::q14::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    plain(seen, Code::INVALID_KEY)
}

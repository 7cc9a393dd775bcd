//! A03: takes code 2 (lead ID not found) as rejected.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A03"),
    title: "takes code 2 (lead ID not found) as rejected",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE does not know the lead, or another buyer bought it: what was sent is in no report. CAKE is known to send failures with HTTP 200.",
    bad: "if (http_status == 200) return UPDATED",
    good: "read <code> of the XML, and conclude rejected from 2",
    change: "read <code> of the XML; the message does not count",
    follows: &[super::q14::RULE.id, super::a02::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    plain(seen, Code::LEAD_NOT_FOUND)
}

//! A05: takes code 4 (Lead Statuses are not enabled) as rejected.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A05"),
    title: "takes code 4 (Lead Statuses are not enabled) as rejected",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Lead Statuses are switched off: no update of any buyer is recorded. CAKE is known to send failures with HTTP 200.",
    bad: "if (http_status == 200) return UPDATED",
    good: "read <code> of the XML, and conclude rejected from 4",
    change: "read <code> of the XML; the message does not count",
    follows: &[super::q14::RULE.id, super::a02::RULE.id, super::a03::RULE.id, super::a04::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    plain(seen, Code::NOT_ENABLED)
}

//! A04: takes code 3 (status not recognised) as rejected.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A04"),
    title: "takes code 3 (status not recognised) as rejected",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The status is not spelt as the network configured it: this lead's column in the report stays empty. CAKE is known to send failures with HTTP 200.",
    bad: "if (http_status == 200) return UPDATED",
    good: "read <code> of the XML, and conclude rejected from 3",
    change: "read <code> of the XML; the message does not count",
    follows: &[super::q14::RULE.id, super::a02::RULE.id, super::a03::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    plain(seen, Code::STATUS_NOT_RECOGNISED)
}

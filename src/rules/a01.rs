//! A01: takes code 0 as updated.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A01"),
    title: "takes code 0 as updated",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Code 0 says that CAKE recorded the status. A client that does not see it sends the update again, or leaves the lead open in its books.",
    bad: "an exit code that does not depend on the answer",
    good: "read <code>, and conclude updated from 0",
    change: "read <code> of the XML; 0 is success",
    follows: &[super::q14::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    plain(seen, Code::SUCCESS)
}

//! R06: does not claim success when the reply was lost, unless a repeat got code 0.

use super::evidence::Evidence;
use super::outcomes::claimed;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("R06"),
    title: "does not claim success when the reply was lost, unless a repeat got code 0",
    level: Level::Must,
    basis: Basis::Platform,
    why: "A connection that breaks after the request was sent says nothing: CAKE may have recorded the update, refused it, or never seen it.",
    bad: "catch (ConnectionReset) { return UPDATED }",
    good: "unknown; or send the same update again, and go by the answer to that",
    change: "treat a lost reply as unknown, or repeat the same update and go by the answer",
    follows: &[
        super::q14::RULE.id,
        super::a01::RULE.id,
        super::a02::RULE.id,
        super::a03::RULE.id,
        super::a04::RULE.id,
        super::a05::RULE.id,
        super::a09::RULE.id,
    ],
    restrains: true,
    optional: false,
    everywhere: true,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    (seen.is_reply_lost() || seen.turned_away()).then(|| claimed(seen))
}

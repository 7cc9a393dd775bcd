//! R06: does not claim success when the reply was lost, unless a repeat got code 0.

use crate::rules::concluded::claimed;
use crate::rules::rule::{Basis, Level, Rule, RuleId, Takes};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R06,
    title: "does not claim success when the reply was lost, unless a repeat got code 0",
    level: Level::Must,
    basis: Basis::Platform,
    why: "A connection that breaks after the request was sent proves nothing: CAKE may have recorded the update, refused it, or never seen it.",
    bad: "catch (ConnectionReset) { return UPDATED }",
    good: "unknown; or send the same update again, and go by the answer to that",
    change: "treat a lost reply as unknown, or repeat the same update and go by the answer",
    restrains: true,
    everywhere: true,
    takes: Takes::Outcome,
    check: |seen| (seen.is_reply_lost() || seen.turned_away()).then(|| claimed(seen)),
    ..Rule::PLAIN
};

//! A12: says unknown where it cannot know.

use super::evidence::Evidence;
use super::evidence::Given;
use super::outcomes::breach;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Outcome;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A12"),
    title: "says unknown where it cannot know",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Where no answer came that can be used, the update may be recorded or not. A client that notes a refusal, or dies, hides that somebody has to look.",
    bad: "catch (e) { return REJECTED }",
    good: "catch (e) { return UNKNOWN }",
    change: "conclude unknown where no usable answer came, and go on running",
    follows: &[
        super::q14::RULE.id,
        super::a01::RULE.id,
        super::a02::RULE.id,
        super::a03::RULE.id,
        super::a04::RULE.id,
        super::a05::RULE.id,
        super::a10::RULE.id,
        super::a08::RULE.id,
    ],
    restrains: false,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let cannot_know =
        matches!(seen.given(), Some(Given::NoCode | Given::UnknownCode)) || seen.is_reply_lost() || seen.turned_away();
    if !cannot_know || seen.timed_out {
        return None;
    }
    let expected = seen.expected();
    // Who claims success breaks another rule.
    let is_right = seen.concluded.is_ok_and(|outcome| outcome == Outcome::Updated || expected.contains(&outcome));
    Some(if is_right { vec![] } else { vec![breach(seen, &expected)] })
}

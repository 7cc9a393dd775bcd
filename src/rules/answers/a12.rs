//! A12: reports unknown if it cannot know.

use crate::protocol::Outcome;
use crate::rules::concluded::breach;
use crate::rules::evidence::Given;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Takes};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A12,
    title: "reports unknown if it cannot know",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Where no answer came that can be used, the update may be recorded or not. A client that notes a refusal, or dies, hides that somebody has to look.",
    bad: "catch (e) { return REJECTED }",
    good: "catch (e) { return UNKNOWN }",
    change: "conclude unknown where no usable answer came, and go on running",
    takes: Takes::Outcome,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let cannot_know =
        matches!(seen.given(), Some(Given::NoCode | Given::UnknownCode)) || seen.is_reply_lost() || seen.turned_away();
    // To wait for a stalled server breaks another rule.
    let waits = seen.timed_out && seen.last().is_some_and(|last| last.fault.is_some_and(|fault| fault.kind.lasts()));
    if !cannot_know || waits {
        return None;
    }
    let expected = seen.expected();
    // To claim success breaks another rule.
    let is_right = seen.concluded.is_ok_and(|outcome| outcome == Outcome::Updated || expected.contains(&outcome));
    Some(if is_right { vec![] } else { vec![breach(seen, &expected)] })
}

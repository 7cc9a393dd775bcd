//! A07: takes no unknown code as success, whatever the message says.

use super::evidence::{Evidence, Given};
use super::outcomes::{ANSWERS_AND_SHAPES, claimed};
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A07"),
    title: "takes no unknown code as success, whatever the message says",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE documents the codes 0 to 4. Whatever a fifth may mean one day, it is not 0.",
    bad: "if (code < 1 || code > 4) return UPDATED; a 0 found somewhere in 10",
    good: "updated from 0 and from nothing else",
    change: "take only 0 as success; everything beyond 4 is unknown, and worth a look by a person",
    follows: &ANSWERS_AND_SHAPES,
    restrains: true,
    optional: false,
    everywhere: true,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    seen.given().filter(|given| *given == Given::UnknownCode)?;
    Some(claimed(seen))
}

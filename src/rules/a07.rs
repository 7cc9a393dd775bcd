//! A07: takes no unknown code as success, whatever the message says.

use super::evidence::Evidence;
use super::evidence::Given;
use super::outcomes::claimed;
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
    restrains: true,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    seen.given().filter(|given| *given == Given::UnknownCode)?;
    Some(claimed(seen))
}

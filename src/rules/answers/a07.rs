//! A07: never takes an unknown code for success, whatever the message.

use crate::rules::concluded::claimed;
use crate::rules::evidence::Given;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule, Takes};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A07,
    title: "never takes an unknown code for success, whatever the message",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE documents the codes 0 to 4. Whatever a fifth may mean one day, it is not 0.",
    bad: "if (code < 1 || code > 4) return UPDATED; a 0 found somewhere in 10",
    good: "updated from 0 and from nothing else",
    change: "take only 0 as success; everything beyond 4 is unknown, and worth a look by a person",
    restrains: true,
    everywhere: true,
    takes: Takes::Outcome,
    check: |seen| seen.given().filter(|given| *given == Given::UnknownCode).map(|_| claimed(seen)),
    ..Rule::PLAIN
};

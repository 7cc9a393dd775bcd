//! A09: takes nothing that is no CAKE answer as success.

use crate::rules::concluded::claimed;
use crate::rules::evidence::Given;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule, Takes};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A09,
    title: "takes nothing that is no CAKE answer as success",
    level: Level::Must,
    basis: Basis::Platform,
    why: "An error page, a login page, a maintenance page or an answer that ends too soon comes from something else than the method, often with HTTP 200. Nothing is known of the lead then.",
    bad: "try { parse(body) } catch { } return UPDATED",
    good: "unknown, unless a well-formed answer with code 0 was read",
    change: "conclude updated only from a code 0 that was read from well-formed XML; from anything else, unknown",
    restrains: true,
    everywhere: true,
    takes: Takes::Outcome,
    check: |seen| seen.given().filter(|given| *given == Given::NoCode).map(|_| claimed(seen)),
    ..Rule::PLAIN
};

//! A09: takes nothing that is no CAKE answer as success.

use super::evidence::{Evidence, Given};
use super::outcomes::claimed;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A09"),
    title: "takes nothing that is no CAKE answer as success",
    level: Level::Must,
    basis: Basis::Platform,
    why: "An error page, a login page, a maintenance page or an answer that ends too soon comes from something else than the method, often with HTTP 200. Nothing is known of the lead then.",
    bad: "try { parse(body) } catch { } return UPDATED",
    good: "unknown, unless a well-formed answer with code 0 was read",
    change: "conclude updated only from a code 0 that was read from well-formed XML; from anything else, unknown",
    follows: &[
        super::q14::RULE.id,
        super::a01::RULE.id,
        super::a02::RULE.id,
        super::a03::RULE.id,
        super::a04::RULE.id,
        super::a05::RULE.id,
        super::a10::RULE.id,
        super::a08::RULE.id,
        super::a07::RULE.id,
    ],
    restrains: true,
    optional: false,
    everywhere: true,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    seen.given().filter(|given| *given == Given::NoCode)?;
    Some(claimed(seen))
}

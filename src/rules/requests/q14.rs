//! Q14: reads the answer to its end.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q14,
    title: "reads the answer to its end",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A refusal comes with HTTP 200. Only the body shows it, so a client that closes the connection before the body has arrived knows nothing.",
    bad: "send, close, note \"sent\"",
    good: "read the whole body, then decide",
    change: "read the answer's body before the connection is closed",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let last = seen.last().filter(|last| Evidence::is_given_whole(last))?;
    let breach = || Breach::new("the client closed the connection before it had read the whole answer");
    Some(if seen.is_taken(last) { vec![] } else { vec![breach()] })
}

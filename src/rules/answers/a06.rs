//! A06: reports the code that CAKE gave.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Takes};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A06,
    title: "reports the code that CAKE gave",
    level: Level::Should,
    basis: Basis::Documented,
    why: "The code decides who has to act: the buyer or the network. A wrong number in the log misleads people.",
    bad: "{\"outcome\": \"rejected\", \"code\": 1} for every refusal",
    good: "{\"outcome\": \"rejected\", \"code\": 3}",
    change: "hand the code through as it was read from the answer",
    optional: true,
    takes: Takes::Outcome,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let (said, given) = (seen.said_code?, seen.last()?.code);
    let expected = given.map_or_else(|| "no code: none came".to_owned(), |code| code.to_string());
    let breach = || Breach::new(format!("the client reported code {said}")).instead(expected.clone(), said.to_string());
    Some(if given == Some(said) { vec![] } else { vec![breach()] })
}

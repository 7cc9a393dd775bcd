//! S05: asks for no external entity.

use crate::protocol::{Exchange, FaultKind};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S05,
    title: "asks for no external entity",
    level: Level::Should,
    basis: Basis::Assumed,
    why: "XML may name files and URLs that a parser fetches in the reader's name. Who answers in CAKE's place, or gets text into its answers, reads the buyer's own network that way.",
    bad: "a parser with its defaults, such as Java's DocumentBuilderFactory",
    good: "a parser that refuses a DOCTYPE, or leaves entities alone",
    change: "switch document types or external entities off in the XML parser; CAKE sends neither",
    restrains: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let entity = FaultKind::ENTITY.as_bytes();
    let names_one = |exchange: &Exchange| exchange.answer.body.windows(entity.len()).any(|part| part == entity);
    let breach = || Breach::new("the client asked for an external entity that the answer names");
    seen.exchanges
        .iter()
        .any(|exchange| names_one(exchange))
        .then(|| if seen.resolved_an_entity { vec![breach()] } else { vec![] })
}

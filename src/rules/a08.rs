//! A08: reads the answer in any XML shape with the same meaning.

use super::evidence::Evidence;
use super::evidence::Given;
use super::outcomes::judged;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A08"),
    title: "reads the answer in any XML shape with the same meaning",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Which bytes this method sends is not documented: with or without declaration, namespaces, line ends or comments it is the same answer, and a server may change them with any update.",
    bad: "if (body.contains(\"<code>0</code>\"))",
    good: "an XML parser, and the text of the element code",
    change: "read the answer with an XML parser, by the local name of its elements",
    follows: &[
        super::q14::RULE.id,
        super::a01::RULE.id,
        super::a02::RULE.id,
        super::a03::RULE.id,
        super::a04::RULE.id,
        super::a05::RULE.id,
        super::a10::RULE.id,
    ],
    restrains: false,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    judged(seen, |given| given == Given::OtherShape)
}

//! A08: reads the answer in any XML shape with the same meaning.

use super::evidence::{Evidence, Given};
use super::outcomes::{USUAL_ANSWERS, judged};
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
    follows: &USUAL_ANSWERS,
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    judged(seen, |given| given == Given::OtherShape)
}

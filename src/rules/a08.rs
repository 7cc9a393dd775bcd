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
    follows: &{
        let [q14, a01, a02, a03, a04, a05, a10] = USUAL_ANSWERS;
        // Its Content-Type brings an answer in JSON.
        [super::q16::RULE.id, q14, a01, a02, a03, a04, a05, a10]
    },
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    judged(seen, |given| given == Given::OtherShape)
}

//! A08: reads the answer in any XML shape with the same meaning.

use crate::rules::concluded::judged;
use crate::rules::evidence::Given;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule, Takes};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A08,
    title: "reads the answer in any XML shape with the same meaning",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Which bytes this method sends is not documented: with or without declaration, namespaces, line ends or comments it is the same answer, and a server may change them with any update.",
    bad: "if (body.contains(\"<code>0</code>\"))",
    good: "an XML parser, and the text of the element code",
    change: "read the answer with an XML parser, by the local name of its elements",
    takes: Takes::Outcome,
    check: |seen| judged(seen, |given| given == Given::OtherShape),
    ..Rule::PLAIN
};

//! A10: decides by the code, not by the message.

use crate::rules::concluded::judged;
use crate::rules::evidence::Given;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule, Takes};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::A10,
    title: "decides by the code, not by the message",
    level: Level::Should,
    basis: Basis::Documented,
    why: "Of all messages only code 0's is documented. A network may word or translate any of them, and a refusal may well contain the word success.",
    bad: "if (body.contains(\"success\")) return UPDATED",
    good: "read <code>; show <msg> to people",
    change: "decide by <code> alone; keep <msg> for the log",
    takes: Takes::Outcome,
    check: |seen| judged(seen, |given| given == Given::OtherMessage),
    ..Rule::PLAIN
};

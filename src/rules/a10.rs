//! A10: decides by the code, not by the message.

use super::evidence::{Evidence, Given};
use super::outcomes::judged;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A10"),
    title: "decides by the code, not by the message",
    level: Level::Should,
    basis: Basis::Documented,
    why: "Of all messages only code 0's is documented. A network may word or translate any of them, and a refusal may well contain the word success.",
    bad: "if (body.contains(\"success\")) return UPDATED",
    good: "read <code>; show <msg> to people",
    change: "decide by <code> alone; keep <msg> for the log",
    follows: &[
        super::q14::RULE.id,
        super::a01::RULE.id,
        super::a02::RULE.id,
        super::a03::RULE.id,
        super::a04::RULE.id,
        super::a05::RULE.id,
    ],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    judged(seen, |given| given == Given::OtherMessage)
}

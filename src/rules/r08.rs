//! R08: does not repeat an update that CAKE accepted.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Code;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("R08"),
    title: "does not repeat an update that CAKE accepted",
    level: Level::Info,
    basis: Basis::Documented,
    why: "Calling again sets the status anew, and CAKE sums number fields on every update: a repeat counts the amount twice in the report.",
    bad: "send(update); check(send(update))",
    good: "one request, and its answer",
    change: "send each update once, and go by the answer to that",
    follows: &[super::a01::RULE.id, super::a10::RULE.id, super::a08::RULE.id],
    restrains: true,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let accepted = seen.exchanges.iter().position(|exchange| exchange.code == Some(Code::SUCCESS))?;
    let more = seen.exchanges.len() - accepted - 1;
    let breach = || Breach::new(format!("the client sent {more} more after CAKE had accepted its update"));
    Some(if more > 0 { vec![breach()] } else { vec![] })
}

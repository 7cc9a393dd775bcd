//! R08: does not repeat an update that CAKE accepted.

use crate::protocol::{Code, Exchange};
use crate::rules::breach::{Breach, Weight};
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R08,
    title: "does not repeat an update that CAKE accepted",
    level: Level::Should,
    basis: Basis::Documented,
    why: "Calling again sets the status anew, and CAKE sums number fields on every update: a repeat counts the amount twice in the report.",
    bad: "send(update); check(send(update))",
    good: "one request, and its answer",
    change: "send each update once, and go by the answer to that",
    restrains: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    // HTTP 429 and 5xx ask for a repeat; the body does not matter.
    let may_be_repeated = |exchange: &Exchange| matches!(exchange.answer.http_status, 429 | 500..600);
    let is_accepted = |exchange: &Exchange| exchange.code == Some(Code::SUCCESS) && !may_be_repeated(exchange);
    let accepted = seen.attempts().position(is_accepted)?;
    let more = seen.exchanges.len() - accepted - 1;
    let breach = Breach::new(format!("the client sent {more} more after CAKE had accepted its update"));
    let has_a_number = seen.step.update.fields.keys().any(|name| seen.is_number(name));
    // CAKE counts the amount again.
    let breach = if has_a_number { breach.weighs(Weight::Required) } else { breach };
    Some(if more > 0 { vec![breach] } else { vec![] })
}

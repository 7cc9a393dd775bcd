//! R01 and R08: does not repeat an update that CAKE rejected or accepted.

use crate::plural::plural;
use crate::protocol::{Code, Exchange, Outcome};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Weight};

pub(in crate::rules) const R01: Rule = Rule {
    id: RuleId::R01,
    title: "does not repeat an update that CAKE rejected",
    level: Level::Should,
    basis: Basis::Documented,
    why: "A refusal is an answer. The same update gets the same one until somebody changes something, and a client that keeps asking may be locked out.",
    bad: "while (code != 0) send()",
    good: "repeat only where no usable answer came, or after HTTP 429 or 5xx",
    change: "do not repeat after code 1 to 4; repeat only where no usable answer came: a timeout, a broken connection, an error page",
    restrains: true,
    check: rejected,
    ..Rule::PLAIN
};

pub(in crate::rules) const R08: Rule = Rule {
    id: RuleId::R08,
    title: "does not repeat an update that CAKE accepted",
    level: Level::Should,
    basis: Basis::Documented,
    why: "Calling again sets the status anew, and CAKE sums number fields on every update: a repeat counts the amount twice in the report.",
    bad: "send(update); check(send(update))",
    good: "one request, and its answer",
    change: "send each update once, and go by the answer to that",
    restrains: true,
    check: accepted,
    ..Rule::PLAIN
};

fn rejected(seen: &Evidence) -> Option<Vec<Breach>> {
    let is_refused = |exchange: &Exchange| exchange.code.and_then(Code::outcome) == Some(Outcome::Rejected);
    let (refused, after) = answered(seen, is_refused)?;
    let code = refused.code.map_or_else(String::new, |code| code.to_string());
    let breach = || {
        Breach::new(format!(
            "the client sent {} after CAKE had answered with code {code}",
            plural(after, "more request")
        ))
    };
    Some(if after > 0 { vec![breach()] } else { vec![] })
}

fn accepted(seen: &Evidence) -> Option<Vec<Breach>> {
    let (_, more) = answered(seen, |exchange| exchange.code == Some(Code::SUCCESS))?;
    let breach = Breach::new(format!("the client sent {more} more after CAKE had accepted its update"));
    let has_a_number = seen.step.update.fields.keys().any(|name| seen.is_number(name));
    // CAKE counts the amount again.
    let breach = if has_a_number { breach.weighs(Weight::Required) } else { breach };
    Some(if more > 0 { vec![breach] } else { vec![] })
}

/// The first answer of a kind, and how many requests came after it. HTTP 429 and 5xx ask for a repeat, whatever the body
/// says.
fn answered<'e>(seen: &Evidence<'e>, is_of_kind: impl Fn(&Exchange) -> bool) -> Option<(&'e Exchange, usize)> {
    let may_be_repeated = |exchange: &Exchange| matches!(exchange.answer.http_status, 429 | 500..600);
    let mut attempts = seen.attempts().enumerate();
    let (at, found) = attempts.find(|(_, exchange)| is_of_kind(exchange) && !may_be_repeated(exchange))?;
    Some((found, seen.exchanges.len() - at - 1))
}

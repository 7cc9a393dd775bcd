//! R01: does not repeat an update that CAKE rejected.

use crate::plural::plural;
use crate::protocol::{Code, Exchange, Outcome};
use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R01,
    title: "does not repeat an update that CAKE rejected",
    level: Level::Should,
    basis: Basis::Documented,
    why: "A refusal is an answer. The same update gets the same one until somebody changes something, and a client that keeps asking may be locked out.",
    bad: "while (code != 0) send()",
    good: "repeat only where no usable answer came, or after HTTP 429 or 5xx",
    change: "do not repeat after code 1 to 4; repeat only where no usable answer came: a time-out, a broken connection, an error page",
    restrains: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    // HTTP 429 and 5xx ask for a repeat; the body does not matter.
    let may_be_repeated = |exchange: &Exchange| matches!(exchange.answer.http_status, 429 | 500..600);
    let is_refused = |exchange: &Exchange| {
        exchange.code.and_then(Code::outcome) == Some(Outcome::Rejected) && !may_be_repeated(exchange)
    };
    let refused = seen.attempts().position(is_refused)?;
    let after = seen.exchanges.len() - refused - 1;
    let code = seen.exchanges[refused].code.map_or_else(String::new, |code| code.to_string());
    let breach = || {
        Breach::new(format!("the client sent {} after CAKE had answered code {code}", plural(after, "more request")))
    };
    Some(if after > 0 { vec![breach()] } else { vec![] })
}

//! R04: gives up on a server that stalls.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("R04"),
    title: "gives up on a server that stalls",
    level: Level::Should,
    basis: Basis::Platform,
    why: "A server may take a request and never answer, or send a byte a minute. Many HTTP libraries wait for ever unless they are told not to.",
    bad: "no time-out, or one for the connection alone",
    good: "a time-out for the whole exchange",
    change: "set a time-out for the whole request, the body included; what came by then is unknown",
    follows: &[],
    restrains: false,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let last = seen.last()?;
    let stalls = last.fault.as_ref().is_some_and(|fault| fault.kind.lasts());
    let why = seen.concluded.err().unwrap_or("it did not end");
    stalls.then(|| {
        if seen.timed_out {
            vec![Breach::new(format!("the client waited for a server that had stalled: {why}"))]
        } else {
            vec![]
        }
    })
}

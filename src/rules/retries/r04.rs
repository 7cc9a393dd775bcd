//! R04: gives up on a server that stalls.

use jiff::SignedDuration;

use crate::protocol::FaultKind;
use crate::rules::libraries::TIME_OUT;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R04,
    title: "gives up on a server that stalls",
    level: Level::Should,
    basis: Basis::Platform,
    why: "A server may take a request and never answer, or send a byte a minute. Many HTTP libraries wait for ever by default.",
    bad: "no timeout, or one for the connection alone",
    good: "a timeout for the whole exchange",
    change: "set a timeout for the whole request, the body included, shorter than --timeout, and report unknown when it strikes",
    in_libraries: TIME_OUT,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let last = seen.last()?;
    let fault = last.fault.filter(|fault| fault.kind.lasts())?;
    if !seen.timed_out {
        // Where the whole answer came in the end, or where the server gave up first, nobody knows whether the client would have.
        let server_gave_up = last.ended.duration_since(last.at) >= SignedDuration::try_from(FaultKind::LONGEST).ok()?;
        return (last.code.is_none() && !server_gave_up).then(Vec::new);
    }
    let did = match fault.kind {
        FaultKind::Flood { .. } => "kept reading an answer that did not end",
        FaultKind::Dribble { .. } | FaultKind::SlowHeaders { .. } => {
            "kept waiting for a server that sends a byte at a time"
        }
        _ => "kept waiting for a server that had stalled",
    };
    let why = seen.concluded.err().unwrap_or("it did not end");
    let breach = Breach::new(format!("the client {did}: {why}"));
    let attempts = seen.exchanges.len();
    let given = seen.patience.map_or_else(String::new, |given| format!(" of {given:?}"));
    Some(vec![if attempts > 1 {
        breach.change(format!(
            "its {attempts} attempts together took longer than --timeout{given}: make them shorter, or raise --timeout"
        ))
    } else {
        breach.change(format!(
            "set a timeout for the whole request, the body included, shorter than --timeout{given}, and report unknown when it \
             strikes; a client that waits longer on purpose needs a higher --timeout"
        ))
    }])
}

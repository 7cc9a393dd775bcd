//! R03: waits between retries.

use std::sync::Arc;
use std::time::Duration;

use crate::protocol::Exchange;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R03,
    title: "waits between retries",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Whoever asks again at once asks a server that has not had time to recover.",
    bad: "for (i = 0; i < 3; i++) send()",
    good: "wait a second, then two, then four",
    change: "wait at least 100 ms before each retry, and longer each time",
    optional: true,
    check,
    ..Rule::PLAIN
};

/// The shortest wait that is one; a tenth of a second is asked for, and a busy machine gets the benefit of the doubt.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    // Whoever follows a redirect does not try again.
    let is_redirect = |exchange: &Exchange| matches!(exchange.answer.http_status, 300..400);
    let failed = |pair: &&[Arc<Exchange>]| {
        // A client that starts again before the last attempt ended waited somewhere else.
        let is_over = pair[0].ended <= pair[1].at;
        let is_repeat = pair.iter().all(|exchange| Evidence::is_call(exchange) || exchange.is_unparsable());
        is_repeat && pair[0].code.is_none() && is_over && !is_redirect(&pair[0]) && !pair[0].request.is_tls()
    };
    let mut waits = seen.exchanges.windows(2).filter(failed).map(|pair| wait(&pair[0], &pair[1])).peekable();
    waits.peek()?;
    let breach = |wait: Duration| {
        let breach = Breach::new(format!("the client tried again after {} ms", wait.as_millis()));
        breach.change("wait at least 100 ms before each retry, and longer each time; where the code has no retry, its HTTP library may have one to switch off")
    };
    Some(waits.find(|wait| *wait < SHORTEST_WAIT).map(breach).into_iter().collect())
}

/// How long after the end of one exchange the next began. Of a server that stalls, the client has the end in its hand: it may close
/// the connection long after it has given up, so its whole patience counts as a wait.
fn wait(first: &Exchange, next: &Exchange) -> Duration {
    let is_patience = first.fault.is_some_and(|fault| fault.kind.lasts());
    let since = if is_patience { first.at } else { first.ended };
    Duration::try_from(next.at.duration_since(since)).unwrap_or_default()
}

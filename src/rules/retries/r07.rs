//! R07: waits as long as Retry-After asks.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::protocol::Exchange;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::R07,
    title: "waits as long as Retry-After asks",
    level: Level::Info,
    basis: Basis::Platform,
    why: "A server that is overloaded may say when it wants to be asked again.",
    bad: "HTTP 503 with Retry-After: 2, and the next attempt after 100 ms",
    good: "the next attempt after two seconds",
    change: "read the header Retry-After, and wait so long, within reason",
    optional: true,
    check,
    ..Rule::PLAIN
};

/// What a busy machine may be early by, as it is seen from here.
const TOLERANCE: SignedDuration = SignedDuration::from_millis(100);

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let asked = seen.exchanges.windows(2).filter_map(|pair| Some((asked_wait(&pair[0])?, &pair[0], &pair[1])));
    let mut asked = asked.peekable();
    asked.peek()?;
    let early = |(asked, first, next): (SignedDuration, &Arc<Exchange>, &Arc<Exchange>)| {
        let waited = next.at.duration_since(first.ended);
        let breach = || {
            Breach::new("the client tried again too soon")
                .instead(format!("{asked:#}"), format!("{} ms", waited.as_millis()))
        };
        (waited + TOLERANCE < asked).then(breach)
    };
    Some(asked.filter_map(early).collect())
}

/// How long an answer asks to be waited.
fn asked_wait(exchange: &Exchange) -> Option<SignedDuration> {
    let asked = exchange.answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    asked.1.trim().parse().ok().map(SignedDuration::from_secs)
}

//! An exchange as the reports show it.

use std::sync::Arc;

use crate::judge::StepReport;
use crate::protocol::Exchange;

/// How many exchanges of a step go into a report.
const SHOWN_EXCHANGES: usize = 10;

/// The exchanges of a step that are shown: all, unless a client sends without end.
pub(super) fn shown(step: &StepReport) -> impl Iterator<Item = &Exchange> {
    let exchanges: &[Arc<Exchange>] = &step.seen.exchanges;
    let (first, last) = match exchanges.len() {
        0..=SHOWN_EXCHANGES => (exchanges, &[][..]),
        many => (&exchanges[..SHOWN_EXCHANGES / 2], &exchanges[many - SHOWN_EXCHANGES / 2..]),
    };
    first.iter().chain(last).map(|exchange| &**exchange)
}

/// Whether anything of the answer was sent.
pub(super) fn is_sent(exchange: &Exchange) -> bool {
    exchange.fault.is_none_or(|fault| fault.kind.shows_the_answer() || fault.kind.is_an_answer())
}

/// What an answer came as, before its body.
pub(super) fn answered(exchange: &Exchange) -> String {
    match exchange.fault {
        Some(fault) if !is_sent(exchange) => format!("none: {fault}"),
        _ => format!("HTTP {} {}", exchange.answer.http_status, exchange.answer.content_type),
    }
}

/// The part of the body that was sent, as text, cut where it is long.
pub(super) fn body(exchange: &Exchange) -> String {
    if is_sent(exchange) { exchange.answer.shown() } else { String::new() }
}

//! The log of `serve`: lines that never make a request wait, whoever reads them or does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::json;

use crate::cli::output::Output;
use crate::mock::Seen;
use crate::protocol::{Delivery, Exchange};

/// How many lines may wait to be written. Further ones are counted instead.
const WAITING: usize = 10_000;
/// How long the lines that wait get at the end.
const LAST_LINES: Duration = Duration::from_millis(500);

/// Writes lines to standard error in a thread of its own.
pub(in crate::cli) struct Log {
    lines: SyncSender<String>,
    dropped: Arc<AtomicU64>,
    written: Receiver<()>,
}

/// How a request is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
}

impl LogForm {
    /// The line of what was seen.
    pub(in crate::cli) fn line(self, seen: Seen<'_>) -> String {
        match (seen, self) {
            (Seen::Exchange(exchange), Self::Text) => text(exchange),
            (Seen::Exchange(exchange), Self::Json) => json(exchange),
            (Seen::Incident(incident), Self::Text) => format!("{:.3} {incident}\n", Timestamp::now()),
            (Seen::Incident(incident), Self::Json) => {
                format!("{}\n", json!({ "time": time(Timestamp::now()), "incident": incident.to_string() }))
            }
        }
    }
}

fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn json(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut line = json!({
        "time": time(exchange.at),
        "host": request.host(),
        "user_agent": request.header("user-agent"),
        "request": request.raw_line(),
        "body": (!request.body.is_empty()).then(|| String::from_utf8_lossy(&request.body)),
        "status": exchange.answer.http_status,
        "code": exchange.code.map(|code| code.0),
        "answer": String::from_utf8_lossy(&exchange.answer.body),
        "why": exchange.why,
        "scenario": exchange.scenario,
        "fault": exchange.fault.as_ref().map(ToString::to_string),
        "delivery": exchange.delivery,
    });
    if let Some(line) = line.as_object_mut() {
        line.retain(|_, value| !value.is_null());
    }
    format!("{line}\n")
}

fn text(exchange: &Exchange) -> String {
    let code = exchange.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let answer = match exchange.fault {
        Some(fault) => format!("fault: {fault}"),
        None => format!("HTTP {} code {code}", exchange.answer.http_status),
    };
    let scenario = exchange.scenario.as_ref().map_or_else(String::new, |id| format!(" [{id}]"));
    let broken = match exchange.delivery {
        Delivery::Delivered => "",
        Delivery::Reset => " (then the client reset the connection)",
        Delivery::Broken => " (the client did not take the answer)",
    };
    format!("{} {} -> {answer}: {}{scenario}{broken}\n", time(exchange.at), exchange.request.line(), exchange.why)
}

/// Takes lines for a log.
#[derive(Clone)]
pub(in crate::cli) struct LogWriter {
    lines: SyncSender<String>,
    dropped: Arc<AtomicU64>,
}

impl Log {
    pub(in crate::cli) fn new(output: &Output) -> Self {
        let (lines, to_write) = sync_channel::<String>(WAITING);
        let (done, written) = sync_channel(1);
        let output = output.clone();
        thread::spawn(move || {
            for line in to_write {
                output.err(&line);
            }
            // Nobody waits any more where the lines took too long.
            let _ = done.send(());
        });
        Self { lines, dropped: Arc::default(), written }
    }

    pub(in crate::cli) fn writer(&self) -> LogWriter {
        LogWriter { lines: self.lines.clone(), dropped: Arc::clone(&self.dropped) }
    }

    /// Waits a moment for the lines that are still to be written. Every writer has to be gone by then.
    pub(in crate::cli) fn finish(self) {
        let Self { lines, dropped, written } = self;
        let dropped = dropped.load(Ordering::Relaxed);
        if dropped > 0 {
            let _ = lines.try_send(format!("{dropped} log lines were dropped, because the reader was too slow\n"));
        }
        drop(lines);
        // Where nobody reads, the thread waits for ever, and ends with the process.
        let _ = written.recv_timeout(LAST_LINES);
    }
}

impl LogWriter {
    pub(in crate::cli) fn line(&self, line: String) {
        if self.lines.try_send(line).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

//! The log of `serve`: it never makes a request wait, even if nobody reads it. An exchange is handed over as it is; its line is made
//! and masked where it is written. Lines that have no room are counted, and the log says at once how many.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::output::Output;
use crate::mock::Seen;
use crate::plural::plural;
use crate::protocol::{Delivery, Exchange};

/// How many lines may wait to be written. Further ones are counted instead.
const WAITING: usize = 10_000;
/// How many lines are written at once.
const TOGETHER: usize = 500;
/// How long the lines that wait get at the end.
const LAST_LINES: Duration = Duration::from_millis(500);

/// Writes lines to standard error in a thread of its own.
pub(in crate::cli) struct Log {
    writer: LogWriter,
    written: Receiver<()>,
}

/// What becomes a line.
enum Line {
    Made(String),
    Of(Arc<Exchange>),
}

/// How a request is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    /// One line per request, for people
    Text,
    /// One JSON object per line
    Json,
}

impl LogForm {
    fn made(self, line: Line) -> String {
        match (line, self) {
            (Line::Made(line), _) => line,
            (Line::Of(exchange), Self::Text) => text(&exchange),
            (Line::Of(exchange), Self::Json) => json(&exchange),
        }
    }

    fn incident(self, incident: &str) -> String {
        let now = time(Timestamp::now());
        match self {
            Self::Text => format!("{now} {incident}\n"),
            Self::Json => json_line(json!({ "time": now, "incident": incident })),
        }
    }
}

fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn json(exchange: &Exchange) -> String {
    let request = &exchange.request;
    json_line(json!({
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
    }))
}

/// An object in a line, without what is null in it.
pub(in crate::cli) fn json_line(mut object: Value) -> String {
    if let Some(object) = object.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    format!("{object}\n")
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
    form: LogForm,
    lines: SyncSender<Line>,
    dropped: Arc<AtomicU64>,
}

impl Log {
    pub(in crate::cli) fn new(form: LogForm, output: &Output) -> Self {
        let output = output.clone();
        Self::written_by(WAITING, form, move |lines| output.err(lines))
    }

    fn written_by(waiting: usize, form: LogForm, write: impl Fn(&str) + Send + 'static) -> Self {
        let (lines, to_write) = sync_channel::<Line>(waiting);
        let (done, written) = sync_channel(1);
        let dropped = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&dropped);
        thread::spawn(move || {
            let say_what_was_dropped = || {
                let dropped = counted.swap(0, Ordering::Relaxed);
                if dropped > 0 {
                    let missing =
                        format!("{} missing here: the reader of this log is too slow", plural(dropped, "line"));
                    write(&form.incident(&missing));
                }
            };
            while let Ok(first) = to_write.recv() {
                let mut lines = form.made(first);
                to_write.try_iter().take(TOGETHER).for_each(|line| lines += &form.made(line));
                write(&lines);
                say_what_was_dropped();
            }
            say_what_was_dropped();
            // Nobody waits any more where the lines took too long.
            let _ = done.send(());
        });
        Self { writer: LogWriter { form, lines, dropped }, written }
    }

    pub(in crate::cli) fn writer(&self) -> LogWriter {
        self.writer.clone()
    }

    /// Waits a moment for the lines that are still to be written. Every writer has to be gone by then.
    pub(in crate::cli) fn finish(self) {
        drop(self.writer);
        // Where nobody reads, the thread waits for ever, and ends with the process.
        let _ = self.written.recv_timeout(LAST_LINES);
    }
}

impl LogWriter {
    /// Logs what was seen.
    pub(in crate::cli) fn seen(&self, seen: Seen) {
        self.take(match seen {
            Seen::Exchange(exchange) => Line::Of(exchange),
            Seen::Incident(incident) => Line::Made(self.form.incident(&incident.to_string())),
        });
    }

    pub(in crate::cli) fn line(&self, line: String) {
        self.take(Line::Made(line));
    }

    fn take(&self, line: Line) {
        if self.lines.try_send(line).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::{Log, LogForm};

    #[test]
    fn lines_without_room_are_counted_in_the_log_before_the_next_line() {
        for (form, counted) in
            [(LogForm::Text, " 3 lines missing here"), (LogForm::Json, "\"incident\":\"3 lines missing")]
        {
            let (wrote, written) = channel();
            let (go_on, may_write) = channel::<()>();
            let log = Log::written_by(2, form, move |lines| {
                wrote.send(lines.to_owned()).expect("the test reads on");
                // The reader of the log takes its time.
                let _ = may_write.recv();
            });
            let writer = log.writer();
            writer.line("first\n".to_owned());
            assert_eq!(written.recv().expect("it is written"), "first\n");
            (1..=5).for_each(|n| writer.line(format!("{n}\n")));
            go_on.send(()).expect("the log is there");
            let next = written.recv().expect("it is written");
            assert!(next.contains(counted), "{next}");
            drop(go_on);
            assert_eq!(written.recv().expect("it is written"), "1\n2\n");
            drop(writer);
            log.finish();
            assert!(written.recv().is_err(), "nothing more was dropped");
        }
    }
}

//! The log of `serve`: lines that never make a request wait, whoever reads them or does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::cli::output::Output;

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

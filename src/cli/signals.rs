//! A run to its end, or until somebody asks the process to end.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Runtime;

use crate::cli::failure::Failure;
use crate::cli::scratch::remove_all;
use crate::judge::{Exit, Report};
use crate::run::Ending;

/// Completes when the process is asked to end. Signals count from the call on, not from the first poll.
#[cfg(unix)]
pub(in crate::cli) fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Completes when the process is asked to end. Signals count from the call on, not from the first poll.
#[cfg(windows)]
pub(in crate::cli) fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    let mut close = tokio::signal::windows::ctrl_close()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = close.recv() => {}
        }
    })
}

/// How many runs have begun that end by themselves when they are asked to.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// What everything that waits runs in.
pub(in crate::cli) fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Failure::cannot("start the runtime"))
}

/// Runs to the end. A run that is asked to end reports what was done by then.
pub(in crate::cli) fn execute<E, C>(check: impl FnOnce(Ending) -> C) -> Result<Report, Failure>
where
    C: Future<Output = Result<Report, E>>,
    Failure: From<E>,
{
    runtime()?.block_on(async {
        leave_children_to_us();
        let ended = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
        RUNS.fetch_add(1, Ordering::Relaxed);
        Ok(check(Ending::when(ended)).await?)
    })
}

/// Some supervisors and CI agents start us with SIGCHLD ignored. Then the system discards how a program ended before we
/// ask. A process that listens for the signal does not ignore it.
fn leave_children_to_us() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Where it cannot be had, programs are waited for all the same, and what goes wrong then is told.
        let _ = signal(SignalKind::child());
    }
}

/// From here on until the next run, being asked to end ends the process, whatever it is doing: a report that nobody reads
/// would block it.
pub(in crate::cli) fn end_when_asked(exit: Exit) {
    let runs = RUNS.load(Ordering::Relaxed);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Where signals cannot be waited for, the process goes on as it would have.
        if let Ok(runtime) = runtime
            && let Ok(asked) = runtime.block_on(async { asked_to_end() })
        {
            runtime.block_on(asked);
            if RUNS.load(Ordering::Relaxed) == runs {
                remove_all();
                std::process::exit(i32::from(u8::from(exit)));
            }
        }
    });
}

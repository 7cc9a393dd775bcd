//! A run to its end, or until somebody asks the process to end.

use crate::cli::failure::Failure;
use crate::cli::signals::{a_run_begins, asked_to_end};
use crate::judge::Report;
use crate::run::Ending;
use crate::subject::SubjectError;

/// Runs to the end. A run that is asked to end reports what was done by then.
pub(in crate::cli) fn execute<E, C>(check: impl FnOnce(Ending) -> C) -> Result<Report, Failure>
where
    C: Future<Output = Result<Report, E>>,
    Failure: From<E>,
{
    let harness = |source| SubjectError::Harness { what: "start the runtime", source };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(harness)?;
    runtime.block_on(async {
        leave_children_to_us();
        let ended = asked_to_end().map_err(|source| SubjectError::Harness { what: "listen for signals", source })?;
        a_run_begins();
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

//! Changes of a pack on disk, a burst of them as one.

use std::path::Path;
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::failure::Failure;
use crate::run::Exit;

/// How long the disk has to be quiet: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// Watches a pack's scenarios.
pub(super) struct Changes {
    /// Watches as long as it lives.
    _watcher: RecommendedWatcher,
    told: mpsc::Receiver<()>,
}

impl Changes {
    /// Watches from now on.
    pub(super) fn of(pack: &Path) -> Result<Self, Failure> {
        let (tell, told) = mpsc::channel(1);
        let failed =
            |error: notify::Error| Failure::new(Exit::Harness, format!("cannot watch {}: {error}", pack.display()));
        let notice = move |event: notify::Result<Event>| {
            // Reading a file is no change of it, and reading is what follows a change.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Where one change waits to be taken up already, this one is taken up with it.
                let _ = tell.try_send(());
            }
        };
        let mut watcher = notify::recommended_watcher(notice).map_err(failed)?;
        watcher.watch(&pack.join("scenarios"), RecursiveMode::Recursive).map_err(failed)?;
        Ok(Self { _watcher: watcher, told })
    }

    /// Completes when something has changed, and nothing more for a moment.
    pub(super) async fn next(&mut self) {
        let mut changed = self.told.recv().await.is_some();
        while changed {
            match tokio::time::timeout(QUIET, self.told.recv()).await {
                Err(_) => return,
                Ok(told) => changed = told.is_some(),
            }
        }
        // The watcher is gone, and with it every change that could come.
        std::future::pending::<()>().await;
    }
}

//! Changes of a pack and of networks on disk, a burst of them as one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::cli::failure::Failure;
use crate::judge::Exit;

/// How long the disk has to be quiet: an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// How long changes are waited out at most, where they do not end.
const LATEST: Duration = Duration::from_secs(1);

/// An editor's own files begin with a dot.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Watches a pack's scenarios, and the files of networks.
pub(in crate::cli) struct Changes {
    /// Watches as long as it lives.
    watcher: RecommendedWatcher,
    folders: Vec<(PathBuf, RecursiveMode)>,
    told: mpsc::Receiver<()>,
}

impl Changes {
    /// Watches from now on.
    pub(in crate::cli) fn of(pack: &Path, networks: Option<PathBuf>) -> Result<Self, Failure> {
        let (tell, told) = mpsc::channel(1);
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |error: notify::Error| Failure::new(Exit::Harness, format!("cannot watch {path}: {error}"))
        };
        let notice = move |event: notify::Result<Event>| {
            // Reading a file is no change of it, and reading is what follows a change.
            if event.is_ok_and(|event| !event.kind.is_access() && !event.paths.iter().all(|path| is_hidden(path))) {
                // Where one change waits to be taken up already, this one is taken up with it.
                let _ = tell.try_send(());
            }
        };
        let mut watcher = notify::recommended_watcher(notice).map_err(failed(pack))?;
        // The pack itself tells when its scenarios are replaced as a whole.
        let mut folders =
            vec![(pack.join("scenarios"), RecursiveMode::Recursive), (pack.to_owned(), RecursiveMode::NonRecursive)];
        folders.extend(networks.map(|networks| (networks, RecursiveMode::NonRecursive)));
        for (path, mode) in &folders {
            watcher.watch(path, *mode).map_err(failed(path))?;
        }
        Ok(Self { watcher, folders, told })
    }

    /// Completes when something has changed, and nothing more for a moment.
    pub(in crate::cli) async fn next(&mut self) {
        let mut changed = self.told.recv().await.is_some();
        let latest = Instant::now() + LATEST;
        while changed {
            match tokio::time::timeout(QUIET, self.told.recv()).await {
                Ok(Some(())) if Instant::now() < latest => {}
                Ok(None) => changed = false,
                Ok(Some(())) | Err(_) => {
                    // Where a folder was replaced, the new one is not watched yet.
                    for (path, mode) in &self.folders {
                        let _ = self.watcher.watch(path, *mode);
                    }
                    return;
                }
            }
        }
        // The watcher is gone, and with it every change that could come.
        std::future::pending::<()>().await;
    }
}

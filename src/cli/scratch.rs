//! A temporary directory that goes when the command ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::cli::failure::Failure;
use crate::judge::Exit;

/// Those that there are. A process that is ended has to remove them itself.
static ALL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes every one, where the process ends at once.
pub(in crate::cli) fn remove_all() {
    ALL.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|path| remove(path));
}

fn remove(path: &Path) {
    // A leftover in the system's temporary directory does no harm.
    let _ = std::fs::remove_dir_all(path);
}

/// A directory for outcome files, and for the certificate of the throwaway authority.
pub(in crate::cli) struct Scratch(PathBuf);

impl Scratch {
    pub(in crate::cli) fn new() -> Result<Self, Failure> {
        let started = jiff::Timestamp::now().as_nanosecond();
        let path = std::env::temp_dir().join(format!("caketester-{}-{started}", std::process::id()));
        std::fs::create_dir(&path).map_err(|error| {
            let message = format!("cannot make the temporary directory {}: {error}", path.display());
            Failure::new(Exit::Harness, format!("{message}\n  help: set TMPDIR to another directory"))
        })?;
        ALL.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        Ok(Self(path))
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        ALL.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
        remove(&self.0);
    }
}

/// Writes the certificate that clients are told to trust. It is no secret.
pub(in crate::cli) fn write_certificate(path: &Path, pem: &str) -> Result<(), Failure> {
    std::fs::write(path, pem).map_err(|error| {
        let message = format!("cannot write the authority's certificate to {}: {error}", path.display());
        Failure::new(Exit::Usage, message)
    })
}

//! Why a state file cannot be used, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why a state file cannot be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// There is none.
    #[error("there is no state file {}\n  help: `caketester serve --state {}` makes one", path.display(), path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("{} is not a state file of caketester\n  help: name another file; `caketester serve --state` makes a new one where there is none", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A later version of caketester wrote it.
    #[error("{} has version {found}; this caketester reads up to version {known}\n  help: use the newer caketester that wrote it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version, or that of one of its rows.
        found: i64,
        /// The latest that is known here.
        known: i64,
    },
    /// It is torn or overwritten.
    #[error(
        "{0} is damaged after {1}: {reason}\n  help: `caketester state export {0} > updates.jsonl` writes what can still be read, and `caketester state import NEW_FILE < updates.jsonl` makes a new file of it",
        path.display(), crate::plural::plural(*read, "update")
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How many updates could be read.
        read: u64,
        /// What is wrong.
        reason: String,
    },
    /// Another mock uses it.
    #[error("another `caketester serve` uses {}\n  help: stop it, or give this one a file of its own", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Another program keeps it locked.
    #[error("{} is locked by another program\n  help: close what has it open, for example a `sqlite3` in a transaction", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// There is no room for it.
    #[error("the disk is full: cannot write {}\n  help: make room; nothing has to be restarted", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// It holds something already.
    #[error("{} exists already\n  help: name a new file; importing never adds to one", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("cannot use {}: {source}\n  help: --state names a file in a directory that caketester can write to", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StateError {
    /// What has happened in one line, without the help: for a log, and for the answer to a request.
    pub fn in_short(&self) -> String {
        let text = self.to_string();
        text.lines().next().unwrap_or_default().to_owned()
    }

    /// What an error of SQLite's means for this file.
    pub(super) fn of(path: &Path, read: u64, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            // None: a row that does not hold what it is to hold.
            Some(ErrorCode::DatabaseCorrupt) | None => Self::Damaged { path, read, reason: error.to_string() },
            Some(_) => Self::Unusable { path, source: io::Error::other(error.to_string()) },
        }
    }
}

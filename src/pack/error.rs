//! Why there is no pack.

use std::path::Path;

use thiserror::Error;

use crate::source::Diagnostic;

/// Why there is no pack.
#[derive(Debug, Error)]
pub enum PackError {
    /// The directory is none, or holds something else.
    #[error(
        "{path} is no pack: it has no scenarios/instance.yaml\n  help: `caketester pack export DIR` writes the standard pack out, to start from"
    )]
    NotAPack {
        /// The directory.
        path: String,
    },
    /// A file or directory cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file or directory.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The instance itself is wrong, so nothing can be laid over it.
    #[error("the pack has mistakes")]
    Mistakes(Vec<Diagnostic>),
}

impl PackError {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.display().to_string(), reason: error.to_string() }
    }
}

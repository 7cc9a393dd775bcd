//! Why a snapshot could not be read or written, each with the file, the reason and what to do next.

use std::io;
use std::path::PathBuf;

/// Why a snapshot could not be read or written, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused, or the file is not text.
    #[error("failed to {action} {}: {reason}; {}", path.display(), advice(reason))]
    Io {
        /// What was tried: `read`, `write`, `delete` or `list`.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file is there and is no snapshot.
    #[error("failed to read {}: {reason}; mend it by hand, or delete it and let a run write it anew", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing is pending for this step.
    #[error("failed to read {}: nothing is pending there; it may have been accepted or rejected already", .0.display())]
    NothingPending(PathBuf),
    /// The built-in pack was asked to change.
    #[error("failed to change {}: the built-in pack is read-only; write it out with `caketester pack export DIR` and use that with `--pack DIR`", .0.display())]
    ReadOnly(PathBuf),
}

fn advice(reason: &io::Error) -> &'static str {
    match reason.kind() {
        io::ErrorKind::InvalidData => "delete it and let a run write it anew",
        io::ErrorKind::PermissionDenied => "see that you own it and may change its directory",
        io::ErrorKind::Other | io::ErrorKind::IsADirectory => "move it away",
        io::ErrorKind::NotADirectory => "move the file that has the name of the directory",
        io::ErrorKind::StorageFull => "free some disk space and run again",
        _ => "see that the pack's directory is there and can be used",
    }
}

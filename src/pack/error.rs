//! Why there is no pack.

use std::path::Path;

use thiserror::Error;

use crate::snapshot::StoreError;
use crate::source::Diagnostic;

/// Why there is no pack.
#[derive(Debug, Error)]
pub enum PackError {
    /// The directory is none, or holds something else.
    #[error("{path} is no pack: it has no scenarios/instance.yaml\n  help: {help}")]
    NotAPack {
        /// The directory.
        path: String,
        /// What to do about it.
        help: String,
    },
    /// A file or directory cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file or directory.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The snapshots cannot be read.
    #[error(transparent)]
    Snapshots(#[from] StoreError),
    /// The instance itself is wrong, so nothing can be laid over it.
    #[error("the pack has mistakes")]
    Mistakes(Vec<Diagnostic>),
}

impl PackError {
    /// A pack's own `scenarios/` is easily taken for the pack.
    pub(super) fn not_a_pack(root: &Path) -> Self {
        let above = match root.parent().filter(|_| root.file_name().is_some()) {
            Some(above) if above.as_os_str().is_empty() => Path::new(".").to_owned(),
            Some(above) => above.to_owned(),
            None => root.join(".."),
        };
        let help = if above.join("scenarios/instance.yaml").is_file() {
            format!("the directory above it is one: `--pack {}`", shell_words::quote(&above.to_string_lossy()))
        } else {
            "`caketester pack export DIR` writes the standard pack out, to start from".to_owned()
        };
        Self::NotAPack { path: root.display().to_string(), help }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.display().to_string(), reason: error.to_string() }
    }
}

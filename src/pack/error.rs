//! Why there is no pack.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::snapshot::StoreError;
use crate::source::Diagnostic;

/// Why there is no pack.
#[derive(Debug, Error)]
pub enum PackError {
    /// The directory is none, or holds something else.
    #[error("{path} is not a pack: {why}\n  help: {help}")]
    NotAPack {
        /// The directory.
        path: String,
        /// What it lacks.
        why: &'static str,
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
    /// A pack's own `scenarios/` is easily taken for the pack, and what stands in it too.
    pub(super) fn not_a_pack(root: &Path) -> Self {
        let is_pack = |directory: &PathBuf| directory.join("scenarios/instance.yaml").is_file();
        let here = |above: &Path| if above.as_os_str().is_empty() { PathBuf::from(".") } else { above.to_owned() };
        let above = root.ancestors().skip(1).map(here).chain([root.join("..")]).find(is_pack);
        let help = match above {
            Some(above) => {
                format!("the directory above it is one: `--pack {}`", shell_words::quote(&above.to_string_lossy()))
            }
            None => "`caketester pack export DIR` writes the standard pack out, to start from".to_owned(),
        };
        let why = if root.exists() { "it has no scenarios/instance.yaml" } else { "the directory does not exist" };
        Self::NotAPack { path: root.display().to_string(), why, help }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.display().to_string(), reason: error.to_string() }
    }
}

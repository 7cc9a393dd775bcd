//! The files of a pack, from a directory or from the binary.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::PackError;
use crate::source::SourceFile;

/// Paths below a directory, each with its text.
pub type Table = &'static [(&'static str, &'static str)];

/// The standard pack's `scenarios/`, put here by the build script.
pub static STANDARD_SCENARIOS: Table = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
/// The standard pack's `snapshots/`.
pub static STANDARD_SNAPSHOTS: Table = include!(concat!(env!("OUT_DIR"), "/snapshots.rs"));

/// The instance of a pack, relative to its directory.
const INSTANCE: &str = "scenarios/instance.yaml";

/// Where a pack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The standard pack in the binary; read-only.
    Standard,
    /// A directory with `scenarios/` and `snapshots/` in it.
    Directory(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard"),
            Self::Directory(path) => path.display().fmt(f),
        }
    }
}

/// The instance's file and those of the scenarios, sorted by path.
pub(super) fn read_files(origin: &Origin) -> Result<(SourceFile, Vec<SourceFile>), PackError> {
    let mut files = match origin {
        Origin::Standard => {
            STANDARD_SCENARIOS.iter().map(|(path, text)| SourceFile::new(format!("scenarios/{path}"), *text)).collect()
        }
        Origin::Directory(root) => read_directory(root)?,
    };
    files.sort_by(|a: &SourceFile, b| a.path.cmp(&b.path));
    let instance = files.iter().position(|file| file.path.ends_with(INSTANCE));
    match instance {
        Some(at) => Ok((files.remove(at), files)),
        None => Err(PackError::NotAPack { path: origin.to_string() }),
    }
}

fn read_directory(root: &Path) -> Result<Vec<SourceFile>, PackError> {
    if !root.join(INSTANCE).is_file() {
        return Err(PackError::NotAPack { path: root.display().to_string() });
    }
    let mut files = Vec::new();
    let mut directories = vec![root.join("scenarios")];
    while let Some(directory) = directories.pop() {
        let unreadable = |error: std::io::Error| PackError::unreadable(&directory, &error);
        for entry in fs::read_dir(&directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            // A link to a directory is not followed: it may lead back here.
            let is_directory = path.is_dir() && !path.is_symlink();
            if is_directory && !hidden {
                directories.push(path);
            } else if !hidden && path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                files.push(read_file(&path)?);
            }
        }
    }
    Ok(files)
}

fn read_file(path: &Path) -> Result<SourceFile, PackError> {
    let text = fs::read_to_string(path).map_err(|error| PackError::unreadable(path, &error))?;
    Ok(SourceFile::new(path.display().to_string().replace('\\', "/"), text))
}

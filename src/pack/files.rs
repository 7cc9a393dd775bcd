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

/// Where a pack has its instance and its scenarios.
const SCENARIOS: &str = "scenarios";
/// The instance of a pack, below that.
const INSTANCE: &str = "instance.yaml";

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

/// A file of a pack, with its path below `scenarios/`.
pub(super) struct PackFile {
    pub(super) below: String,
    pub(super) file: SourceFile,
}

/// The instance's file and those of the scenarios, sorted by path.
pub(super) fn read_files(origin: &Origin) -> Result<(SourceFile, Vec<PackFile>), PackError> {
    let mut files: Vec<PackFile> = match origin {
        Origin::Standard => STANDARD_SCENARIOS.iter().map(|(path, text)| standard_file(path, text)).collect(),
        Origin::Directory(root) => read_directory(root)?,
    };
    files.sort_by(|a, b| a.below.cmp(&b.below));
    match files.iter().position(|file| file.below == INSTANCE) {
        Some(at) => Ok((files.remove(at).file, files)),
        None => Err(PackError::NotAPack { path: origin.to_string() }),
    }
}

fn standard_file(path: &str, text: &'static str) -> PackFile {
    PackFile { below: path.to_owned(), file: SourceFile::new(format!("{SCENARIOS}/{path}"), text) }
}

fn read_directory(root: &Path) -> Result<Vec<PackFile>, PackError> {
    let scenarios = root.join(SCENARIOS);
    if !scenarios.join(INSTANCE).is_file() {
        return Err(PackError::NotAPack { path: root.display().to_string() });
    }
    let mut files = Vec::new();
    let mut directories = vec![scenarios.clone()];
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
                let below = path.strip_prefix(&scenarios).unwrap_or(&path);
                let below = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
                let file = SourceFile::read(&path).map_err(|error| PackError::unreadable(&path, &error))?;
                files.push(PackFile { below, file });
            }
        }
    }
    Ok(files)
}

//! The files of a pack, from a directory or from the binary.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::PackError;
use crate::snapshot::Store;
use crate::source::{Diagnostic, SourceFile};

/// Paths below a directory, each with its text.
pub type Table = &'static [(&'static str, &'static str)];

/// The standard pack's `scenarios/`, put here by the build script.
pub static STANDARD_SCENARIOS: Table = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
/// The standard pack's `snapshots/`.
pub static STANDARD_SNAPSHOTS: Table = include!(concat!(env!("OUT_DIR"), "/snapshots.rs"));

/// Files larger than this are not read; a scenario has a few hundred bytes, an instance with a million leads 60 MB.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// Where a pack has its instance and its scenarios.
pub(super) const SCENARIOS: &str = "scenarios";
/// The instance of a pack, below that.
pub(super) const INSTANCE: &str = "instance.yaml";
/// Where it has its snapshots.
pub(super) const SNAPSHOTS: &str = "snapshots";

/// Where a pack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The standard pack in the binary; read-only.
    Standard,
    /// A directory with `scenarios/` and `snapshots/` in it.
    Directory(PathBuf),
}

impl Origin {
    /// The expected answers of the pack.
    pub(super) fn snapshots(&self) -> Store {
        match self {
            Self::Standard => Store::built_in(STANDARD_SNAPSHOTS),
            Self::Directory(root) => Store::directory(root.join(SNAPSHOTS)),
        }
    }
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
    /// Its text, or why it cannot be read.
    pub(super) file: Result<SourceFile, Box<Diagnostic>>,
}

/// The instance's file and those of the scenarios, sorted by path.
pub(super) fn read_files(origin: &Origin) -> Result<(SourceFile, Vec<PackFile>), PackError> {
    let mut files: Vec<PackFile> = match origin {
        Origin::Standard => STANDARD_SCENARIOS.iter().map(|(path, text)| standard_file(path, text)).collect(),
        Origin::Directory(root) => read_directory(root)?,
    };
    files.sort_by(|a, b| a.below.cmp(&b.below));
    match files.iter().position(|file| file.below == INSTANCE) {
        Some(at) => match files.remove(at).file {
            Ok(instance) => Ok((instance, files)),
            Err(mistake) => Err(PackError::Mistakes(vec![*mistake])),
        },
        None => Err(PackError::not_a_pack(Path::new(&origin.to_string()))),
    }
}

fn standard_file(path: &str, text: &'static str) -> PackFile {
    PackFile { below: path.to_owned(), file: Ok(SourceFile::new(format!("{SCENARIOS}/{path}"), text)) }
}

fn read_directory(root: &Path) -> Result<Vec<PackFile>, PackError> {
    let scenarios = root.join(SCENARIOS);
    if !scenarios.join(INSTANCE).is_file() {
        return Err(PackError::not_a_pack(root));
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
            } else if !hidden && is_meant_as_a_scenario(&path) {
                let below = path.strip_prefix(&scenarios).unwrap_or(&path);
                let below = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
                files.push(PackFile { below, file: read_file(&path) });
            }
        }
    }
    Ok(files)
}

/// Whether a file is a scenario by its name, or would be one if it were called rightly: `x.YAML`, `x.txt`, `x`. A README is none.
fn is_meant_as_a_scenario(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("yaml" | "yml") => true,
        Some("txt" | "json") | None => path.is_file() && read_file(path).is_ok_and(|file| is_scenario(&file.text)),
        Some(_) => false,
    }
}

fn read_file(path: &Path) -> Result<SourceFile, Box<Diagnostic>> {
    let shown = path.display().to_string().replace('\\', "/");
    let unreadable = |reason: String| Box::new(SourceFile::new(shown.clone(), "").mistake(None, reason));
    let refused = |error: std::io::Error| unreadable(format!("the file cannot be read: {error}"));
    let metadata = fs::metadata(path).map_err(refused)?;
    // A named pipe would be waited for.
    if !metadata.is_file() {
        return Err(unreadable("the file cannot be read: it is not a regular file".into()));
    }
    if metadata.len() > LARGEST_FILE {
        let mib = |bytes: u64| bytes / (1024 * 1024);
        let message = format!("the file has {} MiB; the limit is {} MiB", mib(metadata.len()), mib(LARGEST_FILE));
        return Err(unreadable(message));
    }
    let bytes = fs::read(path).map_err(refused)?;
    String::from_utf8(bytes)
        .map(|text| SourceFile::new(shown.clone(), text))
        .map_err(|error| Box::new(not_utf8(shown.clone(), &error)))
}

fn not_utf8(path: String, error: &std::string::FromUtf8Error) -> Diagnostic {
    let start = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes());
    let place = start..start + '\u{fffd}'.len_utf8();
    let byte = error.as_bytes()[start];
    let message = format!("the byte 0x{byte:02x} here is not UTF-8");
    SourceFile::new(path, &*text).mistake(Some(place), message).help("save the file as UTF-8")
}

/// Whether this is a scenario.
pub(super) fn is_scenario(text: &str) -> bool {
    let keys = keys(text);
    keys.contains("title") && (keys.contains("update") || keys.contains("steps")) && text.contains("lead_id:")
}

/// What stands before a colon at the beginning of a line.
pub(super) fn keys(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect()
}

//! A state file as JSON lines: the setup first, then an update a line.

use std::fs;
use std::io::BufRead;
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::error::StateError;
use super::file::{StateFile, lock_of};
use super::row::VERSION;
use crate::cake::{Decided, Setup};

/// A line.
#[derive(Serialize, Deserialize)]
struct Line {
    version: i64,
    #[serde(flatten)]
    content: Content,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Setup(Box<Setup>),
    Decided(Box<Decided>),
}

/// Why lines do not become a state file.
#[derive(Debug, Error)]
pub enum LinesError {
    /// The file cannot be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// A line cannot be read.
    #[error("line {line}: {reason}\n  help: import what `caketester state export` writes; nothing was imported")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// Hands on a state file line by line. What cannot be read any more ends it, after what can.
pub fn export(file: &StateFile, mut with: impl FnMut(String)) -> Result<u64, StateError> {
    let mut line = |content| {
        let line = Line { version: VERSION, content };
        with(serde_json::to_string(&line).unwrap_or_default() + "\n");
    };
    let setup = file.setup();
    if let Ok(setup) = &setup {
        line(Content::Setup(Box::new(setup.clone())));
    }
    let read = file.each(|decided| line(Content::Decided(Box::new(decided))))?;
    setup.map(|_| read)
}

/// How many lines are written together.
const TOGETHER: usize = 10_000;

/// Makes a new state file of such lines, and returns how many updates it holds. Where something is wrong, none is left.
pub fn import(path: &Path, lines: impl BufRead) -> Result<u64, LinesError> {
    let file = StateFile::create(path)?;
    let imported = fill(file, lines);
    if imported.is_err() {
        // What is left over would be taken for a whole file.
        let _ = fs::remove_file(path);
        let _ = fs::remove_file(lock_of(path));
    }
    imported
}

fn fill(mut file: StateFile, lines: impl BufRead) -> Result<u64, LinesError> {
    let (mut setup, mut waiting, mut imported) = (None, Vec::new(), 0);
    for (at, text) in lines.lines().enumerate() {
        let wrong = |reason: String| LinesError::Line { line: at + 1, reason };
        let text = text.map_err(|error| wrong(error.to_string()))?;
        if text.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if line.version > VERSION {
            let reason = format!("it has version {}; this caketester reads up to version {VERSION}", line.version);
            return Err(wrong(reason));
        }
        match line.content {
            Content::Setup(new) => setup = Some(new),
            Content::Decided(decided) => waiting.push(*decided),
        }
        if waiting.len() >= TOGETHER {
            imported += waiting.len() as u64;
            file.append(&waiting, None, &str::to_owned)?;
            waiting.clear();
        }
    }
    file.append(&waiting, setup.as_deref(), &str::to_owned)?;
    Ok(imported + waiting.len() as u64)
}

//! The mistakes of one file, collected so that a person learns of all of them at once.

use super::diagnostic::{Diagnostic, SourceFile};
use super::place::Place;

/// The mistakes of one file.
pub struct Mistakes<'f> {
    /// The file.
    pub file: &'f SourceFile,
    found: Vec<Diagnostic>,
}

impl<'f> Mistakes<'f> {
    /// None so far.
    pub fn of(file: &'f SourceFile) -> Self {
        Self { file, found: Vec::new() }
    }

    /// Adds one, with what to do next; that may be empty.
    pub fn add(&mut self, at: impl Into<Option<Place>>, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        self.found.push(self.file.mistake(at.into(), message).maybe_help(help));
    }

    /// Adds what was found elsewhere.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(others);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, in the order in which they were added.
    pub fn found(self) -> Vec<Diagnostic> {
        self.found
    }
}

//! Files that a command line names, or that lie where commands look for them.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::failure::Failure;

/// The text of a file; `help` says what to do where it cannot be read.
pub(in crate::cli) fn read_text(path: &Path, help: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        let help = if error.kind() == ErrorKind::InvalidData { "save it as UTF-8" } else { help };
        Failure::usage(format!("cannot read {}: {error}\n  help: {help}", path.display()))
    })
}

/// The same of a file that need not be there.
pub(in crate::cli) fn read_text_if_there(path: &Path, help: &str) -> Result<Option<String>, Failure> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        _ => read_text(path, help).map(Some),
    }
}

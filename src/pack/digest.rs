//! The digest of a pack: who has the same one has the same pack, to the letter.

use super::error::PackError;
use super::files::{INSTANCE, Origin, PackFile, SCENARIOS, SNAPSHOTS, read_files};
use crate::snapshot::{Store, sha256};
use crate::source::{Diagnostic, SourceFile};

/// A file of a pack by its path, and the SHA-256 of its text.
pub(super) type Sum = (String, String);

/// The SHA-256 of a list of every file that counts: instance, scenarios and accepted snapshots, in the order of their
/// paths, each a line as `sha256sum` prints it. Line ends count as LF, so that a checkout on Windows has the same.
pub fn digest(origin: &Origin) -> Result<String, PackError> {
    let (instance, scenarios) = read_files(origin)?;
    if let Some(mistake) = scenarios.iter().find_map(|scenario| scenario.file.as_ref().err()) {
        return Err(PackError::Mistakes(vec![Diagnostic::clone(mistake)]));
    }
    of(sums(&instance, &scenarios), &origin.snapshots())
}

/// The sums of the files that a pack is loaded from.
pub(super) fn sums(instance: &SourceFile, scenarios: &[PackFile]) -> Vec<Sum> {
    let readable = scenarios.iter().filter_map(|scenario| Some((&scenario.below, scenario.file.as_ref().ok()?)));
    let scenarios = readable.map(|(below, file)| line(SCENARIOS, below, &file.text));
    std::iter::once(line(SCENARIOS, INSTANCE, &instance.text)).chain(scenarios).collect()
}

/// The digest of these files and of the snapshots.
pub(super) fn of(mut files: Vec<Sum>, snapshots: &Store) -> Result<String, PackError> {
    for name in snapshots.names()? {
        if let Some(text) = snapshots.text(&name)? {
            files.push(line(SNAPSHOTS, &name.file_name(), &text));
        }
    }
    files.sort();
    let list: Vec<String> = files.into_iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect();
    Ok(format!("sha256:{}", sha256(list.concat().as_bytes())))
}

/// The path of a file, and the sum of its text.
fn line(folder: &str, below: &str, text: &str) -> Sum {
    (format!("{folder}/{below}"), sha256(text.replace("\r\n", "\n").as_bytes()))
}

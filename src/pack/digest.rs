//! The digest of a pack: who has the same one has the same pack, to the letter.

use super::error::PackError;
use super::files::{INSTANCE, Origin, SCENARIOS, SNAPSHOTS, read_files};
use crate::snapshot::sha256;

/// The SHA-256 of a list of every file that counts: instance, scenarios and accepted snapshots, in the order of their
/// paths, each a line as `sha256sum` prints it. Line ends count as LF, so that a checkout on Windows has the same.
pub fn digest(origin: &Origin) -> Result<String, PackError> {
    let (instance, scenarios) = read_files(origin)?;
    let mut files = vec![line(SCENARIOS, INSTANCE, &instance.text)];
    for scenario in scenarios {
        let file = scenario.file.map_err(|mistake| PackError::Mistakes(vec![*mistake]))?;
        files.push(line(SCENARIOS, &scenario.below, &file.text));
    }
    let snapshots = origin.snapshots();
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
fn line(folder: &str, below: &str, text: &str) -> (String, String) {
    (format!("{folder}/{below}"), sha256(text.replace("\r\n", "\n").as_bytes()))
}

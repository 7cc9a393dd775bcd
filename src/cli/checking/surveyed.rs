//! The snapshots of a pack, looked at before anything is sent.

use crate::cli::failure::Failure;
use crate::cli::options::every_run::RunArguments;
use crate::judge::{Recording, SnapshotReport, survey};
use crate::pack::Pack;

/// What is to be said of the pack's snapshots, which have to be what the mock answers before anything is sent.
/// The pack is the one that is written, in no network's words.
pub(in crate::cli) fn surveyed(
    arguments: &RunArguments,
    recording: Recording,
    pack: &Pack,
) -> Result<SnapshotReport, Failure> {
    let (snapshots, different) = survey(pack, recording, &pack.redactor)?;
    if let Some(first) = different.first() {
        return Err(Failure::usage(format!(
            "the mock's answers differ from {} of the pack's snapshots, first from {}: {}\n  help: {}; nothing was sent to the client",
            different.len(),
            first.name,
            first.differences.join("; "),
            if recording.write {
                format!("look at them with `caketester snapshots review{}`", arguments.pack.as_given())
            } else {
                "a run outside CI against a pack on disk (--pack DIR) writes them anew, for review".to_owned()
            }
        )));
    }
    Ok(snapshots)
}

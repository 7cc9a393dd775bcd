//! The file of known failures: read before a run, and written after one.

use std::path::Path;

use jiff::civil::Date;

use crate::cli::failure::Failure;
use crate::cli::files::{read_text, read_text_if_there};
use crate::cli::output::Output;
use crate::judge::{Baseline, Exit, Report};
use crate::pack::Pack;
use crate::plural::plural;
use crate::source::SourceFile;

/// The default file of known failures.
const BASELINE: &str = "caketester-known.yaml";

/// The file that will be written, if any.
pub(in crate::cli) fn updated(path: Option<&Path>, is_updated: bool) -> Option<&Path> {
    is_updated.then(|| path.unwrap_or(Path::new(BASELINE)))
}

/// The known failures. A file that will be written need not exist yet.
pub(in crate::cli) fn known(path: Option<&Path>, is_updated: bool, pack: &Pack) -> Result<Baseline, Failure> {
    let Some(path) = path.or(updated(path, is_updated)) else { return Ok(Baseline::default()) };
    let help = "--update-baseline writes one with the failures of a run";
    let text = if is_updated { read_text_if_there(path, help)?.unwrap_or_default() } else { read_text(path, help)? };
    // An empty list, as it is written where nothing fails.
    if text.trim() == "[]" || is_updated && text.trim().is_empty() {
        return Ok(Baseline::default());
    }
    Baseline::read(&SourceFile::new(path.display().to_string(), text), pack).map_err(Failure::mistakes)
}

/// Writes the failures of a run into the baseline, and lets them pass.
pub(in crate::cli) fn update(
    named: Option<&Path>,
    baseline: &Baseline,
    report: &mut Report,
    (today, ci): (Date, bool),
    output: &Output,
) -> Result<(), Failure> {
    let path = named.unwrap_or(Path::new(BASELINE));
    let known = baseline.after(report, today);
    let text = known.to_text().map_err(|reason| Failure::new(Exit::Harness, reason))?;
    output.file(path, &text)?;
    report.take_for_known(&known, today, ci);
    let counts =
        if named.is_some() { "" } else { "; it counts where it is named, by `--baseline` or in caketester.yaml" };
    report.notes.push(format!("{} in {}{counts}", plural(known.len(), "known failure"), path.display()));
    Ok(())
}

//! The file of known failures: read before a run, and written after one.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::cli::failure::Failure;
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
    let path = match path {
        None if is_updated => Path::new(BASELINE),
        None => return Ok(Baseline::default()),
        Some(path) => path,
    };
    match std::fs::read_to_string(path) {
        // An empty list, as it is written where nothing fails.
        Ok(text) if text.trim() == "[]" || is_updated && text.trim().is_empty() => Ok(Baseline::default()),
        Ok(text) => {
            let file = SourceFile::new(path.display().to_string(), text);
            Baseline::read(&file, pack).map_err(Failure::mistakes)
        }
        Err(error) if is_updated && error.kind() == std::io::ErrorKind::NotFound => Ok(Baseline::default()),
        Err(error) => {
            let help = "--update-baseline writes one with the failures of a run";
            Err(Failure::usage(format!("cannot read the baseline {}: {error}\n  help: {help}", path.display())))
        }
    }
}

/// Writes the failures of a run into the baseline, and lets them pass.
pub(in crate::cli) fn update(
    path: Option<PathBuf>,
    baseline: &Baseline,
    report: &mut Report,
    (today, ci): (Date, bool),
    output: &Output,
) -> Result<(), Failure> {
    let is_named = path.is_some();
    let path = path.unwrap_or_else(|| PathBuf::from(BASELINE));
    let known = baseline.after(report, today);
    let text = known.to_text().map_err(|reason| Failure::new(Exit::Harness, reason))?;
    output.file(&path, &text)?;
    report.take_for_known(&known, today, ci);
    let mut note = format!("{} in {}", plural(known.len(), "known failure"), path.display());
    if !is_named {
        note += "; it counts where it is named, by `--baseline` or in caketester.yaml";
    }
    report.notes.push(note);
    Ok(())
}

//! What every run can be told: the pack, the selection, how strict, and which reports.

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::headings::{DECIDES, REPORTS};
use crate::cli::options::open::PackArgument;
use crate::cli::options::selection::SelectionArguments;
use crate::cli::reporting::sinks::ReportArgument;
use crate::judge::{Recording, SnapshotReport, survey};
use crate::pack::Pack;

/// The options that all runs share.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::cli) struct RunArguments {
    #[command(flatten)]
    pub(in crate::cli) pack: PackArgument,
    #[command(flatten)]
    pub(in crate::cli) selection: SelectionArguments,
    /// Behave as if in CI: write no snapshots, and fail if any is missing, pending or orphaned
    #[arg(help_heading = DECIDES, long, conflicts_with = "no_ci")]
    ci: bool,
    /// Behave as if not in CI, even if the variable CI is set
    #[arg(help_heading = DECIDES, long)]
    no_ci: bool,
    /// Stop at the first scenario that fails
    #[arg(help_heading = DECIDES, long)]
    pub(in crate::cli) fail_fast: bool,
    /// Compare answers with their snapshots byte by byte
    #[arg(help_heading = DECIDES, long)]
    pub(in crate::cli) exact: bool,
    /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; repeatable
    #[arg(help_heading = REPORTS, long, value_name = "FORMAT=PATH")]
    pub(in crate::cli) report: Vec<ReportArgument>,
}

impl RunArguments {
    pub(in crate::cli) fn is_ci(&self, context: &Context<'_>) -> bool {
        self.ci || (context.ci && !self.no_ci)
    }

    /// Nothing is written in CI, and nothing into the binary.
    pub(in crate::cli) fn recording(&self, context: &Context<'_>, pack: &Pack) -> Recording {
        Recording { exact: self.exact, write: !self.is_ci(context) && !pack.snapshots.is_read_only() }
    }

    /// Compares the pack's snapshots with what the mock answers, before anything is sent. The pack is as written, before a
    /// network's names are put in.
    pub(in crate::cli) fn survey(&self, context: &Context<'_>, pack: &Pack) -> Result<SnapshotReport, Failure> {
        let recording = self.recording(context, pack);
        let (snapshots, different) = survey(pack, recording, &pack.redactor)?;
        let Some(first) = different.first() else { return Ok(snapshots) };
        let help = if recording.write {
            format!("look at them with `caketester snapshots review{}`", self.pack.as_given())
        } else {
            "a run outside CI against a pack on disk (--pack DIR) writes them anew, for review".to_owned()
        };
        let (count, name, differences) = (different.len(), &first.name, first.differences.join("; "));
        Err(Failure::usage(format!(
            "the mock's answers differ from {count} of the pack's snapshots, first from {name}: {differences}\n  \
             help: {help}; nothing was sent to the client"
        )))
    }
}

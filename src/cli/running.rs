//! What every run can be told: the pack, the selection, how strict, and which reports.

use clap::Args;

use super::context::Context;
use super::headings::{DECIDES, REPORTS};
use super::open::PackArgument;
use super::reports::ReportArgument;
use super::selection::SelectionArguments;
use crate::pack::Pack;
use crate::run::Recording;

/// The options that all runs share.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) pack: PackArgument,
    #[command(flatten)]
    pub(super) selection: SelectionArguments,
    /// Behave as in CI: write no snapshots, and insist that they are in order
    #[arg(help_heading = DECIDES, long, conflicts_with = "no_ci")]
    ci: bool,
    /// Behave as outside CI, whatever the environment says
    #[arg(help_heading = DECIDES, long)]
    no_ci: bool,
    /// Stop at the first scenario that fails
    #[arg(help_heading = DECIDES, long)]
    pub(super) fail_fast: bool,
    /// Compare answers with their snapshots byte by byte
    #[arg(help_heading = DECIDES, long)]
    pub(super) exact: bool,
    /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; may be given several times
    #[arg(help_heading = REPORTS, long, value_name = "FORMAT=PATH")]
    pub(super) report: Vec<ReportArgument>,
}

impl RunArguments {
    pub(super) fn is_ci(&self, context: &Context<'_>) -> bool {
        self.ci || (context.ci && !self.no_ci)
    }

    /// Nothing is written in CI, and nothing into the binary.
    pub(super) fn recording(&self, context: &Context<'_>, pack: &Pack) -> Recording {
        Recording { exact: self.exact, write: !self.is_ci(context) && !pack.snapshots.is_read_only() }
    }
}

//! `caketester endpoint preflight`

use std::path::PathBuf;

use clap::Args;

use super::check::certificate_in;
use super::live::LiveArguments;
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::judge::Exit;
use crate::live::Planned;
use crate::render::{go_live_html, probe_text};

const EXAMPLES: &str = "\
Examples:
  caketester endpoint preflight --network northgrid --dry-run
  caketester endpoint preflight --network northgrid --allow-live --allow-updates

It first sends the read-only probes. With --allow-updates, it then sends one update,
which sets the lead given by --lead (by default, the first in the network's file) to the
status under `left_in` in that file.

Exit codes:
  0  no difference from what is documented; the page may still list things to check by hand
  1  a difference was found, or an answer made the run stop
  2  nothing was sent
  3  no connection, or interrupted
  4  no key was given, so no documented behaviour could be checked";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    live: LiveArguments,
    /// Send the update, which changes the lead
    #[arg(long)]
    allow_updates: bool,
    /// The lead to update; by default the first in the network's file
    #[arg(long, value_name = "ID")]
    lead: Option<String>,
    /// The JSON certificate that `caketester client --certificate` wrote for the client
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Write the page to this file
    #[arg(long, value_name = "FILE", default_value = "go-live.html")]
    page: PathBuf,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let subject = arguments.live.subject(context)?;
    arguments.live.insist_on_places(&subject, [&*arguments.page], arguments.certificate.as_deref())?;
    let certificate =
        arguments.certificate.as_deref().map(certificate_in).transpose()?.map(|(certificate, _)| certificate);
    let known = subject.known_with_a_lead(arguments.lead.as_deref())?;
    let mut planned = Planned::that_write_nothing(&subject.target, true, true);
    planned.extend(Planned::of_one_update(&subject.target, &known));
    let Some(ran) = arguments.live.send(subject, planned, arguments.allow_updates, context)? else {
        return Ok(Exit::Success);
    };
    let report = ran.report;
    let page = go_live_html(&report, certificate.as_ref(), today());
    // First of all how the lead was left: the page may not be written.
    output.out(&probe_text(&report));
    output.file(&arguments.page, &page)?;
    output.out(&format!("wrote {}: it lists what a person still has to check\n", arguments.page.display()));
    Ok(report.exit())
}

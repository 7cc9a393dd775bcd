//! `caketester endpoint probe`

use std::path::PathBuf;

use clap::Args;

use super::live::LiveArguments;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::format::Format;
use crate::cli::reporting::sinks::{ReportArgument, of_probes, write_of_probes};
use crate::judge::Exit;
use crate::live::{Planned, check_recorded, compare_with_recorded};
use crate::render::{probe_json, probe_text};
use crate::snapshot::Store;

const EXAMPLES: &str = "\
Examples:
  caketester endpoint probe --network northgrid --dry-run       # show the plan, send nothing
  caketester endpoint probe --network northgrid --allow-live
  caketester endpoint probe https://northgrid.example.com --key-env CAKE_KEY --allow-live

Without --allow-updates, probes use only lead IDs and statuses that do not exist. The run stops on any
of these: HTTP 429, the message `Restricted`, a login page, an anti-bot page, a redirect, an
answer without a code, a certificate that is not trusted, three requests in a row without an
answer, or Ctrl-C. No request is retried, and no redirect is followed.

Proxies are taken from https_proxy, http_proxy, all_proxy and no_proxy; this machine is
always contacted directly.

Exit codes:
  0  no difference from what is documented
  1  a difference was found, or an answer made the run stop
  2  nothing was sent
  3  no connection, or interrupted
  4  no key was given, so no documented behaviour could be checked";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    live: LiveArguments,
    /// Never send a made-up key; meant for nightly runs. Probes that need one are skipped; so is the check of your own
    /// key, which compares CAKE's answers to your key and to a made-up one
    #[arg(long)]
    no_made_up_key: bool,
    /// Also send real updates, one for each status, sub-status and field; they change the lead named in the network's file
    #[arg(long)]
    allow_updates: bool,
    /// The lead to update; by default the first in the network's file
    #[arg(long, value_name = "ID", requires = "allow_updates")]
    lead: Option<String>,
    /// Keep each answer in this directory as a snapshot; a later run compares its answers with these and reports what has changed
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Also write the report: json=PATH or junit=PATH; repeatable
    #[arg(long, value_name = "FORMAT=PATH", value_parser = of_probes)]
    report: Vec<ReportArgument>,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let mut subject = arguments.live.subject(context)?;
    // Whatever the snapshots are called, they lie in this folder.
    let recorded = arguments.record.as_ref().map(|directory| directory.join("probe.snap"));
    let written = arguments.report.iter().map(ReportArgument::path).chain(recorded.as_deref());
    arguments.live.insist_on_places(&subject, written, [])?;
    let mut planned = Planned::that_write_nothing(&subject.target, subject.key.is_some(), !arguments.no_made_up_key);
    if arguments.allow_updates {
        let known = subject.known_with_a_lead(arguments.lead.as_deref())?;
        if known.statuses.is_empty() && known.fields.is_empty() {
            subject
                .shown
                .push(("note", "the file names no `statuses` and no `fields`: only `left_in` is tried".to_owned()));
        }
        planned.extend(Planned::that_write(&subject.target, &known));
    }
    let store = arguments.record.as_ref().map(Store::directory);
    if let Some(store) = &store {
        check_recorded(store, &planned).map_err(|error| Failure::usage(format!("{error}; nothing was sent")))?;
    }
    let Some(ran) = arguments.live.send(subject, planned, arguments.allow_updates, context)? else {
        return Ok(Exit::Success);
    };
    let mut report = ran.report;
    let kept = store.map(|store| compare_with_recorded(&store, &ran.answers, |planned| report.has_failed(planned)));
    let kept = kept.transpose().map_err(Failure::cannot("keep the answers"));
    if let Ok(recorded) = &kept {
        report.recorded.clone_from(recorded);
    }
    // First of all how a lead was left: what follows may fail.
    output.out(&match arguments.format {
        Format::Text => probe_text(&report),
        Format::Json => probe_json(&report),
    });
    let drift = report.recorded.as_ref().map_or(0, |recorded| recorded.drift.len());
    if let (Some(directory), Format::Text, 1..) = (&arguments.record, arguments.format, drift) {
        let directory = shell_words::quote(&directory.to_string_lossy()).into_owned();
        output.out(&format!("next: caketester snapshots review --dir {directory}\n"));
    }
    write_of_probes(&report, &arguments.report, output)?;
    kept?;
    Ok(report.exit())
}

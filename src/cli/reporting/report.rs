//! `caketester report`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reporting::sinks::{ReportArgument, finish, show, write};
use crate::judge::{Certificate, Exit, Report, merge};
use crate::render::{Comparison, MasterReportPage, Trend, json, probe_schema, read_json};
use crate::source::written_schema;
use crate::support::Told;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Show a stored report, and write it in other formats
    Show {
        /// A report that a run wrote with --report json=PATH
        report: PathBuf,
        /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; repeatable
        #[arg(long = "report", value_name = "FORMAT=PATH")]
        wanted: Vec<ReportArgument>,
    },
    /// Merge the reports of all shards of a run, and exit with the code that the whole run would have had
    Merge {
        /// Where to write the report of the whole run
        whole: PathBuf,
        /// The JSON report of each `caketester client --shard` run
        #[arg(required = true)]
        shards: Vec<PathBuf>,
        /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; repeatable
        #[arg(long = "report", value_name = "FORMAT=PATH")]
        wanted: Vec<ReportArgument>,
    },
    /// List what got better or worse between two reports; exit code 1 if anything got worse
    Diff {
        /// The earlier report
        before: PathBuf,
        /// The later report
        after: PathBuf,
    },
    /// Show how a client's results changed over several reports, one row per report
    Trend {
        /// The reports, in any order
        #[arg(required = true)]
        reports: Vec<PathBuf>,
        /// Also write an HTML page
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Print the JSON Schema of the report
    Schema {
        /// Print the schema of a certificate instead
        #[arg(long)]
        certificate: bool,
        /// Print the schema of `caketester why --format json` instead
        #[arg(long, conflicts_with = "certificate")]
        why: bool,
        /// Print the schema of `caketester endpoint probe --format json` instead
        #[arg(long, conflicts_with_all = ["certificate", "why", "master_report"])]
        probe: bool,
        /// Print the schema of `caketester master-report --format json` instead
        #[arg(long, conflicts_with_all = ["certificate", "why"])]
        master_report: bool,
    },
}

pub(in crate::cli) fn run(command: &Command, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    match command {
        Command::Show { report, wanted } => {
            let report = output.masked(&read(report)?);
            show(&report, context);
            write(&report, wanted, output)?;
        }
        Command::Merge { whole, shards, wanted } => {
            let named = |path: &PathBuf| Ok((path.display().to_string(), read(path)?));
            let shards = shards.iter().map(named).collect::<Result<Vec<_>, Failure>>()?;
            let report = merge(shards).map_err(|reason| {
                // If the name of the output is left out, a shard is taken for it.
                let is_a_shard = read(whole).is_ok_and(|report| report.shard.is_some());
                let help =
                    "is taken as the file to write, and is a shard: name the file to write first, then every shard";
                let help = if is_a_shard { format!("\n  help: {} {help}", whole.display()) } else { String::new() };
                Failure::usage(format!("{reason}{help}"))
            })?;
            output.file_of_masked(whole, &json(&output.masked(&report)))?;
            return finish(&report, wanted, context);
        }
        Command::Diff { before, after } => {
            let reports = read_all(&[before.clone(), after.clone()])?;
            let comparison = Comparison::of(&reports[0], &reports[1]);
            output.out(&told(&comparison));
            if !comparison.worse.is_empty() {
                return Ok(Exit::Failure);
            }
        }
        Command::Trend { reports, html } => {
            let mut reports: Vec<Report> = read_all(reports)?.iter().map(|report| output.masked(report)).collect();
            reports.sort_by_key(|report| report.started);
            let trend = Trend::of(&reports);
            output.out(&trend.text());
            if let Some(path) = html {
                output.file(path, &trend.html())?;
            }
        }
        Command::Schema { certificate, why, master_report, probe } => {
            let schema = match (certificate, why, master_report, probe) {
                (true, ..) => written_schema::<Certificate>(),
                (_, true, ..) => written_schema::<Told>(),
                (_, _, true, _) => written_schema::<MasterReportPage>(),
                (.., true) => probe_schema(),
                _ => written_schema::<Report>(),
            };
            output.out(&format!("{:#}\n", schema.as_value()));
        }
    }
    Ok(Exit::Success)
}

fn told(Comparison { worse, better, new, notes }: &Comparison) -> String {
    let mut text = String::new();
    for (label, lines) in [("worse", worse), ("better", better), ("new", new), ("note", notes)] {
        text.extend(lines.iter().map(|line| format!("{label:<7} {line}\n")));
    }
    let new = if new.is_empty() { String::new() } else { format!(", {} new", new.len()) };
    match (worse.len(), better.len()) {
        (0, 0) => format!("{text}nothing got worse or better{new}\n"),
        (worse, better) => format!("{text}{worse} got worse, {better} got better{new}\n"),
    }
}

/// Reads reports that are to be compared: of one network.
fn read_all(paths: &[PathBuf]) -> Result<Vec<Report>, Failure> {
    let reports = paths.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let Some(other) = reports.iter().position(|report| report.network != reports[0].network) else {
        return Ok(reports);
    };
    let network = |report: &Report| match &report.network {
        Some(name) => format!("network {}", name.escape_debug()),
        None => "no network".to_owned(),
    };
    let (path, is_of) = (paths[0].display(), network(&reports[0]));
    let (other_path, other_is_of) = (paths[other].display(), network(&reports[other]));
    let help = "compare reports of one network";
    Err(Failure::usage(format!("{path} is of {is_of}, and {other_path} of {other_is_of}\n  help: {help}")))
}

/// Reads what a run wrote with --report json=PATH.
pub(in crate::cli) fn read(path: &Path) -> Result<Report, Failure> {
    let refused = |reason: String| Failure::usage(format!("cannot read {}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    read_json(&text).map_err(refused)
}

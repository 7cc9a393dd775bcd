//! `caketester report`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::context::Context;
use super::failure::Failure;
use super::output::Output;
use super::reports::{ReportArgument, finish, show, write};
use crate::report::{Comparison, certificate_schema, json, json_schema, read_json};
use crate::run::{Exit, Report, merge};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show a stored report, and write it in other formats
    Show {
        /// What a run wrote with --report json=PATH
        report: PathBuf,
        /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; may be given several times
        #[arg(long = "report", value_name = "FORMAT=PATH")]
        wanted: Vec<ReportArgument>,
    },
    /// Put the reports of all shards of a run together, and exit as that run would have
    Merge {
        /// Where to write the report of the whole run
        whole: PathBuf,
        /// What each `caketester client --shard` wrote with --report json=PATH
        #[arg(required = true)]
        shards: Vec<PathBuf>,
        /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; may be given several times
        #[arg(long = "report", value_name = "FORMAT=PATH")]
        wanted: Vec<ReportArgument>,
    },
    /// Say what got worse and better between two reports; exit code 1 where anything got worse
    Diff {
        /// The report of before
        before: PathBuf,
        /// The report of now
        after: PathBuf,
    },
    /// Print the JSON Schema of the report
    Schema {
        /// That of a certificate instead
        #[arg(long)]
        certificate: bool,
    },
}

pub(super) fn run(command: &Command, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Show { report, wanted } => {
            let report = output.masked(read(report)?);
            show(&report, context, output);
            write(&report, wanted, output)?;
        }
        Command::Merge { whole, shards, wanted } => {
            let named = |path: &PathBuf| Ok((path.display().to_string(), read(path)?));
            let shards = shards.iter().map(named).collect::<Result<Vec<_>, Failure>>()?;
            let report = merge(shards).map_err(|reason| {
                // Who forgets to name the file to write names a shard in its place.
                let help = match read(whole) {
                    Ok(report) if report.shard.is_some() => {
                        let help = "is taken as the file to write, and is a shard: name the file to write first, then every shard";
                        format!("\n  help: {} {help}", whole.display())
                    }
                    _ => String::new(),
                };
                Failure::usage(format!("{reason}{help}"))
            })?;
            output.file(whole, &json(&report).map_err(|reason| Failure::new(Exit::Harness, reason))?)?;
            return finish(report, wanted, context, output);
        }
        Command::Diff { before, after } => {
            let reports = [read(before)?, read(after)?];
            let [was, is] = &reports;
            if was.network != is.network {
                let network = |report: &Report| match &report.network {
                    Some(name) => format!("network {}", name.escape_debug()),
                    None => "no network".to_owned(),
                };
                return Err(Failure::usage(format!(
                    "{} is of {}, and {} of {}\n  help: compare two reports of one network",
                    before.display(),
                    network(was),
                    after.display(),
                    network(is)
                )));
            }
            let comparison = Comparison::of(was, is);
            output.out(&told(&comparison));
            if !comparison.worse.is_empty() {
                return Ok(Exit::Failure);
            }
        }
        Command::Schema { certificate } => {
            let schema = if *certificate { certificate_schema() } else { json_schema() };
            output.out(&format!("{:#}\n", schema.as_value()));
        }
    }
    Ok(Exit::Success)
}

fn told(comparison: &Comparison) -> String {
    let Comparison { worse, better, notes } = comparison;
    let label = |label: &'static str, lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| format!("{label:<7} {line}\n")).collect()
    };
    let lines = [label("worse", worse), label("better", better), label("note", notes)].concat().concat();
    match (worse.len(), better.len()) {
        (0, 0) => lines + "nothing got worse or better\n",
        (worse, better) => format!("{lines}{worse} got worse, {better} got better\n"),
    }
}

/// Reads what a run wrote with --report json=PATH.
pub(super) fn read(path: &Path) -> Result<Report, Failure> {
    let refused = |reason: String| Failure::usage(format!("cannot read {}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    read_json(&text).map_err(refused)
}

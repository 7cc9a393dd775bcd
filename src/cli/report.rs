//! `caketester report`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::context::Context;
use super::failure::Failure;
use super::output::Output;
use super::reports::{ReportArgument, write};
use crate::report::{human, json_schema, read_json};
use crate::run::{Exit, Report};

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
    /// Print the JSON Schema of the report
    Schema,
}

pub(super) fn run(command: &Command, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Show { report, wanted } => {
            let report = read(report)?;
            output.out(&human(&report, context.color));
            write(&report, wanted, output)?;
        }
        Command::Schema => output.out(&format!("{:#}\n", json_schema().as_value())),
    }
    Ok(Exit::Success)
}

fn read(path: &Path) -> Result<Report, Failure> {
    let refused = |reason: String| Failure::usage(format!("cannot read {}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    read_json(&text).map_err(refused)
}

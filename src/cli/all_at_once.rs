//! `client --batch` and `client --observe`: every scenario at once, at one address.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::run::Batch;
use crate::subject::TableFormat;

/// How long nothing may arrive before it is over, where nothing else is said.
const SETTLE: u64 = 2;

/// The options of a run in which one mock serves every scenario.
#[derive(Debug, Args)]
#[command(next_help_heading = "Every scenario at once (docs/clients.md)")]
pub(super) struct AllAtOnceArguments {
    /// Start the program once: it finds every update in the file that CAKETESTER_CASES names, and writes every outcome
    /// into the one that CAKETESTER_OUTCOMES names
    #[arg(long, conflicts_with_all = ["builtin", "jobs", "outcome_exit", "fail_fast"], requires = "command")]
    pub(super) batch: bool,
    /// How the file of cases is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "json", requires = "batch")]
    pub(super) cases_format: Format,
    /// How many seconds nothing may arrive before it is over
    #[arg(long, value_name = "SECONDS", default_value_t = SETTLE, value_parser = clap::value_parser!(u64).range(1..=3_600), requires = "batch")]
    settle: u64,
    /// Take the scenarios tagged timed too, in which the server stalls
    #[arg(long, requires = "batch")]
    with_timed: bool,
}

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// An array of objects
    Json,
    /// Lines of values, below a line of names
    Csv,
}

impl From<Format> for TableFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
        }
    }
}

impl AllAtOnceArguments {
    /// What is asked of a batch.
    pub(super) fn batch(&self) -> Batch {
        Batch { settle: Duration::from_secs(self.settle), with_timed: self.with_timed }
    }

    /// The options that bear on a verdict, as they were given, for a command that is shown.
    pub(super) fn as_given(&self) -> String {
        let mut given = String::new();
        if self.batch {
            given.push_str(" --batch");
        }
        if self.cases_format == Format::Csv {
            given.push_str(" --cases-format csv");
        }
        if self.settle != SETTLE {
            given.push_str(&format!(" --settle {}", self.settle));
        }
        if self.with_timed {
            given.push_str(" --with-timed");
        }
        given
    }
}

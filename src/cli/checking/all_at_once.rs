//! `client --batch` and `client --observe`: every scenario at once, at one address.

use std::net::IpAddr;
use std::time::Duration;

use clap::{ArgGroup, Args};

use crate::cli::options::seconds::seconds;
use crate::run::Batch;
use crate::subject::TableFormat;

/// How long nothing may arrive before it is over, where nothing else is said.
const SETTLE: u64 = 2;

/// The options of a run in which one mock serves every scenario.
#[derive(Debug, Clone, Args)]
#[command(
    next_help_heading = "Batch and observation (see `caketester explain clients`)",
    group(ArgGroup::new("at_once").args(["batch", "observe"]))
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(in crate::cli) struct AllAtOnceArguments {
    /// Start the program once: it reads every update from the file in `CAKETESTER_CASES`, and writes every outcome to
    /// the file in `CAKETESTER_OUTCOMES`
    #[arg(long, conflicts_with_all = ["builtin", "outcome_exit", "fail_fast"])]
    pub(in crate::cli) batch: bool,
    /// Do not start a program: a person or a scheduler drives the system under test, which sends its requests to the
    /// port given by --port
    #[arg(long, conflicts_with_all = ["builtin", "command", "batch", "jobs", "timeout", "outcome_exit", "fail_fast"], requires = "port")]
    pub(in crate::cli) observe: bool,
    /// With --observe, the port to listen on; 0 picks a free port
    #[arg(long, requires = "observe")]
    pub(in crate::cli) port: Option<u16>,
    /// With --observe, the address to listen on; 0.0.0.0 stands for every address of this machine
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1", requires = "observe")]
    pub(in crate::cli) bind: IpAddr,
    /// The format of the cases file
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "json", requires = "batch")]
    pub(in crate::cli) cases_format: TableFormat,
    /// Once the program has exited or every outcome is known, end the run after this many seconds without a request
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value_t = SETTLE, value_parser = |text: &str| seconds(text, 0..=3_600), requires = "at_once")]
    pub(in crate::cli) settle: u64,
    /// Include the scenarios with the tag `timed`, in which the server stalls
    #[arg(long, requires = "at_once")]
    pub(in crate::cli) with_timed: bool,
    /// At the end of the run, present several invalid TLS certificates at the same address, one after another, to check
    /// that the client rejects them; needs --tls or --intercept
    #[arg(long, requires = "observe")]
    pub(in crate::cli) with_certificates: bool,
}

impl AllAtOnceArguments {
    /// What is asked of a batch.
    pub(in crate::cli) fn batch(&self) -> Batch {
        Batch { settle: Duration::from_secs(self.settle), with_timed: self.with_timed }
    }
}

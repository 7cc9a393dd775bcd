//! What a client is given, and what it concluded.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::guard::Guard;
use crate::protocol::{Code, METHOD_PATH, Outcome, Update};
use crate::secret::Secret;

/// What a client is given for one step.
#[derive(Debug, Clone)]
pub struct Case {
    /// Scheme and host, without a slash at the end.
    pub base_url: String,
    /// The proxy that leads to that host, where one is needed.
    pub proxy: Option<String>,
    /// What keeps the client from every other host, where something does.
    pub guard: Option<Guard>,
    /// The file with the authority's certificate, where TLS is spoken.
    pub ca_file: Option<PathBuf>,
    /// Whether the environment names that file too.
    pub is_trust_told: bool,
    /// The API key.
    pub key: Secret,
    /// What is to be reported.
    pub update: Update,
}

impl Case {
    /// The URL of `UpdateLeadStatus`.
    pub fn url(&self) -> String {
        format!("{}{METHOD_PATH}", self.base_url)
    }
}

/// A client under test. Whole runs are tested with a fake one.
pub trait Subject: Send + Sync + 'static {
    /// Has the client report one update, and tells what it concluded.
    fn report(&self, case: Case) -> impl Future<Output = Result<Conclusion, SubjectError>> + Send;
}

/// What a client concluded, and what was seen of it.
#[derive(Debug, Clone)]
pub struct Conclusion {
    /// The outcome, or why there is none.
    pub verdict: Concluded,
    /// The code the client says CAKE gave, where it says one.
    pub code: Option<Code>,
    /// What else was seen.
    pub trace: Trace,
}

/// An outcome, or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Concluded {
    /// The client concluded this.
    Outcome(Outcome),
    /// The client concluded nothing, which proves only that it did not claim success; the text says why.
    None(String),
    /// Nobody told what the client concluded, and nobody had to.
    #[default]
    Untold,
}

/// What was seen of a client while it worked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The command line, quoted for a shell; none for the built-in client.
    pub command: Option<String>,
    /// How the process ended.
    pub exit: Option<String>,
    /// The end of its standard output.
    pub stdout: String,
    /// The end of its standard error.
    pub stderr: String,
    /// Where it printed the key it was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed_key: Vec<String>,
    /// Whether it had to be ended because its time was up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timed_out: bool,
    /// How long it was given; none where nobody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Duration>,
    /// How long it took.
    #[serde(skip)]
    pub elapsed: Duration,
    /// What was peculiar.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// Why a client could not even be tried.
#[derive(Debug, Error)]
pub enum SubjectError {
    /// The program could not be started.
    #[error("cannot start {program:?}: {reason}\n  help: {help}")]
    CannotStart {
        /// The program as given.
        program: String,
        /// What the system said.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// Somebody asked the run to end before anything was done.
    #[error("interrupted; what was running has been ended")]
    Interrupted,
    /// Something of ours failed.
    #[error("cannot {what}: {source}")]
    Harness {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

//! What a report says of what was under test, and how it was run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was under test.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SubjectReport {
    /// A program, once a step.
    Program {
        /// The command line with its placeholders, quoted for a shell.
        command: String,
    },
    /// A program that ran once, for every step.
    Batch {
        /// The command line with its placeholders, quoted for a shell.
        command: String,
    },
    /// Whatever sent to a fixed address while a person or a scheduler worked it.
    Observed {
        /// The URL it was to send to.
        url: String,
    },
    /// The built-in client.
    #[default]
    Builtin,
    /// An endpoint.
    Endpoint {
        /// Its URL.
        url: String,
    },
}

impl SubjectReport {
    /// What it is, with `code` around a command or a URL.
    pub(crate) fn in_words(&self, code: impl Fn(&str) -> String) -> String {
        match self {
            Self::Program { command } => format!("client {}", code(command)),
            Self::Batch { command } => format!("client {}, once for all updates", code(command)),
            Self::Observed { url } => format!("a client that sends to {}", code(url)),
            Self::Builtin => "the built-in client".to_owned(),
            Self::Endpoint { url } => format!("endpoint {}", code(url)),
        }
    }
}

/// What whoever ran it calls the client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientName {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

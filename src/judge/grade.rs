//! On whose word a verdict on outcomes rests.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who told what the client concluded. A refusal may come with HTTP 200, so the wire alone cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The program under test told it itself.
    Outcome,
    /// A person told it, or handed it in.
    Attested,
    /// Nobody told it, in a step at least: what crossed the wire is all there is.
    Wire,
}

impl Grade {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Attested => "attested",
            Self::Wire => "wire",
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Outcome => "the client itself reported what it concluded",
            Self::Attested => "a person reported what the client concluded",
            Self::Wire => "in at least one step the client reported no outcome",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

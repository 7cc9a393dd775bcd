//! What a client concluded from an update.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a client concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// CAKE recorded the update (code 0).
    Updated,
    /// CAKE refused the update (codes 1 to 4).
    Rejected,
    /// There was no usable answer; whether CAKE recorded the update is open.
    Unknown,
}

impl Outcome {
    /// Every outcome, in the order of the contract.
    pub const ALL: [Self; 3] = [Self::Updated, Self::Rejected, Self::Unknown];

    /// The outcome of a word, in small letters.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// The word that clients, scenarios and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

//! How a rule is broken, and how much that weighs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a breach does to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It fails the run.
    Required,
    /// It is listed, and fails the run only under `--strict`.
    Recommended,
    /// It is listed, and fails nothing.
    Note,
}

impl Weight {
    /// The word that pages and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
            Self::Note => "note",
        }
    }
}

/// One way in which a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What happened, in one line.
    pub message: String,
    /// How much it weighs, where that is not what the rule weighs in the scenario.
    pub weight: Option<Weight>,
    /// What was expected, and what was seen.
    pub instead: Option<(String, String)>,
    /// What to change, where that can be said better than the rule says it.
    pub change: Option<String>,
}

impl Breach {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), weight: None, instead: None, change: None }
    }

    pub(super) fn weighs(mut self, weight: Weight) -> Self {
        self.weight = Some(weight);
        self
    }

    pub(super) fn instead(mut self, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        self.instead = Some((expected.into(), seen.into()));
        self
    }

    pub(super) fn change(mut self, change: impl Into<String>) -> Self {
        self.change = Some(change.into());
        self
    }
}

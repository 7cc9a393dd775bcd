//! What the exit code of caketester says: did what was asked for pass?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The exit code. Codes are a contract: none changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(into = "u8", try_from = "u8")]
#[repr(u8)]
pub enum Exit {
    /// What was asked for passed.
    #[default]
    Success = 0,
    /// It did not: a scenario failed, nothing reached the mock, or a requested certificate was not issued.
    Failure = 1,
    /// Usage, configuration, scenario or pack are wrong; nothing was sent.
    Usage = 2,
    /// The harness or the transport failed, which says nothing of what is under test.
    Harness = 3,
    /// Nothing was selected, or nothing was exercised.
    NothingDone = 4,
    /// In CI: a snapshot is missing, pending or orphaned.
    Snapshot = 5,
}

impl Exit {
    /// Every exit code, the one that prevails first.
    pub const BY_PRECEDENCE: [Self; 6] =
        [Self::Usage, Self::Harness, Self::Failure, Self::Snapshot, Self::NothingDone, Self::Success];

    /// The one of two that prevails: 2, 3, 1, 5, 4, 0.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::BY_PRECEDENCE.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(self)
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Success => "everything passed",
            Self::Failure => {
                "a scenario failed, no request reached the mock, or a requested certificate was not issued"
            }
            Self::Usage => "the command line, the configuration, a scenario or the pack is invalid; nothing was sent",
            Self::Harness => "caketester itself or the connection failed",
            Self::NothingDone => "no scenario was selected or run",
            Self::Snapshot => "in CI: a snapshot is missing, pending or orphaned",
        }
    }
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> Self {
        exit as Self
    }
}

impl TryFrom<u8> for Exit {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, String> {
        let exit = Self::BY_PRECEDENCE.into_iter().find(|exit| u8::from(*exit) == code);
        exit.ok_or_else(|| format!("there is no exit code {code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_worst_prevails_and_codes_are_what_they_are() {
        assert_eq!(Exit::Success.and(Exit::NothingDone), Exit::NothingDone);
        assert_eq!(Exit::Snapshot.and(Exit::Failure), Exit::Failure);
        assert_eq!(Exit::Failure.and(Exit::Harness), Exit::Harness);
        assert_eq!(Exit::Usage.and(Exit::Harness), Exit::Usage);
        assert_eq!(Exit::Success.and(Exit::Success), Exit::Success);
        assert_eq!(Exit::BY_PRECEDENCE.map(u8::from), [2, 3, 1, 5, 4, 0]);
    }
}

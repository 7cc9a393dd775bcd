//! The number by which CAKE says what it did with an update.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::outcome::Outcome;

/// The `code` of an answer. Codes 0 to 4 are documented; any other number can arrive all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Code(pub i64);

impl Code {
    /// 0: the lead's status was updated.
    pub const SUCCESS: Self = Self(0);
    /// 1: no buyer has this API key.
    pub const INVALID_KEY: Self = Self(1);
    /// 2: no such lead.
    pub const LEAD_NOT_FOUND: Self = Self(2);
    /// 3: the status is not configured in exactly this spelling.
    pub const STATUS_NOT_RECOGNISED: Self = Self(3);
    /// 4: Lead Statuses are switched off in this instance.
    pub const NOT_ENABLED: Self = Self(4);

    /// A code as programs write it: `3`, or `3.0` where a language or a column knows only floats.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let fraction = text.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|digit| digit == b'0'));
        fraction.map_or(text, |(whole, _)| whole).parse().ok().map(Self)
    }

    /// What the code means (documented), or nothing for a code that is not documented.
    pub fn meaning(self) -> Option<&'static str> {
        Some(match self {
            Self::SUCCESS => "success: the lead's status was updated",
            Self::INVALID_KEY => "invalid API key: no buyer of this instance has it",
            Self::LEAD_NOT_FOUND => "lead ID not found",
            Self::STATUS_NOT_RECOGNISED => {
                "status not recognised: it has to match a configured status exactly, letter case and spaces included"
            }
            Self::NOT_ENABLED => "Lead Statuses are not enabled in this CAKE instance",
            _ => return None,
        })
    }

    /// What a conforming client concludes from the code alone; nothing follows from an undocumented one.
    pub fn outcome(self) -> Option<Outcome> {
        match self.0 {
            0 => Some(Outcome::Updated),
            1..=4 => Some(Outcome::Rejected),
            _ => None,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Outcome};

    #[test]
    fn only_code_0_updates_and_only_documented_codes_conclude() {
        assert_eq!(Code(0).outcome(), Some(Outcome::Updated));
        for code in 1..=4 {
            assert_eq!(Code(code).outcome(), Some(Outcome::Rejected));
            assert!(Code(code).meaning().is_some());
        }
        for code in [-1, 5, 7, 200] {
            assert_eq!(Code(code).outcome(), None);
            assert_eq!(Code(code).meaning(), None);
        }
    }
}

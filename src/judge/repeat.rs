//! The command that repeats one scenario of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The command that repeats a scenario: what stands before the id, and what behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Repeat {
    /// For example `caketester client --only`.
    pub before: String,
    /// For example `-- php push.php {lead_id}`.
    pub after: String,
}

impl Repeat {
    /// The command for this scenario.
    pub fn command(&self, id: &str) -> String {
        let after = if self.after.is_empty() { String::new() } else { format!(" {}", self.after) };
        format!("{} {id}{after}", self.before)
    }

    /// The command for the whole run.
    pub fn whole(&self) -> String {
        self.with("")
    }

    /// The command for what failed, by the run's report as JSON.
    pub fn last_failed(&self, report: &str) -> String {
        self.with(&format!(" --last-failed {report}"))
    }

    fn with(&self, options: &str) -> String {
        let before = self.before.strip_suffix(" --only").unwrap_or(&self.before);
        let after = if self.after.is_empty() { String::new() } else { format!(" {}", self.after) };
        format!("{before}{options}{after}")
    }
}

//! The report as it is, for programs.

use crate::run::Report;

/// The report as JSON, with a newline at the end.
pub fn json(report: &Report) -> Result<String, String> {
    serde_json::to_string_pretty(report).map(|text| text + "\n").map_err(|error| error.to_string())
}

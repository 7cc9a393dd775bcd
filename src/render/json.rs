//! The report as it is, for programs, and read back. Every other rendering can be made from this one.

use super::written::{pretty, read_versioned};
use crate::judge::Report;

/// The report as JSON, with a newline at the end.
pub fn json(report: &Report) -> String {
    pretty(report)
}

/// Reads what [`json`] wrote.
pub fn read_json(text: &str) -> Result<Report, String> {
    read_versioned(text, Report::VERSION, "report", "a run writes one with --report json=PATH")
}

#[cfg(test)]
mod tests {
    use super::read_json;

    #[test]
    fn what_is_no_report_of_this_version_is_refused() {
        for (text, told) in [
            ("", "not a report of caketester (EOF"),
            ("[]", "not a report of caketester (invalid length"),
            (r#"{"version": 99}"#, "its version is 99, and this caketester reads a report of version"),
            (r#"{"version": 3}"#, "not a report of caketester (missing field"),
        ] {
            let refused = read_json(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }
}

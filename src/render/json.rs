//! The report as it is, for programs, and read back. Every other rendering can be made from this one.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;

use crate::judge::Report;

/// The report as JSON, with a newline at the end.
pub fn json(report: &Report) -> Result<String, String> {
    serde_json::to_string_pretty(report).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// Reads what [`json`] wrote, also that of another build, as long as the version of its structure is ours.
pub fn read_json(text: &str) -> Result<Report, String> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    // A list would be taken for a report without names.
    if text.trim_start().starts_with('[') {
        return Err(
            "not a report of caketester: it does not begin with {\n  help: a run writes one with --report json=PATH"
                .into(),
        );
    }
    let Versioned { version } = serde_json::from_str(text).map_err(|error| {
        format!("not a report of caketester ({error})\n  help: a run writes one with --report json=PATH")
    })?;
    if text.contains("\"statements\"") && version != Report::VERSION {
        return Err("it is a certificate, and no report\n  help: a run writes a report with --report json=PATH".into());
    }
    if text.contains("\"not_sent\"") && version != Report::VERSION {
        return Err("it is a report of `endpoint probe`, and not of a run\n  help: a run writes a report with --report json=PATH".into());
    }
    if version != Report::VERSION {
        return Err(format!(
            "it is a report of version {version}, and this caketester reads version {}\n  help: read it with the caketester that wrote it, \
             or run anew",
            Report::VERSION
        ));
    }
    serde_json::from_str(text).map_err(|error| format!("this report is damaged, or of another caketester: {error}"))
}

/// The JSON Schema of the report as it is written.
pub fn json_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>()
}

#[cfg(test)]
mod tests {
    use super::read_json;

    #[test]
    fn what_is_no_report_of_this_version_is_refused() {
        for (text, told) in [
            ("", "not a report of caketester (EOF"),
            ("[]", "not a report of caketester: it does not begin with {"),
            (r#"{"version": 99}"#, "it is a report of version 99, and this caketester reads version"),
            (r#"{"version": 3}"#, "this report is damaged, or of another caketester: missing field"),
        ] {
            let refused = read_json(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }
}

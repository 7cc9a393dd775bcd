//! The file in which a program that runs once finds all it has to report.

use serde_json::{Value, json};

use crate::protocol::Update;

/// How a table is written: for programs that read JSON, and for those that read CSV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TableFormat {
    /// An array of objects
    #[default]
    Json,
    /// A table with a header line
    Csv,
}

impl TableFormat {
    /// What the name of such a file ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// Rows of values under these names as a text. In CSV a list or an object stands as JSON, and null as nothing.
    pub fn write(self, names: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> String {
        match self {
            Self::Json => {
                let object = |row: Vec<Value>| names.iter().map(|name| (*name).to_owned()).zip(row).collect();
                let rows: Vec<Value> = rows.into_iter().map(|row| Value::Object(object(row))).collect();
                format!("{:#}\n", Value::Array(rows))
            }
            Self::Csv => {
                let mut writer = csv::Writer::from_writer(Vec::new());
                // Writing into memory cannot fail, and each row has a value for each name.
                let _ = writer.write_record(names);
                for row in rows {
                    let _ = writer.write_record(row.into_iter().map(|value| match value {
                        Value::Null => String::new(),
                        Value::String(text) => text,
                        other => other.to_string(),
                    }));
                }
                String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
            }
        }
    }
}

/// One update that a program has to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchCase {
    /// The id of the scenario.
    pub scenario: String,
    /// The name of the step, where the scenario has several.
    pub step: Option<String>,
    /// What is to be reported.
    pub update: Update,
}

/// The columns of the file.
const COLUMNS: [&str; 6] = ["scenario", "step", "lead_id", "status", "sub_status", "fields"];

/// The cases as the text of a file, in their order.
pub(super) fn write(cases: &[BatchCase], format: TableFormat) -> String {
    let row = |case: &BatchCase| {
        let Update { lead_id, status, sub_status, fields } = &case.update;
        vec![json!(case.scenario), json!(case.step), json!(lead_id), json!(status), json!(sub_status), json!(fields)]
    };
    format.write(&COLUMNS, cases.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::{BatchCase, TableFormat, write};
    use crate::protocol::Update;

    fn cases() -> Vec<BatchCase> {
        let plain = Update { lead_id: "A".into(), status: "Closed, \"Paid\"".into(), ..Update::default() };
        let full = Update {
            sub_status: Some("Full\nPayment".into()),
            fields: [("z".to_owned(), "1".to_owned()), ("a".to_owned(), "ü".to_owned())].into(),
            ..plain.clone()
        };
        let case =
            |step: Option<&str>, update| BatchCase { scenario: "a/b".into(), step: step.map(str::to_owned), update };
        vec![case(None, plain), case(Some("second"), full)]
    }

    #[test]
    fn a_table_has_a_line_for_each_case_and_its_fields_as_json() {
        assert_eq!(
            write(&cases(), TableFormat::Csv),
            "scenario,step,lead_id,status,sub_status,fields\n\
             a/b,,A,\"Closed, \"\"Paid\"\"\",,{}\n\
             a/b,second,A,\"Closed, \"\"Paid\"\"\",\"Full\nPayment\",\"{\"\"z\"\":\"\"1\"\",\"\"a\"\":\"\"ü\"\"}\"\n"
        );
    }

    #[test]
    fn json_has_an_object_for_each_case_and_null_for_what_it_does_not_have() {
        let read: serde_json::Value = serde_json::from_str(&write(&cases(), TableFormat::Json)).unwrap();
        let expected = serde_json::json!([
            { "scenario": "a/b", "step": null, "lead_id": "A", "status": "Closed, \"Paid\"", "sub_status": null, "fields": {} },
            { "scenario": "a/b", "step": "second", "lead_id": "A", "status": "Closed, \"Paid\"",
              "sub_status": "Full\nPayment", "fields": { "z": "1", "a": "ü" } },
        ]);
        assert_eq!(read, expected);
    }
}

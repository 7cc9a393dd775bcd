//! What every format shares: it is written to memory, which cannot fail, and read back only in a known version.

use askama::Template;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// As JSON, with a newline at the end.
pub(super) fn pretty<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).expect("all keys are strings, and writing to memory cannot fail") + "\n"
}

/// As a page of HTML.
pub(super) fn page(template: &impl Template) -> String {
    template.render().expect("writing to memory cannot fail")
}

/// As JUnit XML.
pub(super) fn document(report: &quick_junit::Report) -> String {
    report.to_string().expect("writing to memory cannot fail")
}

/// As CSV.
pub(super) fn csv<R: AsRef<[u8]>>(rows: impl IntoIterator<Item = Vec<R>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("writing to memory cannot fail");
    }
    let bytes = writer.into_inner().expect("writing to memory cannot fail");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// As a table for a terminal: each column as wide as its widest cell, and its cells left or right. The last cell of a short
/// row reaches into the columns behind it.
pub(super) fn table(rows: &[Vec<String>], is_right: fn(usize) -> bool) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |at: usize| {
        let rows = rows.iter().filter(|row| row.len() == columns || at + 1 < row.len());
        rows.map(|row| console::measure_text_width(&row[at])).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let room = " ".repeat(width.saturating_sub(console::measure_text_width(cell)));
            if is_right(at) { format!("{room}{cell}") } else { format!("{cell}{room}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// Reads what [`pretty`] wrote, also that of another build, as long as the version of its structure is ours. `what` it is,
/// and how one gets it: `help`.
pub(super) fn read_versioned<T: DeserializeOwned>(
    text: &str,
    version: u32,
    what: &str,
    help: &str,
) -> Result<T, String> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let none = |error: serde_json::Error| format!("not a {what} of caketester ({error})\n  help: {help}");
    let found = serde_json::from_str::<Versioned>(text).map_err(none)?.version;
    if found != version {
        return Err(format!(
            "its version is {found}, and this caketester reads a {what} of version {version}\n  help: read it with the caketester that wrote it, or write it anew: {help}"
        ));
    }
    serde_json::from_str(text).map_err(none)
}

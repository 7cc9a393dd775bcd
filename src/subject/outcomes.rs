//! The file in which many outcomes are handed back: JSON lines, a JSON array or object, or CSV, told apart by how it begins.

use std::path::Path;

use serde_json::{Map, Value};
use thiserror::Error;

use super::outcome_file::{Said, bounded, concluded, decoded, text_of};
use crate::protocol::{Code, Outcome};
use crate::secret::Redactor;

/// The largest file that is read; a right one has a line for each update.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What is said of one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The lead.
    pub lead_id: String,
    /// The name of the step, where it is said.
    pub step: Option<String>,
    /// What the client concluded.
    pub outcome: Outcome,
    /// The code that CAKE gave, by what the client says.
    pub code: Option<Code>,
}

/// All that a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcomes {
    told: Vec<Told>,
    /// What could not be read, and why; it costs the other lines nothing.
    pub mistakes: Vec<String>,
}

/// Why a file of outcomes could not be read at all.
#[derive(Debug, Error)]
#[error("cannot read the outcomes in {path}: {reason}")]
pub struct OutcomesError {
    path: String,
    reason: String,
}

impl Outcomes {
    /// Reads a file, without the keys that may stand in it: a mistake is shown with its beginning, and half a key is not
    /// recognised any more. There is none where nothing was written.
    pub fn read(path: &Path, redactor: &Redactor) -> Result<Option<Self>, OutcomesError> {
        let unreadable = |reason: String| OutcomesError { path: path.to_string_lossy().into_owned(), reason };
        let Some(bytes) = bounded(path, LARGEST).map_err(unreadable)? else { return Ok(None) };
        Ok(Some(Self::parse(&redactor.redact(&decoded(&bytes)))))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut outcomes = Self::default();
        match text.chars().next() {
            None => {}
            Some('[' | '{') => match serde_json::from_str(text) {
                Ok(Value::Array(rows)) => outcomes.rows(&rows),
                // A list may have a name.
                Ok(Value::Object(named)) if named.len() == 1 && named.values().all(Value::is_array) => {
                    outcomes.rows(named.values().next().and_then(Value::as_array).map_or(&[], Vec::as_slice));
                }
                Ok(Value::Object(row)) if row.contains_key("lead_id") => outcomes.row("line", 1, &Value::Object(row)),
                Ok(Value::Object(by_lead)) => outcomes.by_lead(by_lead),
                Err(error) if error.is_eof() => outcomes.mistakes.push(cut_off(text)),
                _ => outcomes.lines(text),
            },
            Some(_) => outcomes.table(text),
        }
        if outcomes.told.is_empty() && outcomes.mistakes.is_empty() && !text.is_empty() {
            outcomes.mistakes.push(format!("no outcome found; the text begins {:?}", start(text)));
        }
        outcomes
    }

    /// What is said of one step of a lead: where several steps share it, and none is named, they are told in order.
    pub fn of(&self, lead_id: &str, step: Option<&str>, nth: usize, of_many: usize) -> Result<&Told, String> {
        let is_exact = self.told.iter().any(|told| told.lead_id == lead_id);
        // CAKE takes a lead ID in any letter case, and so do we where nothing else is meant.
        let is_meant =
            |told: &&Told| if is_exact { told.lead_id == lead_id } else { told.lead_id.eq_ignore_ascii_case(lead_id) };
        let of_lead: Vec<&Told> = self.told.iter().filter(is_meant).collect();
        let missing = || format!("no outcome for lead {lead_id}");
        if let Some(named) = of_lead.iter().rev().find(|told| told.step.is_some() && told.step.as_deref() == step) {
            return Ok(named);
        }
        let unnamed: Vec<&Told> = of_lead.into_iter().filter(|told| told.step.is_none()).collect();
        if of_many == 1 {
            // Who tells an outcome twice has changed its mind.
            return unnamed.last().copied().ok_or_else(missing);
        }
        if unnamed.len() > of_many {
            let count = unnamed.len();
            return Err(format!(
                "{count} outcomes for lead {lead_id}, which {of_many} steps share: each has to name its step"
            ));
        }
        let step = step.map_or_else(String::new, |step| format!(", step {step}"));
        unnamed.get(nth).copied().ok_or_else(|| format!("{}{step}", missing()))
    }

    /// Whether not one outcome could be read.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// What could not be read, in one sentence however often it is there.
    pub fn mistake(&self) -> Option<String> {
        let first = self.mistakes.first()?;
        Some(match self.mistakes.len() - 1 {
            0 => first.clone(),
            more => format!("{first}; and {more} more like it"),
        })
    }

    /// Every lead that something is said of.
    pub fn leads(&self) -> impl Iterator<Item = &str> {
        self.told.iter().map(|told| &*told.lead_id)
    }

    fn rows(&mut self, rows: &[Value]) {
        for (at, row) in rows.iter().enumerate() {
            self.row("entry", at + 1, row);
        }
    }

    fn lines(&mut self, text: &str) {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(row) => self.row("line", at + 1, &row),
                Err(error) => self.mistakes.push(format!("line {}: {error}; it begins with {:?}", at + 1, start(line))),
            }
        }
    }

    fn table(&mut self, text: &str) {
        let first = text.lines().next().unwrap_or_default();
        // What spreadsheets put between columns depends on the country.
        let between = [b'\t', b';', b','].into_iter().max_by_key(|sign| columns(first, *sign));
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(between.unwrap_or(b','))
            .trim(csv::Trim::Headers)
            .from_reader(text.as_bytes());
        let names = reader.headers().cloned().unwrap_or_default();
        let names: Vec<String> = names.iter().map(str::to_lowercase).collect();
        if !["lead_id", "outcome"].iter().all(|needed| names.iter().any(|name| name == *needed)) {
            // A line of a log may stand before the others.
            if text.lines().any(|line| line.trim_start().starts_with('{')) {
                return self.lines(text);
            }
            let first = start(first);
            self.mistakes.push(format!(
                "the first line is {first:?}; a table starts with the columns lead_id and outcome (and may have step and code)"
            ));
            return;
        }
        for (at, record) in reader.records().enumerate() {
            match record {
                Ok(record) => {
                    let cells = names.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
                    let row: Map<String, Value> = cells.map(|(name, cell)| (name.clone(), cell.into())).collect();
                    self.row("row", at + 1, &Value::Object(row));
                }
                Err(error) => self.mistakes.push(format!("row {}: {error}", at + 1)),
            }
        }
    }

    /// `{"5A1E0001": "updated"}` or `{"5A1E0001": {"outcome": "updated"}}`.
    fn by_lead(&mut self, by_lead: Map<String, Value>) {
        for (at, (lead_id, said)) in by_lead.into_iter().enumerate() {
            let mut row = match said {
                Value::Object(row) => row,
                outcome => Map::from_iter([("outcome".to_owned(), outcome)]),
            };
            row.insert("lead_id".into(), lead_id.into());
            self.row("entry", at + 1, &Value::Object(row));
        }
    }

    fn row(&mut self, what: &str, number: usize, row: &Value) {
        match told(row) {
            Ok(told) => self.told.push(told),
            Err(reason) => self.mistakes.push(format!("{what} {number}: {reason}")),
        }
    }
}

/// What to say of a text that ends in the middle: none of its lines is wrong in itself.
fn cut_off(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default();
    let end: String = last.chars().skip(last.chars().count().saturating_sub(40)).collect();
    format!("the JSON breaks off in line {}, after {end:?}: was the file cut off?", text.lines().count())
}

/// One row, whichever way it was written.
fn told(row: &Value) -> Result<Told, String> {
    let nothing = Map::new();
    let map = row.as_object().unwrap_or(&nothing);
    let lead_id = text_of(map, "lead_id").ok_or_else(|| format!("it has no lead_id: {}", start(&row.to_string())))?;
    let Said { outcome, code } = concluded(map).map_err(|reason| format!("lead {lead_id}: {reason}"))?;
    Ok(Told { lead_id, step: text_of(map, "step"), outcome, code })
}

/// How many columns a line has where this stands between them.
fn columns(line: &str, between: u8) -> usize {
    line.bytes().filter(|byte| *byte == between).count()
}

/// As much of a text as shows what it is.
fn start(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::{Outcomes, Told};
    use crate::protocol::{Code, Outcome};
    use proptest::prelude::*;

    #[test]
    fn a_file_that_breaks_off_is_one_mistake_however_many_lines_it_has() {
        let rows = (0..350).map(|n| format!("  {{\n    \"lead_id\": \"{n}\",\n    \"outcome\": \"updated\"\n  }}"));
        let whole = format!("[\n{}\n]", rows.collect::<Vec<_>>().join(",\n"));
        assert_eq!(Outcomes::parse(&whole).told.len(), 350);
        for cut in [whole.len() - 1, whole.len() - 40, whole.len() / 2] {
            let mistakes = Outcomes::parse(&whole[..cut]).mistakes;
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            assert!(mistakes[0].contains("was the file cut off?"), "{mistakes:?}");
        }
    }

    fn told(lead_id: &str, outcome: Outcome, code: Option<i64>) -> Told {
        Told { lead_id: lead_id.into(), step: None, outcome, code: code.map(Code) }
    }

    #[test]
    fn the_same_is_read_however_it_is_written() {
        let expected = vec![told("5A1E0001", Outcome::Updated, Some(0)), told("5A1E0002", Outcome::Rejected, None)];
        for text in [
            "{\"lead_id\": \"5A1E0001\", \"outcome\": \"updated\", \"code\": 0}\n\n{\"lead_id\": \"5A1E0002\", \"outcome\": \"rejected\"}\n",
            r#"[{"lead_id": "5A1E0001", "outcome": "updated", "code": "0"}, {"lead_id": "5A1E0002", "outcome": "rejected", "code": null}]"#,
            r#"{"outcomes": [{"lead_id": "5A1E0001", "outcome": "updated", "code": 0}, {"lead_id": "5A1E0002", "outcome": "rejected"}]}"#,
            "lead_id,outcome,code\n5A1E0001,updated,0.0\n5A1E0002,rejected,\n",
            r#"{"5A1E0001": {"outcome": "updated", "code": 0}, "5A1E0002": "rejected"}"#,
            "lead_id,outcome,code\n5A1E0001,updated,0\n5A1E0002,rejected,\n",
            "\u{feff}lead_id;outcome;code\r\n5A1E0001;updated;0\r\n5A1E0002;REJECTED;\r\n",
            "Lead_ID\tOutcome\tCODE\n5A1E0001\tUpdated\t0\n5A1E0002\trejected\t\n",
            "\u{feff}step,outcome , lead_id,code\r\n,updated,5A1E0001,0\r\n,rejected,5A1E0002\r\n",
        ] {
            assert_eq!(Outcomes::parse(text), Outcomes { told: expected.clone(), mistakes: vec![] }, "{text}");
        }
        assert_eq!(Outcomes::parse(" \n"), Outcomes::default());
    }

    #[test]
    fn a_mistake_names_the_value_and_costs_the_other_lines_nothing() {
        for (text, mistake) in [
            (
                "{\"lead_id\": \"A\", \"outcome\": \"ok\"}\n{\"lead_id\": \"B\", \"outcome\": \"updated\"}",
                "line 1: lead A: \"ok\" is not an outcome; the outcomes are updated",
            ),
            ("{\"lead_id\": \"B\", \"outcome\": \"updated\"}\n{\"lead_id\"", "line 2: EOF"),
            ("WARN: slow\n{\"lead_id\": \"B\", \"outcome\": \"updated\"}", "line 1: expected value"),
            (
                "lead_id,outcome,code\nB,updated,0\nA,rejected,three\n",
                "row 2: lead A: the code three is not a whole number",
            ),
            (
                r#"[{"outcome": "updated"}, {"lead_id": "B", "outcome": "updated"}]"#,
                "entry 1: it has no lead_id: {\"outcome\"",
            ),
            (r#"{"A": null, "B": "updated"}"#, "entry 1: lead A: it has no \"outcome\""),
        ] {
            let read = Outcomes::parse(text);
            assert_eq!((read.told.len(), read.mistakes.len()), (1, 1), "{read:?}");
            assert!(read.mistakes[0].starts_with(mistake), "{:?}", read.mistakes);
        }
        let many = Outcomes::parse("lead_id,outcome\nA,ok\nB,ok\nC,ok\n").mistake().unwrap();
        assert!(
            many.starts_with("row 1: lead A: \"ok\" is not an outcome") && many.ends_with("; and 2 more like it"),
            "{many}"
        );
        for nothing in ["lead_id,outcome\n", "[]", "{}", "{\"outcomes\": []}"] {
            let mistake = Outcomes::parse(nothing).mistake().unwrap();
            assert_eq!(mistake, format!("no outcome found; the text begins {:?}", nothing.trim()));
        }
        assert!(Outcomes::parse("lead,result\nA,updated").mistakes[0].contains("\"lead,result\""));
    }

    #[test]
    fn steps_that_share_a_lead_are_told_by_name_or_in_order() {
        let outcome = |text: &str, step, nth| {
            Outcomes::parse(text)
                .of("A", step, nth, 2)
                .map(|told| told.outcome)
                .map_err(|why| why.replace("no outcome for ", "none: "))
        };
        let in_order = "lead_id,outcome\nA,rejected\nA,updated\n";
        assert_eq!(outcome(in_order, Some("one"), 0), Ok(Outcome::Rejected));
        assert_eq!(outcome(in_order, Some("two"), 1), Ok(Outcome::Updated));
        let by_name = "lead_id,step,outcome\nA,two,updated\nA,one,rejected\n";
        assert_eq!(outcome(by_name, Some("one"), 0), Ok(Outcome::Rejected));
        assert_eq!(outcome("lead_id,outcome\nA,updated\n", Some("two"), 1), Err("none: lead A, step two".into()));
        let three = "lead_id,outcome\nA,updated\nA,updated\nA,updated\n";
        assert!(outcome(three, Some("two"), 1).unwrap_err().contains("3 outcomes for lead A, which 2 steps share"));
        assert_eq!(Outcomes::parse(in_order).of("A", None, 0, 1).unwrap().outcome, Outcome::Updated);
        assert_eq!(
            Outcomes::parse("lead_id,outcome\na,updated\n").of("A", None, 0, 1).unwrap().outcome,
            Outcome::Updated
        );
        assert_eq!(Outcomes::parse("").of("A", None, 0, 1), Err("no outcome for lead A".into()));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[{\",:a-z\n]{0,40}") {
            let _ = Outcomes::parse(&text);
        }
    }
}

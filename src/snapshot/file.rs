//! One snapshot, and the reader of insta's format: insta reads from disk alone, and the built-in pack lives in memory.

use schemars::JsonSchema;
use serde::Deserialize;

use super::info::Info;
use super::text::normal_form;
use crate::source::{Diagnostic, SourceFile, read_written_by_program};
use crate::visible::visible_line;

/// The line before and after the header.
pub(super) const FENCE: &str = "---";

/// The expected answer of one step. All of it is in normal form from the beginning, so what is written is what will be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The scenario's file, relative to the pack. Empty where a hand-written snapshot does not say.
    pub source: String,
    /// What was asked. Empty where a hand-written snapshot does not say.
    pub expression: String,
    /// The facts about the answer's bytes, if the snapshot records them: one written by hand may not.
    pub info: Option<Info>,
    /// The answer's text: UTF-8, line ends as LF, no white space at the end.
    pub contents: String,
}

/// The part of insta's metadata that concerns us. The rest comes and goes between its versions
/// (`assertion_line`, `description`, `input_file`), so unknown keys are passed over.
#[derive(Default, Deserialize, JsonSchema)]
struct Header {
    source: Option<String>,
    expression: Option<String>,
    info: Option<Info>,
}

impl Snapshot {
    /// Takes the snapshot of an answer: `source` is the scenario's file relative to the pack, with
    /// forward slashes, `expression` says what was asked.
    ///
    /// Secrets must have been redacted from all of it before.
    pub fn of(source: &str, expression: &str, http_status: u16, content_type: &str, body: &[u8]) -> Self {
        Self {
            source: visible_line(source),
            expression: visible_line(expression),
            info: Some(Info::of(http_status, content_type, body)),
            contents: normal_form(&String::from_utf8_lossy(body)),
        }
    }

    /// The same with headers of the answer, by their names in lower case.
    #[must_use]
    pub fn with_headers(mut self, headers: impl IntoIterator<Item = (String, String)>) -> Self {
        if let Some(info) = &mut self.info {
            let shown = |text: String| visible_line(&text);
            info.headers = headers.into_iter().map(|(name, value)| (shown(name), shown(value))).collect();
        }
        self
    }

    /// Reads the text of a snapshot file, whether it was written by caketester, by insta or by hand. The error says why the text is not a
    /// snapshot.
    pub fn parse(text: &str) -> Result<Self, String> {
        // Windows editors put a byte order mark before everything.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut end = 0;
        let mut fences = text.split_inclusive('\n').filter_map(|line| {
            let start = end;
            end += line.len();
            (line.trim_end() == FENCE).then_some((start, end))
        });
        let Some((0, _)) = fences.next() else {
            return Err("it does not begin with a line of `---`, as a snapshot does".to_owned());
        };
        let Some((start, end)) = fences.next() else {
            return Err("its header has no second line of `---` to end it".to_owned());
        };
        let header = Header::parse(&text[..start])?;
        Ok(Self {
            source: visible_line(&header.source.unwrap_or_default()),
            expression: visible_line(&header.expression.unwrap_or_default()),
            info: header.info,
            contents: normal_form(&text[end..]),
        })
    }

    /// In which facts about its bytes another answer differs from this expected one; none where one of the two records
    /// no facts, which proves nothing.
    pub fn byte_differences(&self, actual: &Self) -> Vec<String> {
        let facts = self.info.as_ref().zip(actual.info.as_ref());
        facts.map_or_else(Vec::new, |(expected, actual)| expected.byte_differences(actual))
    }
}

impl Header {
    /// Takes the text with its opening line, so that the places in errors are the file's.
    fn parse(text: &str) -> Result<Self, String> {
        let header: Option<Self> = read_written_by_program(&SourceFile::new("", text)).map_err(|mistakes| {
            let reason = mistakes.first().map_or("", Diagnostic::message);
            let place = mistakes.first().and_then(Diagnostic::line_and_column);
            let line = place.map_or_else(String::new, |(line, _)| format!(" (line {line})"));
            format!("its header cannot be understood: {reason}{line}")
        })?;
        Ok(header.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;
    use proptest::prelude::*;

    const HEADER: &str = "---\nsource: scenarios/a.yaml\nexpression: \"a: lead_id=1\"\n";

    fn contents_of(text: &str) -> String {
        Snapshot::parse(text).unwrap().contents
    }

    #[test]
    fn metadata_that_insta_adds_is_passed_over() {
        let snapshot = Snapshot::parse(&format!(
            "{HEADER}assertion_line: 12\ndescription: why\ninput_file: a.xml\nsnapshot_kind: text\n\
             info: ~\nlater: {{ a: [1, {{ b: 2 }}] }}\n---\n<a/>\n"
        ))
        .unwrap();
        assert_eq!(snapshot.source, "scenarios/a.yaml");
        assert_eq!(snapshot.expression, "a: lead_id=1");
        assert_eq!(snapshot.info, None);
        assert_eq!(snapshot.contents, "<a/>");
    }

    #[test]
    fn a_person_may_leave_the_metadata_out() {
        for header in ["---\n---\n", "---\n# none\n---\n", "---\n{}\n---\n"] {
            let snapshot = Snapshot::parse(&format!("{header}<a/>")).unwrap();
            assert_eq!((&*snapshot.source, &*snapshot.expression), ("", ""));
            assert_eq!(snapshot.contents, "<a/>");
            assert!(snapshot.byte_differences(&Snapshot::of("", "", 200, "", b"")).is_empty());
        }
    }

    #[test]
    fn a_file_that_windows_saved_reads_the_same() {
        let text = format!("\u{feff}{HEADER}---\n<a>\n</a>\n").replace('\n', "\r\n");
        assert_eq!(contents_of(&text), "<a>\n</a>");
    }

    #[test]
    fn only_the_first_closing_line_ends_the_header() {
        let text = format!("{HEADER}---\n\n---\n<a/>\n---\n");
        assert_eq!(contents_of(&text), "\n---\n<a/>\n---");
        assert_eq!(contents_of(&format!("{HEADER}---")), "");
    }

    #[test]
    fn what_is_no_snapshot_is_refused() {
        let (unopened, unended) = ("it does not begin with a line of `---`", "its header has no second line of `---`");
        for (text, told) in [("", unopened), ("<a/>", unopened), ("<a/>\n---\n---\n", unopened), (HEADER, unended)] {
            assert!(Snapshot::parse(text).unwrap_err().starts_with(told), "{text:?}");
        }
    }

    #[test]
    fn a_wrong_header_is_told_with_its_place() {
        let is_told = |header: &str, line: &str| {
            let error = Snapshot::parse(&format!("---\n{header}\n---\n")).unwrap_err();
            assert!(error.ends_with(line), "{error}");
        };
        is_told("source: a\nsource: b", " (line 3)");
        let rest = "content_type: text/xml, length: 1, line_ends: lf, final_newline: true, sha256: x";
        is_told(&format!("info: {{ {rest},\n  http_status: 99999 }}"), " (line 3)");
        is_told("- a", " (line 2)");
        let error = Snapshot::parse("---\ninfo: { http_status: 200 }\n---\n").unwrap_err();
        assert_eq!(error, "its header cannot be understood: the key `content_type` is missing (line 2)");
    }

    #[test]
    fn what_a_terminal_would_act_upon_is_escaped_on_reading_too() {
        let snapshot = Snapshot::parse("---\nsource: \"a\\e[2Jb\"\n---\n").unwrap();
        assert_eq!(snapshot.source, "a[U+001B][2Jb");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>(), header in "(?s).{0,80}", yaml in "[-:{}\\[\\]&*!|>'\"#%@`,? \n\ta0\\\\~<.]{0,80}") {
            let _ = Snapshot::parse(&text);
            let _ = Snapshot::parse(&format!("---\n{header}\n---\n{text}"));
            let _ = Snapshot::parse(&format!("---\n{yaml}\n---\n"));
        }
    }
}

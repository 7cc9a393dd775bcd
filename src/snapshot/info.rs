//! What is known of an answer's bytes: the facts a snapshot's text cannot hold, and that `--exact` compares.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::visible::visible_line;

/// Facts about an answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub struct Info {
    /// The HTTP status code.
    pub http_status: u16,
    /// The `Content-Type` header as sent, empty where there was none.
    pub content_type: String,
    /// The length of the body in bytes.
    pub length: u64,
    /// How the body's lines end.
    pub line_ends: LineEnds,
    /// Whether the body's last byte is a line end.
    pub final_newline: bool,
    /// The SHA-256 of the body's raw bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The headers of a real endpoint's answer by their names in lower case; none for a pack's own answers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

/// How the lines of a body end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineEnds {
    /// The body is a single line without an end.
    None,
    /// Every line ends with LF.
    Lf,
    /// Every line ends with CRLF.
    Crlf,
    /// Several kinds occur, or a CR stands without LF.
    Mixed,
}

impl Info {
    /// Takes the facts of an answer.
    pub fn of(http_status: u16, content_type: &str, body: &[u8]) -> Self {
        Self {
            http_status,
            content_type: visible_line(content_type),
            // A body is in memory, so its length always fits.
            length: u64::try_from(body.len()).unwrap_or(u64::MAX),
            line_ends: LineEnds::of(body),
            final_newline: matches!(body.last(), Some(b'\n' | b'\r')),
            sha256: sha256(body),
            headers: BTreeMap::new(),
        }
    }

    /// In which facts another answer differs from this expected one, each in words.
    pub fn byte_differences(&self, actual: &Self) -> Vec<String> {
        let facts = self.in_words().into_iter().zip(actual.in_words());
        let differing = facts.filter(|(expected, actual)| expected != actual);
        differing.map(|((fact, expected), (_, actual))| format!("{fact}: expected {expected}, was {actual}")).collect()
    }

    fn in_words(&self) -> [(&'static str, String); 6] {
        let content_type = match self.content_type.as_str() {
            "" => "none".to_owned(),
            given => visible_line(given),
        };
        let final_newline = if self.final_newline { "yes" } else { "no" };
        [
            ("HTTP status", self.http_status.to_string()),
            ("content type", content_type),
            ("length", format!("{} bytes", self.length)),
            ("line ends", self.line_ends.to_string()),
            ("final newline", final_newline.to_owned()),
            ("SHA-256", visible_line(&self.sha256)),
        ]
    }
}

impl LineEnds {
    fn of(body: &[u8]) -> Self {
        let count = |end: &[u8]| body.windows(end.len()).filter(|bytes| *bytes == end).count();
        let crlf = count(b"\r\n");
        match (count(b"\n") - crlf, crlf, count(b"\r") - crlf) {
            (0, 0, 0) => Self::None,
            (_, 0, 0) => Self::Lf,
            (0, _, 0) => Self::Crlf,
            _ => Self::Mixed,
        }
    }
}

impl fmt::Display for LineEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lf => "LF",
            Self::Crlf => "CRLF",
            Self::Mixed => "mixed",
        })
    }
}

/// The SHA-256 of these bytes, in small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::{Info, LineEnds};

    #[test]
    fn the_facts_of_a_body_are_taken_from_its_bytes() {
        let info = Info::of(200, "text/xml; charset=utf-8", b"abc");
        assert_eq!(info.length, 3);
        assert_eq!(info.line_ends, LineEnds::None);
        assert!(!info.final_newline);
        assert_eq!(info.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn line_ends_are_told_apart() {
        for (body, expected) in [
            ("", LineEnds::None),
            ("a", LineEnds::None),
            ("a\nb\n", LineEnds::Lf),
            ("a\r\nb", LineEnds::Crlf),
            ("a\r\nb\n", LineEnds::Mixed),
            ("a\rb", LineEnds::Mixed),
            ("a\r\r\nb", LineEnds::Mixed),
            ("a\r", LineEnds::Mixed),
        ] {
            assert_eq!(LineEnds::of(body.as_bytes()), expected, "{body:?}");
        }
    }

    #[test]
    fn the_same_answer_has_no_differences() {
        let info = Info::of(200, "text/xml", b"<a/>\n");
        assert!(info.byte_differences(&info.clone()).is_empty());
    }

    #[test]
    fn differences_are_told_in_words() {
        let expected = Info::of(200, "text/xml", b"<a/>");
        let actual = Info::of(500, "", b"<a/>\r\n");
        let told = expected.byte_differences(&actual);
        assert_eq!(
            told[..5],
            [
                "HTTP status: expected 200, was 500",
                "content type: expected text/xml, was none",
                "length: expected 4 bytes, was 6 bytes",
                "line ends: expected none, was CRLF",
                "final newline: expected no, was yes",
            ]
        );
        assert!(told[5].starts_with("SHA-256: expected "));
    }
}

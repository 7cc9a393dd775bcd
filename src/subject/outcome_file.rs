//! The file in which a client may say its outcome, instead of by its exit code.

use serde::Deserialize;
use serde::de::{Deserializer, Error as DeError, IntoDeserializer as _};

use crate::protocol::{Code, Outcome};

/// The largest file that is read; a right one has a line.
pub(super) const LARGEST: u64 = 64 * 1024;

/// What the file says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Said {
    #[serde(deserialize_with = "in_any_case")]
    pub(super) outcome: Outcome,
    #[serde(default, deserialize_with = "number_or_text")]
    pub(super) code: Option<Code>,
}

/// An outcome, in whatever letter case.
fn in_any_case<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Outcome, D::Error> {
    let word = String::deserialize(deserializer)?;
    Outcome::deserialize(word.to_lowercase().into_deserializer())
}

/// A code, as a number or as the text of one.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Code>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(serde_json::Number),
        Text(String),
        Other(serde_json::Value),
    }
    fn no_code<E: DeError>(written: &str) -> E {
        let shown: String = written.chars().take(40).collect();
        E::custom(format!("the code {shown} is no whole number of 64 bits"))
    }
    fn whole<E: DeError>(written: &str) -> Result<Code, E> {
        written.parse().map(Code).map_err(|_| no_code(written))
    }
    Ok(match Option::<Written>::deserialize(deserializer)? {
        None => None,
        Some(Written::Number(code)) => Some(whole(&code.to_string())?),
        Some(Written::Text(text)) => Some(whole(text.trim())?),
        Some(Written::Other(value)) => return Err(no_code(&value.to_string())),
    })
}

/// Reads the file's bytes; nothing where the client wrote nothing. The error says what is wrong with them.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Said>, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the outcome file is larger than {} KiB", LARGEST / 1024));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    // Editors and shells of Windows put a byte order mark in front.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    serde_json::from_slice(text).map(Some).map_err(|error| {
        let start: String = String::from_utf8_lossy(bytes).chars().take(80).collect();
        format!(
            "the outcome file is not of the form {{\"outcome\": \"updated\" or \"rejected\" or \"unknown\", \"code\": …, \"msg\": …}}: \
             {error}; it begins with {start:?}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Said, read};
    use crate::protocol::{Code, Outcome};
    use proptest::prelude::*;

    #[test]
    fn an_outcome_with_or_without_a_code_is_read() {
        let said = read(br#"{"outcome": "rejected", "code": 3, "msg": "no", "extra": true}"#).unwrap();
        assert_eq!(said, Some(Said { outcome: Outcome::Rejected, code: Some(Code(3)) }));
        assert_eq!(read(br#"{"outcome": "unknown"}"#).unwrap().unwrap().code, None);
        assert_eq!(read(b" \n").unwrap(), None);
    }

    #[test]
    fn a_code_that_is_none_is_shown_as_it_was_written() {
        for (code, shown) in [("1e30", "1e+30"), ("\"zero\"", "zero"), ("0.5", "0.5"), ("[0]", "[0]"), ("true", "true")]
        {
            let error = read(format!(r#"{{"outcome": "unknown", "code": {code}}}"#).as_bytes()).unwrap_err();
            assert!(error.contains(&format!("the code {shown} is no whole number of 64 bits")), "{error}");
        }
        assert_eq!(read(br#"{"outcome": "unknown", "code": null}"#).unwrap().unwrap().code, None);
    }

    #[test]
    fn a_broken_file_is_said_to_be_broken() {
        for bytes in [&b"updated"[..], b"{", br#"{"outcome": "success"}"#, br#"{"code": 0}"#, b"\xff", b"{} {}"] {
            let error = read(bytes).expect_err(&String::from_utf8_lossy(bytes));
            assert!(error.contains("outcome file"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = read(&bytes);
        }
    }
}

//! The file in which a client may say its outcome, instead of by its exit code.

use serde::Deserialize;

use crate::protocol::{Code, Outcome};

/// The largest file that is read; a right one has a line.
pub(super) const LARGEST: u64 = 64 * 1024;

/// What the file says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    #[serde(default)]
    pub(super) code: Option<Code>,
}

/// Reads the file's bytes; nothing where the client wrote nothing. The error says what is wrong with them.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Said>, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the outcome file is larger than {} KiB", LARGEST / 1024));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    serde_json::from_slice(bytes).map(Some).map_err(|error| {
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

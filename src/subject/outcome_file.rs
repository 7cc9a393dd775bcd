//! The file in which a client may say its outcome, instead of by its exit code.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde_json::{Map, Value};

use crate::protocol::{Code, Outcome};

/// The largest file that is read; a right one has a line.
const LARGEST: u64 = 64 * 1024;

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) code: Option<Code>,
}

/// Reads the file; nothing where the client wrote nothing.
pub(super) fn read_file(path: &Path) -> Result<Option<Said>, String> {
    let bytes = bounded(path, LARGEST).map_err(|reason| format!("the outcome file cannot be read: {reason}"))?;
    bytes.map_or(Ok(None), |bytes| read(&bytes))
}

/// The bytes of a file that a program has written, up to a limit; none where there is no file.
pub(super) fn bounded(path: &Path, most: u64) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
        // Opening a named pipe would wait for a writer that is gone.
        Ok(metadata) if !metadata.is_file() => return Err("it is not a regular file".to_owned()),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it is larger than {} KiB", most / 1024));
    }
    Ok(Some(bytes))
}

/// Reads the file's bytes. The error says what is wrong with them.
fn read(bytes: &[u8]) -> Result<Option<Said>, String> {
    let text = decoded(bytes);
    if text.trim().is_empty() {
        return Ok(None);
    }
    said(&text).map(Some).map_err(|reason| {
        let start: String = text.chars().take(80).collect();
        format!(
            "the outcome file is not of the form {{\"outcome\": \"updated\" or \"rejected\" or \"unknown\", \"code\": …, \"msg\": …}}: \
             {reason}; it begins with {start:?}"
        )
    })
}

/// What a program has written. Editors and shells of Windows put a byte order mark in front, and some write UTF-16.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let from = |unit: fn([u8; 2]) -> u16, rest: &[u8]| {
        let units = rest.chunks(2).map(|pair| unit([pair[0], pair.get(1).copied().unwrap_or_default()]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(from(u16::from_le_bytes, rest)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(from(u16::from_be_bytes, rest)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn said(text: &str) -> Result<Said, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        if text.contains('\'') && text.contains('{') && !text.contains('"') {
            return "JSON has double quotes, not single ones".to_owned();
        }
        format!("it is no JSON ({error})")
    })?;
    let Value::Object(map) = value else {
        return Err(match value {
            Value::Array(_) => "it is a list; the object alone is wanted".to_owned(),
            _ => "it is a value alone; the object around it is wanted".to_owned(),
        });
    };
    concluded(&map)
}

/// The outcome and the code of an object.
pub(super) fn concluded(map: &Map<String, Value>) -> Result<Said, String> {
    let word = text_of(map, "outcome").ok_or("it has no \"outcome\"")?;
    let outcome = Outcome::of_word(&word.trim().to_lowercase())
        .ok_or_else(|| format!("{word:?} is not an outcome; the outcomes are updated, rejected and unknown"))?;
    let code = text_of(map, "code").map(|text| {
        let shown: String = text.chars().take(40).collect();
        Code::read(&text).ok_or_else(|| format!("the code {shown} is not a whole number of 64 bits"))
    });
    Ok(Said { outcome, code: code.transpose()? })
}

/// The value of a name, in any letter case; none where it is null or blank.
pub(super) fn text_of(map: &Map<String, Value>, name: &str) -> Option<String> {
    let (_, value) = map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        other => Some(other.to_string()),
    }
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
    fn what_windows_writes_is_read() {
        let text = r#"{"outcome": "updated"}"#;
        let units: Vec<u16> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [format!("\u{feff}{text}\r\n").into_bytes(), little, big] {
            assert_eq!(read(&bytes).unwrap().unwrap().outcome, Outcome::Updated, "{bytes:?}");
        }
        assert_eq!(read(b"\xFF\xFE\n\0").unwrap(), None);
    }

    #[test]
    fn a_code_that_is_none_is_shown_as_it_was_written() {
        for (code, shown) in [("1e30", "1e+30"), ("\"zero\"", "zero"), ("0.5", "0.5"), ("[0]", "[0]"), ("true", "true")]
        {
            let error = read(format!(r#"{{"outcome": "unknown", "code": {code}}}"#).as_bytes()).unwrap_err();
            assert!(error.contains(&format!("the code {shown} is not a whole number of 64 bits")), "{error}");
        }
        assert_eq!(read(br#"{"outcome": "unknown", "code": null}"#).unwrap().unwrap().code, None);
        assert_eq!(read(br#"{"outcome": "unknown", "code": ""}"#).unwrap().unwrap().code, None);
        assert_eq!(read(br#"{"Outcome": "Rejected", "code": 3.0}"#).unwrap().unwrap().code, Some(Code(3)));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_plain_words() {
        for (text, reason) in [
            ("\"updated\"", "it is a value alone; the object around it is wanted"),
            ("[{\"outcome\": \"updated\"}]", "it is a list; the object alone is wanted"),
            ("{'outcome': 'updated'}", "JSON has double quotes, not single ones"),
            (
                "{\"outcome\": \"success\"}",
                "\"success\" is not an outcome; the outcomes are updated, rejected and unknown",
            ),
            ("{\"code\": 0}", "it has no \"outcome\""),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
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

//! The file in which a client may say its outcome, instead of by its exit code.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::protocol::{Code, Outcome};

/// The largest file that is read; a right one has a line.
pub(super) const LARGEST: u64 = 64 * 1024;

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) code: Option<Code>,
}

/// Reads the file's bytes; nothing where the client wrote nothing. The error says what is wrong with them.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Said>, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the outcome file is larger than {} KiB", LARGEST / 1024));
    }
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
    let given = of(&map, "outcome").ok_or("it has no \"outcome\"")?;
    let outcome = Outcome::of_word(&given.as_str().unwrap_or_default().trim().to_lowercase())
        .ok_or_else(|| format!("{given} is not an outcome; the outcomes are updated, rejected and unknown"))?;
    let code = of(&map, "code").map(code).transpose()?.flatten();
    Ok(Said { outcome, code })
}

/// The value of a name, in any letter case.
fn of<'m>(map: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A code, as a number or as the text of one; none is left out, null or empty.
fn code(value: &Value) -> Result<Option<Code>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Code::read(&text).map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("the code {shown} is not a whole number of 64 bits")
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

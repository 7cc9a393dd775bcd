//! Answers to calls by scripts: `{"d":…}` around what the method returned, or an error as JSON (platform).

use serde::Deserialize;

use super::code::Code;

/// The content type of an answer to a script.
pub const JSON: &str = "application/json; charset=utf-8";

/// What a script gets instead of an answer, whatever the reason: the server hides those.
pub const SCRIPT_ERROR: &str =
    r#"{"Message":"There was an error processing the request.","StackTrace":"","ExceptionType":""}"#;

/// Writes an answer as a service for scripts does.
pub fn write_for_scripts(code: Code, msg: &str) -> String {
    format!(r#"{{"d":{{"code":{code},"msg":{}}}}}"#, serde_json::Value::from(msg))
}

/// The code directly under `d`.
pub(super) fn read_code(body: &[u8]) -> Option<Code> {
    #[derive(Deserialize)]
    struct Wrapped {
        d: Returned,
    }
    #[derive(Deserialize)]
    struct Returned {
        code: Code,
    }
    serde_json::from_slice(body).ok().map(|Wrapped { d }| d.code)
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT_ERROR, read_code, write_for_scripts};
    use crate::protocol::Code;

    #[test]
    fn the_code_is_the_one_directly_under_d() {
        assert_eq!(write_for_scripts(Code(3), "no \"x\""), r#"{"d":{"code":3,"msg":"no \"x\""}}"#);
        assert_eq!(read_code(write_for_scripts(Code(3), "no \"x\"").as_bytes()), Some(Code(3)));
        for other in
            [SCRIPT_ERROR, r#"{"code":0}"#, r#"{"d":{"result":{"code":0}}}"#, r#"{"d":"<code>0</code>"}"#, "0", ""]
        {
            assert_eq!(read_code(other.as_bytes()), None, "{other}");
        }
    }
}

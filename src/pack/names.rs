//! What a network calls the statuses, sub-statuses and fields of the pack.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::protocol::decode;

/// The pack's names of statuses, sub-statuses and fields, each with the network's.
pub type Names = BTreeMap<String, NetworkName>;

/// What a network calls something; none where it has no such thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkName(pub Option<String>);

impl NetworkName {
    /// The name, where the network has one.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl From<String> for NetworkName {
    fn from(name: String) -> Self {
        Self(Some(name))
    }
}

/// `null` is a value here, and not a key that somebody forgot half-way: only `oneOf` says so.
impl JsonSchema for NetworkName {
    fn schema_name() -> Cow<'static, str> {
        "NetworkName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The network's name; null if the network has nothing like it.",
            "oneOf": [{ "type": "string" }, { "type": "null" }],
        })
    }
}

/// Why a text cannot be the name of a status, a sub-status or a field; and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongName {
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// What is wrong with a name, where something is.
pub fn wrong_name(name: &str) -> Option<WrongName> {
    let wrong = |message: String, help: String| Some(WrongName { message, help });
    if name.trim().is_empty() {
        return wrong("the name is blank".to_owned(), "write the name as CAKE shows it".to_owned());
    }
    if let Some(decoded) = decoded(name) {
        return wrong(
            format!("the name {name:?} is percent-encoded"),
            format!("write {decoded:?}: caketester and your client encode it"),
        );
    }
    if let Some(odd) = name.chars().find(|c| c.is_control()) {
        return wrong(
            format!("the name {name:?} holds the control character U+{:04X}", u32::from(odd)),
            "write the name in one line, as CAKE shows it".to_owned(),
        );
    }
    None
}

/// What a percent-encoded text means; nothing where it is not one.
fn decoded(text: &str) -> Option<String> {
    let is_escape = |at: usize| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.match_indices('%').any(|(at, _)| is_escape(at)) {
        return None;
    }
    let decoded = decode(text.as_bytes());
    // `50%ADD` is a text with a percent sign: its bytes would be no UTF-8.
    (!decoded.contains('\u{fffd}') && decoded != text).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::wrong_name;

    #[test]
    fn a_name_is_neither_blank_nor_encoded_and_stands_in_one_line() {
        let told =
            |name| wrong_name(name).map(|wrong| format!("{}; {}", wrong.message, wrong.help)).unwrap_or_default();
        let told: Vec<String> =
            ["Funded", "50% ADD", "50%ADD", "A+", "Closed+Paid", " ", "Closed%20-%20Paid", "Cl%C3%B4tur%C3%A9", "a\nb"]
                .map(told)
                .into();
        insta::assert_debug_snapshot!(told);
    }
}

//! A report or a certificate in which nothing is hidden: what a client sent or printed may hold any character.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::visible;

/// Every text of it with its hidden characters by their numbers. Line breaks and tabs stay.
pub(super) fn visible<T: Serialize + DeserializeOwned + Clone>(page: &T) -> T {
    let shown = serde_json::to_value(page).map(in_value).and_then(serde_json::from_value);
    // It is written and read by the same types.
    shown.unwrap_or_else(|_| page.clone())
}

fn in_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text)),
        Value::Array(items) => items.into_iter().map(in_value).collect(),
        Value::Object(map) => map.into_iter().map(|(name, value)| (shown(&name), in_value(value))).collect(),
        other => other,
    }
}

fn shown(text: &str) -> String {
    visible::visible(&text.replace("\r\n", "\n")).into_owned()
}

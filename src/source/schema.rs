//! The JSON Schema of a file: by it editors check what is written, and so does the reader.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::Value;

/// The schema of a file that is read into this type. A key may be left out, but one that stands there has a value.
pub fn schema_of<T: JsonSchema>() -> Schema {
    let mut schema = schema_for!(T);
    RecursiveTransform(without_null).transform(&mut schema);
    schema
}

/// The schema of what is written of this type.
pub fn written_schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Takes the null out that stands for what is left out.
fn without_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = &**kinds {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = &**choices {
            let only = only.clone();
            schema.remove("anyOf");
            only.into_iter().for_each(|(key, value)| drop(schema.insert(key, value)));
        }
    }
}

/// The whole of a schema, to which references in it refer.
#[derive(Clone, Copy)]
pub(super) struct Root<'a>(pub(super) &'a Value);

impl<'a> Root<'a> {
    /// Everything that a value may be, or the items of a list.
    pub(super) fn maps(self, schema: &'a Value) -> Vec<&'a Value> {
        let of = |choice: &'a Value| choice.get("items").map_or_else(|| vec![choice], |items| self.choices(items));
        self.choices(schema).into_iter().flat_map(of).collect()
    }

    /// Everything that a value may be, references followed.
    pub(super) fn choices(self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(name) = schema["$ref"].as_str() {
            return self.0.pointer(name.trim_start_matches('#')).map_or_else(Vec::new, |schema| self.choices(schema));
        }
        let below = ["anyOf", "oneOf"].iter().find_map(|key| schema[key].as_array());
        below.map_or_else(|| vec![schema], |below| below.iter().flat_map(|schema| self.choices(schema)).collect())
    }
}

/// What a value has to be, in words, each once.
pub(super) fn kinds<'s>(choices: &[&'s Value]) -> Vec<&'s str> {
    let mut kinds: Vec<&str> = choices.iter().copied().map(kind).collect();
    kinds.dedup();
    kinds
}

fn kind(choice: &Value) -> &str {
    match (choice["const"].as_str(), type_of(choice)) {
        (Some(word), _) => word,
        (None, Some("object")) => "a map",
        (None, Some("array")) => "a list",
        (None, Some("integer")) => "a whole number",
        (None, Some("number")) => "a number",
        (None, Some("null")) => "null",
        (None, Some("boolean")) => "true or false",
        _ if choice["format"] == "date" => "a date like 2027-01-31",
        _ => "a text",
    }
}

pub(super) fn type_of(choice: &Value) -> Option<&str> {
    choice["type"].as_str().or_else(|| choice["type"].as_array()?.first()?.as_str())
}

/// What stands under keys that have no name of their own.
pub(super) fn of_any_key(schema: &Value) -> Option<&Value> {
    let patterns = schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next());
    patterns.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))
}

pub(super) fn keys(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

/// The keys that may not be missing.
pub(super) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The words that a value may be.
pub(super) fn words<'s>(choices: &[&'s Value]) -> Vec<&'s str> {
    let of = |choice: &&'s Value| {
        choice["enum"].as_array().map_or_else(|| vec![&choice["const"]], |all| all.iter().collect())
    };
    choices.iter().flat_map(of).filter_map(Value::as_str).collect()
}

/// Whether one stands in this map, or the name of a variable that holds one.
pub(super) fn has_key(schema: &Value) -> bool {
    ["key", "env"].iter().any(|name| schema["properties"].get(name).is_some())
}

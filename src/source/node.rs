//! A file as a tree in which every value knows its place: for looking at what no type could be made of.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::place::Located;

/// A value of any type.
pub(super) enum Node {
    Null,
    Bool,
    Integer,
    Float,
    Text(String),
    List(Vec<Located<Node>>),
    /// Keys in their order, twice where they stand twice.
    Map(Vec<(Located<String>, Located<Node>)>),
}

impl Node {
    /// Whether it is of a kind that a schema allows.
    pub(super) fn fits(&self, choice: &Value) -> bool {
        match &choice["type"] {
            Value::String(kind) => self.is_of(kind),
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(|kind| self.is_of(kind)),
            _ => true,
        }
    }

    /// Whether it is of a type, in the words of JSON Schema. Every scalar can be read as text.
    pub(super) fn is_of(&self, kind: &str) -> bool {
        match self {
            // A key with nothing behind it has been forgotten half-way.
            Self::Null => false,
            Self::Bool => matches!(kind, "boolean" | "string"),
            Self::Integer => matches!(kind, "integer" | "number" | "string"),
            Self::Float => matches!(kind, "number" | "string"),
            // In quotes, too, a number is read where one is asked for.
            Self::Text(text) => match kind {
                "string" => true,
                "integer" => text.parse::<i64>().is_ok(),
                "number" => text.parse::<f64>().is_ok(),
                "boolean" => matches!(text.as_str(), "true" | "false"),
                _ => false,
            },
            Self::List(_) => kind == "array",
            Self::Map(_) => kind == "object",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Bool)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Integer)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Integer)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Float)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

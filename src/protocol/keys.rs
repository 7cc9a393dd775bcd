//! What is known of the API keys in a request once they have been taken out of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which keys a request held, and where; none of them stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keys {
    /// What was sent as `api_key`. In a file it has another name, under which nobody looks for a key to hide.
    #[serde(rename = "sent")]
    pub api_key: KeySent,
    /// Whether that is another wrong key than the one sent first in this step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_changed: bool,
    /// Where else the right key stood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<KeyPlace>,
    /// How many bytes longer the query was than it is now.
    #[serde(default)]
    pub hidden_in_query: isize,
    /// How many bytes longer the head was, the query included.
    #[serde(default)]
    pub hidden_in_head: isize,
}

/// What became of the key on its way, as of every other value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeySent {
    /// It is the one that was handed over.
    Right,
    /// There was none.
    Missing,
    /// It was sent more than once, and rightly.
    Repeated,
    /// It was not encoded as it has to be.
    Misencoded(KeyDifference),
    /// It is another one.
    Other(KeyDifference),
}

/// How a key differs from the one that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyDifference {
    /// How many characters it has.
    pub length: usize,
    /// In what it differs, where that can be told.
    pub how: Option<String>,
}

/// A place in a request that is not `api_key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The path.
    Path,
    /// A header of this name.
    Header(String),
    /// The query, where it has no name.
    Bare,
    /// The name of a parameter.
    Name,
    /// The value of this parameter.
    Parameter(String),
}

impl KeyPlace {
    /// The same with another name, where it has one.
    #[must_use]
    pub fn renamed(self, rename: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Header(name) => Self::Header(rename(&name)),
            Self::Parameter(name) => Self::Parameter(rename(&name)),
            other => other,
        }
    }
}

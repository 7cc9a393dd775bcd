//! Bytes in a file of JSON: as text where they are UTF-8, else as base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How bytes stand in the file.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Written {
    /// As they are.
    Text(String),
    /// As base64.
    Base64 {
        /// Which it is.
        base64: String,
    },
}

pub(super) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    let written = match std::str::from_utf8(bytes) {
        Ok(text) => Written::Text(text.to_owned()),
        Err(_) => Written::Base64 { base64: STANDARD.encode(bytes) },
    };
    written.serialize(serializer)
}

pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Bytes, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Text(text) => Ok(text.into()),
        Written::Base64 { base64 } => STANDARD.decode(base64).map(Bytes::from).map_err(D::Error::custom),
    }
}

//! What is configured in an instance, as it may be shown and kept: without the buyers' keys and the leads.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::instance::{Field, Settings, Status};
use super::policy::Policy;

/// An instance's settings without its keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Setup {
    /// Whether Lead Statuses are enabled.
    pub enabled: bool,
    /// The buyers' names.
    pub buyers: Vec<Arc<str>>,
    /// The configured statuses.
    pub statuses: Vec<Status>,
    /// The configured custom fields.
    pub fields: Vec<Field>,
    /// How the instance behaves where the documentation is silent.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub policy: Policy,
}

impl From<&Settings> for Setup {
    fn from(settings: &Settings) -> Self {
        let Settings { enabled, buyers, statuses, fields, policy, lead_defaults: _ } = settings;
        Self {
            enabled: *enabled,
            buyers: buyers.iter().map(|buyer| Arc::clone(&buyer.name)).collect(),
            statuses: statuses.clone(),
            fields: fields.clone(),
            policy: policy.clone(),
        }
    }
}

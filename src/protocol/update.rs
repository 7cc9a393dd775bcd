//! One `UpdateLeadStatus` call as the buyer means it, before it becomes a query.

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::query::encode;
use crate::secret::Secret;

/// The path of CAKE's Buyer API (documented).
pub const SERVICE_PATH: &str = "/api/1/buyers.asmx";
/// The method's name; method names are case-sensitive (platform).
pub const METHOD_NAME: &str = "UpdateLeadStatus";
/// The path of the one method all this is about.
pub const METHOD_PATH: &str = "/api/1/buyers.asmx/UpdateLeadStatus";

/// What a buyer reports of one lead. The API key is the buyer's, not the update's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Update {
    /// The CAKE Lead ID.
    pub lead_id: String,
    /// The name of a configured status.
    pub status: String,
    /// The name of a sub-status of that status, where one is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_status: Option<String>,
    /// Custom fields by field name, in the order given.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, String>,
}

impl Update {
    /// The query of the GET, form-encoded, in the order of CAKE's documentation.
    pub fn query(&self, key: &Secret) -> String {
        let fixed = [("api_key", key.expose()), ("lead_id", &self.lead_id), ("status", &self.status)];
        let sub_status = self.sub_status.as_deref().map(|value| ("sub_status", value));
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        encode(fixed.into_iter().chain(sub_status).chain(fields))
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lead_id={:?} status={:?}", self.lead_id, self.status)?;
        if let Some(sub_status) = &self.sub_status {
            write!(f, " sub_status={sub_status:?}")?;
        }
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Update;
    use crate::secret::Secret;

    #[test]
    fn the_documented_sample_becomes_the_documented_query() {
        let update = Update {
            lead_id: "C8097F17".into(),
            status: "Funded".into(),
            sub_status: Some("Full Payment".into()),
            fields: [("loan_amount".to_owned(), "25000".to_owned())].into(),
        };
        assert_eq!(
            update.query(&Secret::new("BuyerAPIKeyHere")),
            "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&sub_status=Full+Payment&loan_amount=25000"
        );
    }
}

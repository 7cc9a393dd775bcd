//! `account:` in a network's file: what only a check of the real endpoint needs. The key itself never stands in the file.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::names::wrong_name;
use crate::cake::is_parameter;
use crate::protocol::Update;
use crate::scenario::is_name_of_a_variable;
use crate::source::{Located, Mistakes};

/// A buyer's account at a network, for checks of its real endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Where the API key is.
    pub key: AccountKey,
    /// The leads that may be touched, each as the update it is left in.
    pub leads: Vec<Update>,
    /// Who at the network permits the checks.
    pub permitted_by: String,
    /// Since when.
    pub permitted_on: Date,
}

/// Where the API key of an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountKey {
    /// In an environment variable.
    Env(String),
    /// In a file, by its path from the network's file.
    File(String),
}

/// What only a check of the real endpoint needs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountText {
    /// Where the buyer's API key is; never the key itself.
    #[schemars(with = "KeyPlace")]
    key: Located<KeyText>,
    /// The leads that may be touched; none where left out.
    #[serde(default)]
    leads: Vec<Located<LeadText>>,
    /// Who at the network permits the checks.
    permitted_by: Located<String>,
    /// The day of that permission.
    permitted_on: Date,
}

/// A lead that may be touched.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LeadText {
    /// The CAKE Lead ID.
    lead_id: Located<String>,
    /// The update that the lead is left in.
    left_in: LeftIn,
}

/// The update that a lead is left in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LeftIn {
    /// The name of a status.
    status: Located<String>,
    /// The name of one of its sub-statuses.
    sub_status: Option<Located<String>>,
    /// Custom fields by field name.
    #[serde(default)]
    fields: IndexMap<String, Located<String>>,
}

/// Where an API key is: one of the two.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KeyPlace {
    /// The environment variable that holds the key.
    env: Option<String>,
    /// The file that holds the key and nothing else, by its path from this file.
    file: Option<String>,
}

/// What stands behind `key`. A key itself is dropped at once.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeyText {
    Place(KeyPlace),
    Other(IgnoredAny),
}

/// A configured status, and its sub-statuses where they are known.
pub(super) type KnownStatus<'n> = (&'n str, Option<Vec<&'n str>>);

const WHERE_A_KEY_IS: &str = "write `key: { env: NAME }` for a variable, or `key: { file: PATH }` for a file";

impl AccountText {
    /// Adds what the types do not see.
    pub(super) fn check(&self, statuses: Option<&[KnownStatus<'_>]>, mistakes: &mut Mistakes<'_>) {
        self.check_key(mistakes);
        if self.permitted_by.value.trim().is_empty() {
            mistakes.add(&self.permitted_by, "nobody permits this", "write who at the network permits the checks");
        }
        let mut before: BTreeMap<String, &str> = BTreeMap::new();
        for Located { value: lead, .. } in &self.leads {
            let id = &lead.lead_id;
            if id.value.trim().is_empty() {
                mistakes.add(id, "the lead ID is blank", "write the ID that the network gave you with the lead");
            } else if before.insert(id.value.trim().to_ascii_lowercase(), &id.value).is_some() {
                mistakes.add(id, format!("duplicate lead {:?}", id.value), "keep one of the two");
            }
            lead.left_in.check(statuses, mistakes);
        }
    }

    fn check_key(&self, mistakes: &mut Mistakes<'_>) {
        let (env, file) = match &self.key.value {
            KeyText::Place(KeyPlace { env, file }) => (env, file),
            KeyText::Other(_) => {
                mistakes.add(
                    &self.key,
                    "`key` says where the API key is; the key itself stays out of this file",
                    WHERE_A_KEY_IS,
                );
                return;
            }
        };
        match (env, file) {
            // Somebody may have given the key itself, so it is not repeated.
            (Some(name), None) if !is_name_of_a_variable(name) => {
                let help = "`key: { env: CAKE_KEY }` takes the name of a variable, not the key";
                mistakes.add(&self.key, "`env` is not the name of a variable", help);
            }
            (None, Some(path)) if path.trim().is_empty() => {
                mistakes.add(&self.key, "`file` is blank", WHERE_A_KEY_IS);
            }
            (None, None) | (Some(_), Some(_)) => {
                mistakes.add(&self.key, "`key` takes either `env` or `file`", WHERE_A_KEY_IS);
            }
            _ => {}
        }
    }

    /// The account; nothing where the key's place has a mistake.
    pub(super) fn account(self) -> Option<Account> {
        let key = match self.key.value {
            KeyText::Place(KeyPlace { env: Some(name), .. }) => AccountKey::Env(name),
            KeyText::Place(KeyPlace { file: Some(path), .. }) => AccountKey::File(path),
            _ => return None,
        };
        let update = |Located { value: LeadText { lead_id, left_in }, .. }| Update {
            lead_id: lead_id.value,
            status: left_in.status.value,
            sub_status: left_in.sub_status.map(|name| name.value),
            fields: left_in.fields.into_iter().map(|(name, value)| (name, value.value)).collect(),
        };
        Some(Account {
            key,
            leads: self.leads.into_iter().map(update).collect(),
            permitted_by: self.permitted_by.value,
            permitted_on: self.permitted_on,
        })
    }
}

impl LeftIn {
    /// The names have to be configured, where it is known what is.
    fn check(&self, statuses: Option<&[KnownStatus<'_>]>, mistakes: &mut Mistakes<'_>) {
        for name in [Some(&self.status), self.sub_status.as_ref()].into_iter().flatten() {
            if let Some(wrong) = wrong_name(&name.value) {
                mistakes.add(name, wrong.message, wrong.help);
            }
        }
        if let Some(statuses) = statuses {
            let status = statuses.iter().find(|(name, _)| *name == self.status.value);
            let listed = "write one of those under `statuses`, exactly as it stands there";
            match (status, &self.sub_status) {
                (None, _) => {
                    mistakes.add(&self.status, format!("{:?} is not under `statuses`", self.status.value), listed);
                }
                (Some((_, Some(below))), Some(sub)) if !below.contains(&&*sub.value) => {
                    let message = format!("{:?} is not a sub-status of {:?}", sub.value, self.status.value);
                    mistakes.add(sub, message, listed);
                }
                _ => {}
            }
        }
        for (name, value) in self.fields.iter().filter(|(name, _)| is_parameter(name)) {
            let message = format!("{name:?} is a parameter of the method itself, not a custom field");
            mistakes.add(value, message, "remove it");
        }
    }
}

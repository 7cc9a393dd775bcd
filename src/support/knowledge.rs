//! What is known of the network: statuses, fields, host, and the whole instance where a file has it. What a network's file leaves
//! out is unknown, not empty.

use crate::cake::{FieldKind, Instance};
use crate::pack::Network;
use crate::secret::Secret;

use super::ticket::Request;

/// A status, with its sub-statuses where they are known.
pub type KnownStatus = (String, Option<Vec<String>>);

/// A field: its name, its label and its kind, where they are known.
pub type KnownField = (String, Option<String>, Option<FieldKind>);

/// Who says which statuses the network has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Source {
    /// The network.
    #[default]
    Network,
    /// The ticket, in a list.
    Listed,
    /// CAKE, which took them in the same ticket. There may be more.
    Taken,
}

/// What is known of the network.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// Its host.
    pub host: Option<String>,
    /// Its statuses.
    pub statuses: Option<Vec<KnownStatus>>,
    /// Who says so.
    pub(super) source: Source,
    /// Name, label and kind of its fields.
    pub fields: Option<Vec<KnownField>>,
    /// The whole instance.
    pub instance: Option<Instance>,
    /// The buyer's right key.
    pub key: Option<Secret>,
}

impl Knowledge {
    /// What a network's file says.
    pub fn of_network(network: &Network) -> Self {
        let statuses = network
            .statuses
            .as_ref()
            .map(|statuses| statuses.iter().map(|status| (status.name.clone(), status.sub_statuses.clone())).collect());
        let fields = network
            .fields
            .as_ref()
            .map(|fields| fields.iter().map(|field| (field.name.clone(), field.label.clone(), field.kind)).collect());
        Self { host: network.host.clone(), statuses, fields, ..Self::default() }
    }

    /// What an instance holds: everything.
    pub fn of_instance(instance: Instance) -> Self {
        let settings = &instance.settings;
        let statuses = settings.statuses.iter().map(|status| (status.name.clone(), Some(status.sub_statuses.clone())));
        let fields =
            settings.fields.iter().map(|field| (field.name.clone(), Some(field.label.clone()), Some(field.kind)));
        Self {
            statuses: Some(statuses.collect()),
            fields: Some(fields.collect()),
            instance: Some(instance),
            ..Self::default()
        }
    }

    /// The keys that are right, where they are known.
    pub(super) fn keys(&self) -> Option<Vec<&str>> {
        if let Some(key) = &self.key {
            return Some(vec![key.expose()]);
        }
        Some(self.instance.as_ref()?.settings.buyers.iter().map(|buyer| buyer.key.expose()).collect())
    }

    /// The buyer whose key a request has, where the whole instance is known.
    pub(super) fn buyer_of(&self, request: &Request) -> Option<&str> {
        let instance = self.instance.as_ref()?;
        let key = request.read("api_key")?;
        let buyers = &mut instance.settings.buyers.iter();
        buyers.find(|buyer| buyer.key.expose() == key).map(|buyer| &*buyer.name)
    }

    /// The names of the statuses, where all are known.
    pub(super) fn all_status_names(&self) -> Option<Vec<&str>> {
        self.status_names().filter(|_| self.source != Source::Taken)
    }

    /// The names of the statuses that are known.
    pub(super) fn status_names(&self) -> Option<Vec<&str>> {
        Some(self.statuses.as_ref()?.iter().map(|(name, _)| name.as_str()).collect())
    }

    /// The sub-statuses of a status, where all are known.
    pub(super) fn sub_statuses(&self, status: &str) -> Option<&[String]> {
        let known = self.statuses.as_ref().filter(|_| self.source != Source::Taken)?;
        known.iter().find(|(name, _)| name == status)?.1.as_deref()
    }

    /// The status that has this sub-status.
    pub(super) fn status_with(&self, sub_status: &str) -> Option<&str> {
        let has = |(_, below): &&KnownStatus| below.iter().flatten().any(|name| name.eq_ignore_ascii_case(sub_status));
        self.statuses.as_ref()?.iter().find(has).map(|(name, _)| name.as_str())
    }
}

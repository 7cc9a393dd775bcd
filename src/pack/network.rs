//! `networks/NAME.yaml`: what differs from network to network, as the network itself hands it to its buyers. What it leaves
//! out is unknown.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use super::account::{Account, AccountText, KnownStatus};
use super::names::{Names, NetworkName, wrong_name};
use crate::cake::{FieldKind, is_parameter};
use crate::nearest::nearest;
use crate::scenario::{Need, time_zone};
use crate::secret::without_user;
use crate::source::{Diagnostic, Located, Mistakes, SourceFile, read, schema_of};

/// What is known of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// What it is called: the name of its file.
    pub name: String,
    /// The path of that file.
    pub file: String,
    /// The host of its CAKE instance.
    pub host: Option<String>,
    /// The time zone of its CAKE instance.
    pub time_zone: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The statuses it has configured, where they are known.
    pub statuses: Option<Vec<NetworkStatus>>,
    /// The custom fields it has configured, where they are known.
    pub fields: Option<Vec<NetworkField>>,
    /// The pack's names, each with its own.
    pub names: Names,
    /// What a check of the real endpoint needs.
    pub account: Option<Account>,
}

/// A status that a network has configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkStatus {
    /// Its name.
    pub name: String,
    /// Its sub-statuses, where they are known.
    pub sub_statuses: Option<Vec<String>>,
}

/// A custom field that a network has configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkField {
    /// Its field name.
    pub name: String,
    /// What the report calls it.
    pub label: Option<String>,
    /// What it holds, where that is known.
    pub kind: Option<FieldKind>,
}

/// What differs from network to network. A section that is left out is unknown, not empty.
#[derive(Deserialize, JsonSchema)]
#[schemars(title = "caketester network")]
#[serde(deny_unknown_fields)]
struct WrittenNetwork {
    /// The host of the network's CAKE instance, without scheme and path.
    host: Option<Located<String>>,
    /// The time zone of the network's CAKE instance, for example `America/Los_Angeles`.
    time_zone: Option<Located<String>>,
    /// Whom a buyer asks: a name, a mail address, a page.
    contact: Option<Located<String>>,
    /// Every status that the network has configured; `[]` where it has none.
    statuses: Option<Located<Vec<Located<StatusText>>>>,
    /// Every custom field that the network has configured; `[]` where it has none.
    fields: Option<Vec<Located<FieldText>>>,
    /// The pack's names of statuses, sub-statuses and fields, each with this network's; `null` where it has no such thing.
    #[serde(default)]
    names: BTreeMap<String, Located<NetworkName>>,
    /// What only a check of the real endpoint needs: the key, and the leads that may be touched.
    account: Option<AccountText>,
}

/// A status that the network has configured.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatusText {
    /// Its name, exactly as CAKE shows it.
    name: Located<String>,
    /// Every sub-status of it; `[]` where it has none.
    sub_statuses: Option<Vec<Located<String>>>,
}

/// A custom field that the network has configured.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FieldText {
    /// Its field name: that of the parameter.
    name: Located<String>,
    /// What the Lead Status Master Report calls it.
    label: Option<String>,
    /// What it holds.
    #[serde(rename = "type")]
    kind: Option<FieldKind>,
}

/// The JSON Schema of a network's file.
pub fn network_schema() -> Schema {
    schema_of::<WrittenNetwork>()
}

impl Network {
    /// Reads a network's file. Every mistake in it is returned.
    pub fn read(name: &str, file: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        let written: WrittenNetwork = read(file)?;
        let mistakes = NetworkCheck(Mistakes::of(file)).of(&written);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let value = |text: Located<String>| text.value;
        let status = |status: Located<StatusText>| NetworkStatus {
            name: status.value.name.value,
            sub_statuses: status.value.sub_statuses.map(|names| names.into_iter().map(value).collect()),
        };
        let field = |Located { value: FieldText { name, label, kind }, .. }: Located<FieldText>| NetworkField {
            name: name.value,
            label,
            kind,
        };
        Ok(Self {
            name: name.to_owned(),
            file: file.path.clone(),
            host: written.host.map(value),
            time_zone: written.time_zone.map(value),
            contact: written.contact.map(value),
            statuses: written.statuses.map(|all| all.value.into_iter().map(status).collect()),
            fields: written.fields.map(|all| all.into_iter().map(field).collect()),
            names: written.names.into_iter().map(|(pack, network)| (pack, network.value)).collect(),
            account: written.account.and_then(AccountText::account),
        })
    }

    /// What cannot be sent to it, because it has nothing of the kind.
    pub fn cannot(&self) -> impl Iterator<Item = Need> {
        let no_fields = self.fields.as_ref().is_some_and(Vec::is_empty).then_some(Need::Fields);
        no_fields.into_iter().chain(self.has_no_sub_statuses().then_some(Need::SubStatus))
    }

    /// Whether it is known that no status has any.
    pub(super) fn has_no_sub_statuses(&self) -> bool {
        let has_none = |status: &NetworkStatus| status.sub_statuses.as_ref().is_some_and(Vec::is_empty);
        self.statuses.as_ref().is_some_and(|statuses| statuses.iter().all(has_none))
    }
}

/// Checks what the types do not see.
struct NetworkCheck<'f>(Mistakes<'f>);

impl NetworkCheck<'_> {
    fn of<'w>(mut self, written: &'w WrittenNetwork) -> Vec<Diagnostic> {
        self.host(written.host.as_ref());
        self.time_zone(written.time_zone.as_ref());
        if let Some(contact) = written.contact.as_ref().filter(|contact| contact.value.trim().is_empty()) {
            self.0.add(contact, "the contact is blank", "write who a buyer can ask, or leave `contact` out");
        }
        let statuses = written.statuses.as_ref();
        if let Some(statuses) = statuses.filter(|statuses| statuses.value.is_empty()) {
            let help = "a network without any takes no updates; leave `statuses` out where they are not known";
            self.0.add(statuses, "there is no status", help);
        }
        let statuses: Vec<&StatusText> = statuses.iter().flat_map(|all| &all.value).map(|one| &one.value).collect();
        self.names("status", statuses.iter().map(|status| &status.name), str::to_owned);
        for status in &statuses {
            self.names("sub-status", status.sub_statuses.iter().flatten(), str::to_owned);
        }
        let fields: Vec<&FieldText> = written.fields.iter().flatten().map(|one| &one.value).collect();
        self.names("field", fields.iter().map(|field| &field.name), str::to_ascii_lowercase);
        for field in fields.iter().filter(|field| is_parameter(&field.name.value)) {
            let message = format!("{:?} is a parameter of the method itself, not a custom field", field.name.value);
            self.0.add(&field.name, message, "remove it");
        }
        self.bound(written);
        if let Some(account) = &written.account {
            let sub_statuses = |status: &&'w StatusText| {
                status.sub_statuses.as_ref().map(|names| names.iter().map(|name| &*name.value).collect())
            };
            let known: Vec<KnownStatus<'_>> =
                statuses.iter().map(|status| (&*status.name.value, sub_statuses(status))).collect();
            account.check(written.statuses.is_some().then_some(&known), &mut self.0);
        }
        let mut found = self.0.found();
        found.sort_by_key(Diagnostic::start);
        found
    }

    fn host(&mut self, host: Option<&Located<String>>) {
        let Some(host) = host else { return };
        let bare = host.value.trim();
        let bare = bare.split_once("://").map_or(bare, |(_, behind)| behind);
        let bare = bare.split(['/', '?', '#']).next().unwrap_or_default();
        if bare.is_empty() || bare.contains(char::is_whitespace) || bare.contains('@') {
            let message = format!("{:?} is not a host, or has more before it", without_user(&host.value));
            self.0.add(host, message, "for example: host: northgrid.example.com");
        } else if bare != host.value {
            let message = format!("{:?} is more than a host", host.value);
            self.0.add(host, message, format!("write `host: {bare}`"));
        }
    }

    fn time_zone(&mut self, zone: Option<&Located<String>>) {
        if let Some(zone) = zone
            && let Err(unknown) = time_zone(&zone.value)
        {
            self.0.add(zone, unknown.message, unknown.help);
        }
    }

    /// Names of one kind: each can be one, and none stands twice.
    fn names<'w>(
        &mut self,
        kind: &str,
        names: impl Iterator<Item = &'w Located<String>>,
        key: impl Fn(&str) -> String,
    ) {
        let mut before: BTreeMap<String, &str> = BTreeMap::new();
        for name in names {
            if let Some(wrong) = wrong_name(&name.value) {
                self.0.add(name, wrong.message, wrong.help);
            } else if let Some(other) = before.insert(key(&name.value), &name.value) {
                let message = if other == name.value {
                    format!("duplicate {kind} {other:?}")
                } else {
                    format!("{kind} {:?} and {kind} {other:?} differ in letter case only", name.value)
                };
                self.0.add(name, message, "keep one of the two");
            }
        }
    }

    /// What the pack's names are bound to has to be there, where it is known what is there.
    fn bound(&mut self, written: &WrittenNetwork) {
        let statuses: Vec<&StatusText> = written.statuses.iter().flat_map(|all| &all.value).map(|s| &s.value).collect();
        let subs = || statuses.iter().flat_map(|status| status.sub_statuses.iter().flatten());
        let fields = written.fields.iter().flatten().map(|field| &field.value.name);
        let known: Vec<&str> =
            statuses.iter().map(|status| &status.name).chain(subs()).chain(fields).map(|name| &*name.value).collect();
        let is_whole = written.statuses.is_some()
            && written.fields.is_some()
            && statuses.iter().all(|status| status.sub_statuses.is_some());
        for (pack, network) in &written.names {
            let Some(name) = network.value.as_deref() else { continue };
            if let Some(wrong) = wrong_name(name) {
                let is_blank = name.trim().is_empty();
                let or_null = if is_blank { "; or null if the network has nothing like it" } else { "" };
                self.0.add(network, wrong.message, format!("{}{or_null}", wrong.help));
            } else if is_whole && !known.contains(&name) {
                let help = match nearest(name, known.iter().copied()) {
                    Some(nearest) => format!("did you mean {nearest:?}?"),
                    None => format!("add it there, or bind {pack:?} to an existing name"),
                };
                let message = format!("{name:?} is not among the statuses, sub-statuses and fields of this file");
                self.0.add(network, message, help);
            }
        }
    }
}

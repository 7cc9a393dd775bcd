//! Which word of a network takes the place of which word of the pack; and what is wrong with that, said before anything is
//! renamed.

use indexmap::IndexMap;
use thiserror::Error;

use super::names::Names;
use super::network::{Network, NetworkStatus};
use super::words::{Shared, Words};
use crate::cake::{Settings, is_parameter};
use crate::nearest::nearest;
use crate::source::to_text;

/// Why a pack cannot speak a network's words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NamesError {
    /// A name that stands nowhere in the pack: a misspelling, most likely.
    #[error("the pack has no status, sub-status or field {asked:?}{}", .nearest.as_ref().map_or_else(String::new, |n| format!("\n  help: did you mean {n:?}?")))]
    Unknown {
        /// The name.
        asked: String,
        /// What resembles it.
        nearest: Option<String>,
    },
    /// Two names of the pack would become one.
    #[error(
        "{one:?} and {other:?} are both bound to {network:?}\n  help: bind each to a name of its own; in the network's file, null takes one of them out of scope"
    )]
    Shared {
        /// A name of the pack.
        one: String,
        /// Another one.
        other: String,
        /// The network's name.
        network: String,
    },
    /// The method itself has such a parameter.
    #[error(
        "the field {field:?} is bound to {network:?}, which is a parameter of the method itself\n  help: bind it to the field's own name"
    )]
    Parameter {
        /// The field of the pack.
        field: String,
        /// What it was to become.
        network: String,
    },
    /// The network has nothing of that name.
    #[error("{pack:?} is bound to {name:?}, but the network has no {kind} of that name\n  help: {help}")]
    NotConfigured {
        /// The pack's name.
        pack: String,
        /// What it is bound to.
        name: String,
        /// What kind of thing it is.
        kind: String,
        /// What to do.
        help: String,
    },
    /// The network has something of a name that is said to be out of scope.
    #[error(
        "{pack:?} is null under `names`, and the network has a {kind} of that name\n  help: remove one of the two in {file}"
    )]
    StillThere {
        /// The pack's name.
        pack: String,
        /// What kind of thing it is.
        kind: String,
        /// Its file.
        file: String,
    },
    /// Names of the pack that the network does not have, and that nothing is said of.
    #[error("the network does not have these names of the pack: {}\n  help: bind each under `names:` in {file} to what is like it, or to null where there is nothing; for example:\n\n{example}", .names.join(", "))]
    Unbound {
        /// The names.
        names: Vec<String>,
        /// Its file.
        file: String,
        /// What to write.
        example: String,
    },
    /// Nothing takes the place of the sample's status.
    #[error(
        "{status:?} is null, and the sample update of the pack has that status\n  help: bind {status:?} to a status of the network"
    )]
    NoSample {
        /// The sample's status.
        status: String,
    },
    /// CAKE would not take the sample update in these words.
    #[error("with these names CAKE would not accept the sample update: {why}\n  help: {help}")]
    SampleRefused {
        /// What it would say.
        why: String,
        /// What to do.
        help: &'static str,
    },
}

impl From<Shared> for NamesError {
    fn from(Shared { one, other, network }: Shared) -> Self {
        Self::Shared { one, other, network }
    }
}

/// What becomes of the pack's words.
pub(super) struct Bindings {
    pub(super) statuses: Kind,
    pub(super) sub_statuses: Kind,
    pub(super) fields: Kind,
}

/// What becomes of words of one kind.
pub(super) struct Kind {
    /// The pack's.
    pub(super) known: Vec<String>,
    pub(super) words: Words,
    /// Those that the network does not have.
    pub(super) absent: Vec<String>,
}

impl Kind {
    fn of(known: Vec<String>, names: &Names, case_matters: bool) -> Result<Self, Shared> {
        let spelt: Vec<&str> = known.iter().map(String::as_str).collect();
        let words = Words::new(
            known.iter().filter_map(|name| Some((&**name, names.get(name)?.as_deref()?))),
            &spelt,
            case_matters,
        )?;
        let is_absent = |name: &&String| names.get(*name).is_some_and(|network| network.as_deref().is_none());
        let absent = known.iter().filter(is_absent).cloned().collect();
        Ok(Self { known, words, absent })
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.known.iter().any(|known| known == word)
    }
}

impl Bindings {
    /// What the names make of a pack's words. They have to be those of the network, as far as it is known.
    pub(super) fn of(settings: &Settings, names: &Names, network: Option<&Network>) -> Result<Self, NamesError> {
        let mut sub_statuses: Vec<String> = Vec::new();
        for sub_status in settings.statuses.iter().flat_map(|status| &status.sub_statuses) {
            if !sub_statuses.contains(sub_status) {
                sub_statuses.push(sub_status.clone());
            }
        }
        let statuses: Vec<String> = settings.statuses.iter().map(|status| status.name.clone()).collect();
        let fields: Vec<String> = settings.fields.iter().map(|field| field.name.clone()).collect();
        let known = || statuses.iter().chain(&sub_statuses).chain(&fields).map(String::as_str);
        if let Some(asked) = names.keys().find(|name| known().all(|known| known != *name)) {
            let nearest = nearest(asked, known()).map(str::to_owned);
            return Err(NamesError::Unknown { asked: asked.clone(), nearest });
        }
        for field in &fields {
            if let Some(network) = names.get(field).and_then(|name| name.as_deref()).filter(|name| is_parameter(name)) {
                return Err(NamesError::Parameter { field: field.clone(), network: network.to_owned() });
            }
        }
        let bindings = Self {
            statuses: Kind::of(statuses, names, true)?,
            sub_statuses: Kind::of(sub_statuses, names, true)?,
            fields: Kind::of(fields, names, false)?,
        };
        if let Some(network) = network {
            Fitting { names, network, unbound: IndexMap::new() }.check(settings)?;
        }
        Ok(bindings)
    }
}

/// Holds the pack's names against what a network has.
struct Fitting<'n> {
    names: &'n Names,
    network: &'n Network,
    /// Names that nothing is said of, each with what may be meant.
    unbound: IndexMap<String, Option<String>>,
}

impl Fitting<'_> {
    fn check(mut self, settings: &Settings) -> Result<(), NamesError> {
        let network = self.network;
        if let Some(statuses) = &network.statuses {
            let there: Vec<&str> = statuses.iter().map(|status| &*status.name).collect();
            let names: Vec<&str> = settings.statuses.iter().map(|status| &*status.name).collect();
            self.kind("status", &names, &there, true)?;
            for status in settings.statuses.iter().filter(|_| !network.has_no_sub_statuses()) {
                let Some(name) = self.becomes(&status.name) else { continue };
                let Some(NetworkStatus { name, sub_statuses: Some(there) }) = statuses.iter().find(|s| s.name == name)
                else {
                    continue;
                };
                let there: Vec<&str> = there.iter().map(String::as_str).collect();
                let names: Vec<&str> = status.sub_statuses.iter().map(String::as_str).collect();
                self.kind(&format!("sub-status of {name:?}"), &names, &there, true)?;
            }
        }
        if let Some(fields) = network.fields.as_ref().filter(|fields| !fields.is_empty()) {
            let there: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let names: Vec<&str> = settings.fields.iter().map(|field| &*field.name).collect();
            self.kind("field", &names, &there, false)?;
        }
        if self.unbound.is_empty() {
            return Ok(());
        }
        let in_yaml = |name: &str| to_text(&name).unwrap_or_default().trim_end().to_owned();
        let line = |(pack, meant): (&String, &Option<String>)| {
            format!("      {}: {}", in_yaml(pack), meant.as_deref().map_or_else(|| "null".to_owned(), in_yaml))
        };
        let example: Vec<String> = self.unbound.iter().map(line).collect();
        Err(NamesError::Unbound {
            names: self.unbound.keys().cloned().collect(),
            file: network.file.clone(),
            example: example.join("\n"),
        })
    }

    /// What a name of the pack becomes, or may be meant to.
    fn becomes(&self, name: &str) -> Option<String> {
        match (self.names.get(name), self.unbound.get(name)) {
            (Some(bound), _) => bound.0.clone(),
            (None, Some(meant)) => meant.clone(),
            (None, None) => Some(name.to_owned()),
        }
    }

    /// Names of one kind have to be among those that are there.
    fn kind(&mut self, kind: &str, names: &[&str], there: &[&str], case_matters: bool) -> Result<(), NamesError> {
        let is = |one: &str, other: &str| one == other || (!case_matters && one.eq_ignore_ascii_case(other));
        let is_there = |name: &str| there.iter().any(|there| is(there, name));
        let mut unbound = Vec::new();
        for pack in names {
            match self.names.get(*pack).map(|name| name.as_deref()) {
                None if !is_there(pack) => unbound.push(*pack),
                Some(Some(name)) if !is_there(name) => {
                    let help = match nearest(name, there.iter().copied()) {
                        Some(nearest) => format!("did you mean {nearest:?}?"),
                        None if there.is_empty() => format!("bind {pack:?} to null: it has none"),
                        None => format!("it has {}", there.join(", ")),
                    };
                    let [pack, name, kind] = [*pack, name, kind].map(str::to_owned);
                    return Err(NamesError::NotConfigured { pack, name, kind, help });
                }
                Some(None) if is_there(pack) => {
                    let [pack, kind, file] = [*pack, kind, &self.network.file].map(str::to_owned);
                    return Err(NamesError::StillThere { pack, kind, file });
                }
                _ => {}
            }
        }
        let taken: Vec<String> =
            names.iter().filter(|name| !unbound.contains(name)).filter_map(|name| self.becomes(name)).collect();
        let mut free = there.iter().filter(|there| !taken.iter().any(|taken| is(taken, there)));
        for pack in unbound {
            let meant = free.next().map(|name| (*name).to_owned());
            self.unbound.insert(pack.to_owned(), meant);
        }
        Ok(())
    }
}

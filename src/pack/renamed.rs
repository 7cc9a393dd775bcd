//! A pack in a network's own words. It shows what it showed before: a name that is in the way makes room, a variant of a
//! spelling is one of the network's spelling, and what a network does not have is out of scope.

use std::sync::Arc;

use super::bindings::{Bindings, Kind, NamesError};
use super::expect::{expected_answers, request_for};
use super::generated::generated;
use super::model::{Entry, Pack};
use super::names::Names;
use super::network::Network;
use super::spelling::Spelling;
use super::world::{Reply, World};
use crate::cake::{Field, Settings, Status};
use crate::protocol::{Code, Update};
use crate::scenario::{Need, time_zone};

impl Pack {
    /// The same pack in other words.
    pub fn renamed(self, names: &Names) -> Result<Self, NamesError> {
        self.in_network(names, None)
    }

    /// The same pack in a network's words, as far as the network is known. What it has configured beyond the pack's is there
    /// too, and sent at least once.
    pub fn in_network(mut self, names: &Names, network: Option<&Network>) -> Result<Self, NamesError> {
        if names.is_empty() && network.is_none() {
            return Ok(self);
        }
        let bindings = Bindings::of(&self.instance.settings, names, network)?;
        let before: Vec<Vec<Option<Code>>> = self.entries.iter().map(|entry| codes(&self, entry)).collect();
        let was_accepted = sampled(&self).code == Some(Code::SUCCESS);
        bindings.leave_out_of_the_sample(&mut self, network)?;
        for entry in &mut self.entries {
            let none = network.and_then(|network| network.cannot().find(|none| entry.scenario.needs.contains(none)));
            entry.scenario.out_of_scope = bindings.absent_from(entry).or_else(|| none.map(nothing_of));
            bindings.rename_entry(entry);
        }
        let plain = Settings::clone(&self.instance.settings);
        bindings.rename_settings(Arc::make_mut(&mut self.instance.settings), &plain);
        bindings.rename_update(&mut self.sample, &plain);
        if let Some(network) = network {
            add_configured(&mut self, network);
            // The name was checked when the network's file was read.
            if let Some(zone) = network.time_zone.as_deref().and_then(|name| time_zone(name).ok()) {
                Arc::make_mut(&mut self.instance.settings).policy.time_zone = zone;
            }
        }
        let sample = sampled(&self);
        if was_accepted && sample.code != Some(Code::SUCCESS) {
            let help = if self.sample.status.contains('<') {
                "ASP.NET refuses this status in every request, so no buyer can report it: ask the network how it is really called"
            } else {
                "bind the names of the pack to others"
            };
            return Err(NamesError::SampleRefused { why: sample.why.into_owned(), help });
        }
        let mut entries = std::mem::take(&mut self.entries);
        for (entry, before) in entries.iter_mut().zip(before) {
            if entry.scenario.out_of_scope.is_none() && codes(&self, entry) != before {
                let why = "in the network's words it would be answered otherwise";
                entry.scenario.out_of_scope = Some(why.to_owned());
            }
        }
        self.entries = entries;
        self.network = network.map(|network| network.name.clone());
        if let Some(network) = network {
            let generated = generated(&self, network);
            self.entries.extend(generated);
            self.entries.sort_by(|a, b| a.scenario.id.cmp(&b.scenario.id));
        }
        Ok(self)
    }
}

/// That a network has none of what a scenario needs, in words.
fn nothing_of(need: Need) -> String {
    let what = match need {
        Need::SubStatus => "sub-statuses",
        Need::Fields => "custom fields",
        Need::Values => "values",
    };
    format!("the network has no {what}")
}

/// The code of every answer of a scenario.
pub(super) fn codes(pack: &Pack, entry: &Entry) -> Vec<Option<Code>> {
    expected_answers(pack, entry).into_iter().map(|expected| expected.reply.code).collect()
}

/// What CAKE answers to the sample.
pub(super) fn sampled(pack: &Pack) -> Reply {
    let request = request_for(&pack.sample, &pack.key);
    World::plain(pack.instance.clone()).reply(&request, &request.params())
}

impl Bindings {
    /// What of a scenario the network does not have, in words.
    fn absent_from(&self, entry: &Entry) -> Option<String> {
        let is_absent = |kind: &Kind, word: &str| kind.absent.iter().any(|absent| absent == word);
        entry.scenario.steps.iter().map(|step| &step.update).find_map(|update| {
            let status = [&update.status].into_iter().filter(|word| is_absent(&self.statuses, word));
            let sub_status = update.sub_status.iter().filter(|word| is_absent(&self.sub_statuses, word));
            let fields = update.fields.keys().filter(|word| is_absent(&self.fields, word));
            let absent = status.map(|word| ("status", word)).chain(sub_status.map(|word| ("sub-status", word)));
            let (kind, word) = absent.chain(fields.map(|word| ("field", word))).next()?;
            Some(format!("the network has no {kind} for {word:?}"))
        })
    }

    /// The sample does without what the network does not have; only a status it needs.
    fn leave_out_of_the_sample(&self, pack: &mut Pack, network: Option<&Network>) -> Result<(), NamesError> {
        let sample = &mut pack.sample;
        if self.statuses.absent.contains(&sample.status) {
            return Err(NamesError::NoSample { status: sample.status.clone() });
        }
        let none = |needs| network.is_some_and(|network| network.cannot().any(|none| none == needs));
        let no_sub_statuses = none(Need::SubStatus);
        sample.sub_status =
            sample.sub_status.take().filter(|name| !no_sub_statuses && !self.sub_statuses.absent.contains(name));
        let no_fields = none(Need::Fields);
        sample.fields.retain(|name, _| !no_fields && !self.fields.absent.contains(name));
        Ok(())
    }

    fn rename_entry(&self, entry: &mut Entry) {
        let before = Settings::clone(&entry.instance.settings);
        let mut is_whole = self.rename_settings(Arc::make_mut(&mut entry.instance.settings), &before);
        for step in &mut entry.scenario.steps {
            is_whole &= self.rename_update(&mut step.update, &before);
        }
        if !is_whole {
            let why = "the network's name has no other spelling of this kind";
            entry.scenario.out_of_scope.get_or_insert_with(|| why.to_owned());
        }
    }

    /// Renames what is configured, and takes out what the network does not have; whether every word had another.
    fn rename_settings(&self, settings: &mut Settings, before: &Settings) -> bool {
        let mut is_whole = true;
        settings.statuses.retain(|status| !self.statuses.absent.contains(&status.name));
        for status in &mut settings.statuses {
            is_whole &= set(&mut status.name, |word| self.status(word, before));
            status.sub_statuses.retain(|name| !self.sub_statuses.absent.contains(name));
            for name in &mut status.sub_statuses {
                is_whole &= set(name, |word| self.sub_status(word, before));
            }
        }
        settings.fields.retain(|field| !self.fields.absent.contains(&field.name));
        settings.fields.iter_mut().for_each(|field| field.name = self.fields.words.of(&field.name));
        is_whole
    }

    fn rename_update(&self, update: &mut Update, before: &Settings) -> bool {
        let mut is_whole = set(&mut update.status, |word| self.status(word, before));
        if let Some(name) = &mut update.sub_status {
            is_whole &= set(name, |word| self.sub_status(word, before));
        }
        let fields = std::mem::take(&mut update.fields);
        update.fields = fields.into_iter().map(|(name, value)| (self.fields.words.of(&name), value)).collect();
        is_whole
    }

    fn status(&self, word: &str, before: &Settings) -> Option<String> {
        let is_configured = |name: &str| before.statuses.iter().any(|status| status.name == name);
        word_for(word, &self.statuses, &self.sub_statuses, is_configured)
    }

    fn sub_status(&self, word: &str, before: &Settings) -> Option<String> {
        let is_configured =
            |name: &str| before.statuses.iter().any(|status| status.sub_statuses.iter().any(|sub| sub == name));
        word_for(word, &self.sub_statuses, &self.statuses, is_configured)
    }
}

/// Whether there is another word to set.
fn set(word: &mut String, new: impl Fn(&str) -> Option<String>) -> bool {
    let new = new(word);
    let is_there = new.is_some();
    *word = new.unwrap_or_default();
    is_there
}

/// What becomes of a word of one kind. A scenario may make a status of a sub-status; and what only differs in spelling from
/// a word of the pack, most likely one that it takes the place of, differs likewise from the network's.
fn word_for(word: &str, kind: &Kind, other: &Kind, is_configured: impl Fn(&str) -> bool) -> Option<String> {
    if kind.has(word) {
        return Some(kind.words.of(word));
    }
    let variants = || kind.known.iter().filter_map(|name| Some((name, Spelling::between(name, word)?)));
    if let Some((name, spelling)) = variants().find(|(name, _)| !is_configured(name)).or_else(|| variants().next()) {
        let new = kind.words.of(name);
        return if new == *name { Some(word.to_owned()) } else { spelling.of(&new) };
    }
    Some(if other.has(word) { other.words.of(word) } else { kind.words.of(word) })
}

/// Adds what the network has configured beyond the pack's words, wherever a scenario does not say that there is none.
fn add_configured(pack: &mut Pack, network: &Network) {
    let bound = Settings::clone(&pack.instance.settings);
    let is_bound = |name: &str| bound.statuses.iter().any(|status| status.name == name);
    for entry in &mut pack.entries {
        let sends = |name: &str| entry.scenario.steps.iter().any(|step| step.update.status == name);
        let settings = Arc::make_mut(&mut entry.instance.settings);
        if !settings.statuses.is_empty() {
            let further = network.statuses.iter().flatten().filter(|status| !is_bound(&status.name));
            for status in further.filter(|status| !sends(&status.name)) {
                if settings.statuses.iter().all(|known| known.name != status.name) {
                    let sub_statuses = status.sub_statuses.clone().unwrap_or_default();
                    settings.statuses.push(Status { name: status.name.clone(), sub_statuses });
                }
            }
        }
        if !settings.fields.is_empty() {
            let is_known =
                |fields: &[Field], name: &str| fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
            for field in configured_fields(network) {
                if !is_known(&settings.fields, &field.name) && !is_known(&bound.fields, &field.name) {
                    settings.fields.push(field);
                }
            }
        }
    }
    let settings = Arc::make_mut(&mut pack.instance.settings);
    if let Some(statuses) = &network.statuses {
        let of_the_pack = |name: &str| bound.statuses.iter().find(|status| status.name == name);
        let configured = statuses.iter().map(|status| Status {
            name: status.name.clone(),
            sub_statuses: status.sub_statuses.clone().unwrap_or_else(|| {
                of_the_pack(&status.name).map_or_else(Vec::new, |status| status.sub_statuses.clone())
            }),
        });
        settings.statuses = configured.collect();
    }
    if network.fields.is_some() {
        settings.fields = configured_fields(network).collect();
    }
}

fn configured_fields(network: &Network) -> impl Iterator<Item = Field> {
    network.fields.iter().flatten().map(|field| Field {
        label: field.label.clone().unwrap_or_else(|| field.name.clone()),
        name: field.name.clone(),
        kind: field.kind.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::Pack;
    use crate::pack::{Names, Network, NetworkName, Origin, load};
    use crate::source::SourceFile;

    fn pack() -> Pack {
        load(Origin::Standard, &|_| None).unwrap().0
    }

    fn names(pairs: &[(&str, &str)]) -> Names {
        pairs.iter().map(|(pack, network)| ((*pack).to_owned(), (*network).to_owned().into())).collect()
    }

    #[test]
    fn every_update_and_every_instance_speaks_the_networks_words() {
        let pack = pack().renamed(&names(&[("Funded", "Closed - Paid"), ("loan_amount", "amount")])).unwrap();
        assert_eq!(pack.sample.status, "Closed - Paid");
        assert!(pack.sample.fields.contains_key("amount") && !pack.sample.fields.contains_key("loan_amount"));
        let updates = pack.entries.iter().flat_map(|entry| &entry.scenario.steps).map(|step| &step.update);
        assert!(updates.clone().all(|update| update.status != "Funded"));
        assert!(updates.filter(|update| update.status == "Closed - Paid").count() > 100);
        assert!(pack.instance.settings.statuses.iter().any(|status| status.name == "Closed - Paid"));
    }

    #[test]
    fn whatever_a_network_calls_its_things_every_scenario_shows_what_it_showed() {
        for renamed in [
            &[("note", "notes")][..],
            &[("Funded", "Closed")],
            &[("Funded", "funded")],
            &[("In Progress", "In-Progress")],
            &[("Funded", "Withdrawn")],
            &[("loan_amount", "note")],
            &[("loan_amount", "LOAN_AMOUNT")],
            &[("loan_amount", "NOTE"), ("note", "Loan_Amount")],
            &[("Full Payment", "Funded"), ("Funded", "Full Payment")],
            &[("Funded", "Withdrawn"), ("Withdrawn", "In Progress"), ("In Progress", "Closed")],
            &[("Withdrawn", "funded"), ("Unqualified", "Funded ")],
            &[("Funded", "A long name, as somebody writes it who wants to be understood by all others")],
        ] {
            let pack = pack().renamed(&names(renamed)).unwrap();
            let left: Vec<_> = pack.entries.iter().filter(|entry| entry.scenario.out_of_scope.is_some()).collect();
            assert!(left.is_empty(), "{renamed:?}: {}", left[0].scenario.id);
        }
    }

    #[test]
    fn what_a_network_does_not_have_is_nowhere_in_scope() {
        let absent = [("In Progress".to_owned(), NetworkName(None)), ("note".to_owned(), NetworkName(None))];
        let pack = pack().renamed(&absent.into()).unwrap();
        let updates = |is_in_scope: bool| {
            let entries = pack.entries.iter().filter(move |entry| entry.scenario.out_of_scope.is_none() == is_in_scope);
            entries.flat_map(|entry| &entry.scenario.steps).map(|step| &step.update)
        };
        assert!(updates(true).all(|update| update.status != "In Progress" && !update.fields.contains_key("note")));
        assert!(updates(false).count() > 10 && updates(true).count() > 100);
        assert!(pack.instance.settings.fields.iter().all(|field| field.name != "note"));
    }

    #[test]
    fn what_a_network_has_beyond_the_pack_is_sent_with_leads_of_its_own() {
        let text = "statuses: [{ name: Funded, sub_statuses: [Late] }, { name: Lost }, { name: lost }, { name: 成約 }]\n\
                    fields: [{ name: code }]\n";
        let network = Network::read("acme", &SourceFile::new("networks/acme.yaml", text)).unwrap();
        let none =
            ["Unqualified", "In Progress", "Withdrawn", "Full Payment", "Partial Payment", "note", "policy_number"];
        let mut names: Names = none.map(|name| (name.to_owned(), NetworkName(None))).into();
        names.insert("loan_amount".into(), "code".to_owned().into());
        let pack = pack().in_network(&names, Some(&network)).unwrap();
        let made: Vec<String> = pack
            .entries
            .iter()
            .filter(|entry| entry.scenario.id.area() == "network")
            .map(|entry| format!("{}: {}", entry.scenario.id, entry.scenario.steps[0].update))
            .collect();
        insta::assert_debug_snapshot!(made);
        assert!(pack.entries.is_sorted_by(|a, b| a.scenario.id < b.scenario.id));
        let mut leads: Vec<&str> =
            pack.entries.iter().flat_map(|entry| &entry.scenario.steps).map(|step| &*step.update.lead_id).collect();
        leads.retain(|lead| lead.starts_with("4E37"));
        assert_eq!(leads.len(), made.len());
    }
}

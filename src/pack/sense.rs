//! What a scenario's `instance:` is there for: changes that reach no update, and misspelt statuses that an earlier check hides.

use super::model::{Entry, Pack};
use crate::cake::{Buyer, Instance, Settings, UnknownSubStatus};
use crate::nearest::nearest;
use crate::protocol::Code;
use crate::scenario::Scenario;
use crate::source::{Diagnostic, place_of};

/// A buyer that owns no lead, or a field that no update sends, is most likely a misspelt name.
pub(super) fn changes_reach_the_updates(pack: &Pack, entry: &Entry, mistakes: &mut Vec<Diagnostic>) {
    let Entry { scenario, instance } = entry;
    let known = &pack.instance.settings;
    for change in &scenario.changes.buyers.add {
        let name = &*change.value.name;
        let is_new = known.buyers.iter().all(|buyer| *buyer.name != *name);
        let has_a_lead = || instance.leads().any(|lead| lead.sale.buyers.iter().any(|buyer| **buyer == *name));
        let is_default = || *instance.settings.lead_defaults.buyer == *name;
        let asks = || sender(pack, &instance.settings).is_some_and(|buyer| *buyer.name == *name);
        if let Some(meant) = meant(name, known.buyers.iter().map(|buyer| &*buyer.name))
            && is_new
            && !has_a_lead()
            && !is_default()
            && !asks()
        {
            let message = format!("the scenario adds a buyer {name:?}, of which no lead is");
            let help = format!("did you mean {meant:?}?");
            mistakes.push(scenario.mistake(place_of(change).as_ref(), message).help(help));
        }
    }
    for change in &scenario.changes.fields.add {
        let name = &*change.value.name;
        let is_new = !known.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
        if let Some(meant) = meant(name, known.fields.iter().map(|field| &*field.name))
            && is_new
            && !sends_field(scenario, name)
        {
            let message = format!("the scenario adds a field {name:?}, which no update sends");
            let help = format!("did you mean {meant:?}?");
            mistakes.push(scenario.mistake(place_of(change).as_ref(), message).help(help));
        }
    }
    let policy = &scenario.changes.policy;
    let of_the_report = [
        ("time_zone", policy.time_zone.is_some()),
        ("report_sums", policy.report_sums.is_some()),
        ("report_dates", policy.report_dates.is_some()),
        ("report_end_date", policy.report_end_date.is_some()),
    ];
    for (knob, _) in of_the_report.iter().filter(|(_, is_set)| *is_set) {
        let place = policy.time_zone.as_ref().filter(|_| *knob == "time_zone").and_then(place_of);
        let message = format!("`{knob}` changes the Lead Status Master Report, not the answer to an update");
        mistakes.push(scenario.mistake(place.as_ref(), message).help("move it to scenarios/instance.yaml"));
    }
}

fn sends_field(scenario: &Scenario, name: &str) -> bool {
    let mut sent = scenario.steps.iter().flat_map(|step| step.update.fields.keys());
    sent.any(|field| field.eq_ignore_ascii_case(name))
}

/// The name that was probably meant; what resembles none is meant as it is.
fn meant<'k>(name: &str, mut known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    // `Acme` for `Acme Lending`.
    let nearest = nearest(name, known.clone());
    nearest.or_else(|| known.find(|known| known.to_lowercase().starts_with(&name.to_lowercase())))
}

/// A misspelt status or sub-status that an earlier check hides.
pub(super) fn statuses_are_not_nearly_known(pack: &Pack, entry: &Entry, mistakes: &mut Vec<Diagnostic>) {
    let Entry { scenario, instance } = entry;
    let statuses = || pack.instance.settings.statuses.iter().chain(&instance.settings.statuses);
    for step in scenario.steps.iter().filter(|step| step.code != Some(Code::STATUS_NOT_RECOGNISED)) {
        let sent = &step.update.status;
        let names = statuses().map(|status| &*status.name);
        let mut told = nearly(sent, names).map(|meant| ("status", sent, meant, &step.places.status));
        if let Some(sent) = step.update.sub_status.as_ref().filter(|_| !accepts_any(instance)) {
            let below = statuses().filter(|status| status.name == step.update.status);
            let names = below.flat_map(|status| &status.sub_statuses).map(|name| &**name);
            told = told.or(nearly(sent, names).map(|meant| ("sub-status", sent, meant, &step.places.sub_status)));
        }
        if let Some((what, sent, meant, place)) = told {
            let message = format!("the {what} {sent:?} is not configured, and an earlier check hides it");
            mistakes.push(scenario.mistake(place.as_ref(), message).help(format!("did you mean {meant:?}?")));
        }
    }
}

fn accepts_any(instance: &Instance) -> bool {
    instance.settings.policy.unknown_sub_status == UnknownSubStatus::Accepted
}

/// The name that this one is nearly, unless it is one of them.
fn nearly<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    if known.clone().any(|known| known == name) { None } else { nearest(name, known) }
}

/// The buyer whose key a client is given, if this instance has one.
pub(super) fn sender<'s>(pack: &Pack, settings: &'s Settings) -> Option<&'s Buyer> {
    settings.buyers.iter().find(|buyer| settings.policy.key_case.equal(buyer.key.expose(), pack.key.expose()))
}

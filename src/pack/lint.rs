//! What is wrong with a pack as a whole: leads owned twice, and codes that CAKE would not give.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::expect::{Expected, expected_answers, request_for};
use super::faults::faults_do_what_they_say;
use super::model::{Entry, Pack};
use super::sense::{changes_reach_the_updates, sender, statuses_are_not_nearly_known};
use super::world::World;
use crate::cake::{Instance, Settings, lead_key};
use crate::nearest::nearest;
use crate::protocol::{Code, Outcome, xml};
use crate::scenario::{NEEDED, Scenario, Step};
use crate::source::{Diagnostic, Place, SourceFile};

/// Every mistake that shows only in the whole.
pub(super) fn lint(pack: &Pack, instance_file: &SourceFile, sample: Option<&Place>) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    the_sample_is_taken(pack, instance_file, sample, &mut mistakes);
    leads_have_one_owner(pack, instance_file, &mut mistakes);
    for entry in &pack.entries {
        overridden_leads_stand_alone(&entry.scenario, &mut mistakes);
        changed_leads_are_named(entry, &mut mistakes);
        changes_reach_the_updates(pack, entry, &mut mistakes);
        let before = mistakes.len();
        let answers = expected_answers(pack, entry);
        codes_are_the_instances(pack, entry, &answers, &mut mistakes);
        if mistakes.len() == before {
            statuses_are_not_nearly_known(pack, entry, &mut mistakes);
        }
        fields_are_configured(entry, &mut mistakes);
        needs_are_said(&entry.scenario, &mut mistakes);
        faults_do_what_they_say(pack, entry, &answers, &mut mistakes);
        outcomes_follow_from_the_answers(entry, &answers, &mut mistakes);
    }
    mistakes
}

/// A client is tried with the sample first: if its status were misspelt, every client would seem to be wrong.
fn the_sample_is_taken(pack: &Pack, file: &SourceFile, place: Option<&Place>, mistakes: &mut Vec<Diagnostic>) {
    let request = request_for(&pack.sample, &pack.key);
    // Of very many leads one is asked for.
    let mut instance = Instance::new(Arc::clone(&pack.instance.settings));
    if let Some(lead) = pack.instance.lead_like(&pack.sample.lead_id) {
        instance.add_lead(lead.clone());
    }
    let reply = World::plain(instance).reply(&request, &request.params());
    let told = match reply.code {
        None => Some(format!("the sample gets no code: {}", reply.why)),
        Some(Code::STATUS_NOT_RECOGNISED) => Some(format!("the sample gets code 3: {}", reply.why)),
        _ => None,
    };
    if let Some(message) = told {
        let help = "change `sample`, or the statuses: a client is tried with it, and has to get code 0";
        mistakes.push(file.mistake(place.cloned(), message).help(help));
    }
    for name in pack.sample.fields.keys() {
        if let Some((message, help)) = wrong_field(name, &pack.instance.settings) {
            let help = help.unwrap_or_else(|| format!("add `fields: [{{ name: {name} }}]`"));
            mistakes.push(file.mistake(place.cloned(), message).help(help));
        }
    }
}

fn leads_have_one_owner(pack: &Pack, instance_file: &SourceFile, mistakes: &mut Vec<Diagnostic>) {
    let mut owners: HashMap<Cow<'_, str>, (&Scenario, &str)> = HashMap::new();
    for entry in &pack.entries {
        for step in &entry.scenario.steps {
            let lead_id = &step.update.lead_id;
            if lead_key(lead_id) == lead_key(&pack.sample.lead_id) {
                let message = format!("lead {lead_id:?} is the sample's in {}", instance_file.path);
                let help = "take a lead ID that nothing else uses";
                mistakes.push(entry.scenario.mistake(step.places.lead.as_ref(), message).help(help));
            }
            let (owner, spelling) = owners.entry(lead_key(lead_id)).or_insert((&entry.scenario, lead_id));
            if owner.id != entry.scenario.id {
                let spelt = if spelling == lead_id {
                    String::new()
                } else {
                    format!(", as {spelling:?}: lead IDs that differ in letter case alone are the same")
                };
                let message = format!("lead {lead_id:?} is also used in {}{spelt}", owner.id);
                let help = "give one of the two scenarios another lead ID: the lead ID alone selects the scenario";
                mistakes.push(entry.scenario.mistake(step.places.lead.as_ref(), message).help(help));
            }
        }
    }
}

fn overridden_leads_stand_alone(scenario: &Scenario, mistakes: &mut Vec<Diagnostic>) {
    let mut uses: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for step in &scenario.steps {
        *uses.entry(lead_key(&step.update.lead_id)).or_default() += 1;
    }
    for step in scenario.steps.iter().filter(|step| step.has_overrides()) {
        let lead_id = &step.update.lead_id;
        if uses[&lead_key(lead_id)] > 1 {
            let message =
                format!("lead {lead_id:?} has an answer or a fault of its own here, and another step uses it too");
            let help = "attempts are counted by lead, so give this step a lead of its own";
            mistakes.push(scenario.mistake(step.places.lead.as_ref(), message).help(help));
        }
    }
}

fn changed_leads_are_named(entry: &Entry, mistakes: &mut Vec<Diagnostic>) {
    let scenario = &entry.scenario;
    let named: HashSet<_> = scenario.steps.iter().map(|step| lead_key(&step.update.lead_id)).collect();
    for change in scenario.changes.leads.add.iter().filter(|change| !named.contains(&lead_key(&change.value.id))) {
        let help = "a scenario owns the leads its steps name, and only those";
        let message = format!("no step names lead {:?}", change.value.id);
        mistakes.push(scenario.mistake(change.place.as_ref(), message).help(help));
    }
}

fn codes_are_the_instances(pack: &Pack, entry: &Entry, answers: &[Expected<'_>], mistakes: &mut Vec<Diagnostic>) {
    for Expected { step, attempt, reply, .. } in answers {
        if attempt + 1 < step.attempts.len() || step.code == reply.code {
            continue;
        }
        let settings = &entry.instance.settings;
        let own_body = step.attempts[*attempt].answer.as_ref().and_then(|answer| answer.body.as_ref());
        let (message, help) = match (step.code, reply.code) {
            (expected, Some(given)) => {
                let key = sender(pack, settings)
                    .filter(|_| expected == Some(Code::INVALID_KEY) && own_body.is_none())
                    .map_or_else(String::new, |sender| format!("; it is sent with the key of {:?}", sender.name));
                let not =
                    expected.map_or_else(|| "and no `code` is given".into(), |expected| format!("not {expected}"));
                let or_else = if own_body.is_some() { "the body of `answer`" } else { "the instance or the update" };
                (
                    format!("CAKE answers with code {given} here, {not}: {}{key}", reply.why),
                    format!("write `code: {given}` if you mean that; otherwise change {or_else}"),
                )
            }
            (_, None) if let Some(fault) = reply.fault => (
                format!("no client gets to see a code here: {fault}"),
                "leave `code` out, and say `client:`; or let the next attempt through: `attempts: [{ fault: … }, {}]`"
                    .to_owned(),
            ),
            (_, None) => {
                let why = own_body.and_then(|_| xml::read(&reply.answer.body).err());
                (
                    format!(
                        "the answer has no code: {}",
                        why.map_or_else(|| reply.why.to_string(), |why| why.to_string())
                    ),
                    "change the answer, the update or the instance; or leave `code` out, and say `client:`".to_owned(),
                )
            }
        };
        let place = step.places.code.as_ref().or(step.places.lead.as_ref());
        mistakes.push(entry.scenario.mistake(place, message).help(help));
    }
}

fn fields_are_configured(entry: &Entry, mistakes: &mut Vec<Diagnostic>) {
    let Entry { scenario, instance } = entry;
    let removed = |name: &str| scenario.changes.fields.remove.iter().any(|removed| removed.value == name);
    for step in &scenario.steps {
        for name in step.update.fields.keys().filter(|name| !removed(name)) {
            let Some((message, help)) = wrong_field(name, &instance.settings) else { continue };
            let add =
                || format!("add `instance: {{ fields: [{{ name: {name} }}] }}`, or configure it in instance.yaml");
            let help = help.unwrap_or_else(add);
            mistakes.push(scenario.mistake(step.places.lead.as_ref(), message).help(help));
        }
    }
}

/// CAKE drops unknown fields, so a misspelt one goes unnoticed. The help is what was probably meant.
fn wrong_field(name: &str, settings: &Settings) -> Option<(String, Option<String>)> {
    let configured = || settings.fields.iter().map(|field| &*field.name);
    if configured().any(|field| field.eq_ignore_ascii_case(name)) {
        return None;
    }
    let meant = nearest(name, configured()).map(|meant| format!("did you mean {meant:?}?"));
    Some((format!("the custom field {name:?} is not configured, so CAKE drops it"), meant))
}

/// A client that cannot send what a scenario takes for granted is left out, and not failed.
fn needs_are_said(scenario: &Scenario, mistakes: &mut Vec<Diagnostic>) {
    for (need, what, is_in) in NEEDED {
        let step = scenario.steps.iter().find(|step| is_in(&step.update));
        if let Some(step) = step.filter(|_| !scenario.needs.contains(&need)) {
            let all: Vec<&str> = scenario.needs.iter().chain([&need]).map(|need| need.word()).collect();
            let message = format!("the update sends {what}, and `needs` does not say so");
            let help =
                format!("write `needs: [{}]`: a client that cannot is then left out, not failed", all.join(", "));
            mistakes.push(scenario.mistake(step.places.lead.as_ref(), message).help(help));
        }
    }
}

/// What a conforming client concludes, one of the answers has to say.
fn outcomes_follow_from_the_answers(entry: &Entry, answers: &[Expected<'_>], mistakes: &mut Vec<Diagnostic>) {
    let mut possible: Vec<Outcome> = Vec::new();
    for Expected { step, attempt, reply, .. } in answers {
        if *attempt == 0 {
            possible.clear();
        }
        let outcomes = match reply.code.filter(|_| step.obstacle().is_none()).map(Code::outcome) {
            Some(Some(outcome)) => &[outcome][..],
            Some(None) => &[Outcome::Rejected, Outcome::Unknown],
            None => &[Outcome::Unknown],
        };
        possible.extend(outcomes);
        // What is not the instance's own answer may leave a client in doubt.
        if step.has_overrides() || reply.answer.http_status != 200 {
            possible.push(Outcome::Unknown);
        }
        let is_last = attempt + 1 == step.attempts.len();
        // Where it is not said, it follows from the code, and that is looked at.
        if is_last
            && let Some(place) = &step.places.client
            && let Some(wrong) = wrong_outcome(step, &possible)
        {
            let last = outcomes[0].word();
            let of_the_last = if *attempt > 0 { "the last attempt gets" } else { "a client gets here" };
            let message = format!("`client` is {}, but {of_the_last} means {last}", wrong.word());
            let may_be_unknown = last != Outcome::Unknown.word() && possible.contains(&Outcome::Unknown);
            let right = if may_be_unknown { format!("[{last}, {}]", Outcome::Unknown.word()) } else { last.to_owned() };
            let help = format!("write `client: {right}`; where it follows from the code, it can be left out");
            mistakes.push(entry.scenario.mistake(Some(place), message).help(help));
        }
    }
}

/// An outcome that no answer means, where all are such; or the opposite of what one means; or any other where a right client
/// sends nothing.
fn wrong_outcome(step: &Step, possible: &[Outcome]) -> Option<Outcome> {
    let said = &step.client;
    let sends_nothing = step.obstacle().is_some();
    let is_opposite = |outcome: &Outcome| match outcome {
        Outcome::Updated => possible.contains(&Outcome::Rejected),
        Outcome::Rejected => possible.contains(&Outcome::Updated),
        Outcome::Unknown => false,
    };
    let is_possible = |outcome: &Outcome| possible.contains(outcome);
    let none = said.first().filter(|_| !said.iter().any(is_possible));
    let is_wrong = |outcome: &&Outcome| !is_possible(outcome) && (sends_nothing || is_opposite(outcome));
    none.or_else(|| said.iter().find(is_wrong)).copied()
}

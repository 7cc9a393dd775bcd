//! A pack is read whole: every file, every mistake, in one go.

use std::sync::Arc;

use super::digest::sums;
use super::error::PackError;
use super::files::{INSTANCE, Origin, PackFile, SCENARIOS, read_files};
use super::lint::lint;
use super::model::{Entry, Pack};
use super::stray::{is_instance, strays};
use crate::cake::{Instance, Settings};
use crate::protocol::Update;
use crate::scenario::{Env, InstanceChanges, Scenario, ScenarioId, apply_leads, apply_settings, read_scenario};
use crate::secret::{Redactor, Secret};
use crate::source::{Diagnostic, Place, SourceFile, place_of, read};

/// Reads a pack. What is wrong with its scenarios is returned beside it; those with mistakes are left out.
pub fn load(origin: Origin, env: Env<'_>) -> Result<(Pack, Vec<Diagnostic>), PackError> {
    let (instance_file, scenario_files) = read_files(&origin)?;
    let mut mistakes = Vec::new();
    let mut scenarios = Vec::new();
    for PackFile { below, file } in &scenario_files {
        let file = match file {
            Ok(file) => file,
            Err(mistake) => {
                mistakes.push(Diagnostic::clone(mistake));
                continue;
            }
        };
        match scenario_id(below, file, &scenario_files).and_then(|id| read_scenario(id, file)) {
            Ok(scenario) => scenarios.push(scenario),
            Err(found) => mistakes.extend(found),
        }
    }
    if let Origin::Directory(root) = &origin {
        mistakes.extend(strays(root, &scenario_files));
    }
    let base = match read_instance(&instance_file, env) {
        Ok(base) => base,
        Err(mut found) => {
            found.extend(mistakes);
            return Err(PackError::Mistakes(found));
        }
    };
    let mut entries = Vec::new();
    for scenario in scenarios {
        let (instance, found) = lay(&base.instance, &scenario, env);
        if found.is_empty() {
            entries.push(Entry { scenario, instance });
        }
        mistakes.extend(found);
    }
    entries.sort_by(|a, b| a.scenario.id.cmp(&b.scenario.id));
    let snapshots = origin.snapshots();
    let settings = entries.iter().map(|entry| &entry.instance.settings).chain([&base.instance.settings]);
    let redactor = Redactor::new(settings.flat_map(|settings| settings.buyers.iter().map(|buyer| buyer.key.clone())));
    let Base { instance, sample, sample_place, key } = base;
    let sums = sums(&instance_file, &scenario_files);
    let pack =
        Pack { origin, network: None, behaviour: None, instance, sample, key, entries, snapshots, redactor, sums };
    mistakes.extend(lint(&pack, &instance_file, sample_place.as_ref()));
    mistakes.sort_by(|a, b| (a.path(), a.start()).cmp(&(b.path(), b.start())));
    Ok((pack, mistakes))
}

fn scenario_id(below: &str, file: &SourceFile, others: &[PackFile]) -> Result<ScenarioId, Vec<Diagnostic>> {
    let mistake = |message: String, help: &str| vec![file.mistake(None, message).help(help)];
    let Some(id) = below.strip_suffix(".yaml") else {
        let name = below.rfind('.').map_or(below, |dot| &below[..dot]);
        let read = format!("{name}.yaml");
        if read == INSTANCE || others.iter().any(|other| other.below == read) {
            let message = format!("there is {SCENARIOS}/{read} already, and only that is read");
            return Err(mistake(message, "remove one of the two"));
        }
        return Err(mistake(
            "the name of a scenario's file ends with .yaml".into(),
            "rename it, or move it elsewhere if it is not a scenario",
        ));
    };
    if is_instance(&file.text) {
        let help = "a pack has one, scenarios/instance.yaml; put what differs in a scenario under its `instance:`";
        return Err(mistake("this is an instance, not a scenario".into(), help));
    }
    ScenarioId::new(id).map_err(|reason| {
        mistake(reason, "a scenario is a file scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml")
    })
}

struct Base {
    instance: Instance,
    sample: Update,
    /// Where its lead stands.
    sample_place: Option<Place>,
    key: Secret,
}

fn read_instance(file: &SourceFile, env: Env<'_>) -> Result<Base, Vec<Diagnostic>> {
    let changes: InstanceChanges = read(file)?;
    // An instance that says nothing of it is one in which the API can be used at all.
    let mut settings = Settings { enabled: true, ..Settings::default() };
    let mut mistakes = apply_settings(&mut settings, &changes, file, env);
    let buyer = settings.buyers.iter().find(|buyer| buyer.name == settings.lead_defaults.buyer);
    let key = buyer.map(|buyer| buyer.key.clone());
    if settings.buyers.is_empty() || (key.is_none() && mistakes.is_empty()) {
        mistakes.push(file.mistake(None, "the instance has no buyer").help("add `buyers: [{ name: …, key: … }]`"));
    }
    let mut instance = Instance::new(Arc::new(settings));
    mistakes.extend(apply_leads(&mut instance, &changes.leads, file));
    instance.shrink();
    if changes.sample.is_none() {
        let help = "add the update a client is tried with first: `sample: { lead_id: …, status: … }`";
        mistakes.push(file.mistake(None, "the instance has no sample").help(help));
    }
    match (key, changes.sample) {
        (Some(key), Some(sample)) if mistakes.is_empty() => {
            let place = place_of(&sample.value.lead_id);
            let sample = sample.value;
            mistakes = sample.mistakes(place.as_ref(), file);
            if !mistakes.is_empty() {
                return Err(mistakes);
            }
            if instance.lead_like(&sample.lead_id.value).is_none() {
                let message = format!("the sample's lead {:?} is not among the leads", sample.lead_id.value);
                let help = format!("add `leads: [{{ id: {} }}]`", sample.lead_id.value);
                return Err(vec![file.mistake(place, message).help(help)]);
            }
            let sample = Update {
                lead_id: sample.lead_id.value,
                status: sample.status.value,
                sub_status: sample.sub_status.map(|name| name.value),
                fields: sample.fields,
            };
            Ok(Base { instance, sample, sample_place: place, key })
        }
        _ => Err(mistakes),
    }
}

/// An instance's file by itself, as support has one of a network.
pub fn read_instance_file(file: &SourceFile, env: Env<'_>) -> Result<Instance, Vec<Diagnostic>> {
    read_instance(file, env).map(|base| base.instance)
}

/// Lays a scenario over the pack's instance. The leads its steps name exist unless it removes them.
fn lay(base: &Instance, scenario: &Scenario, env: Env<'_>) -> (Instance, Vec<Diagnostic>) {
    let mut settings = Settings::clone(&base.settings);
    let mut mistakes = apply_settings(&mut settings, &scenario.changes, &scenario.file, env);
    let settings = if settings == *base.settings { Arc::clone(&base.settings) } else { Arc::new(settings) };
    let mut instance = Instance::new(settings);
    for step in &scenario.steps {
        let id = &step.update.lead_id;
        let known = base.lead_like(id).filter(|lead| *lead.id == **id).cloned();
        instance.add_lead(known.unwrap_or_else(|| instance.settings.lead_defaults.lead(id)));
    }
    mistakes.extend(apply_leads(&mut instance, &scenario.changes.leads, &scenario.file));
    (instance, mistakes)
}

#[cfg(test)]
mod tests {
    use super::{Origin, load};

    #[test]
    fn the_standard_pack_has_no_mistakes_and_enough_scenarios() {
        let (pack, mistakes) = load(Origin::Standard, &|_| None).unwrap();
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(mistakes.join("\n\n"), "");
        assert!(pack.entries.len() >= 30);
        for scenario in pack.entries.iter().map(|entry| &entry.scenario) {
            assert!(scenario.basis.is_some(), "{} names no `basis`", scenario.id);
            assert!(scenario.why.as_deref().is_some_and(|why| !why.trim().is_empty()), "{} needs `why`", scenario.id);
        }
    }
}

//! `docs/fidelity.md` is made of `docs/fidelity.yaml`, and what that says is so: the scenarios and the tests it names are there,
//! and no knob is left out. `WRITE=1 cargo test --test it fidelity` writes the page anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use caketester::cake::Policy;
use caketester::pack::{Origin, Pack, load};
use serde::Deserialize;
use serde_json::{Map, Value};

const HEAD: &str = "\
# What caketester takes CAKE to do

Every behaviour of the mock, what it rests on, and the scenario that shows it. *Documented* is what CAKE's own article says;
*platform* is certain for the platform under CAKE; *assumed* is a guess, and where it is a knob, an instance or a scenario can
[set it](scenarios.md#policy). Where no scenario can show a behaviour, a test holds it.

This page is made of [fidelity.yaml](fidelity.yaml), and a test keeps it true.
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fidelity {
    sources: BTreeMap<String, String>,
    sections: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: String,
    behaviours: Vec<Behaviour>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    does: String,
    basis: String,
    source: String,
    /// The numbers of the articles of CAKE's that it rests on.
    #[serde(default)]
    articles: Vec<u64>,
    knob: Option<String>,
    #[serde(default)]
    scenarios: Vec<String>,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default = "yes")]
    simulated: bool,
}

fn yes() -> bool {
    true
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fidelity() -> Fidelity {
    let text = fs::read_to_string(root().join("docs/fidelity.yaml")).expect("the file is in the repository");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("docs/fidelity.yaml: {error}"))
}

fn behaviours(fidelity: &Fidelity) -> impl Iterator<Item = &Behaviour> {
    fidelity.sections.iter().flat_map(|section| &section.behaviours)
}

fn standard_pack() -> Pack {
    let (pack, mistakes) = load(Origin::Standard, &|_| None).expect("the standard pack can be read");
    assert!(mistakes.is_empty(), "{mistakes:?}");
    pack
}

fn knobs(policy: &Policy) -> Map<String, Value> {
    let Ok(Value::Object(knobs)) = serde_json::to_value(policy) else { panic!("a policy is a map") };
    knobs
}

/// The scenarios that show a behaviour: those named, and those that turn its knob.
fn shown_by(behaviour: &Behaviour, pack: &Pack) -> Vec<String> {
    let setting = |policy: &Policy| behaviour.knob.as_ref().map(|knob| knobs(policy).remove(knob));
    let plain = setting(&pack.instance.settings.policy);
    let turn = pack.entries.iter().filter(|entry| setting(&entry.instance.settings.policy) != plain);
    let mut ids = behaviour.scenarios.clone();
    ids.extend(turn.map(|entry| entry.scenario.id.to_string()).filter(|id| !behaviour.scenarios.contains(id)));
    ids
}

fn words(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn page(fidelity: &Fidelity, pack: &Pack) -> String {
    let defaults = knobs(&Policy::default());
    let mut page = HEAD.to_owned();
    for section in &fidelity.sections {
        let has_knobs = section.behaviours.iter().any(|behaviour| behaviour.knob.is_some());
        let (knob, line) = if has_knobs { (" knob, default |", "---|") } else { ("", "") };
        let title = &section.title;
        let _ = write!(
            page,
            "\n## {title}\n\n| what happens |{knob} basis | known from | shown by |\n|---|{line}---|---|---|\n"
        );
        for behaviour in &section.behaviours {
            let Behaviour { does, basis, source, articles, tests, simulated, .. } = behaviour;
            let articles: Vec<String> = articles.iter().map(u64::to_string).collect();
            let articles =
                if articles.is_empty() { String::new() } else { format!(" (article {})", articles.join(", ")) };
            let scenario = |id: &String| format!("[{id}](../scenarios/{id}.yaml)");
            let mut shown: Vec<String> = shown_by(behaviour, pack).iter().map(scenario).collect();
            shown.extend(tests.iter().map(|test| {
                let (file, name) = test.split_once("::").unwrap_or((test, ""));
                format!("[{}](../{file})", name.replace('_', " "))
            }));
            let shown = if *simulated { shown.join(", ") } else { "not simulated so far".into() };
            let knob = match &behaviour.knob {
                Some(knob) => format!(" `{knob}`: {} |", words(&defaults[knob])),
                None if has_knobs => " |".into(),
                None => String::new(),
            };
            let _ = writeln!(page, "| {does} |{knob} {basis} | {}{articles} | {shown} |", fidelity.sources[source]);
        }
    }
    page
}

#[test]
fn the_page_is_what_the_table_says() {
    let path: PathBuf = root().join("docs/fidelity.md");
    let page = page(&fidelity(), &standard_pack());
    if std::env::var_os("WRITE").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "docs/fidelity.md is not current: `WRITE=1 cargo test --test it fidelity` writes it anew"
    );
}

#[test]
fn every_scenario_and_every_test_that_is_named_exists() {
    let pack = standard_pack();
    for behaviour in behaviours(&fidelity()) {
        for id in &behaviour.scenarios {
            let exists = pack.entries.iter().any(|entry| entry.scenario.id.to_string() == *id);
            assert!(exists, "there is no scenario {id}: {}", behaviour.does);
        }
        for test in &behaviour.tests {
            let (file, name) = test.split_once("::").expect("a test is named as file::function");
            let text = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(text.contains(&format!("fn {name}()")), "there is no test {name} in {file}");
        }
    }
}

#[test]
fn every_behaviour_is_shown_or_held_or_said_to_be_missing() {
    let pack = standard_pack();
    for behaviour in behaviours(&fidelity()) {
        let is_shown = !shown_by(behaviour, &pack).is_empty() || !behaviour.tests.is_empty();
        assert_eq!(is_shown, behaviour.simulated, "{}", behaviour.does);
        let known = ["documented", "platform", "assumed"].contains(&&*behaviour.basis);
        assert!(known, "{:?} is no basis: {}", behaviour.basis, behaviour.does);
    }
}

#[test]
fn every_knob_of_the_policy_is_there_once() {
    let mut told: Vec<String> = behaviours(&fidelity()).filter_map(|behaviour| behaviour.knob.clone()).collect();
    let mut knobs: Vec<String> = knobs(&Policy::default()).into_iter().map(|(name, _)| name).collect();
    told.sort();
    knobs.sort();
    assert_eq!(told, knobs);
}

#[test]
fn every_scenario_of_the_platform_is_there() {
    let (fidelity, pack) = (fidelity(), standard_pack());
    let told: Vec<String> = behaviours(&fidelity).flat_map(|behaviour| shown_by(behaviour, &pack)).collect();
    let ids = pack.entries.iter().map(|entry| entry.scenario.id.to_string());
    let platform: Vec<String> = ids.filter(|id| id.starts_with("platform/")).collect();
    assert!(!platform.is_empty(), "there is no area platform/");
    for id in platform {
        assert!(told.contains(&id), "docs/fidelity.yaml does not name {id}");
    }
}

//! What more than one rendering says.

use std::collections::BTreeMap;

use crate::judge::{Report, ScenarioReport, ScenarioState};
use crate::plural::plural;
use crate::rules::RuleId;

/// How many scenarios are named in a row.
const NAMED: usize = 5;

/// How many scenarios there were, and what became of them.
pub(super) fn counts(report: &Report) -> String {
    let states = [
        (ScenarioState::Passed, "passed"),
        (ScenarioState::Failed, "failed"),
        (ScenarioState::Flaky, "flaky"),
        (ScenarioState::Known, "known to fail"),
        (ScenarioState::NotRun, "not run"),
        (ScenarioState::OutOfScope, "out of scope"),
    ];
    let is_told = |state| matches!(state, ScenarioState::Passed | ScenarioState::Failed) || report.count(state) > 0;
    let told = states.into_iter().filter(|(state, _)| is_told(*state));
    let told: Vec<String> = told.map(|(state, word)| format!("{} {word}", report.count(state))).collect();
    format!("{}: {}", plural(report.scenarios.len(), "scenario"), told.join(", "))
}

/// How often a scenario failed that sometimes does.
pub(super) fn flaky(scenario: &ScenarioReport) -> Option<String> {
    let is_flaky = scenario.state == ScenarioState::Flaky;
    is_flaky.then(|| format!("failed in {} of {} runs", scenario.failed_runs, scenario.runs))
}

/// The same with its id, in a row of others.
pub(super) fn flaky_runs(scenario: &ScenarioReport) -> Option<String> {
    flaky(scenario).map(|runs| format!("{} {runs}", scenario.id))
}

/// The rules that are known to be broken in a scenario, and why each is left so.
pub(super) fn known(scenario: &ScenarioReport) -> BTreeMap<RuleId, &str> {
    scenario.findings().filter_map(|finding| Some((finding.rule?, finding.known.as_deref()?))).collect()
}

/// How long the run took.
pub(super) fn seconds(report: &Report) -> String {
    format!("{:.2} s", std::time::Duration::from_millis(report.duration_ms).as_secs_f64())
}

/// What else there is to know or to do, each with what it is about.
pub(super) fn notes(report: &Report) -> Vec<(&'static str, String)> {
    let known = report.scenarios.iter().flat_map(|scenario| {
        known(scenario).into_iter().map(|(rule, reason)| format!("{rule} in {}: {reason}", scenario.id))
    });
    let notes = report.notes.iter().chain(&report.remarks).cloned().map(|note| ("note", note));
    let snapshots = snapshot_notes(report).into_iter().map(|note| ("snapshots", note));
    let baseline = report.baseline.iter().cloned().map(|complaint| ("baseline", complaint));
    notes.chain(snapshots).chain(known.map(|note| ("known", note))).chain(baseline).collect()
}

/// What there is to do about snapshots.
fn snapshot_notes(report: &Report) -> Vec<String> {
    let snapshots = &report.snapshots;
    let pack = shell_words::quote(&report.pack);
    let unwritten = snapshots.unwritten();
    let notes = [
        (&unwritten, "missing for {}; a run outside CI writes it for review".to_owned()),
        (&snapshots.pending, format!("pending review: {{}}; run `caketester snapshots review --pack {pack}`")),
        (
            &snapshots.orphaned,
            format!("no step expects {{}}; `caketester snapshots prune --pack {pack}` removes what is not expected"),
        ),
    ];
    let told = notes.into_iter().filter(|(names, _)| !names.is_empty());
    told.map(|(names, what)| what.replace("{}", &few(names))).collect()
}

/// Names, as many as can be taken in.
pub(super) fn few<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether something is wrong with a scenario that no rule asks for.
pub(super) fn fails_without_a_rule(scenario: &ScenarioReport) -> bool {
    scenario.findings().any(|finding| finding.rule.is_none())
}

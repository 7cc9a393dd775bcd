//! What more than one rendering says.

use std::fmt::Write as _;

use crate::judge::{Report, ScenarioReport, ScenarioState};
use crate::plural::plural;
use crate::rules::RuleId;

/// How many scenarios are named in a row.
const NAMED: usize = 5;

/// How many scenarios there were, and what became of them.
pub(super) fn counts(report: &Report) -> String {
    let [passed, failed] = [ScenarioState::Passed, ScenarioState::Failed].map(|state| report.count(state));
    let mut counts = format!("{}: {passed} passed, {failed} failed", plural(report.scenarios.len(), "scenario"));
    for (state, word) in [
        (ScenarioState::Flaky, "flaky"),
        (ScenarioState::Known, "known to fail"),
        (ScenarioState::NotRun, "not run"),
        (ScenarioState::OutOfScope, "out of scope"),
    ] {
        let count = report.count(state);
        if count > 0 {
            // Writing into a String cannot fail.
            let _ = write!(counts, ", {count} {word}");
        }
    }
    counts
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

/// What is known to be wrong, and why it is left so.
pub(super) fn known(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    for scenario in &report.scenarios {
        let mut told: Vec<RuleId> = Vec::new();
        for finding in scenario.findings() {
            if let (Some(rule), Some(reason)) = (finding.rule, &finding.known)
                && !told.contains(&rule)
            {
                told.push(rule);
                notes.push(format!("{rule} in {}: {reason}", scenario.id));
            }
        }
    }
    notes
}

/// How long the run took.
pub(super) fn seconds(report: &Report) -> String {
    format!("{:.2} s", std::time::Duration::from_millis(report.duration_ms).as_secs_f64())
}

/// What there is to do about snapshots.
pub(super) fn snapshot_notes(report: &Report) -> Vec<String> {
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
pub(super) fn few(names: &[String]) -> String {
    match names.get(NAMED..) {
        Some(rest) if !rest.is_empty() => format!("{} and {} more", names[..NAMED].join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// Whether something is wrong with a scenario that no rule asks for.
pub(super) fn fails_without_a_rule(scenario: &ScenarioReport) -> bool {
    scenario.findings().any(|finding| finding.rule.is_none())
}

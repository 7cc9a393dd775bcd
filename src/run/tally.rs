//! What became of every rule in a run, and which breaches have one cause.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::{ScenarioReport, StepReport};
use crate::protocol::Outcome;
use crate::rules::{Level, RULES, Rule, RuleId};
use crate::scenario::Basis;

/// What became of a rule in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleReport {
    /// Its ID.
    pub id: RuleId,
    /// What it asks.
    pub title: String,
    /// How much it weighs.
    pub level: Level,
    /// What it rests on.
    pub basis: Basis,
    /// What became of it.
    pub state: RuleState,
    /// In how many steps it was checked.
    pub checks: usize,
    /// The steps in which it was broken.
    pub broken: Vec<StepRef>,
    /// The more basic rule whose breach most likely explains this one.
    pub because_of: Option<RuleId>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It was kept wherever it applied.
    Kept,
    /// It was broken.
    Broken,
    /// It applied nowhere; or it forbids something, to a client that does not get a plain update through.
    NotExercised,
}

/// A step of a scenario, and of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepRef {
    /// The id of the scenario.
    pub scenario: String,
    /// The name of the step, where the scenario has several.
    pub step: Option<String>,
}

/// What became of every rule, the most basic first. Who does nothing keeps every rule that forbids something, so those
/// count only for a client that gets a plain update through.
pub(super) fn tally(scenarios: &[ScenarioReport], gets_through: bool) -> Vec<RuleReport> {
    let mut reports: Vec<RuleReport> = Vec::new();
    let mut outcomes: Vec<BTreeSet<Option<Outcome>>> = Vec::new();
    for rule in &RULES {
        let steps = || scenarios.iter().flat_map(|scenario| scenario.steps.iter().map(move |step| (scenario, step)));
        let broken: Vec<_> = steps().filter(|(_, step)| breaks(step, rule)).collect();
        let counts = gets_through || !rule.restrains;
        let checks =
            if counts { steps().filter(|(_, step)| step.rules.contains(&rule.id)).count() } else { broken.len() };
        let concluded: BTreeSet<_> = broken.iter().map(|(_, step)| step.concluded).collect();
        let explains = |(cause, theirs): (&RuleReport, &BTreeSet<_>)| {
            let is_likely = cause.state == RuleState::Broken && rule.follows.contains(&cause.id);
            // Who takes refusals for success does not thereby take successes for refusals.
            let is_alike = !cause.id.is_about_outcomes() || !concluded.is_disjoint(theirs);
            (is_likely && is_alike).then_some(cause.because_of.unwrap_or(cause.id))
        };
        let because_of = if broken.is_empty() { None } else { reports.iter().zip(&outcomes).find_map(explains) };
        reports.push(RuleReport {
            id: rule.id,
            title: rule.title.to_owned(),
            level: rule.level,
            basis: rule.basis,
            state: match (broken.len(), checks) {
                (1.., _) => RuleState::Broken,
                (0, 1..) => RuleState::Kept,
                (0, 0) => RuleState::NotExercised,
            },
            checks,
            broken: broken.into_iter().map(step_ref).collect(),
            because_of,
        });
        outcomes.push(concluded);
    }
    reports
}

fn breaks(step: &StepReport, rule: &Rule) -> bool {
    step.findings.iter().any(|finding| finding.rule == Some(rule.id))
}

fn step_ref((scenario, step): (&ScenarioReport, &StepReport)) -> StepRef {
    StepRef { scenario: scenario.id.clone(), step: step.name.clone() }
}

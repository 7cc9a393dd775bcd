//! What became of every rule in a run, and which breaches have one cause.

use std::collections::BTreeSet;

use super::conclusions::{RuleReport, RuleState, StepRef};
use super::report::{Report, ScenarioReport, ScenarioState, StepReport};
use crate::protocol::Outcome;
use crate::rules::{RULES, Rule, RuleId, Takes, Weight, follows};

/// What became of every rule: first where it is required, then where it is recommended, then where it is a note, and the
/// most basic first. A client that does nothing keeps every rule that forbids something, so those count only for one that
/// gets a plain update through.
pub(crate) fn tally(scenarios: &[ScenarioReport], gets_through: bool) -> Vec<RuleReport> {
    let mut tallied: Vec<(RuleReport, InBreach)> = Vec::new();
    for weight in [Weight::Required, Weight::Recommended, Weight::Note] {
        for rule in &RULES {
            let steps =
                || scenarios.iter().flat_map(|scenario| scenario.steps.iter().map(move |step| (scenario, step)));
            let broken: Vec<_> = steps().filter(|(_, step)| breaks(step, rule, weight)).collect();
            let is_checked = |scenario: &ScenarioReport, step: &StepReport| {
                step.rules.contains(&rule.id) && scenario.weight_of(rule) == weight
            };
            let checks = if gets_through || !rule.restrains {
                steps().filter(|(scenario, step)| is_checked(scenario, step) || breaks(step, rule, weight)).count()
            } else {
                broken.len()
            };
            if checks == 0 && rule.weight_in(None, false) != weight {
                continue;
            }
            let concluded = InBreach::of(rule.id, &broken);
            let because_of = if broken.is_empty() { None } else { cause(rule, &concluded, &tallied) };
            let report = RuleReport {
                id: rule.id,
                title: rule.title.to_owned(),
                level: rule.level,
                basis: rule.basis,
                weight,
                state: match (broken.len(), checks) {
                    (1.., _) => RuleState::Broken,
                    (0, 1..) => RuleState::Kept,
                    (0, 0) => RuleState::NotExercised,
                },
                checks,
                broken: broken.into_iter().map(step_ref).collect(),
                because_of,
            };
            tallied.push((report, concluded));
        }
    }
    tallied.into_iter().map(|(report, _)| report).collect()
}

/// What a client concluded where it broke a rule.
struct InBreach {
    outcomes: BTreeSet<Option<Outcome>>,
    /// Whether that was the mistake, and not what it sent.
    is_the_mistake: bool,
}

impl InBreach {
    fn of(rule: RuleId, broken: &[(&ScenarioReport, &StepReport)]) -> Self {
        let outcomes = broken.iter().map(|(_, step)| step.concluded).collect();
        Self { outcomes, is_the_mistake: rule.takes() == Takes::Outcome }
    }

    fn claims_success(&self) -> bool {
        self.is_the_mistake && self.outcomes.contains(&Some(Outcome::Updated))
    }

    /// Whether the same mistake may lie behind another breach: a client that takes refusals for success need not
    /// take successes for refusals. A claimed success is explained by a claimed success alone.
    fn may_explain(&self, other: &Self) -> bool {
        let is_alike = !self.is_the_mistake || !self.outcomes.is_disjoint(&other.outcomes);
        is_alike && (self.claims_success() || !other.claims_success())
    }
}

/// The rule under which a breach is told: one that it follows, or the one under which that is told itself.
fn cause(rule: &Rule, concluded: &InBreach, tallied: &[(RuleReport, InBreach)]) -> Option<RuleId> {
    let broken = || tallied.iter().filter(|(cause, _)| cause.state == RuleState::Broken);
    let causes = broken().filter(|(cause, _)| cause.id == rule.id || follows(rule.id).contains(&cause.id));
    let roots = causes.map(|(cause, _)| cause.because_of.unwrap_or(cause.id));
    let is_told = |root: &RuleId| {
        broken().any(|(cause, theirs)| cause.id == *root && cause.because_of.is_none() && theirs.may_explain(concluded))
    };
    roots.into_iter().find(is_told)
}

fn breaks(step: &StepReport, rule: &Rule, weight: Weight) -> bool {
    step.findings.iter().any(|finding| finding.rule == Some(rule.id) && finding.weight == weight)
}

fn step_ref((scenario, step): (&ScenarioReport, &StepReport)) -> StepRef {
    StepRef { scenario: scenario.id.clone(), step: step.name.clone() }
}

/// A client that says the same whatever CAKE answers does not read the answer. One that was asked for the same each
/// time may.
pub(crate) fn always_the_same(report: &Report) -> Option<String> {
    let steps: Vec<&StepReport> = report.scenarios.iter().flat_map(|scenario| &scenario.steps).collect();
    let (first, others) = steps.split_first()?;
    let said = first.concluded?;
    // Of what is flaky a run is shown that failed; in another the client may well have told what it read.
    let steady = report.count(ScenarioState::Flaky) == 0;
    let same = steady && others.iter().all(|step| step.concluded == Some(said));
    // Where the requests are wrong, the answers may well be all alike.
    let wrong = |step: &&StepReport| {
        step.findings.iter().any(|finding| finding.rule.is_some_and(|rule| rule.takes() == Takes::Outcome))
    };
    let differs = |step: &&StepReport| step.expected.iter().all(|outcome| !first.expected.contains(outcome));
    (same && others.iter().any(differs) && steps.iter().any(wrong)).then(|| {
        let word = said.word();
        format!(
            "the client concluded {word:?} in every one of {} steps, whatever CAKE answered: check how \
             the program turns the answer into its exit code or outcome",
            steps.len()
        )
    })
}

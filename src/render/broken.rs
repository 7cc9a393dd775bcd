//! Broken rules as a reader wants them: one that no other explains, a case of it, and what was probably broken by the
//! same mistake.

use super::said::flaky_runs;
use crate::judge::{Finding, Report, RuleReport, RuleState, ScenarioReport, StepRef, StepReport};
use crate::rules::{Rule, Weight, rule};
use crate::scenario::Basis;

/// What is said of behaviour of CAKE that is assumed.
pub(super) const NOBODY_KNOWS: &str = "CAKE may do this; nobody outside CAKE knows";

/// A broken rule.
pub(super) struct Broken<'r> {
    pub(super) rule: &'r RuleReport,
    pub(super) text: Option<&'static Rule>,
    /// The ids of the scenarios it was broken in.
    pub(super) scenarios: Vec<&'r str>,
    /// Which of them failed in some runs only, and in how many.
    pub(super) flaky: Vec<String>,
    pub(super) case: Option<Example<'r>>,
    /// The rules that were probably broken by the same mistake.
    pub(super) explained: Vec<Broken<'r>>,
}

/// The broken rules that no other explains, by what they do to the run.
pub(super) struct Roots<'r> {
    /// They fail it.
    pub(super) deciding: Vec<Broken<'r>>,
    /// They are listed.
    pub(super) recommended: Vec<Broken<'r>>,
    /// They are worth knowing.
    pub(super) notes: Vec<Broken<'r>>,
}

/// The step that shows a broken rule best.
pub(super) struct Example<'r> {
    pub(super) scenario: &'r ScenarioReport,
    pub(super) step: &'r StepReport,
    pub(super) findings: Vec<&'r Finding>,
}

impl<'r> Broken<'r> {
    /// The broken rules that no other explains, the most basic first.
    pub(super) fn roots(report: &'r Report) -> Roots<'r> {
        let broken = report.rules.iter().filter(|rule| is_new(rule, report) && !is_explained(rule, report));
        let (deciding, others): (Vec<_>, Vec<_>) =
            broken.map(|rule| Self::of(rule, report)).partition(|broken| report.decides(broken.rule));
        let (recommended, notes) = others.into_iter().partition(|broken| broken.rule.weight == Weight::Recommended);
        Roots { deciding, recommended, notes }
    }

    fn of(broken: &'r RuleReport, report: &'r Report) -> Self {
        let mut scenarios: Vec<&str> = broken.broken.iter().map(|step| &*step.scenario).collect();
        scenarios.dedup();
        let is_its = |scenario: &&ScenarioReport| scenarios.contains(&&*scenario.id);
        let flaky = report.scenarios.iter().filter(is_its);
        let flaky = flaky.filter_map(flaky_runs).collect();
        let case = telling(report, broken).map(|(scenario, step)| Example {
            scenario,
            step,
            findings: step.findings.iter().filter(|it| is_of(it, broken)).collect(),
        });
        let others = report.rules.iter().filter(|other| other.because_of == Some(broken.id) && is_new(other, report));
        let others = others.filter(|other| !(other.id == broken.id && other.weight == broken.weight));
        let explained =
            if broken.because_of.is_some() { vec![] } else { others.map(|other| Self::of(other, report)).collect() };
        Self { rule: broken, text: rule(broken.id.as_str()), scenarios, flaky, case, explained }
    }

    /// Whether CAKE's behaviour is assumed wherever it was broken.
    pub(super) fn is_assumed(&self, report: &Report) -> bool {
        let is_assumed = |id: &&str| {
            let scenario = report.scenarios.iter().find(|scenario| scenario.id == **id);
            scenario.is_some_and(|scenario| scenario.basis == Some(Basis::Assumed))
        };
        self.scenarios.iter().all(is_assumed)
    }

    /// What it weighs, in words that claim no more than is known.
    pub(super) fn weight(&self, report: &Report) -> String {
        let word = self.rule.weight.word();
        match self.rule.weight {
            Weight::Recommended if self.is_assumed(report) => format!("{word}: {NOBODY_KNOWS}"),
            _ => word.to_owned(),
        }
    }

    /// What to change, as the rule says it.
    pub(super) fn change(&self) -> String {
        self.text.map_or_else(String::new, |rule| rule.help(None))
    }

    /// The words a reader may look for it by.
    pub(super) fn words(&self) -> String {
        let ids: Vec<&str> = self.explained.iter().map(|other| other.rule.id.as_str()).collect();
        format!("{} {} {} {}", self.rule.id, ids.join(" "), self.rule.title, self.scenarios.join(" "))
    }
}

/// Whether a rule is broken in a way that is not known.
pub(super) fn is_new(rule: &RuleReport, report: &Report) -> bool {
    let mut findings = report.scenarios.iter().flat_map(ScenarioReport::findings);
    rule.state == RuleState::Broken && findings.any(|finding| is_of(finding, rule))
}

/// Whether a finding is a breach of a rule where it weighs so much, and not known.
fn is_of(finding: &Finding, rule: &RuleReport) -> bool {
    finding.rule == Some(rule.id) && finding.weight == rule.weight && finding.known.is_none()
}

/// Whether a broken rule is explained by another. What explains it may be known, and is not told then.
fn is_explained(rule: &RuleReport, report: &Report) -> bool {
    let mut causes =
        report.rules.iter().filter(|cause| Some(cause.id) == rule.because_of && cause.because_of.is_none());
    causes.any(|cause| is_new(cause, report))
}

/// The step that shows most of a broken rule: of a documented scenario, and there of one that is meant to be looked at first.
fn telling<'r>(report: &'r Report, rule: &RuleReport) -> Option<(&'r ScenarioReport, &'r StepReport)> {
    let find = |at: &StepRef| {
        let scenario = report.scenarios.iter().find(|scenario| scenario.id == at.scenario)?;
        let step = scenario.steps.iter().find(|step| step.name == at.step)?;
        step.findings.iter().any(|finding| is_of(finding, rule)).then_some((scenario, step))
    };
    rule.broken.iter().filter_map(find).min_by_key(|(scenario, _)| {
        (scenario.basis != Some(Basis::Documented), !scenario.tags.iter().any(|tag| tag == "smoke"))
    })
}

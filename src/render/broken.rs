//! Broken rules as a reader wants them: one that no other explains, a case of it, and what was probably broken by the
//! same mistake.

use super::said::{few, flaky_runs};
use crate::judge::{Finding, Report, RuleReport, ScenarioReport, StepRef, StepReport};
use crate::plural::plural;
use crate::rules::{Rule, Weight, rule};
use crate::scenario::Basis;

/// What is said of behaviour of CAKE that is assumed.
pub(super) const NOBODY_KNOWS: &str = "CAKE may do this; nobody outside CAKE knows";

/// A broken rule.
pub(super) struct Broken<'r> {
    pub(super) rule: &'r RuleReport,
    pub(super) text: &'static Rule,
    /// The ids of the scenarios it was broken in.
    pub(super) scenarios: Vec<&'r str>,
    /// Which of them failed in some runs only, and in how many.
    pub(super) flaky: Vec<String>,
    pub(super) case: Example<'r>,
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
        let roots = report.rules.iter().filter(|rule| !is_explained(rule, report));
        let (deciding, others): (Vec<_>, Vec<_>) =
            roots.filter_map(|rule| Self::of(rule, report)).partition(|broken| report.decides(broken.rule));
        let (recommended, notes) = others.into_iter().partition(|broken| broken.rule.weight == Weight::Recommended);
        Roots { deciding, recommended, notes }
    }

    /// Nothing where all that breaks it is known.
    fn of(broken: &'r RuleReport, report: &'r Report) -> Option<Self> {
        let (case, text) = (telling(report, broken)?, rule(broken.id.as_str())?);
        let mut scenarios: Vec<&str> = broken.broken.iter().map(|step| &*step.scenario).collect();
        scenarios.dedup();
        let is_its = |scenario: &&ScenarioReport| scenarios.contains(&&*scenario.id);
        let flaky = report.scenarios.iter().filter(is_its).filter_map(flaky_runs).collect();
        let follows = |other: &&RuleReport| {
            broken.because_of.is_none() && other.because_of == Some(broken.id) && !std::ptr::eq(*other, broken)
        };
        let explained = report.rules.iter().filter(follows).filter_map(|other| Self::of(other, report)).collect();
        Some(Self { rule: broken, text, scenarios, flaky, case, explained })
    }

    /// Its ID, and what it asks.
    pub(super) fn heading(&self) -> String {
        format!("{} {}", self.rule.id, self.rule.title)
    }

    /// How many scenarios it was broken in, and the first of them.
    pub(super) fn listed(&self) -> String {
        format!("{}: {}", plural(self.scenarios.len(), "scenario"), few(&self.scenarios))
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
        self.text.help(None)
    }

    /// The IDs of the rules that were probably broken by the same mistake.
    pub(super) fn others(&self) -> Vec<&'static str> {
        self.explained.iter().map(|other| other.rule.id.as_str()).collect()
    }
}

/// Whether a rule is broken in a way that is not known.
pub(super) fn is_new(rule: &RuleReport, report: &Report) -> bool {
    telling(report, rule).is_some()
}

/// Whether a broken rule is explained by another. What explains it may be known, and is not told then.
fn is_explained(rule: &RuleReport, report: &Report) -> bool {
    let is_its = |cause: &&RuleReport| Some(cause.id) == rule.because_of && cause.because_of.is_none();
    report.rules.iter().filter(is_its).any(|cause| is_new(cause, report))
}

/// The step that shows most of a broken rule: of a documented scenario, and there of one that is meant to be looked at first.
fn telling<'r>(report: &'r Report, rule: &RuleReport) -> Option<Example<'r>> {
    let is_its =
        |finding: &&Finding| finding.rule == Some(rule.id) && finding.weight == rule.weight && finding.known.is_none();
    let find = |at: &StepRef| {
        let scenario = report.scenarios.iter().find(|scenario| scenario.id == at.scenario)?;
        let step = scenario.steps.iter().find(|step| step.name == at.step)?;
        let findings: Vec<_> = step.findings.iter().filter(is_its).collect();
        (!findings.is_empty()).then_some(Example { scenario, step, findings })
    };
    rule.broken.iter().filter_map(find).min_by_key(|Example { scenario, .. }| {
        (scenario.basis != Some(Basis::Documented), !scenario.tags.iter().any(|tag| tag == "smoke"))
    })
}

//! Broken rules as a reader wants them: one that no other explains, a case of it, and what was probably broken by the
//! same mistake.

use super::human::{flaky_runs, is_explained, is_new, telling};
use crate::rules::{Level, Rule, rule};
use crate::run::{Finding, Report, RuleReport, ScenarioReport, StepReport};

/// A broken rule.
pub(super) struct Broken<'r> {
    pub(super) rule: &'r RuleReport,
    pub(super) text: Option<&'static Rule>,
    /// The ids of the scenarios it was broken in.
    pub(super) scenarios: Vec<&'r str>,
    /// Which of them failed in some runs only, and in how many.
    pub(super) flaky: Vec<String>,
    pub(super) case: Option<Case<'r>>,
    /// The rules that were probably broken by the same mistake.
    pub(super) explained: Vec<Broken<'r>>,
}

/// The step that shows a broken rule best.
pub(super) struct Case<'r> {
    pub(super) scenario: &'r ScenarioReport,
    pub(super) step: &'r StepReport,
    pub(super) findings: Vec<&'r Finding>,
}

impl<'r> Broken<'r> {
    /// The broken rules that no other explains, the most basic first: those that fail a run, and those that do not.
    pub(super) fn roots(report: &'r Report) -> (Vec<Self>, Vec<Self>) {
        let broken = report.rules.iter().filter(|rule| is_new(rule, report) && !is_explained(rule, report));
        broken.map(|rule| Self::of(rule, report)).partition(|broken| broken.rule.level != Level::Info)
    }

    fn of(broken: &'r RuleReport, report: &'r Report) -> Self {
        let mut scenarios: Vec<&str> = broken.broken.iter().map(|step| &*step.scenario).collect();
        scenarios.dedup();
        let is_its = |scenario: &&ScenarioReport| scenarios.contains(&&*scenario.id);
        let flaky = report.scenarios.iter().filter(is_its);
        let flaky = flaky.filter_map(flaky_runs).collect();
        let case = telling(report, broken.id, &broken.broken).map(|(scenario, step)| Case {
            scenario,
            step,
            findings: step.findings.iter().filter(|it| it.rule == Some(broken.id) && it.known.is_none()).collect(),
        });
        let others = report.rules.iter().filter(|other| other.because_of == Some(broken.id) && is_new(other, report));
        let explained = others.map(|other| Self::of(other, report)).collect();
        Self { rule: broken, text: rule(broken.id.0), scenarios, flaky, case, explained }
    }

    /// What to change, as the rule says it.
    pub(super) fn change(&self) -> &'static str {
        self.text.map_or("", |rule| rule.change)
    }

    /// The words a reader may look for it by.
    pub(super) fn words(&self) -> String {
        let ids: Vec<&str> = self.explained.iter().map(|other| other.rule.id.0).collect();
        format!("{} {} {} {}", self.rule.id, ids.join(" "), self.rule.title, self.scenarios.join(" "))
    }
}

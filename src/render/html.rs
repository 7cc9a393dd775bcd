//! The report as one page of HTML that opens from disk: the verdict, the rules, the scenarios, and both as a matrix.

use std::collections::BTreeSet;

use askama::Template;
use indexmap::IndexMap;

use super::broken::{Broken, Roots, is_new};
use super::difference::Difference;
use super::said::{counts, flaky, notes, seconds};
use super::summary::{answer, costs};
use super::verdict::{VerdictInWords, kept, told};
use super::visible::visible;
use super::wire::{answered, body, is_sent, shown};
use super::written::page;
use crate::judge::{Report, RuleReport, RuleState, ScenarioReport, ScenarioState, SubjectReport};
use crate::plural::{capital, plural};
use crate::protocol::Delivery;
use crate::rules::{RuleId, Weight};

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

/// How many scenarios of a group that failed for something else than a rule are open from the start.
const OPEN: usize = 10;

/// How many changes fit on the sheet with the summary.
const MOST_CHANGES: usize = 8;

/// The report as a page of HTML.
pub fn html(report: &Report) -> String {
    let report = &visible(report);
    let roots = Broken::roots(report);
    let shown = ReportPage { report, verdict: told(report), answer: answer(report, &roots), roots };
    // The parts are defined above the page, and leave their line ends.
    page(&shown).trim_start().to_owned() + "\n"
}

#[derive(Template)]
#[template(path = "report.html", whitespace = "minimize")]
struct ReportPage<'r> {
    report: &'r Report,
    verdict: VerdictInWords,
    /// Whether it is done, in a sentence.
    answer: Option<String>,
    roots: Roots<'r>,
}

/// A scenario in the list and in the matrix.
struct Listed<'r> {
    scenario: &'r ScenarioReport,
    state: &'static str,
    word: &'static str,
    sign: &'static str,
    /// The rules that it breaks, as far as they decide.
    broken: Vec<&'static str>,
}

impl<'r> Listed<'r> {
    fn of(scenario: &'r ScenarioReport) -> Self {
        let (state, word, sign) = match scenario.state {
            ScenarioState::Passed => ("passed", "passed", "✓"),
            ScenarioState::Failed => ("failed", "failed", "✗"),
            ScenarioState::Flaky => ("flaky", "flaky", "≈"),
            ScenarioState::Known => ("known", "known to fail", "•"),
            ScenarioState::NotRun => ("not_run", "not run", "–"),
            ScenarioState::OutOfScope => ("not_run", "out of scope", "–"),
        };
        let deciding = scenario.findings().filter(|finding| scenario.decides(finding));
        let mut broken: Vec<&str> = deciding.filter_map(|finding| Some(finding.rule?.as_str())).collect();
        broken.sort_unstable();
        broken.dedup();
        Self { scenario, state, word, sign, broken }
    }

    /// The words a reader may look for it by.
    fn words(&self) -> String {
        let Self { scenario, broken, .. } = self;
        format!("{} {} {} {}", scenario.id, scenario.title, scenario.tags.join(" "), broken.join(" "))
    }
}

/// What a rule is linked to by: its ID, and where it stands a second time, with another weight, that weight too.
fn anchor(report: &Report, rule: &RuleReport) -> String {
    let first = report.rules.iter().find(|other| other.id == rule.id);
    if first.is_none_or(|first| first.weight == rule.weight) {
        rule.id.to_string()
    } else {
        format!("{}-{}", rule.id, rule.weight.word())
    }
}

fn of_state(report: &Report, state: RuleState) -> Vec<&RuleReport> {
    report.rules.iter().filter(|rule| rule.state == state).collect()
}

/// What stands above the rules.
fn heading(report: &Report, mistakes: usize) -> String {
    let broken = report.rules.iter().filter(|rule| report.decides(rule) && is_new(rule, report)).count();
    match mistakes {
        0 => "Rules".to_owned(),
        _ if mistakes == broken => format!("{} broken", plural(broken, "rule")),
        _ => format!("{} broken, probably by {}", plural(broken, "rule"), plural(mistakes, "mistake")),
    }
}

/// What failed comes first, and then the other scenarios by area.
fn groups(report: &Report) -> IndexMap<&str, Vec<Listed<'_>>> {
    let mut groups: IndexMap<&str, Vec<Listed<'_>>> = ["failed", "flaky", "known"].map(|state| (state, vec![])).into();
    for entry in report.scenarios.iter().map(Listed::of) {
        let area = entry.scenario.id.split('/').next().unwrap_or_default();
        let group = if groups.contains_key(entry.state) { entry.state } else { area };
        groups.entry(group).or_default().push(entry);
    }
    groups.retain(|_, entries| !entries.is_empty());
    groups
}

/// The columns of the matrix: each rule that came up, once.
fn columns(report: &Report) -> Vec<&RuleReport> {
    let mut seen = BTreeSet::new();
    let came_up = report.rules.iter().filter(|rule| rule.state != RuleState::NotExercised);
    came_up.filter(|rule| seen.insert(rule.id)).collect()
}

/// A cell of the matrix: its class and its sign, or none where the rule did not apply.
fn cell(scenario: &ScenarioReport, rule: RuleId) -> Option<(&'static str, &'static str)> {
    let mut breaches = scenario.findings().filter(|finding| finding.rule == Some(rule)).peekable();
    let is_broken = breaches.peek().is_some();
    if breaches.any(|finding| scenario.decides(finding)) {
        return Some(("x", "✗"));
    }
    let applied = scenario.steps.iter().any(|step| step.rules.contains(&rule));
    if is_broken { Some(("w", "!")) } else { applied.then_some(("k", "●")) }
}

//! The report as one page of HTML that opens from disk: the verdict, the rules, the scenarios, and both as a matrix.

use askama::Template;

use super::broken::{Broken, Roots, is_new};
use super::difference::Difference;
use super::said::{counts, flaky, known, seconds, snapshot_notes};
use super::summary::Summary;
use super::verdict::{VerdictInWords, kept, told};
use super::visible::visible;
use super::wire::{answered, body, is_sent, shown};
use super::written::page;
use crate::judge::{Report, RuleReport, RuleState, ScenarioReport, ScenarioState, SubjectReport};
use crate::plural::plural;
use crate::protocol::Delivery;
use crate::rules::{RuleId, Weight};

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

/// How many scenarios that failed for something else than a rule are open from the start.
const OPEN: usize = 10;

/// The report as a page of HTML.
pub fn html(report: &Report) -> String {
    // The parts are defined above the page, and leave their line ends.
    page(&ReportPage::of(&visible(report))).trim_start().to_owned() + "\n"
}

#[derive(Template)]
#[template(path = "report.html", whitespace = "minimize")]
struct ReportPage<'r> {
    report: &'r Report,
    verdict: String,
    exit: u8,
    required: Option<String>,
    recommended_kept: Option<String>,
    below: Vec<(&'static str, String)>,
    mood: &'static str,
    counts: String,
    bar: [(&'static str, usize); 5],
    started: String,
    took: String,
    summary: Option<Summary<'r>>,
    /// The command for what failed.
    last_failed: Option<String>,
    notes: Vec<(&'static str, String)>,
    rules_heading: String,
    /// The broken rules that no other explains.
    roots: Vec<Broken<'r>>,
    /// Those of them that are recommended, and fail nothing.
    recommended: Vec<Broken<'r>>,
    /// Those that are worth knowing.
    info: Vec<Broken<'r>>,
    kept: Vec<&'r RuleReport>,
    not_exercised: Vec<&'r RuleReport>,
    /// What failed, and then the other scenarios by area.
    groups: Vec<(&'r str, Vec<Listed<'r>>)>,
    columns: Vec<&'r RuleReport>,
    rows: Vec<MatrixRow<'r>>,
}

/// A scenario in the list.
struct Listed<'r> {
    scenario: &'r ScenarioReport,
    state: &'static str,
    word: &'static str,
    sign: &'static str,
    broken: Vec<RuleId>,
    find: String,
    is_open: bool,
}

/// A scenario in the matrix.
struct MatrixRow<'r> {
    entry: Listed<'r>,
    cells: Vec<Cell>,
}

enum Cell {
    Kept,
    Broken,
    /// Broken, and it fails nothing.
    Recommended,
    Empty,
}

impl<'r> ReportPage<'r> {
    fn of(report: &'r Report) -> Self {
        let of_state = |state| report.rules.iter().filter(move |rule| rule.state == state).collect::<Vec<_>>();
        let broken: Vec<_> = report.rules.iter().filter(|rule| report.decides(rule) && is_new(rule, report)).collect();
        let roots = Broken::roots(report);
        let summary = Summary::of(report, &roots);
        let Roots { deciding: roots, recommended, notes: info } = roots;
        let has_failed = report.count(ScenarioState::Failed) + report.count(ScenarioState::Flaky) > 0;
        let mut columns: Vec<&RuleReport> = Vec::new();
        for rule in report.rules.iter().filter(|rule| rule.state != RuleState::NotExercised) {
            if columns.iter().all(|column| column.id != rule.id) {
                columns.push(rule);
            }
        }
        let rows = if columns.is_empty() { Vec::new() } else { rows(report, &columns) };
        let VerdictInWords { mood, words, below } = told(report);
        let notes = report.notes.iter().chain(&report.remarks).cloned().map(|note| ("note", note));
        let snapshots = snapshot_notes(report).into_iter().map(|note| ("snapshots", note));
        let known = known(report).into_iter().map(|note| ("known", note));
        let baseline = report.baseline.iter().cloned().map(|note| ("baseline", note));
        Self {
            report,
            verdict: words,
            required: kept(report, Weight::Required),
            recommended_kept: kept(report, Weight::Recommended),
            below,
            exit: report.exit.into(),
            mood: mood.class(),
            counts: counts(report),
            bar: [
                ("good", report.count(ScenarioState::Passed)),
                ("bad", report.count(ScenarioState::Failed)),
                ("flaky", report.count(ScenarioState::Flaky)),
                ("known", report.count(ScenarioState::Known)),
                ("warn", report.count(ScenarioState::NotRun) + report.count(ScenarioState::OutOfScope)),
            ],
            started: report.started.strftime("%-d %B %Y, %H:%M UTC").to_string(),
            took: seconds(report),
            summary,
            last_failed: has_failed.then(|| report.repeat.last_failed("report.json")),
            notes: notes.chain(snapshots).chain(known).chain(baseline).collect(),
            rules_heading: match (roots.len(), broken.len()) {
                (0, _) => "Rules".to_owned(),
                (first, all) if first == all => format!("{} broken", plural(all, "rule")),
                (first, all) => format!("{} broken, probably by {}", plural(all, "rule"), plural(first, "mistake")),
            },
            roots,
            recommended,
            info,
            kept: of_state(RuleState::Kept),
            not_exercised: of_state(RuleState::NotExercised),
            groups: groups(report),
            columns,
            rows,
        }
    }
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
        let mut broken: Vec<RuleId> = deciding.filter_map(|finding| finding.rule).collect();
        broken.sort_unstable();
        broken.dedup();
        let rules: Vec<&str> = broken.iter().map(|rule| rule.as_str()).collect();
        let find = format!("{} {} {} {}", scenario.id, scenario.title, scenario.tags.join(" "), rules.join(" "));
        Self { scenario, state, word, sign, broken, find, is_open: false }
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

/// What failed comes first, and is open where no rule above explains it.
fn groups(report: &Report) -> Vec<(&str, Vec<Listed<'_>>)> {
    let mut others: Vec<_> = report.scenarios.iter().map(Listed::of).collect();
    let mut groups = Vec::new();
    for state in ["failed", "flaky", "known"] {
        let mut entries: Vec<_> = others.extract_if(.., |entry| entry.state == state).collect();
        entries.iter_mut().filter(|entry| entry.broken.is_empty()).take(OPEN).for_each(|entry| entry.is_open = true);
        if !entries.is_empty() {
            groups.push((state, entries));
        }
    }
    for entry in others {
        let area = entry.scenario.id.split('/').next().unwrap_or_default();
        match groups.last_mut() {
            Some((last, entries)) if *last == area => entries.push(entry),
            _ => groups.push((area, vec![entry])),
        }
    }
    groups
}

fn rows<'r>(report: &'r Report, columns: &[&RuleReport]) -> Vec<MatrixRow<'r>> {
    let cell = |scenario: &ScenarioReport, rule: RuleId| {
        let mut breaches = scenario.findings().filter(|finding| finding.rule == Some(rule)).peekable();
        let is_broken = breaches.peek().is_some();
        let decides = breaches.any(|finding| scenario.decides(finding));
        match &scenario.steps {
            _ if decides => Cell::Broken,
            _ if is_broken => Cell::Recommended,
            steps if steps.iter().any(|step| step.rules.contains(&rule)) => Cell::Kept,
            _ => Cell::Empty,
        }
    };
    let row = |scenario| MatrixRow {
        entry: Listed::of(scenario),
        cells: columns.iter().map(|rule| cell(scenario, rule.id)).collect(),
    };
    report.scenarios.iter().filter(|scenario| !scenario.steps.is_empty()).map(row).collect()
}

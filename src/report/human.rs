//! The report for a person: which rules are broken, each with one case in full, most basic first; then everything else
//! that is wrong, and the verdict.

use std::fmt::Write as _;

use anstyle::AnsiColor;

use super::broken::{Broken, Case, NOBODY_KNOWS, Roots};
use super::page::{Page, Paint};
use super::verdict::{Mood, Told, kept, told};
use crate::plural::plural;
use crate::rules::{RuleId, Weight};
use crate::run::{
    ExchangeReport, Exit, Finding, Report, RuleReport, RuleState, ScenarioReport, ScenarioState, StepRef, StepReport,
    Stop,
};
use crate::scenario::Basis;

/// How many broken rules, or failed scenarios, are shown in full; the others are named.
pub(super) const SHOWN_IN_FULL: usize = 10;
/// How many scenarios are named in a row.
const NAMED: usize = 5;

/// The report as text.
pub fn human(report: &Report, color: bool) -> String {
    let mut page = Page { text: String::new(), paint: Paint { color } };
    if let Some(stop) = &report.stop {
        page.stop(stop);
    }
    page.rules(report);
    let failed: Vec<_> = report.scenarios.iter().filter(|scenario| fails_without_a_rule(scenario)).collect();
    for scenario in failed.iter().take(SHOWN_IN_FULL) {
        page.scenario(scenario, report);
    }
    if let Some(others) = failed.get(SHOWN_IN_FULL..).filter(|others| !others.is_empty()) {
        let ids: Vec<&str> = others.iter().map(|scenario| &*scenario.id).collect();
        page.line(&format!("… and {} more that failed: {}\n", others.len(), ids.join(", ")));
    }
    for note in &report.notes {
        page.labelled(AnsiColor::Yellow, "note", note);
    }
    page.snapshots(report);
    for note in known(report) {
        page.labelled(AnsiColor::Yellow, "known", &note);
    }
    for complaint in &report.baseline {
        page.labelled(AnsiColor::Red, "baseline", complaint);
    }
    page.summary(report);
    page.text
}

/// The line of a scenario that is over.
pub(super) fn status_line(scenario: &ScenarioReport, color: bool) -> String {
    let paint = Paint { color };
    let (word, shade) = match scenario.state {
        ScenarioState::Passed => ("pass", AnsiColor::Green),
        ScenarioState::Known => ("known", AnsiColor::Yellow),
        ScenarioState::Failed => ("FAIL", AnsiColor::Red),
        ScenarioState::Flaky => ("FLAKY", AnsiColor::Magenta),
        ScenarioState::NotRun | ScenarioState::OutOfScope => ("skip", AnsiColor::Yellow),
    };
    let deciding = scenario.findings().filter(|finding| scenario.decides(finding));
    let mut broken: Vec<&str> = deciding.filter_map(|finding| Some(finding.rule?.as_str())).collect();
    broken.dedup();
    let broken = if broken.is_empty() { String::new() } else { format!("  {}", broken.join(" ")) };
    let runs = flaky(scenario).map_or_else(String::new, |runs| format!("  {runs}"));
    let width = 54 - word.len();
    format!("{} {:<width$} {:>6} ms{broken}{runs}\n", paint.color(shade, word), scenario.id, scenario.duration_ms)
}

impl Page {
    fn stop(&mut self, stop: &Stop) {
        self.labelled(AnsiColor::Red, "stopped", &stop.message);
        self.trace(&stop.trace);
        self.line(&format!("    help      {}", stop.help));
        self.line("");
    }

    /// Every broken rule that no other explains, most basic first, and under it those that it explains: first what fails
    /// the run, in full, and then what is recommended.
    fn rules(&mut self, report: &Report) {
        let Roots { deciding, recommended, notes } = Broken::roots(report);
        for broken in deciding.iter().take(SHOWN_IN_FULL) {
            self.rule(broken, report);
            if !broken.explained.is_empty() {
                self.line("  probably by the same mistake:");
            }
            for other in &broken.explained {
                let weight = if report.decides(other.rule) { "" } else { " (recommended)" };
                self.line(&format!("    {} {}{weight}: {}", other.rule.id, other.rule.title, listed(other)));
            }
        }
        if let Some(others) = deciding.get(SHOWN_IN_FULL..).filter(|others| !others.is_empty()) {
            self.line("\n… and more rules that were broken:");
            for other in others {
                self.line(&format!("  {} {}: {}", other.rule.id, other.rule.title, listed(other)));
            }
        }
        if !deciding.is_empty() {
            self.line("");
        }
        if !recommended.is_empty() {
            self.line("recommended, and fails nothing (with --strict it does):");
            for broken in &recommended {
                self.recommended(broken, report);
            }
            self.line("");
        }
        for broken in &notes {
            let told = format!("{} {}: not kept in {}", broken.rule.id, broken.rule.title, listed(broken));
            self.labelled(AnsiColor::Cyan, "info", &told);
        }
    }

    /// A rule that is broken and fails nothing, in a few lines.
    fn recommended(&mut self, broken: &Broken<'_>, report: &Report) {
        let heading = format!("{} {}", broken.rule.id, broken.rule.title);
        let heading = self.paint.color(AnsiColor::Yellow, &heading);
        self.line(&format!("  {heading}"));
        let assumed = if broken.is_assumed(report) { format!(" ({NOBODY_KNOWS})") } else { String::new() };
        self.line(&format!("    broken in {}{assumed}", listed(broken)));
        if let Some(finding) = broken.case.as_ref().and_then(|case| case.findings.first()) {
            self.line(&format!("    × {}", finding.message));
            self.line(&format!("    help      {}", finding.help.as_deref().unwrap_or(broken.change())));
        }
        let others: Vec<&str> = broken.explained.iter().map(|other| other.rule.id.as_str()).collect();
        if !others.is_empty() {
            self.line(&format!("    probably by the same mistake: {}", others.join(", ")));
        }
    }

    /// A broken rule: what it asks, where it was broken, and the first case in full.
    fn rule(&mut self, broken: &Broken<'_>, report: &Report) {
        let heading = format!("{} {}", broken.rule.id, broken.rule.title);
        let heading = self.paint.color(AnsiColor::Red, &heading);
        self.line(&format!("\n{heading} ({})", broken.weight(report)));
        self.line(&format!("  broken in {}", listed(broken)));
        if let Some(rule) = broken.text {
            self.line(&format!("  {}", rule.why));
        }
        let Some(Case { scenario, step, findings }) = &broken.case else { return };
        for finding in findings {
            self.finding(finding);
        }
        self.line("");
        self.place(scenario, step, report);
        self.step(step);
        self.line(&format!("    repeat    {}", report.repeat.command(&scenario.id)));
        self.line(&format!("    more      caketester explain {}", broken.rule.id));
    }

    /// Which scenario this is, and where it stands.
    fn place(&mut self, scenario: &ScenarioReport, step: &StepReport, report: &Report) {
        let basis = match scenario.basis {
            None => String::new(),
            Some(Basis::Assumed) => format!(", basis: assumed ({NOBODY_KNOWS})"),
            Some(basis) => format!(", basis: {}", basis.word()),
        };
        let pack = if report.pack == "standard" { " in the standard pack" } else { "" };
        let name = step.name.as_ref().map_or_else(String::new, |name| format!(", step {name}"));
        self.line(&format!("    scenario  {}{name}: {}", scenario.id, scenario.title));
        self.line(&format!("    file      {}{pack}{basis}", scenario.file));
        if let Some(why) = &scenario.why {
            self.line(&format!("    why       {why}"));
        }
        if let Some(runs) = flaky(scenario) {
            self.line(&format!("    {}     it {runs}", self.paint.color(AnsiColor::Magenta, "flaky")));
        }
    }

    /// A scenario that failed for something else than a broken rule.
    fn scenario(&mut self, scenario: &ScenarioReport, report: &Report) {
        let word = if scenario.state == ScenarioState::Flaky { "FLAKY" } else { "FAIL" };
        let heading = format!("{word} {}: {}", scenario.id, scenario.title);
        let heading = self.paint.color(AnsiColor::Red, &heading);
        self.line(&format!("\n{heading}"));
        for step in &scenario.steps {
            let mut findings = step.findings.iter().filter(|finding| finding.rule.is_none()).peekable();
            if findings.peek().is_none() {
                continue;
            }
            findings.for_each(|finding| self.finding(finding));
            self.line("");
            self.place(scenario, step, report);
            self.step(step);
        }
        self.line(&format!("    repeat    {}\n", report.repeat.command(&scenario.id)));
    }

    fn snapshots(&mut self, report: &Report) {
        let shade = if report.exit == Exit::Snapshot { AnsiColor::Red } else { AnsiColor::Yellow };
        for note in snapshot_notes(report) {
            self.labelled(shade, "snapshots", &note);
        }
    }

    fn summary(&mut self, report: &Report) {
        let (steps, checks) = (plural(report.steps(), "step"), plural(report.checks(), "check"));
        self.line(&format!("{} ({steps}, {checks}, {})", counts(report), seconds(report)));
        for weight in [Weight::Required, Weight::Recommended] {
            if let Some(kept) = kept(report, weight) {
                self.line(&format!("{}: {kept}", weight.word()));
            }
        }
        if let Some(evidence) = report.evidence {
            self.line(&format!("evidence: {evidence} ({})", evidence.meaning()));
        }
        let Told { mood, words, below } = told(report);
        for (label, what) in below {
            self.line(&format!("{label}: {what}"));
        }
        let shade = match mood {
            Mood::Good => AnsiColor::Green,
            Mood::Mixed => AnsiColor::Yellow,
            Mood::Bad => AnsiColor::Red,
        };
        let strict = if report.is_strict() { " (strict)" } else { "" };
        let words = self.paint.color(shade, &words);
        self.line(&format!("{words}{strict}"));
    }
}

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

/// Whether a rule is broken in a way that is not known.
pub(super) fn is_new(rule: &RuleReport, report: &Report) -> bool {
    let mut findings = report.scenarios.iter().flat_map(ScenarioReport::findings);
    rule.state == RuleState::Broken && findings.any(|finding| is_of(finding, rule))
}

/// Whether a finding is a breach of a rule where it weighs so much, and not known.
pub(super) fn is_of(finding: &Finding, rule: &RuleReport) -> bool {
    finding.rule == Some(rule.id) && finding.weight == rule.weight && finding.known.is_none()
}

/// Whether a broken rule is explained by another. What explains it may be known, and is not told then.
pub(super) fn is_explained(rule: &RuleReport, report: &Report) -> bool {
    let mut causes =
        report.rules.iter().filter(|cause| Some(cause.id) == rule.because_of && cause.because_of.is_none());
    causes.any(|cause| is_new(cause, report))
}

/// What an answer came as, before its body.
pub(super) fn answered(exchange: &ExchangeReport) -> String {
    let ExchangeReport { http_status, content_type, fault, .. } = exchange;
    match (http_status, fault) {
        (0, Some(fault)) => format!("none: {fault}"),
        _ => format!("HTTP {http_status} {content_type}"),
    }
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
        (&unwritten, "there is none yet for {}; a run outside CI writes it, for review".to_owned()),
        (
            &snapshots.pending,
            format!("these await review: {{}}; look at them with `caketester snapshots review --pack {pack}`"),
        ),
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

/// How many scenarios these steps belong to, and the first of them.
fn listed(broken: &Broken<'_>) -> String {
    let ids: Vec<String> = broken.scenarios.iter().map(ToString::to_string).collect();
    format!("{}: {}", plural(ids.len(), "scenario"), few(&ids))
}

/// The step that shows most of a broken rule: of a documented scenario, and there of one that is meant to be looked at first.
pub(super) fn telling<'r>(report: &'r Report, rule: &RuleReport) -> Option<(&'r ScenarioReport, &'r StepReport)> {
    let find = |at: &StepRef| {
        let scenario = report.scenarios.iter().find(|scenario| scenario.id == at.scenario)?;
        let step = scenario.steps.iter().find(|step| step.name == at.step)?;
        step.findings.iter().any(|finding| is_of(finding, rule)).then_some((scenario, step))
    };
    rule.broken.iter().filter_map(find).min_by_key(|(scenario, _)| {
        (scenario.basis != Some(Basis::Documented), !scenario.tags.iter().any(|tag| tag == "smoke"))
    })
}

/// Whether something is wrong with a scenario that no rule asks for.
pub(super) fn fails_without_a_rule(scenario: &ScenarioReport) -> bool {
    scenario.findings().any(|finding| finding.rule.is_none())
}

//! The report for a person: which rules are broken, each with one case in full, most basic first; then everything else
//! that is wrong, and the verdict.

use anstyle::AnsiColor;

use super::broken::{Broken, Example, NOBODY_KNOWS, Roots};
use super::page::{Page, Paint};
use super::said::{counts, fails_without_a_rule, few, flaky, known, seconds, snapshot_notes};
use super::verdict::{Mood, VerdictInWords, kept, told};
use crate::judge::{Exit, Report, ScenarioReport, ScenarioState, StepReport, Stop};
use crate::plural::plural;
use crate::rules::Weight;
use crate::scenario::Basis;

/// How many broken rules, or failed scenarios, are shown in full; the others are named.
pub(super) const SHOWN_IN_FULL: usize = 10;

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
    for note in report.notes.iter().chain(&report.remarks) {
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
            self.line(&format!("    help      {}", finding.help.clone().unwrap_or_else(|| broken.change())));
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
        let Some(Example { scenario, step, findings }) = &broken.case else { return };
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
        if let Some(evidence) = report.evidence.filter(|_| report.steps() > 0) {
            self.line(&format!("evidence: {evidence} ({})", evidence.meaning()));
        }
        let VerdictInWords { mood, words, below } = told(report);
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

/// How many scenarios these steps belong to, and the first of them.
fn listed(broken: &Broken<'_>) -> String {
    let ids: Vec<String> = broken.scenarios.iter().map(ToString::to_string).collect();
    format!("{}: {}", plural(ids.len(), "scenario"), few(&ids))
}

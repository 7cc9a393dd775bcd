//! The report for a person: which rules are broken, each with one case in full, most basic first; then everything else
//! that is wrong, and the verdict.

use anstyle::AnsiColor;

use super::broken::{Broken, Example, NOBODY_KNOWS, Roots};
use super::page::{Page, bold};
use super::said::{counts, fails_without_a_rule, flaky, notes, seconds};
use super::verdict::{VerdictInWords, kept, told};
use crate::judge::{Exit, Finding, Report, ScenarioReport, ScenarioState, StepReport, Stop};
use crate::plural::plural;
use crate::rules::Weight;
use crate::scenario::Basis;

/// How many broken rules, or failed scenarios, are shown in full; the others are named.
pub(super) const SHOWN_IN_FULL: usize = 10;

/// The report as text.
pub fn human(report: &Report, color: bool) -> String {
    let mut page = Page { text: String::new(), color };
    if let Some(stop) = &report.stop {
        page.stop(stop);
    }
    page.rules(report);
    let failed: Vec<_> = report.scenarios.iter().filter(|scenario| fails_without_a_rule(scenario)).collect();
    for scenario in failed.iter().take(SHOWN_IN_FULL) {
        page.scenario(scenario, report);
    }
    let others: Vec<&str> = failed.iter().skip(SHOWN_IN_FULL).map(|scenario| &*scenario.id).collect();
    if !others.is_empty() {
        page.line(&format!("… and {} more that failed: {}\n", others.len(), others.join(", ")));
    }
    for (label, note) in notes(report) {
        let is_wrong = label == "baseline" || label == "snapshots" && report.exit == Exit::Snapshot;
        page.labelled(if is_wrong { AnsiColor::Red } else { AnsiColor::Yellow }, label, &note);
    }
    page.summary(report);
    page.text
}

/// The line of a scenario that is over.
pub(super) fn status_line(scenario: &ScenarioReport, color: bool) -> String {
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
    format!("{} {:<width$} {:>6} ms{broken}{runs}\n", bold(color, shade, word), scenario.id, scenario.duration_ms)
}

impl Page {
    fn stop(&mut self, stop: &Stop) {
        self.labelled(AnsiColor::Red, "stopped", &stop.message);
        self.trace(&stop.trace);
        self.fact("help", &stop.help);
        self.line("");
    }

    /// Every broken rule that no other explains, most basic first, and under it those that it explains: first what fails
    /// the run, in full, and then what is recommended.
    fn rules(&mut self, report: &Report) {
        let Roots { deciding, recommended, notes } = Broken::roots(report);
        for broken in deciding.iter().take(SHOWN_IN_FULL) {
            self.rule(broken, report);
        }
        if deciding.len() > SHOWN_IN_FULL {
            self.line("\n… and more rules that were broken:");
        }
        for other in deciding.iter().skip(SHOWN_IN_FULL) {
            self.line(&format!("  {}: {}", other.heading(), other.listed()));
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
            self.labelled(
                AnsiColor::Cyan,
                "info",
                &format!("{}: not followed in {}", broken.heading(), broken.listed()),
            );
        }
    }

    /// A rule that is broken and fails nothing, in a few lines.
    fn recommended(&mut self, broken: &Broken<'_>, report: &Report) {
        let heading = bold(self.color, AnsiColor::Yellow, &broken.heading());
        self.line(&format!("  {heading}"));
        let assumed = if broken.is_assumed(report) { format!(" ({NOBODY_KNOWS})") } else { String::new() };
        self.line(&format!("    broken in {}{assumed}", broken.listed()));
        if let Some(finding) = broken.case.findings.first() {
            self.line(&format!("    × {}", finding.message));
            self.fact("help", &finding.help.clone().unwrap_or_else(|| broken.change()));
        }
        if !broken.explained.is_empty() {
            self.line(&format!("    probably by the same mistake: {}", broken.others().join(", ")));
        }
    }

    /// A broken rule: what it asks, where it was broken, and the first case in full.
    fn rule(&mut self, broken: &Broken<'_>, report: &Report) {
        let heading = bold(self.color, AnsiColor::Red, &broken.heading());
        self.line(&format!("\n{heading} ({})", broken.weight(report)));
        self.line(&format!("  broken in {}", broken.listed()));
        self.line(&format!("  {}", broken.text.why));
        let Example { scenario, step, findings } = &broken.case;
        self.case(scenario, step, findings, report);
        self.fact("repeat", &report.repeat.command(&scenario.id));
        self.fact("more", &format!("caketester explain {}", broken.rule.id));
        if !broken.explained.is_empty() {
            self.line("  probably by the same mistake:");
        }
        for other in &broken.explained {
            let weight = if report.decides(other.rule) { "" } else { " (recommended)" };
            self.line(&format!("    {}{weight}: {}", other.heading(), other.listed()));
        }
    }

    /// What is wrong with a step, which scenario it is of, where that stands, and what was seen.
    fn case(&mut self, scenario: &ScenarioReport, step: &StepReport, findings: &[&Finding], report: &Report) {
        for finding in findings {
            self.finding(finding);
        }
        let basis = match scenario.basis {
            None => String::new(),
            Some(Basis::Assumed) => format!(", basis: assumed ({NOBODY_KNOWS})"),
            Some(basis) => format!(", basis: {}", basis.word()),
        };
        let pack = if report.pack == "standard" { " in the standard pack" } else { "" };
        let name = step.name.as_ref().map_or_else(String::new, |name| format!(", step {name}"));
        self.line("");
        self.fact("scenario", &format!("{}{name}: {}", scenario.id, scenario.title));
        self.fact("file", &format!("{}{pack}{basis}", scenario.file));
        if let Some(why) = &scenario.why {
            self.fact("why", why);
        }
        if let Some(runs) = flaky(scenario) {
            self.line(&format!("    {}     it {runs}", bold(self.color, AnsiColor::Magenta, "flaky")));
        }
        self.step(step);
    }

    /// A scenario that failed for something else than a broken rule.
    fn scenario(&mut self, scenario: &ScenarioReport, report: &Report) {
        let word = if scenario.state == ScenarioState::Flaky { "FLAKY" } else { "FAIL" };
        let heading = bold(self.color, AnsiColor::Red, &format!("{word} {}: {}", scenario.id, scenario.title));
        self.line(&format!("\n{heading}"));
        for step in &scenario.steps {
            let findings: Vec<_> = step.findings.iter().filter(|finding| finding.rule.is_none()).collect();
            if !findings.is_empty() {
                self.case(scenario, step, &findings, report);
            }
        }
        self.fact("repeat", &format!("{}\n", report.repeat.command(&scenario.id)));
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
        let strict = if report.is_strict() { " (strict)" } else { "" };
        let words = bold(self.color, mood.shade, &words);
        self.line(&format!("{words}{strict}"));
    }
}

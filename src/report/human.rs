//! The report for a person: which rules are broken, each with one case in full, most basic first; then everything else
//! that is wrong, and the verdict.

use std::fmt::Write as _;

use anstyle::AnsiColor;

use super::page::{Page, Paint};
use crate::rules::{Level, RuleId, rule};
use crate::run::{
    Exit, Report, RuleReport, RuleState, ScenarioReport, ScenarioState, StepRef, StepReport, Stop, SubjectReport,
    Verdict, VerdictWord,
};
use crate::scenario::Basis;

/// How many broken rules, or failed scenarios, are shown in full; the others are named.
const SHOWN_IN_FULL: usize = 10;
/// How many scenarios are named in a row.
const NAMED: usize = 5;

/// The command that repeats a scenario: what stands before the id, and what behind.
#[derive(Debug, Clone, Default)]
pub struct Repeat {
    /// For example `caketester client --only`.
    pub before: String,
    /// For example `-- php push.php {lead_id}`.
    pub after: String,
}

impl Repeat {
    fn command(&self, id: &str) -> String {
        let after = if self.after.is_empty() { String::new() } else { format!(" {}", self.after) };
        format!("{} {id}{after}", self.before)
    }
}

/// The report as text.
pub fn human(report: &Report, repeat: &Repeat, color: bool) -> String {
    let mut page = Page { text: String::new(), paint: Paint { color } };
    if let Some(stop) = &report.stop {
        page.stop(stop);
    }
    page.rules(report, repeat);
    let failed: Vec<_> = report.scenarios.iter().filter(|scenario| fails_without_a_rule(scenario)).collect();
    for scenario in failed.iter().take(SHOWN_IN_FULL) {
        page.scenario(scenario, report, repeat);
    }
    if let Some(others) = failed.get(SHOWN_IN_FULL..).filter(|others| !others.is_empty()) {
        let ids: Vec<&str> = others.iter().map(|scenario| &*scenario.id).collect();
        page.line(&format!("… and {} more that failed: {}\n", others.len(), ids.join(", ")));
    }
    for note in &report.notes {
        page.labelled(AnsiColor::Yellow, "note", note);
    }
    page.snapshots(report);
    page.known(report);
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
        ScenarioState::Failed => ("FAIL", AnsiColor::Red),
        ScenarioState::NotRun | ScenarioState::OutOfScope => ("skip", AnsiColor::Yellow),
    };
    let mut broken: Vec<&str> = scenario.findings().filter_map(|finding| Some(finding.rule?.0)).collect();
    broken.dedup();
    let broken = if broken.is_empty() { String::new() } else { format!("  {}", broken.join(" ")) };
    format!("{} {:<50} {:>6} ms{broken}\n", paint.color(shade, word), scenario.id, scenario.duration_ms)
}

impl Page {
    fn stop(&mut self, stop: &Stop) {
        self.labelled(AnsiColor::Red, "stopped", &stop.message);
        self.trace(&stop.trace);
        self.line(&format!("    help      {}", stop.help));
        self.line("");
    }

    /// Every broken rule that no other explains, most basic first, and under it those that it explains.
    fn rules(&mut self, report: &Report, repeat: &Repeat) {
        let is_new = |rule: &&RuleReport| {
            let mut findings = report.scenarios.iter().flat_map(ScenarioReport::findings);
            rule.state == RuleState::Broken && findings.any(|f| f.rule == Some(rule.id) && f.known.is_none())
        };
        let broken = || report.rules.iter().filter(is_new);
        // What explains it may be known, and is not told then.
        let explains = |cause| broken().any(|rule| Some(rule.id) == cause);
        let (first, info): (Vec<_>, Vec<_>) =
            broken().filter(|rule| !explains(rule.because_of)).partition(|rule| rule.level != Level::Info);
        for rule in first.iter().take(SHOWN_IN_FULL) {
            self.rule(rule, report, repeat);
            let explained: Vec<_> = broken().filter(|other| other.because_of == Some(rule.id)).collect();
            if !explained.is_empty() {
                self.line("  probably by the same mistake:");
            }
            for other in explained {
                self.line(&format!("    {} {}: {}", other.id, other.title, listed(&other.broken)));
            }
        }
        if let Some(others) = first.get(SHOWN_IN_FULL..).filter(|others| !others.is_empty()) {
            self.line("\n… and more rules that were broken:");
            for rule in others {
                self.line(&format!("  {} {}: {}", rule.id, rule.title, listed(&rule.broken)));
            }
        }
        if broken().next().is_some() {
            self.line("");
        }
        for rule in info {
            let told = format!("{} {}: not kept in {}", rule.id, rule.title, listed(&rule.broken));
            self.labelled(AnsiColor::Cyan, "info", &told);
        }
    }

    /// A broken rule: what it asks, where it was broken, and the first case in full.
    fn rule(&mut self, broken: &RuleReport, report: &Report, repeat: &Repeat) {
        let heading = format!("{} {}", broken.id, broken.title);
        let heading = self.paint.color(AnsiColor::Red, &heading);
        self.line(&format!("\n{heading} ({}, {})", broken.level.word(), broken.basis.word()));
        self.line(&format!("  broken in {}", listed(&broken.broken)));
        if let Some(rule) = rule(broken.id.0) {
            self.line(&format!("  {}", rule.why));
        }
        let Some((scenario, step)) = telling(report, broken.id, &broken.broken) else { return };
        for finding in step.findings.iter().filter(|finding| finding.rule == Some(broken.id)) {
            self.finding(finding);
        }
        self.line("");
        self.place(scenario, step, report);
        self.step(step);
        self.line(&format!("    repeat    {}", repeat.command(&scenario.id)));
        self.line(&format!("    more      caketester explain {}", broken.id));
    }

    /// What is known to be wrong, and why it is left so.
    fn known(&mut self, report: &Report) {
        for scenario in &report.scenarios {
            let mut told: Vec<RuleId> = Vec::new();
            for finding in scenario.findings() {
                if let (Some(rule), Some(reason)) = (finding.rule, &finding.known)
                    && !told.contains(&rule)
                {
                    told.push(rule);
                    self.labelled(AnsiColor::Yellow, "known", &format!("{rule} in {}: {reason}", scenario.id));
                }
            }
        }
    }

    /// Which scenario this is, and where it stands.
    fn place(&mut self, scenario: &ScenarioReport, step: &StepReport, report: &Report) {
        let basis = scenario.basis.map_or_else(String::new, |basis| format!(", basis: {}", basis.word()));
        let pack = if report.pack == "standard" { " in the standard pack" } else { "" };
        let name = step.name.as_ref().map_or_else(String::new, |name| format!(", step {name}"));
        self.line(&format!("    scenario  {}{name}: {}", scenario.id, scenario.title));
        self.line(&format!("    file      {}{pack}{basis}", scenario.file));
        if let Some(why) = &scenario.why {
            self.line(&format!("    why       {why}"));
        }
    }

    /// A scenario that failed for something else than a broken rule.
    fn scenario(&mut self, scenario: &ScenarioReport, report: &Report, repeat: &Repeat) {
        let heading = format!("FAIL {}: {}", scenario.id, scenario.title);
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
        self.line(&format!("    repeat    {}\n", repeat.command(&scenario.id)));
    }

    fn snapshots(&mut self, report: &Report) {
        let snapshots = &report.snapshots;
        let shade = if report.exit == Exit::Snapshot { AnsiColor::Red } else { AnsiColor::Yellow };
        let pack = shell_words::quote(&report.pack);
        let unwritten = snapshots.unwritten();
        for (names, what) in [
            (&unwritten, "there is none yet for {}; a run outside CI writes it, for review".to_owned()),
            (
                &snapshots.pending,
                format!("these await review: {{}}; look at them with `caketester snapshots review --pack {pack}`"),
            ),
            (
                &snapshots.orphaned,
                format!(
                    "no step expects {{}}; `caketester snapshots prune --pack {pack}` removes what is not expected"
                ),
            ),
        ] {
            if !names.is_empty() {
                self.labelled(shade, "snapshots", &what.replace("{}", &few(names)));
            }
        }
    }

    fn summary(&mut self, report: &Report) {
        let passed = report.count(ScenarioState::Passed);
        let failed = report.count(ScenarioState::Failed);
        let mut counts = format!("{}: {passed} passed, {failed} failed", plural(report.scenarios.len(), "scenario"));
        for (state, word) in [(ScenarioState::NotRun, "not run"), (ScenarioState::OutOfScope, "out of scope")] {
            let count = report.count(state);
            if count > 0 {
                // Writing into a String cannot fail.
                let _ = write!(counts, ", {count} {word}");
            }
        }
        let steps = plural(report.steps(), "step");
        let seconds = std::time::Duration::from_millis(report.duration_ms).as_secs_f64();
        self.line(&format!("{counts} ({steps}, {}, {seconds:.2} s)", plural(report.checks(), "check")));
        if !report.rules.is_empty() {
            let count = |state| report.rules.iter().filter(|rule| rule.state == state).count();
            let (kept, broken) = (count(RuleState::Kept), count(RuleState::Broken));
            let rules = plural(report.rules.len(), "rule");
            self.line(&format!(
                "{rules}: {kept} kept, {broken} broken, {} not exercised",
                count(RuleState::NotExercised)
            ));
        }
        if let Some(evidence) = report.evidence {
            self.line(&format!("evidence: {evidence} ({})", evidence.meaning()));
        }
        let shade = if report.exit == Exit::Success { AnsiColor::Green } else { AnsiColor::Red };
        let told = match (report.exit, &report.subject, &report.verdict) {
            (Exit::Success, SubjectReport::Endpoint { .. }, _) => "the endpoint answers as expected",
            (Exit::Failure, SubjectReport::Endpoint { .. }, _) => "the endpoint does not answer as expected",
            (Exit::Failure, ..) if report.stop.is_some() => "no scenario was run",
            (Exit::Success | Exit::Failure, _, Some(verdict)) => return self.verdict(verdict),
            (other, ..) => other.meaning(),
        };
        let told = self.paint.color(shade, told);
        self.line(&told);
    }

    fn verdict(&mut self, verdict: &Verdict) {
        let (shade, told) = match verdict.word {
            VerdictWord::Conforms => (AnsiColor::Green, "the client conforms"),
            VerdictWord::Partial => (AnsiColor::Yellow, "the client conforms as far as was looked, which is in part"),
            VerdictWord::DoesNotConform => (AnsiColor::Red, "the client does not conform"),
        };
        let told = self.paint.color(shade, told);
        self.line(&format!("{told} (profile {})", verdict.profile.word()));
        if verdict.word == VerdictWord::Partial {
            for gap in &verdict.because {
                self.line(&format!("  in part     {gap}"));
            }
        }
        if !verdict.out_of_scope.is_empty() {
            let needs: Vec<&str> = verdict.out_of_scope.iter().map(|need| need.word()).collect();
            self.line(&format!("  no scope    this client does not do: {}", needs.join(", ")));
        }
        if verdict.word != VerdictWord::DoesNotConform {
            self.line(&format!("  not tested  {}", verdict.not_tested.join(", ")));
        }
    }
}

/// A number of things: `1 step`, `2 steps`.
pub fn plural(count: impl TryInto<u64>, word: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Names, as many as can be taken in.
fn few(names: &[String]) -> String {
    match names.get(NAMED..) {
        Some(rest) if !rest.is_empty() => format!("{} and {} more", names[..NAMED].join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// How many scenarios these steps belong to, and the first of them.
fn listed(steps: &[StepRef]) -> String {
    let mut ids: Vec<String> = steps.iter().map(|step| step.scenario.clone()).collect();
    ids.dedup();
    format!("{}: {}", plural(ids.len(), "scenario"), few(&ids))
}

/// The step that tells most: of a documented scenario, and there of one that is meant to be looked at first.
fn telling<'r>(report: &'r Report, rule: RuleId, steps: &[StepRef]) -> Option<(&'r ScenarioReport, &'r StepReport)> {
    let find = |at: &StepRef| {
        let scenario = report.scenarios.iter().find(|scenario| scenario.id == at.scenario)?;
        let step = scenario.steps.iter().find(|step| step.name == at.step)?;
        let is_new = step.findings.iter().any(|finding| finding.rule == Some(rule) && finding.known.is_none());
        is_new.then_some((scenario, step))
    };
    steps.iter().filter_map(find).min_by_key(|(scenario, _)| {
        (scenario.basis != Some(Basis::Documented), !scenario.tags.iter().any(|tag| tag == "smoke"))
    })
}

/// Whether something is wrong with a scenario that no rule asks for.
fn fails_without_a_rule(scenario: &ScenarioReport) -> bool {
    scenario.findings().any(|finding| finding.rule.is_none())
}

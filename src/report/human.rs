//! The report for a person: what failed, where it stands, what was sent, expected and seen, and what to do.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::protocol::Delivery;
use crate::run::{
    Exit, Finding, FindingKind, Report, ScenarioReport, ScenarioState, StepReport, Stop, SubjectReport, TraceReport,
};

/// How many failed scenarios are shown in full; the others are named.
const SHOWN_IN_FULL: usize = 10;
/// How many lines of a program's output are shown.
const OUTPUT_LINES: usize = 10;

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
    let failed: Vec<_> = report.scenarios.iter().filter(|scenario| scenario.state == ScenarioState::Failed).collect();
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
    page.summary(report);
    page.text
}

/// The line of a scenario that is over.
pub(super) fn status_line(scenario: &ScenarioReport, color: bool) -> String {
    let paint = Paint { color };
    let (word, shade) = match scenario.state {
        ScenarioState::Passed => ("pass", AnsiColor::Green),
        ScenarioState::Failed => ("FAIL", AnsiColor::Red),
        ScenarioState::NotRun => ("skip", AnsiColor::Yellow),
    };
    format!("{} {:<50} {:>6} ms\n", paint.color(shade, word), scenario.id, scenario.duration_ms)
}

struct Paint {
    color: bool,
}

impl Paint {
    fn color(&self, shade: AnsiColor, text: &str) -> String {
        self.style(shade.on_default().bold(), text)
    }

    fn bold(&self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }

    fn style(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

struct Page {
    text: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn labelled(&mut self, shade: AnsiColor, label: &str, text: &str) {
        let label = self.paint.color(shade, label);
        self.line(&format!("{label}: {text}"));
    }

    fn stop(&mut self, stop: &Stop) {
        self.labelled(AnsiColor::Red, "stopped", &stop.message);
        self.trace(&stop.trace);
        self.line(&format!("    help      {}", stop.help));
        self.line("");
    }

    fn scenario(&mut self, scenario: &ScenarioReport, report: &Report, repeat: &Repeat) {
        let heading = format!("FAIL {}: {}", scenario.id, scenario.title);
        let heading = self.paint.color(AnsiColor::Red, &heading);
        self.line(&format!("\n{heading}"));
        let basis = scenario.basis.map_or_else(String::new, |basis| format!(", basis: {}", basis.word()));
        let pack = if report.pack == "standard" { " in the standard pack" } else { "" };
        self.line(&format!("  {}{pack}{basis}", scenario.file));
        if let Some(why) = &scenario.why {
            self.line(&format!("  {why}"));
        }
        for step in scenario.steps.iter().filter(|step| !step.findings.is_empty()) {
            self.step(step);
        }
        self.line(&format!("    repeat    {}\n", repeat.command(&scenario.id)));
    }

    fn step(&mut self, step: &StepReport) {
        if let Some(name) = &step.name {
            self.line(&format!("\n  step {name}"));
        }
        for finding in &step.findings {
            self.finding(finding);
        }
        self.line("");
        self.line(&format!("    update    {}", step.update));
        for exchange in &step.exchanges {
            self.line(&format!("    request   {}", exchange.request));
            let broken = if exchange.delivery == Delivery::Broken { ", not taken to its end" } else { "" };
            self.line(&format!("    answer    HTTP {} {}{broken}", exchange.http_status, exchange.content_type));
            if let Some(fault) = &exchange.fault {
                self.line(&format!("    fault     {fault}"));
            }
            self.indented(exchange.answer.trim_end());
            if let Some(meaning) = exchange.code.and_then(crate::protocol::Code::meaning) {
                self.line(&format!(
                    "    code {}    {meaning}",
                    exchange.code.map_or_else(String::new, |code| code.to_string())
                ));
            }
            if !exchange.why.is_empty() {
                self.line(&format!("    because   {}", exchange.why));
            }
        }
        if let Some(trace) = &step.trace {
            self.trace(trace);
        }
        for note in &step.notes {
            self.line(&format!("    note      {note}"));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let cross = self.paint.color(AnsiColor::Red, "×");
        let message = self.paint.bold(&finding.message);
        self.line(&format!("\n  {cross} {message}"));
        match (&finding.expected, &finding.actual) {
            (Some(expected), Some(actual)) if finding.kind == FindingKind::AnswerWrong => {
                self.difference(expected, actual);
            }
            (Some(expected), Some(actual)) => {
                self.line(&format!("    expected  {expected}"));
                self.line(&format!("    got       {actual}"));
            }
            _ => {}
        }
        if let Some(help) = &finding.help {
            self.line(&format!("    help      {help}"));
        }
    }

    /// Two texts line against line: `-` is expected, `+` is what came.
    fn difference(&mut self, expected: &str, actual: &str) {
        let actual = actual.replace("\r\n", "\n");
        for change in TextDiff::from_lines(expected, &actual).iter_all_changes() {
            let (sign, shade) = match change.tag() {
                ChangeTag::Delete => ("-", Some(AnsiColor::Red)),
                ChangeTag::Insert => ("+", Some(AnsiColor::Green)),
                ChangeTag::Equal => (" ", None),
            };
            let line = format!("      {sign} {}", printable(change.to_string_lossy().trim_end()));
            let line = shade.map_or_else(|| line.clone(), |shade| self.paint.style(shade.on_default(), &line));
            self.line(&line);
        }
    }

    fn trace(&mut self, trace: &TraceReport) {
        if let Some(command) = &trace.command {
            let exit = trace.exit.as_deref().unwrap_or("not known how it ended");
            self.line(&format!("    command   {command}"));
            self.line(&format!("    ended     {exit}"));
        }
        self.output("stdout", &trace.stdout);
        self.output("stderr", &trace.stderr);
    }

    fn output(&mut self, name: &str, text: &str) {
        let lines: Vec<&str> = text.trim_end().lines().collect();
        if lines.is_empty() {
            return;
        }
        let cut = lines.len().saturating_sub(OUTPUT_LINES);
        let more = if cut > 0 { format!(" (the last {OUTPUT_LINES} lines)") } else { String::new() };
        self.line(&format!("    {name}{more}"));
        self.indented(&lines[cut..].join("\n"));
    }

    fn indented(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("      | {}", printable(line)));
        }
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
                self.labelled(shade, "snapshots", &what.replace("{}", &listed(names)));
            }
        }
    }

    fn summary(&mut self, report: &Report) {
        let passed = report.count(ScenarioState::Passed);
        let failed = report.count(ScenarioState::Failed);
        let not_run = report.count(ScenarioState::NotRun);
        let shade = if report.exit == Exit::Success { AnsiColor::Green } else { AnsiColor::Red };
        let verdict = match (report.exit, &report.subject) {
            (Exit::Success, SubjectReport::Endpoint { .. }) => "the endpoint answers as expected",
            (Exit::Success, _) => "the client conforms to every scenario that was run",
            (Exit::Failure, _) if report.stop.is_some() => "no scenario was run",
            (Exit::Failure, SubjectReport::Endpoint { .. }) => "the endpoint does not answer as expected",
            (Exit::Failure, _) => "the client does not conform",
            (other, _) => other.meaning(),
        };
        let mut counts = format!("{}: {passed} passed, {failed} failed", plural(report.scenarios.len(), "scenario"));
        if not_run > 0 {
            // Writing into a String cannot fail.
            let _ = write!(counts, ", {not_run} not run");
        }
        let steps = plural(report.steps(), "step");
        let seconds = std::time::Duration::from_millis(report.duration_ms).as_secs_f64();
        self.line(&format!("{counts} ({steps}, {}, {seconds:.2} s)", plural(report.checks(), "check")));
        let verdict = self.paint.color(shade, verdict);
        self.line(&verdict);
    }
}

/// What a client or an endpoint said, without what a terminal would act upon.
fn printable(line: &str) -> String {
    line.chars().filter(|c| !c.is_control() || *c == '\t').collect()
}

/// A number of things: `1 step`, `2 steps`.
pub fn plural(count: impl TryInto<u64>, word: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn listed(names: &[String]) -> String {
    const MOST: usize = 5;
    match names.get(MOST..) {
        Some(rest) if !rest.is_empty() => format!("{} and {} more", names[..MOST].join(", "), rest.len()),
        _ => names.join(", "),
    }
}

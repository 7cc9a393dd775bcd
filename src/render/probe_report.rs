//! What the probes of a real endpoint have shown: for a person, the verdict first; and for programs.

use std::fmt::Write as _;

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::written::pretty;
use crate::judge::Exit;
use crate::live::{KeyShown, Left, Probe, ProbeReport, state};
use crate::plural::plural;
use crate::scenario::Basis;
use crate::source::written_schema;
use crate::visible::visible_line;

/// The report for a person.
pub fn probe_text(report: &ProbeReport) -> String {
    let mut out = format!("{}\n", verdict(report));
    // Writing into a String cannot fail.
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    if let Some(stop) = &report.stopped {
        line(format_args!("  help: {}", stop.help()));
    }
    let network = report.network.as_ref().map_or_else(String::new, |name| format!(" (network {name})"));
    line(format_args!("endpoint {}{network}", report.url));
    line(format_args!(
        "requests {} of {} sent: {}, {}, {}",
        report.probes.len(),
        report.planned,
        plural(report.count(Basis::Documented), "failure"),
        plural(report.count(Basis::Platform), "warning"),
        plural(report.count(Basis::Assumed), "note"),
    ));
    if !report.addresses.is_empty() {
        line(format_args!("address  {}", report.addresses.join(", ")));
    }
    if let Some(left) = report.left() {
        line(format_args!("lead     {}", how_left(&left)));
        if !left.not_restored.is_empty() {
            let names = visible_line(&left.not_restored.join(", "));
            line(format_args!("         the file's update does not name {names}: what was sent may be left there"));
        }
        if report.probes.iter().any(|probed| probed.probe == Probe::Field && probed.is_taken) {
            let report = "the Lead Status Master Report";
            line(format_args!("         code 0 does not show that a field was taken: look for its value in {report}"));
        }
    }
    if let Some(recorded) = &report.recorded {
        line(format_args!(
            "recorded {} kept for the first time, {} as before, {} changed",
            recorded.new,
            recorded.same,
            recorded.drift.len()
        ));
    }
    line(format_args!("key      {}\n", key(&report.key)));
    for drift in report.recorded.iter().flat_map(|recorded| &recorded.drift) {
        line(format_args!("DRIFT {:27} {}", drift.snapshot, visible_line(&drift.differences.join("; "))));
    }
    for basis in [Basis::Documented, Basis::Platform, Basis::Assumed] {
        for (probe, finding) in report.findings().filter(|(_, finding)| finding.basis == basis) {
            line(format_args!("{} {:18} {}", word(basis), probe, visible_line(&finding.message)));
            if !finding.help.is_empty() {
                line(format_args!("     {:18} help: {}", "", finding.help));
            }
        }
    }
    line(format_args!(""));
    for probed in &report.probes {
        line(format_args!("sent {:18} {}", probed.probe, visible_line(&probed.answer)));
    }
    for probe in &report.not_sent {
        line(format_args!("left {probe:18} not sent"));
    }
    out
}

/// The report, with what follows from it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "caketester probe report")]
struct Whole<'r> {
    /// The verdict in a line.
    verdict: String,
    /// The exit code.
    exit: Exit,
    #[serde(flatten)]
    report: &'r ProbeReport,
}

/// The JSON Schema of the report as it is written.
pub fn probe_schema() -> Schema {
    written_schema::<Whole<'static>>()
}

/// The report as JSON, with its verdict and exit code, and a newline at the end.
pub fn probe_json(report: &ProbeReport) -> String {
    pretty(&Whole { verdict: verdict(report), exit: report.exit(), report })
}

/// The one line that agrees with the exit code.
pub(super) fn verdict(report: &ProbeReport) -> String {
    let failures = report.count(Basis::Documented);
    let unanswered = report.probes.iter().filter(|probed| probed.is_missing()).count();
    let drift = report.recorded.as_ref().map_or(0, |recorded| recorded.drift.len());
    let but = if failures > 0 { format!(", with {}", plural(failures, "failure")) } else { String::new() };
    if let Some(stop) = &report.stopped {
        let (sent, planned) = (report.probes.len(), plural(report.planned, "request"));
        return format!("the run stopped after {sent} of {planned}{but}: {}", visible_line(&stop.to_string()));
    }
    match report.exit() {
        _ if failures == 0 && unanswered == 0 && drift > 0 => {
            format!("the endpoint no longer answers as recorded: {}", plural(drift, "change"))
        }
        Exit::NothingDone => "no documented behaviour could be checked: no key was given".to_owned(),
        Exit::Success => format!(
            "the endpoint answers as documented{}",
            match report.key {
                KeyShown::Right => ", and your key is right",
                _ => "; your key is not shown to be right",
            }
        ),
        _ if failures > 0 => format!("the endpoint does not answer as documented: {}", plural(failures, "failure")),
        _ => format!("not everything was checked: {} had no answer", plural(unanswered, "request")),
    }
}

fn how_left(left: &Left<'_>) -> String {
    let id = visible_line(left.lead_id);
    match left.as_the_file_says {
        Some(update) => format!("{id} is left as the file says: {}", visible_line(&state(update))),
        None if left.is_refused => format!(
            "{id} may not be left as the file says: the endpoint refuses `left_in` of the file; correct it, and look the lead up"
        ),
        None => format!("{id} may not be left as the file says: look it up, and send the update `left_in` of the file"),
    }
}

pub(super) fn key(key: &KeyShown) -> String {
    match key {
        KeyShown::Right => "right: a made-up key gets code 1, and yours does not".to_owned(),
        KeyShown::Wrong => "wrong: it gets code 1".to_owned(),
        KeyShown::NotShown { why } => format!("not shown: {why}"),
    }
}

pub(super) fn word(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "FAIL",
        Basis::Platform => "warn",
        Basis::Assumed => "note",
    }
}

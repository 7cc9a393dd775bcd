//! What the probes of a real endpoint have shown: for a person, the verdict first; and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::ticket::visible_text;
use crate::judge::Exit;
use crate::live::{KeyShown, ProbeReport};
use crate::plural::plural;
use crate::scenario::Basis;

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
    line(format_args!("key      {}\n", key(&report.key)));
    for basis in [Basis::Documented, Basis::Platform, Basis::Assumed] {
        for (probe, finding) in report.findings().filter(|(_, finding)| finding.basis == basis) {
            line(format_args!("{} {:17} {}", word(basis), probe.word(), visible_text(&finding.message)));
            if !finding.help.is_empty() {
                line(format_args!("     {:17} help: {}", "", finding.help));
            }
        }
    }
    line(format_args!(""));
    for probed in &report.probes {
        line(format_args!("sent {:17} {}", probed.probe.word(), visible_text(&probed.answer)));
    }
    for probe in &report.not_sent {
        line(format_args!("left {:17} not sent", probe.word()));
    }
    out
}

/// The report as JSON, with its verdict and exit code, and a newline at the end.
pub fn probe_json(report: &ProbeReport) -> Result<String, String> {
    #[derive(Serialize)]
    struct Whole<'r> {
        verdict: String,
        exit: Exit,
        #[serde(flatten)]
        report: &'r ProbeReport,
    }
    let whole = Whole { verdict: verdict(report), exit: report.exit(), report };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// The one line that agrees with the exit code.
fn verdict(report: &ProbeReport) -> String {
    let failures = report.count(Basis::Documented);
    let unanswered = report.probes.iter().filter(|probed| probed.is_missing()).count();
    let but = if failures > 0 { format!(", with {}", plural(failures, "failure")) } else { String::new() };
    if let Some(stop) = &report.stopped {
        let (sent, planned) = (report.probes.len(), plural(report.planned, "request"));
        return format!("the run stopped after {sent} of {planned}{but}: {}", visible_text(&stop.to_string()));
    }
    match report.exit() {
        Exit::NothingDone => "nothing documented was checked: no request had a key".to_owned(),
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

fn key(key: &KeyShown) -> String {
    match key {
        KeyShown::Right => "right: a made-up key gets code 1 on the same query, and yours does not".to_owned(),
        KeyShown::Wrong => "wrong: it gets code 1".to_owned(),
        KeyShown::NotShown { why } => format!("not shown: {why}"),
    }
}

fn word(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "FAIL",
        Basis::Platform => "warn",
        Basis::Assumed => "note",
    }
}

//! What was learnt of an instance: as the file that `--instance` reads, with the evidence of each line, and for a person.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::live::{Learnt, ProbeReport, Setting};
use crate::plural::plural;
use crate::visible::visible_line;

/// The file: each setting that was seen with its evidence, each other as a comment with what would show it.
pub fn learnt_yaml(learnt: &Learnt, report: &ProbeReport, on: Date) -> String {
    let network = report.network.as_ref().map_or_else(String::new, |name| format!(" (network {name})"));
    let mut out = format!(
        "# Learnt from {}{network} on {on}, with {}, none of which could change a lead.\n# `caketester client --instance FILE` checks a client against it.\n",
        visible_line(&report.url),
        plural(report.probes.len(), "request"),
    );
    // Writing into a String cannot fail.
    for unexplained in &learnt.unexplained {
        let _ = writeln!(out, "# not explained: {}", one_line(unexplained));
    }
    let (first, policy): (Vec<&Setting>, Vec<_>) =
        learnt.settings.iter().partition(|setting| setting.name == "enabled");
    for setting in first {
        line(&mut out, "", setting);
    }
    if policy.iter().any(|setting| setting.value.is_some()) {
        out.push_str("policy:\n");
    }
    for setting in policy {
        line(&mut out, "  ", setting);
    }
    out
}

fn line(out: &mut String, indent: &str, Setting { name, value, evidence }: &Setting) {
    let evidence = one_line(evidence);
    let _ = match value {
        Some(value) => writeln!(out, "{indent}{name}: {value}  # {evidence}"),
        None => writeln!(out, "{indent}# {name}: not seen; {evidence}"),
    };
}

/// A comment ends where its line does.
fn one_line(text: &str) -> String {
    visible_line(&text.replace(['\n', '\r'], " "))
}

/// The same for a person.
pub fn learnt_text(learnt: &Learnt) -> String {
    let seen = learnt.settings.iter().filter(|setting| setting.value.is_some()).count();
    let mut out = format!("learnt {seen} of {} settings\n", learnt.settings.len());
    for unexplained in &learnt.unexplained {
        let _ = writeln!(out, "not explained: {}", one_line(unexplained));
    }
    for Setting { name, value, evidence } in &learnt.settings {
        let value = value.as_deref().unwrap_or("not seen");
        let _ = writeln!(out, "{name:20} {}\n{:20} {}", visible_line(value), "", one_line(evidence));
    }
    out
}

//! What the probes of a real endpoint have shown as JUnit XML: a request is a case, and so is an answer that has changed.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::junit::{skipped, wrong};
use super::probe_report::{key, verdict, word};
use super::written::document;
use crate::live::{ProbeReport, Probed};
use crate::scenario::Basis;

/// The report as JUnit XML.
pub fn probe_junit(report: &ProbeReport) -> String {
    let network = report.network.as_ref().map_or_else(String::new, |name| format!("{name}/"));
    let mut suite = TestSuite::new(format!("{network}endpoint probe"));
    suite.add_property(("url", &*report.url));
    suite.add_property(("key", &*key(&report.key)));
    suite.add_test_cases(report.probes.iter().map(|probed| case(&name_of(probed), status(probed), &told(probed))));
    let not_sent = skipped("it was not sent");
    suite.add_test_cases(report.not_sent.iter().map(|probe| case(&probe.to_string(), not_sent.clone(), "")));
    for drift in report.recorded.iter().flat_map(|recorded| &recorded.drift) {
        suite.add_test_case(case(&drift.snapshot, failure(&drift.differences.join("\n")), ""));
    }
    if let Some(stop) = &report.stopped {
        let status = wrong(NonSuccessKind::Error, verdict(report), format!("{stop}\nhelp: {}", stop.help()));
        suite.add_test_case(case("the run", status, ""));
    }
    let mut whole = Report::new("caketester");
    whole.add_test_suite(suite);
    document(&whole)
}

fn case(name: &str, status: TestCaseStatus, told: &str) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname("caketester.endpoint");
    if !told.is_empty() {
        case.set_system_out(told);
    }
    case
}

/// Updates have the same probe several times.
fn name_of(probed: &Probed) -> String {
    let update = probed.update.as_ref().map(|update| format!(" {}", crate::live::state(update)));
    format!("{}{}", probed.probe, update.unwrap_or_default())
}

fn status(probed: &Probed) -> TestCaseStatus {
    let documented = probed.findings.iter().filter(|finding| finding.basis == Basis::Documented);
    let failures: Vec<&str> = documented.map(|finding| &*finding.message).collect();
    match &*failures {
        [] if probed.is_missing() => failure(&probed.answer),
        [] => TestCaseStatus::success(),
        failures => failure(&failures.join("\n")),
    }
}

fn failure(message: &str) -> TestCaseStatus {
    wrong(NonSuccessKind::Failure, message.lines().next().unwrap_or_default(), message)
}

/// Everything that the answer shows, a line each.
fn told(probed: &Probed) -> String {
    let findings = probed.findings.iter().map(|finding| {
        let help = if finding.help.is_empty() { String::new() } else { format!("\n  help: {}", finding.help) };
        format!("{} {}{help}\n", word(finding.basis), finding.message)
    });
    std::iter::once(format!("{}\n", probed.answer)).chain(findings).collect()
}

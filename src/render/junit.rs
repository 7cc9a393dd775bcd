//! The report as JUnit XML, for CI systems: an area is a suite, a scenario a case.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as JunitReport, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::said::{flaky, known};
use super::wire::{answered, body, shown};
use super::written::document;
use crate::judge::{Finding, FindingKind, Report, ScenarioReport, ScenarioState};
use crate::rules::RuleId;

/// The report as JUnit XML.
pub fn junit(report: &Report) -> String {
    junit_of_all(std::slice::from_ref(report))
}

/// The reports of several runs, one for each network, as one document.
pub fn junit_of_all(reports: &[Report]) -> String {
    let mut whole = JunitReport::new("caketester");
    whole.set_time(Duration::from_millis(reports.iter().map(|report| report.duration_ms).sum()));
    for report in reports {
        add(&mut whole, report);
    }
    // Suites may say what was skipped, but the schema of Jenkins does not let their root say so.
    let skipped: usize = whole.test_suites.iter().map(|suite| suite.skipped).sum();
    document(&whole).replacen(&format!(" skipped=\"{skipped}\""), "", 1)
}

/// The suites of a run; a network's begin with its name.
fn add(document: &mut JunitReport, report: &Report) {
    let network = |joint: &str| report.network.as_ref().map_or_else(String::new, |name| format!("{name}{joint}"));
    if let Some(stop) = &report.stop {
        let mut suite = TestSuite::new(format!("{}caketester", network("/")));
        let told = format!("{}\n\nhelp: {}", stop.message, stop.help);
        let status = wrong(NonSuccessKind::Error, stop.message.clone(), told);
        suite.add_test_case(TestCase::new("the sample update", status));
        document.add_test_suite(suite);
    }
    for scenarios in report.scenarios.chunk_by(|a, b| area(a) == area(b)) {
        let Some(first) = scenarios.first() else { continue };
        let mut suite = TestSuite::new(format!("{}{}", network("/"), area(first)));
        if let Some(evidence) = report.evidence {
            suite.add_property(("evidence", evidence.word()));
        }
        suite.add_test_cases(scenarios.iter().map(|scenario| case(scenario, &network("."))));
        document.add_test_suite(suite);
    }
}

fn area(scenario: &ScenarioReport) -> &str {
    scenario.id.split_once('/').map_or(&*scenario.id, |(area, _)| area)
}

fn case(scenario: &ScenarioReport, network: &str) -> TestCase {
    let status = match scenario.state {
        ScenarioState::Passed => TestCaseStatus::success(),
        ScenarioState::Failed | ScenarioState::Flaky => failure(scenario),
        ScenarioState::Known => {
            let known: Vec<String> = known(scenario).iter().map(|(rule, why)| format!("{rule}: {why}")).collect();
            skipped(format!("known failure: {}", known.join("; ")))
        }
        ScenarioState::NotRun => skipped("the run left this scenario out, or ended before it"),
        ScenarioState::OutOfScope => {
            let needs = "the client does not do what this scenario needs (`can:`, `--cannot`)";
            skipped(scenario.out_of_scope.as_deref().unwrap_or(needs))
        }
    };
    let mut case = TestCase::new(&*scenario.id, status);
    case.set_classname(format!("caketester.{network}{}", area(scenario)))
        .set_time(Duration::from_millis(scenario.duration_ms));
    let recommended = recommended(scenario);
    if !recommended.is_empty() {
        case.set_system_out(recommended);
    }
    case
}

/// What became of a case that was not put to anybody.
pub(super) fn skipped(why: impl Into<XmlString>) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

/// What became of a case that did not pass: in a line, and in full.
pub(super) fn wrong(
    kind: NonSuccessKind,
    message: impl Into<XmlString>,
    description: impl Into<XmlString>,
) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(description);
    status
}

/// What is wrong and fails nothing, a line each.
fn recommended(scenario: &ScenarioReport) -> String {
    let others = scenario.findings().filter(|finding| !scenario.decides(finding));
    let told = |finding: &Finding| {
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\n  help: {help}"));
        let rule = finding.rule.map_or_else(String::new, |rule| format!(" {rule}"));
        format!("{}{rule}: {}{help}\n", finding.weight.word(), finding.message)
    };
    others.map(told).collect()
}

fn failure(scenario: &ScenarioReport) -> TestCaseStatus {
    let findings = scenario.steps.iter().flat_map(|step| step.findings.iter().map(move |f| (step, f)));
    let findings: Vec<_> = findings.filter(|(_, finding)| scenario.counts(finding)).collect();
    let told = |finding: &Finding| {
        finding.rule.map_or_else(|| finding.message.clone(), |rule| format!("{rule}: {}", finding.message))
    };
    let mut lines = vec![scenario.title.clone(), scenario.file.clone()];
    for (step, finding) in &findings {
        let name = step.name.as_ref().map_or_else(String::new, |name| format!("[{name}] "));
        lines.push(format!("\n{name}{}", told(finding)));
        for (label, value) in [("expected", &finding.expected), ("got", &finding.actual), ("help", &finding.help)] {
            lines.extend(value.as_ref().map(|value| format!("  {label}: {value}")));
        }
        for exchange in shown(step) {
            lines.push(format!("  request: {}", exchange.request.line()));
            lines.push(format!("  answer: {} {}", answered(exchange), body(exchange)));
        }
    }
    lines.push(String::new());
    let harness = findings.iter().any(|(_, finding)| finding.kind == FindingKind::Harness);
    let kind = if harness { NonSuccessKind::Error } else { NonSuccessKind::Failure };
    let runs = flaky(scenario);
    let first = findings.first().map(|(_, finding)| *finding);
    let rule = first.and_then(|finding| finding.rule).map_or("caketester", RuleId::as_str);
    let prefix = runs.as_ref().map_or_else(String::new, |runs| format!("flaky, {runs}: "));
    let mut status = wrong(kind, format!("{prefix}{}", first.map(told).unwrap_or_default()), lines.join("\n"));
    status.set_type(if runs.is_some() { "flaky" } else { rule });
    status
}

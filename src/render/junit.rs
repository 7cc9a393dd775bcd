//! The report as JUnit XML, for CI systems: an area is a suite, a scenario a case.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as JunitReport, TestCase, TestCaseStatus, TestSuite};

use super::said::flaky;
use super::wire::{answered, body, shown};
use super::written::document;
use crate::judge::{Finding, FindingKind, Report, ScenarioReport, ScenarioState};

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
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(&*stop.message).set_description(format!("{}\n\nhelp: {}", stop.message, stop.help));
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
        ScenarioState::Known => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(known(scenario));
            skipped
        }
        ScenarioState::NotRun | ScenarioState::OutOfScope => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(match (scenario.state, &scenario.out_of_scope) {
                (ScenarioState::OutOfScope, Some(why)) => why,
                (ScenarioState::OutOfScope, None) => {
                    "the client does not do what this scenario needs (`can:`, `--cannot`)"
                }
                _ => "the run left this scenario out, or ended before it",
            });
            skipped
        }
        ScenarioState::Failed | ScenarioState::Flaky => failure(scenario),
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

/// Which rules are known to be broken, and why each is left so.
fn known(scenario: &ScenarioReport) -> String {
    let known =
        scenario.findings().filter_map(|finding| Some(format!("{}: {}", finding.rule?, finding.known.as_ref()?)));
    let known: BTreeSet<String> = known.collect();
    format!("known failure: {}", known.into_iter().collect::<Vec<_>>().join("; "))
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
    let harness = findings.iter().any(|(_, finding)| finding.kind == FindingKind::Harness);
    let mut text = format!("{}\n{}\n", scenario.title, scenario.file);
    for (step, finding) in &findings {
        let name = step.name.as_ref().map_or_else(String::new, |name| format!("[{name}] "));
        // Writing into a String cannot fail.
        let rule = finding.rule.map_or_else(String::new, |rule| format!("{rule}: "));
        let _ = writeln!(text, "\n{name}{rule}{}", finding.message);
        for (label, value) in [("expected", &finding.expected), ("got", &finding.actual), ("help", &finding.help)] {
            if let Some(value) = value {
                let _ = writeln!(text, "  {label}: {value}");
            }
        }
        for exchange in shown(step) {
            let _ = writeln!(
                text,
                "  request: {}\n  answer: {} {}",
                exchange.request.line(),
                answered(exchange),
                body(exchange)
            );
        }
    }
    let kind = if harness { NonSuccessKind::Error } else { NonSuccessKind::Failure };
    let mut status = TestCaseStatus::non_success(kind);
    if let Some((_, first)) = findings.first() {
        let rule = first.rule.map_or_else(String::new, |rule| format!("{rule}: "));
        let runs = flaky(scenario);
        status.set_type(if runs.is_some() { "flaky" } else { first.rule.map_or("caketester", |rule| rule.as_str()) });
        let flaky = runs.map_or_else(String::new, |runs| format!("flaky, {runs}: "));
        status.set_message(format!("{flaky}{rule}{}", first.message));
    }
    status.set_description(text);
    status
}

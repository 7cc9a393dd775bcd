//! The verdict of a run: does the client conform, and what does that not say?

use std::collections::BTreeSet;

use super::conclusions::{RuleReport, RuleState, Verdict, VerdictWord};
use super::finding::Finding;
use super::report::{Report, ScenarioReport, ScenarioState};
use crate::plural::plural;
use crate::rules::{Rule, Weight, rule};
use crate::scenario::Need;

/// The verdict of a report that has changed.
pub(crate) fn anew(before: &Verdict, report: &Report) -> Verdict {
    verdict(report, before.strict, &before.out_of_scope, before.pack_size)
}

/// The verdict that follows from a report. `size` is how many scenarios the pack has, and `cannot` what the client is
/// said not to do.
pub(crate) fn verdict(report: &Report, strict: bool, cannot: &[Need], size: usize) -> Verdict {
    let (word, because) = reasons(report, strict, cannot, size);
    let not_tested = ["the network's own host", "the buyer's real key", "the names the network has configured"];
    Verdict {
        strict,
        word,
        because: because.into_iter().map(|reason| reason.why).collect(),
        out_of_scope: cannot.to_vec(),
        not_tested: not_tested.map(str::to_owned).to_vec(),
        pack_size: size,
        known: known(report),
    }
}

/// Why a verdict is no better, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// What is wrong, or missing.
    pub why: String,
    /// What to do.
    pub help: &'static str,
}

impl Shortfall {
    pub(crate) fn new(why: impl Into<String>, help: &'static str) -> Self {
        Self { why: why.into(), help }
    }
}

/// The word, and every reason for it. Where something is broken, what is missing does not count yet.
pub(crate) fn reasons(report: &Report, strict: bool, cannot: &[Need], size: usize) -> (VerdictWord, Vec<Shortfall>) {
    let broken = broken(report);
    if !broken.is_empty() {
        return (VerdictWord::DoesNotConform, broken);
    }
    let mut reasons = gaps(report, strict, cannot, size);
    let known = known(report);
    let word = match (reasons.is_empty(), known) {
        (false, _) => VerdictWord::Partial,
        (true, 0) => VerdictWord::Conforms,
        (true, _) => VerdictWord::KnownFailures,
    };
    if known > 0 {
        let help = "fix them, and take them out of the baseline";
        reasons.push(Shortfall::new(format!("the baseline knows {}", plural(known, "failure")), help));
    }
    (word, reasons)
}

/// How many rules are known to be broken, in each scenario.
fn known(report: &Report) -> usize {
    let rules = |scenario: &ScenarioReport| {
        let known = scenario.findings().filter(|finding| finding.known.is_some());
        known.filter_map(|finding| finding.rule).collect::<BTreeSet<_>>().len()
    };
    report.scenarios.iter().map(rules).sum()
}

/// What the client does wrong, where that decides.
fn broken(report: &Report) -> Vec<Shortfall> {
    let help = "see above what stopped it";
    let stopped =
        report.stop.as_ref().map(|_| Shortfall::new("the run was stopped before a scenario was judged", help));
    let told = |rule: &RuleReport| {
        let findings = report.scenarios.iter().flat_map(|scenario| scenario.findings().map(move |f| (scenario, f)));
        let is_its = |f: &Finding| f.rule == Some(rule.id) && f.weight == rule.weight;
        let counting = findings.filter(|(scenario, f)| is_its(f) && scenario.counts(f));
        // Where it is broken most often; all scenarios are run equally often.
        let (scenario, most) = counting.max_by_key(|(_, finding)| finding.runs)?;
        // It may show in one step here and in another there.
        let runs = if most.runs < scenario.runs && scenario.failed_runs < scenario.runs {
            format!(" in {} of {} runs of {}", most.runs, scenario.runs, scenario.id)
        } else {
            String::new()
        };
        let help = "fix it: what to change stands above";
        Some(Shortfall::new(format!("{} {}: broken{runs}", rule.id, rule.title), help))
    };
    let rules = report.rules.iter().filter_map(told);
    stopped.into_iter().chain(rules).collect()
}

/// What is required and was not checked, or not to its end.
fn gaps(report: &Report, strict: bool, cannot: &[Need], size: usize) -> Vec<Shortfall> {
    let mut gaps = Vec::new();
    let selected = report.scenarios.len();
    if selected < size {
        let help = "run the whole pack: leave out whatever selects a part of it";
        gaps.push(Shortfall::new(format!("{selected} of the pack's {size} scenarios were selected"), help));
    }
    let not_run = report.count(ScenarioState::NotRun);
    if let Some(first) = report.scenarios.iter().find(|scenario| scenario.state == ScenarioState::NotRun) {
        let help = "the notes name the scenarios that could not run, and why";
        let (many, were) = (plural(not_run, "selected scenario"), if not_run == 1 { "was" } else { "were" });
        gaps.push(Shortfall::new(format!("{many} {were} not run, first {}", first.id), help));
    }
    if report.scenarios.iter().any(|scenario| scenario.state.fails()) {
        // It breaks no rule, or the verdict would not ask for gaps.
        gaps.push(Shortfall::new("caketester itself failed in a scenario", "run it again; what happened stands above"));
    }
    // A client that never repeats an update leaves no repeats to look at.
    let is_due = |rule: &Rule| !rule.optional && rule.needs.is_none_or(|need| !cannot.contains(&need));
    let is_missing = |report: &&RuleReport| {
        report.state == RuleState::NotExercised
            && (report.weight == Weight::Required || strict && report.weight == Weight::Recommended)
            && rule(report.id.as_str()).is_some_and(is_due)
    };
    let unseen: Vec<&str> = report.rules.iter().filter(is_missing).map(|rule| rule.id.as_str()).collect();
    if !unseen.is_empty() {
        let help = "run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule";
        gaps.push(Shortfall::new(format!("not exercised: {}", unseen.join(", ")), help));
    }
    gaps
}

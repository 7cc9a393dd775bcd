//! What was observed becomes a report.

use super::gather::{PlannedStep, left_out};
use crate::judge::{Report, StepReport, Terms, tally};
use crate::rules::Weight;

/// Puts what was judged into a report. A scenario that was not done to its end says nothing, unless something in it is
/// wrong already; and what a client that gets nothing through does not do, it may not be praised for.
pub(super) fn fold(terms: &Terms, report: &mut Report, steps: &[(PlannedStep, StepReport)]) {
    let mut half_done = Vec::new();
    for (at, scenario) in report.scenarios.iter_mut().enumerate() {
        let own: Vec<&(PlannedStep, StepReport)> = steps.iter().filter(|(item, _)| item.at == at).collect();
        let Some((item, _)) = own.first() else { continue };
        let whole = item.entry(&terms.pack).scenario.steps.len();
        if own.len() < whole && !own.iter().any(|(_, step)| is_wrong(step)) {
            half_done.push(scenario.id.clone());
            continue;
        }
        let own: Vec<StepReport> = own.into_iter().map(|(_, step)| step.clone()).collect();
        scenario.finish(own, &terms.baseline, terms.today);
    }
    let half_done: Vec<&str> = half_done.iter().map(String::as_str).collect();
    report.notes.extend(left_out(&half_done, "not every step of it was done"));
    report.evidence = Some(report.grade());
    report.rules = tally(&report.scenarios, report.got_through());
    report.remarks.extend(report.untold());
    terms.conclude(report);
}

/// Whether something is wrong with a step, and not only worth knowing.
fn is_wrong(step: &StepReport) -> bool {
    step.findings.iter().any(|finding| finding.weight != Weight::Note)
}

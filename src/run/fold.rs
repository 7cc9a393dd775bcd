//! What was observed becomes a report.

use super::client::{ClientRun, conclude};
use super::gather::{Item, left_out};
use super::grade::Grade;
use super::report::{Report, StepReport};
use super::tally::tally;
use crate::protocol::{Code, Outcome};
use crate::rules::Weight;

/// Puts what was judged into a report. A scenario that was not done to its end says nothing, unless something in it is
/// wrong already; and what a client that gets nothing through does not do, it may not be praised for.
pub(super) fn fold(run: &ClientRun, report: &mut Report, steps: &[(Item, StepReport)]) {
    let mut half_done = Vec::new();
    let mut untold = 0_usize;
    for (at, scenario) in report.scenarios.iter_mut().enumerate() {
        let own: Vec<&(Item, StepReport)> = steps.iter().filter(|(item, _)| item.at == at).collect();
        let Some((item, _)) = own.first() else { continue };
        let whole = item.entry(&run.pack).scenario.steps.len();
        if own.len() < whole && !own.iter().any(|(_, step)| is_wrong(step)) {
            half_done.push(scenario.id.clone());
            continue;
        }
        let own: Vec<StepReport> = own.into_iter().map(|(_, step)| step.clone()).collect();
        untold += own.iter().filter(|step| step.concluded.is_none()).count();
        scenario.finish(own, &run.baseline, run.today);
    }
    if untold > 0 {
        report.notes.push(format!(
            "no outcome was reported in {untold} of {} steps: the rules about outcomes were not exercised there",
            report.steps()
        ));
    }
    let half_done: Vec<&str> = half_done.iter().map(String::as_str).collect();
    report.notes.extend(left_out(&half_done, "not every step of it was done"));
    report.evidence = Some(if untold > 0 || report.steps() == 0 { Grade::Wire } else { Grade::Attested });
    let gets_through = report.scenarios.iter().flat_map(|scenario| &scenario.steps).any(|step| {
        let got_through = step.exchanges.last().and_then(|last| last.code) == Some(Code::SUCCESS);
        got_through && step.concluded.is_none_or(|outcome| outcome == Outcome::Updated)
    });
    report.rules = tally(&report.scenarios, gets_through);
    conclude(run, report);
}

/// Whether something is wrong with a step, and not only worth knowing.
fn is_wrong(step: &StepReport) -> bool {
    step.findings.iter().any(|finding| finding.weight != Weight::Note)
}

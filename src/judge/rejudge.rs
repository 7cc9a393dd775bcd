//! A run that is over is judged again: by the rules of today, by other terms, or with outcomes that are handed in later.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::FindingKind;
use super::grade::Grade;
use super::report::{Report, ScenarioReport, ScenarioState, StepReport};
use super::step::Judge;
use super::tally::{always_the_same, tally};
use super::terms::Terms;
use crate::cake::lead_key;
use crate::pack::Entry;
use crate::protocol::{Code, Outcome};
use crate::scenario::Step;
use crate::subject::{Concluded, Conclusion, Outcomes, Told};

/// Judges what a report says was seen. Outcomes that are handed in count in place of those that were told at the time. The
/// error says why the run cannot be judged again, and what to do.
pub fn rejudge(terms: &Terms, before: Report, outcomes: Option<&Outcomes>) -> Result<Report, String> {
    let help = "run `caketester endpoint` again to compare its answers with the snapshots";
    let evidence =
        before.evidence.ok_or_else(|| format!("it is of an endpoint, which no rule judges\n  help: {help}"))?;
    let judge = Judge { rules: &terms.rules, key: &terms.pack.key };
    let told = outcomes.map_or_else(|| Ok(Vec::new()), |outcomes| handed_in(outcomes, &before))?;
    let mut told = told.into_iter();
    let mut met = BTreeSet::new();
    let scenario = |scenario: &ScenarioReport| {
        let entry = terms.pack.entries.iter().find(|entry| entry.scenario.id.as_str() == scenario.id);
        let missing = || {
            let (id, pack) = (&scenario.id, &terms.pack.origin);
            format!(
                "it is about {id}, which is not in the pack {pack}\n  help: --pack names the pack that the run was of"
            )
        };
        let entry = entry.ok_or_else(missing)?;
        let is_right = matches!(scenario.state, ScenarioState::Passed | ScenarioState::Known);
        if !met.insert(scenario.id.clone()) || is_right && scenario.steps.len() != entry.scenario.steps.len() {
            return Err(format!("it is damaged: {} appears twice, or without all its steps", scenario.id));
        }
        let steps = scenario.steps.iter().map(|before| {
            let is_it = |step: &&Step| step.name == before.name && step.update.lead_id == before.update.lead_id;
            let step = entry.scenario.steps.iter().find(is_it).ok_or_else(missing)?;
            let step = again(&judge, entry, step, before, told.next().flatten());
            Ok::<_, String>(if scenario.runs > 1 { step.with_other_runs_of(before) } else { step })
        });
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let mut report = ScenarioReport::new(&entry.scenario, terms.strict);
        (report.state, report.duration_ms) = (scenario.state, scenario.duration_ms);
        // Some drivers cannot show what others can.
        report.out_of_scope.clone_from(&scenario.out_of_scope);
        if !steps.is_empty() {
            // Of several runs the steps of one are kept: where these are right now, nothing is known to be wrong.
            (report.steps, report.runs, report.failed_runs) = (steps, scenario.runs, scenario.failed_runs.max(1));
            report.hold_against(&terms.baseline, terms.today);
        }
        Ok(report)
    };
    let scenarios = before.scenarios.iter().map(scenario).collect::<Result<Vec<_>, _>>()?;
    let mut report = Report {
        version: Report::VERSION,
        caketester: env!("CARGO_PKG_VERSION").to_owned(),
        scenarios,
        remarks: Vec::new(),
        ..before
    };
    if outcomes.is_some() {
        report.evidence = Some(report.grade());
    }
    if report.stop.is_none() {
        let gets_through = report.gets_through.unwrap_or_else(|| report.got_through());
        report.rules = tally(&report.scenarios, gets_through);
    }
    report.remarks.extend(report.untold());
    if evidence == Grade::Outcome {
        report.remarks.extend(always_the_same(&report));
    }
    terms.conclude(&mut report);
    Ok(report)
}

/// Judges a step again, by what was handed in for it or else by what was told at the time.
fn again(judge: &Judge<'_>, entry: &Entry, step: &Step, before: &StepReport, told: Option<&Told>) -> StepReport {
    if before.findings.iter().any(|finding| finding.kind == FindingKind::Harness) {
        // Nothing was seen of the client.
        return before.clone();
    }
    let conclusion = Conclusion {
        verdict: told.map_or_else(|| before.told.clone(), |told| Concluded::Outcome(told.outcome)),
        code: told.map_or(before.told_code, |told| told.code),
        trace: before.trace.clone().unwrap_or_default(),
    };
    let judged = judge.judge(entry, step, before.seen.clone(), conclusion);
    StepReport { notes: before.notes.clone(), duration_ms: before.duration_ms, ..judged }
}

/// What was handed in for each step of a run; nothing for one that the file does not mention.
fn handed_in<'o>(outcomes: &'o Outcomes, report: &Report) -> Result<Vec<Option<&'o Told>>, String> {
    let steps = || report.scenarios.iter().flat_map(|scenario| &scenario.steps);
    let lead_of = |step: &StepReport| lead_key(&step.update.lead_id).into_owned();
    // How often each lead was to be reported, and how many of these steps have been met.
    let (mut leads, mut met) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    for step in steps() {
        *leads.entry(lead_of(step)).or_default() += 1;
    }
    let of_step = |step: &StepReport| {
        let lead = lead_of(step);
        let is_its = |told: &&str| lead_key(told) == lead;
        let (of_many, nth) = (leads[&lead], met.entry(lead.clone()).or_default());
        let told = outcomes.of(&step.update.lead_id, step.name.as_deref(), *nth, of_many);
        *nth += 1;
        match told {
            Ok(told) => Ok(Some(told)),
            Err(why) if outcomes.leads().filter(is_its).count() > of_many => Err(why),
            Err(_) => Ok(None),
        }
    };
    steps().map(of_step).collect()
}

impl Report {
    /// On whose word the outcomes rest that a person told.
    pub(crate) fn grade(&self) -> Grade {
        if self.untold_steps() == 0 && self.steps() > 0 { Grade::Attested } else { Grade::Wire }
    }

    fn untold_steps(&self) -> usize {
        let steps = self.scenarios.iter().flat_map(|scenario| &scenario.steps);
        steps.filter(|step| step.told == Concluded::Untold).count()
    }

    /// A remark on how many steps have no outcome.
    pub(crate) fn untold(&self) -> Option<String> {
        let untold = self.untold_steps();
        (untold > 0).then(|| {
            let of = self.steps();
            format!(
                "no outcome was reported in {untold} of {of} steps: the rules about outcomes were not exercised there"
            )
        })
    }

    /// Whether any update got through without the client having concluded otherwise.
    pub(crate) fn got_through(&self) -> bool {
        self.scenarios.iter().flat_map(|scenario| &scenario.steps).any(|step| {
            let got_through = step.seen.exchanges.last().and_then(|last| last.code) == Some(Code::SUCCESS);
            got_through && step.concluded.is_none_or(|outcome| outcome == Outcome::Updated)
        })
    }
}

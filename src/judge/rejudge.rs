//! A run that is over is judged again: by the rules of today, by other terms, or with outcomes that are handed in later.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

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
use crate::subject::{Concluded, Conclusion, Outcomes};

/// Why a run cannot be judged again.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Rejudged {
    /// It has no client.
    #[error(
        "it is of an endpoint, which no rule judges\n  help: `caketester endpoint` holds its answers against the snapshots again"
    )]
    Endpoint,
    /// The pack has no such step.
    #[error("it is about {what}, which is not in the pack {pack}\n  help: --pack names the pack that the run was of")]
    NotInThePack {
        /// What is not there.
        what: String,
        /// The pack.
        pack: String,
    },
    /// No run writes this.
    #[error("it is damaged: {scenario} appears twice, or without all its steps")]
    Damaged {
        /// The scenario.
        scenario: String,
    },
    /// What was handed in cannot be told apart.
    #[error("{0}")]
    Outcomes(String),
}

/// Judges what a report says was seen. Outcomes that are handed in count in place of those that were told at the time.
pub fn rejudge(terms: &Terms, before: Report, outcomes: Option<&Outcomes>) -> Result<Report, Rejudged> {
    let Some(evidence) = before.evidence else { return Err(Rejudged::Endpoint) };
    let judge = Judge { rules: &terms.rules, key: &terms.pack.key };
    let mut told = HandedIn { outcomes, leads: leads(&before), met: BTreeMap::new() };
    let mut met = BTreeSet::new();
    let scenario = |scenario: &ScenarioReport| {
        let entry = terms.pack.entries.iter().find(|entry| entry.scenario.id.as_str() == scenario.id);
        let missing = |step: Option<&StepReport>| {
            let step =
                step.and_then(|step| step.name.as_ref()).map_or_else(String::new, |name| format!(", step {name}"));
            Rejudged::NotInThePack { what: format!("{}{step}", scenario.id), pack: terms.pack.origin.to_string() }
        };
        let entry = entry.ok_or_else(|| missing(None))?;
        let is_right = matches!(scenario.state, ScenarioState::Passed | ScenarioState::Known);
        if !met.insert(scenario.id.clone()) || is_right && scenario.steps.len() != entry.scenario.steps.len() {
            return Err(Rejudged::Damaged { scenario: scenario.id.clone() });
        }
        let steps = scenario.steps.iter().map(|before| {
            let is_it = |step: &&Step| step.name == before.name && step.update.lead_id == before.update.lead_id;
            let step = entry.scenario.steps.iter().find(is_it).ok_or_else(|| missing(Some(before)))?;
            let step = again(&judge, entry, step, before, &mut told)?;
            Ok(if scenario.runs > 1 { step.with_other_runs_of(before) } else { step })
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

/// Judges a step again.
fn again(
    judge: &Judge<'_>,
    entry: &Entry,
    step: &Step,
    before: &StepReport,
    told: &mut HandedIn<'_>,
) -> Result<StepReport, Rejudged> {
    let told = told.of(before)?;
    if before.findings.iter().any(|finding| finding.kind == FindingKind::Harness) {
        // Nothing was seen of the client.
        return Ok(before.clone());
    }
    let conclusion = Conclusion {
        verdict: told.map_or_else(|| before.told.clone(), |(outcome, _)| Concluded::Outcome(outcome)),
        code: told.map_or(before.told_code, |(_, code)| code),
        trace: before.trace.clone().unwrap_or_default(),
    };
    let judged = judge.judge(entry, step, before.seen.clone(), conclusion);
    Ok(StepReport { notes: before.notes.clone(), duration_ms: before.duration_ms, ..judged })
}

/// How often each lead was to be reported.
fn leads(report: &Report) -> BTreeMap<String, usize> {
    let mut leads = BTreeMap::new();
    for step in report.scenarios.iter().flat_map(|scenario| &scenario.steps) {
        *leads.entry(lead_key(&step.update.lead_id).into_owned()).or_default() += 1;
    }
    leads
}

/// Outcomes that were handed in, and how many updates each lead has.
struct HandedIn<'o> {
    outcomes: Option<&'o Outcomes>,
    leads: BTreeMap<String, usize>,
    met: BTreeMap<String, usize>,
}

impl HandedIn<'_> {
    fn of(&mut self, step: &StepReport) -> Result<Option<(Outcome, Option<Code>)>, Rejudged> {
        let lead = lead_key(&step.update.lead_id).into_owned();
        let nth = self.met.entry(lead.clone()).or_default();
        let of_many = self.leads.get(&lead).copied().unwrap_or(1);
        let Some(outcomes) = self.outcomes else { return Ok(None) };
        let told = outcomes.of(&step.update.lead_id, step.name.as_deref(), *nth, of_many);
        *nth += 1;
        match told {
            Ok(told) => Ok(Some((told.outcome, told.code))),
            Err(why) if outcomes.leads().filter(|told| lead_key(told) == lead).count() > of_many => {
                Err(Rejudged::Outcomes(why))
            }
            // The file does not mention it.
            Err(_) => Ok(None),
        }
    }
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

//! A run without a program: a person or a scheduler works the real system against a fixed address, what arrives is judged,
//! and the outcomes are told by that person, or later, or not at all.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::client::{ClientRun, blank, conclude};
use super::gather::{Item, Plan, With, gather, judge, left_out, stray, stray_note, unrun};
use super::grade::Grade;
use super::record::Record;
use super::report::{Report, ScenarioState, StepReport};
use super::tally::tally;
use super::under_test::SubjectReport;
use crate::mock::{Incident, Limits, Mock, Watcher};
use crate::pack::Worlds;
use crate::protocol::{Code, Exchange, Outcome, Update};
use crate::rules::Weight;
use crate::subject::{Conclusion, Trace, Verdict};

/// An observation that goes on.
pub struct Observation {
    run: ClientRun,
    plan: Plan,
    mock: Mock,
    told: Vec<Option<Outcome>>,
    started: Instant,
}

/// One thing to do, and what is known of it by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The id of the scenario.
    pub scenario: String,
    /// The name of the step, where the scenario has several.
    pub step: Option<String>,
    /// What is to be reported.
    pub update: Update,
    /// How many requests arrived.
    pub requests: usize,
    /// How the last of them was answered.
    pub answered: Option<String>,
    /// What is wrong with them, each mistake with its rule.
    pub mistakes: Vec<String>,
    /// What the system showed, by what was told.
    pub told: Option<Outcome>,
}

impl Observation {
    /// Listens at an address. The watcher hears of whatever arrives.
    pub async fn begin(run: ClientRun, address: SocketAddr, with_timed: bool, watcher: Watcher) -> io::Result<Self> {
        let plan = Plan::of(&run, With { timed: with_timed, certificates: false });
        let (reach, worlds) = (run.transport.reach(None), Worlds::of(&run.pack));
        let mock = Mock::start_reached_by(reach, address, worlds, Limits::default(), Some(watcher)).await?;
        let told = vec![None; plan.items.len()];
        Ok(Self { run, plan, mock, told, started: Instant::now() })
    }

    /// The URL that the system has to send to.
    pub fn url(&self) -> String {
        self.mock.url()
    }

    /// The URL of the proxy that leads there, where one is needed.
    pub fn proxy(&self) -> Option<String> {
        self.mock.proxy_url()
    }

    /// Which scenarios were left out, and why.
    pub fn notes(&self) -> &[String] {
        &self.plan.notes
    }

    /// Everything there is to do, and what is known of it by now; and what arrived that belongs to nothing of it.
    pub fn look(&self) -> (Vec<Look>, Vec<String>) {
        let pack = &self.run.pack;
        let gathered = gather(pack, &self.plan.items, &self.mock.journal().exchanges());
        let looks = self.plan.items.iter().enumerate().map(|(number, item)| {
            let (step, exchanges) = (item.step(pack), &gathered.of_items[number]);
            Look {
                scenario: item.entry(pack).scenario.id.to_string(),
                step: step.name.clone(),
                update: step.update.clone(),
                requests: exchanges.len(),
                answered: exchanges.last().map(|last| answered(last)),
                mistakes: if exchanges.is_empty() { vec![] } else { mistakes(&self.judged(*item, exchanges, None)) },
                told: self.told[number],
            }
        });
        let strays = gathered.strays.iter().map(|exchange| stray(pack, &self.plan.items, exchange));
        (looks.collect(), strays.collect())
    }

    /// Takes down what the system showed for a thing to do, by its number from 0.
    pub fn tell(&mut self, number: usize, outcome: Outcome) {
        if let Some(told) = self.told.get_mut(number) {
            *told = Some(outcome);
        }
    }

    /// Stops listening, judges what is known, and returns it with a record that outcomes can be added to later.
    pub async fn end(mut self) -> (Report, Record) {
        let url = self.url();
        let stopped = self.mock.finish().await;
        let mut report = blank(&self.run, Grade::Attested);
        report.subject = SubjectReport::Observed { url: url.clone() };
        report.scenarios = unrun(&self.run, &self.plan);
        report.notes = std::mem::take(&mut self.plan.notes);
        report.notes.extend(stopped.incidents().iter().map(Incident::to_string));
        let (run, plan) = (&self.run, &self.plan);
        let gathered = gather(&run.pack, &plan.items, &stopped.exchanges());
        report.notes.extend(stray_note(&run.pack, &plan.items, &gathered.strays));
        for (position, why) in &gathered.undecided {
            report.notes.extend(left_out(&[run.pack.entries[*position].scenario.id.as_str()], why));
        }
        if stopped.exchanges().is_empty() {
            report.notes.push("nothing arrived: does the system send to the address above?".into());
        }
        let decided = |item: &Item| !gathered.undecided.contains_key(&item.position);
        let mut record = Record::of(&report, url);
        let mut steps: Vec<(Item, StepReport)> = Vec::new();
        for (number, item) in plan.items.iter().enumerate().filter(|(_, item)| decided(item)) {
            let (exchanges, told) = (&gathered.of_items[number], self.told[number]);
            if !exchanges.is_empty() || told.is_some() {
                let step = judged(run, *item, exchanges, told);
                record.add(item.entry(&run.pack).scenario.id.as_str(), &step, exchanges, &run.pack.key);
                steps.push((*item, step));
            }
        }
        record.notes.clone_from(&report.notes);
        fold(run, &mut report, &steps);
        report.ended_early |= report.count(ScenarioState::NotRun) > gathered.undecided.len() && !plan.items.is_empty();
        report.duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        record.duration_ms = report.duration_ms;
        (report, record)
    }

    fn judged(&self, item: Item, exchanges: &[Arc<Exchange>], told: Option<Outcome>) -> StepReport {
        judged(&self.run, item, exchanges, told)
    }
}

fn judged(run: &ClientRun, item: Item, exchanges: &[Arc<Exchange>], told: Option<Outcome>) -> StepReport {
    let verdict = told.map_or(Verdict::Untold, Verdict::Outcome);
    judge(run, item, exchanges, Conclusion { verdict, code: None, trace: Trace::default() }, false)
}

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

/// How an exchange was answered, in a few words.
fn answered(exchange: &Exchange) -> String {
    match (exchange.fault, exchange.code) {
        (Some(fault), _) => fault.to_string(),
        (None, Some(code)) => format!("code {code}"),
        (None, None) => format!("HTTP {} without a code", exchange.answer.http_status),
    }
}

/// What is wrong with a request, in a line each: what arrived, what was expected, and by which rule.
fn mistakes(step: &StepReport) -> Vec<String> {
    let findings = step.findings.iter();
    let told = findings.map(|finding| {
        let rule = finding.rule.map_or_else(|| "caketester".to_owned(), |rule| rule.to_string());
        match (&finding.expected, &finding.actual) {
            (Some(expected), Some(actual)) => {
                format!("{} arrived, {} was expected: {rule}", bare(actual), bare(expected))
            }
            _ => format!("{}: {rule}", finding.message),
        }
    });
    told.collect()
}

/// A value without quotes, where it is one word.
fn bare(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    if !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric()) { inner } else { value }
}

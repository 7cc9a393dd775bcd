//! A run without a program: a person or a scheduler works the real system against a fixed address, what arrives is judged,
//! and the outcomes are told by that person, or later, or not at all.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::client::{ClientRun, judge_journal};
use super::gather::{Plan, PlannedStep, With, finish, gather, judge, stray, unrun};
use crate::judge::{Grade, Report, ScenarioState, StepReport, SubjectReport, in_milliseconds, out_of_scope, tally};
use crate::mock::{Incident, Journal, Mock, Options, Reach, Watcher};
use crate::pack::{Entry, Worlds};
use crate::protocol::{Exchange, Outcome, Update};
use crate::scenario::Scenario;
use crate::subject::{Concluded, Conclusion, Trace};

/// An observation that goes on.
pub struct Observation {
    run: ClientRun,
    plan: Plan,
    mock: Mock,
    watcher: Arc<Watcher>,
    /// What the system showed: for each item of the plan, then for each step behind a bad certificate.
    told: Vec<Option<Outcome>>,
    /// What arrived while each certificate that is over was shown: the right one first, then those of the traps.
    over: Vec<Arc<Journal>>,
    started: Instant,
}

/// One thing to do, and what is known of it by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistItem {
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
    /// Whether it is a step behind a bad certificate, and where that stands.
    pub trap: Option<Trap>,
}

/// Where a step behind a bad certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// Its certificate has yet to be shown.
    Later,
    /// Its certificate is shown now, and this is what happened.
    Now {
        /// Whether the system looked at it and turned away.
        turned_away: bool,
    },
    /// It is over.
    Over,
}

impl Observation {
    /// Listens at an address. The watcher is called for each exchange.
    pub async fn begin(mut run: ClientRun, address: SocketAddr, with: With, watcher: Watcher) -> io::Result<Self> {
        for Entry { scenario, .. } in &mut Arc::make_mut(&mut run.terms.pack).entries {
            if is_unreachable(scenario) {
                let why = || "an observation has one address, and somebody listens there".to_owned();
                scenario.out_of_scope.get_or_insert_with(why);
            }
        }
        let mut plan = Plan::of(&run.terms, with);
        plan.notes.extend(out_of_scope(&run.terms.pack, &run.terms.selection));
        let (reach, watcher) = (run.transport.reach(None), Arc::new(watcher));
        let mock = listen(&run, reach, address, &watcher).await?;
        let told = vec![None; plan.items.len() + plan.traps.len()];
        let started = Instant::now();
        Ok(Self { run, plan, mock, watcher, told, over: Vec::new(), started })
    }

    /// Shows the next bad certificate at the same address; whether there was one.
    pub async fn next(mut self) -> io::Result<(Self, bool)> {
        let Some(item) = self.plan.traps.get(self.over.len()) else { return Ok((self, false)) };
        let obstacle = item.step(&self.run.terms.pack).obstacle();
        let address = self.mock.address();
        self.over.push(self.mock.finish().await);
        self.mock = listen(&self.run, self.run.transport.reach(obstacle), address, &self.watcher).await?;
        Ok((self, true))
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

    /// The checklist as it stands, and the requests that belong to no item of it.
    pub fn look(&self) -> (Vec<ChecklistItem>, Vec<String>) {
        let pack = &self.run.terms.pack;
        let journal = self.over.first().map_or(self.mock.journal(), |journal| journal);
        let gathered = gather(pack, &self.plan.items, &journal.exchanges());
        let incidents = journal.incidents();
        let looks = self.plan.items.iter().enumerate().map(|(number, item)| {
            let exchanges = &gathered.of_items[number];
            ChecklistItem {
                requests: exchanges.len(),
                answered: exchanges.last().map(|last| answered(last)),
                mistakes: if exchanges.is_empty() {
                    vec![]
                } else {
                    mistakes(&judge(&self.run.terms, *item, exchanges, attested(None), &incidents))
                },
                ..self.unseen(*item, number)
            }
        });
        let traps = self.plan.traps.iter().enumerate().map(|(number, item)| {
            let total = |journal: &Journal| usize::try_from(journal.total()).unwrap_or(usize::MAX);
            let (trap, requests) = match self.over.get(number + 1) {
                Some(journal) => (Trap::Over, total(journal)),
                None if self.over.len() == number + 1 => {
                    let journal = self.mock.journal();
                    let turned_away = journal.incidents().iter().any(Incident::turned_away);
                    (Trap::Now { turned_away }, total(journal))
                }
                None => (Trap::Later, 0),
            };
            ChecklistItem { trap: Some(trap), requests, ..self.unseen(*item, self.plan.items.len() + number) }
        });
        let strays = gathered.strays.iter().map(|exchange| stray(pack, &self.plan.items, exchange));
        (looks.chain(traps).collect(), strays.collect())
    }

    fn unseen(&self, item: PlannedStep, number: usize) -> ChecklistItem {
        let step = item.step(&self.run.terms.pack);
        ChecklistItem {
            scenario: item.entry(&self.run.terms.pack).scenario.id.to_string(),
            step: step.name.clone(),
            update: step.update.clone(),
            requests: 0,
            answered: None,
            mistakes: Vec::new(),
            told: self.told[number],
            trap: None,
        }
    }

    /// Records what the system showed for an item, by its number from 0.
    pub fn tell(&mut self, number: usize, outcome: Outcome) {
        if let Some(told) = self.told.get_mut(number) {
            *told = Some(outcome);
        }
    }

    /// Stops listening, and judges what is known.
    pub async fn end(mut self) -> Report {
        let url = self.url();
        self.over.push(self.mock.finish().await);
        let stopped = &self.over[0];
        let mut report = self.run.terms.blank(Grade::Attested);
        report.subject = SubjectReport::Observed { url };
        report.scenarios = unrun(&self.run.terms, &self.plan.selected);
        report.notes = std::mem::take(&mut self.plan.notes);
        let (run, plan) = (&self.run, &self.plan);
        let gathered = gather(&run.terms.pack, &plan.items, &stopped.exchanges());
        report.notes.extend(gathered.notes(&run.terms.pack, &plan.items, stopped));
        if stopped.exchanges().is_empty() {
            report.notes.push("nothing arrived: does the system send to the address above?".into());
        }
        let incidents = stopped.incidents();
        let items = plan.items.iter().enumerate().filter_map(|(number, item)| {
            let (exchanges, told) = (&gathered.of_items[number], self.told[number]);
            let is_known = !exchanges.is_empty() || told.is_some();
            let is_judged = is_known && !gathered.undecided.contains_key(&item.position);
            is_judged.then(|| (*item, judge(&run.terms, *item, exchanges, attested(told), &incidents)))
        });
        // Of a system that is silent nothing is known until a person says what it showed.
        let shown = self.told[plan.items.len()..].iter().zip(&self.over[1..]);
        let traps =
            plan.traps.iter().zip(shown).filter(|(_, (told, _))| told.is_some()).map(|(item, (told, journal))| {
                let (entry, step) = (item.entry(&run.terms.pack), item.step(&run.terms.pack));
                (*item, judge_journal(run, entry, step, (journal, None), attested(*told)))
            });
        let mut steps: Vec<(PlannedStep, StepReport)> = items.chain(traps).collect();
        steps.sort_by_key(|(item, _)| (item.at, item.step));
        finish(&run.terms, &mut report, &steps, &mut |_| {});
        report.evidence = Some(report.grade());
        report.rules = tally(&report.scenarios, report.got_through());
        report.remarks.extend(report.untold());
        run.terms.conclude(&mut report);
        report.ended_early |= report.count(ScenarioState::NotRun) > gathered.undecided.len() && !plan.items.is_empty();
        report.duration_ms = in_milliseconds(self.started.elapsed());
        report
    }
}

/// Whether a scenario needs an address where nothing answers.
fn is_unreachable(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| step.obstacle().is_some_and(|obstacle| !obstacle.is_seen()))
}

async fn listen(run: &ClientRun, reach: Reach, address: SocketAddr, watcher: &Arc<Watcher>) -> io::Result<Mock> {
    let watcher = Arc::clone(watcher);
    let hears: Watcher = Box::new(move |exchange| watcher(exchange));
    let options = Options { reach, watcher: Some(hears), ..Options::default() };
    Mock::start(address, Worlds::of(&run.terms.pack), options).await
}

/// What a person said that the system concluded, or nothing.
fn attested(told: Option<Outcome>) -> Conclusion {
    Conclusion { verdict: told.map_or(Concluded::Untold, Concluded::Outcome), code: None, trace: Trace::default() }
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

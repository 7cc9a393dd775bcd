//! A run of a program that is started once, as a nightly job or a test suite is: one mock serves every scenario.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::client::{ClientRun, bare, run_scenario, try_sample};
use super::ending::Ending;
use super::event::{Event, Observer};
use super::gather::{Gathered, Plan, PlannedStep, With, finish, gather, judge, unrun};
use super::lacking::{all_but_one, lacking};
use super::once::open;
use super::transport::{Way, needs_tls};
use super::trial::Trial;
use crate::judge::{Grade, Report, StepReport, Stop, always_the_same, in_milliseconds, tally};
use crate::mock::{Incident, Options, Watcher};
use crate::nearest::nearest;
use crate::pack::Worlds;
use crate::plural::plural;
use crate::protocol::{Code, Outcome, Update};
use crate::subject::{
    BatchCase, BatchEnd, BatchProgram, Case, Concluded, Conclusion, Subject, SubjectError, Told, Trace,
};

/// How many times as long as is asked for quiet is waited for at most: what never falls quiet is ended.
const MOST_SETTLING: u32 = 30;

/// What a program in a batch has to do first; one that expects a single update fails at it.
const FOR_A_BATCH: &str = "a batch is started once: it has to read every update from the file that CAKETESTER_CASES names (or \
                           {cases}); a program that sends one update is checked without --batch";

/// The settings of a batch, beside those of every run.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// How long nothing may have arrived before the batch counts as over.
    pub settle: Duration,
    /// Whether scenarios in which the server stalls are part of it.
    pub with_timed: bool,
}

/// Has a program report every selected scenario in one go.
pub async fn check_batch(
    run: ClientRun,
    batch: Batch,
    program: BatchProgram,
    observer: &mut Observer<'_>,
    mut ending: Ending,
) -> Result<Report, SubjectError> {
    let started = Instant::now();
    let program = Arc::new(program);
    let plan = Plan::of(&run.terms, With { timed: batch.with_timed, certificates: true });
    let mut report = run.terms.blank(Grade::Outcome);
    report.scenarios = unrun(&run.terms, &plan.selected);
    report.notes.clone_from(&plan.notes);
    if !plan.items.is_empty() {
        observer(&Event::Started { scenarios: plan.selected.len() });
        ending.or(run_once(&run, batch, &program, &plan, &mut report, observer)).await?;
        if report.stop.is_none() {
            let more = run_for_certificates(&run, batch, &program, &plan, &mut report, observer);
            match ending.or(more).await {
                Err(SubjectError::Interrupted) => report.interrupt(),
                done => done?,
            }
            report.rules = tally(&report.scenarios, report.gets_through == Some(true));
            report.remarks.extend(always_the_same(&report));
        }
        observer(&Event::Finished);
    }
    run.terms.conclude(&mut report);
    report.duration_ms = in_milliseconds(started.elapsed());
    Ok(report)
}

async fn run_once(
    run: &ClientRun,
    batch: Batch,
    program: &BatchProgram,
    plan: &Plan,
    report: &mut Report,
    observer: &mut Observer<'_>,
) -> Result<(), SubjectError> {
    let pack = &run.terms.pack;
    let heard = Arc::new(Notify::new());
    let options = || {
        let heard = Arc::clone(&heard);
        let watcher: Watcher = Box::new(move |_| heard.notify_one());
        Options { reach: run.transport.reach(None), watcher: Some(watcher), ..Options::default() }
    };
    let (mock, at) = open(&run.transport, pack, Worlds::of(pack), options, 0).await?;
    let cases: Vec<BatchCase> = plan.items.iter().map(|item| case(run, *item)).collect();
    let end = program.run(&at, &cases, quiet(&heard, batch.settle)).await?;
    let journal = mock.finish().await;

    if (0..cases.len()).any(|number| told(run, plan, number, &end).is_err()) {
        report.evidence = Some(Grade::Wire);
    }
    let ended = format!("it ended with {}", end.trace.exit.as_deref().unwrap_or("no exit code"));
    let nothing = concluded(Err(ended), end.trace.clone());
    let trial = Trial::new(&journal, &Update::default(), nothing, matches!(run.transport.way, Way::Intercept(_)));
    report.stop = trial.stop(&format!("any of {} updates", cases.len()));
    if let Some(stop) = report.stop.as_mut().filter(|_| trial.is_silent()) {
        stop.help = format!("{FOR_A_BATCH}; {}", stop.help);
    }
    if report.stop.is_none() && end.outcomes.is_empty() {
        report.stop = end.outcomes.mistake().map(|mistake| unread(&mistake, &end.trace));
    }
    if report.stop.is_some() {
        return Ok(());
    }
    let exchanges = journal.exchanges();
    let gathered = gather(pack, &plan.items, &exchanges);
    let updates = plan.items.iter().map(|item| &item.step(pack).update);
    let positions: BTreeSet<usize> = plan.items.iter().map(|item| item.position).collect();
    let (left, note) = all_but_one(pack, &positions, &lacking(updates, &exchanges));
    report.notes.extend(end.trace.notes.iter().chain(&end.notes).cloned());
    report.notes.extend(gathered.notes(pack, &plan.items, &journal));
    report.notes.extend(unknown_leads(&end, &cases).into_iter().chain(note));
    let is_judged =
        |item: &PlannedStep| !gathered.undecided.contains_key(&item.position) && !left.contains(&item.position);
    let steps = judge_all(run, plan, is_judged, &gathered, (&end, &journal.incidents()));
    let gets_through = |(_, step): &(PlannedStep, StepReport)| {
        let code = step.seen.exchanges.last().and_then(|last| last.code);
        code == Some(Code::SUCCESS) && step.concluded == Some(Outcome::Updated)
    };
    report.gets_through = Some(steps.iter().any(gets_through));
    finish(&run.terms, report, &steps, observer);
    Ok(())
}

/// Why a run ends in which not one outcome could be read: that would be a failure in every scenario, and is one mistake.
fn unread(mistake: &str, trace: &Trace) -> Stop {
    Stop {
        message: format!("the program sent updates, but not one of its outcomes could be read: {mistake}"),
        help: "write {\"lead_id\": \"…\", \"outcome\": \"updated\"} in a line for each update, or a table with the columns lead_id \
               and outcome; an outcome is updated, rejected or unknown"
            .to_owned(),
        trace: trace.clone(),
    }
}

/// Starts the program once more for each scenario about certificates, with that one case: a mock shows one certificate.
async fn run_for_certificates(
    run: &ClientRun,
    batch: Batch,
    program: &Arc<BatchProgram>,
    plan: &Plan,
    report: &mut Report,
    observer: &mut Observer<'_>,
) -> Result<(), SubjectError> {
    let mut scenarios = plan.traps.clone();
    scenarios.dedup_by_key(|item| item.at);
    if scenarios.is_empty() {
        return Ok(());
    }
    let subject = OneByOne { program: Arc::clone(program), settle: batch.settle };
    let trial = try_sample(run, run.transport.reach_by_tls(None), &bare(&run.terms.pack.sample), &subject).await?;
    let withheld = trial.withheld();
    let is_run = |position: usize| withheld.is_none() || !needs_tls(run.terms.scenario(position));
    for PlannedStep { at, position, .. } in scenarios.into_iter().filter(|item| is_run(item.position)) {
        let scenario = &mut report.scenarios[at];
        observer(&Event::ScenarioStarted { id: &scenario.id });
        if let Some(steps) = run_scenario(run, &run.terms.pack.entries[position], &subject).await {
            scenario.finish(steps, &run.terms.baseline, run.terms.today);
        }
        observer(&Event::ScenarioFinished(scenario));
    }
    report.notes.extend(withheld);
    Ok(())
}

/// A batch that is started for one update.
struct OneByOne {
    program: Arc<BatchProgram>,
    settle: Duration,
}

impl Subject for OneByOne {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let lead = case.update.lead_id.clone();
        // The column is there for people; which scenario this is, a client need not know.
        let only = BatchCase { scenario: "security".to_owned(), step: None, update: case.update.clone() };
        let end = self.program.run(&case, &[only], tokio::time::sleep(self.settle)).await?;
        let mut trace = end.trace;
        trace.notes.extend(end.notes);
        Ok(concluded(end.outcomes.of(&lead, None, 0, 1), trace))
    }
}

/// Completes once nothing has arrived for so long.
async fn quiet(heard: &Notify, settle: Duration) {
    let falls_quiet = async { while tokio::time::timeout(settle, heard.notified()).await.is_ok() {} };
    // What does not fall quiet is ended with the program; what arrived until then counts.
    let _ = tokio::time::timeout(settle * MOST_SETTLING, falls_quiet).await;
}

fn case(run: &ClientRun, item: PlannedStep) -> BatchCase {
    let step = item.step(&run.terms.pack);
    let scenario = item.entry(&run.terms.pack).scenario.id.to_string();
    BatchCase { scenario, step: step.name.clone(), update: step.update.clone() }
}

/// Judges every step that can be.
fn judge_all(
    run: &ClientRun,
    plan: &Plan,
    is_judged: impl Fn(&PlannedStep) -> bool,
    gathered: &Gathered,
    (end, incidents): (&BatchEnd, &[Incident]),
) -> Vec<(PlannedStep, StepReport)> {
    // What it printed, and why it told nothing, is told once: with the first step there is anything to say of.
    let mut printed_key = end.trace.printed_key.clone();
    let mut unsaid = Trace { notes: Vec::new(), printed_key: Vec::new(), ..end.trace.clone() };
    let judged = |(number, item): (usize, &PlannedStep)| {
        let told = told(run, plan, number, end);
        let mut trace = if told.is_err() { std::mem::take(&mut unsaid) } else { Trace::default() };
        trace.timed_out = told.is_err() && end.trace.timed_out;
        trace.printed_key = std::mem::take(&mut printed_key);
        (*item, judge(&run.terms, *item, &gathered.of_items[number], concluded(told, trace), incidents))
    };
    plan.items.iter().enumerate().filter(|(_, item)| is_judged(item)).map(judged).collect()
}

/// What a program concluded by what it told, or why it told nothing.
fn concluded(told: Result<&Told, String>, trace: Trace) -> Conclusion {
    match told {
        Ok(told) => Conclusion { verdict: Concluded::Outcome(told.outcome), code: told.code, trace },
        Err(why) => Conclusion { verdict: Concluded::None(why), code: None, trace },
    }
}

/// The outcome that the program reported for a step, or why there is none.
fn told<'e>(run: &ClientRun, plan: &Plan, number: usize, end: &'e BatchEnd) -> Result<&'e Told, String> {
    let step = plan.items[number].step(&run.terms.pack);
    let (nth, of_many) = plan.turn(&run.terms.pack, number);
    end.outcomes.of(&step.update.lead_id, step.name.as_deref(), nth, of_many)
}

/// Outcomes for leads that are not in the cases: mangled, most likely.
fn unknown_leads(end: &BatchEnd, cases: &[BatchCase]) -> Option<String> {
    let is_known = |lead: &&str| cases.iter().any(|case| case.update.lead_id.eq_ignore_ascii_case(lead));
    let unknown: Vec<&str> = end.outcomes.leads().filter(|lead| !is_known(lead)).collect();
    let first = unknown.first()?;
    let nearest = nearest(first, cases.iter().map(|case| &*case.update.lead_id));
    let meant = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"));
    Some(format!("the outcomes name {} that no case has, first {first:?}{meant}", plural(unknown.len(), "lead")))
}

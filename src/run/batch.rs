//! A run of a program that is started once, as a nightly job or a test suite is: one mock serves every scenario.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::client::{ClientRun, bare, run_scenario, try_sample};
use super::ending::Ending;
use super::event::{Event, Observer};
use super::gather::{Gathered, Plan, PlannedStep, With, dropped_note, gather, judge, left_out, stray_note, unrun};
use super::lacking::{all_but_one, lacking};
use super::transport::{Way, needs_tls};
use super::trial::Trial;
use crate::judge::{Grade, Report, StepReport, Stop, always_the_same, in_milliseconds, tally};
use crate::mock::{Incident, Mock, Options, Watcher};
use crate::pack::Worlds;
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
    let heard = Arc::new(Notify::new());
    let watcher: Watcher = Box::new({
        let heard = Arc::clone(&heard);
        move |_| heard.notify_one()
    });
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let reach = run.transport.reach(None);
    let is_plain = matches!(reach, crate::mock::Reach::Plain);
    let options = Options { reach, watcher: Some(watcher), ..Options::default() };
    let mock = Mock::start(loopback, Worlds::of(&run.terms.pack), options).await;
    let mock = mock.map_err(|source| SubjectError::Harness { what: "open a port for the mock", source })?;
    let (mock, guard) = run.transport.guard(mock).await?;
    let at = Case {
        base_url: mock.base_url(),
        proxy: mock.proxy_url(),
        guard,
        ca_file: (!is_plain).then(|| run.transport.ca_file.clone()),
        is_trust_told: true,
        key: run.terms.pack.key.clone(),
        update: Update::default(),
    };
    let cases: Vec<BatchCase> = plan.items.iter().map(|item| case(run, *item)).collect();
    let end = program.run(&at, &cases, quiet(&heard, batch.settle)).await?;
    let journal = mock.finish().await;

    if plan.items.iter().enumerate().any(|(number, _)| told(run, plan, number, &end).is_err()) {
        report.evidence = Some(Grade::Wire);
    }
    let nothing = Conclusion { verdict: Concluded::None(ended(&end.trace)), code: None, trace: end.trace.clone() };
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
    report.notes.extend(end.trace.notes.iter().chain(&end.notes).cloned());
    report.notes.extend(journal.incidents().iter().map(Incident::to_string));
    let exchanges = journal.exchanges();
    report.notes.extend(dropped_note(&journal));
    let gathered = gather(&run.terms.pack, &plan.items, &exchanges);
    report.notes.extend(stray_note(&run.terms.pack, &plan.items, &gathered.strays));
    report.notes.extend(unknown_leads(&end, &cases));
    let updates = plan.items.iter().map(|item| &item.step(&run.terms.pack).update);
    let positions: BTreeSet<usize> = plan.items.iter().map(|item| item.position).collect();
    let (left, note) = all_but_one(&run.terms.pack, &positions, &lacking(updates, &exchanges));
    report.notes.extend(note);
    let incidents = journal.incidents();
    let gets_through = judge_all(run, plan, (&gathered, &left), (&end, &incidents), report, observer);
    for (position, why) in &gathered.undecided {
        report.notes.extend(left_out(&[run.terms.scenario(*position).id.as_str()], why));
    }
    report.gets_through = Some(gets_through);
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
    let scenarios = plan.about_certificates(&run.terms);
    if scenarios.is_empty() {
        return Ok(());
    }
    let subject = OneByOne { program: Arc::clone(program), settle: batch.settle };
    let trial = try_sample(run, run.transport.reach_by_tls(None), &bare(&run.terms.pack.sample), &subject).await?;
    let withheld = trial.withheld();
    let is_run = |position: usize| withheld.is_none() || !needs_tls(run.terms.scenario(position));
    for (at, position) in scenarios.into_iter().filter(|(_, position)| is_run(*position)) {
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
        let (verdict, code) = match end.outcomes.of(&lead, None, 0, 1) {
            Ok(told) => (Concluded::Outcome(told.outcome), told.code),
            Err(why) => (Concluded::None(why), None),
        };
        let mut trace = end.trace;
        trace.notes.extend(end.notes);
        Ok(Conclusion { verdict, code, trace })
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

/// Judges every scenario whose requests could be told apart; whether the client gets a plain update through, and knows it.
fn judge_all(
    run: &ClientRun,
    plan: &Plan,
    (gathered, left): (&Gathered, &BTreeSet<usize>),
    (end, incidents): (&BatchEnd, &[Incident]),
    report: &mut Report,
    observer: &mut Observer<'_>,
) -> bool {
    let mut gets_through = false;
    // What it printed, and why it told nothing, is told once: with the first step there is anything to say of.
    let (mut printed_key, mut trace) = (Some(&end.trace.printed_key), Some(&end.trace));
    for (at, scenario) in report.scenarios.iter_mut().enumerate() {
        let items = plan.items.iter().enumerate().filter(|(_, item)| item.at == at);
        let items: Vec<(usize, PlannedStep)> = items.map(|(number, item)| (number, *item)).collect();
        let is_judged = |position| !gathered.undecided.contains_key(position) && !left.contains(position);
        if items.first().is_none_or(|(_, item)| !is_judged(&item.position)) {
            continue;
        }
        observer(&Event::ScenarioStarted { id: &scenario.id });
        let steps: Vec<StepReport> = items
            .into_iter()
            .map(|(number, item)| {
                let exchanges = &gathered.of_items[number];
                let mut own =
                    Trace { printed_key: printed_key.take().cloned().unwrap_or_default(), ..Trace::default() };
                let (verdict, code) = match told(run, plan, number, end) {
                    Ok(told) => (Concluded::Outcome(told.outcome), told.code),
                    Err(why) => {
                        own.timed_out = end.trace.timed_out;
                        if let Some(trace) = trace.take() {
                            own = Trace { printed_key: own.printed_key, notes: Vec::new(), ..trace.clone() };
                        }
                        (Concluded::None(why), None)
                    }
                };
                let answered = exchanges.last().and_then(|last| last.code) == Some(Code::SUCCESS);
                gets_through |= answered && verdict == Concluded::Outcome(Outcome::Updated);
                judge(&run.terms, item, exchanges, Conclusion { verdict, code, trace: own }, incidents)
            })
            .collect();
        scenario.finish(steps, &run.terms.baseline, run.terms.today);
        observer(&Event::ScenarioFinished(scenario));
    }
    gets_through
}

/// The outcome that the program reported for a step, or why there is none.
fn told<'e>(run: &ClientRun, plan: &Plan, number: usize, end: &'e BatchEnd) -> Result<&'e Told, String> {
    let step = plan.items[number].step(&run.terms.pack);
    let (nth, of_many) = plan.turn(&run.terms.pack, number);
    end.outcomes.of(&step.update.lead_id, step.name.as_deref(), nth, of_many)
}

fn ended(trace: &Trace) -> String {
    format!("it ended with {}", trace.exit.as_deref().unwrap_or("no exit code"))
}

/// Outcomes for leads that are not in the cases: mangled, most likely.
fn unknown_leads(end: &BatchEnd, cases: &[BatchCase]) -> Option<String> {
    let is_known = |lead: &&str| cases.iter().any(|case| case.update.lead_id.eq_ignore_ascii_case(lead));
    let unknown: Vec<&str> = end.outcomes.leads().filter(|lead| !is_known(lead)).collect();
    let first = unknown.first()?;
    let nearest = crate::nearest::nearest(first, cases.iter().map(|case| &*case.update.lead_id));
    let meant = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"));
    Some(format!(
        "the outcomes name {} that no case has, first {first:?}{meant}",
        match unknown.len() {
            1 => "a lead".to_owned(),
            many => format!("{many} leads"),
        }
    ))
}

//! A run against a client: every step gets a mock of its own, and the steps of a scenario one port.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use indexmap::IndexMap;
use tokio::task::JoinSet;

use super::ending::Ending;
use super::event::{Event, Observer};
use super::gather::{judge_seen, unrun};
use super::lacking::all_but_one;
use super::once::{Reported, Whereabouts, report_once};
use super::transport::{Transport, Way, needs_tls};
use super::trial::Trial;
use crate::judge::{
    Exit, Finding, FindingKind, Grade, Report, ScenarioReport, Seen, StepReport, Terms, always_the_same,
    in_milliseconds, tally,
};
use crate::mock::{Incident, Journal, Reach};
use crate::pack::{Entry, World, Worlds};
use crate::protocol::{Obstacle, Update};
use crate::scenario::Step;
use crate::subject::{Conclusion, Subject, SubjectError};

/// A run against a client: terms, pace and transport.
#[derive(Debug)]
pub struct ClientRun {
    /// What it is judged by.
    pub terms: Terms,
    /// How many scenarios at once.
    pub jobs: usize,
    /// How many of those at once in which a client does little but wait.
    pub waiting_jobs: usize,
    /// How often each scenario is put to a client that is started for each step.
    pub runs: u32,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// How the client reaches the mocks.
    pub transport: Arc<Transport>,
}

/// Puts every selected scenario to a client.
pub async fn check_client<S: Subject>(
    run: ClientRun,
    subject: Arc<S>,
    observer: &mut Observer<'_>,
    mut ending: Ending,
) -> Result<Report, SubjectError> {
    let started = Instant::now();
    let run = Arc::new(run);
    let mut report = run.terms.blank(Grade::Outcome);
    let positions = run.terms.selection.positions(&run.terms.pack);
    let trying = try_sample(&run, run.transport.reach(None), &run.terms.pack.sample, &*subject);
    let mut trial = ending.or(trying).await?;
    report.stop = trial.stop(&the_sample(&run.terms.pack.sample));
    if report.stop.is_some() && trial.is_silent() {
        // Many a library refuses a URL with a space in it; then it is the values that are wrong, and not the address.
        let bare = bare(&run.terms.pack.sample);
        let second = ending.or(try_sample(&run, run.transport.reach(None), &bare, &*subject)).await?;
        if second.stop(&the_sample(&bare)).is_none() {
            let stop = report.stop.take().map_or_else(String::new, |stop| stop.message);
            report.notes.push(format!("{stop}; for the same without sub-status and fields it did: see Q08"));
            trial = second;
        }
    }
    let gets_through = trial.updated;
    report.gets_through = Some(gets_through);
    let is_covered = |at: &usize| run.terms.covers(run.terms.scenario(*at));
    let in_scope: BTreeSet<usize> = positions.iter().copied().filter(is_covered).collect();
    let (left, note) = all_but_one(&run.terms.pack, &in_scope, &trial.lacking);
    report.notes.extend(note.filter(|_| report.stop.is_none()));
    let withheld = match report.stop {
        None => ending.or(withheld(&run, &positions, trial, &*subject)).await?,
        Some(_) => None,
    };
    report.notes.extend(withheld.clone());
    report.scenarios = unrun(&run.terms, &positions);
    let mut harness_failed = false;
    if report.stop.is_none() {
        let is_run = |position| withheld.is_none() || !needs_tls(run.terms.scenario(position));
        let is_asked = |(_, position): &(usize, usize)| {
            is_run(*position) && in_scope.contains(position) && !left.contains(position)
        };
        let waiting: Vec<_> = positions.iter().copied().enumerate().filter(is_asked).collect();
        let asked: Vec<usize> = waiting.iter().map(|(at, _)| *at).collect();
        observer(&Event::Started { scenarios: waiting.len() });
        let ended = run_scenarios(&run, &subject, waiting, &mut report.scenarios, observer, &mut ending).await;
        harness_failed = ended.panicked;
        observer(&Event::Finished);
        report.ended_early = asked.iter().any(|at| !report.scenarios[*at].state.was_run());
        if ended.interrupted {
            report.interrupt();
        } else if report.ended_early
            && !harness_failed
            && report.scenarios.iter().all(|scenario| !scenario.state.fails())
        {
            report.notes.push(
                "in the scenarios that were not run the client was ended before it had sent anything: if it starts slowly, raise \
                 --timeout; if it waits for another run of itself, give --jobs 1"
                    .to_owned(),
            );
        }
        report.rules = tally(&report.scenarios, gets_through);
    }
    report.remarks.extend(always_the_same(&report));
    run.terms.conclude(&mut report);
    if harness_failed {
        report.exit = report.exit.and(Exit::Harness);
    }
    report.duration_ms = in_milliseconds(started.elapsed());
    Ok(report)
}

/// An update without what need not be sent.
pub(super) fn bare(update: &Update) -> Update {
    Update { sub_status: None, fields: IndexMap::default(), ..update.clone() }
}

/// What a client is tried with first, in words.
fn the_sample(update: &Update) -> String {
    format!("the sample update ({update})")
}

/// How the scenarios of a run ended.
#[derive(Debug, Default)]
struct Ended {
    /// A failure was to be the last.
    stopping: bool,
    /// One of them panicked.
    panicked: bool,
    /// Somebody asked the run to end.
    interrupted: bool,
}

/// Runs scenarios, so many at a time.
async fn run_scenarios<S: Subject>(
    run: &Arc<ClientRun>,
    subject: &Arc<S>,
    waiting: Vec<(usize, usize)>,
    reports: &mut [ScenarioReport],
    observer: &mut Observer<'_>,
    ending: &mut Ending,
) -> Ended {
    let is_timed = |(_, position): &(usize, usize)| run.terms.scenario(*position).is_timed();
    let (timed, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_timed);
    let mut ended = Ended::default();
    // In the timed ones clients wait and do not compute: all at once they take no longer than one, and what the others
    // compute does not make them late.
    for (batch, jobs) in [(others, run.jobs), (timed, run.waiting_jobs)] {
        let (mut running, mut waiting) = (JoinSet::new(), batch.into_iter());
        loop {
            while !ended.stopping
                && running.len() < jobs.max(1)
                && let Some((at, position)) = waiting.next()
            {
                observer(&Event::ScenarioStarted { id: &reports[at].id });
                let (run, subject, mut report) = (Arc::clone(run), Arc::clone(subject), reports[at].clone());
                running.spawn(async move {
                    for _ in 0..run.runs.max(1) {
                        if let Some(steps) = run_scenario(&run, &run.terms.pack.entries[position], &*subject).await {
                            report.finish(steps, &run.terms.baseline, run.terms.today);
                        }
                    }
                    (at, report)
                });
            }
            let finished = tokio::select! {
                finished = running.join_next() => finished,
                () = ending.comes() => {
                    // With them goes every program that they started.
                    running.shutdown().await;
                    return Ended { interrupted: true, ..ended };
                }
            };
            match finished {
                None => break,
                // The panic has been printed; the scenario counts as not run, and the run as failed.
                Some(Err(_)) => ended.panicked = true,
                Some(Ok((at, report))) => {
                    reports[at] = report;
                    observer(&Event::ScenarioFinished(&reports[at]));
                    ended.stopping |= run.fail_fast && reports[at].state.fails();
                }
            }
        }
    }
    ended
}

/// Runs every step of a scenario with a client. None if its time was up before it sent anything: that says nothing about it.
pub(super) async fn run_scenario<S: Subject>(run: &ClientRun, entry: &Entry, subject: &S) -> Option<Vec<StepReport>> {
    let (pack, transport) = (&*run.terms.pack, &*run.transport);
    let world = Arc::new(World::of(entry));
    let mut reports = Vec::new();
    // The steps share a port where they can: to CAKE the same update goes by the same URL, and some programs keep answers by it.
    let mut shared = 0;
    for step in &entry.scenario.steps {
        let place = Whereabouts::of(transport, step, shared);
        let is_seen = step.obstacle().is_none_or(Obstacle::is_seen);
        let reported = report_once(pack, Worlds::only(Arc::clone(&world)), &step.update, subject, place).await;
        reports.push(match reported {
            Ok(Reported { journal, conclusion, base_url, port }) => {
                shared = port;
                if conclusion.trace.timed_out && journal.total() == 0 && journal.incidents().is_empty() && is_seen {
                    return None;
                }
                judge_journal(run, entry, step, (&journal, Some(&base_url)), conclusion)
            }
            // The client could be tried before, so this says nothing of it; the other steps go on.
            Err(error) => {
                let mut report = StepReport::new(step);
                report.check(Some(Finding::new(FindingKind::Harness, error.to_string())));
                report
            }
        });
    }
    Some(reports)
}

/// Judges a step that had a mock of its own, by what that saw and by what the client concluded. Where nobody is, the guard may have
/// been asked for the very host of the base URL.
pub(super) fn judge_journal(
    run: &ClientRun,
    entry: &Entry,
    step: &Step,
    (journal, base_url): (&Journal, Option<&str>),
    conclusion: Conclusion,
) -> StepReport {
    let (exchanges, incidents) = (journal.exchanges(), journal.incidents());
    let key = run.terms.pack.key.redactor();
    let is_seen = step.obstacle().is_none_or(Obstacle::is_seen);
    let is_elsewhere = |host: &String| is_seen || base_url.is_none_or(|url| !url.contains(host.as_str()));
    let sent_to = |incident: &Incident| incident.sent_to(|request| key.finds(request)).filter(is_elsewhere);
    let key_sent_to = incidents.iter().find_map(sent_to);
    let seen = Seen {
        requests: usize::try_from(journal.total()).unwrap_or(usize::MAX),
        turned_away: incidents.iter().any(Incident::turned_away),
        in_clear: incidents.contains(&Incident::NoTls),
        host: base_url.and_then(|url| url.split_once("://")).map(|(_, host)| host.to_owned()),
        key_sent_to,
        ..Seen::of(&exchanges, &incidents.iter().collect::<Vec<_>>(), &run.terms.pack.key, &step.update)
    };
    let mut report = judge_seen(&run.terms, entry, step, seen, conclusion);
    report.notes.extend(incidents.iter().map(Incident::to_string));
    report
}

/// Tries the client with a sample alone.
pub(super) async fn try_sample<S: Subject>(
    run: &ClientRun,
    reach: Reach,
    sample: &Update,
    subject: &S,
) -> Result<Trial, SubjectError> {
    let pack = &run.terms.pack;
    let worlds = Worlds::only(Arc::new(World::plain(pack.instance.clone())));
    let place = Whereabouts::at(&run.transport, reach);
    let Reported { journal, conclusion, .. } = report_once(pack, worlds, sample, subject, place).await?;
    Ok(Trial::new(&journal, sample, conclusion, matches!(run.transport.way, Way::Intercept(_))))
}

/// Why scenarios about certificates are not put to this client, where some were selected and it cannot be blamed for
/// what it does in them: it does the same where the certificate is right.
async fn withheld<S: Subject>(
    run: &ClientRun,
    positions: &[usize],
    trial: Trial,
    subject: &S,
) -> Result<Option<String>, SubjectError> {
    if !positions.iter().any(|at| needs_tls(run.terms.scenario(*at))) {
        return Ok(None);
    }
    let trial = match run.transport.way {
        // By the plainest update: one that does not encode has to meet these scenarios too.
        Way::Plain => try_sample(run, run.transport.reach_by_tls(None), &bare(&run.terms.pack.sample), subject).await?,
        Way::Tls | Way::Intercept(_) => trial,
    };
    Ok(trial.withheld())
}

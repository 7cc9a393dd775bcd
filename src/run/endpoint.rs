//! A run against an endpoint: every update is sent, and every answer compared with its snapshot.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;

use super::ending::Ending;
use super::event::{Event, Observer};
use super::gather::left_out;
use crate::judge::{
    Baseline, Finding, FindingKind, Recording, Report, ScenarioReport, SnapshotReport, SnapshotState, StepReport, Stop,
    SubjectReport, hold, in_milliseconds, record, without_keys,
};
use crate::pack::{Entry, Expected, Pack, Selection, expected_answers};
use crate::protocol::{Answer, Exchange, Request};
use crate::rules::keyless;
use crate::scenario::Step;
use crate::secret::{Redactor, Secret};
use crate::snapshot::StoreError;
use crate::subject::{Endpoint, GetError, Trace};

/// A run against an endpoint.
#[derive(Debug)]
pub struct EndpointRun<'r> {
    /// The pack.
    pub pack: &'r Pack,
    /// Which of its scenarios.
    pub selection: Selection,
    /// The key to send.
    pub key: &'r Secret,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether this is CI, where snapshots have to be in order.
    pub ci: bool,
    /// How answers are compared with snapshots.
    pub recording: Recording,
    /// The state of the snapshots; missing ones are added.
    pub snapshots: SnapshotReport,
    /// Knows every key that must not be recorded.
    pub redactor: &'r Redactor,
}

/// Why a run against an endpoint could not go on.
#[derive(Debug, Error)]
pub enum EndpointRunError {
    /// Nothing listens at that address.
    #[error("cannot reach {url}: {reason}\n  help: is it running? `caketester serve` starts a mock to try this with")]
    Unreachable {
        /// The endpoint.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// Snapshots cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts every selected scenario to an endpoint.
pub async fn check_endpoint(
    run: EndpointRun<'_>,
    endpoint: &Endpoint,
    observer: &mut Observer<'_>,
    mut ending: Ending,
) -> Result<Report, EndpointRunError> {
    let started = Instant::now();
    let entries = run.selection.of(run.pack);
    let subject = SubjectReport::Endpoint { url: endpoint.url().to_owned() };
    let mut report = Report::begun(run.pack, subject, run.snapshots.clone());
    report.scenarios = entries.iter().map(|entry| ScenarioReport::new(&entry.scenario, false)).collect();
    observer(&Event::Started { scenarios: entries.len() });
    let (mut was_reached, mut is_interrupted) = (false, false);
    let mut skipped = Vec::new();
    let mut stranger = Stranger::default();
    for (at, entry) in entries.iter().enumerate() {
        // The steps beside it count on what it leaves behind.
        if entry.scenario.steps.iter().any(Step::needs_a_mock) {
            skipped.push(entry.scenario.id.as_str());
            continue;
        }
        observer(&Event::ScenarioStarted { id: entry.scenario.id.as_str() });
        let steps = tokio::select! {
            steps = send_scenario(&run, entry, endpoint, was_reached, &mut report.snapshots) => steps?,
            () = ending.comes() => {
                is_interrupted = true;
                break;
            }
        };
        was_reached = true;
        stranger.look(&steps);
        if let Some(answer) = stranger.seems_so() {
            report.stop = Some(no_cake(endpoint.url(), answer));
            report.scenarios = entries.iter().map(|entry| ScenarioReport::new(&entry.scenario, false)).collect();
            report.ended_early = true;
            break;
        }
        report.scenarios[at].finish(steps, &Baseline::default(), report.started.to_zoned(TimeZone::UTC).date());
        observer(&Event::ScenarioFinished(&report.scenarios[at]));
        if run.fail_fast && report.scenarios[at].state.fails() {
            report.ended_early = at + 1 < entries.len();
            break;
        }
    }
    observer(&Event::Finished);
    if is_interrupted {
        report.interrupt();
    }
    report.notes.extend(left_out(&skipped, "only a mock can do what happens there, such as a fault"));
    report.exit = report.conclude(run.ci);
    report.duration_ms = in_milliseconds(started.elapsed());
    Ok(report)
}

/// How many scenarios show that an endpoint is something else than CAKE, if it gives no code in any of them.
const ENOUGH: usize = 3;

/// Whether an endpoint is something else than CAKE altogether: that is one mistake, and not one for each answer.
#[derive(Default)]
struct Stranger {
    /// It gave a code once, so it is none.
    gave_a_code: bool,
    /// The first answer of each scenario that failed.
    without: Vec<Answer>,
}

impl Stranger {
    fn look(&mut self, steps: &[StepReport]) {
        let mut exchanges = steps.iter().flat_map(|step| &step.seen.exchanges).peekable();
        if let Some(first) = exchanges.peek()
            && steps.iter().any(|step| !step.findings.is_empty())
        {
            self.without.push(first.answer.clone());
        }
        self.gave_a_code |= exchanges.any(|exchange| exchange.code.is_some());
    }

    /// What it answers in place of CAKE.
    fn seems_so(&self) -> Option<&Answer> {
        self.without.first().filter(|_| !self.gave_a_code && self.without.len() == ENOUGH)
    }
}

/// Why a run ends in which an endpoint turned out to be no CAKE.
fn no_cake(url: &str, answer: &Answer) -> Stop {
    let content_type = if answer.content_type.is_empty() { "no Content-Type" } else { &answer.content_type };
    Stop {
        message: format!(
            "{url} does not answer as CAKE does: HTTP {} with {content_type}, and no code in any answer",
            answer.http_status
        ),
        help: "is another program at this address, or is UpdateLeadStatus at another path? Give its whole URL; one scenario alone \
               (--only codes/success) shows what is answered"
            .to_owned(),
        trace: Trace::default(),
    }
}

async fn send_scenario(
    run: &EndpointRun<'_>,
    entry: &Entry,
    endpoint: &Endpoint,
    mut was_reached: bool,
    snapshots: &mut SnapshotReport,
) -> Result<Vec<StepReport>, EndpointRunError> {
    let mut reports: Vec<StepReport> = Vec::new();
    let answers = expected_answers(run.pack, entry);
    for (at, expected) in answers.iter().enumerate() {
        if expected.attempt == 0 {
            reports.push(StepReport::new(expected.step));
        }
        let Some(report) = reports.last_mut() else { continue };
        let started = Instant::now();
        let sent = endpoint.send(&expected.step.update, run.key).await;
        report.duration_ms += in_milliseconds(started.elapsed());
        let finding = match sent {
            Err(GetError::NoConnection(reason)) if !was_reached => {
                return Err(EndpointRunError::Unreachable { url: endpoint.url().to_owned(), reason });
            }
            // It was there before, and what it answered then is worth a report.
            Err(GetError::NoConnection(reason)) => {
                Some(Finding::new(FindingKind::Harness, format!("the endpoint cannot be reached any more: {reason}")))
            }
            Err(how) => {
                let help = "CAKE answers an update with a few lines of XML, at once";
                Some(
                    Finding::new(FindingKind::AnswerWrong, format!("the endpoint gave no answer to use: {how}"))
                        .help(help),
                )
            }
            Ok(answer) => {
                let answer = without_keys(&answer, run.redactor);
                report.seen.exchanges.push(Arc::new(exchange(expected, endpoint, run.key, &answer)));
                let later = answers[at..].iter().filter(|later| std::ptr::eq(later.step, expected.step));
                compare(run, entry, expected, later, &answer, &mut report.notes, snapshots)?
            }
        };
        report.check(finding);
        was_reached = true;
    }
    Ok(reports)
}

/// What went over the wire, as the sender knows it.
fn exchange(expected: &Expected<'_>, endpoint: &Endpoint, key: &Secret, answer: &Answer) -> Exchange {
    let update = &expected.step.update;
    let now = Timestamp::now();
    let target = format!("{}?{}", endpoint.path(), update.query(key));
    let exchange = Exchange {
        at: now,
        ended: now,
        request: Request { method: "GET".to_owned(), target, ..Request::default() },
        answer: answer.clone(),
        code: answer.code(),
        ..Exchange::default()
    };
    keyless(&exchange, key, update).0
}

/// Compares an answer with the snapshot of its attempt. An endpoint that counts attempts, as `caketester serve`
/// does, may have seen the lead before; then a later attempt's answer is right too.
fn compare<'e, 'p: 'e>(
    run: &EndpointRun<'_>,
    entry: &Entry,
    expected: &Expected<'p>,
    acceptable: impl Iterator<Item = &'e Expected<'p>>,
    answer: &Answer,
    notes: &mut Vec<String>,
    snapshots: &mut SnapshotReport,
) -> Result<Option<Finding>, EndpointRunError> {
    let mut first_difference = None;
    for candidate in acceptable {
        let Some(name) = &candidate.name else { continue };
        match hold(run.pack, name, answer, run.recording.exact)? {
            SnapshotState::Same(how) => {
                notes.extend(how);
                if candidate.attempt > expected.attempt {
                    notes.push(format!(
                        "the endpoint answered as to attempt {}: it has seen this lead before",
                        candidate.attempt + 1
                    ));
                }
                return Ok(None);
            }
            // Only the attempt's own: that a later one has no snapshot excuses nothing.
            SnapshotState::Missing if candidate.attempt > expected.attempt => {}
            SnapshotState::Missing => {
                snapshots.missing.push(name.to_string());
                if run.recording.write {
                    snapshots.pending.push(name.to_string());
                    record(run.pack, expected, name, &entry.scenario.id, answer)?;
                }
                return Ok(None);
            }
            SnapshotState::Different(differences) => {
                first_difference.get_or_insert(differences);
            }
        }
    }
    let Some(name) = &expected.name else { return Ok(None) };
    let differences = first_difference.unwrap_or_default();
    let mut finding = Finding::new(
        FindingKind::AnswerWrong,
        format!("the answer differs from the snapshot {name}: {}", differences.join("; ")),
    );
    if let Some(accepted) = run.pack.snapshots.read(name)? {
        finding = finding.expected(accepted.contents, answer.shown());
    }
    let help = if run.recording.write {
        record(run.pack, expected, name, &entry.scenario.id, answer)?;
        "if the new answer is right, accept it with `caketester snapshots review`"
    } else {
        "if the new answer is right, run this outside CI against a pack on disk (--pack DIR), and review the snapshot it writes"
    };
    Ok(Some(finding.help(help)))
}

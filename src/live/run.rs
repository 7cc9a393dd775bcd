//! A run of the probes: one after the other, to the end of the plan or to the first reason to stop.

use super::compare::{compare, key_shown};
use super::permit::Permit;
use super::probe::{Outgoing, Probe};
use super::report::{ProbeReport, Probed};
use super::stop::Stop;
use super::wire::{Sent, Wire};
use crate::protocol::Answer;

/// As many requests in a row may have no answer.
const MOST_ERRORS: usize = 3;

/// Sees each request before it is sent, and its answer, both without keys.
pub trait Observer {
    /// A request is about to be sent; an error stops the run before it is.
    fn sending(&mut self, probe: Probe, request: &Outgoing) -> Result<(), String>;
    /// Its answer, or why there is none.
    fn answered(&mut self, probe: Probe, answer: Result<&Answer, &str>) -> Result<(), String>;
}

/// Sends what a permit holds, until it is used up, something says stop, or `asked_to_end` completes.
pub async fn probe(
    mut permit: Permit,
    wire: &Wire,
    network: Option<String>,
    asked_to_end: impl Future<Output = ()>,
    observer: &mut impl Observer,
) -> ProbeReport {
    let (planned, url) = (permit.left().len(), permit.target().method().to_owned());
    let mut answers = Vec::new();
    let mut probes = Vec::new();
    let mut in_flight = None;
    let stopped = {
        let sending = send_all(&mut permit, wire, &mut answers, &mut probes, &mut in_flight, observer);
        tokio::select! {
            // Where both are ready, the one who asks is heard.
            biased;
            () = asked_to_end => Some(Stop::Interrupted),
            stopped = sending => stopped,
        }
    };
    if let Some(probe) = in_flight {
        let answer = "interrupted before an answer came".to_owned();
        probes.push(Probed { probe, answer, tls: None, is_unanswered: true, findings: Vec::new() });
    }
    let key = key_shown(&answers, permit.key().is_some(), permit.target());
    let not_sent = permit.left().collect();
    ProbeReport { version: ProbeReport::VERSION, url, network, key, planned, probes, not_sent, stopped }
}

async fn send_all(
    permit: &mut Permit,
    wire: &Wire,
    answers: &mut Vec<(Probe, Answer)>,
    probes: &mut Vec<Probed>,
    in_flight: &mut Option<Probe>,
    observer: &mut impl Observer,
) -> Option<Stop> {
    let mut errors = 0;
    loop {
        let sent = wire.send(permit, |probe, request| {
            observer.sending(probe, request)?;
            *in_flight = Some(probe);
            Ok(())
        });
        let Sent { probe, answer, tls } = match sent.await {
            Ok(Some(sent)) => sent,
            Ok(None) => return None,
            Err(reason) => return Some(Stop::NoTrace { reason }),
        };
        *in_flight = None;
        let traced = observer.answered(probe, answer.as_ref().map_err(String::as_str));
        let refused = tls.as_ref().and_then(|tls| tls.refused.clone());
        let stop = match &answer {
            Ok(answer) => {
                errors = 0;
                Stop::of(answer, permit.target())
            }
            Err(_) if refused.is_some() => refused.map(|reason| Stop::Untrusted { reason }),
            Err(reason) => {
                errors += 1;
                (errors >= MOST_ERRORS).then(|| Stop::ThreeErrors { reason: reason.clone() })
            }
        };
        // An answer that stops the run is not CAKE's.
        let findings = if stop.is_some() { Vec::new() } else { compare(probe, &answer, tls.as_ref(), permit.target()) };
        let shown = answer.as_ref().map_or_else(|reason| format!("no answer: {reason}"), in_words);
        probes.push(Probed { probe, answer: shown, tls, is_unanswered: answer.is_err(), findings });
        answers.extend(answer.ok().map(|answer| (probe, answer)));
        if let Err(reason) = traced {
            return Some(Stop::NoTrace { reason });
        }
        if stop.is_some() {
            return stop;
        }
    }
}

/// An answer in a few words.
fn in_words(answer: &Answer) -> String {
    let content_type = answer.content_type.split(';').next().unwrap_or_default();
    let content_type = if content_type.is_empty() { "no content type" } else { content_type };
    match answer.code() {
        Some(code) => format!("HTTP {}, {content_type}, code {}", answer.http_status, code.0),
        None => format!("HTTP {}, {content_type}", answer.http_status),
    }
}

//! A run of the probes: one after the other, to the end of the plan or to the first reason to stop.

use super::compare::{compare, key_shown, withdraw_what_does_not_follow};
use super::permit::Permit;
use super::probe::Probe;
use super::report::{ProbeReport, Probed};
use super::request::{Outgoing, Planned};
use super::stop::Stop;
use super::wire::{Sent, Wire};
use crate::protocol::Answer;

/// As many requests in a row may have no answer.
const MOST_ERRORS: usize = 3;

/// Sees each request before it is sent, and its answer, both without keys.
pub trait Observer {
    /// A request is about to be sent; an error stops the run before it is.
    fn sending(&mut self, planned: &Planned, request: &Outgoing) -> Result<(), String>;
    /// Its answer, or why there is none.
    fn answered(&mut self, planned: &Planned, answer: Result<&Answer, &str>) -> Result<(), String>;
}

/// What a run has shown, and each answer that came.
#[derive(Debug)]
pub struct Ran {
    /// The report.
    pub report: ProbeReport,
    /// Each request that was answered, with the answer; without keys.
    pub answers: Vec<(Planned, Answer)>,
}

/// Sends what a permit holds, until it is used up, something says stop, or `asked_to_end` completes.
pub async fn probe(
    mut permit: Permit,
    wire: &Wire,
    network: Option<String>,
    asked_to_end: impl Future<Output = ()>,
    observer: &mut impl Observer,
) -> Ran {
    let planned: Vec<Probe> = permit.left().map(|planned| planned.probe).collect();
    let url = permit.target().method().to_owned();
    let mut answers = Vec::new();
    let mut probes = Vec::new();
    let mut in_flight = None;
    let mut addresses = Vec::new();
    let stopped = {
        let sending = async {
            addresses = wire.addresses(permit.target()).await;
            send_all(&mut permit, wire, &mut answers, &mut probes, &mut in_flight, observer).await
        };
        tokio::select! {
            // Where both are ready, the one who asks is heard.
            biased;
            () = asked_to_end => Some(Stop::Interrupted),
            stopped = sending => stopped,
        }
    };
    if let Some(planned) = in_flight {
        probes.push(Probed::new(&planned, Err("interrupted"), None, Vec::new()));
    }
    withdraw_what_does_not_follow(&mut probes);
    let key = key_shown(&answers, permit.key().is_some(), permit.target());
    // They are sent in the order of the plan.
    let not_sent = planned.iter().skip(probes.len()).copied().collect();
    let report = ProbeReport {
        version: ProbeReport::VERSION,
        url,
        network,
        addresses,
        key,
        planned: planned.len(),
        probes,
        not_sent,
        stopped,
        recorded: None,
    };
    Ran { report, answers }
}

async fn send_all(
    permit: &mut Permit,
    wire: &Wire,
    answers: &mut Vec<(Planned, Answer)>,
    probes: &mut Vec<Probed>,
    in_flight: &mut Option<Planned>,
    observer: &mut impl Observer,
) -> Option<Stop> {
    let mut errors = 0;
    loop {
        if permit.left().next().is_some_and(|next| is_too_dangerous(next, probes)) {
            return Some(Stop::NotAsDocumented);
        }
        let sent = wire.send(permit, |planned, request| {
            observer.sending(planned, request)?;
            *in_flight = Some(planned.clone());
            Ok(())
        });
        let Sent { planned, answer, tls } = match sent.await {
            Ok(Some(sent)) => sent,
            Ok(None) => return None,
            Err(reason) => return Some(Stop::NoTrace { reason }),
        };
        *in_flight = None;
        let traced = observer.answered(&planned, answer.as_ref().map_err(String::as_str));
        let refused = tls.as_ref().and_then(|tls| tls.refused.clone());
        let stop = match &answer {
            Ok(answer) => {
                errors = 0;
                Stop::of(planned.probe, answer, permit.target())
            }
            Err(_) if refused.is_some() => refused.map(|reason| Stop::Untrusted { reason }),
            Err(_) if is_expected(planned.probe, answers) => None,
            Err(reason) => {
                errors += 1;
                (errors >= MOST_ERRORS).then(|| Stop::ThreeErrors { reason: reason.clone() })
            }
        };
        // An answer that stops the run is not CAKE's.
        let findings =
            if stop.is_some() { Vec::new() } else { compare(&planned, &answer, tls.as_ref(), permit.target()) };
        probes.push(Probed::new(&planned, answer.as_ref().map_err(String::as_str), tls, findings));
        // Nor is it one to keep, or to judge a key by.
        answers.extend(answer.ok().filter(|_| stop.is_none()).map(|answer| (planned, answer)));
        if let Err(reason) = traced {
            return Some(Stop::NoTrace { reason });
        }
        if stop.is_some() {
            return stop;
        }
    }
}

/// Whether a request names a lead that exists, or changes it, though what came before shows that this is not CAKE, or not as
/// documented.
fn is_too_dangerous(next: &Planned, probes: &[Probed]) -> bool {
    if probes.iter().any(|probed| probed.probe.may_write()) {
        return false;
    }
    // A code 0 for what does not exist may come of what writes whatever it gets.
    next.names_a_lead() && probes.iter().any(|probed| probed.is_taken)
        || next.probe.may_write() && probes.iter().any(Probed::has_failed)
}

/// Whether no answer says nothing of the endpoint: it has answered, and this port or version of TLS may be closed.
fn is_expected(probe: Probe, answers: &[(Planned, Answer)]) -> bool {
    !answers.is_empty() && probe.may_stay_unanswered()
}

#[cfg(test)]
mod tests {
    use super::{Probe, is_expected};
    use crate::live::{Planned, Target};
    use crate::protocol::Answer;

    #[test]
    fn a_closed_port_is_expected_only_of_an_endpoint_that_answers() {
        let target = Target::new("https://cake.example.com").unwrap();
        let first = Planned::that_write_nothing(&target, false, true).remove(0);
        let answered = [(first, Answer::new(200, Answer::HTML, ""))];
        for probe in [Probe::Tls12, Probe::Tls13, Probe::PlainHttp] {
            assert!(is_expected(probe, &answered) && !is_expected(probe, &[]), "{probe:?}");
        }
        assert!(!is_expected(Probe::Wsdl, &answered));
    }
}

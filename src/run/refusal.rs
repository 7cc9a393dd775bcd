//! What must be seen of a step whose mock shows a certificate that no client may take: the client looked at it, and
//! turned away before it sent anything.

use super::report::{Finding, FindingKind, StepReport};
use crate::mock::Incident;
use crate::protocol::{BadCertificate, Outcome};
use crate::scenario::Step;

/// Replaces what is wrong with a step by what is wrong with it here, where a missing request is right.
pub(super) fn judge_refusal(step: &Step, shown: BadCertificate, incidents: &[Incident], report: &mut StepReport) {
    report.findings.clear();
    report.checks = 0;
    report.expected.clone_from(&step.client);
    report.check(sent(shown, report));
    if report.requests > 0 {
        // What it made of an answer that it should never have had follows from that.
        return;
    }
    report.check(looked(incidents));
    report.check(outcome(step, report.concluded));
}

/// A client behind the proxy that wanted to go where a redirect led it. Elsewhere the mock gets its second request.
pub(super) fn followed(incidents: &[Incident]) -> Option<Finding> {
    let message = "the client followed a redirect to another host, and would have handed it the key";
    let help = "turn redirects off: CAKE answers where it is asked";
    incidents
        .iter()
        .any(Incident::followed_a_redirect)
        .then(|| Finding::new(FindingKind::RequestWrong, message).help(help))
}

fn sent(shown: BadCertificate, report: &StepReport) -> Option<Finding> {
    let message =
        format!("the client sent its update, key included, to a server whose certificate it cannot verify: {shown}");
    let help = "leave the verification of certificates on, host name included; an option that turns it off is often named \
                verify, insecure or rejectUnauthorized";
    (report.requests > 0).then(|| Finding::new(FindingKind::CertificateTaken, message).help(help))
}

fn looked(incidents: &[Incident]) -> Option<Finding> {
    let message = "the client never looked at the certificate: it began no TLS handshake, and so it refused nothing";
    let help = "it has to send to the URL it is given, https:// included";
    (!incidents.iter().any(Incident::turned_away))
        .then(|| Finding::new(FindingKind::RequestMissing, message).help(help))
}

fn outcome(step: &Step, concluded: Option<Outcome>) -> Option<Finding> {
    let expected = step.client.iter().map(|outcome| outcome.word()).collect::<Vec<_>>().join(" or ");
    match concluded {
        Some(concluded) if step.client.contains(&concluded) => None,
        Some(concluded) => {
            let message = format!("the client concluded {:?}, but it sent nothing", concluded.word());
            Some(Finding::new(FindingKind::OutcomeWrong, message).expected(expected, concluded.word()))
        }
        None => {
            let message = "the client concluded nothing when it could not verify the certificate";
            let help = "no connection is an outcome too: nothing is known of the update, so it is unknown";
            Some(Finding::new(FindingKind::NoOutcome, message).expected(expected, "no outcome").help(help))
        }
    }
}

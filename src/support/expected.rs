//! What CAKE would answer to a request of a ticket, where there is no doubt.

use std::sync::Arc;

use super::evidence::Evidence;
use super::look::{Found, Grade, Look};
use super::ticket::MarkKind;
use crate::cake::{Instance, MISSING_PARAMETER, Reason, Settings, before_the_method, decide};
use crate::protocol::{Code, xml};

/// What CAKE would answer, where the platform or the instance's file leaves no doubt.
pub(super) fn expected(look: &Look<'_>, found: &[Found]) -> (Option<i64>, Option<String>) {
    let Some(request) = look.request else { return (None, None) };
    let is_open = |kind: MarkKind| matches!(kind, MarkKind::Variable | MarkKind::FileValue | MarkKind::Continues);
    let has_variable = look.item.marks.iter().any(|mark| is_open(mark.kind));
    // No HTTP server takes a space or a control character in a request's first line; most clients encode it.
    let is_unfit = |byte: &u8| *byte <= b' ' || *byte == 0x7f || b"<>\"".contains(byte);
    // Nor raw bytes that are no UTF-8: what a server makes of them, nobody has written down.
    let target = request.target();
    let is_sent_otherwise = target.bytes().iter().any(is_unfit) || std::str::from_utf8(target.bytes()).is_err();
    if has_variable || is_sent_otherwise || request.path.text().is_empty() {
        return (None, None);
    }
    let exchange = request.to_exchange();
    let params = exchange.params();
    let unknown;
    let instance = if let Some(known) = &look.know.instance {
        known
    } else {
        unknown = Instance::new(Arc::new(Settings::default()));
        &unknown
    };
    let policy = &instance.settings.policy;
    let stopped = before_the_method(&exchange, &params, policy).map(|(answer, _)| answer.text().trim().to_owned());
    let is_other = |stopped: &String| match look.evidence {
        Evidence::Code(_) => true,
        Evidence::Missing(_) => !stopped.starts_with(MISSING_PARAMETER),
        _ => false,
    };
    // What came is right, and the ticket then not all that was sent.
    if stopped.as_ref().is_some_and(is_other) {
        return (None, None);
    }
    if look.know.instance.is_some() {
        if stopped.is_some() {
            return (None, stopped);
        }
        let reason = decide(instance, &params).reason;
        let is_hidden = reason.code() == Some(Code::INVALID_KEY) && look.is_key_hidden();
        // What came is right, and the file then of another time or network.
        let is_contradicted = |code: Code| matches!(look.evidence, Evidence::Code(came) if came != code.0);
        if is_hidden || reason.code().is_some_and(is_contradicted) {
            return (None, None);
        }
        return match (reason.code(), &reason) {
            (Some(code), _) => (Some(code.0), Some(xml::write(policy.shape, code, policy.messages.of(code)))),
            (None, Reason::MissingParameter { name }) => (None, Some(format!("{MISSING_PARAMETER}{name}."))),
            _ => (None, None),
        };
    }
    let is_certain = found.first().is_some_and(|found| {
        found.grade == Grade::Certain && !matches!(found.group(), "answer" | "network" | "transport")
    });
    if !is_certain || found.iter().any(|found| found.id == "post-form") {
        return (None, None);
    }
    if stopped.is_some() {
        return (None, stopped);
    }
    match decide(instance, &params).reason {
        Reason::MissingParameter { name } => (None, Some(format!("{MISSING_PARAMETER}{name}."))),
        _ => (None, None),
    }
}

//! Whether a scenario's faults do what they say: strike within the answer, after something was recorded, and in good time.

use std::time::Duration;

use super::expect::Expected;
use super::model::{Entry, Pack};
use crate::protocol::{FaultKind, FaultPhase};
use crate::source::Diagnostic;

/// How long a client may wait in a scenario that is not tagged `timed`.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// About how long the head of an answer is, in bytes.
const HEAD: u32 = 150;

pub(super) fn faults_do_what_they_say(
    pack: &Pack,
    entry: &Entry,
    answers: &[Expected<'_>],
    mistakes: &mut Vec<Diagnostic>,
) {
    for expected in answers {
        let scenario = &entry.scenario;
        let attempt = &expected.step.attempts[expected.attempt];
        let told = [strikes_too_late(expected), records_nothing(expected), waits_untagged(pack, entry, expected)];
        for (message, help) in told.into_iter().flatten() {
            mistakes.push(scenario.mistake(attempt.fault_place.as_ref(), message).help(help));
        }
    }
}

/// A fault behind the end of the answer would leave the client with all of it.
fn strikes_too_late(expected: &Expected<'_>) -> Option<(String, String)> {
    let length = expected.reply.answer.body.len() as u64;
    let after = match expected.reply.fault?.kind {
        FaultKind::Reset { after } | FaultKind::Close { after } => after,
        FaultKind::Stall { after } => Some(after),
        _ => None,
    };
    let after = after.filter(|after| *after >= length)?;
    let message = format!("the answer's body has {length} bytes, so nothing is missing after {after}");
    Some((message, format!("let the fault strike earlier: `after: {}` at most", length.saturating_sub(1))))
}

/// A refused update is never recorded; the fault cannot say otherwise.
fn records_nothing(expected: &Expected<'_>) -> Option<(String, String)> {
    let said = expected.step.attempts[expected.attempt].fault_of_delivery()?.phase;
    let is = expected.reply.fault?.phase;
    let message = format!("nothing is recorded of an update that CAKE refuses: {}", expected.reply.why);
    (said == FaultPhase::AfterCommit && is == FaultPhase::BeforeCommit)
        .then(|| (message, "say `phase: before_commit`".into()))
}

/// A scenario in which a client waits holds the others up, unless its tag says so.
fn waits_untagged(pack: &Pack, entry: &Entry, expected: &Expected<'_>) -> Option<(String, String)> {
    let kind = expected.reply.fault?.kind;
    let body = u32::try_from(expected.reply.answer.body.len()).unwrap_or(u32::MAX);
    let waits = match kind {
        FaultKind::Silent | FaultKind::Stall { .. } => true,
        FaultKind::Dribble { every } => every.saturating_mul(body) > LONGEST_WAIT,
        FaultKind::Late { wait } => wait > LONGEST_WAIT,
        FaultKind::SlowHeaders { every } => every.saturating_mul(HEAD) > LONGEST_WAIT,
        _ => false,
    };
    let has_others = pack.entries.len() > 1;
    if !waits || !has_others || entry.scenario.is_timed() {
        return None;
    }
    let tags = entry.scenario.tags.iter().map(String::as_str).chain(["timed"]).collect::<Vec<_>>().join(", ");
    let message = format!("a client waits in this fault ({kind}), but the scenario has no tag `timed`");
    Some((message, format!("write `tags: [{tags}]`: such scenarios run after all others, and all at once")))
}

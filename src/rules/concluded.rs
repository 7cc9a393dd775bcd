//! What is wrong with what a client concluded.

use super::breach::{Breach, Weight};
use super::evidence::{Evidence, Given};
use crate::protocol::{Code, Fault, FaultKind, Outcome};

/// The breach of a rule about answers of this kind: nothing where the client had another kind to deal with.
pub(super) fn judged(seen: &Evidence, applies: impl Fn(Given) -> bool) -> Option<Vec<Breach>> {
    seen.given().filter(|given| applies(*given))?;
    let expected = seen.expected();
    let is_right = seen.concluded.is_ok_and(|outcome| expected.contains(&outcome));
    Some(if is_right { vec![] } else { vec![breach(seen, &expected)] })
}

/// The breach of a rule that forbids to claim success here.
pub(super) fn claimed(seen: &Evidence) -> Vec<Breach> {
    let expected = seen.expected();
    let is_claimed = seen.concluded == Ok(Outcome::Updated) && !expected.contains(&Outcome::Updated);
    if is_claimed { vec![breach(seen, &expected)] } else { vec![] }
}

/// What to change in a program that is started for each update.
const REPORT: &str = "report an outcome whatever CAKE answered: by exit code 0, 10 or 11, by codes of your own that --outcome-exit \
                      names, or by the outcome file; a refusal is an answer, not a crash";
/// The same where its exit code counts for nothing.
const HAND_IN: &str = "report an outcome whatever CAKE answered: write one for every update, with its lead_id, into the file that \
                       CAKETESTER_OUTCOMES names (or {outcomes}); a refusal is an answer, and the program goes on with the next update";

/// The same where there was no time for it.
const IN_TIME: &str = "end sooner, or raise --timeout: the client was stopped before it reported an outcome";

/// The same where a refusal was not taken for one.
const READ_THE_CODE: &str =
    "read <code> in the XML, because refusals arrive with HTTP 200 too; report a refusal as rejected";

/// A conclusion against what was to be concluded.
pub(super) fn breach(seen: &Evidence, expected: &[Outcome]) -> Breach {
    let expected = expected.iter().map(|outcome| outcome.word()).collect::<Vec<_>>().join(" or ");
    match seen.concluded {
        Err(why) => Breach::new(format!("the client reported no outcome: {why}; {}", answered(seen)))
            .instead(expected, "no outcome")
            .change(match (seen.timed_out, seen.is_batch()) {
                (true, _) => IN_TIME,
                (false, true) => HAND_IN,
                (false, false) => REPORT,
            }),
        Ok(concluded) => {
            let breach = Breach::new(format!("the client concluded {:?}, but {}", concluded.word(), answered(seen)));
            let breach = breach.instead(expected, concluded.word());
            let breach = match help(seen) {
                Some(help) => breach.change(help),
                None => breach,
            };
            if seen.claims_success_without_code_0() { breach.weighs(Weight::Required) } else { breach }
        }
    }
}

/// What to change, where that depends on the answer that came.
fn help(seen: &Evidence) -> Option<String> {
    let last = seen.last()?;
    let is_refused = last.code.and_then(Code::outcome) == Some(Outcome::Rejected);
    is_refused.then(|| match last.answer.http_status {
        // It may well have looked for the code, and not found this one.
        200..300 if matches!(seen.given(), Some(Given::OtherShape)) => {
            "read the answer with an XML parser, by the local name of its elements".to_owned()
        }
        200..300 if seen.is_batch() => READ_THE_CODE.to_owned(),
        200..300 => format!("{READ_THE_CODE} (exit code 10 by default)"),
        status => format!("read the body whatever the HTTP status: this HTTP {status} holds a code; without reading it, report unknown"),
    })
}

/// What CAKE answered, as part of a sentence.
fn answered(seen: &Evidence) -> String {
    let Some(last) = seen.last() else {
        let why = seen.obstacle.map_or_else(String::new, |met| format!(": {}", met.shown));
        return format!("nothing was sent to CAKE{why}");
    };
    match last.code {
        Some(code) => {
            format!("CAKE answered with code {code}{}", code.meaning().map_or_else(String::new, |m| format!(" ({m})")))
        }
        None => match last.fault {
            Some(Fault { kind: FaultKind::Garbage, .. }) => "what came back was not HTTP".into(),
            Some(Fault { kind: FaultKind::Flood { .. }, .. }) => "the answer did not end".into(),
            Some(Fault { kind: FaultKind::Redirect { .. }, .. }) | None => {
                format!("CAKE gave no answer that can be used (HTTP {})", last.answer.http_status)
            }
            Some(fault) => format!("its answer was lost ({fault})"),
        },
    }
}

/// The check of a rule about one code as CAKE usually answers it.
pub(super) fn plain(seen: &Evidence, code: Code) -> Option<Vec<Breach>> {
    judged(seen, |given| given == Given::Plain(code))
}

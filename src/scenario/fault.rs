//! A fault as written, and its checks: which key belongs to which kind, and what is no size of anything.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::{Fault, FaultKind, FaultPhase, Obstacle, RedirectTo};
use crate::source::{Located, Mistakes, Place, place_of};

/// How the delivery of an answer goes wrong. Only a mock can make it; against an endpoint such a scenario is left out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultText {
    /// What strikes.
    kind: Located<FaultWord>,
    /// Whether CAKE has recorded the update by then.
    phase: FaultPhase,
    /// For `reset`, `close`, `stall` and `broken_chunk`: how many bytes of the body arrive before it.
    after: Option<Located<u64>>,
    /// For `dribble` and `slow_headers`: milliseconds between two bytes; 250 if left out.
    every_ms: Option<Located<u64>>,
    /// For `late`: milliseconds before the answer; 800 if left out.
    wait_ms: Option<Located<u64>>,
    /// For `redirect`: where it leads.
    to: Option<Located<RedirectTo>>,
    /// For `redirect`: 301, 302, 303, 307 or 308, or 200 for a page with a header `Refresh`; 302 if left out.
    http_status: Option<Located<u16>>,
    /// For `flood`: the length of the body in bytes; 100 MB if left out.
    bytes: Option<Located<u64>>,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FaultWord {
    /// The request is taken, and no byte ever comes back.
    Silent,
    /// The connection is reset: before any byte, or behind the head and `after` bytes of the body.
    Reset,
    /// The connection is closed short of what was promised: before any byte, or behind the head and `after` bytes of the body.
    Close,
    /// The answer stops behind the head and `after` bytes of the body, and the connection stays open.
    Stall,
    /// The head at once, then the body one byte every `every_ms`.
    Dribble,
    /// The head one byte every `every_ms`, then the body at once.
    SlowHeaders,
    /// Nothing for `wait_ms`, then the whole answer.
    Late,
    /// The whole body in chunks, without a `Content-Length`.
    Chunked,
    /// The whole body, without a `Content-Length`; the end of the connection is its end.
    UntilClose,
    /// The body comes in chunks; behind `after` bytes, or all of it, one announces no length.
    BrokenChunk,
    /// Bytes that are no HTTP, with the answer's body among them.
    Garbage,
    /// A redirect that keeps the query, and with it the key.
    Redirect,
    /// A body that begins like a success, is `bytes` long and never comes to the point.
    Flood,
    /// Nobody listens at the port.
    Refused,
    /// No host has the name in the URL.
    UnknownHost,
    /// The step speaks TLS, and the server ends the handshake with an alert.
    TlsAlert,
    /// The URL begins with https://, and the server speaks plain HTTP.
    NoTls,
    /// The step speaks TLS, and the server's certificate comes from an authority that nobody knows.
    UntrustedCertificate,
    /// The same, and nothing in the client's environment names an authority to trust.
    CertificateUntrustedBySystem,
    /// The step speaks TLS, and the server's certificate is signed by nobody but itself.
    SelfSignedCertificate,
    /// The step speaks TLS, and the time of the server's certificate has yet to begin.
    CertificateNotYetValid,
    /// The step speaks TLS, and the time of the server's certificate is over.
    ExpiredCertificate,
    /// The step speaks TLS, and the server's certificate is for another host.
    CertificateForAnotherHost,
}

/// The word that files use.
impl fmt::Display for FaultWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl FaultWord {
    /// The keys that say more of it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Reset | Self::Close | Self::Stall | Self::BrokenChunk => &["after"],
            Self::Dribble | Self::SlowHeaders => &["every_ms"],
            Self::Late => &["wait_ms"],
            Self::Redirect => &["to", "http_status"],
            Self::Flood => &["bytes"],
            _ => &[],
        }
    }
}

/// The longest time between two bytes, in milliseconds: an hour.
const LONGEST_MS: u64 = 3_600_000;

impl FaultText {
    pub(super) fn checked(self, mistakes: &mut Mistakes<'_>) -> Fault {
        let kind = self.kind.value;
        for (key, place) in self.given() {
            if !kind.keys().contains(&key) {
                let own = kind.keys().iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
                let help = if own.is_empty() { "remove it".into() } else { format!("{kind} has {own}") };
                mistakes.add(place, format!("{kind} has no `{key}`"), help);
            }
        }
        for (time, what) in [(&self.every_ms, "between two bytes"), (&self.wait_ms, "before an answer")] {
            if let Some(time) = time.as_ref().filter(|time| !(1..=LONGEST_MS).contains(&time.value)) {
                let message = format!("{} is not a time {what} (1 to {LONGEST_MS} milliseconds)", time.value);
                mistakes.add(time, message, "");
            }
        }
        if let Some(status) =
            self.http_status.as_ref().filter(|status| !matches!(status.value, 200 | 301..=303 | 307 | 308))
        {
            let message = format!("{} is no HTTP status of a redirect that a client may follow", status.value);
            mistakes.add(status, message, "take 301, 302, 303, 307 or 308, or 200 for a page with a header Refresh");
        }
        if kind == FaultWord::Redirect && self.to.is_none() {
            let message = "a redirect needs a `to`";
            mistakes.add(
                &self.kind,
                message,
                "same_host, another_host, lookalike_host, another_host_by_tls or without_tls",
            );
        }
        let kind_place = place_of(&self.kind);
        let after = self.after.map(|after| after.value);
        let every = self.every_ms.map_or(FaultKind::EVERY, |every| Duration::from_millis(every.value));
        let kind = match kind {
            FaultWord::Silent => FaultKind::Silent,
            FaultWord::Reset => FaultKind::Reset { after },
            FaultWord::Close => FaultKind::Close { after },
            FaultWord::Stall => FaultKind::Stall { after: after.unwrap_or(0) },
            FaultWord::Dribble => FaultKind::Dribble { every },
            FaultWord::SlowHeaders => FaultKind::SlowHeaders { every },
            FaultWord::Late => {
                FaultKind::Late { wait: self.wait_ms.map_or(FaultKind::LATE, |wait| Duration::from_millis(wait.value)) }
            }
            FaultWord::Chunked => FaultKind::Chunked,
            FaultWord::UntilClose => FaultKind::UntilClose,
            FaultWord::BrokenChunk => FaultKind::BrokenChunk { after },
            FaultWord::Garbage => FaultKind::Garbage,
            FaultWord::Redirect => FaultKind::Redirect {
                to: self.to.map_or(RedirectTo::SameHost, |to| to.value),
                http_status: self.http_status.map_or(FaultKind::REDIRECT, |status| status.value),
            },
            FaultWord::Flood => FaultKind::Flood { bytes: self.bytes.map_or(FaultKind::FLOOD, |bytes| bytes.value) },
            FaultWord::Refused => FaultKind::Obstacle(Obstacle::Refused),
            FaultWord::UnknownHost => FaultKind::Obstacle(Obstacle::UnknownHost),
            FaultWord::TlsAlert => FaultKind::Obstacle(Obstacle::Alert),
            FaultWord::NoTls => FaultKind::Obstacle(Obstacle::NoTls),
            FaultWord::UntrustedCertificate => FaultKind::Obstacle(Obstacle::Untrusted),
            FaultWord::CertificateUntrustedBySystem => FaultKind::Obstacle(Obstacle::UntrustedBySystem),
            FaultWord::SelfSignedCertificate => FaultKind::Obstacle(Obstacle::SelfSigned),
            FaultWord::CertificateNotYetValid => FaultKind::Obstacle(Obstacle::NotYetValid),
            FaultWord::ExpiredCertificate => FaultKind::Obstacle(Obstacle::Expired),
            FaultWord::CertificateForAnotherHost => FaultKind::Obstacle(Obstacle::AnotherHost),
        };
        if kind.obstacle().is_some() && self.phase == FaultPhase::AfterCommit {
            let message = "nothing can be recorded of an update that a client never sends";
            mistakes.add(kind_place, message, "say `phase: before_commit`");
        }
        Fault { kind, phase: self.phase }
    }

    /// The given keys that belong to some kinds only, and their places.
    fn given(&self) -> Vec<(&'static str, Option<Place>)> {
        let after = self.after.as_ref().map(|after| ("after", place_of(after)));
        let every = self.every_ms.as_ref().map(|every| ("every_ms", place_of(every)));
        let wait = self.wait_ms.as_ref().map(|wait| ("wait_ms", place_of(wait)));
        let to = self.to.as_ref().map(|to| ("to", place_of(to)));
        let status = self.http_status.as_ref().map(|status| ("http_status", place_of(status)));
        let bytes = self.bytes.as_ref().map(|bytes| ("bytes", place_of(bytes)));
        [after, every, wait, to, status, bytes].into_iter().flatten().collect()
    }
}

/// An answer beside a fault that hides it is a mistake.
pub(super) fn answer_is_seen(fault: Fault, answer: Option<Place>, mistakes: &mut Mistakes<'_>) {
    if !fault.kind.shows_the_answer() {
        let message = format!("nothing of an `answer` is seen beside this fault: {}", fault.kind);
        mistakes.add(answer, message, "remove one of the two");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::protocol::{Fault, FaultKind, FaultPhase, Obstacle, RedirectTo};
    use crate::scenario::{Scenario, ScenarioId, read_scenario};
    use crate::source::SourceFile;

    fn scenario(rest: &str) -> Result<Scenario, String> {
        let text = format!("title: x\nupdate: {{ lead_id: A1, status: F }}\n{rest}\n");
        let id = ScenarioId::new("faults/x").unwrap();
        read_scenario(id, &SourceFile::new("scenarios/faults/x.yaml", text))
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))
    }

    fn fault(rest: &str) -> Fault {
        scenario(&format!("client: unknown\nfault: {{ {rest} }}")).unwrap().steps[0].attempts[0].fault.unwrap()
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        assert_eq!(
            fault("kind: dribble, phase: after_commit"),
            Fault { kind: FaultKind::Dribble { every: Duration::from_millis(250) }, phase: FaultPhase::AfterCommit }
        );
        let kind = |rest| fault(&format!("phase: before_commit, {rest}")).kind;
        assert_eq!(kind("kind: reset"), FaultKind::Reset { after: None });
        assert_eq!(kind("kind: close, after: 3"), FaultKind::Close { after: Some(3) });
        assert_eq!(kind("kind: stall"), FaultKind::Stall { after: 0 });
        assert_eq!(kind("kind: flood"), FaultKind::Flood { bytes: 100_000_000 });
        assert_eq!(
            kind("kind: redirect, to: another_host"),
            FaultKind::Redirect { to: RedirectTo::AnotherHost, http_status: 302 }
        );
    }

    #[test]
    fn a_wrong_fault_is_shown_where_it_stands() {
        let mistakes = |rest: &[&str]| {
            let told = rest.iter().map(|rest| scenario(&format!("client: unknown\n{rest}")).expect_err(rest));
            told.collect::<Vec<_>>().join("\n\n")
        };
        insta::assert_snapshot!(mistakes(&[
            "fault: { kind: rest, phase: after_commit }",
            "fault: { kind: reset }",
            "fault: { kind: reset, phase: later }",
            "fault: { kind: silent, phase: after_commit, after: 3 }",
            "fault: { kind: redirect, phase: before_commit, after: 3 }",
            "fault: { kind: redirect, phase: before_commit, to: same_host, http_status: 304 }",
            "fault: { kind: dribble, phase: after_commit, every_ms: 0 }",
            "answer: { body: x }\nfault: { kind: silent, phase: after_commit }",
            "fault: { kind: silent, phase: after_commit }\nattempts: [{}]",
        ]), @"
        error: unknown value `rest`
         --> scenarios/faults/x.yaml:4:16
          |
        4 | fault: { kind: rest, phase: after_commit }
          |                ^^^^
          |
          = help: did you mean `reset`? The values here are silent, reset, close, stall, dribble, slow_headers, late, chunked, until_close, broken_chunk, garbage, redirect, flood, refused, unknown_host, tls_alert, no_tls, untrusted_certificate, certificate_untrusted_by_system, self_signed_certificate, certificate_not_yet_valid, expired_certificate, certificate_for_another_host

        error: the key `phase` is missing
         --> scenarios/faults/x.yaml:4:10
          |
        4 | fault: { kind: reset }
          |          ^^^^
          |
          = help: add `phase: before_commit or after_commit`

        error: unknown value `later`
         --> scenarios/faults/x.yaml:4:30
          |
        4 | fault: { kind: reset, phase: later }
          |                              ^^^^^
          |
          = help: the values here are before_commit, after_commit

        error: silent has no `after`
         --> scenarios/faults/x.yaml:4:52
          |
        4 | fault: { kind: silent, phase: after_commit, after: 3 }
          |                                                    ^
          |
          = help: remove it

        error: redirect has no `after`
         --> scenarios/faults/x.yaml:4:55
          |
        4 | fault: { kind: redirect, phase: before_commit, after: 3 }
          |                                                       ^
          |
          = help: redirect has `to` and `http_status`

        error: a redirect needs a `to`
         --> scenarios/faults/x.yaml:4:16
          |
        4 | fault: { kind: redirect, phase: before_commit, after: 3 }
          |                ^^^^^^^^
          |
          = help: same_host, another_host, lookalike_host, another_host_by_tls or without_tls

        error: 304 is no HTTP status of a redirect that a client may follow
         --> scenarios/faults/x.yaml:4:76
          |
        4 | fault: { kind: redirect, phase: before_commit, to: same_host, http_status: 304 }
          |                                                                            ^^^
          |
          = help: take 301, 302, 303, 307 or 308, or 200 for a page with a header Refresh

        error: 0 is not a time between two bytes (1 to 3600000 milliseconds)
         --> scenarios/faults/x.yaml:4:56
          |
        4 | fault: { kind: dribble, phase: after_commit, every_ms: 0 }
          |                                                        ^

        error: nothing of an `answer` is seen beside this fault: silent
         --> scenarios/faults/x.yaml:4:9
          |
        4 | answer: { body: x }
          |         ^
          |
          = help: remove one of the two

        error: `fault` and `attempts` exclude each other
         --> scenarios/faults/x.yaml:4:8
          |
        4 | fault: { kind: silent, phase: after_commit }
          |        ^
          |
          = help: put the fault into the list: `attempts: [{ fault: … }]`
        ");
    }

    #[test]
    fn a_certificate_is_shown_before_anything_is_sent_and_is_the_same_for_every_attempt() {
        let mistake = |rest: &str| scenario(&format!("client: unknown\n{rest}")).expect_err(rest);
        let known = scenario("client: unknown\nfault: { kind: expired_certificate, phase: before_commit }").unwrap();
        assert_eq!(known.steps[0].obstacle(), Some(Obstacle::Expired));
        let told = [
            mistake("fault: { kind: expired_certificate, phase: after_commit }"),
            mistake("attempts: [{ fault: { kind: untrusted_certificate, phase: before_commit } }, {}]"),
        ];
        insta::assert_snapshot!(told.join("\n\n"), @"
        error: nothing can be recorded of an update that a client never sends
         --> scenarios/faults/x.yaml:4:16
          |
        4 | fault: { kind: expired_certificate, phase: after_commit }
          |                ^^^^^^^^^^^^^^^^^^^
          |
          = help: say `phase: before_commit`

        error: what keeps a client from sending anything is the same for every attempt
         --> scenarios/faults/x.yaml:2:20
          |
        2 | update: { lead_id: A1, status: F }
          |                    ^^
          |
          = help: say `fault:` without `attempts:`
        ");
    }

    #[test]
    fn nothing_follows_from_a_code_where_there_is_a_fault() {
        let unsaid = scenario("code: 0\nattempts: [{ fault: { kind: reset, phase: after_commit } }, {}]");
        insta::assert_snapshot!(unsaid.unwrap_err(), @"
        error: nothing follows from the `code` alone where there is a fault
         --> scenarios/faults/x.yaml:3:7
          |
        3 | code: 0
          |       ^
          |
          = help: say what a conforming client concludes: `client: unknown`, or a list where several are right
        ");
    }

    #[test]
    fn a_header_is_held_against_what_a_header_may_be() {
        let headers = |headers: &str| {
            let read = scenario(&format!("code: 0\nanswer: {{ headers: {{ {headers} }} }}"));
            read.map(|scenario| scenario.steps[0].attempts[0].answer.clone().unwrap().headers)
        };
        assert_eq!(headers("Retry-After: 1").unwrap(), [("Retry-After".to_owned(), "1".to_owned())]);
        let told = ["Retry After: 1", "content-type: x", "Date: x", "a: 1, A: 2", "a: é", "a: \"x\\r\\nb: c\""];
        insta::assert_snapshot!(told.map(|given| headers(given).unwrap_err()).join("\n\n"), @r#"
        error: "Retry After" is not a valid header name
         --> scenarios/faults/x.yaml:4:35
          |
        4 | answer: { headers: { Retry After: 1 } }
          |                                   ^
          |
          = help: letters, digits and -, as in Retry-After

        error: content-type has a key of its own
         --> scenarios/faults/x.yaml:4:36
          |
        4 | answer: { headers: { content-type: x } }
          |                                    ^
          |
          = help: say `content_type:`

        error: Date is set by the mock
         --> scenarios/faults/x.yaml:4:28
          |
        4 | answer: { headers: { Date: x } }
          |                            ^
          |
          = help: say what goes wrong in delivery under `fault:`

        error: duplicate header a
         --> scenarios/faults/x.yaml:4:25
          |
        4 | answer: { headers: { a: 1, A: 2 } }
          |                         ^
          |
          = help: letter case makes no difference in the name of a header

        error: "é" is not a valid header value
         --> scenarios/faults/x.yaml:4:25
          |
        4 | answer: { headers: { a: é } }
          |                         ^
          |
          = help: visible ASCII characters and spaces can

        error: "x\r\nb: c" is not a valid header value
         --> scenarios/faults/x.yaml:4:25
          |
        4 | answer: { headers: { a: "x\r\nb: c" } }
          |                         ^^^^^^^^^^^
          |
          = help: visible ASCII characters and spaces can
        "#);
    }
}

//! A delivery that goes wrong on purpose: what strikes, and whether CAKE has recorded the update by then.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A fault, in place of an answer or in the middle of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fault {
    /// What strikes.
    pub kind: FaultKind,
    /// Whether the update has been recorded by then.
    pub phase: FaultPhase,
}

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultPhase {
    /// CAKE never gets to record the update.
    BeforeCommit,
    /// CAKE records the update as it would without the fault; only the answer suffers.
    AfterCommit,
}

/// What strikes. Where it strikes is counted in bytes of the body: the head in front of it has arrived whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum FaultKind {
    /// The request is taken, and no byte ever comes back.
    Silent,
    /// The connection is reset.
    Reset {
        /// Bytes of the body before it; none where not even the head is sent.
        after: Option<u64>,
    },
    /// The connection is closed in an orderly way, short of what the head promised.
    Close {
        /// Bytes of the body before it; none where not even the head is sent.
        after: Option<u64>,
    },
    /// The answer stops, and the connection stays open.
    Stall {
        /// Bytes of the body before it.
        after: u64,
    },
    /// The head arrives at once, and the body one byte at a time.
    Dribble {
        /// The time between two bytes.
        every: Duration,
    },
    /// The head arrives one byte at a time, and then the body at once.
    SlowHeaders {
        /// The time between two bytes.
        every: Duration,
    },
    /// Nothing arrives for a while, and then the whole answer.
    Late {
        /// How long nothing arrives.
        wait: Duration,
    },
    /// The whole body comes in chunks, and no `Content-Length` says how long it is.
    Chunked,
    /// The whole body comes, and only the end of the connection says that it was.
    UntilClose,
    /// The body comes in chunks, one of which announces no length; then the connection is closed.
    BrokenChunk {
        /// Bytes of the body in the chunk before it; none is the whole body.
        after: Option<u64>,
    },
    /// What comes back is no HTTP, although the answer's body stands in it.
    Garbage,
    /// The answer is a redirect, and it is whole.
    Redirect {
        /// Where it leads.
        to: RedirectTo,
        /// Its HTTP status.
        http_status: u16,
    },
    /// A body that begins like a success and does not come to the point.
    Flood {
        /// How long it is.
        bytes: u64,
    },
    /// Something keeps a client that does right from sending anything at all.
    Obstacle(Obstacle),
}

/// What keeps a client from sending anything: there is no connection, TLS does not come about, or the server shows a
/// certificate that no client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Obstacle {
    /// Nobody listens at the port.
    Refused,
    /// No host has the name.
    UnknownHost,
    /// The server ends the TLS handshake with an alert.
    Alert,
    /// The server speaks plain HTTP where TLS should be.
    NoTls,
    /// The certificate comes from an authority that nobody knows.
    Untrusted,
    /// The same, and the client is told of no authority at all: it has to go by those of its system.
    UntrustedBySystem,
    /// The certificate is signed by nobody but itself.
    SelfSigned,
    /// The time of the certificate is over.
    Expired,
    /// The time of the certificate has yet to come.
    NotYetValid,
    /// The certificate is for another host.
    AnotherHost,
}

impl Obstacle {
    /// The name that no host has: the top-level domain is reserved for that.
    pub const UNKNOWN_HOST: &str = "cake.invalid";

    /// Whether there is a server to talk to, which sees who comes.
    pub fn is_seen(self) -> bool {
        !matches!(self, Self::Refused | Self::UnknownHost)
    }
}

/// Where a redirect leads: never beyond the mock, so that it sees who follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedirectTo {
    /// The host that was asked.
    SameHost,
    /// Another host: `localhost` with another port for who asked 127.0.0.1, and the reverse.
    AnotherHost,
    /// The same, with the host that was asked before it, as a user: `http://127.0.0.1@localhost/`.
    LookalikeHost,
    /// The same by TLS; for who came by TLS.
    AnotherHostByTls,
    /// The host that was asked, by plain HTTP; for who came by TLS.
    WithoutTls,
}

impl RedirectTo {
    /// Whether nobody may follow with the key.
    pub fn is_away(self) -> bool {
        self != Self::SameHost
    }

    /// Whether only who came by TLS can be led there.
    pub fn begins_with_tls(self) -> bool {
        matches!(self, Self::AnotherHostByTls | Self::WithoutTls)
    }
}

impl Fault {
    /// Why an answer came that met this, or nothing. A redirect is none of CAKE's answers, which `why` is about.
    pub fn reason(met: Option<Self>, why: Cow<'static, str>) -> Cow<'static, str> {
        match met {
            Some(Self { kind: FaultKind::Redirect { .. }, .. }) => {
                format!("the scenario redirects in CAKE's place, which itself would say: {why}").into()
            }
            _ => why,
        }
    }
}

impl FaultKind {
    /// A host that nobody has: the top-level domain is reserved for that.
    pub const NOBODYS_HOST: &str = "another-host.invalid";
    /// The URL of an external entity in an answer; on the wire it is one of the mock's own.
    pub const ENTITY: &str = "http://another-host.invalid/entity";
    /// Between two bytes, where a scenario does not say.
    pub const EVERY: Duration = Duration::from_millis(250);
    /// How late an answer is, where a scenario does not say.
    pub const LATE: Duration = Duration::from_millis(800);
    /// How long a server that stalls waits for the client to give up: longer than any client should.
    pub const LONGEST: Duration = Duration::from_mins(10);
    /// How long a flood is, where a scenario does not say.
    pub const FLOOD: u64 = 100_000_000;
    /// The HTTP status of a redirect, where a scenario does not say.
    pub const REDIRECT: u16 = 302;

    /// The HTTP status of a page that leads on by its header `Refresh`.
    pub const REFRESH: u16 = 200;

    /// Whether a patient client gets the whole answer.
    pub fn arrives_whole(self) -> bool {
        self.is_slow() || self.is_framing() || self.is_an_answer()
    }

    /// Whether the whole answer comes, and takes its time.
    fn is_slow(self) -> bool {
        matches!(self, Self::Dribble { .. } | Self::SlowHeaders { .. } | Self::Late { .. })
    }

    /// Where nobody may follow with the key, for a redirect that leads there.
    pub fn leads_away(self) -> Option<RedirectTo> {
        match self {
            Self::Redirect { to, .. } if to.is_away() => Some(to),
            _ => None,
        }
    }

    /// Whether it is an answer like any other but for what tells its end.
    pub fn is_framing(self) -> bool {
        matches!(self, Self::Chunked | Self::UntilClose)
    }

    /// Whether it is an answer like any other, so that nothing has to be done on the socket.
    pub fn is_an_answer(self) -> bool {
        matches!(self, Self::Redirect { .. } | Self::Obstacle(_))
    }

    /// Whether a client has to wait for more than there is, or longer than it may want to: giving up is its part.
    pub fn lasts(self) -> bool {
        self.is_slow() || matches!(self, Self::Silent | Self::Stall { .. } | Self::Flood { .. })
    }

    /// Whether a byte of the answer is sent, so that it matters which answer it is.
    pub fn shows_the_answer(self) -> bool {
        let sends_none = matches!(
            self,
            Self::Silent | Self::Flood { .. } | Self::Reset { after: None } | Self::Close { after: None }
        );
        !sends_none && !self.is_an_answer()
    }

    /// What keeps clients from sending anything, if that is it. The answer behind it is delivered as always.
    pub fn obstacle(self) -> Option<Obstacle> {
        if let Self::Obstacle(obstacle) = self { Some(obstacle) } else { None }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "nothing listens on the port",
            Self::UnknownHost => "the host name does not exist",
            Self::Alert => "the server ends the TLS handshake with an alert",
            Self::NoTls => "the server speaks plain HTTP where TLS should be",
            Self::Untrusted => "its certificate comes from an unknown authority",
            Self::UntrustedBySystem => "its certificate comes from an authority that this system does not know",
            Self::SelfSigned => "its certificate is self-signed",
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::AnotherHost => "its certificate is for another host",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            FaultPhase::BeforeCommit => "no update recorded",
            FaultPhase::AfterCommit => "update recorded",
        };
        write!(f, "{}, {phase}", self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str("silent"),
            Self::Reset { after } => write!(f, "reset {}", place(*after)),
            Self::Close { after } => write!(f, "closed {}", place(*after)),
            Self::Stall { after } => write!(f, "stalled {}", place(Some(*after))),
            Self::Dribble { every } => write!(f, "body at a byte every {every:?}"),
            Self::SlowHeaders { every } => write!(f, "head at a byte every {every:?}"),
            Self::Late { wait } => write!(f, "answer after {wait:?}"),
            Self::Chunked => f.write_str("body in chunks"),
            Self::UntilClose => f.write_str("body until the connection closes"),
            Self::BrokenChunk { after: None } => f.write_str("broken chunk after the body"),
            Self::BrokenChunk { after } => write!(f, "broken chunk {}", place(*after)),
            Self::Garbage => f.write_str("no HTTP"),
            Self::Obstacle(obstacle) => write!(f, "before anything is sent: {obstacle}"),
            Self::Redirect { to, http_status } => {
                match *http_status {
                    Self::REFRESH => f.write_str("redirect by Refresh")?,
                    status => write!(f, "redirect {status}")?,
                }
                f.write_str(match to {
                    RedirectTo::SameHost => " to the same host",
                    RedirectTo::AnotherHost => " to another host",
                    RedirectTo::LookalikeHost => " to a host that looks alike",
                    RedirectTo::AnotherHostByTls => " to another host by TLS",
                    RedirectTo::WithoutTls => " to plain HTTP",
                })
            }
            Self::Flood { bytes } => write!(f, "flood of {bytes} bytes"),
        }
    }
}

/// Where it strikes.
fn place(after: Option<u64>) -> String {
    match after {
        None => "before any byte".into(),
        Some(0) => "after the head".into(),
        Some(1) => "after 1 byte of the body".into(),
        Some(more) => format!("after {more} bytes of the body"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultKind, FaultPhase};

    #[test]
    fn a_fault_is_told_in_one_line() {
        let fault = Fault { kind: FaultKind::Reset { after: Some(20) }, phase: FaultPhase::AfterCommit };
        assert_eq!(fault.to_string(), "reset after 20 bytes of the body, update recorded");
        let fault = Fault { kind: FaultKind::Dribble { every: FaultKind::EVERY }, phase: FaultPhase::BeforeCommit };
        assert_eq!(fault.to_string(), "body at a byte every 250ms, no update recorded");
    }
}

//! What came over the wire and is no exchange, but tells something of the client.

use std::fmt;
use std::time::Duration;

use crate::protocol::FaultKind;

/// Something that happened on a connection beside its exchanges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incident {
    /// A TLS handshake did not come to its end; the text says why.
    HandshakeFailed(String),
    /// A TLS handshake came to its end, and then the client left without a request. So do clients that look at the
    /// host's name last.
    NothingAsked,
    /// Something else than TLS arrived where TLS is spoken.
    NoTls,
    /// The proxy was asked for a host that it does not play.
    AnotherHost(String),
    /// The same, and the request came with it: its head, which may hold a key and is shown nowhere.
    SentElsewhere {
        /// The host.
        host: String,
        /// The head of the request.
        request: String,
    },
    /// The client went where an answer led it: by a redirect to another host or to plain HTTP, or for an external entity.
    LedAway {
        /// The head of the request, which may hold a key and is shown nowhere.
        request: String,
    },
}

impl Incident {
    /// Whether the client may have turned away from the certificate that it was shown.
    pub fn turned_away(&self) -> bool {
        matches!(self, Self::HandshakeFailed(_) | Self::NothingAsked)
    }

    /// The host that the proxy was asked for and does not play, as it was named.
    pub fn another_host(&self) -> Option<&str> {
        match self {
            Self::AnotherHost(host) | Self::SentElsewhere { host, .. } => Some(host),
            _ => None,
        }
    }

    /// The head of a request to where no client has anything to do; empty where a proxy saw only whom it asked for.
    fn away(&self) -> Option<&str> {
        match self {
            Self::LedAway { request } => Some(request),
            Self::AnotherHost(host) if host.starts_with(FaultKind::NOBODYS_HOST) => Some(""),
            Self::SentElsewhere { host, request } if host.starts_with(FaultKind::NOBODYS_HOST) => Some(request),
            _ => None,
        }
    }

    /// The head of the request by which a client followed a redirect away; empty where a proxy saw only whom it asked for.
    pub fn followed_away(&self) -> Option<&str> {
        self.away().filter(|head| !asks_for_entity(head))
    }

    /// Whether the client asked for an external entity that an answer names.
    pub fn resolved_an_entity(&self) -> bool {
        self.away().is_some_and(asks_for_entity)
    }

    /// The host that a request was sent to whose head is like this, where it was not the mock's.
    pub fn sent_to(&self, is_meant: impl Fn(&str) -> bool) -> Option<String> {
        match self {
            Self::SentElsewhere { host, request } if self.away().is_none() && is_meant(request) => Some(host.clone()),
            _ => None,
        }
    }

    pub(super) fn handshake_too_slow(patience: Duration) -> Self {
        Self::HandshakeFailed(format!("it did not come to its end within {patience:?}"))
    }

    /// Why a handshake failed, in the words of TLS.
    pub(super) fn handshake_failed(error: &std::io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        Self::HandshakeFailed(match tls {
            Some(rustls::Error::AlertReceived(alert)) => format!("the client ended it with the alert {alert:?}"),
            Some(other) => other.to_string(),
            None => format!("the client broke the connection off ({error})"),
        })
    }
}

/// Whether the head of a request asks for the entity.
fn asks_for_entity(head: &str) -> bool {
    let path = FaultKind::ENTITY.rsplit_once('/').map_or("", |(_, path)| path);
    let target = head.split(' ').nth(1).unwrap_or_default();
    target.rsplit_once('/').is_some_and(|(_, asked)| asked == path)
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HandshakeFailed(why) => write!(f, "a TLS handshake failed: {why}"),
            Self::NothingAsked => {
                f.write_str("a connection was set up with TLS, and the client left without a request")
            }
            Self::NoTls => {
                f.write_str("a request came without TLS, and here TLS is spoken: its URL begins with https://")
            }
            Self::AnotherHost(host) | Self::SentElsewhere { host, .. } => {
                write!(f, "the client asked for {host} and was refused: nothing is ever forwarded")
            }
            Self::LedAway { request } if asks_for_entity(request) => {
                f.write_str("the client asked for an external entity that an answer names, and was refused")
            }
            Self::LedAway { .. } => f.write_str("the client followed a redirect away from CAKE, and was refused there"),
        }
    }
}

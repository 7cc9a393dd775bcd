//! How clients reach a mock: by plain HTTP, by TLS, or by a proxy that plays one host and forwards nothing.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use hyper::body::{Body as _, Incoming};
use hyper::header::HOST;
use hyper::http::uri::Authority as HostAndPort;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::connection::{Current, TrackedBody, Watched, Witness};
use super::incident::Incident;
use super::stream::Stream;
use super::tls::Identity;
use crate::protocol::FaultKind;

/// The first byte of a TLS handshake; no HTTP request begins with it.
const HANDSHAKE: u8 = 0x16;
/// How long the end of a connection is waited for that this side has closed.
const LINGERING: Duration = Duration::from_millis(500);
/// How much of a host's name is repeated.
const LONGEST_HOST: usize = 300;
const HTTPS: u16 = 443;

/// How clients reach a mock.
#[derive(Debug, Clone, Default)]
pub enum Reach {
    /// By plain HTTP.
    #[default]
    Plain,
    /// By TLS, which presents this.
    Tls(Identity),
    /// By a proxy that plays this host, and presents this once it is asked for TLS.
    Proxy(InterceptedHost, Identity),
}

/// A host that a client has built in: `HOST` or `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterceptedHost {
    name: String,
    port: u16,
}

/// Why something is no host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{given:?} is not a host\n  help: write HOST or HOST:PORT, without https:// and without a path: YourDomain.com"
)]
pub struct HostError {
    given: String,
}

impl InterceptedHost {
    /// A host that nobody has, and nobody asks for.
    pub fn nobodys() -> Self {
        Self { name: FaultKind::NOBODYS_HOST.to_owned(), port: HTTPS }
    }

    /// The host without the port, and without the brackets of an IPv6 address.
    pub fn name(&self) -> &str {
        self.name.trim_start_matches('[').trim_end_matches(']')
    }

    /// `https://HOST`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("https://{self}")
    }

    /// Whether a tunnel to this is one to the host.
    fn is_at(&self, asked: &HostAndPort) -> bool {
        self.has_name(asked) && asked.port_u16().unwrap_or(HTTPS) == self.port
    }

    fn has_name(&self, asked: &HostAndPort) -> bool {
        asked.host().eq_ignore_ascii_case(&self.name)
    }
}

impl FromStr for InterceptedHost {
    type Err = HostError;

    fn from_str(given: &str) -> Result<Self, HostError> {
        let none = || HostError { given: given.to_owned() };
        let parsed: HostAndPort = given.parse().map_err(|_| none())?;
        let rest = given.strip_prefix(parsed.host()).ok_or_else(none)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(none)?,
            None => HTTPS,
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if parsed.host().is_empty() || !parsed.host().chars().all(is_name) {
            return Err(none());
        }
        Ok(Self { name: parsed.host().to_owned(), port })
    }
}

impl fmt::Display for InterceptedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            HTTPS => f.write_str(&self.name),
            port => write!(f, "{}:{port}", self.name),
        }
    }
}

/// What is behind the door that a connection came by.
pub(super) enum Door<'m> {
    /// CAKE.
    Cake,
    /// CAKE as well, but a request that came in here should have come with TLS.
    NoTls,
    /// Where redirects away lead, and nobody may follow.
    Elsewhere,
    /// A proxy; with the tunnel it was asked for.
    Proxy { plays: Plays<'m>, tunnel: Mutex<Option<OnUpgrade>> },
}

/// What a proxy leads to. Everything else it refuses.
#[derive(Clone, Copy)]
pub(super) enum Plays<'m> {
    /// A host that a client has built in.
    Host(&'m InterceptedHost),
    /// The mock under its own address.
    Mock {
        port: u16,
        by_tls: bool,
        /// The port that answers lead away to, once there is one.
        elsewhere: Option<u16>,
    },
}

impl Plays<'_> {
    /// Whether a tunnel to this leads there.
    fn is_at(self, asked: &HostAndPort) -> bool {
        match self {
            Self::Host(host) => host.is_at(asked),
            Self::Mock { port, .. } => is_loopback(asked.host()) && asked.port_u16() == Some(port),
        }
    }

    /// Whether a redirect away leads to this.
    fn led_to(self, asked: &HostAndPort) -> bool {
        let Self::Mock { elsewhere, .. } = self else { return false };
        is_loopback(asked.host()) && asked.port_u16().is_some_and(|port| elsewhere == Some(port))
    }

    /// Whether a plain request for this is one for it.
    fn answers(self, asked: &HostAndPort) -> bool {
        match self {
            Self::Host(host) => host.has_name(asked),
            Self::Mock { .. } => self.is_at(asked),
        }
    }
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.eq_ignore_ascii_case(name))
}

impl Door<'_> {
    /// The answer to a request that is none to CAKE.
    pub(super) fn aside(
        &self,
        request: &mut Request<Incoming>,
        current: &Arc<Current>,
        witness: &dyn Witness,
    ) -> Option<Response<TrackedBody>> {
        let (plays, tunnel) = match self {
            Self::Cake | Self::NoTls => return None,
            Self::Elsewhere => {
                let head = current.capture().take_head(request.body().size_hint().exact().unwrap_or(0));
                let incident = Incident::LedAway { request: String::from_utf8_lossy(&head).into_owned() };
                let mut response = Response::new(current.aside(format!("caketester: {incident}\n").into()));
                *response.status_mut() = StatusCode::FORBIDDEN;
                witness.happened(incident);
                return Some(response);
            }
            Self::Proxy { plays, tunnel } => (plays, tunnel),
        };
        // PHP's streams name the host in the header alone, also where they ask a proxy.
        let named = || request.headers().get(HOST)?.to_str().ok()?.parse::<HostAndPort>().ok();
        let is_guard = matches!(plays, Plays::Mock { .. });
        let asked = request.uri().authority().cloned().or_else(|| named().filter(|_| is_guard));
        let (http_status, body) = match (request.method(), &asked) {
            (&Method::CONNECT, Some(asked)) if plays.is_at(asked) => {
                let opened = hyper::upgrade::on(&mut *request);
                *tunnel.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
                (StatusCode::OK, Bytes::new())
            }
            (&Method::CONNECT, _) => not_forwarded(*plays, asked.as_ref(), None, witness),
            _ if asked.as_ref().map_or(is_guard, |asked| !plays.answers(asked)) => {
                let head = current.capture().take_head(request.body().size_hint().exact().unwrap_or(0));
                not_forwarded(*plays, asked.as_ref(), Some(&head), witness)
            }
            _ => {
                if self.lacks_tls() {
                    witness.happened(Incident::NoTls);
                }
                return None;
            }
        };
        current.capture().take_head(request.body().size_hint().exact().unwrap_or(0));
        let mut response = Response::new(current.aside(body));
        *response.status_mut() = http_status;
        Some(response)
    }

    /// Whether a request that comes in here should have come with TLS.
    pub(super) fn lacks_tls(&self) -> bool {
        matches!(self, Self::NoTls | Self::Proxy { plays: Plays::Mock { by_tls: true, .. }, .. })
    }

    /// The socket of the tunnel that was opened, with what arrived in it already.
    pub(super) async fn tunnel(self) -> Option<(TcpStream, Bytes)> {
        let Self::Proxy { tunnel, .. } = self else { return None };
        let opened = tunnel.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        // The connection may have ended before the tunnel was open.
        let parts = opened.await.ok()?.downcast::<Watched>().ok()?;
        Some((parts.io.into_stream()?.into_plain()?, parts.read_buf))
    }
}

/// What is not for the host is forwarded nowhere. Of its address, only host and port are told: the rest may hold a key.
fn not_forwarded(
    plays: Plays<'_>,
    asked: Option<&HostAndPort>,
    head: Option<&[u8]>,
    witness: &dyn Witness,
) -> (StatusCode, Bytes) {
    let port = asked.and_then(HostAndPort::port_u16).map_or_else(String::new, |port| format!(":{port}"));
    let host: String = asked.map_or("no host", HostAndPort::host).chars().take(LONGEST_HOST).collect();
    let host = format!("{host}{port}");
    let request = head.map(|head| String::from_utf8_lossy(head).into_owned());
    let incident = match request {
        request if asked.is_some_and(|asked| plays.led_to(asked)) => {
            Incident::LedAway { request: request.unwrap_or_default() }
        }
        None => Incident::AnotherHost(host),
        Some(request) => Incident::SentElsewhere { host, request },
    };
    let body = format!("caketester: {incident}\n");
    witness.happened(incident);
    (StatusCode::FORBIDDEN, body.into())
}

/// Why a socket has no TLS on it.
pub(super) enum Unsecured {
    /// Something else than TLS came; where nothing of it was read yet, the socket is as it was.
    NotTls(Option<TcpStream>),
    /// The handshake failed.
    Failed(Incident),
    /// Nothing came at all.
    Silent,
}

/// Puts TLS on a socket, of which `early` has been read already.
pub(super) async fn secure(
    socket: TcpStream,
    mut early: Bytes,
    identity: &Identity,
    patience: Duration,
) -> Result<Stream, Unsecured> {
    let mut first = [0];
    if let Some(byte) = early.first() {
        first[0] = *byte;
    } else if !matches!(tokio::time::timeout(patience, socket.peek(&mut first)).await, Ok(Ok(1))) {
        return Err(Unsecured::Silent);
    }
    if first[0] != HANDSHAKE {
        return Err(Unsecured::NotTls(early.is_empty().then_some(socket)));
    }
    if let Some(bytes) = identity.instead() {
        return Err(Unsecured::Failed(send_instead(socket, bytes, patience).await));
    }
    let handshake = identity.acceptor().accept_with(socket, |tls| {
        while early.has_remaining() && tls.read_tls(&mut (&mut early).reader()).is_ok_and(|read| read > 0) {
            // A mistake in it comes up again as the handshake goes on.
            let _ = tls.process_new_packets();
        }
    });
    match tokio::time::timeout(patience, handshake).await {
        Ok(Ok(stream)) => Ok(Stream::tls(stream)),
        Ok(Err(error)) => Err(Unsecured::Failed(Incident::handshake_failed(&error))),
        Err(_) => Err(Unsecured::Failed(Incident::handshake_too_slow(patience))),
    }
}

/// Sends something else than a handshake, and waits for the client to leave.
async fn send_instead(mut socket: TcpStream, bytes: &[u8], patience: Duration) -> Incident {
    // A client that has gone already has turned away all the same.
    let _ = socket.write_all(bytes).await;
    let _ = socket.shutdown().await;
    let mut rest = [0; 1024];
    let _ = tokio::time::timeout(patience.min(LINGERING), async {
        while socket.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    Incident::HandshakeFailed("the scenario lets none come about".to_owned())
}

#[cfg(test)]
mod tests {
    use super::InterceptedHost;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (given, name, base_url) in [
            ("YourDomain.com", "YourDomain.com", "https://YourDomain.com"),
            ("cake.example:443", "cake.example", "https://cake.example"),
            ("cake.example:8443", "cake.example", "https://cake.example:8443"),
            ("192.0.2.1", "192.0.2.1", "https://192.0.2.1"),
            ("[2001:db8::1]:8443", "2001:db8::1", "https://[2001:db8::1]:8443"),
        ] {
            let host: InterceptedHost = given.parse().unwrap();
            assert_eq!((host.name(), host.base_url()), (name, base_url.to_owned()));
        }
        for given in [
            "",
            ":443",
            "https://cake.example",
            "cake.example/",
            "a b",
            "u@cake.example",
            "cake.example:",
            "cake.example:0",
            "ü.example",
            "*.example",
        ] {
            assert!(given.parse::<InterceptedHost>().is_err(), "{given}");
        }
    }
}

//! The one place that writes to the wire. It sends what a permit yields, once, and follows nothing.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::GzDecoder;
use reqwest::{Client, Method, NoProxy, Proxy};
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use thiserror::Error;

use super::permit::{Permit, Permitted};
use super::probe::Probe;
use super::request::{Outgoing, Planned};
use super::target::Target;
use super::tls::{TlsSeen, Trust, TrustError, Watching, config};
use crate::protocol::Answer;
use crate::secret::Redactor;
use crate::subject::innermost;

/// The largest answer that is read; a help page has some ten thousand bytes.
const LARGEST: usize = 1024 * 1024;

/// The proxies of the environment. This machine is always reached without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http://`.
    pub http: Option<String>,
    /// For `https://`.
    pub https: Option<String>,
    /// The hosts that are reached without one.
    pub none_for: Option<String>,
}

/// Why nothing can be sent.
#[derive(Debug, Error)]
pub enum WireError {
    /// No certificate can be verified.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// TLS cannot be set up.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// A proxy cannot be used. Its URL may hold a password, so it is not repeated.
    #[error("cannot use the proxy of {variable}\n  help: for example {variable}=http://127.0.0.1:3128")]
    Proxy {
        /// The variable.
        variable: &'static str,
    },
    /// The client cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(String),
}

/// Connections to an endpoint. It sends only what a permit yields.
#[derive(Debug)]
pub struct Wire {
    any: Client,
    tls12: Client,
    tls13: Client,
    watching: Option<Arc<Watching>>,
    timeout: Duration,
    is_direct: bool,
}

/// One request, with its answer.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) planned: Planned,
    /// The answer without keys, or why there is none.
    pub(super) answer: Result<Answer, String>,
    pub(super) tls: Option<TlsSeen>,
}

impl Wire {
    /// Sets connections to a target up; none is opened.
    pub fn new(target: &Target, trust: &Trust, proxies: &Proxies, timeout: Duration) -> Result<Self, WireError> {
        let watching = target.is_secure().then(|| Watching::new(trust)).transpose()?;
        let client = |versions: &[&'static SupportedProtocolVersion]| {
            let client = Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .tls_backend_preconfigured(config(watching.as_ref(), versions)?)
                .pool_max_idle_per_host(0);
            let client = if target.is_loopback() { client } else { proxies.applied(client)? };
            client.build().map_err(|error| WireError::Client(innermost(&error)))
        };
        let (any, tls12, tls13) = (client(&[&TLS12, &TLS13])?, client(&[&TLS12])?, client(&[&TLS13])?);
        let is_direct = target.is_loopback() || proxies.http.is_none() && proxies.https.is_none();
        Ok(Self { any, tls12, tls13, watching, timeout, is_direct })
    }

    /// The addresses that a host has by DNS; none where it is an address itself, or a proxy asks for them.
    pub(super) async fn addresses(&self, target: &Target) -> Vec<String> {
        let host = target.host();
        if !self.is_direct || host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() {
            return Vec::new();
        }
        let found = tokio::time::timeout(self.timeout, tokio::net::lookup_host((host, 0))).await;
        let found: BTreeSet<String> =
            found.into_iter().flatten().flatten().map(|address| address.ip().to_string()).collect();
        found.into_iter().collect()
    }

    /// Sends the next request of a permit; nothing where it is used up. `sending` sees it first, without its key, and may stop it.
    pub(super) async fn send(
        &self,
        permit: &mut Permit,
        mut sending: impl FnMut(&Planned, &Outgoing) -> Result<(), String>,
    ) -> Result<Option<Sent>, String> {
        let Some(permitted) = permit.take().await else { return Ok(None) };
        let planned = permitted.planned().clone();
        let masking = permit.masking();
        sending(&planned, &permitted.request().masked(&masking))?;
        let client = match planned.probe {
            Probe::Tls12 => &self.tls12,
            Probe::Tls13 => &self.tls13,
            _ => &self.any,
        };
        let answer = match tokio::time::timeout(self.timeout, fetch(client, permitted)).await {
            Ok(answer) => {
                answer.map(|answer| masked(&answer, &masking)).map_err(|why| masking.redact(&why).into_owned())
            }
            Err(_) => Err(format!("no whole answer within {} s", self.timeout.as_secs())),
        };
        let tls = self.watching.as_ref().and_then(|watching| watching.take());
        Ok(Some(Sent { planned, answer, tls }))
    }
}

impl Proxies {
    fn applied(&self, mut client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, WireError> {
        let none_for = self.none_for.as_deref().and_then(NoProxy::from_string);
        if let Some(url) = &self.http {
            let proxy = Proxy::http(url).map_err(|_| WireError::Proxy { variable: "http_proxy" })?;
            client = client.proxy(proxy.no_proxy(none_for.clone()));
        }
        if let Some(url) = &self.https {
            let proxy = Proxy::https(url).map_err(|_| WireError::Proxy { variable: "https_proxy" })?;
            client = client.proxy(proxy.no_proxy(none_for));
        }
        Ok(client)
    }
}

async fn fetch(client: &Client, permitted: Permitted) -> Result<Answer, String> {
    let outgoing = permitted.request();
    let method = Method::from_bytes(outgoing.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut request = client.request(method, &outgoing.url);
    for (name, value) in &outgoing.headers {
        request = request.header(*name, *value);
    }
    if outgoing.method == "POST" {
        request = request.body(outgoing.body.clone());
    }
    let mut response = request.send().await.map_err(|error| {
        let mut reason = innermost(&error);
        if reason.contains("InvalidContentType") {
            reason.push_str("; perhaps this port takes plain HTTP alone");
        }
        if error.is_connect() { format!("no connection: {reason}") } else { reason }
    })?;
    let http_status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| format!("the answer broke off: {}", innermost(&error)))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(format!("the answer has more than {LARGEST} bytes"));
        }
    }
    let content_type = headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone());
    // An answer to HEAD has the headers of a body, and no body.
    let is_compressed =
        !body.is_empty() && headers.iter().any(|(name, value)| name == "content-encoding" && value == "gzip");
    if is_compressed {
        body = unzipped(&body)?;
    }
    let mut answer = Answer::new(http_status, content_type.unwrap_or_default(), body);
    answer.headers = headers;
    answer.is_compressed = is_compressed;
    Ok(answer)
}

/// A compressed body, as it was before.
fn unzipped(body: &[u8]) -> Result<Vec<u8>, String> {
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let mut unzipped = Vec::new();
    let read = GzDecoder::new(body).take(limit + 1).read_to_end(&mut unzipped);
    read.map_err(|error| format!("the compressed answer cannot be read: {error}"))?;
    if unzipped.len() > LARGEST { Err(format!("the answer has more than {LARGEST} bytes")) } else { Ok(unzipped) }
}

/// The answer with masks in place of keys: an endpoint may repeat what it was sent.
fn masked(answer: &Answer, redactor: &Redactor) -> Answer {
    let redact = |text: &str| redactor.redact(text).into_owned();
    let body = redact(&answer.text());
    let body = if body == answer.text() { answer.body.clone() } else { body.into() };
    let mut masked = Answer::new(answer.http_status, redact(&answer.content_type), body);
    masked.headers = answer.headers.iter().map(|(name, value)| (redact(name), redact(value))).collect();
    masked.is_compressed = answer.is_compressed;
    masked
}

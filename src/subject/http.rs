//! One GET, with bounds on time and size, and nothing that would lead elsewhere: no redirects, no proxy but the one it
//! is given.

use std::error::Error as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::protocol::Answer;

/// The largest answer that is read; a right one has a hundred bytes.
const LARGEST: usize = 1024 * 1024;

/// How often is looked whether an answer goes on.
const TICK: Duration = Duration::from_millis(50);

/// How long an answer is waited for. Time counts only while this process gets to run: a tick begins when the one before
/// it was seen to end, so a busy machine that lets nobody run for a second takes one tick off, and not twenty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    /// For the whole answer.
    pub(super) whole: Duration,
    /// For its head, and then between two pieces of its body.
    pub(super) without_progress: Duration,
}

impl Patience {
    /// Patience with the whole answer, however it comes.
    pub(super) fn with_the_whole(whole: Duration) -> Self {
        Self { whole, without_progress: whole }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GetError {
    /// No connection: that says nothing about who was to answer.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// The answer took too long.
    #[error("no whole answer within {0:?}")]
    TooSlow(Duration),
    /// The answer stopped coming.
    #[error("nothing came for {0:?}")]
    Stalled(Duration),
    /// The answer has no end, or none that anybody would wait for.
    #[error("the answer has more than {LARGEST} bytes")]
    TooLarge,
    /// The answer is none, or not all of one.
    #[error("the answer broke off: {0}")]
    Broken(String),
}

/// Why there is no client.
#[derive(Debug, Error)]
pub(super) enum ClientError {
    #[error("the authority cannot be trusted: {0}")]
    Tls(#[from] rustls::Error),
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

/// A client that keeps no connection open, so that each step's connections end with it. It trusts this authority and
/// no other.
pub(super) fn client(authority: Option<&[u8]>, proxy: Option<&str>) -> Result<reqwest::Client, ClientError> {
    let mut roots = RootCertStore::empty();
    if let Some(der) = authority {
        roots.add(CertificateDer::from(der.to_vec()))?;
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .pool_max_idle_per_host(0)
        .user_agent(concat!("caketester/", env!("CARGO_PKG_VERSION")));
    let client = match proxy {
        Some(proxy) => client.proxy(reqwest::Proxy::all(proxy)?),
        None => client,
    };
    Ok(client.build()?)
}

pub(super) async fn get(client: &reqwest::Client, url: &str, patience: Patience) -> Result<Answer, GetError> {
    let pieces = AtomicUsize::new(0);
    let mut fetching = pin!(fetch(client, url, &pieces));
    let (mut waited, mut since_progress, mut seen) = (Duration::ZERO, Duration::ZERO, 0);
    loop {
        match tokio::time::timeout(TICK, fetching.as_mut()).await {
            Ok(answer) => return answer,
            Err(_) => waited += TICK,
        }
        let pieces = pieces.load(Ordering::Relaxed);
        since_progress = if pieces == seen { since_progress + TICK } else { Duration::ZERO };
        seen = pieces;
        if waited >= patience.whole {
            return Err(GetError::TooSlow(patience.whole));
        }
        if since_progress >= patience.without_progress {
            return Err(GetError::Stalled(patience.without_progress));
        }
    }
}

/// Counts in `pieces` what has arrived.
async fn fetch(client: &reqwest::Client, url: &str, pieces: &AtomicUsize) -> Result<Answer, GetError> {
    let mut response = client.get(url).send().await.map_err(|error| {
        let reason = innermost(&error);
        if error.is_connect() { GetError::NoConnection(reason) } else { GetError::Broken(reason) }
    })?;
    let content_type = response.headers().get(reqwest::header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let http_status = response.status().as_u16();
    pieces.fetch_add(1, Ordering::Relaxed);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| GetError::Broken(innermost(&error)))? {
        pieces.fetch_add(1, Ordering::Relaxed);
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(GetError::TooLarge);
        }
    }
    Ok(Answer::new(http_status, content_type.unwrap_or_default(), body))
}

/// The cause at the bottom: the layers above it repeat the URL, which holds the key.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if error.source().is_some() { cause.to_string() } else { "the request failed".into() }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};
    use std::time::Duration;

    use super::{GetError, Patience, client, get};

    /// What a client makes of a server that sends these bytes, and then one more at a time for as long as anybody reads.
    async fn got(begin: &'static str, more: &'static str, patience: Patience) -> GetError {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]);
            stream.write_all(begin.as_bytes()).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
            // A read that ends is the client's leaving; until then each one that does not is the pause between two bytes.
            while stream.write_all(more.as_bytes()).is_ok() && stream.read(&mut [0]).is_err() {}
        });
        let answer = get(&client(None, None).unwrap(), &url, patience).await;
        // The client's connection is closed by a task of this runtime, which has to get to run.
        tokio::task::spawn_blocking(|| serving.join().unwrap()).await.unwrap();
        answer.unwrap_err()
    }

    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n";
    const SHORT: Duration = Duration::from_millis(150);
    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_server_that_says_nothing_more_is_left() {
        let patience = Patience { whole: LONG, without_progress: SHORT };
        assert_eq!(got("", "", patience).await, GetError::Stalled(SHORT));
        assert_eq!(got(HEAD, "", patience).await, GetError::Stalled(SHORT));
    }

    #[tokio::test]
    async fn a_server_that_goes_on_for_ever_is_left_as_well() {
        let patience = Patience { whole: SHORT, without_progress: LONG };
        assert_eq!(got(HEAD, "x", patience).await, GetError::TooSlow(SHORT));
        let flood: &str = Box::leak("x".repeat(100_000).into_boxed_str());
        assert_eq!(got(HEAD, flood, Patience::with_the_whole(LONG)).await, GetError::TooLarge);
    }
}

//! An endpoint under test: it is sent updates, and its answers are what counts.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use thiserror::Error;

use super::http::{self, GetError, Patience};
use crate::protocol::{Answer, METHOD_PATH, Update};
use crate::secret::Secret;

/// An endpoint that may be sent to.
#[derive(Debug)]
pub struct Endpoint {
    url: Url,
    client: reqwest::Client,
    timeout: Duration,
}

/// Why an endpoint may not be sent to.
#[derive(Debug, Error)]
pub enum EndpointError {
    /// No URL at all.
    #[error("{given:?} is no URL: {reason}\n  help: for example http://127.0.0.1:8080")]
    NoUrl {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Another scheme than `http` and `https`.
    #[error("{scheme}:// is not spoken; http:// and https:// are\n  help: for example http://127.0.0.1:8080")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// TLS without anybody who vouches for the server.
    #[error(
        "no certificate would be trusted\n  help: name the authority's PEM file with --ca-file; `caketester serve --tls --ca-file ca.pem` writes one"
    )]
    NoAuthority,
    /// A host that is not this machine.
    #[error(
        "{host} is not this machine, and nothing was sent\n  help: an update sent to a real CAKE changes a real lead, so the updates are sent to loopback only (127.0.0.1, [::1], localhost); `caketester endpoint probe` checks a real endpoint without writing"
    )]
    NotLoopback {
        /// The host.
        host: String,
    },
    /// A URL that brings its own query or user.
    #[error(
        "the URL has {what} of its own, which would be lost\n  help: give it without; the query is made from each update"
    )]
    TooMuch {
        /// What it has.
        what: &'static str,
    },
    /// The HTTP client could not be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(String),
}

/// Why an endpoint gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointFailure {
    /// No connection: that says nothing about the endpoint's behaviour.
    #[error("{0}")]
    Transport(String),
    /// The endpoint took too long, sent too much, or broke off.
    #[error("{0}")]
    Misbehaved(String),
}

impl Endpoint {
    /// An endpoint by its URL. Without a path, the path of `UpdateLeadStatus` is taken.
    ///
    /// `authority` is the certificate, in DER, of who vouches for a server that speaks TLS.
    pub fn new(given: &str, authority: Option<&[u8]>, timeout: Duration) -> Result<Self, EndpointError> {
        let mut url = Url::parse(given)
            .map_err(|error| EndpointError::NoUrl { given: given.to_owned(), reason: error.to_string() })?;
        // The host first: to somebody who names a real CAKE its scheme is not what matters.
        if url.has_host() && !is_loopback(&url) {
            return Err(EndpointError::NotLoopback { host: url.host_str().unwrap_or_default().to_owned() });
        }
        if !url.has_host() && !given.contains("://") {
            let reason = "it does not begin with http://".to_owned();
            return Err(EndpointError::NoUrl { given: given.to_owned(), reason });
        }
        match (url.scheme(), authority) {
            ("http", _) | ("https", Some(_)) => {}
            ("https", None) => return Err(EndpointError::NoAuthority),
            (scheme, _) => return Err(EndpointError::Scheme { scheme: scheme.to_owned() }),
        }
        if let Some(what) = own_part(&url) {
            return Err(EndpointError::TooMuch { what });
        }
        if url.path() == "/" {
            url.set_path(METHOD_PATH);
        }
        let client = http::client(authority, None).map_err(|error| EndpointError::Client(error.to_string()))?;
        Ok(Self { url, client, timeout })
    }

    /// The URL updates are sent to.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The path of that URL.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// Sends an update.
    pub async fn send(&self, update: &Update, key: &Secret) -> Result<Answer, EndpointFailure> {
        let mut url = self.url.clone();
        url.set_query(Some(&update.query(key)));
        http::get(&self.client, url.as_str(), Patience::with_the_whole(self.timeout)).await.map_err(|error| match error
        {
            GetError::NoConnection(_) => EndpointFailure::Transport(error.to_string()),
            _ => EndpointFailure::Misbehaved(error.to_string()),
        })
    }
}

/// A part of a URL that an endpoint's has none of.
pub(crate) fn own_part(url: &Url) -> Option<&'static str> {
    match (url.query(), url.fragment()) {
        (Some(_), _) => Some("a query"),
        (_, Some(_)) => Some("a fragment"),
        _ if !url.username().is_empty() || url.password().is_some() => Some("a user"),
        _ => None,
    }
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host == "localhost", |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Endpoint;

    fn url(given: &str) -> Result<String, String> {
        let endpoint = Endpoint::new(given, None, Duration::from_secs(1));
        endpoint.map(|endpoint| endpoint.url().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn loopback_is_accepted_and_the_path_is_filled_in() {
        assert_eq!(url("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080/api/1/buyers.asmx/UpdateLeadStatus");
        assert_eq!(url("http://localhost:1/x").unwrap(), "http://localhost:1/x");
        assert!(url("http://[::1]:1").is_ok());
        assert!(url("http://127.9.9.9").is_ok());
        // The URL standard reads a bare number as an address: 127.0.0.2.
        assert!(url("http://2130706434").unwrap().starts_with("http://127.0.0.2/"));
    }

    #[test]
    fn everything_else_is_refused_before_anything_is_sent() {
        for (given, said) in [
            ("http://example.com", "example.com is not this machine"),
            ("https://example.com", "example.com is not this machine"),
            ("mailto:x@example.com", "it does not begin with http://"),
            ("localhost:8080", "it does not begin with http://"),
            ("http://10.0.0.1", "is not this machine"),
            ("http://0.0.0.0", "is not this machine"),
            ("http://localhost.example.com", "is not this machine"),
            ("http://127.0.0.1.example.com", "is not this machine"),
            ("https://127.0.0.1", "name the authority's PEM file with --ca-file"),
            ("ftp://127.0.0.1", "ftp:// is not spoken"),
            ("127.0.0.1:8080", "is no URL"),
            ("", "is no URL"),
            ("http://127.0.0.1/?x=1", "a query of its own"),
            ("http://u:p@127.0.0.1/", "a user of its own"),
        ] {
            let error = url(given).map_or_else(|error| error, |url| panic!("{given} became {url}"));
            assert!(error.contains(said), "{given}: {error}");
        }
    }
}

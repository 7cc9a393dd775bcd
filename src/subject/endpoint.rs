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

/// Why an endpoint may not be sent to, and what to do.
#[derive(Debug, Error)]
#[error("{reason}\n  help: {help}")]
pub struct EndpointError {
    reason: String,
    help: &'static str,
}

impl Endpoint {
    /// An endpoint by its URL. Without a path, the path of `UpdateLeadStatus` is taken.
    ///
    /// `authority` is the certificate, in DER, of who vouches for a server that speaks TLS.
    pub fn new(given: &str, authority: Option<&[u8]>, timeout: Duration) -> Result<Self, EndpointError> {
        let refused = |reason: String, help| Err(EndpointError { reason, help });
        let example = "for example http://127.0.0.1:8080";
        let mut url = match Url::parse(given) {
            Ok(url) if url.has_host() || given.contains("://") => url,
            Ok(_) => return refused(format!("{given:?} is no URL: it does not begin with http://"), example),
            Err(error) => return refused(format!("{given:?} is no URL: {error}"), example),
        };
        // The host first: to somebody who names a real CAKE its scheme is not what matters.
        if url.has_host() && !is_loopback(&url) {
            return refused(
                format!("{} is not this machine, and nothing was sent", url.host_str().unwrap_or_default()),
                "an update sent to a real CAKE changes a real lead, so the updates are sent to loopback only (127.0.0.1, [::1], localhost); \
                 `caketester endpoint probe` checks a real endpoint without writing",
            );
        }
        if !matches!(url.scheme(), "http" | "https") {
            return refused(format!("{}:// is not spoken; http:// and https:// are", url.scheme()), example);
        }
        if url.scheme() == "https" && authority.is_none() {
            return refused(
                "no certificate would be trusted".to_owned(),
                "name the authority's PEM file with --ca-file; `caketester serve --tls --ca-file ca.pem` writes one",
            );
        }
        if let Some(what) = own_part(&url) {
            return refused(
                format!("the URL has {what} of its own, which would be lost"),
                "give it without; the query is made from each update",
            );
        }
        if url.path() == "/" {
            url.set_path(METHOD_PATH);
        }
        let client = match http::client(authority, None) {
            Ok(client) => client,
            Err(error) => {
                return refused(format!("cannot set up the HTTP client: {error}"), "is --ca-file an authority's?");
            }
        };
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
    pub async fn send(&self, update: &Update, key: &Secret) -> Result<Answer, GetError> {
        let mut url = self.url.clone();
        url.set_query(Some(&update.query(key)));
        http::get(&self.client, url.as_str(), Patience::with_the_whole(self.timeout)).await
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

//! Where probes go: a host, and the service and the method there.

use reqwest::Url;
use thiserror::Error;

use crate::protocol::{METHOD_NAME, METHOD_PATH};
use crate::secret::without_user;
use crate::subject::{is_loopback, own_part};

/// An endpoint that may be probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

/// Why an endpoint cannot be probed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TargetError {
    /// No URL with a host.
    #[error(
        "{given:?} is not a URL of an endpoint: {reason}\n  help: for example https://northgrid.example.com, or --network northgrid for networks/northgrid.yaml"
    )]
    NoUrl {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A host that is more, or less, than one.
    #[error(
        "{given:?} is not a host: it has neither https://, nor a user, nor a path\n  help: for example northgrid.example.com"
    )]
    NoHost {
        /// What was given, without a user.
        given: String,
    },
    /// A URL that brings its own query, fragment or user.
    #[error("the URL has {0} of its own; nothing was sent\n  help: give it without; each probe has a query of its own")]
    TooMuch(&'static str),
    /// A path that does not end in the method.
    #[error(
        "the path {0:?} does not end in /UpdateLeadStatus; nothing was sent\n  help: leave the path out, or give that of the method"
    )]
    Path(String),
}

impl Target {
    /// A target by its URL. Without a path, that of `UpdateLeadStatus` is taken.
    pub fn new(given: &str) -> Result<Self, TargetError> {
        let no_url = |reason: String| TargetError::NoUrl { given: without_user(given).to_owned(), reason };
        if !given.contains("://") {
            return Err(no_url("it does not begin with https:// or http://".to_owned()));
        }
        let mut url = Url::parse(given).map_err(|error| no_url(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(no_url("it does not begin with https:// or http://".to_owned()));
        }
        if let Some(what) = own_part(&url) {
            return Err(TargetError::TooMuch(what));
        }
        if url.path() == "/" {
            url.set_path(METHOD_PATH);
        }
        if !url.path().ends_with(&format!("/{METHOD_NAME}")) {
            return Err(TargetError::Path(without_user(url.path()).to_owned()));
        }
        Ok(Self(url))
    }

    /// The endpoint of a network, by its host: `https://` but on this machine.
    pub fn of_host(host: &str) -> Result<Self, TargetError> {
        if host.contains(['/', '@', '?', '#']) {
            return Err(TargetError::NoHost { given: without_user(host).to_owned() });
        }
        let plain = Self::new(&format!("http://{host}"))?;
        if plain.is_loopback() { Ok(plain) } else { Self::new(&format!("https://{host}")) }
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether it is reached by TLS.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether a key may be sent there: by TLS, or to this machine.
    pub fn keeps_keys_secret(&self) -> bool {
        self.is_secure() || self.is_loopback()
    }

    /// The host, IPv6 in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The URL of the method.
    pub fn method(&self) -> &str {
        self.0.as_str()
    }

    /// The URL of the method, its name in lower case.
    pub(super) fn method_in_lower_case(&self) -> String {
        format!("{}/{}", self.service(), METHOD_NAME.to_lowercase())
    }

    /// The URL of the service without a method.
    pub(super) fn service(&self) -> &str {
        self.method().trim_end_matches(METHOD_NAME).trim_end_matches('/')
    }

    /// The same as `method` by plain HTTP; only where both have the port that goes without saying.
    pub(super) fn by_plain_http(&self) -> Option<String> {
        let rest = self.method().strip_prefix("https://")?;
        self.0.port().is_none().then(|| format!("http://{rest}"))
    }

    /// Where a link of this host's leads, if to a URL.
    pub(super) fn follow(&self, link: &str) -> Option<Url> {
        self.0.join(link).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, TargetError};

    #[test]
    fn a_url_without_a_path_is_that_of_the_method() {
        let target = Target::new("https://cake.example.com").unwrap();
        assert_eq!(target.method(), "https://cake.example.com/api/1/buyers.asmx/UpdateLeadStatus");
        assert_eq!(target.service(), "https://cake.example.com/api/1/buyers.asmx");
        assert_eq!(
            target.by_plain_http().as_deref(),
            Some("http://cake.example.com/api/1/buyers.asmx/UpdateLeadStatus")
        );
        assert_eq!(Target::new("https://cake.example.com:8443").unwrap().by_plain_http(), None);
        assert!(Target::of_host("cake.example.com").unwrap().is_secure());
        assert!(!Target::of_host("127.0.0.1:8080").unwrap().is_secure());
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for here in ["http://127.0.0.1:1", "http://[::1]:1", "https://localhost", "http://2130706433"] {
            assert!(Target::new(here).unwrap().is_loopback(), "{here}");
        }
        for there in ["http://0.0.0.0", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://[::]:1"]
        {
            assert!(!Target::new(there).unwrap().is_loopback(), "{there}");
        }
    }

    #[test]
    fn what_a_probe_would_lose_is_refused() {
        assert_eq!(Target::new("https://x.example/?a=1"), Err(TargetError::TooMuch("a query")));
        assert_eq!(Target::new("https://x.example/#a"), Err(TargetError::TooMuch("a fragment")));
        assert_eq!(Target::new("https://u:p@x.example/"), Err(TargetError::TooMuch("a user")));
        assert_eq!(Target::new("https://x.example/y"), Err(TargetError::Path("/y".into())));
        assert!(matches!(Target::new("ftp://x.example"), Err(TargetError::NoUrl { .. })));
        assert!(matches!(Target::new("x.example"), Err(TargetError::NoUrl { .. })));
    }
}

//! The probes that write nothing. Each is invalid twice over: neither its lead nor its status exists, and most lack more.

use serde::{Deserialize, Serialize};

use super::target::Target;
use crate::protocol::{JSON, Update};
use crate::secret::{Redactor, Secret};

/// The lead that every probe names.
pub const NO_SUCH_LEAD: &str = "caketester-no-such-lead";
/// The status that every probe names.
pub const NO_SUCH_STATUS: &str = "caketester-no-such-status";
/// The made-up key.
const NO_SUCH_KEY: &str = "caketester-no-such-key";

/// A probe: one planned request. How it looks on the wire follows from it and the target alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// The service's help page.
    HelpPage,
    /// The same by TLS 1.2 alone.
    #[serde(rename = "tls-1.2")]
    Tls12,
    /// The same by TLS 1.3 alone.
    #[serde(rename = "tls-1.3")]
    Tls13,
    /// The method by plain HTTP.
    PlainHttp,
    /// The service's description for programs.
    Wsdl,
    /// A call without a key.
    MissingParameter,
    /// The method's name in lower case.
    OtherCase,
    /// HEAD in place of GET.
    Head,
    /// A made-up key.
    MadeUpKey,
    /// The real key, on the same query.
    Key,
    /// A GET with the content type of JSON.
    Json,
    /// A form POST.
    FormPost,
    /// A POST of a type that the platform does not know.
    UnknownType,
}

impl Probe {
    /// Every probe, in the order in which they are sent.
    pub const ALL: [Self; 13] = [
        Self::HelpPage,
        Self::Tls12,
        Self::Tls13,
        Self::PlainHttp,
        Self::Wsdl,
        Self::MissingParameter,
        Self::OtherCase,
        Self::Head,
        Self::MadeUpKey,
        Self::Key,
        Self::Json,
        Self::FormPost,
        Self::UnknownType,
    ];

    /// Its name in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::HelpPage => "help-page",
            Self::Tls12 => "tls-1.2",
            Self::Tls13 => "tls-1.3",
            Self::PlainHttp => "plain-http",
            Self::Wsdl => "wsdl",
            Self::MissingParameter => "missing-parameter",
            Self::OtherCase => "other-case",
            Self::Head => "head",
            Self::MadeUpKey => "made-up-key",
            Self::Key => "key",
            Self::Json => "json",
            Self::FormPost => "form-post",
            Self::UnknownType => "unknown-type",
        }
    }

    /// Whether no answer is an answer too: a port or a version of TLS that is closed.
    pub(super) fn may_stay_unanswered(self) -> bool {
        matches!(self, Self::Tls12 | Self::Tls13 | Self::PlainHttp)
    }
}

/// Which key a probe sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsed {
    /// None.
    None,
    /// One that nobody has.
    MadeUp,
    /// The buyer's.
    Real,
}

/// A request as it goes to the wire. It may hold the key.
pub struct Outgoing {
    /// The HTTP method.
    pub method: &'static str,
    /// The whole URL.
    pub url: String,
    /// The headers, but for `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: String,
}

impl Outgoing {
    /// The same with masks in place of keys.
    #[must_use]
    pub fn masked(&self, redactor: &Redactor) -> Self {
        let redact = |text: &str| redactor.redact(text).into_owned();
        Self { method: self.method, url: redact(&self.url), headers: self.headers.clone(), body: redact(&self.body) }
    }
}

impl Probe {
    /// Those for a target. Without TLS the key is sent to this machine only.
    pub(super) fn all(target: &Target, has_key: bool, has_made_up_key: bool) -> Vec<Self> {
        let keeps_the_key_secret = target.is_secure() || target.is_loopback();
        let is_sent = |probe: &Self| match probe {
            Self::Tls12 | Self::Tls13 => target.is_secure(),
            Self::PlainHttp => target.by_plain_http().is_some(),
            Self::MadeUpKey | Self::Json | Self::FormPost | Self::UnknownType => has_made_up_key,
            Self::Key => has_key && keeps_the_key_secret,
            _ => true,
        };
        Self::ALL.into_iter().filter(is_sent).collect()
    }

    /// Which key it sends.
    pub fn key(self) -> KeyUsed {
        match self {
            Self::Key => KeyUsed::Real,
            Self::MadeUpKey | Self::Json | Self::FormPost | Self::UnknownType => KeyUsed::MadeUp,
            _ => KeyUsed::None,
        }
    }

    /// What it sends to a target.
    pub(super) fn outgoing(self, target: &Target, key: Option<&Secret>) -> Outgoing {
        let update = Update { lead_id: NO_SUCH_LEAD.into(), status: NO_SUCH_STATUS.into(), ..Update::default() };
        let without_a_key = format!("lead_id={NO_SUCH_LEAD}&status={NO_SUCH_STATUS}");
        let query = match (self.key(), key) {
            (KeyUsed::Real, Some(key)) => update.query(key),
            (KeyUsed::None, _) => without_a_key.clone(),
            _ => update.query(&Secret::new(NO_SUCH_KEY)),
        };
        let url = match self {
            Self::HelpPage | Self::Tls12 | Self::Tls13 => target.service().to_owned(),
            Self::Wsdl => format!("{}?WSDL", target.service()),
            Self::PlainHttp => format!("{}?{query}", target.by_plain_http().unwrap_or_default()),
            Self::OtherCase => format!("{}?{query}", target.method_in_lower_case()),
            Self::FormPost => target.method().to_owned(),
            _ => format!("{}?{query}", target.method()),
        };
        let mut headers = vec![("user-agent", concat!("caketester/", env!("CARGO_PKG_VERSION"))), ("accept", "*/*")];
        let content_type = match self {
            Self::Json => Some(JSON),
            Self::FormPost => Some("application/x-www-form-urlencoded"),
            Self::UnknownType => Some("text/plain"),
            _ => None,
        };
        headers.extend(content_type.map(|value| ("content-type", value)));
        let method = match self {
            Self::Head => "HEAD",
            Self::FormPost | Self::UnknownType => "POST",
            _ => "GET",
        };
        let body = if self == Self::FormPost { query } else { String::new() };
        Outgoing { method, url, headers, body }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyUsed, NO_SUCH_LEAD, NO_SUCH_STATUS, Probe};
    use crate::live::Target;
    use crate::secret::Secret;

    #[test]
    fn every_probe_that_reaches_the_method_names_a_lead_and_a_status_that_do_not_exist() {
        let target = Target::new("https://cake.example.com").unwrap();
        let key = Secret::new("the-buyers-own-key");
        for probe in Probe::all(&target, true, true) {
            let sent = probe.outgoing(&target, Some(&key));
            let holds = |text: &str| sent.url.contains(text) || sent.body.contains(text);
            if sent.url.to_lowercase().contains("updateleadstatus") {
                assert!(holds(NO_SUCH_LEAD) && holds(NO_SUCH_STATUS), "{}", sent.url);
            }
            assert_eq!(holds(key.expose()), probe.key() == KeyUsed::Real, "{}", sent.url);
            assert!(!sent.masked(key.redactor()).url.contains(key.expose()));
        }
    }

    #[test]
    fn the_key_is_never_sent_unencrypted_to_another_machine() {
        let sends_the_key = |url: &str| Probe::all(&Target::new(url).unwrap(), true, true).contains(&Probe::Key);
        assert!(sends_the_key("https://cake.example.com"));
        assert!(sends_the_key("http://127.0.0.1:1"));
        assert!(!sends_the_key("http://cake.example.com"));
    }
}

//! When a run against a real endpoint ends early: where going on could do harm, or would only show somebody else's page.

use std::fmt;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::probe::Probe;
use super::target::Target;
use crate::protocol::{Answer, xml};

/// Why a run ended before its plan did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Stop {
    /// HTTP 429.
    TooManyRequests,
    /// The message `Restricted`, which is how CAKE's sibling APIs limit calls.
    Restricted,
    /// A page that asks whether the caller is a person, or that blocks it.
    ChallengePage {
        /// What it was known by.
        sign: String,
    },
    /// A page that asks for a password.
    LoginPage,
    /// A redirect to another host, or to another port of it.
    OtherHost {
        /// That host, with its port where the URL names one.
        host: String,
    },
    /// A redirect of a call to another path.
    Redirect {
        /// That path.
        to: String,
    },
    /// A call was answered without a code.
    NoCode {
        /// What came, in a few words.
        answer: String,
    },
    /// Its certificate is not trusted.
    Untrusted {
        /// Why.
        reason: String,
    },
    /// Three requests in a row had no answer.
    ThreeErrors {
        /// The last reason.
        reason: String,
    },
    /// What came back is not as documented, and what names a lead was to follow.
    NotAsDocumented,
    /// The trace cannot be written.
    NoTrace {
        /// Why.
        reason: String,
    },
    /// The process was asked to end.
    Interrupted,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRequests => f.write_str("HTTP 429: the endpoint asks for fewer requests"),
            Self::Restricted => f.write_str("the message `Restricted`: CAKE limits the calls of this key or address"),
            Self::ChallengePage { sign } => {
                write!(f, "an anti-bot page ({sign}): something in front of CAKE answered, not CAKE")
            }
            Self::LoginPage => f.write_str("a login page: this is not the API, or it is closed to you"),
            Self::OtherHost { host } => write!(f, "a redirect to another host, {host}, which was not followed"),
            Self::Redirect { to } => write!(f, "a redirect to {to}, which was not followed"),
            Self::NoCode { answer } => {
                write!(f, "a call is answered without a code ({answer}): it is not CAKE that answers")
            }
            Self::Untrusted { reason } => write!(f, "the certificate is not trusted: {reason}"),
            Self::ThreeErrors { reason } => write!(f, "three requests in a row had no answer: {reason}"),
            Self::NotAsDocumented => {
                f.write_str("the endpoint does not answer as documented, so nothing was sent that names a lead")
            }
            Self::NoTrace { reason } => write!(f, "the trace is not written: {reason}"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl Stop {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooManyRequests | Self::Restricted => "wait, ask the network for its limit, and use a longer --pace",
            Self::ChallengePage { .. } => "ask the network to let your address through, then run this again",
            Self::LoginPage | Self::Redirect { .. } => "compare the URL with the one that the network gave you",
            Self::NoCode { .. } => {
                "compare the URL with the one that the network gave you, and ask the network what answers there"
            }
            Self::OtherHost { .. } => "if that is the network's host, give its URL",
            Self::Untrusted { reason } if !reason.contains("Issuer") => {
                "compare the URL with the one that the network gave you, and tell the network of its certificate"
            }
            Self::Untrusted { .. } => "if the network has an authority of its own, name its PEM file with --ca-file",
            Self::ThreeErrors { .. } => "check the URL, the proxy and whether the network lets your address through",
            Self::NotAsDocumented => "look at the failures first: an update may not reach CAKE",
            Self::NoTrace { .. } => "name a file that can be written with --trace",
            Self::Interrupted => "run it again; if an update was sent, look at the lead first",
        }
    }

    /// Whether it says nothing about the endpoint.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::ThreeErrors { .. } | Self::NoTrace { .. } | Self::Interrupted)
    }

    /// Why an answer ends the run, where it does.
    pub(super) fn of(probe: Probe, answer: &Answer, target: &Target) -> Option<Self> {
        if answer.http_status == 429 {
            return Some(Self::TooManyRequests);
        }
        if is_restricted(answer) {
            return Some(Self::Restricted);
        }
        // A page with `Refresh` is not a redirect.
        if let Some(url) = answer.redirect().and_then(|link| target.follow(link)) {
            let stop = redirected(probe, &url, target);
            if stop.is_some() {
                return stop;
            }
        }
        if let Some((name, value)) = answer.headers.iter().find(|(name, value)| {
            name == "x-amzn-waf-action" || name == "cf-mitigated" && value.eq_ignore_ascii_case("challenge")
        }) {
            return Some(Self::ChallengePage { sign: format!("{name}: {value}") });
        }
        let page = if is_html(answer) { answer.text().to_lowercase() } else { String::new() };
        if page.contains("type=\"password\"") || page.contains("type='password'") || page.contains("type=password") {
            return Some(Self::LoginPage);
        }
        if let Some(sign) = CHALLENGES.iter().find(|sign| page.contains(*sign)) {
            return Some(Self::ChallengePage { sign: format!("{sign:?}") });
        }
        // Before a key or a lead is shown to whatever this is.
        let has_no_code = probe.is_call() && answer.code().is_none();
        has_no_code.then(|| Self::NoCode { answer: in_brief(answer) })
    }
}

/// Why a redirect ends the run, where it does. From plain HTTP to TLS it is as it should be.
fn redirected(probe: Probe, url: &Url, target: &Target) -> Option<Stop> {
    let host = url.host_str().unwrap_or(url.scheme());
    if host != target.host() || probe != Probe::PlainHttp && url.origin().ascii_serialization() != target.origin() {
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        return Some(Stop::OtherHost { host: format!("{host}{port}") });
    }
    let path = url.path().to_lowercase();
    if ["login", "logon", "signin", "sign-in"].iter().any(|word| path.contains(word)) {
        return Some(Stop::LoginPage);
    }
    probe.is_call().then(|| Stop::Redirect { to: url.path().to_owned() })
}

/// An answer in a few words.
pub(super) fn in_brief(answer: &Answer) -> String {
    let page = if is_html(answer) { " and a page" } else { "" };
    format!("HTTP {}{page}", answer.http_status)
}

/// The message of CAKE's sibling APIs, in the XML or as all there is.
fn is_restricted(answer: &Answer) -> bool {
    xml::read(&answer.body).map_or_else(
        |_| {
            let text = answer.text();
            let words = text.split(['<', '>']).map(str::trim);
            words.into_iter().any(|word| word.trim_end_matches('.').eq_ignore_ascii_case("restricted"))
        },
        |reading| {
            let message = reading.msg.trim_end_matches('.').to_lowercase();
            message == "restricted" || message.contains("too many calls") || message.contains("too many requests")
        },
    )
}

/// Whether an answer is a page for people.
pub(super) fn is_html(answer: &Answer) -> bool {
    let begins = answer.text().trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']).to_lowercase();
    answer.content_type.to_lowercase().contains("html")
        || begins.starts_with("<!doctype html")
        || begins.starts_with("<html")
}

/// Words of pages that block programs, in lower case: Cloudflare, Imperva, Akamai, F5, AWS, and those who build on captchas.
const CHALLENGES: [&str; 10] = [
    "captcha",
    "challenge-platform",
    "just a moment...",
    "attention required!",
    "_incapsula_resource",
    "errors.edgesuite.net",
    "the requested url was rejected. please consult with your administrator",
    "web application firewall",
    "verify you are human",
    "you have been blocked",
];

#[cfg(test)]
mod tests {
    use super::Stop;
    use crate::live::{Probe, Target};
    use crate::protocol::Answer;

    fn stop(http_status: u16, content_type: &'static str, body: &str, headers: &[(&str, &str)]) -> Option<Stop> {
        stop_of(Probe::HelpPage, http_status, content_type, body, headers)
    }

    fn stop_of(
        probe: Probe,
        http_status: u16,
        content_type: &'static str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Option<Stop> {
        let mut answer = Answer::new(http_status, content_type, body.to_owned());
        answer.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Stop::of(probe, &answer, &Target::new("https://cake.example.com").unwrap())
    }

    #[test]
    fn answers_of_cake_and_its_platform_end_nothing() {
        let xml = "<result><code>3</code><msg>Restricted status not recognized</msg></result>";
        assert_eq!(stop(200, Answer::XML, xml, &[]), None);
        assert_eq!(stop(500, Answer::HTML, "<html>Request format is unrecognized.</html>", &[]), None);
        assert_eq!(stop(404, Answer::HTML, "<html>The resource cannot be found.</html>", &[]), None);
        assert_eq!(stop(301, Answer::HTML, "", &[("location", "https://cake.example.com/x")]), None);
        assert_eq!(stop(302, Answer::HTML, "", &[("location", "/x")]), None);
    }

    #[test]
    fn what_asks_for_fewer_requests_or_is_not_cake_ends_the_run() {
        assert_eq!(stop(429, Answer::TEXT, "", &[]), Some(Stop::TooManyRequests));
        let xml = "<result><code>1</code><msg>Restricted</msg></result>";
        assert_eq!(stop(200, Answer::XML, xml, &[]), Some(Stop::Restricted));
        assert_eq!(stop(200, Answer::XML, "<string>Restricted.</string>", &[]), Some(Stop::Restricted));
        assert_eq!(stop(200, Answer::XML, &xml.replace("Restricted", "RESTRICTED"), &[]), Some(Stop::Restricted));
        assert_eq!(stop(200, Answer::HTML, "<input type='password'>", &[]), Some(Stop::LoginPage));
        let host = Some(Stop::OtherHost { host: "other.example".to_owned() });
        assert_eq!(stop(302, Answer::HTML, "", &[("location", "https://other.example/x")]), host);
        assert!(matches!(
            stop(403, Answer::HTML, "<title>Attention Required! | Cloudflare</title>", &[]),
            Some(Stop::ChallengePage { .. })
        ));
        assert!(matches!(
            stop(403, Answer::TEXT, "", &[("cf-mitigated", "challenge")]),
            Some(Stop::ChallengePage { .. })
        ));
    }
}

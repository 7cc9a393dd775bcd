//! What a run against a real endpoint has shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::probe::{KeyUsed, Probe};
use super::recorded::Recorded;
use super::request::Planned;
use super::stop::Stop;
use super::tls::TlsSeen;
use crate::judge::Exit;
use crate::protocol::{Answer, Code, Update};
use crate::scenario::Basis;

/// What a run against a real endpoint has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeReport {
    /// The version of this format.
    pub version: u32,
    /// The URL of the method.
    pub url: String,
    /// The network, where one was named.
    pub network: Option<String>,
    /// The addresses that the host has by DNS; none where it is an address itself, or a proxy asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// What is known of the key.
    pub key: KeyShown,
    /// How many requests were planned.
    pub planned: usize,
    /// Each request that was sent, in its order.
    pub probes: Vec<Probed>,
    /// The planned requests that were not sent.
    pub not_sent: Vec<Probe>,
    /// Why the run ended early, where it did.
    pub stopped: Option<Stop>,
    /// What has changed since the answers were recorded, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}

/// One request, and what its answer shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Probed {
    /// Which it was.
    pub probe: Probe,
    /// The update, where it may have changed a lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// What came back, in a few words.
    pub answer: String,
    /// What was seen of TLS, where it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsSeen>,
    /// Whether nothing came back.
    pub is_unanswered: bool,
    /// Whether the answer is code 0, with HTTP 2xx.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_taken: bool,
    /// What the answer shows.
    pub findings: Vec<Finding>,
}

impl Probed {
    pub(super) fn new(
        planned: &Planned,
        answer: Result<&Answer, &str>,
        tls: Option<TlsSeen>,
        findings: Vec<Finding>,
    ) -> Self {
        let probe = planned.probe;
        let update = probe.may_write().then(|| planned.update.clone());
        let is_taken = answer.is_ok_and(|answer| answer.is_success() && answer.code() == Some(Code::SUCCESS));
        let shown = answer.map_or_else(|reason| format!("no answer: {reason}"), in_words);
        Self { probe, update, answer: shown, tls, is_unanswered: answer.is_err(), is_taken, findings }
    }

    /// Whether its answer is not as documented.
    pub(super) fn has_failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.basis == Basis::Documented)
    }

    /// Whether an answer is missing: a port or a version of TLS may be closed.
    pub fn is_missing(&self) -> bool {
        self.is_unanswered && !self.probe.may_stay_unanswered()
    }
}

/// How a lead was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left<'r> {
    /// Its ID.
    pub lead_id: &'r str,
    /// Whether the endpoint refused the update that the file names.
    pub is_refused: bool,
    /// The update that the file names, where the endpoint took it last.
    pub as_the_file_says: Option<&'r Update>,
    /// What the endpoint took and the file's update does not name, so that it may be left: fields and `sub_status`.
    pub not_restored: Vec<&'r str>,
}

/// What an answer shows, by what the expectation rests on: a difference from what is documented is a failure, one from the
/// platform a warning, and what nobody outside CAKE knows is a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What the expectation rests on.
    pub basis: Basis,
    /// What was seen.
    pub message: String,
    /// What to do next; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl Finding {
    pub(super) fn new(basis: Basis, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { basis, message: message.into(), help: help.into() }
    }
}

/// What is known of the buyer's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum KeyShown {
    /// CAKE knows it: a made-up key got code 1 on the same query, and this one did not.
    Right,
    /// CAKE answered it with code 1.
    Wrong,
    /// Neither was shown.
    NotShown {
        /// Why not.
        why: String,
    },
}

impl ProbeReport {
    /// The version of this format.
    pub const VERSION: u32 = 1;

    /// All findings, with their probes.
    pub fn findings(&self) -> impl Iterator<Item = (Probe, &Finding)> {
        self.probes.iter().flat_map(|probed| probed.findings.iter().map(|finding| (probed.probe, finding)))
    }

    /// How many findings rest on this.
    pub fn count(&self, basis: Basis) -> usize {
        self.findings().filter(|(_, finding)| finding.basis == basis).count()
    }

    /// Whether the answer to this request is not as documented.
    pub fn has_failed(&self, planned: &Planned) -> bool {
        let is_it = |probed: &&Probed| {
            probed.probe == planned.probe && probed.update.as_ref().is_none_or(|update| *update == planned.update)
        };
        self.probes.iter().find(is_it).is_some_and(Probed::has_failed)
    }

    /// The lead that may have been changed, and how it was left: by the last update of it, unless that is not known to have been
    /// taken.
    pub fn left(&self) -> Option<Left<'_>> {
        let writing = self.probes.iter().filter(|probed| probed.probe.may_write());
        let mut writing = writing.filter_map(|probed| Some((probed, probed.update.as_ref()?)));
        let last = writing.next_back()?;
        let as_the_file_says = last.0.probe == Probe::LeftIn && last.0.is_taken;
        let is_refused = last.0.probe == Probe::LeftIn && last.0.has_failed();
        // The first names it as the file does.
        let lead_id = writing.next().map_or(&last.1.lead_id, |(_, first)| &first.lead_id);
        let taken = self.probes.iter().filter(|probed| probed.is_taken).filter_map(|probed| probed.update.as_ref());
        let mut not_restored: Vec<&str> = Vec::new();
        for update in taken {
            let sub_status = update.sub_status.as_ref().filter(|_| last.1.sub_status.is_none()).map(|_| "sub_status");
            let fields = update.fields.keys().map(String::as_str).filter(|name| !last.1.fields.contains_key(*name));
            not_restored.extend(sub_status.into_iter().chain(fields));
        }
        not_restored.dedup();
        Some(Left { lead_id, is_refused, as_the_file_says: as_the_file_says.then_some(last.1), not_restored })
    }

    /// Whether what was asked for passed.
    pub fn exit(&self) -> Exit {
        let has_key = |probed: &Probed| probed.probe.key() != KeyUsed::None;
        match &self.stopped {
            Some(stop) if stop.is_ours() => Exit::Harness,
            Some(_) => Exit::Failure,
            None if self.count(Basis::Documented) > 0 || self.probes.iter().any(Probed::is_missing) => Exit::Failure,
            None if self.recorded.as_ref().is_some_and(|recorded| !recorded.drift.is_empty()) => Exit::Failure,
            None if !self.probes.iter().any(has_key) => Exit::NothingDone,
            None => Exit::Success,
        }
    }
}

/// An answer in a few words.
fn in_words(answer: &Answer) -> String {
    let content_type = answer.content_type.split(';').next().unwrap_or_default();
    let content_type = if content_type.is_empty() { "no content type" } else { content_type };
    let to = answer.redirect().map(|link| format!(", to {}", link.split(['?', '#']).next().unwrap_or_default()));
    let code = answer.code().map(|code| format!(", code {}", code.0));
    format!("HTTP {}, {content_type}{}{}", answer.http_status, to.unwrap_or_default(), code.unwrap_or_default())
}

//! What a run against a real endpoint has shown.

use serde::{Deserialize, Serialize};

use super::probe::{KeyUsed, Probe};
use super::stop::Stop;
use super::tls::TlsSeen;
use crate::judge::Exit;
use crate::scenario::Basis;

/// What a run against a real endpoint has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// The version of this format.
    pub version: u32,
    /// The URL of the method.
    pub url: String,
    /// The network, where one was named.
    pub network: Option<String>,
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
}

/// One request, and what its answer shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// Which it was.
    pub probe: Probe,
    /// What came back, in a few words.
    pub answer: String,
    /// What was seen of TLS, where it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsSeen>,
    /// Whether nothing came back.
    pub is_unanswered: bool,
    /// What the answer shows.
    pub findings: Vec<Finding>,
}

impl Probed {
    /// Whether an answer is missing: a port or a version of TLS may be closed.
    pub fn is_missing(&self) -> bool {
        self.is_unanswered && !self.probe.may_stay_unanswered()
    }
}

/// What an answer shows, by what the expectation rests on: a difference from what is documented is a failure, one from the
/// platform a warning, and what nobody outside CAKE knows is a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Whether what was asked for passed.
    pub fn exit(&self) -> Exit {
        let has_key = |probed: &Probed| probed.probe.key() != KeyUsed::None;
        match &self.stopped {
            Some(stop) if stop.is_ours() => Exit::Harness,
            Some(_) => Exit::Failure,
            None if self.count(Basis::Documented) > 0 || self.probes.iter().any(Probed::is_missing) => Exit::Failure,
            None if !self.probes.iter().any(has_key) => Exit::NothingDone,
            None => Exit::Success,
        }
    }
}

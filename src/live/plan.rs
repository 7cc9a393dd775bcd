//! What will be sent, before it is: shown first, and nothing is sent that is not in it.

use std::fmt::Write as _;
use std::time::Duration;

use super::probe::{KeyUsed, NO_SUCH_LEAD, NO_SUCH_STATUS, Probe};
use super::target::Target;
use crate::plural::plural;
use crate::secret::{Redactor, Secret};

/// A run's requests, in their order.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) target: Target,
    pub(super) probes: Vec<Probe>,
    pub(super) key: Option<Secret>,
    pub(super) pace: Duration,
    timeout: Duration,
}

/// A plan that somebody has been shown.
#[derive(Debug)]
pub struct ShownPlan(pub(super) Plan);

impl Plan {
    /// The probes that write nothing.
    pub fn new(target: Target, key: Option<Secret>, has_made_up_key: bool, pace: Duration, timeout: Duration) -> Self {
        let probes = Probe::all(&target, key.is_some(), has_made_up_key);
        Self { target, probes, key, pace, timeout }
    }

    /// Where it is sent.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// How many requests it has.
    pub fn requests(&self) -> usize {
        self.probes.len()
    }

    /// Shows it, with what is known besides: each request, what it may change, how many and how long.
    pub fn show(self, known: &[(&str, String)], show: impl FnOnce(&str)) -> ShownPlan {
        show(&self.text(known));
        ShownPlan(self)
    }

    fn text(&self, known: &[(&str, String)]) -> String {
        let (requests, pace) = (plural(self.requests(), "request"), self.pace.as_secs());
        let longest = (self.pace + self.timeout) * u32::try_from(self.requests()).unwrap_or(u32::MAX);
        let pace = if pace == 0 { String::new() } else { format!(", one every {pace} s") };
        let mut out =
            format!("plan     {requests} to {}{pace}; {} s at most\n", self.target.origin(), longest.as_secs());
        for (name, value) in known {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "{name:8} {value}");
        }
        let _ = writeln!(out, "key      {}", self.which_key());
        let _ = writeln!(
            out,
            "changes  nothing: lead {NO_SUCH_LEAD} and status {NO_SUCH_STATUS} do not exist; CAKE may count or log the requests"
        );
        let masking = self.key.as_ref().map_or_else(Redactor::default, |key| key.redactor().clone());
        for (number, probe) in self.probes.iter().enumerate() {
            let sent = probe.outgoing(&self.target, self.key.as_ref()).masked(&masking);
            let body = if sent.body.is_empty() { String::new() } else { format!(" {}", sent.body) };
            let _ = writeln!(out, "{:>3}  {:17} {} {}{body}", number + 1, probe.word(), sent.method, sent.url);
        }
        out
    }

    fn which_key(&self) -> &'static str {
        let is_sent = self.probes.iter().any(|probe| probe.key() == KeyUsed::Real);
        match (&self.key, is_sent) {
            (None, _) => {
                "none is known; give one with --key-env NAME, or with --network NAME and `account:` in its file"
            }
            (Some(_), true) => "yours is sent once, in `key`; the others have a made-up key or none",
            (Some(_), false) => "yours is not sent: http:// is not encrypted; give an https:// URL",
        }
    }
}

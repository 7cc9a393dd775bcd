//! What will be sent, before it is: shown first, and nothing is sent that is not in it.

use std::fmt::Write as _;
use std::time::Duration;

use super::probe::KeyUsed;
use super::request::{NO_SUCH_LEAD, NO_SUCH_STATUS, Planned, masking};
use super::target::Target;
use crate::plural::plural;
use crate::protocol::Update;
use crate::secret::Secret;

/// A run's requests, in their order.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) target: Target,
    pub(super) planned: Vec<Planned>,
    pub(super) key: Option<Secret>,
    pub(super) pace: Duration,
    timeout: Duration,
}

/// A plan that somebody has been shown.
#[derive(Debug)]
pub struct ShownPlan(pub(super) Plan);

impl Plan {
    /// A plan of these requests.
    pub fn new(target: Target, key: Option<Secret>, planned: Vec<Planned>, pace: Duration, timeout: Duration) -> Self {
        Self { target, planned, key, pace, timeout }
    }

    /// How many requests it has.
    pub fn requests(&self) -> usize {
        self.planned.len()
    }

    /// Shows it, with what is known besides: each request, what it may change, how many and how long.
    pub fn show<E>(self, known: &[(&str, String)], show: impl FnOnce(&str) -> Result<(), E>) -> Result<ShownPlan, E> {
        show(&self.text(known))?;
        Ok(ShownPlan(self))
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
        let _ = writeln!(out, "changes  {}", self.changes());
        let masking = masking(self.key.as_ref());
        for (number, planned) in self.planned.iter().enumerate() {
            let sent = planned.outgoing(&self.target, self.key.as_ref()).masked(&masking);
            let body = if sent.body.is_empty() { String::new() } else { format!(" {}", sent.body) };
            let _ = writeln!(out, "{:>3}  {:18} {} {}{body}", number + 1, planned.probe, sent.method, sent.url);
        }
        out
    }

    /// Whether a lead may be changed by it.
    pub fn may_write(&self) -> bool {
        self.planned.iter().any(|planned| planned.probe.may_write())
    }

    fn changes(&self) -> String {
        let writing: Vec<_> = self.planned.iter().filter(|planned| planned.probe.may_write()).collect();
        let Some(last) = writing.last() else {
            return format!(
                "nothing: of key, lead, status and sub-status two do not exist in each request ({NO_SUCH_LEAD}, {NO_SUCH_STATUS}); CAKE may count or log them"
            );
        };
        let requests = plural(writing.len(), "request");
        format!("{requests} may change lead {}; the last leaves it in {}", last.update.lead_id, state(&last.update))
    }

    fn which_key(&self) -> String {
        let sent = self.planned.iter().filter(|planned| planned.probe.key() == KeyUsed::Real).count();
        let times = if sent == 1 { "once".to_owned() } else { format!("in {sent} requests") };
        match (&self.key, sent) {
            (None, _) => {
                "none is known; give one with --key-env NAME for a URL, or with `account:` in the network's file"
                    .to_owned()
            }
            (Some(_), 0) => "yours is not sent: http:// is not encrypted; give an https:// URL".to_owned(),
            (Some(_), _) => {
                let is_other = |planned: &Planned| planned.probe.key() == KeyUsed::OtherCase;
                let and = if self.planned.iter().any(is_other) { ", and once in another letter case" } else { "" };
                format!("yours is sent {times}{and}; the others have a made-up key or none")
            }
        }
    }
}

/// What an update leaves a lead in, in words.
pub fn state(update: &Update) -> String {
    let sub_status = update.sub_status.as_ref().map_or_else(String::new, |name| format!(", sub-status {name:?}"));
    let fields = update.fields.iter().map(|(name, value)| format!(", {name}={value:?}"));
    format!("status {:?}{sub_status}{}", update.status, fields.collect::<String>())
}

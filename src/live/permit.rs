//! Who may send. A permit is made only from a plan that was shown, and from consent; each request is taken from it once.

use std::collections::VecDeque;
use std::time::Duration;

use thiserror::Error;
use tokio::time::Instant;

use super::plan::ShownPlan;
use super::request::{Outgoing, Planned, masking};
use super::target::Target;
use crate::secret::{Redactor, Secret};

/// What the person in charge agreed to.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    /// Whether another machine may be sent to (`--allow-live`).
    pub allow_live: bool,
    /// Whether a lead may be changed (`--allow-updates`).
    pub allow_updates: bool,
    /// How many requests may be sent (`--max-requests`).
    pub max_requests: usize,
    /// What was answered to the plan, where somebody was asked.
    pub answer: Option<bool>,
}

/// Why nothing may be sent. Each names the flag that would allow it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Another machine.
    #[error(
        "{0} is not this machine, and nothing was sent\n  help: if the network permits it, add --allow-live; --dry-run shows the plan alone"
    )]
    NotThisMachine(String),
    /// Requests that may change a lead.
    #[error(
        "the plan may change a lead, and nothing was sent\n  help: if the network permits it, add --allow-updates; --dry-run shows the plan alone"
    )]
    Updates,
    /// More requests than allowed.
    #[error(
        "the plan has {planned} requests, {allowed} are allowed, and nothing was sent\n  help: add --max-requests {planned}"
    )]
    TooMany {
        /// How many it has.
        planned: usize,
        /// How many are allowed.
        allowed: usize,
    },
    /// Faster than a real endpoint is asked.
    #[error(
        "a pace of {0} s is for this machine only, and nothing was sent\n  help: use --pace 1, which is the default, or more for a real endpoint"
    )]
    TooFast(u64),
    /// The answer was no.
    #[error("you did not agree to the plan, and nothing was sent\n  help: answer y, or add --yes")]
    Declined,
}

/// The right to send what a plan holds, and no more: its host, its lead, its kind of probe, at its pace.
///
/// Only `Permit::new` makes one, so code that has shown no plan cannot send:
///
/// ```compile_fail,E0451
/// use caketester::live::{Permit, Target};
///
/// let target = Target::new("http://127.0.0.1:1").unwrap();
/// let (key, planned, pace, last) = (None, Default::default(), Default::default(), None);
/// let permit = Permit { target, key, planned, pace, last };
/// ```
#[derive(Debug)]
pub struct Permit {
    target: Target,
    key: Option<Secret>,
    planned: VecDeque<Planned>,
    pace: Duration,
    last: Option<Instant>,
}

/// One request that a permit allows. Nothing is sent without one, and each is used once.
pub(super) struct Permitted {
    planned: Planned,
    request: Outgoing,
}

impl Permitted {
    pub(super) fn planned(&self) -> &Planned {
        &self.planned
    }

    pub(super) fn request(&self) -> &Outgoing {
        &self.request
    }
}

/// The least time between two requests to a real endpoint.
const SHORTEST_PACE: Duration = Duration::from_secs(1);

impl Permit {
    /// Whether a plan that was shown may be sent.
    pub fn check(ShownPlan(plan): &ShownPlan, consent: Consent) -> Result<(), Refusal> {
        if !plan.target.is_loopback() {
            if !consent.allow_live {
                return Err(Refusal::NotThisMachine(plan.target.host().to_owned()));
            }
            if plan.pace < SHORTEST_PACE {
                return Err(Refusal::TooFast(plan.pace.as_secs()));
            }
        }
        if plan.may_write() && !consent.allow_updates {
            return Err(Refusal::Updates);
        }
        if plan.requests() > consent.max_requests {
            return Err(Refusal::TooMany { planned: plan.requests(), allowed: consent.max_requests });
        }
        if consent.answer == Some(false) {
            return Err(Refusal::Declined);
        }
        Ok(())
    }

    /// A permit for a plan that was shown.
    pub fn new(shown: ShownPlan, consent: Consent) -> Result<Self, Refusal> {
        Self::check(&shown, consent)?;
        let ShownPlan(plan) = shown;
        Ok(Self { target: plan.target, key: plan.key, planned: plan.planned.into(), pace: plan.pace, last: None })
    }

    /// Where it permits to send.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The key that it permits to send.
    pub(super) fn key(&self) -> Option<&Secret> {
        self.key.as_ref()
    }

    /// What hides that key.
    pub(super) fn masking(&self) -> Redactor {
        masking(self.key.as_ref())
    }

    /// What it still permits.
    pub fn left(&self) -> impl ExactSizeIterator<Item = &Planned> {
        self.planned.iter()
    }

    /// Takes the next request, as soon as the pace allows it.
    pub(super) async fn take(&mut self) -> Option<Permitted> {
        if self.planned.is_empty() {
            return None;
        }
        if let Some(last) = self.last {
            tokio::time::sleep_until(last + self.pace).await;
        }
        self.last = Some(Instant::now());
        let planned = self.planned.pop_front()?;
        let request = planned.outgoing(&self.target, self.key.as_ref());
        Some(Permitted { planned, request })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Consent, Permit, Refusal};
    use crate::live::{Known, Plan, Planned, Target};
    use crate::protocol::Update;

    fn plan(url: &str, pace: Duration) -> Plan {
        let target = Target::new(url).unwrap();
        let planned = Planned::that_write_nothing(&target, false, true);
        Plan::new(target, None, planned, pace, Duration::from_secs(30))
    }

    fn permit(url: &str, pace: u64, consent: Consent) -> Result<Permit, Refusal> {
        Permit::new(plan(url, Duration::from_secs(pace)).show(&[], |_| Ok::<(), ()>(())).unwrap(), consent)
    }

    const ALL: Consent = Consent { allow_live: true, allow_updates: false, max_requests: 100, answer: None };

    #[test]
    fn what_may_change_a_lead_is_refused_without_the_flag_that_allows_it() {
        let target = Target::new("http://127.0.0.1:1").unwrap();
        let lead = Some(Update { lead_id: "C8097F17".into(), status: "Funded".into(), ..Update::default() });
        let planned = Planned::that_write(&target, &Known { lead, ..Known::default() });
        let plan = Plan::new(target, None, planned, Duration::ZERO, Duration::from_secs(1));
        let refusal = Permit::new(plan.clone().show(&[], |_| Ok::<(), ()>(())).unwrap(), ALL).unwrap_err().to_string();
        assert!(refusal.contains("--allow-updates") && refusal.contains("nothing was sent"), "{refusal}");
        assert!(
            Permit::new(plan.show(&[], |_| Ok::<(), ()>(())).unwrap(), Consent { allow_updates: true, ..ALL }).is_ok()
        );
    }

    #[test]
    fn each_refusal_names_the_flag_that_would_allow_it() {
        let live = "https://cake.example.com";
        for (url, pace, consent, flag) in [
            (live, 1, Consent { allow_live: false, ..ALL }, "--allow-live"),
            (live, 0, ALL, "--pace 1"),
            (live, 1, Consent { max_requests: 3, ..ALL }, "--max-requests 12"),
            (live, 1, Consent { answer: Some(false), ..ALL }, "--yes"),
            ("http://127.0.0.1:1", 0, Consent { max_requests: 3, ..ALL }, "--max-requests 9"),
        ] {
            let refusal = permit(url, pace, consent).unwrap_err().to_string();
            assert!(refusal.contains(flag) && refusal.contains("nothing was sent"), "{refusal}");
        }
        assert!(permit(live, 1, ALL).is_ok());
        assert!(permit("http://[::1]:1", 0, Consent { allow_live: false, ..ALL }).is_ok());
    }

    #[tokio::test]
    async fn a_permit_is_used_up_at_its_pace() {
        let pace = Duration::from_millis(20);
        let plan = plan("http://127.0.0.1:1", pace);
        let mut permit = Permit::new(plan.show(&[], |_| Ok::<(), ()>(())).unwrap(), ALL).unwrap();
        let (began, planned) = (std::time::Instant::now(), permit.left().len());
        let mut taken = 0;
        while permit.take().await.is_some() {
            taken += 1;
        }
        assert_eq!((taken, permit.left().len()), (planned, 0));
        assert!(began.elapsed() >= pace * u32::try_from(planned - 1).unwrap());
    }
}

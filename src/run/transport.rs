//! How the client of a run reaches the mock of a step, and which certificate it is shown there.

use std::path::PathBuf;

use crate::mock::{Authority, InterceptedHost, Mock, Reach};
use crate::protocol::Obstacle;
use crate::scenario::{Scenario, Step};
use crate::subject::{Guard, PhpSettings, SubjectError};

/// How a client reaches the mocks, and the authority it is told to trust.
#[derive(Debug)]
pub struct Transport {
    /// The way.
    pub way: Way,
    /// Signs what the mocks present.
    pub authority: Authority,
    /// The file with its certificate.
    pub ca_file: PathBuf,
    /// What keeps the client from every other host; none where nothing is to.
    pub guard: Option<PhpSettings>,
}

/// How a client reaches the mocks, where a step says nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By plain HTTP.
    Plain,
    /// By TLS.
    Tls,
    /// By a proxy that plays this host.
    Intercept(InterceptedHost),
}

impl Transport {
    /// Puts the guard beside a mock, where there is to be one.
    pub(super) async fn guard(&self, mock: Mock) -> Result<(Mock, Option<Guard>), SubjectError> {
        let Some(php) = self.guard.clone() else { return Ok((mock, None)) };
        if mock.proxy_url().is_some() {
            return Ok((mock, Some(Guard { proxy: None, php })));
        }
        let mock = mock.guarded().await;
        let mock = mock.map_err(|source| SubjectError::Harness { what: "open a port for the guard", source })?;
        let guard = Guard { proxy: mock.guard_url(), php };
        Ok((mock, Some(guard)))
    }

    /// Whether the mocks speak TLS where a step says nothing else.
    pub fn is_secured(&self) -> bool {
        self.way != Way::Plain
    }

    /// How a mock is reached, where something keeps a client from sending anything or nothing does.
    pub(super) fn reach(&self, certificate: Option<Obstacle>) -> Reach {
        match (&self.way, certificate) {
            (Way::Plain, None | Some(Obstacle::Refused | Obstacle::UnknownHost)) => Reach::Plain,
            // The proxy plays another host, so that it refuses to lead to this one.
            (Way::Intercept(_), Some(Obstacle::Refused | Obstacle::UnknownHost)) => {
                Reach::Proxy(InterceptedHost::nobodys(), self.authority.identity(None))
            }
            _ => self.reach_by_tls(certificate),
        }
    }

    /// The same, and with TLS in any case.
    pub(super) fn reach_by_tls(&self, certificate: Option<Obstacle>) -> Reach {
        let identity = self.authority.identity(certificate);
        match &self.way {
            Way::Plain | Way::Tls => Reach::Tls(identity),
            Way::Intercept(host) => Reach::Proxy(host.clone(), identity),
        }
    }
}

/// Whether a scenario can be run only over TLS.
pub(super) fn needs_tls(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(Step::needs_tls)
}

/// Whether a scenario is about how a client is connected, and so cannot share a mock with others: a right client has no
/// connection, no TLS, or a certificate that it may not take; or it has TLS, and is to keep it.
pub fn is_about_certificates(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| step.obstacle().is_some() || step.needs_tls())
}

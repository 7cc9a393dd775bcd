//! How the client of a run reaches the mock of a step, and which certificate it is shown there.

use std::path::PathBuf;

use crate::mock::{Authority, InterceptedHost, Reach};
use crate::protocol::BadCertificate;
use crate::scenario::Scenario;

/// How a client reaches the mocks, and the authority it is told to trust.
#[derive(Debug)]
pub struct Transport {
    /// The way.
    pub way: Way,
    /// Signs what the mocks present.
    pub authority: Authority,
    /// The file with its certificate.
    pub ca_file: PathBuf,
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
    /// Whether the mocks speak TLS where a step says nothing else.
    pub fn is_secured(&self) -> bool {
        self.way != Way::Plain
    }

    /// How a mock is reached that presents the right certificate, or a bad one.
    pub(super) fn reach(&self, certificate: Option<BadCertificate>) -> Reach {
        match (&self.way, certificate) {
            (Way::Plain, None) => Reach::Plain,
            _ => self.reach_by_tls(certificate),
        }
    }

    /// The same, and with TLS in any case.
    pub(super) fn reach_by_tls(&self, certificate: Option<BadCertificate>) -> Reach {
        let identity = self.authority.identity(certificate);
        match &self.way {
            Way::Plain | Way::Tls => Reach::Tls(identity),
            Way::Intercept(host) => Reach::Proxy(host.clone(), identity),
        }
    }
}

/// Whether a scenario shows a certificate that no client may take.
pub fn is_about_certificates(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| step.bad_certificate().is_some())
}

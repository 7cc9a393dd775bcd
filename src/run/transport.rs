//! How the client of a run reaches the mock of a step, and which certificate it is shown there.

use std::path::PathBuf;

use crate::mock::{Authority, CertificateKind, InterceptedHost, Reach};
use crate::scenario::{Scenario, Step};

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
    /// How a mock with this certificate is reached.
    pub(super) fn reach(&self, certificate: CertificateKind) -> Reach {
        let identity = self.authority.identity(certificate);
        match &self.way {
            Way::Plain if certificate == CertificateKind::Valid => Reach::Plain,
            Way::Plain | Way::Tls => Reach::Tls(identity),
            Way::Intercept(host) => Reach::Proxy(host.clone(), identity),
        }
    }

    /// The same, and with TLS in any case.
    pub(super) fn reach_by_tls(&self) -> Reach {
        match self.reach(CertificateKind::Valid) {
            Reach::Plain => Reach::Tls(self.authority.identity(CertificateKind::Valid)),
            other => other,
        }
    }
}

/// Which certificate the mock of a step presents.
pub(super) fn certificate_of(_step: &Step) -> CertificateKind {
    CertificateKind::Valid
}

/// Whether a scenario shows a certificate that no client may take.
pub(super) fn needs_tls(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| certificate_of(step) != CertificateKind::Valid)
}

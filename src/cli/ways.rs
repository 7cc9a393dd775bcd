//! How a client reaches the mocks of a run.

use std::sync::Arc;

use super::failure::Failure;
use super::scratch::{Scratch, write_certificate};
use crate::mock::Authority;
use crate::run::{Transport, Way};

/// The option that says how the client reaches the mocks.
pub(super) fn reached_by(way: &Way) -> String {
    match way {
        Way::Plain => String::new(),
        Way::Tls => " --tls".to_owned(),
        Way::Intercept(host) => format!(" --intercept {}", shell_words::quote(&host.to_string())),
    }
}

/// The authority of this run, with its certificate where the client finds it.
pub(super) fn transport(way: Way, scratch: &Scratch) -> Result<Arc<Transport>, Failure> {
    let host = match &way {
        Way::Intercept(host) => Some(host.name()),
        Way::Plain | Way::Tls => None,
    };
    let authority = Authority::new(host)?;
    let ca_file = scratch.path().join("ca.pem");
    write_certificate(&ca_file, authority.pem())?;
    Ok(Arc::new(Transport { way, authority, ca_file }))
}

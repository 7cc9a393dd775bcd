//! How a client reaches the mocks, whom it is to trust there, and what keeps it from everybody else.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::options::headings::CLIENT;
use crate::cli::output::Output;
use crate::cli::scratch::{Scratch, write_certificate};
use crate::judge::Exit;
use crate::mock::{Authority, InterceptedHost, Kept};
use crate::run::{Transport, Way};
use crate::subject::{ESCAPES, PhpSettings};

#[derive(Debug, Clone, Default, Args)]
pub(in crate::cli) struct TransportArguments {
    /// Use TLS in every step, with a certificate from a temporary certificate authority (CA); the client gets the path of
    /// the CA's certificate in its environment
    #[arg(help_heading = CLIENT, long, conflicts_with = "intercept")]
    tls: bool,
    /// Impersonate the client's hard-coded host through a proxy set in the client's environment
    #[arg(help_heading = CLIENT, long, value_name = "HOST[:PORT]")]
    pub(in crate::cli) intercept: Option<InterceptedHost>,
    /// Keep one certificate authority (CA) in this directory and use it in every run, for clients that trust only the
    /// system's certificate store
    #[arg(help_heading = CLIENT, long, value_name = "DIR")]
    authority: Option<PathBuf>,
    /// Let the client contact other hosts; by default a proxy blocks them
    #[arg(help_heading = CLIENT, long)]
    no_guard: bool,
}

impl TransportArguments {
    pub(in crate::cli) fn way(&self) -> Way {
        match (&self.intercept, self.tls) {
            (Some(host), _) => Way::Intercept(host.clone()),
            (None, true) => Way::Tls,
            (None, false) => Way::Plain,
        }
    }

    /// Sets up the authority with its certificate, and the guard if a program is started.
    pub(in crate::cli) fn open(
        &self,
        scratch: &Scratch,
        holds: bool,
        output: &Output,
    ) -> Result<Arc<Transport>, Failure> {
        let way = self.way();
        let host = match &way {
            Way::Intercept(host) => Some(host.name()),
            Way::Plain | Way::Tls => None,
        };
        let (authority, ca_file) = if let Some(directory) = &self.authority {
            let kept = Kept::open(directory, host)?;
            output.err(&format!("note: {}\n", ways_to_trust(&kept)));
            (kept.authority, std::path::absolute(&kept.certificate).unwrap_or(kept.certificate))
        } else {
            let authority = Authority::new(host)?;
            let ca_file = scratch.path().join("ca.pem");
            write_certificate(&ca_file, authority.pem())?;
            (authority, ca_file)
        };
        let guard = if holds && !self.no_guard { Some(guard(scratch)?) } else { None };
        Ok(Arc::new(Transport { way, authority, ca_file, guard }))
    }
}

/// What the guard stops and does not stop.
pub(in crate::cli) fn guarded() -> String {
    format!("requests to other hosts than the mock are refused (--no-guard allows them), but {ESCAPES}")
}

fn guard(scratch: &Scratch) -> Result<PhpSettings, Failure> {
    PhpSettings::write(scratch.path()).map_err(|error| {
        Failure::new(Exit::Harness, format!("cannot write settings for PHP to {}: {error}", scratch.path().display()))
    })
}

/// The commands that add a kept authority to what a system trusts, and remove it.
fn ways_to_trust(kept: &Kept) -> String {
    let file = std::path::absolute(&kept.certificate).unwrap_or_else(|_| kept.certificate.clone());
    let file = shell_words::quote(&file.to_string_lossy()).into_owned();
    let name = &kept.name;
    let here = if cfg!(windows) {
        format!("certutil -user -addstore Root {file}\n  remove    certutil -user -delstore Root \"{name}\"")
    } else if cfg!(target_os = "macos") {
        format!(
            "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {file}\n  \
             remove    security remove-trusted-cert {file}; security delete-certificate -c \"{name}\""
        )
    } else {
        format!(
            "sudo cp {file} /usr/local/share/ca-certificates/caketester.crt && sudo update-ca-certificates\n  \
             remove    sudo rm /usr/local/share/ca-certificates/caketester.crt && sudo update-ca-certificates --fresh\n  \
             add       sudo trust anchor {file}    (Fedora, Arch)\n  \
             remove    sudo trust anchor --remove {file}"
        )
    };
    let state = if kept.is_new { "made an authority" } else { "using the authority" };
    format!(
        "{state} {name:?}; where a client trusts only its system's store, add it there once, and remove it when you are done:\n  \
         add       {here}\n  \
         add       keytool -importcert -cacerts -noprompt -storepass changeit -alias caketester -file {file}    (Java)\n  \
         remove    keytool -delete -cacerts -storepass changeit -alias caketester"
    )
}

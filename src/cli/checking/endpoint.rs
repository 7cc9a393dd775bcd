//! `caketester endpoint`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::every_run::RunArguments;
use crate::cli::options::given::Given;
use crate::cli::output::insist_on_a_place_for_each;
use crate::cli::reporting::sinks::{self, ReportArgument, live};
use crate::cli::signals::execute;
use crate::judge::{Exit, Repeat, Report, SnapshotReport};
use crate::pack::expected_answers;
use crate::run::{EndpointRun, check_endpoint};
use crate::secret::Secret;
use crate::subject::Endpoint;

const EXAMPLES: &str = "\
Example, against a mock in another terminal:
  caketester serve --port 8080
  caketester endpoint http://127.0.0.1:8080

`caketester endpoint` sends updates only to this machine, because an update sent to a real CAKE
instance would change a real lead. To check a real endpoint, use `caketester endpoint probe`.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct Arguments {
    /// The endpoint; if the URL has no path, the path of UpdateLeadStatus is added
    #[arg(required = true)]
    url: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArguments,
    /// The environment variable that holds the API key; by default the pack's key is sent
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,
    /// The PEM file with the CA certificate for an https:// endpoint
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// How many seconds an answer may take
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a real endpoint: show a plan, send its requests with a pause between them, and compare each answer with
    /// what is known about CAKE; nothing is changed unless you allow it
    Probe(Box<super::probe::Arguments>),
    /// Ask for the settings needed to check a real endpoint, and save them in the network's file
    Init(super::account::Arguments),
    /// The last step before a client goes live: run the read-only probes, send one update if you allow it, and write a
    /// page with the results
    Preflight(Box<super::preflight::Arguments>),
    /// Find out how a network's CAKE instance behaves where the documentation does not say, and write the findings to a
    /// file for --instance; nothing on the instance is changed
    Learn(Box<super::learn::Arguments>),
}

pub(in crate::cli) fn run(arguments: Arguments, given: &Given<'_>, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    match arguments.command {
        Some(Command::Probe(arguments)) => return super::probe::run(&arguments, context),
        Some(Command::Init(arguments)) => return super::account::run(&arguments, output),
        Some(Command::Preflight(arguments)) => return super::preflight::run(&arguments, context),
        Some(Command::Learn(arguments)) => return super::learn::run(&arguments, context),
        None => {}
    }
    // clap asks for it where no command is given.
    let given_url = arguments.url.unwrap_or_default();
    let authority = arguments.ca_file.as_deref().map(authority).transpose()?;
    let endpoint = Endpoint::new(&given_url, authority.as_deref(), Duration::from_secs(arguments.timeout))?;
    insist_on_a_place_for_each(&arguments.run.report.iter().map(ReportArgument::path).collect::<Vec<_>>())?;
    let pack = arguments.run.pack.open(context)?;
    let pack_digest = pack.digest()?;
    let key = match &arguments.key_env {
        None => pack.key.clone(),
        Some(name) => {
            let value = (context.env)(name).filter(|value| !value.is_empty());
            // Somebody may have given the key itself, so it is not repeated.
            let told = "the environment variable that --key-env names is not set\n  help: it takes the name of a variable, not the key";
            Secret::new(value.ok_or_else(|| Failure::usage(told))?)
        }
    };
    let redactor = pack.redactor.clone().and(&key);
    output.learn_more(&redactor);
    let (url, options) = (shell_words::quote(&given_url), given.options());
    let repeat = Repeat { before: format!("caketester endpoint {url}{options} --only"), after: String::new() };
    let expected = pack.entries.iter().flat_map(|entry| expected_answers(&pack, entry));
    let snapshots = SnapshotReport::of(&pack, &expected.filter_map(|expected| expected.name).collect())?;
    let run = EndpointRun {
        fail_fast: arguments.run.fail_fast,
        ci: arguments.run.is_ci(context),
        recording: arguments.run.recording(context, &pack),
        selection: arguments.run.selection.select(&pack, output)?,
        pack: &pack,
        key: &key,
        snapshots,
        redactor: &redactor,
    };
    let mut live = live(context);
    let report = execute(|ending| check_endpoint(run, &endpoint, &mut *live, ending))?;
    sinks::finish(&Report { pack_digest, repeat, ..report }, &arguments.run.report, context)
}

/// The certificate in a PEM file, in DER.
fn authority(path: &Path) -> Result<Vec<u8>, Failure> {
    let certificate = CertificateDer::from_pem_file(path).map_err(|error| {
        let help = "--ca-file takes a PEM file with the authority's certificate";
        Failure::usage(format!("cannot use the certificate of {}: {error}\n  help: {help}", path.display()))
    })?;
    Ok(certificate.to_vec())
}

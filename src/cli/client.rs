//! `caketester client`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::all_at_once::AllAtOnceArguments;
use super::certificate::{self, CertificatePath};
use super::context::Context;
use super::failure::Failure;
use super::judge;
use super::observe::observe;
use super::output::Output;
use super::reports::Live;
use super::running::RunArguments;
use super::scratch::{Scratch, write_certificate};
use super::settings::SettingArguments;
use super::signals::asked_to_end;
use crate::mock::{Authority, InterceptedHost};
use crate::pack::{Pack, Shard, digest};
use crate::report::plural;
use crate::rules::Rules;
use crate::run::{
    Baseline, ClientRun, Exit, Recording, Repeat, Report, SnapshotReport, SubjectReport, Transport, Way, check_batch,
    check_client, survey,
};
use crate::secret::Redactor;
use crate::source::SourceFile;
use crate::subject::{BatchProgram, ExitCodes, ExitMeaning, Program, Reference, SubjectError};

const EXAMPLES: &str = "\
Examples:
  caketester client --builtin
  caketester client -- php bin/push.php {lead_id} {status} {sub_status} {fields}
  caketester client --only codes --report junit=report.xml -- node push.mjs
  caketester client --batch -- php nightly.php
  caketester client --observe --port 8080

The program is started once per step, without a shell. It gets the update through
placeholders in its arguments: {base_url} {url} {ca_file} {api_key} {lead_id}
{status} {sub_status} {fields} {field:NAME}; and through its environment:
CAKE_BASE_URL, CAKE_URL, CAKE_CA_FILE, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS,
CAKE_SUB_STATUS, CAKE_FIELDS.
It tells what it concluded by its exit code: 0 updated, 10 rejected, 11 unknown.
Any other is a crash. Instead, it may write {\"outcome\": \"rejected\", \"code\": 3}
into the file that CAKETESTER_OUTCOME names.";

/// How many clients may wait at once where nobody says: they compute nothing meanwhile.
const WAITING_JOBS: usize = 64;

/// How many seconds a step may take where nobody says.
const TIMEOUT: u64 = 30;
/// The same for a whole batch.
const TIMEOUT_OF_A_BATCH: u64 = 600;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    below: Option<Below>,
    #[command(flatten)]
    run: RunArguments,
    #[command(flatten)]
    settings: SettingArguments,
    /// Check the built-in client
    #[arg(long, conflicts_with = "command")]
    builtin: bool,
    /// How many scenarios at once; as many as there are processors where left out
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// How many seconds a step may take before the program and all it started is ended, or a batch; 30, or 600 for a
    /// batch, where left out
    #[arg(long, value_name = "SECONDS", visible_alias = "patience", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// Which exit codes mean an outcome, in place of 0 updated, 10 rejected or 11 unknown: rejected=2 or
    /// unknown=3,4; once for each outcome that differs
    #[arg(long, value_name = "OUTCOME=CODES")]
    outcome_exit: Vec<ExitMeaning>,
    /// Speak TLS in every step, with a certificate from a throwaway authority that the client's environment names
    #[arg(long, conflicts_with = "intercept")]
    tls: bool,
    /// Play the host that a client has built in, behind a proxy that the client's environment names
    #[arg(long, value_name = "HOST[:PORT]")]
    intercept: Option<InterceptedHost>,
    /// Run one part of the scenarios: 2/4 is the second of four; `caketester report merge` puts their reports together
    #[arg(long, value_name = "NUMBER/OF")]
    shard: Option<Shard>,
    /// Write a certificate to PATH.html and PATH.json, where the client passes whole: docs/certificate.md
    #[arg(long, value_name = "PATH")]
    certificate: Option<CertificatePath>,
    #[command(flatten)]
    all_at_once: AllAtOnceArguments,
    /// The program and its arguments
    #[arg(last = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
enum Below {
    /// Judge an observation that is over, with outcomes from a file
    Judge(judge::Arguments),
}

pub(super) fn run(mut arguments: Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    if let Some(Below::Judge(arguments)) = arguments.below {
        return judge::run(arguments, context, output);
    }
    let settings = arguments.settings.settle()?;
    certificate::insist_on_a_name(arguments.certificate.as_ref(), &settings.client)?;
    let is_without_a_program = arguments.builtin || arguments.all_at_once.observe;
    if arguments.command.is_empty() && !is_without_a_program {
        arguments.command = settings.run.iter().map(OsString::from).collect();
    }
    arguments.run.pack.pack = arguments.run.pack.pack.or(settings.pack);
    if arguments.outcome_exit.is_empty() {
        arguments.outcome_exit = settings.outcome_exit;
    }
    let all_at_once = &arguments.all_at_once;
    // What the file says is about a step.
    let of_a_step = || arguments.timeout.or(settings.timeout).unwrap_or(TIMEOUT);
    let of_a_batch = || arguments.timeout.unwrap_or(TIMEOUT_OF_A_BATCH);
    let timeout = Duration::from_secs(if all_at_once.batch { of_a_batch() } else { of_a_step() });
    let subject = match (is_without_a_program, arguments.command.split_first()) {
        (true, _) => None,
        (false, Some((program, rest))) => Some((program.clone(), as_text(rest)?)),
        (false, None) => return Err(no_client()),
    };
    let pack = arguments.run.pack.open_renamed(&settings.names, context, output)?;
    let pack_digest = digest(&pack.origin)?;
    let today = today();
    let baseline = known(settings.baseline.as_deref(), arguments.settings.update_baseline, &pack)?;
    let ci = arguments.run.is_ci(context);
    let snapshots = surveyed(&arguments.run, arguments.run.recording(context, &pack), &pack)?;
    let shown = subject.as_ref().map(|(program, rest)| {
        shell_words::join(std::iter::once(program.to_string_lossy().into_owned()).chain(rest.iter().cloned()))
    });
    let meanings: Vec<String> =
        arguments.outcome_exit.iter().map(|meaning| format!(" --outcome-exit {meaning}")).collect();
    let timeout_given = arguments.timeout.map_or_else(String::new, |timeout| format!(" --timeout {timeout}"));
    let way = match (arguments.intercept, arguments.tls) {
        (Some(host), _) => Way::Intercept(host),
        (None, true) => Way::Tls,
        (None, false) => Way::Plain,
    };
    let reached = reached_by(&way);
    let scratch = Scratch::new()?;
    let transport = transport(way, &scratch)?;
    let repeat = Repeat {
        before: format!(
            "caketester client{}{}{reached}{}{timeout_given}{} --only",
            all_at_once.as_given(),
            arguments.run.as_given(),
            meanings.concat(),
            settings.as_given
        ),
        after: match &shown {
            Some(shown) => format!("-- {shown}"),
            None if all_at_once.observe => String::new(),
            None => "--builtin".to_owned(),
        },
    };
    let run = ClientRun {
        selection: arguments.run.selection.select_shard(&pack, arguments.shard)?,
        pack,
        jobs: arguments.jobs.map_or(context.processors, usize::from),
        waiting_jobs: arguments.jobs.map_or(WAITING_JOBS, usize::from),
        fail_fast: arguments.run.fail_fast,
        ci,
        exact: arguments.run.exact,
        snapshots,
        subject: under_test(shown, all_at_once),
        transport: Arc::clone(&transport),
        rules: Rules::default(),
        profile: settings.profile,
        baseline: baseline.clone(),
        today,
        cannot: settings.cannot,
    };
    let mut live = Live::new(context, output);
    let mut report = match subject {
        None if all_at_once.observe => observed(all_at_once, run, context, output)?,
        None => {
            let subject = Reference::new(transport.authority.der())?;
            execute(check_client(run, Arc::new(subject), &mut live))?
        }
        Some((program, rest)) if all_at_once.batch => {
            let (batch, format) = (all_at_once.batch(), all_at_once.cases_format.into());
            let program = BatchProgram::new(program, &rest, format, timeout, scratch.path().to_owned(), context.env)?;
            execute(check_batch(run, batch, program, &mut live))?
        }
        Some((program, rest)) => {
            let exit_codes = ExitCodes::new(&arguments.outcome_exit).map_err(Failure::usage)?;
            let program = Program::new(program, &rest, exit_codes, timeout, scratch.path().to_owned(), context.env)?;
            execute(check_client(run, Arc::new(program), &mut live))?
        }
    };
    if arguments.settings.update_baseline {
        update(settings.baseline, &baseline, &mut report, (today, ci), output)?;
    }
    let report = Report { client: settings.client, pack_digest, names: settings.names, repeat, ..report };
    certificate::finish(report, arguments.certificate.as_ref(), &arguments.run.report, context, output)
}

fn no_client() -> Failure {
    Failure::usage(
        "there is no client to check\n  help: name a program behind `--`, as in `caketester client -- php push.php`, or \
         check the built-in client with --builtin; --observe needs none",
    )
}

/// The day, wherever on earth it is.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The option that says how the client reaches the mocks.
fn reached_by(way: &Way) -> String {
    match way {
        Way::Plain => String::new(),
        Way::Tls => " --tls".to_owned(),
        Way::Intercept(host) => format!(" --intercept {}", shell_words::quote(&host.to_string())),
    }
}

/// What the report calls the client: without a command it is the built-in one, or none that was started.
fn under_test(command: Option<String>, arguments: &AllAtOnceArguments) -> SubjectReport {
    match command {
        None if arguments.observe => SubjectReport::Observed { url: String::new() },
        None => SubjectReport::Builtin,
        Some(command) if arguments.batch => SubjectReport::Batch { command },
        Some(command) => SubjectReport::Program { command },
    }
}

/// Writes the failures of a run into the baseline, and lets them pass.
pub(super) fn update(
    path: Option<PathBuf>,
    baseline: &Baseline,
    report: &mut Report,
    (today, ci): (Date, bool),
    output: &Output,
) -> Result<(), Failure> {
    let path = path.unwrap_or_else(|| PathBuf::from(BASELINE));
    let known = baseline.after(report, today);
    let text = known.to_text().map_err(|reason| Failure::new(Exit::Harness, reason))?;
    output.file(&path, &text)?;
    report.take_for_known(&known, today, ci);
    report.notes.push(format!("{} in {}", plural(known.len(), "known failure"), path.display()));
    Ok(())
}

/// Observes, and keeps what was seen where that was asked for.
fn observed(
    arguments: &AllAtOnceArguments,
    run: ClientRun,
    context: &Context<'_>,
    output: &Output,
) -> Result<Report, Failure> {
    let transport = Arc::clone(&run.transport);
    let ca_file = transport.is_secured().then(|| transport.ca_file.to_string_lossy().into_owned());
    let (report, record) = observe(&arguments.observe(ca_file), run, context, output)?;
    output.learn_more(Redactor::new(report.keys().cloned()));
    if let Some(path) = &arguments.journal {
        output.file(path, &record.to_json())?;
    }
    Ok(report)
}

/// What is to be said of the pack's snapshots, which have to be what the mock answers before anything is sent.
fn surveyed(arguments: &RunArguments, recording: Recording, pack: &Pack) -> Result<SnapshotReport, Failure> {
    let (snapshots, different) = survey(pack, recording, &pack.redactor)?;
    if let Some(first) = different.first() {
        return Err(Failure::usage(format!(
            "the mock's answers differ from {} of the pack's snapshots, first from {}: {}\n  help: {}; nothing was sent to the client",
            different.len(),
            first.name,
            first.differences.join("; "),
            if recording.write {
                format!("look at them with `caketester snapshots review{}`", arguments.pack.as_given())
            } else {
                "a run outside CI against a pack on disk (--pack DIR) writes them anew, for review".to_owned()
            }
        )));
    }
    Ok(snapshots)
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

/// The file of known failures where nobody names one.
const BASELINE: &str = "caketester-known.yaml";

/// What is known to be broken. A file that is to be written need not be there yet.
pub(super) fn known(path: Option<&Path>, is_updated: bool, pack: &Pack) -> Result<Baseline, Failure> {
    let path = match path {
        None if is_updated => Path::new(BASELINE),
        None => return Ok(Baseline::default()),
        Some(path) => path,
    };
    match std::fs::read_to_string(path) {
        // An empty list, as it is written where nothing fails.
        Ok(text) if text.trim() == "[]" => Ok(Baseline::default()),
        Ok(text) => {
            let file = SourceFile::new(path.display().to_string(), text);
            Baseline::read(&file, pack).map_err(Failure::mistakes)
        }
        Err(error) if is_updated && error.kind() == std::io::ErrorKind::NotFound => Ok(Baseline::default()),
        Err(error) => {
            let help = "--update-baseline writes one with the failures of a run";
            Err(Failure::usage(format!("cannot read the baseline {}: {error}\n  help: {help}", path.display())))
        }
    }
}

fn execute(checking: impl Future<Output = Result<Report, SubjectError>>) -> Result<Report, Failure> {
    let harness = |source| SubjectError::Harness { what: "start the runtime", source };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(harness)?;
    runtime.block_on(async {
        let ended = asked_to_end().map_err(|source| SubjectError::Harness { what: "listen for signals", source })?;
        tokio::select! {
            report = checking => Ok(report?),
            // Dropping the run ends every program it started.
            () = ended => Err(Failure::new(Exit::Harness, "interrupted; what was running has been ended")),
        }
    })
}

fn as_text(arguments: &[OsString]) -> Result<Vec<String>, Failure> {
    let text = |argument: &OsString| {
        let told = || Failure::usage(format!("the argument {} is not UTF-8", argument.display()));
        argument.to_str().map(str::to_owned).ok_or_else(told)
    };
    arguments.iter().map(text).collect()
}

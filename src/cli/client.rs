//! `caketester client`

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::all_at_once::AllAtOnceArguments;
use super::context::Context;
use super::failure::Failure;
use super::judge;
use super::observe::observe;
use super::output::Output;
use super::reports::{self, Live};
use super::running::RunArguments;
use super::scratch::{Scratch, write_certificate};
use super::signals::asked_to_end;
use crate::mock::{Authority, InterceptedHost};
use crate::pack::Pack;
use crate::report::Repeat;
use crate::rules::Rules;
use crate::run::{
    ClientRun, Exit, Recording, Report, SnapshotReport, SubjectReport, Transport, Way, check_batch, check_client,
    survey,
};
use crate::secret::Redactor;
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

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    below: Option<Below>,
    #[command(flatten)]
    run: RunArguments,
    /// Check the built-in client
    #[arg(long, conflicts_with = "command")]
    builtin: bool,
    /// How many scenarios at once; as many as there are processors where left out
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// How many seconds a step may take before the program and all it started is ended, or a batch; 30, or 600 for a
    /// batch, where left out
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
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

pub(super) fn run(arguments: Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    if let Some(Below::Judge(arguments)) = &arguments.below {
        return judge::run(arguments, context, output);
    }
    let all_at_once = &arguments.all_at_once;
    let subject = match (arguments.builtin || all_at_once.observe, arguments.command.split_first()) {
        (true, _) => None,
        (false, Some((program, rest))) => Some((program.clone(), as_text(rest)?)),
        (false, None) => {
            return Err(Failure::usage(
                "there is no client to check\n  help: name a program behind `--`, as in `caketester client -- php push.php`, or \
                 check the built-in client with --builtin; --observe needs none",
            ));
        }
    };
    let pack = arguments.run.pack.open(context, output)?;
    let ci = arguments.run.is_ci(context);
    let recording = arguments.run.recording(context, &pack);
    let snapshots = surveyed(&arguments.run, recording, &pack)?;
    let shown = subject.as_ref().map(|(program, rest)| {
        shell_words::join(std::iter::once(program.to_string_lossy().into_owned()).chain(rest.iter().cloned()))
    });
    let meanings: Vec<String> =
        arguments.outcome_exit.iter().map(|meaning| format!(" --outcome-exit {meaning}")).collect();
    let timeout = arguments.timeout.map_or_else(String::new, |seconds| format!(" --timeout {seconds}"));
    let given_at_once = all_at_once.as_given();
    let way = match (arguments.intercept, arguments.tls) {
        (Some(host), _) => Way::Intercept(host),
        (None, true) => Way::Tls,
        (None, false) => Way::Plain,
    };
    let reached = match &way {
        Way::Plain => String::new(),
        Way::Tls => " --tls".to_owned(),
        Way::Intercept(host) => format!(" --intercept {}", shell_words::quote(&host.to_string())),
    };
    let scratch = Scratch::new()?;
    let transport = transport(way, &scratch)?;
    let repeat = Repeat {
        before: format!(
            "caketester client{given_at_once}{}{reached}{}{timeout} --only",
            arguments.run.as_given(),
            meanings.concat()
        ),
        after: match &shown {
            Some(shown) => format!("-- {shown}"),
            None if all_at_once.observe => String::new(),
            None => "--builtin".to_owned(),
        },
    };
    let run = ClientRun {
        selection: arguments.run.selection.select(&pack)?,
        pack,
        jobs: arguments.jobs.map_or(context.processors, usize::from),
        fail_fast: arguments.run.fail_fast,
        ci,
        exact: arguments.run.exact,
        snapshots,
        subject: match (shown, all_at_once.batch) {
            (None, _) if all_at_once.observe => SubjectReport::Observed { url: String::new() },
            (None, _) => SubjectReport::Builtin,
            (Some(command), false) => SubjectReport::Program { command },
            (Some(command), true) => SubjectReport::Batch { command },
        },
        transport: Arc::clone(&transport),
        rules: Rules::default(),
    };
    if all_at_once.observe {
        let ca_file = transport.is_secured().then(|| transport.ca_file.to_string_lossy().into_owned());
        let (report, record) = observe(&all_at_once.observe(ca_file), run, context, output)?;
        output.learn_more(Redactor::new(report.keys().cloned()));
        if let Some(path) = &all_at_once.journal {
            output.file(path, &record.to_json())?;
        }
        return reports::finish(&report, &arguments.run.report, &repeat, context, output);
    }
    let mut live = Live::new(context, output);
    let report = match subject {
        None => {
            let subject = Reference::new(transport.authority.der())?;
            execute(check_client(run, Arc::new(subject), &mut live))?
        }
        Some((program, rest)) if all_at_once.batch => {
            let (batch, format) = (all_at_once.batch(), all_at_once.cases_format.into());
            let timeout = Duration::from_secs(arguments.timeout.unwrap_or(600));
            let program = BatchProgram::new(program, &rest, format, timeout, scratch.path().to_owned(), context.env)?;
            execute(check_batch(run, batch, program, &mut live))?
        }
        Some((program, rest)) => {
            let timeout = Duration::from_secs(arguments.timeout.unwrap_or(30));
            let exit_codes = ExitCodes::new(&arguments.outcome_exit).map_err(Failure::usage)?;
            let program = Program::new(program, &rest, exit_codes, timeout, scratch.path().to_owned(), context.env)?;
            execute(check_client(run, Arc::new(program), &mut live))?
        }
    };
    reports::finish(&report, &arguments.run.report, &repeat, context, output)
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

//! `caketester client`

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::cli::checking::all_at_once::{AllAtOnceArguments, observed, under_test};
use crate::cli::checking::baseline::{known, update, updated};
use crate::cli::checking::certificate::{self, CertificatePath};
use crate::cli::checking::fields;
use crate::cli::context::{Context, today};
use crate::cli::execute::execute;
use crate::cli::failure::Failure;
use crate::cli::options::every_run::RunArguments;
use crate::cli::options::given::Given;
use crate::cli::options::headings::{CLIENT, DECIDES, NETWORK, REPORTS, WHICH};
use crate::cli::options::open::{InstanceArgument, in_words};
use crate::cli::options::seconds::seconds;
use crate::cli::output::{Output, insist_on_a_place_for_each};
use crate::cli::reporting::sinks::{ReportArgument, each_in_a_line, live, write_together};
use crate::cli::scratch::Scratch;
use crate::cli::setup::networks::{all_networks, heading};
use crate::cli::setup::settings::{SettingArguments, Settings};
use crate::cli::setup::transport::TransportArguments;
use crate::judge::{Exit, Repeat, Report, Terms};
use crate::pack::Shard;
use crate::rules::Rules;
use crate::run::{ClientRun, check_batch, check_client, is_about_certificates};
use crate::scenario::Scenario;
use crate::subject::{BatchProgram, ExitCodes, ExitMeaning, Program, Reference};

const EXAMPLES: &str = "\
Examples:
  caketester client --builtin
  caketester client -- php bin/push.php {lead_id} {status} {sub_status} {fields}
  caketester client --only codes --report junit=report.xml -- node push.mjs
  caketester client --batch -- php nightly.php {cases} {outcomes}
  caketester client --observe --port 8080

The program is started once per update, without a shell. It gets the update through
placeholders in its arguments: {base_url} {url} {ca_file} {api_key} {lead_id}
{status} {sub_status} {fields} {field:NAME}; and through its environment:
CAKE_BASE_URL, CAKE_URL, CAKE_CA_FILE, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS,
CAKE_SUB_STATUS, CAKE_FIELDS. With --batch it is started once, and gets {cases} and
{outcomes} instead of the placeholders for a single update.
Its exit code is the outcome: 0 updated, 10 rejected, 11 unknown; any other is a crash.
Or it writes {\"outcome\": \"rejected\", \"code\": 3} into the file whose path is in
CAKETESTER_OUTCOME; then its exit code does not matter.";

/// The default number of clients that wait at once: they compute nothing meanwhile.
const WAITING_JOBS: usize = 64;

/// The default number of seconds for a step.
const TIMEOUT: u64 = 30;
/// The same for a whole batch.
const TIMEOUT_OF_A_BATCH: u64 = 600;

#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    run: RunArguments,
    #[command(flatten)]
    settings: SettingArguments,
    #[command(flatten)]
    instance: InstanceArgument,
    /// Check caketester's own sample client
    #[arg(help_heading = CLIENT, long, conflicts_with = "command")]
    builtin: bool,
    /// How many scenarios run at once; by default as many as there are processors
    #[arg(short, long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Run each scenario this many times, and report those that fail only sometimes as flaky
    #[arg(help_heading = DECIDES, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    repeat: Option<u32>,
    /// How many seconds a step or a batch may take before the program and everything it started are killed; by default
    /// 30 per step, 600 per batch [env: `CAKETESTER_TIMEOUT`, for a step]
    #[arg(help_heading = CLIENT, long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = |text: &str| seconds(text, 1..=86_400))]
    timeout: Option<u64>,
    /// Which exit codes stand for which outcome, such as rejected=2 or unknown=3,4; by default updated=0, rejected=10, unknown=11;
    /// repeatable [env: `CAKETESTER_OUTCOME_EXIT`]
    #[arg(help_heading = CLIENT, long, value_name = "OUTCOME=CODES")]
    outcome_exit: Vec<ExitMeaning>,
    #[command(flatten)]
    transport: TransportArguments,
    /// Run one part of the scenarios: 2/4 is the second of four parts; `caketester report merge` joins the reports
    #[arg(help_heading = WHICH, long, value_name = "N/TOTAL")]
    shard: Option<Shard>,
    /// If the client passes, write a certificate to PATH.html and PATH.json; see `caketester explain certificate`
    #[arg(help_heading = REPORTS, long, value_name = "PATH")]
    certificate: Option<CertificatePath>,
    /// Check the client for every network with a file in networks/, one after the other
    #[arg(help_heading = NETWORK, long, conflicts_with_all = ["network", "observe", "update_baseline"])]
    all_networks: bool,
    #[command(flatten)]
    all_at_once: AllAtOnceArguments,
    /// The program and its arguments [env: `CAKETESTER_RUN`]
    #[arg(last = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

pub(in crate::cli) fn run(
    arguments: Arguments,
    given: &Given<'_>,
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    if arguments.all_networks {
        return every_network(&arguments, given, context, output);
    }
    let prepared = arguments.prepare(given, context, output)?;
    prepared.note(context, output);
    let (certificate, wanted) = (prepared.arguments.certificate.clone(), prepared.arguments.run.report.clone());
    let report = prepared.conduct(context, output)?;
    certificate::finish(report, certificate.as_ref(), &wanted, context, output)
}

/// A run for each network, one after the other. What is wrong with any of them is said before the first begins.
fn every_network(
    arguments: &Arguments,
    given: &Given<'_>,
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    let networks = all_networks(&arguments.settings.words.folder()?)?;
    let prepare = |name: &String| {
        let prepared = arguments.clone().for_network(name).prepare(given, context, output);
        prepared.map_err(|failure| failure.of_network(name))
    };
    let prepared = networks.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
    prepared.iter().take(1).for_each(|first| first.note(context, output));
    let mut exit = Exit::Success;
    let mut reports = Vec::new();
    for prepared in prepared {
        let (certificate, wanted) = (prepared.arguments.certificate.clone(), prepared.arguments.run.report.clone());
        let report = prepared.conduct(context, output)?;
        let is_interrupted = report.interrupted;
        reports.push(report.clone());
        exit = exit.and(certificate::finish(report, certificate.as_ref(), &wanted, context, output)?);
        output.out("\n");
        if is_interrupted {
            break;
        }
    }
    output.out(&each_in_a_line(&reports));
    write_together(&reports, &arguments.run.report, output)?;
    Ok(exit)
}

/// A run that can begin: all mistakes of usage have been reported.
pub(super) struct Prepared {
    arguments: Arguments,
    settings: Settings,
    subject: Option<(OsString, Vec<String>)>,
    run: ClientRun,
    pack_digest: String,
    repeat: Repeat,
    scratch: Scratch,
}

impl Arguments {
    /// The same for one network, with files of its own where it cannot share one.
    fn for_network(mut self, name: &str) -> Self {
        self.all_networks = false;
        self.settings.words.network = Some(name.to_owned());
        self.run.report = self.run.report.iter().filter_map(|report| report.of_network(name)).collect();
        self.certificate = self.certificate.map(|path| path.of_network(name));
        self
    }

    pub(super) fn prepare(
        mut self,
        given: &Given<'_>,
        context: &Context<'_>,
        output: &Output,
    ) -> Result<Prepared, Failure> {
        let settings = self.settle(context)?;
        insist_on_a_place_for_each(&self.written(&settings))?;
        certificate::insist_on_a_name(self.certificate.as_ref(), &settings.client)?;
        let subject = self.subject()?;
        let written = self.run.pack.open_as_written(context, output)?;
        let snapshots = self.run.survey(context, &written)?;
        let written = self.instance.under(written)?;
        let pack = Arc::new(in_words(written, &settings.names, settings.network.as_ref())?);
        let pack_digest = pack.digest()?;
        let baseline = known(settings.baseline.as_deref(), self.settings.update_baseline, &pack)?;
        let shown = subject.as_ref().map(|(program, rest)| {
            shell_words::join(std::iter::once(program.to_string_lossy().into_owned()).chain(rest.iter().cloned()))
        });
        let repeat = self.command_to_repeat(given, &settings, shown.as_deref());
        let scratch = Scratch::new()?;
        let selection = self.run.selection.clone().select_shard(&pack, self.shard, output)?;
        let terms = Terms {
            ci: self.run.is_ci(context),
            snapshots,
            subject: under_test(shown, &self.all_at_once),
            rules: Rules::default(),
            strict: settings.strict.unwrap_or_default(),
            baseline: baseline.within(&selection, &pack),
            today: today(),
            cannot: settings.cannot.clone(),
            selection,
            pack,
        };
        let run = ClientRun {
            terms,
            jobs: self.jobs.map_or(context.processors, usize::from),
            waiting_jobs: self.jobs.map_or(WAITING_JOBS, usize::from),
            runs: self.repeat.unwrap_or(1),
            fail_fast: self.run.fail_fast,
            transport: self.transport.open(&scratch, subject.is_some(), output)?,
        };
        Ok(Prepared { arguments: self, settings, subject, run, pack_digest, repeat, scratch })
    }
}

impl Prepared {
    /// Prints notes before the run.
    fn note(&self, context: &Context<'_>, output: &Output) {
        self.settings.note(output);
        let guarded = context.live && self.run.transport.guard.is_some();
        if let Some(escapes) = self.arguments.transport.escapes().filter(|_| guarded) {
            output.err(&format!("note: {escapes}\n"));
        }
        if let Some((_, arguments)) = &self.subject {
            output.err(&fields::unknown(arguments, &self.run.terms.pack));
            if let Some(doubt) = ExitMeaning::doubt(&self.arguments.outcome_exit) {
                output.err(&format!("note: {doubt}\n"));
            }
        }
    }

    pub(super) fn conduct(self, context: &Context<'_>, output: &Output) -> Result<Report, Failure> {
        output.out(&self.settings.network.as_ref().map_or_else(String::new, heading));
        let Self { arguments, settings, subject, run, pack_digest, repeat, scratch } = self;
        let (baseline, today, ci) = (run.terms.baseline.clone(), run.terms.today, run.terms.ci);
        certificate::foresee(arguments.certificate.as_ref(), &arguments.withholds(&run), output);
        let patience = arguments.patience(&settings);
        let mut report = arguments.check(run, subject, patience, &scratch, context, output)?;
        if arguments.settings.update_baseline {
            update(settings.baseline, &baseline, &mut report, (today, ci), output)?;
        }
        let Settings { client, file: settings_file, names, .. } = settings;
        Ok(Report { client, settings_file, pack_digest, names, repeat, ..report })
    }
}

fn no_client() -> Failure {
    Failure::usage(
        "there is no client to check\n  help: name a program after `--`, as in `caketester client -- php push.php {lead_id}`, or once \
         and for all in caketester.yaml, which `caketester init` writes; --builtin checks the built-in client, and --observe needs none",
    )
}

impl Arguments {
    /// Fills in what the settings say and the command line does not.
    fn settle(&mut self, context: &Context<'_>) -> Result<Settings, Failure> {
        if self.repeat.is_some() && (self.all_at_once.batch || self.all_at_once.observe) {
            return Err(Failure::usage(
                "--repeat puts each scenario to a client that is started for each update; with --batch it is started once for all of \
                 them, and with --observe not at all\n  help: run the whole several times, each with --report json=PATH, and compare \
                 them with `caketester report diff`",
            ));
        }
        if self.jobs.is_some() && self.all_at_once.batch {
            return Err(Failure::usage(
                "--jobs says how many programs run at once, and --batch starts one program for all updates\n  help: leave --jobs out; the \
                 program itself may send several updates at once",
            ));
        }
        let settings = self.settings.settle(context)?;
        if self.command.is_empty() && !self.is_without_a_program() {
            self.command = settings.run.iter().map(OsString::from).collect();
        }
        self.run.pack.pack = self.run.pack.pack.take().or(settings.pack.clone());
        if self.outcome_exit.is_empty() {
            self.outcome_exit.clone_from(&settings.outcome_exit);
        }
        Ok(settings)
    }

    fn is_without_a_program(&self) -> bool {
        self.builtin || self.all_at_once.observe
    }

    /// The program and its arguments; none for the built-in client and for an observation.
    fn subject(&self) -> Result<Option<(OsString, Vec<String>)>, Failure> {
        match (self.is_without_a_program(), self.command.split_first()) {
            (true, _) => Ok(None),
            (false, Some((program, rest))) => Ok(Some((program.clone(), as_text(rest)?))),
            (false, None) => Err(no_client()),
        }
    }

    /// Every file that is written at the end.
    fn written<'p>(&'p self, settings: &'p Settings) -> Vec<&'p Path> {
        let reports = self.run.report.iter().map(ReportArgument::path);
        let certificate = self.certificate.iter().flat_map(CertificatePath::paths);
        let baseline = updated(settings.baseline.as_deref(), self.settings.update_baseline);
        reports.chain(certificate).chain(baseline).collect()
    }

    /// What is known before a run to withhold its certificate.
    fn withholds(&self, run: &ClientRun) -> Vec<String> {
        let selected = run.terms.selection.of(&run.terms.pack);
        let any = |is_meant: fn(&Scenario) -> bool| selected.iter().any(|entry| is_meant(&entry.scenario));
        let (batch, observe) = (self.all_at_once.batch, self.all_at_once.observe);
        let parts = format!("{} of the pack's {} scenarios are selected", selected.len(), run.terms.pack.entries.len());
        let reasons = [
            (self.builtin, "the built-in client gets none, so name your program after `--`".to_owned()),
            (selected.len() < run.terms.pack.entries.len(), parts),
            (
                (batch || observe) && !self.all_at_once.with_timed && any(Scenario::is_timed),
                "scenarios in which the server stalls are left out, so add --with-timed".to_owned(),
            ),
            (
                observe && !self.all_at_once.with_certificates && any(is_about_certificates),
                "bad certificates are not shown, so add --tls --with-certificates".to_owned(),
            ),
        ];
        reasons.into_iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason).collect()
    }

    /// How long a step may take, or a batch. What the file and the environment say is about a step.
    fn patience(&self, settings: &Settings) -> Duration {
        Duration::from_secs(match (self.timeout, self.all_at_once.batch) {
            (Some(timeout), _) => timeout,
            (None, true) => TIMEOUT_OF_A_BATCH,
            (None, false) => settings.timeout.unwrap_or(TIMEOUT),
        })
    }

    /// The command that repeats one scenario: what bears on its verdict is in it.
    fn command_to_repeat(&self, given: &Given<'_>, settings: &Settings, shown: Option<&str>) -> Repeat {
        // In a batch and in an observation no exit code is read, and the time limit is another.
        let is_each_started = !self.all_at_once.batch && !self.all_at_once.observe;
        let of_variables = settings.variables.as_options(|id| given.has(id), is_each_started);
        // In a run for all networks, each has a command of its own.
        let of_all = self.settings.words.network.as_ref().filter(|_| given.has("all_networks"));
        let network = of_all.map_or_else(String::new, |name| format!(" --network {}", shell_words::quote(name)));
        Repeat {
            before: format!("caketester client{network}{of_variables}{} --only", given.options()),
            after: match shown {
                Some(shown) => format!("-- {shown}"),
                None if self.all_at_once.observe => String::new(),
                None => "--builtin".to_owned(),
            },
        }
    }

    /// Runs the scenarios with the chosen kind of client.
    fn check(
        &self,
        run: ClientRun,
        subject: Option<(OsString, Vec<String>)>,
        patience: Duration,
        scratch: &Scratch,
        context: &Context<'_>,
        output: &Output,
    ) -> Result<Report, Failure> {
        let mut live = live(context, output);
        let folder = scratch.path().to_owned();
        match subject {
            None if self.all_at_once.observe => observed(&self.all_at_once, run, context, output),
            None => {
                let subject = Reference::new(run.transport.authority.der())?;
                execute(|ending| check_client(run, Arc::new(subject), &mut *live, ending))
            }
            Some((program, rest)) if self.all_at_once.batch => {
                let (batch, format) = (self.all_at_once.batch(), self.all_at_once.cases_format);
                let program = BatchProgram::new(program, &rest, format, patience, folder, context.env)?;
                execute(|ending| check_batch(run, batch, program, &mut *live, ending))
            }
            Some((program, rest)) => {
                let exit_codes = ExitCodes::new(&self.outcome_exit).map_err(Failure::usage)?;
                let program = Program::new(program, &rest, exit_codes, patience, folder, context.env)?;
                execute(|ending| check_client(run, Arc::new(program), &mut *live, ending))
            }
        }
    }
}

fn as_text(arguments: &[OsString]) -> Result<Vec<String>, Failure> {
    let text = |argument: &OsString| {
        let told = || Failure::usage(format!("the argument {} is not UTF-8", argument.display()));
        argument.to_str().map(str::to_owned).ok_or_else(told)
    };
    arguments.iter().map(text).collect()
}

//! `caketester client`

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::cli::checking::all_at_once::AllAtOnceArguments;
use crate::cli::checking::baseline::{known, update, updated};
use crate::cli::checking::certificate::{CertificatePath, insist_on_a_name};
use crate::cli::checking::fields;
use crate::cli::checking::observe::observe;
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::options::every_run::RunArguments;
use crate::cli::options::given::Given;
use crate::cli::options::headings::{CLIENT, DECIDES, NETWORK, REPORTS, WHICH};
use crate::cli::options::open::InstanceArgument;
use crate::cli::options::seconds::seconds;
use crate::cli::output::insist_on_a_place_for_each;
use crate::cli::reporting::sinks::{self, ReportArgument, each_in_a_line, live, write_together};
use crate::cli::scratch::Scratch;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{all_networks, heading};
use crate::cli::setup::settings::{SettingArguments, Settings, Words};
use crate::cli::setup::transport::{TransportArguments, guarded};
use crate::cli::signals::execute;
use crate::judge::{Exit, Repeat, Report, SubjectReport, Terms};
use crate::pack::Shard;
use crate::rules::Rules;
use crate::run::{ClientRun, check_batch, check_client, is_about_certificates};
use crate::scenario::Scenario;
use crate::subject::{BatchProgram, ExitCodes, ExitMeaning, Launch, Program, Reference};

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
Alternatively, it can write {\"outcome\": \"rejected\", \"code\": 3} into the file whose path is
in CAKETESTER_OUTCOME, in which case its exit code is ignored.";

/// The default number of clients that wait at once: they compute nothing meanwhile.
const WAITING_JOBS: usize = 64;

/// The default number of seconds for a step.
const TIMEOUT: u64 = 30;
/// The same for a whole batch.
const TIMEOUT_OF_A_BATCH: u64 = 600;

#[derive(Debug, Clone, Args)]
#[expect(clippy::doc_markdown, reason = "--help shows this text as it is")]
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
    /// 30 per step, 600 per batch [env: CAKETESTER_TIMEOUT, for a step]
    #[arg(help_heading = CLIENT, long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = |text: &str| seconds(text, 1..=86_400))]
    timeout: Option<u64>,
    /// Which exit codes stand for which outcome, such as rejected=2 or unknown=3,4; by default updated=0, rejected=10, unknown=11;
    /// repeatable [env: CAKETESTER_OUTCOME_EXIT]
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
    /// The program and its arguments [env: CAKETESTER_RUN]
    #[arg(last = true, value_name = "PROGRAM")]
    command: Vec<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments, given: &Given<'_>, context: &Context<'_>) -> Result<Exit, Failure> {
    if !arguments.all_networks {
        let prepared = arguments.clone().prepare(given, context)?;
        prepared.note(context);
        return Ok(prepared.finish(context)?.1);
    }
    let folder = Config::open(arguments.settings.words.config.as_deref())?.folder;
    let prepare = |name: &String| {
        let prepared = arguments.clone().for_network(name).prepare(given, context);
        prepared.map_err(|failure| failure.of_network(name))
    };
    // What is wrong with any of them is said before the first begins.
    let prepared = all_networks(&folder)?.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
    prepared.iter().take(1).for_each(|first| first.note(context));
    let mut exit = Exit::Success;
    let mut reports = Vec::new();
    for prepared in prepared {
        let (report, of_one) = prepared.finish(context)?;
        exit = exit.and(of_one);
        context.output.out("\n");
        let is_interrupted = report.interrupted;
        reports.push(report);
        if is_interrupted {
            break;
        }
    }
    context.output.out(&each_in_a_line(&reports));
    write_together(&reports, &arguments.run.report, &context.output)?;
    Ok(exit)
}

/// A run that can begin: all mistakes of usage have been reported.
pub(super) struct Prepared {
    arguments: Arguments,
    settings: Settings,
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

    pub(super) fn prepare(mut self, given: &Given<'_>, context: &Context<'_>) -> Result<Prepared, Failure> {
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
        let is_without_a_program = self.builtin || self.all_at_once.observe;
        if self.command.is_empty() && !is_without_a_program {
            self.command.clone_from(&settings.run);
        }
        self.run.pack.pack = self.run.pack.pack.take().or(settings.pack.clone());
        if self.outcome_exit.is_empty() {
            self.outcome_exit.clone_from(&settings.outcome_exit);
        }
        let certificate = self.certificate.as_ref().map(CertificatePath::paths);
        let baseline = updated(settings.baseline.as_deref(), self.settings.update_baseline);
        let written = self.run.report.iter().map(ReportArgument::path).chain(baseline);
        let written = written.chain(certificate.iter().flatten().map(PathBuf::as_path));
        insist_on_a_place_for_each(&written.collect::<Vec<_>>())?;
        insist_on_a_name(self.certificate.as_ref(), &settings.client)?;
        if self.command.is_empty() && !is_without_a_program {
            return Err(Failure::usage(NO_CLIENT));
        }
        let written = self.run.pack.open(context)?;
        let snapshots = self.run.survey(context, &written)?;
        let words = &settings.words;
        let pack = self.instance.under(written)?.in_network(&words.names, words.network.as_ref())?;
        let pack = Arc::new(pack);
        let pack_digest = pack.digest()?;
        let baseline = known(settings.baseline.as_deref(), self.settings.update_baseline, &pack)?;
        let subject = self.under_test();
        let repeat = self.command_to_repeat(given, &settings, &subject);
        let scratch = Scratch::new()?;
        let selection = self.run.selection.clone().select_shard(&pack, self.shard, &context.output)?;
        let terms = Terms {
            ci: self.run.is_ci(context),
            snapshots,
            subject,
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
            transport: self.transport.open(&scratch, !self.command.is_empty(), &context.output)?,
        };
        Ok(Prepared { arguments: self, settings, run, pack_digest, repeat, scratch })
    }

    /// What the report calls the client: without a command it is the built-in one, or none that was started.
    fn under_test(&self) -> SubjectReport {
        let command = shell_words::join(&self.command);
        match (self.command.is_empty(), &self.all_at_once) {
            (true, at_once) if at_once.observe => SubjectReport::Observed { url: String::new() },
            (true, _) => SubjectReport::Builtin,
            (false, at_once) if at_once.batch => SubjectReport::Batch { command },
            (false, _) => SubjectReport::Program { command },
        }
    }

    /// The command that repeats one scenario: what bears on its verdict is in it.
    fn command_to_repeat(&self, given: &Given<'_>, settings: &Settings, subject: &SubjectReport) -> Repeat {
        // In a batch and in an observation no exit code is read, and the time limit is another.
        let is_each_started = !self.all_at_once.batch && !self.all_at_once.observe;
        let of_variables = settings.words.variables.as_options(|id| given.has(id), is_each_started);
        // In a run for all networks, each has a command of its own.
        let of_all = self.settings.words.network.as_ref().filter(|_| given.has("all_networks"));
        let network = of_all.map_or_else(String::new, |name| format!(" --network {}", shell_words::quote(name)));
        Repeat {
            before: format!("caketester client{network}{of_variables}{} --only", given.options()),
            after: match subject {
                SubjectReport::Program { command } | SubjectReport::Batch { command } => format!("-- {command}"),
                SubjectReport::Builtin => "--builtin".to_owned(),
                SubjectReport::Observed { .. } | SubjectReport::Endpoint { .. } => String::new(),
            },
        }
    }
}

const NO_CLIENT: &str = "there is no client to check\n  help: name a program after `--`, as in `caketester client -- php push.php {lead_id}`, \
    or once and for all in caketester.yaml, which `caketester init` writes; --builtin checks the built-in client, and --observe needs none";

impl Prepared {
    /// Prints notes before the run.
    fn note(&self, context: &Context<'_>) {
        let output = &context.output;
        self.settings.note(output);
        if context.live && self.run.transport.guard.is_some() {
            output.err(&format!("note: {}\n", guarded()));
        }
        output.err(&fields::unknown(&self.arguments.command, &self.run.terms.pack));
        let doubt = ExitMeaning::doubt(&self.arguments.outcome_exit).filter(|_| !self.arguments.command.is_empty());
        if let Some(doubt) = doubt {
            output.err(&format!(
                "note: {doubt}
"
            ));
        }
        let withholds = self.withholds_the_certificate();
        if self.arguments.certificate.is_some() && !withholds.is_empty() {
            output.err(&format!("note: this run will get no certificate: {}\n", withholds.join("; ")));
        }
    }

    /// What is known before a run to withhold its certificate.
    fn withholds_the_certificate(&self) -> Vec<String> {
        let (terms, at_once) = (&self.run.terms, &self.arguments.all_at_once);
        let (selected, all) = (terms.selection.of(&terms.pack), terms.pack.entries.len());
        let any = |is_meant: fn(&Scenario) -> bool| selected.iter().any(|entry| is_meant(&entry.scenario));
        let stalls_are_left_out = (at_once.batch || at_once.observe) && !at_once.with_timed && any(Scenario::is_timed);
        let certificates_are_not_shown = at_once.observe && !at_once.with_certificates && any(is_about_certificates);
        let reasons = [
            (self.arguments.builtin, "the built-in client gets none, so name your program after `--`".to_owned()),
            (selected.len() < all, format!("{} of the pack's {all} scenarios are selected", selected.len())),
            (stalls_are_left_out, "scenarios in which the server stalls are left out, so add --with-timed".to_owned()),
            (certificates_are_not_shown, "bad certificates are not shown, so add --tls --with-certificates".to_owned()),
        ];
        reasons.into_iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason).collect()
    }

    /// Runs it to the end, and writes its reports, and its certificate where one was asked for.
    fn finish(self, context: &Context<'_>) -> Result<(Report, Exit), Failure> {
        let (certificate, wanted) = (self.arguments.certificate.clone(), self.arguments.run.report.clone());
        let report = self.conduct(context)?;
        let exit = sinks::finish(&report, &wanted, context)?;
        let issued = certificate.map_or(Ok(Exit::Success), |path| path.issue(&report, &context.output))?;
        Ok((report, exit.and(issued)))
    }

    /// Runs the scenarios with the chosen kind of client.
    pub(super) fn conduct(self, context: &Context<'_>) -> Result<Report, Failure> {
        let output = &context.output;
        let Self { arguments, settings, run, pack_digest, repeat, scratch } = self;
        output.out(&settings.words.network.as_ref().map_or_else(String::new, heading));
        let (baseline, today, ci) = (run.terms.baseline.clone(), run.terms.today, run.terms.ci);
        let (at_once, folder) = (&arguments.all_at_once, scratch.path().to_owned());
        let mut live = live(context);
        let mut report = match arguments.command.split_first() {
            None if at_once.observe => observe(at_once, run, context)?,
            None => {
                let subject = Reference::new(run.transport.authority.der())?;
                execute(|ending| check_client(run, Arc::new(subject), &mut *live, ending))?
            }
            Some((program, rest)) if at_once.batch => {
                // What the file and the environment say of a time is about a step.
                let patience = Duration::from_secs(arguments.timeout.unwrap_or(TIMEOUT_OF_A_BATCH));
                let format = at_once.cases_format;
                let launch = Launch::new(program.into(), (rest, true), patience, folder, context.env)?;
                let program = BatchProgram { launch, format };
                execute(|ending| check_batch(run, at_once.batch(), program, &mut *live, ending))?
            }
            Some((program, rest)) => {
                let exit_codes = ExitCodes::new(&arguments.outcome_exit).map_err(Failure::usage)?;
                let patience = Duration::from_secs(arguments.timeout.or(settings.timeout).unwrap_or(TIMEOUT));
                let launch = Launch::new(program.into(), (rest, false), patience, folder, context.env)?;
                let program = Program { launch, exit_codes };
                execute(|ending| check_client(run, Arc::new(program), &mut *live, ending))?
            }
        };
        if arguments.settings.update_baseline {
            update(settings.baseline.as_deref(), &baseline, &mut report, (today, ci), output)?;
        }
        let Words { names, config, .. } = settings.words;
        Ok(Report { client: settings.client, settings_file: config.file, pack_digest, names, repeat, ..report })
    }
}

//! `caketester client judge`: outcomes that are handed in for an observation that is over.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::baseline::{known, update, updated};
use super::context::{Context, today};
use super::failure::Failure;
use super::given::Given;
use super::open::{PackArgument, in_words};
use super::output::{Output, insist_on_a_place_for_each};
use super::reports::{self, ReportArgument};
use super::scratch::Scratch;
use super::settings::SettingArguments;
use super::transport::TransportArguments;
use crate::nearest::nearest;
use crate::pack::Selection;
use crate::rules::Rules;
use crate::run::{ClientRun, Exit, Record, Repeat, Report, SnapshotReport, SubjectReport};
use crate::secret::Redactor;
use crate::subject::Outcomes;

const EXAMPLES: &str = "\
The outcomes are JSON lines, JSON or CSV, by lead:
  {\"lead_id\": \"5A1E0003\", \"outcome\": \"rejected\", \"code\": 3}
outcome is updated, rejected or unknown; code may be left out. Leads that have several
updates are told in their order, or by a step beside the lead.";

#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What `client --observe --journal FILE` wrote
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    /// What the system showed for each lead
    #[arg(long, value_name = "FILE")]
    outcomes: PathBuf,
    #[command(flatten)]
    pack: PackArgument,
    #[command(flatten)]
    settings: SettingArguments,
    /// Write a report: json=PATH or junit=PATH; may be given several times
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<ReportArgument>,
}

pub(super) fn run(
    mut arguments: Arguments,
    given: &Given<'_>,
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    let path = arguments.journal.display().to_string();
    let text = std::fs::read_to_string(&arguments.journal).map_err(|error| {
        let help = "`caketester client --observe --port N --journal FILE` writes one";
        Failure::usage(format!("cannot read the journal {path}: {error}\n  help: {help}"))
    })?;
    let record = Record::read(&path, &text).map_err(|error| Failure::usage(error.to_string()))?;
    // What was observed was in one network's words, and is judged in them.
    arguments.settings.words.network = arguments.settings.words.network.take().or(record.network.clone());
    let settings = arguments.settings.settle(context)?;
    settings.note(output);
    let judged = settings.network.as_ref().map(|network| &network.name);
    if judged != record.network.as_ref() {
        let called =
            |name: Option<&String>| name.map_or_else(|| "no network".to_owned(), |name| format!("network {name}"));
        let message = format!("{path} is of {}, not of {}", called(record.network.as_ref()), called(judged));
        let help = match &record.network {
            Some(name) => format!("write `--network {name}`, or leave it out"),
            None => "take `network` out of caketester.yaml, or name a file without it with --config".to_owned(),
        };
        return Err(Failure::usage(format!("{message}\n  help: {help}")));
    }
    let baseline = updated(settings.baseline.as_deref(), arguments.settings.update_baseline);
    let written: Vec<_> = arguments.report.iter().map(ReportArgument::path).chain(baseline).collect();
    insist_on_a_place_for_each(&written)?;
    arguments.pack.pack = arguments.pack.pack.or(settings.pack);
    let pack = arguments.pack.open_as_written(context, output)?;
    let pack = Arc::new(in_words(pack, &settings.names, settings.network.as_ref())?);
    let pack_digest = pack.digest()?;
    let today = today();
    let baseline = known(settings.baseline.as_deref(), arguments.settings.update_baseline, &pack)?;
    let outcomes = outcomes(&arguments, &record, &pack.redactor)?;
    let scratch = Scratch::new()?;
    let selection = Selection { only: record.scenarios().to_vec(), ..Selection::default() };
    let baseline = baseline.within(&selection, &pack);
    let run = ClientRun {
        selection,
        pack,
        jobs: 1,
        waiting_jobs: 1,
        runs: 1,
        fail_fast: false,
        ci: false,
        snapshots: SnapshotReport::default(),
        subject: SubjectReport::Observed { url: record.url.clone() },
        transport: TransportArguments::default().open(&scratch, false, output)?,
        rules: Rules::default(),
        strict: settings.strict,
        baseline: baseline.clone(),
        today,
        cannot: settings.cannot,
    };
    let mut report = record.judge(&run, &outcomes).map_err(|error| Failure::usage(error.to_string()))?;
    if arguments.settings.update_baseline {
        update(settings.baseline, &baseline, &mut report, (today, false), output)?;
    }
    let port = record.url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    let repeat = Repeat {
        before: format!("caketester client --observe --port {port}{} --only", given.options()),
        after: String::new(),
    };
    let report = Report {
        client: settings.client,
        settings_file: settings.file,
        pack_digest,
        names: settings.names,
        repeat,
        ..report
    };
    reports::finish(report, &arguments.report, context, output)
}

/// The outcomes, each for a lead that was observed.
fn outcomes(arguments: &Arguments, record: &Record, redactor: &Redactor) -> Result<Outcomes, Failure> {
    let path = arguments.outcomes.display();
    let read = Outcomes::read(&arguments.outcomes, redactor).map_err(|error| Failure::usage(error.to_string()))?;
    let read = read
        .ok_or_else(|| Failure::usage(format!("there is no file {path}; --outcomes names what the system showed")))?;
    if let Some(mistake) = read.mistake() {
        return Err(Failure::usage(format!(
            "{path}, {mistake}\n  help: `caketester client judge --help` shows how outcomes are written"
        )));
    }
    let leads: Vec<&str> = record.leads().collect();
    if let Some(unknown) = read.leads().find(|lead| !leads.contains(lead)) {
        let help = match nearest(unknown, leads) {
            Some(nearest) => format!("was {nearest:?} meant?"),
            None => "only what arrived can be judged; take the line out".to_owned(),
        };
        return Err(Failure::usage(format!(
            "{path} tells of lead {unknown:?}, and nothing arrived for it\n  help: {help}"
        )));
    }
    Ok(read)
}

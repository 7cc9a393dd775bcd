//! `caketester judge`: a run that is over is judged again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use crate::cli::checking::baseline::{known, update, updated};
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::options::headings::REPORTS;
use crate::cli::options::open::{InstanceArgument, PackArgument};
use crate::cli::output::insist_on_a_place_for_each;
use crate::cli::reporting::report::read;
use crate::cli::reporting::sinks::{self, ReportArgument};
use crate::cli::setup::settings::{SettingArguments, Settings};
use crate::judge::{Baseline, ClientName, Exit, Report, Terms, rejudge};
use crate::nearest::nearest;
use crate::pack::{Pack, Selection};
use crate::rules::Rules;
use crate::secret::Redactor;
use crate::snapshot::sha256;
use crate::subject::Outcomes;

const EXAMPLES: &str = "\
The client is not started: the report holds everything recorded about it.

The outcomes file is JSON Lines, JSON or CSV. Each entry gives a lead ID and its outcome:
  {\"lead_id\": \"5A1E0003\", \"outcome\": \"rejected\", \"code\": 3}
The outcome is one of: updated, rejected, unknown. The code may be left out. If a lead has
several updates, list their outcomes in order, or give the name of the step in each entry,
such as \"step\": \"second\".";

#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// A report that a run wrote with --report json=PATH
    #[arg(value_name = "REPORT")]
    judged: PathBuf,
    /// The client's outcome for each lead; replaces the outcomes of the run
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    #[command(flatten)]
    pack: PackArgument,
    #[command(flatten)]
    instance: InstanceArgument,
    #[command(flatten)]
    settings: SettingArguments,
    /// Write a report: html=PATH, json=PATH, junit=PATH or markdown=PATH; repeatable
    #[arg(help_heading = REPORTS, long, value_name = "FORMAT=PATH")]
    report: Vec<ReportArgument>,
}

pub(in crate::cli) fn run(mut arguments: Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let path = arguments.judged.clone();
    let before = read(&path)?;
    // What was seen was in one network's words, and is judged in them.
    arguments.settings.words.network = arguments.settings.words.network.take().or(before.network.clone());
    let settings = arguments.settings.settle(context)?;
    settings.note(output);
    insist_on_the_network(&path, &before, &settings)?;
    let file = updated(settings.baseline.as_deref(), arguments.settings.update_baseline);
    let written: Vec<_> = arguments.report.iter().map(ReportArgument::path).chain(file).collect();
    insist_on_a_place_for_each(&written)?;
    let pack = PackArgument { pack: arguments.pack.pack.or(settings.pack) }.or_of_run(&before.pack).open(context)?;
    let pack = arguments.instance.of_run(before.behaviour.as_ref(), pack)?;
    let names = if settings.words.names.is_empty() { &before.names } else { &settings.words.names };
    let pack = Arc::new(pack.in_network(names, settings.words.network.as_ref())?);
    let digest = pack.digest()?;
    if digest != before.pack_digest {
        let help = "take the pack, and the caketester, of the run, to see it judged as it was";
        output.err(&format!("note: the pack has changed since {}\n  help: {help}\n", path.display()));
    }
    let outcomes = arguments.outcomes.as_deref().map(|file| outcomes(file, &before, &pack.redactor)).transpose()?;
    let baseline = known(settings.baseline.as_deref(), arguments.settings.update_baseline, &pack)?;
    let mut terms = terms_of(&before, pack, today());
    terms.baseline = baseline.within(&terms.selection, &terms.pack);
    terms.strict = settings.strict.unwrap_or(terms.strict);
    if !settings.cannot.is_empty() {
        terms.cannot = settings.cannot;
    }
    let client = ClientName {
        name: settings.client.name.or_else(|| before.client.name.clone()),
        version: settings.client.version.or_else(|| before.client.version.clone()),
    };
    let mut report = rejudge(&terms, before, outcomes.as_ref())
        .map_err(|error| Failure::usage(format!("cannot judge {}: {error}", path.display())))?;
    report.pack_digest = digest;
    report.client = client;
    if arguments.settings.update_baseline {
        let file = settings.baseline.as_deref();
        update(file, &terms.baseline, &mut report, (terms.today, false), output)?;
    }
    sinks::finish(&report, &arguments.report, context)
}

/// The terms by which a run was judged, as its report tells them.
pub(in crate::cli) fn terms_of(report: &Report, pack: Arc<Pack>, today: Date) -> Terms {
    let only = report.scenarios.iter().map(|scenario| scenario.id.clone()).collect();
    Terms {
        pack,
        selection: Selection { only, ..Selection::default() },
        ci: false,
        snapshots: report.snapshots.clone(),
        subject: report.subject.clone(),
        rules: Rules::default(),
        strict: report.is_strict(),
        baseline: Baseline::default(),
        today,
        cannot: report.verdict.as_ref().map(|verdict| verdict.out_of_scope.clone()).unwrap_or_default(),
    }
}

/// By what a report can be known again.
pub(in crate::cli) fn fingerprint(report: &str) -> String {
    format!("sha256:{}", sha256(report.as_bytes()))
}

fn insist_on_the_network(path: &Path, before: &Report, settings: &Settings) -> Result<(), Failure> {
    let judged = settings.words.network.as_ref().map(|network| &network.name);
    if judged == before.network.as_ref() {
        return Ok(());
    }
    let called = |name: Option<&String>| name.map_or_else(|| "no network".to_owned(), |name| format!("network {name}"));
    let message = format!("{} is of {}, not of {}", path.display(), called(before.network.as_ref()), called(judged));
    let help = match &before.network {
        Some(name) => format!("write `--network {name}`, or leave it out"),
        None => "take `network` out of caketester.yaml, or name a file without it with --config".to_owned(),
    };
    Err(Failure::usage(format!("{message}\n  help: {help}")))
}

/// The outcomes, each for a lead of the run.
fn outcomes(file: &Path, before: &Report, redactor: &Redactor) -> Result<Outcomes, Failure> {
    let path = file.display();
    let missing = || Failure::usage(format!("there is no file {path}; --outcomes names what the client concluded"));
    let read = Outcomes::read(file, redactor)?.ok_or_else(missing)?;
    if let Some(mistake) = read.mistake() {
        let help = "`caketester judge --help` shows how outcomes are written";
        return Err(Failure::usage(format!("{path}, {mistake}\n  help: {help}")));
    }
    let steps = before.scenarios.iter().flat_map(|scenario| &scenario.steps);
    let leads: Vec<&str> = steps.map(|step| &*step.update.lead_id).collect();
    let Some(unknown) = read.leads().find(|lead| !leads.contains(lead)) else { return Ok(read) };
    let help = match nearest(unknown, leads) {
        Some(nearest) => format!("did you mean {nearest:?}?"),
        None => "only what arrived can be judged; take the line out".to_owned(),
    };
    let message = format!("{path} has an outcome for lead {unknown:?}, but no request arrived for it");
    Err(Failure::usage(format!("{message}\n  help: {help}")))
}

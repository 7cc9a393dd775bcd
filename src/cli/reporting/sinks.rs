//! `--report FORMAT=PATH`, and what a run shows on the way.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::signals::end_when_asked;
use crate::judge::{Exit, Report};
use crate::live::ProbeReport;
use crate::render::{
    annotations, html, human, json, junit, junit_of_all, lines, markdown, probe_json, probe_junit, progress,
    without_commands,
};
use crate::run::Observer;
use crate::secret::Redactor;

/// One `--report`.
#[derive(Debug, Clone)]
pub(in crate::cli) struct ReportArgument {
    format: Format,
    path: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Html,
    Json,
    Junit,
    Markdown,
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(argument: &str) -> Result<Self, String> {
        let (format, path) =
            argument.split_once('=').ok_or("it is of the form FORMAT=PATH, for example junit=report.xml")?;
        let unknown = |_| format!("unknown format {format:?}; the formats are html, json, junit and markdown");
        let format = <Format as ValueEnum>::from_str(format, false).map_err(unknown)?;
        if path.is_empty() {
            return Err("the path is empty".into());
        }
        Ok(Self { format, path: path.into() })
    }
}

/// A `--report` of a command that probes an endpoint.
pub(in crate::cli) fn of_probes(argument: &str) -> Result<ReportArgument, String> {
    let wanted: ReportArgument = argument.parse()?;
    match wanted.format {
        Format::Json | Format::Junit => Ok(wanted),
        Format::Html | Format::Markdown => Err("the report of a probe is written as json or junit".to_owned()),
    }
}

/// Writes every report of a probe that was asked for.
pub(in crate::cli) fn write_of_probes(
    report: &ProbeReport,
    wanted: &[ReportArgument],
    output: &Output,
) -> Result<(), Failure> {
    each_tried(wanted, |format, path| match format {
        Format::Junit => output.file(path, &probe_junit(report)),
        _ => output.file(path, &probe_json(report)),
    })
}

/// Writes every report that was asked for, shows the one for a person, and returns the exit code.
pub(in crate::cli) fn finish(
    report: &Report,
    wanted: &[ReportArgument],
    context: &Context<'_>,
) -> Result<Exit, Failure> {
    let output = &context.output;
    output.learn_more(&Redactor::new(report.keys().cloned()));
    let report = &output.masked(report);
    end_when_asked(Exit::Harness);
    show(report, context);
    tell_github(report, context);
    write(report, wanted, output)?;
    Ok(report.exit)
}

fn is_in_actions(context: &Context<'_>) -> bool {
    (context.env)("GITHUB_ACTIONS").as_deref() == Some("true")
}

/// Within GitHub Actions, what is wrong is shown as annotations, and the report on the page of the job.
fn tell_github(report: &Report, context: &Context<'_>) {
    let output = &context.output;
    // The report of all shards tells what each would.
    if !is_in_actions(context) || report.shard.is_some() {
        return;
    }
    // GitHub knows files by their path in the repository, wherever in it this runs.
    let repository = (context.env)("GITHUB_WORKSPACE").map(PathBuf::from);
    output.out(&annotations(report, |file| {
        let absolute = std::path::absolute(file).ok()?;
        let below = repository.as_ref().map_or(Some(Path::new(file)), |root| absolute.strip_prefix(root).ok());
        below.map(|path| path.to_string_lossy().replace('\\', "/"))
    }));
    let summary = (context.env)("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
    // Nobody asked for that page; a run that went well is not failed by it.
    if let Some(Err(failure)) = summary.map(|path| output.append(Path::new(&path), &markdown(report))) {
        output.err(&format!("note: the page of the job goes without this report (GITHUB_STEP_SUMMARY): {failure}\n"));
    }
}

/// Shows the report for a person.
pub(in crate::cli) fn show(report: &Report, context: &Context<'_>) {
    let page = human(report, context.color);
    context.output.out(&if is_in_actions(context) { without_commands(&page) } else { page });
}

/// Writes every report that was asked for.
pub(in crate::cli) fn write(report: &Report, wanted: &[ReportArgument], output: &Output) -> Result<(), Failure> {
    each_tried(wanted, |format, path| match format {
        Format::Html => output.file(path, &html(report)),
        Format::Json => output.file_of_masked(path, &json(report)),
        Format::Junit => output.file(path, &junit(report)),
        Format::Markdown => output.file(path, &markdown(report)),
    })
}

/// Writes the reports that all networks share.
pub(in crate::cli) fn write_together(
    reports: &[Report],
    wanted: &[ReportArgument],
    output: &Output,
) -> Result<(), Failure> {
    let reports: Vec<Report> = reports.iter().map(|report| output.masked(report)).collect();
    each_tried(wanted, |format, path| match format {
        Format::Junit => output.file(path, &junit_of_all(&reports)),
        Format::Markdown => output.file(path, &reports.iter().map(markdown).collect::<Vec<_>>().join("\n")),
        Format::Html | Format::Json => Ok(()),
    })
}

/// The first failure of all that is written. Every one is tried, so that one bad path does not cost the others.
fn each_tried(wanted: &[ReportArgument], write: impl Fn(Format, &Path) -> Result<(), Failure>) -> Result<(), Failure> {
    let written: Vec<_> = wanted.iter().map(|wanted| write(wanted.format, &wanted.path)).collect();
    written.into_iter().collect()
}

/// What became of each network.
pub(in crate::cli) fn each_in_a_line(reports: &[Report]) -> String {
    let name = |report: &Report| report.network.clone().unwrap_or_default();
    let width = reports.iter().map(|report| name(report).len()).max().unwrap_or_default();
    let line = |report: &Report| format!("{:width$}  {}\n", name(report), report.exit.meaning());
    reports.iter().map(line).collect()
}

/// A path with a name before its ending: `report.northgrid.html`.
fn with_name(path: &Path, name: &str) -> PathBuf {
    let mut extension = OsString::from(name);
    if let Some(own) = path.extension() {
        extension.push(".");
        extension.push(own);
    }
    path.with_extension(extension)
}

impl ReportArgument {
    /// The same for one of several networks; none where all share one file.
    pub(in crate::cli) fn of_network(&self, name: &str) -> Option<Self> {
        let Self { format, path } = self;
        matches!(format, Format::Html | Format::Json).then(|| Self { format: *format, path: with_name(path, name) })
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }
}

/// Shows progress: a bar for a person, lines for a log.
pub(in crate::cli) fn live(context: &Context<'_>) -> Box<Observer<'static>> {
    if context.live {
        return Box::new(progress(context.color));
    }
    let output = context.output.clone();
    Box::new(lines(move |line| output.out(line), context.color))
}

//! `--report FORMAT=PATH`, and what a run shows on the way.

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
    each_tried(wanted.iter().map(|wanted| match wanted.format {
        Format::Junit => output.file(&wanted.path, &probe_junit(report)),
        _ => output.file(&wanted.path, &probe_json(report)),
    }))
}

/// Writes every report that was asked for, shows the one for a person, and returns the exit code.
pub(in crate::cli) fn finish(
    report: Report,
    wanted: &[ReportArgument],
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    output.learn_more(&Redactor::new(report.keys().cloned()));
    let report = &output.masked(report);
    end_when_asked(Exit::Harness);
    show(report, context, output);
    tell_github(report, context, output);
    write(report, wanted, output)?;
    Ok(report.exit)
}

fn is_in_actions(context: &Context<'_>) -> bool {
    (context.env)("GITHUB_ACTIONS").as_deref() == Some("true")
}

/// Within GitHub Actions, what is wrong is shown as annotations, and the report on the page of the job.
fn tell_github(report: &Report, context: &Context<'_>, output: &Output) {
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
pub(in crate::cli) fn show(report: &Report, context: &Context<'_>, output: &Output) {
    let page = human(report, context.color);
    output.out(&if is_in_actions(context) { without_commands(&page) } else { page });
}

/// Writes every report that was asked for.
pub(in crate::cli) fn write(report: &Report, wanted: &[ReportArgument], output: &Output) -> Result<(), Failure> {
    each_tried(wanted.iter().map(|wanted| wanted.write(report, output)))
}

/// The first failure of all that is written. Every one is tried, so that one bad path does not cost the others.
fn each_tried(written: impl Iterator<Item = Result<(), Failure>>) -> Result<(), Failure> {
    written.collect::<Vec<_>>().into_iter().collect()
}

/// Writes the reports that all networks share.
pub(in crate::cli) fn write_together(
    reports: &[Report],
    wanted: &[ReportArgument],
    output: &Output,
) -> Result<(), Failure> {
    let reports: Vec<Report> = reports.iter().map(|report| output.masked(report.clone())).collect();
    let shared = wanted.iter().filter_map(|wanted| {
        let text = match wanted.format {
            Format::Junit => junit_of_all(&reports),
            Format::Markdown => reports.iter().map(markdown).collect::<Vec<_>>().join("\n"),
            Format::Html | Format::Json => return None,
        };
        Some(output.file(&wanted.path, &text))
    });
    each_tried(shared)
}

/// What became of each network.
pub(in crate::cli) fn each_in_a_line(reports: &[Report]) -> String {
    let name = |report: &Report| report.network.clone().unwrap_or_default();
    let width = reports.iter().map(|report| name(report).len()).max().unwrap_or_default();
    let line = |report: &Report| format!("{:width$}  {}\n", name(report), report.exit.meaning());
    reports.iter().map(line).collect()
}

/// A path with a name before its ending: `report.northgrid.html`.
pub(in crate::cli) fn with_name(path: &Path, name: &str) -> PathBuf {
    let extension = path.extension().map_or_else(String::new, |extension| format!(".{}", extension.to_string_lossy()));
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    path.with_file_name(format!("{stem}.{name}{extension}"))
}

impl ReportArgument {
    /// The same for one of several networks; none where all share one file.
    pub(in crate::cli) fn of_network(&self, name: &str) -> Option<Self> {
        match self.format {
            Format::Html | Format::Json => Some(Self { format: self.format, path: with_name(&self.path, name) }),
            Format::Junit | Format::Markdown => None,
        }
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, report: &Report, output: &Output) -> Result<(), Failure> {
        match self.format {
            Format::Html => output.file(&self.path, &html(report)),
            Format::Json => output.file_of_masked(&self.path, &json(report)),
            Format::Junit => output.file(&self.path, &junit(report)),
            Format::Markdown => output.file(&self.path, &markdown(report)),
        }
    }
}

/// Shows progress: a bar for a person, lines for a log.
pub(in crate::cli) fn live(context: &Context<'_>, output: &Output) -> Box<Observer<'static>> {
    if context.live {
        return Box::new(progress(context.color));
    }
    let output = output.clone();
    Box::new(lines(move |line| output.out(line), context.color))
}

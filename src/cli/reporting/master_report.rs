//! `caketester master-report`

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::cake::{Dimension, Question, Search, Setup, Totals, master_report};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::reporting::report::read;
use crate::judge::{Exit, decided_in};
use crate::mock::StateFile;
use crate::plural::plural;
use crate::render::MasterReportPage;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Show the updates that `caketester serve --state` stored in this file
    #[arg(long, value_name = "FILE", required_unless_present = "report", conflicts_with = "report")]
    state: Option<PathBuf>,
    /// Show the updates that the mock received during a run, from the run's JSON report
    #[arg(long, value_name = "RUN.json")]
    report: Option<PathBuf>,
    #[command(flatten)]
    pack: PackArgument,
    /// What to group the rows by
    #[arg(long, default_value = "campaign", value_parser = dimension())]
    by: Dimension,
    /// The first day, such as 2026-01-15
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The end date, such as 2026-01-31; the report stops before that day, unless the instance's settings make the end date inclusive
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Only this buyer; repeatable
    #[arg(long, value_name = "NAME")]
    buyer: Vec<String>,
    /// Only this offer; repeatable
    #[arg(long, value_name = "NAME")]
    offer: Vec<String>,
    /// Only this vertical; repeatable
    #[arg(long, value_name = "NAME")]
    vertical: Vec<String>,
    /// Explain why this lead is or is not in the report
    #[arg(long, value_name = "ID")]
    lead: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A table for a terminal
    #[default]
    Table,
    /// For a spreadsheet; values that look like formulas are prefixed with an apostrophe
    Csv,
    /// For programs
    Json,
    /// A single self-contained page
    Html,
}

fn dimension() -> impl TypedValueParser<Value = Dimension> {
    let words = PossibleValuesParser::new(["campaign", "buyer", "offer", "vertical", "day"]);
    words.try_map(|word| serde_json::from_value(word.into()))
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let mut search = arguments.lead.as_deref().map(Search::new);
    let (source, setup, totals) = match (&arguments.state, &arguments.report) {
        (Some(path), _) => {
            let file = StateFile::read_only(path)?;
            let setup = file.setup()?;
            let (totals, _) = file.totals(&setup.policy)?;
            if let Some(search) = &mut search {
                file.each(|decided| search.add(decided))?;
            }
            (path.display().to_string(), setup, totals)
        }
        (None, Some(path)) => {
            let report = read(path)?;
            let pack = arguments.pack.open(context)?.in_network(&report.names, None)?;
            let setup = Setup::from(&*pack.instance.settings);
            let mut totals = Totals::new(&setup.policy);
            let (decided, unknown) = decided_in(&report, &pack);
            for decided in decided {
                totals.add(&decided);
                if let Some(search) = &mut search {
                    search.add(decided);
                }
            }
            if unknown > 0 {
                let what = plural(unknown, "scenario");
                output.err(&format!("note: {what} of the run are left out, because the pack does not have them; name its pack with --pack\n"));
            }
            (path.display().to_string(), setup, totals)
        }
        (None, None) => return Err(Failure::usage("name a source: --state FILE or --report RUN.json")),
    };
    let question = Question {
        by: arguments.by,
        from: arguments.from,
        to: arguments.to,
        buyers: arguments.buyer.clone(),
        offers: arguments.offer.clone(),
        verticals: arguments.vertical.clone(),
    };
    question.check(&setup)?;
    let report = master_report(&totals, &setup, &question);
    let lead = search.map(|search| search.found(&setup, &question));
    let page = MasterReportPage::new(source, setup, report, lead);
    output.out(&match arguments.format {
        Format::Table => page.text(),
        Format::Csv => page.csv(),
        Format::Json => page.json(),
        Format::Html => page.html(),
    });
    Ok(Exit::Success)
}

//! `caketester master-report`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::cake::{Decided, Dimension, Question, ReportEndDate, Setup, Totals, lead_key, master_report, whereabouts};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::{PackArgument, in_words};
use crate::cli::output::Output;
use crate::cli::reporting::report::read;
use crate::judge::{Exit, decided_in};
use crate::mock::StateFile;
use crate::nearest::nearest;
use crate::plural::plural;
use crate::render::{LeadTrace, MasterReportPage};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Report what `caketester serve --state` kept in this file
    #[arg(long, value_name = "FILE", required_unless_present = "report", conflicts_with = "report")]
    state: Option<PathBuf>,
    /// Report what arrived in a run, from its JSON report
    #[arg(long, value_name = "RUN.json")]
    report: Option<PathBuf>,
    #[command(flatten)]
    pack: PackArgument,
    /// A line for each of these
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// The first day, as 2026-01-15
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last day; it is excluded unless the instance includes it
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
    /// Why this lead is or is not in the report
    #[arg(long, value_name = "ID")]
    lead: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum By {
    #[default]
    Campaign,
    Buyer,
    Offer,
    Vertical,
    Day,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A table for a terminal
    #[default]
    Table,
    /// For a spreadsheet; values that begin like a formula get a leading '
    Csv,
    /// For programs
    Json,
    /// One page that opens from disk
    Html,
}

/// What is gathered while the updates go by: only those of one lead are kept.
struct Gathered<'g> {
    totals: Totals,
    lead: Option<&'g str>,
    of_lead: Vec<Decided>,
    leads: BTreeSet<String>,
}

impl<'g> Gathered<'g> {
    fn new(setup: &Setup, lead: Option<&'g str>) -> Self {
        Self { totals: Totals::new(&setup.policy), lead, of_lead: Vec::new(), leads: BTreeSet::new() }
    }

    fn add(&mut self, decided: Decided) {
        self.totals.add(&decided);
        let Some(lead) = self.lead else { return };
        if lead_key(lead) == lead_key(&decided.lead_id) {
            self.of_lead.push(decided);
        } else if !self.leads.contains(&decided.lead_id) {
            self.leads.insert(decided.lead_id);
        }
    }
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let lead = arguments.lead.as_deref();
    let (source, setup, gathered) = match (&arguments.state, &arguments.report) {
        (Some(path), _) => {
            let file = StateFile::read_only(path)?;
            let setup = file.setup()?;
            let mut gathered = Gathered::new(&setup, lead);
            file.each(|decided| gathered.add(decided))?;
            (path.display().to_string(), setup, gathered)
        }
        (None, Some(path)) => {
            let report = read(path)?;
            let pack = in_words(arguments.pack.open_as_written(context, output)?, &report.names, None)?;
            let setup = Setup::from(&*pack.instance.settings);
            let mut gathered = Gathered::new(&setup, lead);
            let (decided, unknown) = decided_in(&report, &pack);
            for decided in decided {
                gathered.add(decided);
            }
            if unknown > 0 {
                let what = plural(unknown, "scenario");
                output.err(&format!("note: {what} of the run are left out, because the pack does not have them; name its pack with --pack\n"));
            }
            (path.display().to_string(), setup, gathered)
        }
        (None, None) => return Err(Failure::usage("name a source: --state FILE or --report RUN.json")),
    };
    let question = question(arguments, &setup)?;
    let report = master_report(&gathered.totals, &setup, &question);
    let lead = lead.map(|id| LeadTrace {
        id: id.to_owned(),
        meant: nearest(id, gathered.leads.iter().map(String::as_str)).map(str::to_owned),
        updates: whereabouts(id, &gathered.of_lead, &setup, &question),
    });
    let page = MasterReportPage {
        version: MasterReportPage::VERSION,
        caketester: env!("CARGO_PKG_VERSION").to_owned(),
        source,
        setup,
        report,
        lead,
    };
    let failed = |reason: String| Failure::new(Exit::Harness, reason);
    output.out(&match arguments.format {
        Format::Table => page.text(),
        Format::Csv => page.csv().map_err(failed)?,
        Format::Json => page.json().map_err(failed)?,
        Format::Html => page.html().map_err(failed)?,
    });
    Ok(Exit::Success)
}

fn question(arguments: &Arguments, setup: &Setup) -> Result<Question, Failure> {
    let Arguments { by, from, to, buyer, offer, vertical, .. } = arguments;
    if let (Some(from), Some(to)) = (from, to) {
        let excluded = setup.policy.report_end_date == ReportEndDate::Excluded;
        if to < from || (excluded && to == from) {
            let why = if to == from { ": the last day is excluded" } else { "" };
            let help = "name a later day with --to";
            return Err(Failure::usage(format!("no day lies between {from} and {to}{why}\n  help: {help}")));
        }
    }
    if let Some(unknown) = buyer.iter().find(|name| setup.buyers.iter().all(|known| **known != ***name)) {
        let known = setup.buyers.iter().map(|name| &**name);
        let help = match nearest(unknown, known.clone()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("there is no buyer {unknown:?}\n  help: {help}")));
    }
    let by = match by {
        By::Campaign => Dimension::Campaign,
        By::Buyer => Dimension::Buyer,
        By::Offer => Dimension::Offer,
        By::Vertical => Dimension::Vertical,
        By::Day => Dimension::Day,
    };
    let [buyers, offers, verticals] = [buyer, offer, vertical].map(Clone::clone);
    Ok(Question { by, from: *from, to: *to, buyers, offers, verticals })
}

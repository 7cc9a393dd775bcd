//! The Lead Status Master Report as a table for a terminal, as CSV and as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::visible::visible;
use super::written::{self, csv, pretty};
use crate::cake::{Dimension, Fate, LeadTrace, Line, MasterReport, Setup, Trace};
use crate::plural::plural;

/// What is shown: the report, what it was made of, and what became of one lead, where one was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "caketester Lead Status Master Report")]
pub struct MasterReportPage {
    /// The version of this structure; it changes when a reader of the old one would misread the new one.
    pub version: u32,
    /// The version of caketester.
    pub caketester: String,
    /// What it was made of: a state file, or a run's report.
    pub source: String,
    /// How the instance is set up.
    pub setup: Setup,
    /// The report.
    pub report: MasterReport,
    /// The lead that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadTrace>,
}

impl MasterReportPage {
    /// The version of the structure.
    pub const VERSION: u32 = 1;

    /// A report to show.
    pub fn new(source: String, setup: Setup, report: MasterReport, lead: Option<LeadTrace>) -> Self {
        let caketester = env!("CARGO_PKG_VERSION").to_owned();
        Self { version: Self::VERSION, caketester, source, setup, report, lead }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        pretty(self)
    }

    /// As a table for a terminal.
    pub fn text(&self) -> String {
        let page = visible(self);
        let mut text = table(&page.report);
        for buyer in &page.report.no_status_data {
            text += &["no status data: ", buyer, " never sent an update that was recorded\n"].concat();
        }
        if let Some(lead) = &page.lead {
            text += &["\n", &lead_lines(lead).join("\n"), "\n"].concat();
        }
        text
    }

    /// As CSV: a column for each status, its share and each sub-status, then the fields. Safe against formulas.
    pub fn csv(&self) -> String {
        let report = &self.report;
        let mut head = vec![heading(report.question.by).to_owned(), "Leads".into(), "Updates".into()];
        for column in &report.statuses {
            head.extend([column.name.to_string(), format!("{} %", column.name)]);
            head.extend(column.sub_statuses.iter().map(|sub| format!("{} / {sub}", column.name)));
        }
        head.extend(report.fields.iter().map(|field| field.label.clone()));
        let rows = lines(report).into_iter().map(|line| {
            let mut row = vec![name(&line), line.leads.to_string(), line.updates.to_string()];
            if is_silent(&line, report) {
                NO_STATUS_DATA.clone_into(&mut row[1]);
            }
            for count in &line.statuses {
                row.extend([count.leads.to_string(), percent(count.per_mille)]);
                row.extend(count.sub_statuses.iter().map(u64::to_string));
            }
            row.extend(line.fields.iter().map(|field| field.sum.clone().unwrap_or_else(|| field.values.to_string())));
            row
        });
        csv(std::iter::once(head).chain(rows).map(|row| row.iter().map(|cell| harmless(cell)).collect()))
    }
}

/// A cell that no spreadsheet takes for a formula (OWASP). A number is none, whatever its sign.
fn harmless(cell: &str) -> String {
    let is_number = cell.strip_prefix('-').unwrap_or(cell).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { format!("'{cell}") } else { cell.to_owned() }
}

/// What a buyer shows that never sent an update that was recorded.
const NO_STATUS_DATA: &str = "no status data";

/// Whether a line is that of such a buyer.
pub(super) fn is_silent(line: &Line, report: &MasterReport) -> bool {
    report.question.by == Dimension::Buyer && report.no_status_data.contains(&line.name)
}

pub(super) fn heading(by: Dimension) -> &'static str {
    match by {
        Dimension::Campaign => "Campaign",
        Dimension::Buyer => "Buyer",
        Dimension::Offer => "Offer",
        Dimension::Vertical => "Vertical",
        Dimension::Day => "Day",
    }
}

pub(super) fn name(line: &Line) -> String {
    if line.name.is_empty() { "(unknown)".to_owned() } else { line.name.to_string() }
}

/// Thousandths as a percentage.
pub(super) fn percent(per_mille: u64) -> String {
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

fn table(report: &MasterReport) -> String {
    let mut head = vec![heading(report.question.by).to_owned(), "Leads".into()];
    head.extend(report.statuses.iter().map(|column| column.name.to_string()));
    head.extend(report.fields.iter().map(|field| field.label.clone()));
    let row = |line: &Line| {
        if is_silent(line, report) {
            return vec![name(line), NO_STATUS_DATA.to_owned()];
        }
        let mut row = vec![name(line), line.leads.to_string()];
        row.extend(line.statuses.iter().map(|count| format!("{} ({} %)", count.leads, percent(count.per_mille))));
        row.extend(line.fields.iter().map(|field| field.sum.clone().unwrap_or_else(|| plural(field.values, "value"))));
        row
    };
    let lines = lines(report);
    let rows = std::iter::once(head).chain(lines.iter().map(row));
    let one_line = |cell: String| cell.replace(['\n', '\t'], " ");
    let rows: Vec<Vec<String>> = rows.map(|row| row.into_iter().map(one_line).collect()).collect();
    // Names stand left, numbers right.
    written::table(&rows, |at| at > 0)
}

/// The lines of the report, and below them their total.
fn lines(report: &MasterReport) -> Vec<Line> {
    let total = Line { name: "Total".into(), ..report.total.clone() };
    report.lines.iter().cloned().chain([total]).collect()
}

/// What became of a lead, in sentences.
pub(super) fn lead_lines(lead: &LeadTrace) -> Vec<String> {
    if lead.updates.is_empty() {
        let meant = lead.meant.as_ref().map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
        return vec![format!("lead {}: never sent: no request named it{meant} [never-arrived]", lead.id)];
    }
    let mut lines = vec![format!("lead {}: {}", lead.id, plural(lead.updates.len(), "update"))];
    lines.extend(lead.updates.iter().map(trace_line));
    lines
}

fn trace_line(trace: &Trace) -> String {
    let buyer = trace.buyer.as_deref().unwrap_or("nobody's key");
    let status = trace.status.as_deref().map_or_else(String::new, |status| format!(", {status}"));
    let fate = match &trace.fate {
        Fate::Refused { code: Some(code), why } => format!("refused with code {code}: {why}"),
        Fate::Refused { code: None, why } => format!("refused before CAKE looked at it: {why}"),
        Fate::Struck => "lost: the scenario's fault struck before it was recorded".to_owned(),
        Fate::Overwritten { at, by } => format!("overwritten on {at:.0} by {by}"),
        Fate::OutsideTheDates { day: Some(day) } => format!("outside the dates: it is of {day}"),
        Fate::OutsideTheDates { day: None } => "outside the dates: the day it was sold is not known".to_owned(),
        Fate::FilteredOut { filter, value } => format!("filtered out: its {filter} is {value}"),
        Fate::Shown { line } if line.is_empty() => "in the report, in the line (unknown)".to_owned(),
        Fate::Shown { line } => format!("in the report, in the line {line}"),
    };
    let unknown = match &*trace.unknown_fields {
        [] => String::new(),
        names => format!("; field unknown, so not in the report: {}", names.join(", ")),
    };
    let causes = match &*trace.causes {
        [] => String::new(),
        causes => format!(" [{}]", causes.join(", ")),
    };
    format!("  {:.0} {buyer}{status}: {fate}{unknown}{causes}", trace.at)
}

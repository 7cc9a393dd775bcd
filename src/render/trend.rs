//! What became of a client from release to release.

use askama::Template;

use super::comparison::Comparison;
use super::verdict::{counted, told};
use super::visible::visible;
use super::written::page;
use crate::judge::{Report, ScenarioState};
use crate::plural::plural;
use crate::rules::Weight;

const STYLE: &str = include_str!("../../templates/report.css");

/// A row for each run, the earliest first.
#[derive(Debug, Template)]
#[template(path = "trend.html")]
pub struct Trend {
    client: String,
    rows: Vec<TrendRow>,
}

/// One run.
#[derive(Debug)]
struct TrendRow {
    day: String,
    version: String,
    caketester: String,
    required: String,
    recommended: String,
    known: usize,
    failed: usize,
    /// How much got worse and better since the row before, and how much fails that was not looked for then.
    since: Option<[usize; 3]>,
    mood: &'static str,
    verdict: String,
}

const NAMES: [&str; 8] = ["day", "version", "caketester", "required", "recommended", "known", "failed", "since then"];

impl Trend {
    /// What became of runs, the earliest first.
    pub fn of(reports: &[Report]) -> Self {
        let before = std::iter::once(None).chain(reports.iter().map(Some));
        let rows = before.zip(reports).map(|(before, report)| TrendRow::of(before, report)).collect();
        let named = reports.iter().rev().find_map(|report| report.client.name.as_ref());
        Self { client: named.map_or_else(|| "the client".to_owned(), visible), rows }
    }

    /// The rows as text.
    pub fn text(&self) -> String {
        let cells: Vec<[String; 8]> =
            std::iter::once(NAMES.map(str::to_owned)).chain(self.rows.iter().map(TrendRow::cells)).collect();
        let widths: Vec<usize> =
            (0..8).map(|at| cells.iter().map(|row| row[at].chars().count()).max().unwrap_or_default()).collect();
        let verdicts = std::iter::once("verdict").chain(self.rows.iter().map(|row| &*row.verdict));
        let line = |(row, verdict): (&[String; 8], &str)| {
            let row: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            format!("{}  {verdict}\n", row.join("  "))
        };
        cells.iter().zip(verdicts).map(line).collect()
    }

    /// The rows as a page, which needs nothing but itself.
    pub fn html(&self) -> String {
        page(self) + "\n"
    }
}

impl TrendRow {
    fn of(before: Option<&Report>, report: &Report) -> Self {
        let report = &visible(report);
        let verdict = told(report);
        Self {
            day: report.started.strftime("%Y-%m-%d").to_string(),
            version: report.client.version.clone().unwrap_or_else(|| "-".to_owned()),
            caketester: report.caketester.clone(),
            required: kept(report, Weight::Required),
            recommended: kept(report, Weight::Recommended),
            known: report.verdict.as_ref().map_or(0, |verdict| verdict.known),
            failed: report.count(ScenarioState::Failed) + report.count(ScenarioState::Flaky),
            since: before.map(|before| {
                let Comparison { worse, better, new, .. } = Comparison::of(before, report);
                [worse.len(), better.len(), new.len()]
            }),
            mood: verdict.mood.class(),
            verdict: verdict.words,
        }
    }

    fn cells(&self) -> [String; 8] {
        [
            self.day.clone(),
            self.version.clone(),
            self.caketester.clone(),
            self.required.clone(),
            self.recommended.clone(),
            self.known.to_string(),
            self.failed.to_string(),
            self.changes(),
        ]
    }

    fn changes(&self) -> String {
        match self.since {
            None => "-".to_owned(),
            Some([0, 0, 0]) => "the same".to_owned(),
            Some(counts) => {
                let told = counts.iter().zip(["worse", "better", "new"]).filter(|(count, _)| **count > 0);
                told.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn kept(report: &Report, weight: Weight) -> String {
    let (kept, came_up) = counted(report, weight);
    format!("{kept} of {came_up}")
}

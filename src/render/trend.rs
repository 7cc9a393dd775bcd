//! What became of a client from release to release.

use askama::Template;

use super::comparison::Comparison;
use super::verdict::{counted, told};
use super::visible::visible;
use super::written::{page, table};
use crate::judge::{Report, ScenarioState};
use crate::plural::plural;
use crate::rules::Weight;

const STYLE: &str = include_str!("../../templates/report.css");

const NAMES: [&str; 9] =
    ["day", "version", "caketester", "required", "recommended", "known", "failed", "since then", "verdict"];

/// A row for each run, the earliest first.
#[derive(Debug, Template)]
#[template(path = "trend.html")]
pub struct Trend {
    client: String,
    rows: Vec<TrendRow>,
}

/// One run: a cell for each name, and the class of the verdict.
#[derive(Debug)]
struct TrendRow {
    cells: [String; 9],
    mood: &'static str,
}

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
        let cells = self.rows.iter().map(|row| row.cells.to_vec());
        let rows: Vec<Vec<String>> = std::iter::once(NAMES.map(str::to_owned).to_vec()).chain(cells).collect();
        table(&rows, |_| false)
    }

    /// The rows as a page, which needs nothing but itself.
    pub fn html(&self) -> String {
        page(self) + "\n"
    }
}

impl TrendRow {
    fn of(before: Option<&Report>, report: &Report) -> Self {
        let report = &visible(report);
        let [required, recommended] = [Weight::Required, Weight::Recommended].map(|weight| {
            let (kept, came_up) = counted(report, weight);
            format!("{kept} of {came_up}")
        });
        let verdict = told(report);
        let cells = [
            report.started.strftime("%Y-%m-%d").to_string(),
            report.client.version.clone().unwrap_or_else(|| "-".to_owned()),
            report.caketester.clone(),
            required,
            recommended,
            report.verdict.as_ref().map_or(0, |verdict| verdict.known).to_string(),
            (report.count(ScenarioState::Failed) + report.count(ScenarioState::Flaky)).to_string(),
            before.map_or_else(|| "-".to_owned(), |before| since(before, report)),
            verdict.words,
        ];
        Self { cells, mood: verdict.mood.class }
    }
}

/// How much got worse and better from one run to the next, and how much fails that was not looked for before.
fn since(before: &Report, report: &Report) -> String {
    let Comparison { worse, better, new, .. } = Comparison::of(before, report);
    let counts = [(worse.len(), "worse"), (better.len(), "better"), (new.len(), "new")];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if told.is_empty() { "the same".to_owned() } else { told.join(", ") }
}

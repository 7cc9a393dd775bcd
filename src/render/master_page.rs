//! The Lead Status Master Report as one page of HTML that opens from disk.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::master_report::{MasterReportPage, heading, is_silent, lead_lines, name, percent};
use super::visible::visible;
use super::written::page;
use crate::cake::{Dimension, FieldKind, MasterReport, Policy, ReportDates, ReportEndDate, ReportSums, StatusCount};
use crate::plural::plural;

const STYLE: &str = include_str!("../../templates/report.css");
const OWN_STYLE: &str = include_str!("../../templates/master-report.css");
const SCRIPT: &str = include_str!("../../templates/master-report.js");

#[derive(Template)]
#[template(path = "master-report.html")]
struct Page<'p> {
    shown: &'p MasterReportPage,
    report: &'p MasterReport,
    policy: &'p Policy,
    /// Whether another question can be asked on the page.
    is_live: bool,
    /// Why the question that was asked has no answer.
    problem: Option<&'p str>,
    /// The files to take along.
    csv: String,
    json: String,
}

impl MasterReportPage {
    /// As a page of HTML.
    pub fn html(&self) -> String {
        self.page(false, None)
    }

    /// As a page of HTML with a form that asks its own address, and why the last question had no answer.
    pub fn live_html(&self, problem: Option<&str>) -> String {
        self.page(true, problem)
    }

    fn page(&self, is_live: bool, problem: Option<&str>) -> String {
        let shown = &visible(self);
        let (csv, json) = (STANDARD.encode(self.csv()), STANDARD.encode(self.json()));
        let (report, policy) = (&shown.report, &shown.setup.policy);
        page(&Page { shown, report, policy, is_live, problem, csv, json }) + "\n"
    }
}

/// Each setting of the policy, and whether CAKE documents that it is so.
fn settings(policy: &Policy) -> Vec<(String, String, bool)> {
    let Ok(Value::Object(settings)) = serde_json::to_value(policy) else { return Vec::new() };
    let setting = |(name, value): (String, Value)| {
        let is_documented = Policy::is_documented(&name, &value);
        (name, as_text(&value), is_documented)
    };
    settings.into_iter().map(setting).collect()
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(as_text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn is_among(name: &str, asked: &[String]) -> bool {
    asked.iter().any(|asked| asked == name)
}

/// How many leads of the report stand at a status.
fn in_report(page: &MasterReportPage, status: &str) -> u64 {
    let columns = page.report.statuses.iter().zip(&page.report.total.statuses);
    columns.filter(|(column, _)| *column.name == *status).map(|(_, count)| count.leads).sum()
}

/// The leads that stand at a status without a sub-status.
fn rest(count: &StatusCount) -> u64 {
    count.leads - count.sub_statuses.iter().sum::<u64>()
}

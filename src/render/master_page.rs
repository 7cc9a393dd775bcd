//! The Lead Status Master Report as one page of HTML that opens from disk.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::master_report::{MasterReportPage, heading, is_silent, lead_lines, name, percent};
use super::visible::visible;
use super::written::page;
use crate::cake::{Dimension, FieldKind, Line, MasterReport, Policy, ReportDates, ReportEndDate, ReportSums};
use crate::plural::plural;

const STYLE: &str = include_str!("../../templates/report.css");
const OWN_STYLE: &str = include_str!("../../templates/master-report.css");
const SCRIPT: &str = include_str!("../../templates/master-report.js");

#[derive(Template)]
#[template(path = "master-report.html")]
struct Page<'p> {
    shown: &'p MasterReportPage,
    report: &'p MasterReport,
    heading: &'static str,
    /// What was asked beside that, in words.
    asked: String,
    days: String,
    sums: &'static str,
    /// How many columns stand beside the name.
    width: usize,
    /// Whether another question can be asked on the page.
    is_live: bool,
    /// Why the question that was asked has no answer.
    problem: Option<&'p str>,
    policy: Vec<Setting>,
    csv: String,
    json: String,
}

/// A setting of the policy.
struct Setting {
    name: String,
    value: String,
    basis: &'static str,
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
        let (report, policy) = (&shown.report, &shown.setup.policy);
        let zone = policy.time_zone.iana_name().unwrap_or("UTC");
        let days = format!(
            "of the {}, in {zone}; the last day is {}",
            if policy.report_dates == ReportDates::Sold { "sale" } else { "update" },
            if policy.report_end_date == ReportEndDate::Included { "included" } else { "excluded" },
        );
        let sums = match policy.report_sums {
            ReportSums::EveryUpdate => "of the value of every update",
            ReportSums::LatestValue => "of the latest value of each lead",
        };
        let width = 1 + report.statuses.len() + report.fields.len();
        let asked_for = Page {
            shown,
            report,
            heading: heading(report.question.by),
            asked: asked(report),
            days,
            sums,
            width,
            is_live,
            problem,
            policy: settings(policy),
            csv: STANDARD.encode(self.csv()),
            json: STANDARD.encode(self.json()),
        };
        page(&asked_for) + "\n"
    }
}

fn settings(policy: &Policy) -> Vec<Setting> {
    let settings = serde_json::to_value(policy).ok().and_then(|policy| policy.as_object().cloned());
    let setting = |(name, value): (String, Value)| {
        let basis = if Policy::is_documented(&name, &value) { "documented" } else { "assumed" };
        Setting { name, value: as_text(&value), basis }
    };
    settings.unwrap_or_default().into_iter().map(setting).collect()
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(as_text).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            map.iter().map(|(name, value)| format!("{name}: {}", as_text(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The options of a list to choose from: all, or one that was asked for.
struct Choice<'c> {
    name: &'static str,
    known: Vec<&'c str>,
    asked: &'c [String],
}

fn known(names: &BTreeSet<Arc<str>>) -> Vec<&str> {
    names.iter().map(|name| &**name).filter(|name| !name.is_empty()).collect()
}

fn choices(page: &MasterReportPage) -> [Choice<'_>; 3] {
    let MasterReportPage { setup, report, .. } = page;
    let question = &report.question;
    [
        Choice { name: "buyer", known: setup.buyers.iter().map(|name| &**name).collect(), asked: &question.buyers },
        Choice { name: "offer", known: known(&report.offers), asked: &question.offers },
        Choice { name: "vertical", known: known(&report.verticals), asked: &question.verticals },
    ]
}

fn is_among(name: &str, asked: &[String]) -> bool {
    asked.iter().any(|asked| asked == name)
}

/// What a line can be about, and what it is about.
fn dimensions(report: &MasterReport) -> [(&'static str, bool); 5] {
    [Dimension::Campaign, Dimension::Buyer, Dimension::Offer, Dimension::Vertical, Dimension::Day]
        .map(|by| (heading(by), by == report.question.by))
}

/// How many leads of the report stand at a status.
fn in_report(page: &MasterReportPage, status: &str) -> u64 {
    let columns = page.report.statuses.iter().zip(&page.report.total.statuses);
    columns.filter(|(column, _)| *column.name == *status).map(|(_, count)| count.leads).sum()
}

fn asked(report: &MasterReport) -> String {
    let question = &report.question;
    let mut asked = String::new();
    for (word, day) in [("from", question.from), ("to", question.to)] {
        if let Some(day) = day {
            // Writing into a String cannot fail.
            let _ = write!(asked, ", {word} {day}");
        }
    }
    for (word, names) in [("buyer", &question.buyers), ("offer", &question.offers), ("vertical", &question.verticals)] {
        if !names.is_empty() {
            let _ = write!(asked, ", {word} {}", names.join(" or "));
        }
    }
    asked
}

/// The cells of a line beside its name.
fn cells(report: &MasterReport, line: &Line) -> String {
    Cells { report, line }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<td data-value="{{ line.leads }}">{{ line.leads }}</td>
{% for count in line.statuses %}{% let column = report.statuses[loop.index0] %}<td data-value="{{ count.leads }}"{% if count.leads == 0 %} class="zero"{% endif %}>
{% if count.leads > 0 && !column.sub_statuses.is_empty() %}<details><summary>{{ count.leads }} <small>{{ self::percent(*count.per_mille) }} %</small></summary><ul>
{% for leads in count.sub_statuses %}<li><bdi>{{ column.sub_statuses[loop.index0] }}</bdi>: {{ leads }}</li>{% endfor %}<li>none: {{ self::rest(count) }}</li></ul></details>
{% else %}{{ count.leads }} <small>{{ self::percent(*count.per_mille) }} %</small>{% endif %}</td>{% endfor %}
{% for field in line.fields %}{% match field.sum %}{% when Some with (sum) %}<td data-value="{{ sum }}">{{ sum }}{% if field.not_summed > 0 %} <small>{{ field.not_summed }} not summed</small>{% endif %}</td>
{% when None %}<td data-value="{{ field.values }}">{{ self::plural(*field.values, "value") }}</td>{% endmatch %}{% endfor %}"#
)]
struct Cells<'c> {
    report: &'c MasterReport,
    line: &'c Line,
}

/// The leads that stand at a status without a sub-status.
fn rest(count: &crate::cake::StatusCount) -> u64 {
    count.leads - count.sub_statuses.iter().sum::<u64>()
}

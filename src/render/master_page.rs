//! The Lead Status Master Report as one page of HTML that opens from disk.

use std::fmt::Write as _;

use askama::Template;

use super::master_report::{MasterReportPage, heading, is_silent, lead_lines, name, percent};
use super::visible::visible;
use crate::cake::{Line, MasterReport, ReportDates, ReportEndDate, ReportSums};
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
}

impl MasterReportPage {
    /// As a page of HTML.
    pub fn html(&self) -> Result<String, String> {
        let page = &visible(self);
        let (report, policy) = (&page.report, &page.setup.policy);
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
        let page =
            Page { shown: page, report, heading: heading(report.question.by), asked: asked(report), days, sums, width };
        page.render().map(|page| page + "\n").map_err(|error| error.to_string())
    }
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

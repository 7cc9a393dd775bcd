//! The page for the day a client goes live: its certificate beside what was seen of the real host, and what is left to a person.

use askama::Template;
use jiff::civil::Date;

use super::certificate::STYLE;
use super::probe_report::{key, verdict, word};
use super::visible::visible;
use super::written::page;
use crate::judge::{Certificate, Exit, RuleState};
use crate::live::{Probe, ProbeReport, Probed, state};
use crate::plural::plural;

#[derive(Template)]
#[template(path = "go-live.html", whitespace = "minimize")]
struct GoLivePage<'r> {
    report: &'r ProbeReport,
    certificate: Option<&'r Certificate>,
    date: Date,
    host: &'r str,
    /// The update that the lead was left with, where one was sent.
    left_in: Option<&'r Probed>,
}

/// The page as HTML.
pub fn go_live_html(report: &ProbeReport, certificate: Option<&Certificate>, on: Date) -> String {
    let (report, certificate) = (&visible(report), certificate.map(visible));
    let left_in = report.probes.iter().find(|probed| probed.probe == Probe::LeftIn);
    let host = report.url.split('/').nth(2).unwrap_or(&report.url);
    page(&GoLivePage { report, certificate: certificate.as_ref(), date: on, host, left_in }) + "\n"
}

fn kept(certificate: &Certificate) -> usize {
    certificate.rules.iter().filter(|rule| rule.state == RuleState::Kept).count()
}

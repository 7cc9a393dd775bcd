//! The certificate on paper: one page of HTML for people who sign contracts, and JSON for programs.

use askama::Template;

use super::visible::visible;
use super::written::{page, pretty, read_versioned};
use crate::judge::{Certificate, CertifiedRule, Grade, RuleState, SubjectReport, in_words};
use crate::plural::{listed, plural};
use crate::rules::Weight;

pub(super) const STYLE: &str = include_str!("../../templates/certificate.css");

/// The certificate as a page of HTML.
pub fn certificate_html(certificate: &Certificate) -> String {
    let of = &visible(certificate);
    let (asked, others): (Vec<_>, Vec<_>) = of.rules.iter().partition(|rule| rule.asked);
    let (kept, open) = asked.into_iter().partition(|rule| rule.state == RuleState::Kept);
    let recommended = others.into_iter().filter(|rule| rule.weight == Weight::Recommended).collect();
    page(&CertificatePage { of, kept, open, recommended }) + "\n"
}

/// Reads what [`certificate_json`] wrote.
pub fn read_certificate(text: &str) -> Result<Certificate, String> {
    let help = "a run writes one with --certificate PATH, for people as PATH.html and for programs as PATH.json";
    read_versioned(text, Certificate::VERSION, "certificate", help)
}

/// The certificate as JSON, with a newline at the end.
pub fn certificate_json(certificate: &Certificate) -> String {
    pretty(certificate)
}

#[derive(Template)]
#[template(path = "certificate.html", whitespace = "minimize")]
struct CertificatePage<'c> {
    of: &'c Certificate,
    /// The rules that count and were kept.
    kept: Vec<&'c CertifiedRule>,
    /// The rules that count and did not come up.
    open: Vec<&'c CertifiedRule>,
    /// The rules that are recommended and do not count.
    recommended: Vec<&'c CertifiedRule>,
}

/// Those of the rules of which this became.
fn of_state<'c>(rules: &[&'c CertifiedRule], state: RuleState) -> Vec<&'c CertifiedRule> {
    rules.iter().copied().filter(|rule| rule.state == state).collect()
}

fn ids(rules: &[&CertifiedRule]) -> String {
    listed(&rules.iter().map(|rule| rule.id.to_string()).collect::<Vec<_>>())
}

/// In how many updates these rules were checked.
fn checks(rules: &[&CertifiedRule]) -> usize {
    rules.iter().map(|rule| rule.checks).sum()
}

/// What the client does not do.
fn left_out(of: &Certificate) -> Vec<&'static str> {
    of.scope.out_of_scope.iter().copied().map(in_words).collect()
}

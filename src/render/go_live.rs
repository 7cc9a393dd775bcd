//! The page for the day a client goes live: its certificate beside what was seen of the real host, and what is left to a person.

use askama::Template;
use jiff::civil::Date;

use super::certificate::STYLE;
use super::probe_report::{key, verdict, word};
use super::visible::visible;
use super::written::page;
use crate::judge::{Certificate, Exit, RuleState};
use crate::live::{Finding, Probe, ProbeReport, state};
use crate::plural::plural;
use crate::protocol::Update;

#[derive(Template)]
#[template(path = "go-live.html", whitespace = "minimize")]
struct GoLivePage<'r> {
    report: &'r ProbeReport,
    certificate: Option<&'r Certificate>,
    host: String,
    verdict: String,
    is_right: bool,
    rules: String,
    date: Date,
    key: String,
    findings: Vec<(&'static str, &'r Finding)>,
    update: Option<&'r Update>,
    state: String,
    answer: String,
    checklist: Vec<String>,
    requests: String,
}

/// The page as HTML.
pub fn go_live_html(report: &ProbeReport, certificate: Option<&Certificate>, on: Date) -> String {
    let (report, certificate) = (&visible(report), certificate.map(visible));
    let sent = report.probes.iter().find(|probed| probed.probe == Probe::LeftIn);
    let update = sent.and_then(|sent| sent.update.as_ref());
    let host = report.url.split('/').nth(2).unwrap_or(&report.url).to_owned();
    let kept = certificate.as_ref().map(|certificate| {
        let kept = certificate.rules.iter().filter(|rule| rule.state == RuleState::Kept).count();
        format!("{kept} of {} kept", plural(certificate.rules.len(), "rule"))
    });
    let go_live = GoLivePage {
        verdict: verdict(report),
        is_right: report.exit() == Exit::Success,
        rules: kept.unwrap_or_default(),
        date: on,
        key: key(&report.key),
        findings: report.findings().map(|(_, finding)| (word(finding.basis), finding)).collect(),
        state: update.map(state).unwrap_or_default(),
        answer: sent.map(|sent| sent.answer.clone()).unwrap_or_default(),
        checklist: checklist(update.filter(|_| sent.is_some_and(|sent| sent.is_taken)), certificate.as_ref(), &host),
        requests: plural(report.probes.len(), "request"),
        certificate: certificate.as_ref(),
        update,
        report,
        host,
    };
    page(&go_live) + "\n"
}

fn checklist(update: Option<&Update>, certificate: Option<&Certificate>, host: &str) -> Vec<String> {
    let mut items = Vec::new();
    if let Some(update) = update {
        items.push(format!(
            "The network sees lead {} in the Lead Status Master Report with {}. Its dates are days of the network's time zone.",
            update.lead_id,
            state(update)
        ));
        if !update.fields.is_empty() {
            items.push("Number fields are summed on every update. If that update has one, the network corrects the sum, or agrees that it stays.".to_owned());
        }
    }
    items.push(format!("The program is configured with the host {host} and with this API key, and with no test host."));
    items.extend(certificate.map(|of| {
        format!("The version that goes live is {} {}, the one that passed.", of.client.name, of.client.version)
    }));
    items.push(
        "The network knows the address from which the program sends, if it lets only known addresses through."
            .to_owned(),
    );
    items.push("Somebody is told when the program gets a code other than 0, and knows what to do then.".to_owned());
    items.push(
        "After the first day, the updates that the program counts are those that the network's report shows."
            .to_owned(),
    );
    items
}

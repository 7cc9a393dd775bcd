//! The certificate on paper: one page of HTML for people who sign contracts, and JSON for programs.

use askama::Template;

use super::visible::visible;
use super::written::{page, pretty, read_versioned};
use crate::judge::{Certificate, CertifiedRule, Grade, RuleState, SubjectReport, in_words};
use crate::plural::plural;
use crate::rules::Weight;

pub(super) const STYLE: &str = include_str!("../../templates/certificate.css");

/// The certificate as a page of HTML.
pub fn certificate_html(certificate: &Certificate) -> String {
    page(&CertificatePage::of(&visible(certificate))) + "\n"
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
    date: String,
    time: String,
    /// How the client was run, and who told what it concluded.
    how: String,
    /// What came of it, in a headline and in full.
    verdict: String,
    result: String,
    /// Who told what the program concluded.
    told_by: &'static str,
    /// Which rules count.
    asked: &'static str,
    /// What the client does not do.
    left_out: Vec<&'static str>,
    /// How many of the rules that are recommended and do not decide it kept, of those that came up.
    recommended: String,
    /// Those of them that it breaks.
    broken: Vec<&'c CertifiedRule>,
    rules: Vec<RuleRow<'c>>,
}

/// A rule in the table.
struct RuleRow<'c> {
    rule: &'c CertifiedRule,
    /// How much it weighs, in the words of the rest of the page.
    level: &'static str,
    class: &'static str,
    result: String,
}

impl<'c> CertificatePage<'c> {
    fn of(of: &'c Certificate) -> Self {
        Self {
            of,
            date: of.date.strftime("%-d %B %Y").to_string(),
            time: of.started.strftime("%H:%M").to_string(),
            how: how(of),
            verdict: verdict(of),
            result: result(of),
            told_by: match of.evidence {
                Grade::Outcome => "the program; caketester compared it with its own answer",
                Grade::Attested | Grade::Wire => "a person, and not the program itself",
            },
            asked: if of.scope.strict { "those that are required or recommended" } else { "those that are required" },
            recommended: recommended(of),
            broken: of.rules.iter().filter(|rule| is_recommended(rule) && rule.state == RuleState::Broken).collect(),
            left_out: of.scope.out_of_scope.iter().copied().map(in_words).collect(),
            rules: of.rules.iter().map(RuleRow::of).collect(),
        }
    }
}

fn how(of: &Certificate) -> String {
    let (updates, situations) = (plural(of.tested.updates, "report"), plural(of.tested.scenarios, "situation"));
    let run = match of.subject {
        SubjectReport::Batch { .. } => format!("The program was started once, and made {updates} in {situations}"),
        SubjectReport::Observed { .. } => {
            format!(
                "The program ran where it always runs, and made {updates} in {situations}, to caketester and not to a network"
            )
        }
        _ => format!("The program was started anew for each of {updates}, in {situations}"),
    };
    let which = if of.pack.standard {
        ": reports that CAKE would take, reports that it would refuse, unusual characters, damaged answers, broken connections"
    } else {
        ", which are not from the standard pack of caketester"
    };
    let told = match of.evidence {
        Grade::Outcome => {
            "Each time the program itself reported the outcome, and caketester compared it with the answer it had sent"
        }
        Grade::Attested | Grade::Wire => "Each time a person attested the outcome; caketester did not see it itself",
    };
    format!("{run}{which}. {told}.")
}

fn is_recommended(rule: &CertifiedRule) -> bool {
    !rule.asked && rule.weight == Weight::Recommended
}

fn recommended(of: &Certificate) -> String {
    let came_up = || of.rules.iter().filter(|rule| is_recommended(rule) && rule.state != RuleState::NotExercised);
    let kept = came_up().filter(|rule| rule.state == RuleState::Kept).count();
    format!("{kept} of {}", came_up().count())
}

/// The rules that count: those that were kept, and those that did not come up.
fn asked(of: &Certificate) -> (Vec<&CertifiedRule>, Vec<&CertifiedRule>) {
    of.rules.iter().filter(|rule| rule.asked).partition(|rule| rule.state == RuleState::Kept)
}

fn verdict(of: &Certificate) -> String {
    let (kept, open) = asked(of);
    let which = if of.scope.strict { "required or recommended" } else { "required" };
    let all = kept.len() + open.len();
    match open.len() {
        0 => format!("it kept all {all} {which} rules"),
        _ => format!("of {all} {which} rules, {} were exercised, and it kept all of them", kept.len()),
    }
}

fn result(of: &Certificate) -> String {
    let (kept, open) = asked(of);
    let checks = plural(kept.iter().map(|rule| rule.checks).sum::<usize>(), "check");
    let open: Vec<&str> = open.iter().map(|rule| rule.id.as_str()).collect();
    let open = match &*open {
        [] => String::new(),
        [one] => format!(" One of the rules that count was not exercised: {one}."),
        [ids @ .., last] => {
            format!(" {} of the rules that count were not exercised: {} and {last}.", open.len(), ids.join(", "))
        }
    };
    format!("The program kept {}, in {checks}.{open}", plural(kept.len(), "rule"))
}

impl<'c> RuleRow<'c> {
    fn of(rule: &'c CertifiedRule) -> Self {
        let level = match rule.weight {
            Weight::Required => "required",
            Weight::Recommended => "recommended",
            Weight::Note => "for information",
        };
        let counted = if rule.asked { "" } else { ", not counted" };
        let (class, result) = match rule.state {
            RuleState::Kept => ("kept", format!("kept{counted}")),
            RuleState::NotExercised => ("open", "did not come up".to_owned()),
            RuleState::Broken => ("broken", format!("broken in {}{counted}", rule.broken)),
        };
        Self { rule, level, class, result }
    }
}

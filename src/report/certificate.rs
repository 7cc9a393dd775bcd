//! The certificate on paper: one page of HTML for people who sign contracts, and JSON for programs.

use askama::Template;
use schemars::Schema;
use schemars::generate::SchemaSettings;

use super::visible::visible;
use crate::plural::plural;
use crate::rules::Level;
use crate::run::{Certificate, CertifiedRule, Grade, Profile, RuleState, SubjectReport, in_words};

const STYLE: &str = include_str!("../../templates/certificate.css");

/// The certificate as a page of HTML.
pub fn certificate_html(certificate: &Certificate) -> Result<String, String> {
    let page = Page::of(&visible(certificate)).render().map_err(|error| error.to_string())?;
    Ok(page + "\n")
}

/// The certificate as JSON, with a newline at the end.
pub fn certificate_json(certificate: &Certificate) -> Result<String, String> {
    serde_json::to_string_pretty(certificate).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// The JSON Schema of the certificate as it is written.
pub fn certificate_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Certificate>()
}

#[derive(Template)]
#[template(path = "certificate.html", whitespace = "minimize")]
struct Page<'c> {
    of: &'c Certificate,
    date: String,
    /// How the client was run, and who told what it concluded.
    how: String,
    /// What came of it.
    result: String,
    /// Who told what the program concluded.
    told_by: &'static str,
    /// What the profile asks for.
    asked: &'static str,
    /// What the client does not do.
    left_out: Vec<&'static str>,
    /// What of it is recommended and was not asked for, where the client breaks it.
    broken: Vec<&'c CertifiedRule>,
    rules: Vec<Row<'c>>,
}

/// A rule in the table.
struct Row<'c> {
    rule: &'c CertifiedRule,
    /// How much it weighs, in the words of the rest of the page.
    level: &'static str,
    class: &'static str,
    result: String,
}

impl<'c> Page<'c> {
    fn of(of: &'c Certificate) -> Self {
        Self {
            of,
            date: of.date.strftime("%-d %B %Y").to_string(),
            how: how(of),
            result: result(of),
            told_by: match of.evidence {
                Grade::Outcome => "the program itself",
                Grade::Attested | Grade::Wire => "a person",
            },
            asked: match of.scope.profile {
                Profile::Full => "every one that is required or recommended",
                Profile::Core => "every one that is required, and none that is only recommended",
            },
            broken: of.rules.iter().filter(|rule| is_broken_unasked(rule)).collect(),
            left_out: of.scope.out_of_scope.iter().copied().map(in_words).collect(),
            rules: of.rules.iter().map(Row::of).collect(),
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
        ": reports that CAKE takes, reports that it refuses, unusual characters, damaged answers, broken connections"
    } else {
        " that are not the standard ones of caketester"
    };
    let told = match of.evidence {
        Grade::Outcome => {
            "Each time the program itself told what had become of the report, and caketester compared that with what it had answered"
        }
        Grade::Attested | Grade::Wire => {
            "Each time a person attested what the program took for the result; caketester did not see that itself"
        }
    };
    format!("{run}{which}. {told}.")
}

fn is_broken_unasked(rule: &CertifiedRule) -> bool {
    !rule.asked && rule.level != Level::Info && rule.state == RuleState::Broken
}

fn result(of: &Certificate) -> String {
    let asked = || of.rules.iter().filter(|rule| rule.asked);
    let kept: Vec<&CertifiedRule> = asked().filter(|rule| rule.state == RuleState::Kept).collect();
    let checks = plural(kept.iter().map(|rule| rule.checks).sum::<usize>(), "check");
    let open = match asked().count() - kept.len() {
        0 => String::new(),
        open => format!(" {} did not come up; the table at the end says which.", plural(open, "other rule")),
    };
    format!(
        "The program kept each of the {} that it was held to and that came up, in {checks}.{open}",
        plural(kept.len(), "rule")
    )
}

impl<'c> Row<'c> {
    fn of(rule: &'c CertifiedRule) -> Self {
        let level = match rule.level {
            Level::Must => "required",
            Level::Should => "recommended",
            Level::Info => "to know",
        };
        // That INFO fails nothing, its level says.
        let is_asked = rule.asked || rule.level == Level::Info;
        let (class, word) = match rule.state {
            RuleState::Kept => ("kept", "kept".to_owned()),
            RuleState::NotExercised if is_asked => ("open", "did not come up".to_owned()),
            RuleState::NotExercised => return Self { rule, level, class: "open", result: "not asked for".to_owned() },
            RuleState::Broken => ("broken", format!("broken in {}", rule.broken)),
        };
        let why = if is_asked { "" } else { ", not asked for" };
        Self { rule, level, class, result: word + why }
    }
}

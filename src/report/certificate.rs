//! The certificate on paper: one page of HTML for people who sign contracts, and JSON for programs.

use std::fmt::Write as _;

use askama::Template;
use schemars::Schema;
use schemars::generate::SchemaSettings;

use super::human::plural;
use super::visible::visible;
use crate::rules::Level;
use crate::run::{Certificate, CertifiedRule, Grade, Profile, RuleState, SubjectReport};
use crate::scenario::Need;

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
    /// What the profile asks for.
    profile: &'static str,
    /// What the client does not do.
    left_out: Vec<&'static str>,
    rules: Vec<Row<'c>>,
}

/// A rule in the table.
struct Row<'c> {
    rule: &'c CertifiedRule,
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
            profile: match of.scope.profile {
                Profile::Full => "every MUST and every SHOULD",
                Profile::Core => "every MUST, as far as CAKE's behaviour is known; no SHOULD was asked for",
            },
            left_out: of.scope.out_of_scope.iter().copied().map(in_words).collect(),
            rules: of.rules.iter().map(Row::of).collect(),
        }
    }
}

fn in_words(need: Need) -> &'static str {
    match need {
        Need::Values => "statuses and texts other than its usual ones",
        Need::SubStatus => "sub-statuses",
        Need::Fields => "custom fields",
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
    let which = if of.pack.name == "standard" {
        ": such as CAKE takes, such as it refuses, unusual characters, damaged answers, broken connections"
    } else {
        ""
    };
    let told = match of.evidence {
        Grade::Outcome => "Each time the program itself told what had become of the report",
        Grade::Attested | Grade::Wire => {
            "Each time a person attested what the program took for the result; caketester did not see that itself"
        }
    };
    format!("{run}{which}. {told}.")
}

fn result(of: &Certificate) -> String {
    let asked = || of.rules.iter().filter(|rule| rule.asked);
    let kept = asked().filter(|rule| rule.state == RuleState::Kept).count();
    let unasked = of
        .rules
        .iter()
        .filter(|rule| !rule.asked && rule.level != Level::Info && rule.state == RuleState::Broken)
        .count();
    let assumed = asked().filter(|rule| rule.state == RuleState::Broken).count();
    let mut result = format!(
        "The program kept all {} of this profile that came up, in {}.",
        plural(kept + assumed, "rule"),
        plural(of.tested.checks, "check")
    );
    if assumed > 0 {
        result = format!(
            "The program kept {} of this profile in {}. It broke {assumed} more, but only in situations for which nobody outside CAKE \
             knows what CAKE does; this profile does not count those.",
            plural(kept, "rule"),
            plural(of.tested.checks, "check")
        );
    }
    if unasked > 0 {
        // Writing into a String cannot fail.
        let _ = write!(result, " It also broke {} that this profile does not ask for.", plural(unasked, "rule"));
    }
    result
}

impl<'c> Row<'c> {
    fn of(rule: &'c CertifiedRule) -> Self {
        let (class, word) = match rule.state {
            RuleState::Kept => ("kept", "kept".to_owned()),
            RuleState::NotExercised => ("open", "did not come up".to_owned()),
            RuleState::Broken => ("broken", format!("broken in {}", rule.broken)),
        };
        let why = match (rule.asked, rule.state) {
            // That it fails nothing, its level says.
            (false, _) if rule.level == Level::Info => "",
            (false, _) => ", not asked for",
            (true, RuleState::Broken) => ", only where CAKE is not known",
            (true, _) => "",
        };
        Self { rule, class, result: word + why }
    }
}

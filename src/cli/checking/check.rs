//! `caketester certificate check`: what somebody to whom a certificate is shown may accept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::cli::checking::judge::{fingerprint, terms_of};
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::files::read_text;
use crate::cli::options::open::{InstanceArgument, PackArgument};
use crate::cli::output::Output;
use crate::cli::setup::networks::open_network;
use crate::judge::{
    Certificate, Exit, Grade, Report, RuleState, ScenarioState, SubjectReport, Terms, is_beyond, rejudge,
};
use crate::pack::{Origin, Pack, digest};
use crate::plural::plural;
use crate::render::{read_certificate, read_json};
use crate::scenario::Scenario;
use crate::secret::cut;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Check that a certificate matches its report, that the report matches its pack, and that the verdict follows from what was recorded
    Check(Arguments),
}

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Arguments {
    /// The certificate, as JSON
    certificate: PathBuf,
    /// The JSON report of the run; it is judged again
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    pack: PackArgument,
    #[command(flatten)]
    instance: InstanceArgument,
}

/// How many characters are shown of what disagrees.
const SHOWN: usize = 80;

/// How many places are named that disagree.
const NAMED: usize = 5;

/// What was found of one thing that was looked at, or what disagrees.
type Found = Result<String, Vec<String>>;

pub(in crate::cli) fn run(arguments: Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let (certificate, said) = certificate_in(&arguments.certificate)?;
    let report = arguments.report.map(|path| Ok::<_, Failure>((text(&path)?, path))).transpose()?;
    let report = report.as_ref().map(|(text, path)| (path.as_path(), text.as_str()));
    let scope = &certificate.scope;
    let pack = arguments.pack.or_of_run(&certificate.pack.name).open(context)?;
    let pack = arguments.instance.of_run(scope.behaviour.as_ref(), pack)?;
    let network = scope.network.as_deref().map(|name| open_network(Path::new("."), name)).transpose()?;
    let pack = Arc::new(pack.in_network(&scope.names, network.as_ref())?);
    let lines = [
        ("client", Ok(about(&certificate))),
        ("pack", of_the_pack(&certificate, &pack.digest()?, &digest(&Origin::Standard)?)),
        ("report", of_the_report(&certificate, report)),
        ("verdict", of_the_verdict((&certificate, &said), report, &pack, output)),
    ];
    for (what, found) in &lines {
        match found {
            Ok(found) => output.out(&format!("{what:<9}{found}\n")),
            Err(wrong) => wrong.iter().for_each(|wrong| output.out(&format!("{what:<9}NO: {wrong}\n"))),
        }
    }
    let disagrees = lines.iter().any(|(_, found)| found.is_err());
    let accepted = match report {
        _ if disagrees => "nothing: see what disagrees above, and run the client again",
        None => "the certificate itself, unchecked: add --report to check it against its run",
        Some(_) => "the verdict follows from the report; whether the report is genuine, caketester cannot check",
    };
    output.out(&format!("{:<9}{accepted}\n", "accept"));
    Ok(if disagrees { Exit::Failure } else { Exit::Success })
}

/// The certificate in a file, and the file's text.
pub(super) fn certificate_in(path: &Path) -> Result<(Certificate, String), Failure> {
    let said = text(path)?;
    let certificate = read_certificate(&said)
        .map_err(|reason| Failure::usage(format!("cannot read {}: {reason}", path.display())))?;
    Ok((certificate, said))
}

fn text(path: &Path) -> Result<String, Failure> {
    read_text(path, "a run writes it with --certificate, and its report with --report json=PATH")
}

fn about(certificate: &Certificate) -> String {
    let Certificate { client, date, caketester, .. } = certificate;
    let told = format!("{} {}, on {date}, by caketester {caketester}", client.name, client.version);
    told.escape_debug().to_string()
}

fn of_the_pack(certificate: &Certificate, digest: &str, standard: &str) -> Found {
    if certificate.pack.standard && certificate.pack.digest != standard {
        let help = format!("check it with caketester {}", certificate.caketester.escape_debug());
        return Err(vec![format!("it is not the standard pack of this caketester, which is {standard}; {help}")]);
    }
    if certificate.pack.digest == digest {
        let which =
            if certificate.pack.standard { "the standard pack of this caketester" } else { "the pack given here" };
        return Ok(format!("{which}, {}", plural(certificate.pack.scenarios, "scenario")));
    }
    let help = "name the pack of the run with --pack";
    Err(vec![format!("the report used {}, and this pack is {digest}; {help}", certificate.pack.digest)])
}

fn of_the_report(certificate: &Certificate, report: Option<(&Path, &str)>) -> Found {
    let Some((path, text)) = report else { return Ok("not looked at: --report FILE names it".to_owned()) };
    let is = fingerprint(text);
    if is == certificate.report {
        return Ok(format!("{}, to the byte", path.display()));
    }
    let message = "is not the report of this run, or was changed";
    Err(vec![format!("{} {message}: {is} in place of {}", path.display(), certificate.report)])
}

/// Judges the report again, and compares the result with the report and the certificate.
fn of_the_verdict(
    (certificate, said): (&Certificate, &str),
    report: Option<(&Path, &str)>,
    pack: &Arc<Pack>,
    output: &Output,
) -> Found {
    let Some((path, text)) = report else { return by_itself(certificate, pack) };
    let cannot = |be: &str, reason: String| vec![format!("{} cannot be {be}: {reason}", path.display())];
    let before = read_json(text).map_err(|reason| cannot("read", reason))?;
    let terms = terms_of(&before, Arc::clone(pack), today());
    let again = rejudge(&terms, before.clone(), None).map_err(|error| cannot("judged", error))?;
    // The version of caketester may differ.
    let again = Report { caketester: before.caketester.clone(), ..output.masked(&again) };
    let mut wrong = incomplete(&before, &terms);
    let unwritable = |error: serde_json::Error| vec![error.to_string()];
    // Remarks about a baseline may differ, and so may the place of the pack.
    let value = |report: &Report| {
        let mut report = Report { remarks: Vec::new(), ..report.clone() };
        report.scenarios.iter_mut().for_each(|scenario| scenario.file = String::new());
        serde_json::to_value(&report).map_err(unwritable)
    };
    wrong.extend(differing(&value(&before)?, &value(&again)?, "the report says", "it is judged"));
    match Certificate::of(&again, certificate.report.clone()) {
        Ok(own) => {
            let said = serde_json::from_str(said).map_err(unwritable)?;
            let own = serde_json::to_value(&own).map_err(unwritable)?;
            wrong.extend(differing(&said, &own, "the certificate says", "by the report it is"));
        }
        Err(reasons) => {
            wrong.extend(reasons.iter().map(|reason| format!("this run gets no certificate: {}", reason.why)));
        }
    }
    if wrong.is_empty() { Ok(format!("{}; judged again, the same", rules(certificate))) } else { Err(wrong) }
}

/// What a certificate says, where nothing in it speaks against it.
fn by_itself(certificate: &Certificate, pack: &Pack) -> Found {
    let Certificate { rules: of_rules, pack: used, tested, evidence, subject, .. } = certificate;
    let broken = of_rules.iter().filter(|rule| rule.asked && rule.state == RuleState::Broken);
    let mut wrong: Vec<String> = broken.map(|rule| format!("{} is broken, and decides", rule.id)).collect();
    if used.scenarios != pack.entries.len() || tested.scenarios + tested.out_of_scope != used.scenarios {
        let (passed, left, all, here) = (tested.scenarios, tested.out_of_scope, used.scenarios, pack.entries.len());
        wrong.push(format!("{passed} passed and {left} left out are not all {all}; the pack has {here}"));
    }
    if of_rules.is_empty() || *evidence == Grade::Wire || *subject == SubjectReport::Builtin {
        wrong.push("no run gets such a certificate: it names no rule, no outcome or no client".to_owned());
    }
    if wrong.is_empty() { Ok(format!("{}, by its own word", rules(certificate))) } else { Err(wrong) }
}

/// What of the pack a report leaves out without a reason.
fn incomplete(report: &Report, terms: &Terms) -> Vec<String> {
    let said: BTreeMap<&str, _> = report.scenarios.iter().map(|scenario| (&*scenario.id, scenario.state)).collect();
    let is_observed = matches!(report.subject, SubjectReport::Observed { .. });
    let is_left_out = |scenario: &&Scenario| match said.get(scenario.id.as_str()) {
        None => true,
        Some(state) => *state == ScenarioState::OutOfScope && !is_observed && !is_beyond(scenario, &terms.cannot),
    };
    let left_out = terms.pack.entries.iter().map(|entry| &entry.scenario).filter(is_left_out);
    let left_out: Vec<&str> = left_out.map(|scenario| scenario.id.as_str()).collect();
    let mut wrong = Vec::new();
    if !left_out.is_empty() {
        let named = left_out.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        wrong.push(format!("{} left out without a reason: {named}", plural(left_out.len(), "scenario")));
    }
    if report.ended_early {
        wrong.push("the run ended early".to_owned());
    }
    wrong
}

fn rules(certificate: &Certificate) -> String {
    let asked = certificate.rules.iter().filter(|rule| rule.asked && rule.state == RuleState::Kept).count();
    format!("conforms: {} followed, {} passed", plural(asked, "rule"), plural(certificate.tested.scenarios, "scenario"))
}

/// The first few places in which two values differ.
fn differing(was: &Value, is: &Value, said: &str, found: &str) -> Vec<String> {
    let mut places = Vec::new();
    compare(was, is, "", &mut places);
    let more = places.len().saturating_sub(NAMED);
    let told = places.iter().take(NAMED).map(|(place, was, is)| format!("{place}: {said} {was}, {found} {is}"));
    told.chain((more > 0).then(|| format!("and {} more", plural(more, "place")))).collect()
}

fn compare(was: &Value, is: &Value, place: &str, places: &mut Vec<(String, String, String)>) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (name, value) in was {
                compare(value, is.get(name).unwrap_or(&Value::Null), &format!("{place}.{name}"), places);
            }
            for (name, value) in is.iter().filter(|(name, _)| !was.contains_key(*name)) {
                compare(&Value::Null, value, &format!("{place}.{name}"), places);
            }
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            for (at, (was, is)) in was.iter().zip(is).enumerate() {
                compare(was, is, &format!("{place}[{at}]"), places);
            }
        }
        (was, is) if was != is => {
            let shown = |value: &Value| {
                let text = value.to_string().escape_debug().to_string().replace("\\\"", "\"");
                cut(&text, SHOWN).map_or(text.clone(), |head| format!("{head}…"))
            };
            places.push((place.trim_start_matches('.').to_owned(), shown(was), shown(is)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, fingerprint};
    use serde_json::json;

    #[test]
    fn no_byte_of_a_report_can_be_changed_unseen() {
        let report = "{\"version\": 3, \"told\": \"updated\"}\n".repeat(20);
        let before = fingerprint(&report);
        let changes = (0..10_000).map(|change| (change % report.len(), 1 + change / report.len()));
        for (at, shift) in changes {
            let mut bytes = report.clone().into_bytes();
            bytes[at] = (bytes[at] + u8::try_from(shift).unwrap()) % 0x80;
            assert_ne!(fingerprint(std::str::from_utf8(&bytes).unwrap()), before, "byte {at} by {shift}");
        }
    }

    #[test]
    fn every_place_in_which_two_values_differ_is_named() {
        let was = json!({ "a": [1, { "b": "x" }], "c": null, "d": [1] });
        let is = json!({ "a": [2, { "b": "y" }], "c": {}, "d": [1, 2], "e": 3 });
        let mut places = Vec::new();
        compare(&was, &is, "", &mut places);
        let places: Vec<&str> = places.iter().map(|(place, ..)| place.as_str()).collect();
        assert_eq!(places, ["a[0]", "a[1].b", "c", "d", "e"]);
    }
}

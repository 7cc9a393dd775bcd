//! `caketester certificate check`: what somebody to whom a certificate is shown may accept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::cli::checking::judge::{fingerprint, terms_of};
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::options::open::{InstanceArgument, PackArgument, in_words};
use crate::cli::output::Output;
use crate::cli::setup::networks::open_network;
use crate::judge::{
    Certificate, Exit, Grade, Report, RuleState, ScenarioState, SubjectReport, Terms, is_beyond, rejudge,
};
use crate::pack::{Origin, Pack, digest};
use crate::plural::plural;
use crate::render::{read_certificate, read_json};
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
    /// The JSON report of its run, which is judged again
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

/// One thing that was looked at.
struct Checked {
    what: &'static str,
    /// What was found, or what disagrees.
    found: Result<String, Vec<String>>,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let path = &arguments.certificate;
    let (certificate, said) = certificate_in(path)?;
    let report = arguments.report.as_deref().map(|path| Ok::<_, Failure>((path, text(path)?))).transpose()?;
    let report = report.as_ref().map(|(path, text)| (*path, &**text));
    let pack = arguments.open(&certificate, context, output)?;
    let lines = [
        Checked { what: "client", found: Ok(about(&certificate)) },
        Checked { what: "pack", found: of_the_pack(&certificate, &pack.digest()?, &digest(&Origin::Standard)?) },
        Checked { what: "report", found: of_the_report(&certificate, report) },
        Checked { what: "verdict", found: of_the_verdict((&certificate, &said), report, &pack, output)? },
    ];
    let disagrees = lines.iter().any(|line| line.found.is_err());
    for Checked { what, found } in &lines {
        match found {
            Ok(found) => output.out(&format!("{what:<9}{found}\n")),
            Err(wrong) => wrong.iter().for_each(|wrong| output.out(&format!("{what:<9}NO: {wrong}\n"))),
        }
    }
    let (accepted, exit) = match (disagrees, report) {
        (true, _) => ("nothing: see what disagrees above, and run the client again", Exit::Failure),
        (false, None) => ("the certificate itself, unchecked: add --report to check it against its run", Exit::Success),
        (false, Some(_)) => (
            "the verdict follows from the report; whether the report is genuine, caketester cannot check",
            Exit::Success,
        ),
    };
    output.out(&format!("{:<9}{accepted}\n", "accept"));
    Ok(exit)
}

/// The certificate in a file, and the file's text.
pub(super) fn certificate_in(path: &Path) -> Result<(Certificate, String), Failure> {
    let said = text(path)?;
    let certificate = read_certificate(&said)
        .map_err(|reason| Failure::usage(format!("cannot read {}: {reason}", path.display())))?;
    Ok((certificate, said))
}

fn text(path: &Path) -> Result<String, Failure> {
    let read = std::fs::read(path).map_err(|error| {
        Failure::usage(format!("cannot read {}: {error}\n  help: a run writes it with --certificate, and its report with --report json=PATH", path.display()))
    })?;
    String::from_utf8(read)
        .map_err(|error| Failure::usage(format!("cannot read {}: it is not text ({error})", path.display())))
}

impl Arguments {
    /// The pack of the run, in the words of its network.
    fn open(&self, certificate: &Certificate, context: &Context<'_>, output: &Output) -> Result<Arc<Pack>, Failure> {
        let named = &certificate.pack.name;
        let own = (named != "standard").then(|| PathBuf::from(named));
        let pack = PackArgument { pack: self.pack.pack.clone().or(own) }.open_as_written(context, output)?;
        let pack = self.instance.clone().of_run(certificate.scope.behaviour.as_ref(), pack)?;
        let network =
            certificate.scope.network.as_deref().map(|name| open_network(Path::new("."), name)).transpose()?;
        Ok(Arc::new(in_words(pack, &certificate.scope.names, network.as_ref())?))
    }
}

fn about(certificate: &Certificate) -> String {
    let Certificate { client, date, caketester, .. } = certificate;
    let told = format!("{} {}, on {date}, by caketester {caketester}", client.name, client.version);
    told.escape_debug().to_string()
}

fn of_the_pack(certificate: &Certificate, digest: &str, standard: &str) -> Result<String, Vec<String>> {
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

fn of_the_report(certificate: &Certificate, report: Option<(&Path, &str)>) -> Result<String, Vec<String>> {
    let Some((path, text)) = report else { return Ok("not looked at: --report FILE names it".to_owned()) };
    if is_of(&certificate.report, text) {
        return Ok(format!("{}, to the byte", path.display()));
    }
    Err(vec![format!(
        "{} is not the report of this run, or was changed: {} in place of {}",
        path.display(),
        fingerprint(text),
        certificate.report
    )])
}

/// Whether a report has this fingerprint.
fn is_of(digest: &str, report: &str) -> bool {
    fingerprint(report) == digest
}

/// Judges the report again, and compares the result with the report and the certificate.
fn of_the_verdict(
    (certificate, said): (&Certificate, &str),
    report: Option<(&Path, &str)>,
    pack: &Arc<Pack>,
    output: &Output,
) -> Result<Result<String, Vec<String>>, Failure> {
    let Some((path, text)) = report else { return Ok(by_itself(certificate, pack)) };
    let before = match read_json(text) {
        Ok(before) => before,
        Err(reason) => return Ok(Err(vec![format!("{} cannot be read: {reason}", path.display())])),
    };
    let terms = terms_of(&before, Arc::clone(pack), today());
    let again = match rejudge(&terms, before.clone(), None) {
        // What a later caketester has to say of itself is no difference.
        Ok(again) => Report { caketester: before.caketester.clone(), ..output.masked(again) },
        Err(error) => return Ok(Err(vec![format!("{} cannot be judged: {error}", path.display())])),
    };
    let mut wrong = incomplete(&before, &terms);
    wrong.extend(differing(&value(&before)?, &value(&again)?, "the report says", "it is judged"));
    match Certificate::of(&again, certificate.report.clone()) {
        Ok(own) => {
            let said = serde_json::from_str::<Value>(said).and_then(|said| Ok((said, serde_json::to_value(&own)?)));
            let (said, own) = said.map_err(|error| Failure::new(Exit::Harness, error.to_string()))?;
            wrong.extend(differing(&said, &own, "the certificate says", "by the report it is"));
        }
        Err(reasons) => {
            wrong.extend(reasons.iter().map(|reason| format!("this run gets no certificate: {}", reason.why)));
        }
    }
    Ok(if wrong.is_empty() { Ok(format!("{}; judged again, the same", rules(certificate))) } else { Err(wrong) })
}

/// What a certificate says, where nothing in it speaks against it.
fn by_itself(certificate: &Certificate, pack: &Pack) -> Result<String, Vec<String>> {
    let mut wrong = Vec::new();
    let broken = certificate.rules.iter().filter(|rule| rule.asked && rule.state == RuleState::Broken);
    wrong.extend(broken.map(|rule| format!("{} is broken, and decides", rule.id)));
    let (of, tested) = (&certificate.pack, &certificate.tested);
    if of.scenarios != pack.entries.len() || tested.scenarios + tested.out_of_scope != of.scenarios {
        let (passed, left) = (tested.scenarios, tested.out_of_scope);
        let here = pack.entries.len();
        wrong.push(format!("{passed} passed and {left} left out are not all {}; the pack has {here}", of.scenarios));
    }
    if certificate.rules.is_empty()
        || certificate.evidence == Grade::Wire
        || certificate.subject == SubjectReport::Builtin
    {
        wrong.push("no run gets such a certificate: it names no rule, no outcome or no client".to_owned());
    }
    if wrong.is_empty() { Ok(format!("{}, by its own word", rules(certificate))) } else { Err(wrong) }
}

/// What of the pack a report leaves out without a reason.
fn incomplete(report: &Report, terms: &Terms) -> Vec<String> {
    let said: BTreeMap<&str, _> = report.scenarios.iter().map(|scenario| (&*scenario.id, scenario)).collect();
    let is_observed = matches!(report.subject, SubjectReport::Observed { .. });
    let missing = terms.pack.entries.iter().map(|entry| &entry.scenario).filter(|scenario| {
        let is_out = |state| state == ScenarioState::OutOfScope && !is_observed && !is_beyond(scenario, &terms.cannot);
        said.get(scenario.id.as_str()).is_none_or(|said| is_out(said.state))
    });
    let missing: Vec<String> = missing.map(|scenario| scenario.id.to_string()).collect();
    let named = missing.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let left = (!missing.is_empty())
        .then(|| format!("{} left out without a reason: {named}", plural(missing.len(), "scenario")));
    let early = report.ended_early.then(|| "the run ended early".to_owned());
    left.into_iter().chain(early).collect()
}

fn rules(certificate: &Certificate) -> String {
    let asked = certificate.rules.iter().filter(|rule| rule.asked && rule.state == RuleState::Kept).count();
    format!("conforms: {} kept, {} passed", plural(asked, "rule"), plural(certificate.tested.scenarios, "scenario"))
}

fn value(report: &Report) -> Result<Value, Failure> {
    // What was noted of a baseline is no difference, nor is where the pack lies.
    let mut report = Report { remarks: Vec::new(), ..report.clone() };
    report.scenarios.iter_mut().for_each(|scenario| scenario.file = String::new());
    serde_json::to_value(&report).map_err(|error| Failure::new(Exit::Harness, error.to_string()))
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
    use super::{compare, is_of};
    use crate::cli::checking::judge::fingerprint;
    use serde_json::json;

    #[test]
    fn no_byte_of_a_report_can_be_changed_unseen() {
        let report = "{\"version\": 3, \"told\": \"updated\"}\n".repeat(20);
        let before = fingerprint(&report);
        assert!(is_of(&before, &report));
        let changes = (0..10_000).map(|change| (change % report.len(), 1 + change / report.len()));
        for (at, shift) in changes {
            let mut bytes = report.clone().into_bytes();
            bytes[at] = (bytes[at] + u8::try_from(shift).unwrap()) % 0x80;
            assert!(!is_of(&before, std::str::from_utf8(&bytes).unwrap()), "byte {at} by {shift}");
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

//! `caketester explain`

use clap::Args;

use crate::cake::{Lead, lead_key};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::packs::scenarios::{find, line, words};
use crate::cli::packs::topics::{self, topic};
use crate::judge::Exit;
use crate::nearest::nearest;
use crate::pack::{Entry, Pack, expected_answers};
use crate::protocol::{Code, Fault, Outcome};
use crate::render::{cause_page, cause_text, rule_page, rule_text};
use crate::rules::rule;
use crate::scenario::{Basis, Scenario};
use crate::support::{Knowledge, all_causes, cause, diagnose, read};

const EXAMPLES: &str = "\
Examples:
  caketester explain 3
  caketester explain Q08
  caketester explain config
  caketester explain topics
  caketester explain codes/status-in-another-case
  caketester explain 'Missing parameter: lead_id.'";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// What to explain: a code (3); the ID of a rule (Q08), cause or scenario; a lead ID of the pack; the text of an answer
    /// or error, in quotes; or a help page. `topics` lists the pages
    #[arg(default_value = "topics")]
    what: String,
    #[command(flatten)]
    pack: PackArgument,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let what = arguments.what.as_str();
    let text = if let Some(page) = page_of(what) {
        page
    } else if is_rule_like(what) {
        let help = "`caketester explain rules` prints them all";
        return Err(Failure::new(Exit::NothingDone, format!("there is no rule {what:?}\n  help: {help}")));
    } else if what.contains(['<', ' ']) {
        message(what)?
    } else {
        let pack = arguments.pack.open(context)?;
        let owner = pack.entries.iter().find(|entry| owns(&entry.scenario, what));
        match (owner, pack.instance.lead_like(what)) {
            (None, Some(lead)) => ordinary(lead),
            (Some(entry), _) => scenario(&pack, entry, &arguments.pack.as_given()),
            (None, None) => {
                let entry = find(&pack, what).map_err(|none| like_a_cause(&pack, what).unwrap_or(none))?;
                scenario(&pack, entry, &arguments.pack.as_given())
            }
        }
    };
    context.output.out(&text);
    Ok(Exit::Success)
}

/// A lead that no scenario is about.
fn ordinary(lead: &Lead) -> String {
    let answers = "as CAKE would answer: code 0 where key, status and fields are right";
    format!(
        "{}: an ordinary lead of this pack, sold to {}\n{}",
        lead.id,
        lead.sale.buyers.join(" and "),
        line("answer", answers)
    )
}

/// What has this name, of what belongs to no pack.
fn page_of(what: &str) -> Option<String> {
    if let Ok(number) = what.parse() {
        return Some(code(Code(number)));
    }
    match &*what.to_ascii_lowercase() {
        "topics" => return Some(topics::list()),
        "rules" => return Some(rule_page()),
        "causes" => return Some(cause_page()),
        _ => {}
    }
    let of_rule = rule(what).map(rule_text);
    // Some causes and pages have one name.
    let (of_cause, of_topic) = (cause(what).map(cause_text), topic(what).map(|topic| topic.text.to_owned()));
    of_rule.or(match (of_cause, of_topic) {
        (Some(cause), Some(topic)) => Some(format!("{topic}\n{cause}")),
        (cause, topic) => cause.or(topic),
    })
}

/// The cause that is meant by what is neither a scenario nor a part of one's ID.
fn like_a_cause(pack: &Pack, what: &str) -> Option<Failure> {
    let is_part = pack.entries.iter().any(|entry| entry.scenario.id.as_str().contains(what));
    let like = nearest(what, all_causes().map(|cause| &*cause.id)).filter(|_| !is_part)?;
    let message = format!("there is nothing called {what:?}\n  help: did you mean {like}?");
    Some(Failure::new(Exit::NothingDone, message))
}

/// Whether this would be the ID of a rule: a letter and digits.
fn is_rule_like(what: &str) -> bool {
    matches!(what.as_bytes(), [letter, digits @ ..] if letter.is_ascii_alphabetic() && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// Whether a step of the scenario updates this lead.
fn owns(scenario: &Scenario, lead: &str) -> bool {
    scenario.steps.iter().any(|step| lead_key(&step.update.lead_id) == lead_key(lead))
}

/// What an answer or a message means, as `caketester why` reads it.
fn message(text: &str) -> Result<String, Failure> {
    let diagnosis = diagnose(&read(text.as_bytes()), &Knowledge::default());
    let Some(first) = diagnosis.answer() else {
        let help = "`caketester why` reads a whole ticket, with what stands around the message";
        let what = format!("this is neither an answer nor an error that is known: {text:?}");
        return Err(Failure::new(Exit::NothingDone, format!("{what}\n  help: {help}")));
    };
    let number = first.id.strip_prefix("code-").and_then(|number| number.parse().ok());
    Ok(number.map(|number| code(Code(number))).or(cause(first.id).map(cause_text)).unwrap_or_default())
}

/// What a scenario is about, step by step, and what somebody can do whose client meets it; `given` is the pack as
/// named.
fn scenario(pack: &Pack, entry: &Entry, given: &str) -> String {
    let Scenario { id, title, basis, why, steps, .. } = &entry.scenario;
    let mut text = format!("{id}: {title}\n");
    if let Some(why) = why {
        text += &line("meaning", why.trim());
    }
    if let Some(basis) = basis {
        text += &line("basis", &format!("{}: {}", basis.word(), rests_on(*basis)));
    }
    let expected = expected_answers(pack, entry);
    for step in steps {
        if let Some(name) = &step.name {
            text = text + "\n  step " + name + "\n";
        }
        text += &line("update", &step.update.to_string());
        // Where several attempts get answers, the last one counts.
        let last = expected.iter().rfind(|expected| std::ptr::eq(expected.step, step));
        let Some(reply) = last.map(|expected| &expected.reply) else { continue };
        let answer = match reply.code {
            Some(code) => format!("code {code}"),
            None => format!("HTTP {} without a code", reply.answer.http_status),
        };
        text += &line("answer", &format!("{answer}, because {}", Fault::reason(reply.fault, reply.why.clone())));
        text += &line("client", &words(&step.client));
        let (who, what) = match reply.code {
            Some(code) if code.meaning().is_some() => advice(code),
            _ => NO_ANSWER,
        };
        text += &(line("to act", who) + &line("to try", what));
    }
    text += "\n";
    text += &line("more", &format!("caketester scenarios show {id}{given}"));
    text + &line("check", &format!("caketester client{given} --only {id} -- PROGRAM …"))
}

/// How sure a basis is.
fn rests_on(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "CAKE's own article describes it, so a client has to do it",
        Basis::Platform => "certain for the platform CAKE runs on, so a client should cope with it",
        Basis::Assumed => "nobody outside CAKE knows; this is one possibility",
    }
}

fn code(code: Code) -> String {
    let Some(meaning) = code.meaning() else {
        return format!("code {code}\n")
            + &line("meaning", "none that is known: CAKE documents the codes 0 to 4")
            + &line("client", "it may not take this for success; whether the update was recorded is unknown")
            + &line("to try", "ask the network, with the request and the whole answer at hand");
    };
    let (who, what) = advice(code);
    format!("code {code}\n")
        + &line("meaning", meaning)
        + &line("basis", "documented")
        + &line("client", code.outcome().map_or("unknown", Outcome::word))
        + &line("to act", who)
        + &line("to try", what)
}

/// Who has to act where there is no code to go by, and what to try.
const NO_ANSWER: (&str, &str) = (
    "the buyer first; if it persists, the network",
    "keep the update and send it again later, which sets the same status; if that fails too, send the network the request and the whole answer",
);

/// Who has to act on a code, and what to try.
fn advice(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::SUCCESS => ("nobody", "nothing; sending the update again sets the status anew, to the same"),
        Code::INVALID_KEY => (
            "the buyer; if the key is right, the network",
            "compare the key with the one on the Buyer Card's Home tab, letter case included; a + in it has to be sent as %2B",
        ),
        Code::LEAD_NOT_FOUND => (
            "the buyer",
            "send the CAKE Lead ID as it came with the lead, in its letter case; check that this buyer bought it, from this network",
        ),
        Code::STATUS_NOT_RECOGNISED => (
            "the buyer, or the network if it renamed the status",
            "compare status and sub-status with the network's list, letter for letter, spaces included",
        ),
        _ => (
            "the network",
            "the network has to enable and configure Lead Statuses in its instance; repeating the update does not help",
        ),
    }
}

//! Questions that a reply about a cause leaves open.

use super::again::asks_again;
use super::causes::{Who, cause, place_of};
use super::diagnose::Diagnosis;
use super::look::{Found, Grade, Variant};
use super::matter::{asked, asks_whether_it_is_down, wished};
use super::settled::answers;
use super::ticket::{Item, Ticket};
use super::words::paragraphs;

/// At most so many questions are quoted, and none that is longer than this.
const MOST: usize = 3;
const LONGEST: usize = 160;

/// What every reply about a cause answers: what is wrong, why, and what to do.
const OF_THE_CAUSE: [&str; 46] = [
    "why",
    "wrong",
    "what did we",
    "what are we",
    "what am i",
    "any idea",
    "help",
    "can you check",
    "could you check",
    "can you look",
    "could you look",
    "a look",
    "what now",
    "what to do",
    "what should",
    "what can",
    "what do we",
    "what do i",
    "how do we fix",
    "how do i fix",
    "how can we fix",
    "how to fix",
    "what is this",
    "does this mean",
    "does that mean",
    "what happened",
    "what happens",
    "right?",
    "correct?",
    "ok?",
    "going on",
    "do you see",
    "can you see",
    "can you tell",
    "could you tell",
    "missing",
    "what is it",
    "what does it",
    "which parameter",
    "want from us",
    "what's up",
    "what else",
    "must we change",
    "have to change",
    "need to change",
    "to change?",
];

/// What is left to ask for beside a cause.
struct Open {
    /// The questions, as they are written; empty where one is not to be repeated.
    questions: Vec<String>,
    /// Whether somebody looks for the cause on the network's side.
    suspects_us: bool,
}

/// The questions of a person that neither the cause nor anything else in the reply answers.
fn open_questions(ticket: &Ticket, item: Option<&Item>, first: &Found, says_whether_again: bool) -> Open {
    let parameters = ["lead_id", "lead id", "sub_status", "status", "api_key", "header"];
    let pieces = paragraphs(ticket);
    let of_cause = cause(first.id).map_or_else(String::new, |of| {
        format!("{} {} {} {} {}", of.title, of.why, first.help(), first.message, first.ask()).to_lowercase()
    });
    let open: Vec<&str> = pieces
        .iter()
        .flat_map(|piece| asked(piece).chain(wished(piece)))
        .map(|question| {
            question.rsplit(['!', ';']).next().unwrap_or(question).trim_start_matches(['-', '*', ' ']).trim()
        })
        .filter(|question| question.split(' ').count() > 2 && question.len() <= LONGEST)
        .filter(|question| is_asking(question) && !is_code(question))
        .filter(|question| {
            let lower = question.to_lowercase();
            let is_correction =
                ["correct", "set it back", "fix it", "take it out", "reset"].iter().any(|word| lower.contains(word));
            let is_answered = first.id == "counted-twice" && is_correction
                || OF_THE_CAUSE.iter().any(|words| lower.contains(words))
                || says_whether_again && asks_again(&lower)
                || parameters.iter().any(|name| lower.contains(name) && of_cause.contains(name))
                || asks_whether_it_is_down(&lower)
                || lower.contains("can you answer")
                // "They work?" is said of what works.
                || lower.contains("they work")
                || lower.contains("it works")
                || first.id == "overwritten" && lower.contains("who")
                || ["maintenance", "outage"].iter().any(|word| lower.contains(word))
                || !answers(&lower, item, &ticket.text).is_empty()
                || shared(&lower, &of_cause) > 1;
            !is_answered
        })
        .collect();
    let (theories, others): (Vec<&str>, Vec<&str>) = open.into_iter().partition(|question| is_theory(question));
    let questions = others.into_iter().take(MOST);
    let questions = questions.map(|question| if is_personal(question) { String::new() } else { question.to_owned() });
    let words = pieces.join(" ").to_lowercase();
    let is_blamed = [
        "on your side",
        "on your end",
        "your system",
        "you changed",
        "what changed",
        "activated",
        "you block",
        "renamed",
        "did you ",
    ]
    .iter()
    .any(|blame| words.contains(blame));
    Open { questions: questions.collect(), suspects_us: is_blamed || !theories.is_empty() }
}

/// Whether somebody supposes that something is wrong at the network: "did you rename it?", "maybe you block our IP?"
fn is_theory(question: &str) -> bool {
    const SUPPOSED: [&str; 36] = [
        "maybe",
        "perhaps",
        "my guess",
        "i guess",
        "i suppose",
        "typo",
        "could it be",
        "is it possible",
        "broken",
        "did you",
        "have you",
        "has your",
        "is your",
        "are your",
        "was your",
        "were your",
        "do you block",
        "you must have",
        "you have to",
        "on your side",
        "on your end",
        "at yours",
        "in your system",
        "your certificate",
        "can you delete",
        "could you delete",
        "could the network",
        "can you rename",
        "re-add",
        "re-save",
        "permission",
        "server log",
        "outdated",
        "delay",
        "turned on",
        "something else",
    ];
    let lower = question.to_lowercase();
    SUPPOSED.iter().any(|words| lower.contains(words))
}

/// Whether it asks, and is not a statement with a mark: "your sum says so??", "it is overwritten, no?"
fn is_asking(question: &str) -> bool {
    const WORDS: [&str; 26] = [
        "which", "what", "when", "where", "who", "how", "why", "is", "are", "do", "does", "did", "can", "could",
        "should", "will", "would", "may", "must", "has", "have", "was", "were", "whether", "please", "any",
    ];
    let lower = question.to_lowercase();
    let is_tag = [", no?", ", right?", ", or?", ", correct?"].iter().any(|tag| lower.ends_with(tag));
    let words = lower.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word));
    // Of other languages these words are not known.
    (words || !lower.is_ascii()) && !is_tag
}

/// Whether a line of code ends in a question mark: `unless res.is_a?`
fn is_code(question: &str) -> bool {
    let last = question.trim_end_matches(['?', '.', '!']).rsplit(' ').next().unwrap_or_default();
    question.contains(['{', '}', '=', '<', '\\', '$']) || last.contains(['.', '_', '(', '[', ':'])
}

/// What a reply says to what is asked beside the cause, and whether a person has to answer more.
pub(super) fn beside(
    ticket: &Ticket,
    diagnosis: &Diagnosis,
    item: Option<&Item>,
    first: &Found,
) -> (Vec<String>, bool) {
    let open = open_questions(ticket, item, first, diagnosis.again(ticket).is_some());
    let is_theirs = first.who() != Who::Network && place_of(first.id).0 != "none" && first.grade != Grade::Possible;
    let suspects_us = open.suspects_us && is_theirs;
    let is_about_us = is_about_us(diagnosis, first);
    let mut paragraphs = Vec::new();
    if suspects_us && !is_about_us {
        paragraphs.push("As far as your message shows, nothing has to be changed on our side.".to_owned());
    }
    // That the network looks is said already where it has to act.
    let is_passed_on = !open.questions.is_empty() && first.who() != Who::Network;
    if is_passed_on {
        paragraphs.push(passed_on(&open.questions));
    }
    (paragraphs, is_passed_on || suspects_us && is_about_us)
}

/// Whether the network has something to do all the same.
fn is_about_us(diagnosis: &Diagnosis, first: &Found) -> bool {
    first.variant == Variant::Listed
        || matches!(first.id, "counted-twice" | "key-unknown" | "code-1" | "code-2" | "code-3" | "lead-unknown")
        || diagnosis.causes().iter().any(|found| found.who() == Who::Network && found.id != "key-exposed")
}

/// That somebody will answer them, in the words of a reply.
fn passed_on(open: &[String]) -> String {
    let quoted: Vec<String> =
        open.iter().filter(|one| !one.is_empty()).map(|question| format!("\"{question}\"")).collect();
    match &*quoted {
        [] => "A colleague will come back to you on what else you ask.".to_owned(),
        _ => format!("You also ask: {} A colleague will come back to you on that.", quoted.join(" ")),
    }
}

/// How many longer words of a question the cause speaks of too.
fn shared(question: &str, cause: &str) -> usize {
    let words = question.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.len() > 4 && cause.contains(word)).count()
}

/// Whether it is not to be repeated: an address, or anything with a digit in it, may be a person's or a key; and a reply in English
/// quotes no other language.
fn is_personal(question: &str) -> bool {
    let is_foreign = |word: &str| {
        ["ich", "die", "nicht", "que", "est", "nous", "oggi", "può", "por", "para", "vous", "wir"].contains(&word)
    };
    question.split(' ').any(is_foreign) || question.contains('@') || question.bytes().any(|byte| byte.is_ascii_digit())
}

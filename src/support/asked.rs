//! Questions that a reply about a cause leaves open.

use super::again::asks_again;
use super::cause::Who;
use super::diagnose::Diagnosis;
use super::look::{Found, Grade, Variant};
use super::matter::{asks_whether_it_is_down, wished};
use super::phrases::{Says, asked, has_word, phrases};
use super::settled::answers;
use super::ticket::{Item, Ticket};
use super::words::paragraphs;
use crate::cake::is_parameter;

/// At most so many questions are quoted, and none that is longer than this.
pub(super) const MOST: usize = 3;
const LONGEST: usize = 160;

/// What is left to ask for beside a cause.
struct Open {
    /// What a person is asked for, as it is written.
    requests: Vec<String>,
    /// Everything else.
    others: Vec<String>,
    /// Whether somebody looks for the cause on the network's side.
    suspects_us: bool,
}

/// The questions of a person that neither the cause nor anything else in the reply answers.
fn open_questions(ticket: &Ticket, item: Option<&Item>, first: &Found, says_whether_again: bool) -> Open {
    let parameters = ["lead_id", "lead id", "sub_status", "status", "api_key", "header"];
    let pieces = paragraphs(ticket);
    let of = first.cause();
    let of_cause = format!("{} {} {} {} {}", of.title, of.why, first.help(), first.message, first.ask()).to_lowercase();
    let is_answered = |lower: &str| {
        let is_correction = lower.says(&["correct", "set it back", "fix it", "take it out", "reset"]);
        first.id == "counted-twice" && is_correction
            || phrases("of-the-cause").iter().any(|words| has_words(lower, words))
            || says_whether_again && asks_again(lower)
            || parameters.iter().any(|name| lower.contains(name) && of_cause.contains(name))
            || asks_whether_it_is_down(lower)
            || lower.says(&["they work", "it works"])
            || first.id == "overwritten" && lower.contains("who")
            || lower.says(&["maintenance", "outage"])
            || !answers(lower, item, &ticket.text).is_empty()
            || shared(lower, &of_cause) > 1
    };
    let open: Vec<&str> = pieces
        .iter()
        .flat_map(|piece| asked(piece).chain(wished(piece)))
        .map(|question| {
            question.rsplit(['!', ';']).next().unwrap_or(question).trim_start_matches(['-', '*', ' ']).trim()
        })
        .filter(|question| question.split(' ').count() > 2 && question.len() <= LONGEST)
        .filter(|question| is_asking(question) && !is_code(question) && !is_answered(&question.to_lowercase()))
        .collect();
    let words = pieces.join(" ").to_lowercase();
    let blames_us = words.means("blames-us");
    // What the network itself gave them may be at fault.
    let is_given = words.says(&["sent us", "gave us", "mailed us", "you sent", "you gave"]);
    let is_of_us = |question: &&str| {
        let lower = question.to_lowercase();
        lower.says(&["your ", "did you", "have you", "are you", "you guys", "can you enable"])
    };
    let (requests, others): (Vec<&str>, Vec<&str>) = open.into_iter().partition(|question| is_request(question));
    // Whether it is down, another sentence says.
    let suspects_us = !is_given && !asks_whether_it_is_down(&words) && (blames_us || others.iter().any(is_of_us));
    let few = |questions: Vec<&str>| questions.into_iter().take(MOST).map(str::to_owned).collect();
    Open { requests: few(requests), others: few(others), suspects_us }
}

/// The questions of a ticket, where nothing else is known.
pub(super) fn all_questions(ticket: &Ticket) -> Vec<String> {
    let pieces = paragraphs(ticket);
    let all = pieces.iter().flat_map(|piece| asked(piece)).map(|one| one.trim_start_matches(['-', '*', ' ']).trim());
    let is_one = |question: &&str| question.split(' ').count() > 2 && question.len() <= LONGEST && !is_code(question);
    all.filter(is_one).map(str::to_owned).collect()
}

/// Whether a question has these words; one alone has to stand by itself.
fn has_words(question: &str, words: &str) -> bool {
    if words.bytes().all(|byte| byte.is_ascii_lowercase()) {
        has_word(question, words)
    } else {
        question.contains(words)
    }
}

/// Whether it asks for what only a person can give: "can you send us the list of sub-statuses?", "do you pay for returned leads?"
fn is_request(question: &str) -> bool {
    let lower = question.to_lowercase();
    lower.means("requests")
}

/// Whether it asks, and is not a statement with a mark: "your sum says so??", "it is overwritten, no?"
fn is_asking(question: &str) -> bool {
    const WORDS: [&str; 30] = [
        "which", "what", "when", "where", "who", "how", "why", "is", "are", "do", "does", "did", "can", "could",
        "should", "will", "would", "may", "must", "has", "have", "was", "were", "whether", "please", "any", "guess",
        "think", "maybe", "perhaps",
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
    let is_name = is_parameter(last);
    question.contains(['{', '}', '=', '<', '\\', '$']) || !is_name && last.contains(['.', '_', '(', '[', ':'])
}

/// What a reply says to what is asked beside the cause, and the questions that a person has yet to answer.
pub(super) fn beside(
    ticket: &Ticket,
    diagnosis: &Diagnosis,
    item: Option<&Item>,
    first: &Found,
) -> (Vec<String>, Vec<String>) {
    let Open { requests, others, suspects_us } = open_questions(ticket, item, first, diagnosis.again(ticket).is_some());
    let is_theirs = first.who() != Who::Network && first.group() != "none" && first.grade != Grade::Possible;
    let mut paragraphs = Vec::new();
    if suspects_us && is_theirs && !is_about_us(diagnosis, first) {
        paragraphs.push("As far as your message shows, the cause is not on our side.".to_owned());
    }
    // That the network looks is said already where it has to act.
    if !requests.is_empty() && first.who() != Who::Network {
        paragraphs.push(passed_on(&requests));
    }
    (paragraphs, requests.into_iter().chain(others).collect())
}

/// Whether the network has something to do all the same.
fn is_about_us(diagnosis: &Diagnosis, first: &Found) -> bool {
    first.variant == Variant::Listed
        || matches!(
            first.id,
            "counted-twice" | "restricted" | "key-unknown" | "code-1" | "code-2" | "code-3" | "lead-unknown"
        )
        || diagnosis.causes().iter().any(|found| found.who() == Who::Network && found.id != "key-exposed")
}

/// That somebody will answer them, in the words of a reply.
pub(super) fn passed_on(open: &[String]) -> String {
    let quoted: Vec<String> =
        open.iter().filter(|one| !is_personal(one)).map(|question| format!("\"{question}\"")).collect();
    match &*quoted {
        [] => "A colleague will come back to you on what else you ask.".to_owned(),
        _ => format!("You also ask: {} A colleague will come back to you on that.", quoted.join(" and ")),
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

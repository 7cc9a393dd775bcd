//! What somebody writes about the outcome, and what stands behind a request: its answer, or the rest of its URL.

use indexmap::IndexSet;

use super::evidence::{Evidence, gateway};
use super::phrases::{Says, has_word, phrases};
use super::ticket::{Form, Item, Ticket};

/// What somebody writes about the outcome where the ticket has no answer: "code 3", "HTTP 500".
pub(super) fn outcome_in_words(prose: &str) -> Evidence {
    let told: String = prose
        .split_inclusive('\n')
        .filter(|line| !handles_an_answer(line))
        .flat_map(|line| line.split_inclusive(['.', '?', '!']))
        .filter(|sentence| !asks_what_would_be(sentence))
        .collect();
    let prose = &*told;
    let number_behind = |word: &str| prose.match_indices(word).find_map(|(at, _)| number(&prose[at + word.len()..]));
    let codes: Vec<u16> = codes_in_words(prose).into_iter().collect();
    let restricted =
        ["-> restricted", "\"restricted\"", "“restricted”", "'restricted'", ">restricted<", "`restricted`"];
    if prose.says(&restricted) {
        return Evidence::Restricted;
    }
    match &*codes {
        [] => {}
        [code] => return Evidence::Code(i64::from(*code)),
        // Where some are taken and others refused, it is the refusal that somebody writes about.
        [one, other] if one.min(other) == &0 => return Evidence::Code(i64::from(*one.max(other))),
        [first, _] => return Evidence::Code(i64::from(*first)),
        _ => return Evidence::None,
    }
    if prose.contains("code 0") || prose.contains("code=0") {
        // It did not come.
        return in_cakes_words(prose).unwrap_or(Evidence::None);
    }
    if let Some(code) = alone(prose) {
        return Evidence::Code(i64::from(code));
    }
    if let Some(evidence) = in_cakes_words(prose) {
        return evidence;
    }
    if let Some(status) = gateway(prose).or_else(|| by_name(prose)) {
        return Evidence::Http(status);
    }
    if prose.means("success") {
        return Evidence::Code(0);
    }
    if let Some(status) = number_behind("http").filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308)) {
        return Evidence::Redirect(Some(status));
    }
    let status = ["http", "error", "status", "returns", "return", "fehler"].iter();
    let status = status.filter_map(|word| number_behind(word)).find(|status| (400..600).contains(status));
    let status = status.or_else(|| {
        let before = ["get ", "get a ", "got ", "got a ", "gives ", "with a "];
        let behind = [" error", " page", " internal server", " - ", " not found", " forbidden", " unauthorized"];
        let is_it = |status: &u16| {
            before.iter().any(|word| prose.contains(&format!("{word}{status}")))
                || behind.iter().any(|word| prose.contains(&format!("{status}{word}")))
        };
        [404, 403, 401, 405, 502, 503, 504, 500, 400].into_iter().find(is_it)
    });
    status.map_or(Evidence::None, Evidence::Http)
}

/// Whether a line is code that handles an answer: `if code == 2`, `log.warning("lead not found")`.
fn handles_an_answer(line: &str) -> bool {
    let line = line.trim_start();
    let compares = line.says(&["==", "!=", "if [", "if (", "include(", "includes(", "expect("]);
    let calls = ["log", "console", "print", "echo ", "raise ", "throw ", "notify(", "warn"];
    compares && !line.contains("->")
        || calls.iter().any(|call| line.starts_with(call)) && line.contains(['(', ';']) && !line.contains('=')
}

/// Whether a sentence asks how CAKE answers, and tells of no answer: "do you return status 500 then?"
fn asks_what_would_be(sentence: &str) -> bool {
    let sentence = sentence.trim();
    let is_of_now = [" why", "know what", " we get", " i get", "getting", " got "];
    if sentence.means("asks-what-comes") && sentence.ends_with('?') {
        return !["why", "still", "keep"].iter().any(|word| has_word(sentence, word));
    }
    sentence.ends_with('?')
        && phrases("begins-a-question").iter().any(|word| sentence.starts_with(word))
        && !sentence.says(&is_of_now)
}

/// The HTTP status that somebody calls by its name.
fn by_name(prose: &str) -> Option<u16> {
    let names = [
        ("bad request", 400),
        ("method not allowed", 405),
        ("too many requests", 429),
        ("internal server error", 500),
        ("service unavailable", 503),
        ("gateway time", 504),
    ];
    names.into_iter().find(|(name, _)| prose.contains(name)).map(|(_, status)| status)
}

/// The number that a word stands for: `: 3`, ` is 3`, `="3"`.
fn number(behind: &str) -> Option<u16> {
    let rest = behind.trim_start_matches([' ', ':', '=', '"', '\'', '#']);
    let rest = ["is ", "was ", "of ", "ist "].iter().fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // "Copied 1:1."
    let is_ratio =
        rest[digits.len()..].strip_prefix(':').is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()));
    digits.parse().ok().filter(|_| !is_ratio)
}

/// The codes that somebody says came, each once, in their order.
fn codes_in_words(prose: &str) -> IndexSet<u16> {
    let words = ["code", "answer", "answers", "answered", "result", "antwort", "código"];
    let places = words.iter().flat_map(|word| prose.match_indices(word));
    let code = |(at, word): (usize, &str)| Some((at, number(&prose[at + word.len()..])?));
    let mut found: Vec<(usize, u16)> =
        places.filter_map(code).filter(|(at, code)| *code <= 4 && !is_denied(&prose[..*at])).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, code)| code).collect()
}

/// Whether what follows is said not to have come, or to have come before: "we never get", "it was always".
fn is_denied(before: &str) -> bool {
    let start = before.rfind(['.', ',', ';', '!', '?', '\n']).map_or(0, |at| at + 1);
    let denied = phrases("denied");
    before[start..].split(|c: char| !c.is_alphanumeric()).any(|word| denied.iter().any(|known| known == word))
        || before[start..].says(&["n't ", "was always", "always was", "were always", "has always", "had always"])
}

/// A code that stands alone behind an arrow or a word for an answer: `-> 3`, `returned 3`, `200 (3)`.
fn alone(prose: &str) -> Option<u16> {
    let arrows = ["-> ", "=> ", "→ ", "code&gt;", "200 ("];
    let behind = |word: &str, is_arrow: bool| {
        prose.match_indices(word).find_map(|(at, _)| {
            let rest = prose[at + word.len()..].trim_start_matches(['"', '\'', '`']);
            let mut chars = rest.chars();
            let code = chars.next().and_then(|c| c.to_digit(5))?;
            let next = chars.next();
            let goes_on = [" for ", " again", " for\n", " on ", " with ", " since "]
                .iter()
                .any(|words| rest[1..].starts_with(words));
            let is_end = goes_on || next.is_none_or(|c| "\n\r.,;)<&!?\"'`".contains(c));
            let is_alone = is_end && !chars.as_str().starts_with(|c: char| c.is_ascii_digit());
            (is_alone || is_arrow && next == Some(' ')).then(|| u16::try_from(code).ok()).flatten()
        })
    };
    let of_arrow = arrows.iter().find_map(|word| behind(word, true));
    of_arrow.or_else(|| phrases("answered").iter().find_map(|word| behind(word, false)))
}

/// What CAKE or the platform says, quoted in prose.
fn in_cakes_words(prose: &str) -> Option<Evidence> {
    if let Some(at) = prose.find("missing parameter: ") {
        let name = prose[at + "missing parameter: ".len()..].chars();
        return Some(Evidence::Missing(name.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()));
    }
    let words: [(&str, Evidence); 12] = [
        ("potentially dangerous request", Evidence::Dangerous),
        ("request format is unrecognized", Evidence::Format),
        ("invalid api key", Evidence::Code(1)),
        ("api key is invalid", Evidence::Code(1)),
        ("lead id not found", Evidence::Code(2)),
        ("lead not found", Evidence::Code(2)),
        ("status not recogni", Evidence::Code(3)),
        ("status is not recogni", Evidence::Code(3)),
        ("invalid status", Evidence::Code(3)),
        ("lead statuses are not enabled", Evidence::Code(4)),
        ("lead statuses not enabled", Evidence::Code(4)),
        ("method name is not valid", Evidence::Method),
    ];
    let in_full = words.into_iter().find(|(words, _)| prose.contains(words)).map(|(_, evidence)| evidence);
    in_full.or_else(|| in_short(prose))
}

/// What a program makes of CAKE's words: `-> unknown status`, `it says "lead unknown"`. People write these words too.
fn in_short(prose: &str) -> Option<Evidence> {
    let words = [
        (["unknown status", "status unknown", "status not found", "status is unknown"], 3),
        (["unknown lead", "lead unknown", "no such lead", "lead is unknown"], 2),
        (["unknown api key", "api key unknown", "wrong api key", "bad api key"], 1),
    ];
    let verbs =
        ["says", "said", "returns", "returned", "get", "got", "gives", "gave", "answers", "answered", "response is"];
    let is_told = |at: usize| {
        let near = &prose[prose.ceil_char_boundary(at.saturating_sub(LONGEST_ALONE))..at];
        let line = near.rsplit('\n').next().unwrap_or_default().trim_end();
        line.is_empty()
            || line.ends_with([':', '"', '\'', '`', '“', '>', '→', '|'])
            || verbs.iter().any(|verb| line.ends_with(verb))
    };
    let one = |(names, code): &([&str; 4], i64)| {
        let is_one = names.iter().any(|name| prose.match_indices(name).any(|(at, _)| is_told(at)));
        is_one.then_some(Evidence::Code(*code))
    };
    words.iter().find_map(one)
}

/// A line below a request that is longer than this is more than its answer.
const LONGEST_ALONE: usize = 40;

/// How much of its line is looked at behind a request, in bytes.
const MOST_BEHIND: usize = 500;

/// The outcome that stands behind a request in its line, or in a line of its own; of several, each may have its own.
pub(super) fn behind(ticket: &Ticket, item: &Item) -> Option<Evidence> {
    let text = ticket.text.get(item.place.end..).filter(|_| ticket.items.len() > 1)?;
    let mut lines = text[..text.floor_char_boundary(MOST_BEHIND)].lines();
    let mut line = lines.next()?;
    // Or alone in the next one.
    if !line.contains(char::is_alphanumeric) {
        line = lines.next().map(str::trim).filter(|line| line.len() <= LONGEST_ALONE)?;
        if line.eq_ignore_ascii_case("success") {
            return Some(Evidence::Code(0));
        }
    }
    Some(outcome_in_words(&line.to_lowercase())).filter(|of| matches!(of, Evidence::Code(_) | Evidence::Missing(_)))
}

/// Whether something stands behind a URL that could be the rest of a value: ` & Sons`, `#3`, `<b>`.
pub(super) fn may_go_on(ticket: &Ticket, item: &Item) -> bool {
    let behind = ticket.text.get(item.place.end..).unwrap_or_default();
    let mut chars = behind.trim_start_matches(' ').chars();
    let is_sign = matches!(chars.next(), Some('&' | '#')) || behind.starts_with('<') && !behind.starts_with("</");
    item.form == Form::Url && is_sign && chars.as_str().trim_start_matches(' ').starts_with(char::is_alphanumeric)
}

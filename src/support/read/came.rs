//! What came of an update, in the words of a program's own log.

use std::ops::Range;

use super::text::http_status;
use crate::support::ticket::FailureKind;
use crate::support::traced::Traced;

/// What such a line holds, by its place in the view.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) lead: Range<usize>,
    pub(super) status: Option<Range<usize>>,
    /// A number without a name.
    pub(super) number: Option<Range<usize>>,
    /// Amounts, by their names.
    pub(super) fields: Vec<(String, Range<usize>)>,
    pub(super) came: Came,
}

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// The code, with the place of its digit.
    pub(super) code: Option<(i64, Range<usize>)>,
    pub(super) body: Option<Traced>,
    pub(super) failed: Option<FailureKind>,
    pub(super) http: Option<u16>,
    pub(super) bytes: Option<u64>,
}

/// What came back, in the words of a log: `code=3`, `-> 3 status not recognized`, `-> 200 code 0`.
pub(super) fn came(text: &str, base: usize) -> Came {
    let lower = text.to_ascii_lowercase();
    let mut came = Came::default();
    let digit = |at: usize| {
        let rest = &lower[at..];
        let value = rest.len() - rest.trim_start_matches(['"', '\'', ' ', '=', ':', '>', '(']).len();
        let rest = &rest[value..];
        let mut chars = rest.chars();
        let code = chars.next()?.to_digit(5)?;
        let is_alone = chars.next().is_none_or(|c| !c.is_alphanumeric() && c != '.');
        if !is_alone {
            return None;
        }
        Some((i64::from(code), base + at + value..base + at + value + 1))
    };
    let behind_word = |word: &str| {
        lower.match_indices(word).find_map(|(at, _)| {
            let before = lower[..at].trim_end_matches(['_', ' ', '-']);
            let is_whole = !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
                || ["cake", "result", "resp"].iter().any(|word| before.ends_with(word));
            let is_other = ["status", "exit", "http", "error"].iter().any(|word| before.ends_with(word));
            digit(at + word.len()).filter(|_| is_whole && !is_other)
        })
    };
    came.code = ["code", "result", "answer", "rc", "cake"].into_iter().find_map(behind_word);
    let behind_arrow = ["->", "=>", "→"].iter().find_map(|arrow| Some(lower.find(arrow)? + arrow.len()));
    if let Some(at) = behind_arrow {
        let rest = lower[at..].trim_start_matches(['"', '\'', ' ', '>']);
        let mut at = lower.len() - rest.len();
        if let Some(status) = rest.get(..3).and_then(http_status) {
            came.http = Some(status);
            at += 3;
        }
        if came.code.is_none() {
            came.code = digit(at).filter(|(_, place)| came.http.is_none() || place.start > base + at);
        }
    }
    // `2 Lead not found`
    if came.code.is_none() {
        came.code = WORDS.iter().find_map(|(words, code)| {
            let at = lower.find(words)?;
            let before = lower[..at].trim_end_matches([' ', '\t', ':', '-', '|', ',', '"']);
            let start = before.len().checked_sub(1).filter(|start| before.is_char_boundary(*start) && *start < at)?;
            let is_alone = before[..start].ends_with([' ', '\t', '|', ',', ';', '"']);
            digit(start).filter(|(found, _)| is_alone && found == code)
        });
    }
    came
}

/// How the words of an answer begin, with its code.
const WORDS: [(&str, i64); 9] = [
    ("success", 0),
    ("invalid api key", 1),
    ("access denied", 1),
    ("lead not found", 2),
    ("lead id not found", 2),
    ("invalid status", 3),
    ("status not ", 3),
    ("not recogni", 3),
    ("not enabled", 4),
];

//! What `PowerShell` prints of an answer: it has read the XML, and shows its elements.

use std::ops::Range;

use super::text::{lines, next_line, trim};
use crate::support::ticket::Answer;
use crate::support::traced::{Traced, View};

/// A table below `code msg`, or `code : 3`.
pub(super) fn table(view: &View<'_>, line: &Range<usize>, limit: usize) -> Option<(Answer, usize)> {
    let text = &*view.text;
    let is_code = |word: &str| !word.is_empty() && word.len() < 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let answer = |line: Range<usize>, word: &str| {
        let place = view.place(line.clone());
        let body = Traced::standing_for(&format!("<result><code>{word}</code></result>"), place);
        (Answer { body: Some(body), place, ..Answer::default() }, line.end)
    };
    let words = |line: &Range<usize>| text[unmarked_quote(text, line.clone())].split_whitespace().collect::<Vec<_>>();
    match &*words(line) {
        ["code", "msg", ..] => {
            let mut below = lines(text, next_line(text, line.end, limit)..limit);
            let rule = below.next().filter(|line| text[line.clone()].contains("----"));
            let row = rule.and_then(|_| below.next())?;
            let word = words(&row).first().copied().filter(|word| is_code(word))?;
            Some(answer(line.start..row.end, word))
        }
        ["code", ":", word] if is_code(word) => Some(answer(line.clone(), word)),
        _ => None,
    }
}

/// A line without the sign of a quoted mail, which a console's prompt looks like.
fn unmarked_quote(text: &str, line: Range<usize>) -> Range<usize> {
    let inner = trim(text, line);
    let rest = text[inner.clone()].trim_start_matches(['>', ' ']);
    inner.end - rest.len()..inner.end
}

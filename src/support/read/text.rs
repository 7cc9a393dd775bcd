//! Small questions about text that every reader asks.

use std::ops::Range;

/// The lines of a part, each without its line end.
pub(super) fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = part.start;
    std::iter::from_fn(move || {
        (start < part.end).then(|| {
            let line = line_at(text, start, part.end);
            start = next_line(text, line.end, part.end);
            line
        })
    })
}

/// The line from here on, without its end.
pub(super) fn line_at(text: &str, start: usize, limit: usize) -> Range<usize> {
    let rest = &text[start..limit];
    let end = start + rest.find('\n').unwrap_or(rest.len());
    start..end - usize::from(end > start && text.as_bytes()[end - 1] == b'\r')
}

/// Where the line begins behind the one that ends here.
pub(super) fn next_line(text: &str, end: usize, limit: usize) -> usize {
    match &text.as_bytes()[end..limit] {
        [b'\r', b'\n', ..] => end + 2,
        [] => limit,
        _ => end + 1,
    }
}

/// Where the line begins that a byte is in.
pub(super) fn line_start(text: &str, at: usize, floor: usize) -> usize {
    text[floor..at].rfind('\n').map_or(floor, |newline| floor + newline + 1)
}

/// The part without the space around it.
pub(super) fn trim(text: &str, part: Range<usize>) -> Range<usize> {
    let inner = &text[part.clone()];
    let start = part.start + inner.len() - inner.trim_start().len();
    start..start.max(part.start + inner.trim_end().len())
}

/// Whether a text begins with another, ASCII letters in any case.
pub(super) fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
}

/// Where a text stands in another, ASCII letters in any case.
pub(super) fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a text holds another, ASCII letters in any case.
pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    find_ignoring_case(text, word).is_some()
}

/// An HTTP status.
pub(super) fn http_status(text: &str) -> Option<u16> {
    let is_number = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_number && (100..600).contains(status))
}

/// As far before a pair of name and value the list is looked for that it stands in.
const NEAR_LIST: usize = 2_000;

/// Whether a pair of name and value stands in n8n's list of headers, and not in that of parameters.
pub(super) fn is_of_headers(text: &str, at: usize) -> bool {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(NEAR_LIST))..at];
    let lists = ["queryParameters", "bodyParameters", "headerParameters"];
    let last = lists.into_iter().filter(|list| before.contains(list)).max_by_key(|list| before.rfind(list));
    last == Some("headerParameters")
}

/// The methods that stand in requests.
pub(super) const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

/// Where each of several signs stands next, so that none is looked for twice.
pub(super) struct Signs<const COUNT: usize> {
    signs: [&'static str; COUNT],
    next: [Option<usize>; COUNT],
}

impl<const COUNT: usize> Signs<COUNT> {
    pub(super) fn of(signs: [&'static str; COUNT]) -> Self {
        Self { signs, next: [None; COUNT] }
    }

    /// Where the next of them stands in a text from here on, and which it is.
    pub(super) fn next(&mut self, text: &str, from: usize) -> Option<(usize, usize)> {
        for (next, sign) in self.next.iter_mut().zip(self.signs) {
            if next.is_none_or(|at| at < from) {
                *next = Some(text[from..].find(sign).map_or(usize::MAX, |at| from + at));
            }
        }
        let next = self.next.iter().zip(0..).filter_map(|(at, sign)| Some(((*at)?, sign))).min();
        next.filter(|(at, _)| *at < text.len())
    }
}

/// The words of a line, as they are separated by space.
pub(super) fn words(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = part.start;
    std::iter::from_fn(move || {
        let rest = &text[at..part.end];
        let start = at + rest.len() - rest.trim_start().len();
        let end = start + text[start..part.end].find(char::is_whitespace).unwrap_or(part.end - start);
        at = end;
        (start < end).then_some(start..end)
    })
}

/// The time with which a program's log begins a line.
pub(super) fn time_at_start(line: &str) -> Option<&str> {
    // `grep` writes the file's name in front.
    let line = line
        .split_once(':')
        .filter(|(file, _)| file.contains(".log") && !file.contains(' '))
        .map_or(line, |(_, rest)| rest);
    let is_time = |word: &str| {
        let parts: Vec<&str> = word.trim_matches(['[', ']', '(', ')', ',']).split(':').collect();
        parts.len() >= 3 && parts[1..3].iter().all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_of_time = |word: &&str| word.trim_matches(['[', '(']).starts_with(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = line.split(' ').take_while(is_of_time).take(2).collect();
    words.iter().any(|word| is_time(word)).then(|| {
        let len = words.iter().map(|word| word.len()).sum::<usize>() + words.len() - 1;
        let time = line[..len].trim_matches(['[', ']', '(', ')', ',']);
        // Salesforce writes what it counts behind it.
        time.split(['|', '(']).next().unwrap_or(time).trim_end()
    })
}

#[cfg(test)]
mod tests {
    use super::{lines, time_at_start, trim, words};

    #[test]
    fn the_time_of_a_line_is_what_it_begins_with() {
        for (line, time) in [
            ("2026-02-10 14:02:11 lead=9A41C07E", Some("2026-02-10 14:02:11")),
            ("[2026-02-10T14:02:11.120Z] sent", Some("2026-02-10T14:02:11.120Z")),
            ("push.log:14:02:11 sent", Some("14:02:11")),
            ("14:02:11|USER_DEBUG|[8]|DEBUG|sent", Some("14:02:11")),
            ("10.0.0.7 sent", None),
            ("sent at 14:02:11", None),
        ] {
            assert_eq!(time_at_start(line), time, "{line}");
        }
    }

    #[test]
    fn lines_end_in_either_way_and_words_in_any_space() {
        let text = "a b\r\n\nc\td ";
        let found: Vec<_> = lines(text, 0..text.len()).map(|line| &text[line]).collect();
        assert_eq!(found, ["a b", "", "c\td "]);
        assert_eq!(words(text, 0..text.len()).map(|word| &text[word]).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!(trim(text, 3..6), 6..6);
        assert_eq!(trim("  ", 0..2), 2..2);
    }
}

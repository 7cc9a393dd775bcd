//! URLs whose end is not where a space or a line ends: a value in words, and lines that a mail program broke.

use std::ops::Range;

use super::text::{METHODS, line_at, line_start};
use crate::support::phrases::Says;

/// A line that a mail program broke is about this long.
const BROKEN_LINE: usize = 60;

/// Where a value ends that goes on behind a space: `Smith & Sons`, `Called #3 times`, and free text where nothing else stands in
/// the line.
pub(super) fn rest_of_value(text: &str, url_start: usize, end: usize, line_end: usize) -> Option<usize> {
    let rest = &text[end..line_end];
    let stops = [" -", " =>", " →", "://", "\"", "\t", "  ", " gives", " returns", " answer", " code ", " <result"];
    let stop = stops.iter().filter_map(|stop| rest.find(stop)).min().unwrap_or(rest.len());
    let value = rest[..stop].trim_end();
    let mut chars = value.trim_start().chars();
    let sign = chars.next()?;
    let next = chars.as_str().trim_start().chars().next()?;
    let before = text[line_start(text, url_start, floor_boundary(text, url_start))..url_start].trim();
    let is_alone = before.is_empty() || before.ends_with([':', '=', '|', '*']) || before == "GET";
    let name = text[url_start..end].rsplit(['&', '?']).next()?.split('=').next()?.to_ascii_lowercase();
    let is_free_text = name.says(&["note", "comment", "descr", "remark", "memo"]);
    let is_cut = sign == '&' && (is_alone || next.is_uppercase() || next.is_ascii_digit())
        || sign == '#' && (is_alone || next.is_ascii_digit());
    (is_cut || is_alone && is_free_text).then_some(end + value.len())
}

/// Whether the next line belongs to a URL that reaches the end of its own.
pub(super) fn continues(url: &str, next: &str, width: usize) -> bool {
    let token = next.split(char::is_whitespace).next().unwrap_or_default();
    if token.is_empty()
        || token.contains("://")
        || token.starts_with(['<', '#', '-', '[', '(', '"', '\'', '{', '/']) && !url.ends_with('=')
    {
        return false;
    }
    if token.starts_with(['?', '&', '%', '=']) || url.ends_with(['&', '?']) {
        return true;
    }
    // A setting, or a parameter, in a line of its own.
    if let Some((name, _)) = token.split_once('=').filter(|(_, value)| !value.contains('&')) {
        let is_setting = name.len() > 3 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        if !url.contains('?') || is_setting || ["api_key", "lead_id", "status", "sub_status"].contains(&name) {
            return false;
        }
    }
    if is_half_a_status(url) && token.starts_with(|c: char| c.is_ascii_uppercase()) {
        return true;
    }
    let is_alone = token.len() == next.trim_end().len();
    let holds_parameters = token.contains('=') && token.contains('&') || token.contains("asmx");
    let is_broken = width >= BROKEN_LINE;
    let fits = token.chars().all(|c| c.is_ascii_alphanumeric() || "%&=+-_.~?/#'".contains(c));
    let is_cut_escape = url.ends_with('%') || url.len() > 1 && url.as_bytes()[url.len() - 2] == b'%';
    let is_fragment_of_a_word = url.ends_with('=') || is_cut_escape;
    let is_part = is_alone && fits && is_rest_of_word(token);
    fits && holds_parameters && is_broken
        || is_part && ((70..=80).contains(&width) || is_broken && is_fragment_of_a_word)
}

/// Whether a URL ends with a word that no status ends with: a mail program broke the line at the space behind it.
pub(super) fn is_half_a_status(url: &str) -> bool {
    const HALVES: [&str; 9] = ["In", "Not", "No", "Don't", "Don’t", "Full", "Partial", "Docs", "Bad"];
    let last = url.rsplit(['&', '?']).next().unwrap_or_default();
    let value = last.strip_prefix("sub_").unwrap_or(last).strip_prefix("status=");
    value.is_some_and(|value| HALVES.contains(&value))
}

/// Whether a line's only word is more likely the end of another one than a greeting.
fn is_rest_of_word(word: &str) -> bool {
    const WORDS: [&str; 14] =
        ["thanks", "thx", "regards", "cheers", "why", "ok", "best", "hi", "and", "or", "but", "please", "bye", "then"];
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '%' || c == '+');
    begins && !word.ends_with(['?', '!', '.', ',', ':']) && !WORDS.contains(&word)
        || word.contains(['%', '=', '&', '+', '_'])
}

/// As far before a place as a URL's line is looked at.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at.saturating_sub(200))
}

/// Where what closes a text stands, and not within `#{ENV["KEY"]}` or `${keys["a"]}`.
pub(super) fn closing(text: &str, close: char) -> Option<usize> {
    let mut until = 0;
    for (at, c) in text.char_indices() {
        if c == close && at >= until {
            return Some(at);
        }
        if c == '{' && close == '"' && at >= until && text[..at].ends_with(['#', '$']) {
            // Not further than anybody writes within braces.
            let end = text[at..].char_indices().take(100).find(|(_, c)| *c == '}');
            until = end.map_or(until, |(len, _)| at + len);
        }
    }
    None
}

/// Where `"{HOST}`, `"#{HOST}` or `` `${HOST} `` begins behind its quote, with which a text ends.
pub(super) fn variable_in_quotes(text: &str) -> Option<usize> {
    let inner = text.strip_suffix('}')?;
    let from = inner.floor_char_boundary(inner.len().saturating_sub(100));
    let open = from + inner[from..].rfind('{')?;
    let start = if text[..open].ends_with(['#', '$']) { open - 1 } else { open };
    text[..start].ends_with(['"', '\'', '`']).then_some(start)
}

/// The URL of a request line that a log quotes, as far as the version: `request: "GET /p?a=b c HTTP/1.1"`.
pub(super) fn in_request_line(text: &str, floor: usize, start: usize, limit: usize) -> Option<Vec<Range<usize>>> {
    let before = text[floor..start].strip_suffix(' ')?;
    let is_begun = METHODS.iter().any(|method| before.strip_suffix(method).is_some_and(|before| before.ends_with('"')));
    let line = line_at(text, start, limit);
    let len = is_begun.then(|| text[line.clone()].find(" HTTP/"))??;
    Some(std::iter::once(start..start + len).collect())
}

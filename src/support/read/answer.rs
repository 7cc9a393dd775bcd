//! What came back, where it stands alone or under a request: a status line and headers, XML, a page, one of the
//! platform's messages.

use std::ops::Range;

use super::entities;
use super::found::{Found, item};
use super::powershell_table::table;
use super::text::{Signs, http_status, line_at, line_start, lines, next_line, starts_with_ignoring_case, trim};
use crate::support::json::unescaped;
use crate::support::phrases::Says;
use crate::support::ticket::{Answer, Form, Header};
use crate::support::traced::{Traced, View};

/// How the platform's own answers begin.
const MESSAGES: [&str; 9] = [
    "Missing parameter: ",
    "Invalid method name ",
    "Request format is ",
    "A potentially dangerous Request",
    "Server Error in '",
    "Invalid API Key",
    "{\"Message\":",
    "{\"d\":",
    "Restricted",
];

/// How the platform says that it does not know a method, after the name of the method.
pub(in crate::support) const NO_METHOD: &str = " Web Service method name is not valid.";

/// How markup begins that came back, and how it ends.
const MARKUP: [(&str, &str); 10] = [
    ("<?xml", ""),
    ("<result", "</result>"),
    ("<!doctype html", "</html>"),
    ("<html", "</html>"),
    ("<soap:envelope", "</soap:envelope>"),
    ("&lt;?xml", "&lt;/result&gt;"),
    ("&lt;result", "&lt;/result&gt;"),
    ("\\u003cresult", "\\u003c/result\\u003e"),
    ("<code>", "</msg>"),
    ("<response>", "</response>"),
];

/// A longer head is none.
const MOST_HEADERS: usize = 200;

/// Every answer in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], kept: &mut Found) {
    for part in free {
        let mut found = Found::default();
        in_part(view, part.clone(), &mut found);
        found.items.into_iter().for_each(|(part, item)| kept.item(part, item));
    }
}

fn in_part(view: &View<'_>, part: Range<usize>, found: &mut Found) {
    let text = &*view.text;
    let mut at = part.start;
    while at < part.end {
        let line = line_at(text, at, part.end);
        at = next_line(text, line.end, part.end);
        if let Some((answer, end)) =
            head(view, line.start, part.end).or_else(|| message(view, &line)).or_else(|| table(view, &line, part.end))
        {
            keep(view, line.start..end, answer, found);
            at = end.max(at);
        }
    }
    let taken: Vec<Range<usize>> = found.items.iter().map(|(part, _)| part.clone()).collect();
    for free in super::found::without(&[part], taken) {
        markup(view, free, found);
    }
}

fn keep(view: &View<'_>, part: Range<usize>, answer: Answer, found: &mut Found) {
    let mut item = item(view, part.clone(), Form::Answer);
    item.answer = Some(answer);
    found.item(part, item);
}

/// An answer with its head that begins in this line, and where it ends.
pub(super) fn head(view: &View<'_>, start: usize, limit: usize) -> Option<(Answer, usize)> {
    let text = &*view.text;
    let line = line_at(text, start, limit);
    let inner = unmarked(text, line.clone());
    let mut words = text[inner.clone()].split_whitespace();
    // mitmproxy left the version out: ` << 500 Internal Server Error 29b`.
    let is_of_proxy = text[trim(text, line.clone())].starts_with("<< ") && !text[inner.clone()].starts_with("HTTP/");
    let version = if is_of_proxy { "HTTP/" } else { words.next()? };
    if !starts_with_ignoring_case(version, "HTTP/") || version.len() > 8 {
        return None;
    }
    let status = words.next().and_then(|word| http_status(word.trim_end_matches(',')))?;
    let mut headers = Vec::new();
    let (mut at, mut end) = (next_line(text, line.end, limit), line.end);
    while at < limit && headers.len() < MOST_HEADERS {
        let line = line_at(text, at, limit);
        let inner = unmarked(text, line.clone());
        let Some(header) = header(view, inner) else { break };
        headers.push(header);
        end = line.end;
        at = next_line(text, line.end, limit);
    }
    let mut answer = Answer { http_status: Some(status), headers, body: None, place: view.place(start..end) };
    // An empty line, which curl -v marks too, and the body behind it. A redirect's is followed by the next head.
    let gap = if at < limit { line_at(text, at, limit) } else { limit..limit };
    let behind = lines(text, at..limit).find(|line| !unmarked(text, line.clone()).is_empty());
    let is_gap = unmarked(text, gap.clone()).is_empty();
    if let Some(first) = behind.filter(|_| is_gap) {
        let body_end = body_end(text, first.start, limit);
        let is_text = answer.headers.iter().any(|header| header.value.text().contains("text/plain"));
        let is_body = body_end > first.start && (is_text || is_body(&text[first.clone()]));
        if is_body {
            let body = trim(text, first.start..body_end);
            answer.body = Some(view.traced(body.clone()));
            end = body.end;
        }
    }
    answer.place = view.place(start..end);
    Some((answer, end))
}

/// Whether a body begins in a line, and not what somebody has to say about it.
fn is_body(line: &str) -> bool {
    let line = line.trim_start();
    let is_markup =
        MARKUP.iter().any(|(open, _)| starts_with_ignoring_case(line, open)) || line.starts_with(['<', '{', '[']);
    is_markup || line.contains(NO_METHOD) || MESSAGES.iter().any(|message| line.starts_with(message))
}

/// A line without the `<` that curl -v puts before what came back.
fn unmarked(text: &str, line: Range<usize>) -> Range<usize> {
    let inner = trim(text, line);
    // curl marks with one, mitmproxy with two.
    let rest = text[inner.clone()].trim_start_matches('<');
    let marks = inner.len() - rest.len();
    let is_marked = (1..=2).contains(&marks) && (rest.is_empty() || rest.starts_with(' '));
    if is_marked { trim(text, inner.start + marks..inner.end) } else { inner }
}

/// A header in a line.
pub(super) fn header(view: &View<'_>, line: Range<usize>) -> Option<Header> {
    let text = &view.text[line.clone()];
    let colon = text.find(':').filter(|colon| *colon > 0)?;
    let is_name = text[..colon].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let value = trim(&view.text, line.start + colon + 1..line.end);
    is_name.then(|| Header { name: text[..colon].to_owned(), value: view.traced(value) })
}

/// Where a body ends that begins here: with its markup, or before an empty line.
pub(super) fn body_end(text: &str, start: usize, limit: usize) -> usize {
    let rest = &text[start..limit];
    let begin = rest.trim_start();
    let kind = MARKUP.iter().find(|(open, _)| starts_with_ignoring_case(begin, open));
    match kind {
        Some((open, close)) => markup_end(text, start, limit, open, close),
        None => paragraph_end(text, start, limit),
    }
}

fn paragraph_end(text: &str, start: usize, limit: usize) -> usize {
    let filled = lines(text, start..limit).take_while(|line| !text[line.clone()].trim().is_empty());
    filled.last().map_or(start, |line| line.end)
}

fn markup_end(text: &str, start: usize, limit: usize, open: &str, close: &str) -> usize {
    if open == "<code>"
        && let Some(first) = lines(text, start..limit).next()
        && let Some(len) = super::text::find_ignoring_case(&text[first.clone()], "</code>")
        && text[first.start + len + "</code>".len()..first.end].starts_with(' ')
        && super::text::find_ignoring_case(&text[first.clone()], close).is_none()
    {
        // The code alone, in a sentence.
        return first.start + len + "</code>".len();
    }
    let mut end = start;
    let mut is_blank = false;
    // What another piece of markup begins with, and prose behind an empty line, end it too.
    for line in lines(text, start..limit) {
        let inner = &text[line.clone()];
        let begin = inner.trim_start();
        let is_next = line.start > start && starts_with_ignoring_case(begin, open) && open != "<?xml";
        if is_next || is_blank && !begin.is_empty() && !begin.starts_with('<') && begin.len() == inner.len() {
            break;
        }
        let close = if close.is_empty() { "</result>" } else { close };
        if let Some(at) = super::text::find_ignoring_case(inner, close) {
            return line.start + at + close.len();
        }
        if begin.is_empty() {
            is_blank = true;
        } else {
            is_blank = false;
            end = line.end;
        }
    }
    end
}

/// One of the platform's messages, alone in a line, behind a prompt or behind a word such as `Response:`.
fn message(view: &View<'_>, line: &Range<usize>) -> Option<(Answer, usize)> {
    let text = &*view.text;
    let inner = trim(text, line.clone());
    let shown = &text[inner.clone()];
    let is_at = |at: usize| {
        MESSAGES
            .iter()
            .any(|message| shown[at..].starts_with(message) && (*message != "Restricted" || shown[at..].len() < 12))
    };
    let gap = |at: usize| shown[at..].len() - shown[at..].trim_start().len();
    let behind = |mark: &str| shown.find(mark).map(|at| at + mark.len()).filter(|at| *at < 40).map(|at| at + gap(at));
    let json = shown.find("{\"Message\":").filter(|at| shown[..*at].ends_with([' ', '|', ':', '=']));
    // Salesforce's debug log has more before it.
    let of_apex = shown.find("|DEBUG|").map(|at| at + "|DEBUG|".len());
    // `500 Missing parameter: status.`, as a program prints status and body.
    let of_status = shown.get(..3).and_then(http_status).filter(|_| shown[3..].starts_with(' ')).map(|_| 4);
    let starts = [
        Some(0),
        of_status,
        of_apex,
        behind("$ "),
        behind(": "),
        behind("> "),
        behind("\""),
        behind("`"),
        behind(": \""),
        json,
    ];
    let at = starts.into_iter().flatten().find(|at| is_at(*at)).or_else(|| {
        let is_short = shown.find(NO_METHOD).is_some_and(|at| at < 80);
        (is_short && !shown.contains("://")).then(|| shown.find('"').map_or(0, |at| at + 1))
    })?;
    // A sentence about it goes on behind it.
    let body = &shown[at..];
    let end = if body.starts_with('{') { body.len() } else { sentence_end(body) };
    let is_alone = body[end..].trim_matches(['"', '`', '.', ' ', '\'', ')']).len() < 24;
    let part = inner.start + at..inner.start + at + end;
    is_alone.then(|| {
        let answer =
            Answer { body: Some(view.traced(part.clone())), place: view.place(part.clone()), ..Answer::default() };
        (answer, inner.end)
    })
}

fn sentence_end(body: &str) -> usize {
    if body.starts_with("Missing parameter: ") {
        let name = "Missing parameter: ".len();
        return body[name..]
            .find(['.', ' ', '"', '`'])
            .map_or(body.len(), |at| name + at + usize::from(body[name + at..].starts_with('.')));
    }
    body.find(['`', '"']).filter(|_| !body.starts_with("A pot")).unwrap_or(body.len())
}

/// Markup anywhere in the text.
fn markup(view: &View<'_>, part: Range<usize>, found: &mut Found) {
    let text = &*view.text;
    let lower = text[part.clone()].to_ascii_lowercase();
    let mut signs = Signs::of(MARKUP.map(|(open, _)| open));
    let mut at = 0;
    while let Some((start, kind)) = signs.next(&lower, at) {
        let (open, close) = MARKUP[kind];
        let start = part.start + start;
        let is_compared = is_compared(text, start, part.end);
        if is_compared || !is_tag(&text[start + open.len()..part.end], open) {
            // What stands within it, such as a code, is looked for too.
            let line = if is_compared { text[start..part.end].find('\n').unwrap_or(part.end - start) } else { 1 };
            at = start - part.start + line;
            continue;
        }
        let end = markup_end(text, start, part.end, open, close).max(start + open.len());
        let whole = start..end;
        let traced = uncommented(view, whole.clone());
        let body = match open {
            _ if open.starts_with('&') => entities::decoded(&traced),
            _ if open.starts_with('\\') => unescaped(view, whole.clone()),
            _ if traced.text().contains("\\n") || traced.text().contains("\\\"") => unescaped(view, whole.clone()),
            _ => traced,
        };
        let answer = Answer { body: Some(body), place: view.place(whole.clone()), ..Answer::default() };
        let first = line_start(text, start, part.start);
        let is_first = text[first..start].trim().is_empty();
        keep(view, if is_first { first..end } else { whole }, answer, found);
        at = lower.ceil_char_boundary(end - part.start);
    }
}

/// Markup without the signs of a comment in front of its lines, as people paste an answer into a file of requests.
fn uncommented(view: &View<'_>, part: Range<usize>) -> Traced {
    let text = &*view.text;
    let sign = text[line_start(text, part.start, 0)..part.start].trim();
    if !matches!(sign, "#" | "//" | "--" | ";" | "*") {
        return view.traced(part);
    }
    let mut plain = Traced::default();
    for line in lines(text, part) {
        let shown = &text[line.clone()];
        let begin = shown.len() - shown.trim_start().strip_prefix(sign).unwrap_or(shown).len();
        plain.append(&view.traced(line.start + begin..line.end));
    }
    plain
}

/// Whether code looks for it in an answer: `body.includes('<code>0</code>')`, `grep "<code>0"`, `"<code>0</code>" in text`.
fn is_compared(text: &str, start: usize, limit: usize) -> bool {
    const NEAR: usize = 60;
    let before = &text[text.floor_char_boundary(start.saturating_sub(NEAR))..start];
    let before = before.rsplit('\n').next().unwrap_or_default().to_ascii_lowercase();
    // `# expected: <code>0</code>`
    if before.trim_end_matches([':', '=', '>', '-', ' ', '"', '\'', '`']).ends_with("expected") {
        return true;
    }
    if !text[..start].ends_with(['"', '\'', '`', '/']) {
        return false;
    }
    let behind = &text[start..text.floor_char_boundary(limit.min(start + NEAR))];
    let behind = behind.lines().next().unwrap_or_default().to_ascii_lowercase();
    let looks = [
        "includes(",
        "include(",
        "contains(",
        "pos(",
        "indexof(",
        "grep",
        "assert",
        "match(",
        ".test(",
        "find(",
        "search(",
        "in_array(",
        "== ",
        "equals(",
    ];
    before.says(&looks) || behind.says(&["\" in ", "' in ", "/.test(", "\") in", "\" not in "])
}

fn is_tag(behind: &str, open: &str) -> bool {
    // An expression that code looks for: `<code>(\\d+)<`, `<code>([0-9])`.
    if open == "<code>" && behind.starts_with(['(', '[', '\\', '$', '%']) {
        return false;
    }
    !open.ends_with("result") || behind.starts_with(['>', ' ', '/', '\n', '\r', '\t', '\\', '&'])
}

/// The text of an answer that stands within other text, as in an exception.
pub(super) fn within(view: &View<'_>, part: Range<usize>) -> Option<Traced> {
    let mut found = Found::default();
    in_part(view, part.clone(), &mut found);
    let body = found.items.into_iter().find_map(|(_, item)| item.answer?.body);
    body.or_else(|| {
        // In the middle of a sentence, as some libraries quote it.
        let text = &view.text[part.clone()];
        let start = MESSAGES[..4].iter().find_map(|message| text.find(message))?;
        let line = text[start..].lines().next().unwrap_or_default();
        let start = part.start + start;
        Some(view.traced(start..start + sentence_end(line)))
    })
}

#[cfg(test)]
mod tests {
    use super::in_part;
    use crate::support::read::found::Found;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn answers(text: &str) -> Vec<(Option<u16>, String)> {
        let mut found = Found::default();
        in_part(&View::of(text), 0..text.len(), &mut found);
        let answers = found.items.into_iter().filter_map(|(_, item)| item.answer);
        answers
            .map(|answer| (answer.http_status, answer.body.map_or("-".into(), |body| body.text().into_owned())))
            .collect()
    }

    #[test]
    fn answers_are_found_in_prose() {
        for (text, status, body) in [
            (
                "HTTP/1.1 500 Internal Server Error\r\nA: b\r\n\r\nMissing parameter: x.\r\n\r\nBut why?",
                Some(500),
                "Missing parameter: x.",
            ),
            ("< HTTP/2 404\n< a: b\n<\n<html>\n\nx", Some(404), "<html>"),
            ("HTTP/2 404\na: b\n\nWe looked it up", Some(404), "-"),
            ("we get <result><code>3</code></result> always", None, "<result><code>3</code></result>"),
            (
                "<?xml version=\"1.0\"?>\n<result>\n\n<code>3</code>\n</result>\n\nfor each",
                None,
                "<?xml version=\"1.0\"?>\n<result>\n\n<code>3</code>\n</result>",
            ),
            ("<result>\n  <code>3</co", None, "<result>\n  <code>3</co"),
            ("\"<result>\\n  <code>3</code>\\n</result>\"", None, "<result>\n  <code>3</code>\n</result>"),
            ("body=&lt;result&gt;&lt;code&gt;3&lt;/code&gt;&lt;/result&gt;", None, "<result><code>3</code></result>"),
            ("mac$ Missing parameter: lead_id.", None, "Missing parameter: lead_id."),
            ("Response: \"Missing parameter: lead_id.\"", None, "Missing parameter: lead_id."),
            ("Foo Web Service method name is not valid.", None, "Foo Web Service method name is not valid."),
            ("{\"Message\":\"There was an error\"}", None, "{\"Message\":\"There was an error\"}"),
            ("<!DOCTYPE html>\n<HTML>x</HTML> z", None, "<!DOCTYPE html>\n<HTML>x</HTML>"),
        ] {
            assert_eq!(answers(text), [(status, body.to_owned())], "{text}");
        }
        for text in [
            "the answer is 3",
            "code 3: status not recognised",
            "Is this a result?",
            "<results>",
            "500 0.091s",
            "HTTP/2 is fast",
        ] {
            assert_eq!(answers(text), [], "{text}");
        }
        assert_eq!(answers("<result><code>1</code></result><result><code>2</code></result>").len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[<>&\n\r :\"\\\\]|HTTP/1.1 500|<result>|</result>|<html|Missing parameter: |&lt;result|É){0,40}") {
            let mut found = Found::default();
            in_part(&View::of(&text), 0..text.len(), &mut found);
            for (_, item) in found.items {
                prop_assert!(text.get(item.place.range()).is_some());
            }
        }
    }
}

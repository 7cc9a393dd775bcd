//! JSON in a ticket: a HAR, a collection, a logger's object over several lines, an exception's. A line that is an object
//! of its own is a log's, and read as such.

use std::ops::Range;

use super::found::{Found, item};
use super::text::{line_at, next_line, trim};
use super::{failure, har, log, postman};
use crate::plural::plural;
use crate::support::json::{self, Node};
use crate::support::ticket::{Answer, Failure, Form, Item};
use crate::support::traced::View;

/// As many values of one document are kept.
const MOST: usize = 3_000_000;

/// As far above a body its head may begin.
const LONGEST_HEAD: usize = 4 * 1024;

/// With what a HAR goes on whose beginning is missing.
const MIDDLE: [&str; 8] = [
    "\"request\":",
    "\"url\":",
    "\"method\":",
    "\"startedDateTime\":",
    "\"entries\":",
    "\"log\":",
    "\"queryString\":",
    "\"httpVersion\":",
];

/// Every document in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    for part in free {
        in_part(view, part, found);
    }
    cut_down(found);
}

fn in_part(view: &View<'_>, part: &Range<usize>, found: &mut Found) {
    let text = &*view.text;
    // What looks like a document and is none may be read again from the next line on, but not for ever.
    let mut budget = part.len().saturating_mul(4);
    let mut at = part.start;
    while at < part.end {
        let line = line_at(text, at, part.end);
        let inner = trim(text, line.clone());
        let begin = &text[inner.clone()];
        let is_code = || begin.starts_with('{') && is_block_of_code(&text[inner.start + 1..part.end]);
        let parsed = if begin.starts_with(['{', '[']) {
            (!is_code()).then(|| json::parse(text, inner.start, part.end, MOST))
        } else {
            let is_middle = MIDDLE.iter().any(|word| begin.starts_with(word));
            is_middle.then(|| json::parse_members(text, inner.start, part.end, MOST))
        };
        let Some(parsed) = parsed.filter(|parsed| parsed.end > inner.start) else {
            at = next_line(text, line.end, part.end);
            continue;
        };
        let whole = inner.start..parsed.end;
        let items = read(view, &parsed.node, whole.clone(), parsed.end > line.end);
        if items.is_empty() {
            budget = budget.saturating_sub(whole.len());
            let is_done = parsed.is_whole || budget == 0;
            at = next_line(text, if is_done { line_at(text, parsed.end, part.end).end } else { line.end }, part.end);
            continue;
        }
        if parsed.is_cut {
            found.note(format!("The document has more than {MOST} values; the rest was not read."), None);
        }
        // Behind the end of one that is cut off may stand something else.
        let blank = if parsed.is_whole { None } else { blank_line(text, &whole) };
        let whole = whole.start..blank.unwrap_or(whole.end);
        found.taken.push(whole.clone());
        // All of them stand at the beginning of what is taken, and in order.
        for item in items {
            found.item(whole.clone(), item);
        }
        at = next_line(text, line_at(text, whole.end, part.end).end, part.end);
    }
}

/// Whether statements follow a brace, not members: `var url = …`, `$key = …`, `send(…)`.
fn is_block_of_code(behind: &str) -> bool {
    let first = behind.trim_start();
    let rest = first.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let next = rest.trim_start();
    rest.len() < first.len()
        && (next.starts_with(['(', '.'])
            || next.len() < rest.len() && (next.starts_with("= ") || next.starts_with(char::is_alphabetic)))
}

/// Where the first empty line begins behind one that is none.
fn blank_line(text: &str, part: &Range<usize>) -> Option<usize> {
    let inner = &text[part.clone()];
    inner.find("\n\n").into_iter().chain(inner.find("\n\r\n")).min().map(|at| part.start + at)
}

fn read(view: &View<'_>, node: &Node, whole: Range<usize>, is_multiline: bool) -> Vec<Item> {
    if let Some(items) = har::read(view, node).or_else(|| postman::read(view, node)) {
        return items;
    }
    let is_object = |node: &&Node| matches!(node, Node::Object(..));
    if let Node::Array(elements, _) = node {
        let objects = elements.iter().filter(is_object);
        return objects.filter_map(|node| log::json::object(view, node, node.part())).collect();
    }
    let one = exception(view, node, whole.clone()).or_else(|| answer(view, node, whole.clone()));
    one.or_else(|| if is_multiline { log::json::object(view, node, whole) } else { None }).into_iter().collect()
}

/// An answer as JSON: to a call by a script, or as somebody's library turned it round.
fn answer(view: &View<'_>, node: &Node, whole: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    let inner = node.get(text, "d").or_else(|| node.get(text, "result")).unwrap_or(node);
    let has = |node: &Node, names: &[&str]| names.iter().all(|name| node.get(text, name).is_some());
    // More members than these make it a log that holds an answer.
    let is_answer =
        has(inner, &["code", "msg"]) && inner.members().len() < 4 || has(node, &["Message", "ExceptionType"]);
    let is_short = node.members().len() <= 3 && inner.get(text, "url").is_none();
    // Behind a head it is the body of what that begins.
    let floor = text.ceil_char_boundary(whole.start.saturating_sub(LONGEST_HEAD));
    let has_head = text[floor..whole.start].contains("HTTP/");
    (is_answer && is_short && !has_head).then(|| {
        let mut item = item(view, whole.clone(), Form::Answer);
        let (body, place) = (Some(view.traced(whole.clone())), view.place(whole));
        item.answer = Some(Answer { body, place, ..Answer::default() });
        item
    })
}

/// What axios and its like print: the configuration of the request beside the message.
fn exception(view: &View<'_>, node: &Node, whole: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    let error = node.get(text, "error").filter(|inner| inner.get(text, "config").is_some()).unwrap_or(node);
    ["message", "code", "stack", "isAxiosError", "name"].iter().find_map(|name| error.get(text, name))?;
    of_config(view, error, whole)
}

/// The same as Node prints it below the stack: `{ config: { url: '…', params: { … } }, response: { … } }`.
pub(super) fn printed(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let start = part.start + view.text[part.clone()].find("config: {")?;
    let item = of_config(view, &json::parse_members(&view.text, start, part.end, MOST).node, part)?;
    // With a path alone, the rest of the URL stands elsewhere.
    item.request.as_ref().is_some_and(|request| !request.host.is_empty()).then_some(item)
}

/// The request that failed, by its configuration, and its answer.
fn of_config(view: &View<'_>, error: &Node, whole: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    let config = error.get(text, "config")?;
    let read = |node| log::json::object(view, node, whole.clone());
    // The answer may hold the request once more, and another URL.
    let mut item = read(config).or_else(|| read(error))?;
    item.form = Form::Error;
    item.answer = item.answer.or_else(|| read(error)?.answer);
    // Not the settings: `clarifyTimeoutError: false` says nothing of a timeout.
    let around = [whole.start..config.part().start, config.part().end..whole.end];
    for told in around {
        if item.answer.is_some() {
            break;
        }
        let place = |at: Range<usize>| view.place(told.start + at.start..told.start + at.end);
        let said = &text[told.clone()];
        if let Some((status, at)) = failure::status(said) {
            item.answer = Some(Answer { http_status: Some(status), place: place(at), ..Answer::default() });
        } else if let Some((kind, at)) = failure::kind(&said.to_ascii_lowercase()).filter(|_| item.failure.is_none()) {
            item.failure = Some(Failure { kind, place: place(at) });
        }
    }
    Some(item)
}

/// Leaves out what a browser loaded besides, where something in the HAR is meant for CAKE.
fn cut_down(found: &mut Found) {
    let concerns =
        |item: &Item| item.request.as_ref().is_some_and(|request| super::links::concerns_cake(&request.target()));
    let is_har = |item: &Item| item.form == Form::Har;
    if found.items.iter().any(|(_, item)| is_har(item) && concerns(item)) {
        let before = found.items.len();
        found.items.retain(|(_, item)| !is_har(item) || concerns(item));
        let left_out = before - found.items.len();
        if left_out > 0 {
            found.note(format!("left out of the HAR: {}.", plural(left_out, "other request")), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::read::found::found_in;

    fn told(text: &str) -> Vec<String> {
        let found = found_in(text, find);
        let one = |item: crate::support::Item| {
            let request = item.request.unwrap();
            let status = item.answer.as_ref().and_then(|answer| answer.http_status);
            format!("{} {} {} {status:?}", item.form.id(), request.method.text(), request.target().text())
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn documents_are_read_whole_trimmed_and_cut_off() {
        let request =
            r#""request": {"method": "GET", "url": "https://h/api/p?lead_id=a", "headers": [], "httpVersion": "x"}"#;
        let response = r#""response": {"status": 500, "content": {"text": "Missing"}}"#;
        let other = request.replace("api/p?lead_id=a", "style.css");
        for text in [
            format!(r#"{{"log": {{"entries": [{{{request}, {response}}}, {{{other}}}]}}}}"#),
            format!("[{{{request}, {response}}}]"),
            format!("{{{request}, {response}}},\n"),
            format!("{request},\n{response}\n}},"),
            format!(r#"prose before\n{{"log": {{"entries": [{{{request}, {response}"#).replace("\\n", "\n"),
        ] {
            assert_eq!(told(&text), ["har GET /api/p?lead_id=a Some(500)"], "{text}");
        }
        let pieces = r#"{"request": {"method": "GET", "url": "https://h/api/p", "queryString": [{"name": "lead_id", "value": "a b"}, {"name": "c"}], "headers": []}, "response": {"status": 500}}"#;
        assert_eq!(told(pieces), ["har GET /api/p?lead_id=a%20b&c Some(500)"]);
        let middle = "\"method\": \"GET\",\n\"url\": \"https://h/api/p?lead_id=a\",\n\"headers\": []\n},\n\"response\": {\"status\": 500}}";
        assert_eq!(told(middle), ["har GET /api/p?lead_id=a Some(500)"]);
    }

    #[test]
    fn collections_and_exceptions_are_told_from_logs() {
        let collection = r#"{"info": {}, "item": [{"item": [{"request": {"method": "GET", "header": [], "url": {"raw": "https://{{h}}/p?a=b c"}}}]}], "variable": [{"key": "h", "value": "x"}]}"#;
        assert_eq!(told(collection), ["postman GET /p?a=b%20c None"]);
        let axios = "{\n \"message\": \"Request failed with status code 500\",\n \"config\": {\"url\": \"https://h/p.asmx?a=b\", \"method\": \"get\"},\n \"status\": 500\n}";
        assert_eq!(told(axios), ["error get /p.asmx?a=b Some(500)"]);
        // The answer holds the request once more, and where it leads.
        let twice = r#"{"name": "AxiosError", "message": "x", "config": {"url": "https://h/p.asmx", "params": {"a": "b"}}, "response": {"status": 302, "headers": {"location": "https://h/login.asmx?a=c"}, "config": {"url": "https://h/p.asmx", "params": {"a": "b"}}}}"#;
        assert_eq!(told(twice), ["error GET /p.asmx?a=b Some(302)"]);
        let refused =
            r#"{"message": "Network Error", "errno": "ECONNREFUSED", "config": {"url": "https://h/p.asmx?a=b"}}"#;
        let failure = found_in(refused, find).items.remove(0).1.failure.map(|failure| failure.kind);
        assert_eq!(failure, Some(crate::support::FailureKind::Refused));
        let pretty = "{\n \"url\": \"https://h/p?a=b\",\n \"status\": 200\n}";
        assert_eq!(told(pretty), ["log-json GET /p?a=b Some(200)"]);
        for text in ["{\n  \"d\": {\n    \"code\": 3,\n    \"msg\": \"x\"\n  }\n}", "{\"code\": 3, \"msg\": \"x\"}"] {
            let found = found_in(text, find);
            assert!(found.items.len() == 1 && found.items[0].1.answer.is_some(), "{text}");
        }
        for other in ["{ x }", "{\"a\": 1}\n{\"b\": 2}", "[1] done\n[2] 48213", "{", "[[[["] {
            assert!(told(other).is_empty(), "{other}");
        }
    }
}

//! Exceptions and error texts: the lines that belong to one, and the URL, the status and the answer in them.

use std::collections::HashSet;
use std::ops::Range;

use super::address::{get, request};
use super::came::came;
use super::found::{Found, item};
use super::links::Link;
use super::text::{METHODS, line_at, line_start, lines, next_line, starts_with_ignoring_case};
use super::{answer, documents, failure, links, outcomes};
use crate::support::phrases::Says;
use crate::support::ticket::{Answer, Failure, FailureKind, Form, Item, Request};
use crate::support::traced::{Traced, View};

/// A stack trace that is longer says nothing more.
const MOST_LINES: usize = 400;

/// Every error in the free parts of the view. A URL that a program printed beside belongs to it.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    for part in free {
        in_part(view, part, found);
    }
    let is_error = |(_, item): &&mut (Range<usize>, Item)| item.form == Form::Error && item.request.is_none();
    let mut labelled = Vec::new();
    if let Some((error, item)) = found.items.iter_mut().find(is_error) {
        for part in free {
            let is_its = |link: &Link| {
                is_labelled(view, link.part.start, part) || is_logged_above(view, &link.part, part, error.start)
            };
            let Some(link) = links::find(view, part.clone()).into_iter().rfind(is_its) else { continue };
            item.request = Some(request(get(&link.url), &link.url));
            item.marks.extend(link.marks);
            labelled.push(link.part);
            break;
        }
    }
    found.taken.extend(labelled);
    // An exception that neither has a URL nor says what failed tells nothing.
    found.items.retain(|(_, item)| item.form != Form::Error || says_something(item));
    logged_before(view, free, found);
}

/// As many lines a program may log between a call and its error.
const MOST_BETWEEN: usize = 12;

/// Whether a URL stands in a log's line above an error, with none but the log's lines between them.
fn is_logged_above(view: &View<'_>, link: &Range<usize>, part: &Range<usize>, error: usize) -> bool {
    let text = &*view.text;
    let own = line_at(text, link.start, part.end);
    let next = next_line(text, own.end, part.end);
    let is_of_log = |line: &str| line.trim().is_empty() || is_stamped(line);
    is_stamped(&text[line_start(text, link.start, part.start)..own.end])
        && next <= error
        && lines(text, next..error)
            .take(MOST_BETWEEN + 1)
            .enumerate()
            .all(|(at, line)| at < MOST_BETWEEN && is_of_log(&text[line]))
}

/// A line of a log that has the same URL as an error is about the same request.
fn logged_before(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let text = &*view.text;
    let of_error =
        |(_, item): &(Range<usize>, Item)| item.request.as_ref().map(|asked| asked.target().bytes().to_vec());
    let targets: HashSet<Vec<u8>> = found.items.iter().filter_map(of_error).collect();
    if targets.is_empty() {
        return;
    }
    for part in super::found::without(free, found.items.iter().map(|(part, _)| part.clone()).collect()) {
        for link in links::find(view, part.clone()) {
            let line = line_start(text, link.part.start, part.start);
            let target = request(get(&link.url), &link.url).target();
            if is_stamped(&text[line..link.part.start]) && targets.contains(target.bytes()) {
                found.taken.push(link.part);
            }
        }
    }
}

/// Whether a program printed what it called: `url = https://…`, alone in its line.
fn is_labelled(view: &View<'_>, start: usize, part: &Range<usize>) -> bool {
    let line = super::text::line_start(&view.text, start, part.start);
    let before = view.text[line..start].trim_end_matches(['"', '\'', '<', ' ']);
    let Some(label) = before.strip_suffix(['=', ':']) else { return false };
    let label = label.trim().trim_start_matches(['$', '-', '*']).to_ascii_lowercase();
    ["url", "uri", "request url", "request uri", "requesturi", "request", "endpoint", "address", "target", "href"]
        .contains(&label.trim())
}

fn in_part(view: &View<'_>, part: &Range<usize>, found: &mut Found) {
    let text = &*view.text;
    let mut block: Option<(Range<usize>, usize)> = None;
    for line in lines(text, part.clone()) {
        let shown = &text[line.clone()];
        // A log's next line is another error.
        let is_next = |block: &Range<usize>| {
            is_stamped(shown) && is_stamped(&text[block.clone()]) && failure::is_error_line(&shown.to_ascii_lowercase())
        };
        if let Some((next, _)) = block.take_if(|(block, _)| is_next(block)) {
            keep(view, next, found);
        }
        if shown.trim().is_empty() {
            if let Some((block, _)) = block.take() {
                keep(view, block, found);
            }
        } else if let Some((block, count)) = &mut block {
            if *count < MOST_LINES {
                (block.end, *count) = (line.end, *count + 1);
            }
        // What a page shows is the page's.
        } else if !shown.trim_start().starts_with('<') && failure::is_error_line(&shown.to_ascii_lowercase()) {
            block = Some((line, 1));
        }
    }
    if let Some((block, _)) = block {
        keep(view, block, found);
    }
}

/// Whether a line of a log begins with its time: `[2025-02-19 17:34:12]`, `17:34:12`, `[31-Jan-2026 09:15:02 Europe/Berlin]`.
fn is_stamped(line: &str) -> bool {
    let line = line.trim_start_matches(['[', ' ']);
    let begin = line.bytes().take(8);
    let digits = begin.clone().filter(u8::is_ascii_digit).count();
    digits >= 5 && begin.clone().all(|byte| byte.is_ascii_digit() || b"-/.: T".contains(&byte)) || is_by_month(line)
}

/// Whether a line begins with a day, the name of a month and a year.
fn is_by_month(line: &str) -> bool {
    let mut parts = line.splitn(4, ['-', '/', ' ']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (day, month, rest) = (parts.next(), parts.next(), parts.next());
    day.is_some_and(is_number)
        && month.is_some_and(|month| month.len() == 3 && month.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && rest.is_some_and(|rest| rest.starts_with("20"))
}

/// Keeps an error that says something; a line of code may only look like one.
fn keep(view: &View<'_>, part: Range<usize>, found: &mut Found) {
    let item = error(view, part.clone());
    let lower = view.text[part.clone()].to_ascii_lowercase();
    if says_something(&item) || lower.lines().any(failure::names_a_class) {
        found.item(part, item);
    }
}

fn says_something(item: &Item) -> bool {
    item.request.is_some() || item.answer.is_some() || item.failure.is_some()
}

fn error(view: &View<'_>, part: Range<usize>) -> Item {
    if let Some(item) = documents::printed(view, part.clone()) {
        return item;
    }
    let text = &view.text[part.clone()];
    let mut item = item(view, part.clone(), Form::Error);
    let lower = text.to_ascii_lowercase();
    let failed = failure::kind(&lower);
    // Perl's LWP makes up a 500 where it has no connection.
    let is_made_up = lower.contains("500 can't connect");
    let status = failure::status(text)
        .filter(|_| !is_made_up)
        .filter(|(status, _)| !matches!(failed, Some((FailureKind::Proxy, _))) || *status != 407);
    // A parser of JSON quotes the beginning of the XML, and not more.
    let is_quoted = lower.contains("unexpected token") && (lower.contains("\"<?xml") || lower.contains("\"<res"));
    let body = answer::within(view, part.clone()).filter(|_| !is_quoted);
    if status.is_some() || body.is_some() {
        let place = status.as_ref().map(|(_, at)| view.place(part.start + at.start..part.start + at.end));
        let place = place.or(body.as_ref().map(Traced::whole)).unwrap_or_default();
        item.answer = Some(Answer { http_status: status.map(|(status, _)| status), body, place, ..Answer::default() });
    }
    // An exception of one's own has the code in its message.
    let first = text.lines().next().unwrap_or_default();
    let came = came(first, part.start);
    if item.answer.is_none() && failed.is_none() && came.code.is_some() {
        item.answer = Some(outcomes::answer(view, came, part.start..part.start + first.len()));
    }
    // With an answer nothing failed, whatever else the trace mentions; but for a proxy, whose answer it is.
    let is_answered = item.answer.is_some();
    let failed = failed.or(is_quoted.then(|| {
        (FailureKind::NotJson, lower.find("unexpected token").map_or(0..0, |at| at..at + "unexpected token '<'".len()))
    }));
    // What a program cannot do on its own side says nothing of CAKE.
    let is_of_another = lower.says(&["pg::", "sqlstate", "mysql", "redis", "localhost:", "127.0.0.1:"]);
    item.failure = failed
        .filter(|_| !is_of_another)
        .filter(|(kind, _)| !is_answered || *kind == FailureKind::Proxy)
        .map(|(kind, at)| Failure { kind, place: view.place(part.start + at.start..part.start + at.end) });
    let links = links::find(view, part.clone());
    let link = links.iter().position(|link| links::concerns_cake(&link.url));
    if let Some(link) = link.and_then(|at| links.into_iter().nth(at)) {
        let method = method_before(view, part.start, link.part.start).or_else(|| method_of_config(view, &part));
        let mut asked = request(method.unwrap_or_else(|| get(&link.url)), &link.url);
        if asked.host.is_empty() {
            pool_host(view, &part, &mut asked);
        }
        item.request = Some(asked);
        item.marks = link.marks;
    }
    item
}

/// The method in front of a URL, with a quote between them or not.
fn method_before(view: &View<'_>, floor: usize, start: usize) -> Option<Traced> {
    let before = view.text[floor..start].trim_end_matches(['"', '\'', '`', ' ', '[', ']']);
    let before = before.strip_suffix(" to").unwrap_or(before).trim_end_matches([']', ' ']);
    METHODS.iter().find_map(|method| {
        let at = before.len().checked_sub(method.len())?;
        let is_it =
            starts_with_ignoring_case(before.get(at..)?, method) && !before[..at].ends_with(char::is_alphanumeric);
        is_it.then(|| Traced::standing_for(method, view.place(floor + at..floor + before.len())))
    })
}

/// The method as axios prints it with the rest of a call that failed: `method: 'post'`.
fn method_of_config(view: &View<'_>, within: &Range<usize>) -> Option<Traced> {
    let at = within.start + view.text[within.clone()].find("method: '")? + "method: '".len();
    let end = at + view.text[at..within.end].find('\'')?;
    let method = METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(&view.text[at..end]))?;
    Some(Traced::standing_for(method, view.place(at..end)))
}

/// Python names the host and the path apart: `HTTPSConnectionPool(host='h', port=443)`.
fn pool_host(view: &View<'_>, within: &Range<usize>, request: &mut Request) {
    let text = &view.text[within.clone()];
    let Some(start) = text.find("host='").map(|at| at + "host='".len()) else { return };
    let Some(len) = text[start..].find('\'') else { return };
    let host = within.start + start..within.start + start + len;
    request.host = view.traced(host.clone());
    if text.contains("HTTPSConnectionPool") {
        request.scheme = Traced::standing_for("https", view.place(within.start..within.start));
    }
    let digits = text[start + len..].strip_prefix("', port=").unwrap_or_default();
    let digits = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let port = host.end + "', port=".len();
    let port = (digits > 0).then(|| view.traced(port..port + digits));
    request.port = port.filter(|port| !matches!(port.bytes(), b"80" | b"443"));
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::read::found::found_in;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<String> {
        let found = found_in(text, find);
        let one = |item: crate::support::Item| {
            let request = item.request.map_or("-".into(), |request| {
                format!("{} {} {}", request.method.text(), request.host.text(), request.target().text())
            });
            let status = item.answer.as_ref().and_then(|answer| answer.http_status);
            let body = item.answer.and_then(|answer| answer.body).map_or("-".into(), |body| body.text().into_owned());
            format!("{request} {status:?} {body} {:?}", item.failure.map(|failure| failure.kind))
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn the_request_in_an_error_is_found() {
        let url = "https://h/api/p?lead_id=a&status=b";
        for (text, expected) in [
            (format!("Server error: `POST {url}` resulted in a `500 Internal Server Error` response:\nMissing parameter: api_key.\n at x"), "POST h /api/p?lead_id=a&status=b Some(500) Missing parameter: api_key. None"),
            (format!("Get \"{url}\": dial tcp: lookup h: no such host"), "GET h /api/p?lead_id=a&status=b None - Some(Dns)"),
            (format!("java.io.IOException: Server returned HTTP response code: 500 for URL: {url}"), "GET h /api/p?lead_id=a&status=b Some(500) - None"),
            ("HTTPSConnectionPool(host='h', port=8443): Max retries exceeded with url: /api/p?lead_id=a&status=b (Caused by ConnectTimeoutError(error: timed out))".into(), "GET h /api/p?lead_id=a&status=b None - Some(Timeout)"),
            (format!("System.Net.WebException: The remote server returned an error: (407) Proxy Authentication Required.\n at X\n\nurl = {url}\n\nBye"), "GET h /api/p?lead_id=a&status=b None - Some(Proxy)"),
            (format!("feign.FeignException$InternalServerError: [500] during [GET] to [{url}] [X]: []"), "GET h /api/p?lead_id=a&status=b Some(500) - None"),
            ("x.HttpServerErrorException: 500 Internal Server Error: \"Missing parameter: a.<EOL>\"".into(), "- Some(500) Missing parameter: a. None"),
            ("curl: (22) The requested URL returned error: 500".into(), "- Some(500) - None"),
        ] {
            assert_eq!(told(&text), [expected], "{text}");
        }
        assert!(told("hello, it fails\n\nbye").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\n' \u{a0}\u{3000}]|error: |curl: \\(|https://|lead_id=|timed out|host='|É){0,40}") {
            let _ = told(&text);
        }
    }
}

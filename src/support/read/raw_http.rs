//! Form `raw-http`: a request's head as a proxy, a debugger or `curl -v` shows it, with the answer where that is shown too.
//! And form `http-file`, which begins alike.

use std::net::SocketAddr;
use std::ops::Range;

use super::address::{get, request};
use super::answer;
use super::found::{Found, item};
use super::text::{METHODS, http_status, line_at, lines, next_line, starts_with_ignoring_case, trim};
use super::variables::{self, Values};
use crate::support::phrases::Says;
use crate::support::ticket::{Answer, Form, Header, Item, Mark, Request};
use crate::support::traced::{Traced, View};

/// As many headers are read.
const MOST_HEADERS: usize = 200;

/// Every request head in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let is_file = is_http_file(&view.text, free);
    let values = if is_file { file_values(view, free) } else { Values::new() };
    for part in free {
        let mut at = part.start;
        while at < part.end {
            let line = line_at(&view.text, at, part.end);
            let mut marks = Vec::new();
            let head = first_line(view, line.clone(), part.end, is_file.then_some(&values), &mut marks)
                .or_else(|| pseudo_headers(view, line.start, part.end))
                .or_else(|| developer_tools(view, line.start, part.end));
            let Some((request, behind, is_bare)) = head else {
                let has_answer = view.text[line.clone()].contains('<');
                if is_file && !has_answer && is_comment(&view.text[line.clone()]) {
                    found.taken.push(line.clone());
                }
                at = next_line(&view.text, line.end, part.end);
                continue;
            };
            let form = if is_file { Form::HttpFile } else { Form::RawHttp };
            let (mut item, end) = rest(view, line.start, behind, part.end, request, form);
            if is_bare && !is_file && item.request.as_ref().is_none_or(|request| request.headers.is_empty()) {
                at = next_line(&view.text, line.end, part.end);
                continue;
            }
            if is_file {
                replace(&mut item, &values, &mut marks);
            }
            item.request.iter_mut().for_each(take_host);
            item.marks.extend(marks);
            found.item(line.start..end, item);
            at = end.max(next_line(&view.text, line.end, part.end));
        }
    }
}

/// Whether somebody pasted a `.http` file: its separators or its variables stand there, and a request without a version.
fn is_http_file(text: &str, free: &[Range<usize>]) -> bool {
    let all = || free.iter().flat_map(|part| lines(text, part.clone())).map(|line| text[line].trim());
    let is_request = |line: &str| {
        METHODS.iter().any(|method| line.strip_prefix(method).is_some_and(|rest| rest.starts_with([' ', '\t'])))
    };
    all().any(|line| line.starts_with("###") || variable(line).is_some()) && all().any(is_request)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//") || variable(line).is_some()
}

/// `@name = value`.
fn variable(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('@')?.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    is_name.then_some((name, value))
}

fn file_values(view: &View<'_>, free: &[Range<usize>]) -> Values {
    let mut values = Values::new();
    for line in free.iter().flat_map(|part| lines(&view.text, part.clone())) {
        if let Some((name, value)) = variable(&view.text[line.clone()]) {
            let value = trim(&view.text, line.end - value.len()..line.end);
            values.insert(name.to_owned(), view.traced(value));
        }
    }
    values
}

/// Puts the file's variables into headers and body.
fn replace(item: &mut Item, values: &Values, marks: &mut Vec<Mark>) {
    let Some(asked) = &mut item.request else { return };
    for header in &mut asked.headers {
        header.value = variables::replaced(&header.value, values, marks);
    }
    asked.body = asked.body.take().map(|body| variables::replaced(&body, values, marks));
}

/// `GET /p?q HTTP/1.1`; without the version it has to be followed by headers. Gives the request, where its line ends, and
/// whether the version is missing.
fn first_line(
    view: &View<'_>,
    line: Range<usize>,
    limit: usize,
    file: Option<&Values>,
    marks: &mut Vec<Mark>,
) -> Option<(Request, usize, bool)> {
    let (text, is_file) = (&*view.text, file.is_some());
    let mut inner = trim(text, line.clone());
    // Behind the end of a sentence: `We send this: GET /p HTTP/1.1`.
    let is_begun = METHODS.iter().any(|method| text[inner.clone()].starts_with(method));
    // As mitmproxy shows it: `192.0.2.7:50312: GET https://host/p HTTP/2.0`, formerly without the version.
    let is_of_proxy =
        text[inner.clone()].split_once(": ").is_some_and(|(client, _)| client.parse::<SocketAddr>().is_ok());
    if !is_begun && (is_of_proxy || text[inner.clone()].contains(" HTTP/")) {
        let begins = [". ", ": "].iter().flat_map(|end| ["/", "http"].map(|begin| (end, begin)));
        let begin_at = |method: &&str| {
            let shown = &text[inner.clone()];
            begins.clone().filter_map(|(end, begin)| shown.rfind(&format!("{end}{method} {begin}"))).max()
        };
        inner.start += METHODS.iter().filter_map(begin_at).max().map_or(0, |at| at + 2);
    }
    let shown = &text[inner.clone()];
    let space = shown.find([' ', '\t'])?;
    if !METHODS.contains(&&shown[..space]) {
        return None;
    }
    let version = shown.rfind(" HTTP/").filter(|at| *at > space && shown.len() - at < 12);
    let target = trim(text, inner.start + space..inner.start + version.unwrap_or(shown.len()));
    let word = &text[target.clone()];
    let is_target =
        word.starts_with('/') || word.contains("://") || is_file && (word.starts_with("{{") || word.contains('/'));
    // A program's own log: `GET https://host/p?a=b -> 200`.
    let is_logged = word.says(&[" -> ", " => ", " → "]);
    if !is_target || version.is_none() && (is_logged || word.contains(' ') && !word.contains('?')) {
        return None;
    }
    let mut url = view.traced(target);
    let mut end = line.end;
    // A `.http` file goes on with the query in lines of their own.
    if let Some(values) = file {
        for line in lines(text, next_line(text, line.end, limit)..limit) {
            let inner = trim(text, line.clone());
            let is_indented = inner.start > line.start;
            if !is_indented
                || !text[inner.clone()].starts_with(['?', '&', '/'])
                || text[inner.clone()].starts_with("//")
            {
                break;
            }
            url.append(&view.traced(inner));
            end = line.end;
        }
        // Before it is taken to pieces, for a variable may hold half of it.
        url = variables::replaced(&url, values, marks);
    }
    let method = view.traced(inner.start..inner.start + space);
    Some((request(method, &url), end, version.is_none()))
}

/// `:method: GET`, `:authority: …`, as HTTP/2 is shown; browsers put the value on a line of its own.
fn pseudo_headers(view: &View<'_>, start: usize, limit: usize) -> Option<(Request, usize, bool)> {
    const NAMES: [&str; 4] = [":method", ":scheme", ":authority", ":path"];
    let text = &*view.text;
    let (mut at, mut end) = (start, start);
    let mut known: [Option<Traced>; 4] = Default::default();
    while at < limit {
        let value_of = |name: &&str| value_of(text, at, limit, name);
        let named = NAMES.iter().enumerate().find_map(|(name, known)| Some((name, value_of(known)?)));
        // One that comes again is of another request.
        let Some((name, (value, behind))) = named.filter(|(name, _)| known[*name].is_none()) else { break };
        known[name] = Some(view.traced(value));
        end = behind;
        at = next_line(text, end, limit);
    }
    let [method, scheme, authority, path] = known;
    let path = path?;
    let mut asked = request(method.unwrap_or_else(|| get(&path)), &path);
    asked.scheme = scheme.unwrap_or_default();
    put_host(&mut asked, &authority.unwrap_or_default());
    Some((asked, end, false))
}

/// `Request URL: …`, `Request Method: …`, `Status Code: …`, as browsers' tools list them.
fn developer_tools(view: &View<'_>, start: usize, limit: usize) -> Option<(Request, usize, bool)> {
    let text = &*view.text;
    let (url, end) = value_of(text, start, limit, "Request URL")?;
    let url = view.traced(url);
    let method = value_of(text, next_line(text, end, limit), limit, "Request Method");
    let (method, end) = method.map_or((get(&url), end), |(method, end)| (view.traced(method), end));
    Some((request(method, &url), end, false))
}

/// The value of a name with which a line begins, behind a colon or in the line below, and where that ends.
fn value_of(text: &str, start: usize, limit: usize, name: &str) -> Option<(Range<usize>, usize)> {
    let line = line_at(text, start, limit);
    let inner = trim(text, line.clone());
    if !starts_with_ignoring_case(&text[inner.clone()], name) {
        return None;
    }
    let behind = inner.start + name.len()..inner.end;
    if text[behind.clone()].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let mut value = trim(text, behind);
    if text[value.clone()].starts_with(':') {
        value = trim(text, value.start + 1..value.end);
    }
    if !value.is_empty() {
        return Some((value, line.end));
    }
    let below = line_at(text, next_line(text, line.end, limit), limit);
    Some((trim(text, below.clone()), below.end))
}

/// What follows a request's first line: headers, body, answer.
fn rest(view: &View<'_>, start: usize, end: usize, limit: usize, mut request: Request, form: Form) -> (Item, usize) {
    let text = &*view.text;
    let mut end = end;
    let mut at = next_line(text, end, limit);
    let mut status = None;
    while at < limit && request.headers.len() < MOST_HEADERS {
        let line = line_at(text, at, limit);
        let inner = trim(text, line.clone());
        let shown = &text[inner.clone()];
        if let Some(found) = shown.strip_prefix("Status Code:").or_else(|| shown.strip_prefix("Status Code")) {
            let word = found.trim_matches([' ', ':']).split(' ').find_map(http_status);
            status = word.map(|status| (status, view.place(inner)));
        } else if let Some(header) =
            answer::header(view, inner.clone()).filter(|header| !shown.starts_with("HTTP/") && is_header(header))
        {
            request.headers.push(header);
        } else if form != Form::HttpFile || !is_comment(shown) || shown.starts_with("###") {
            break;
        }
        end = line.end;
        at = next_line(text, line.end, limit);
    }
    let mut item = item(view, start..end, form);
    let body_end = body(view, at, limit, &mut request, form);
    end = body_end.unwrap_or(end);
    item.request = Some(request);
    if let Some((answer, behind)) = answer_behind(view, end, limit) {
        item.answer = Some(answer);
        end = behind;
    } else if let Some((status, place)) = status {
        item.answer = Some(Answer { http_status: Some(status), place, ..Answer::default() });
    }
    item.logged.user_agent = item.request.as_ref().and_then(Request::user_agent);
    item.place = view.place(start..end);
    (item, end)
}

fn is_header(header: &Header) -> bool {
    let name = header.name.to_ascii_lowercase();
    !["referrer policy", "remote address", "note", "ps", "hi"].contains(&&*name)
        // `Net::ReadTimeout: …` is an exception.
        && !header.value.text().starts_with(':')
        && !name.ends_with("error")
        && !name.ends_with("exception")
}

/// Takes the host from its header where the URL has none.
fn take_host(request: &mut Request) {
    if let Some(header) = request.header("host").filter(|_| request.host.is_empty()) {
        let value = header.value.clone();
        put_host(request, &value);
    }
}

fn put_host(request: &mut Request, authority: &Traced) {
    let colon = authority
        .bytes()
        .iter()
        .rposition(|byte| *byte == b':')
        .filter(|at| authority.bytes()[at + 1..].iter().all(u8::is_ascii_digit));
    request.host = authority.slice(0..colon.unwrap_or(authority.len()));
    request.port = colon.map(|at| authority.slice(at + 1..authority.len())).filter(|port| !port.is_empty());
}

/// The body of a request that has one, behind the empty line; where it ends.
fn body(view: &View<'_>, at: usize, limit: usize, request: &mut Request, form: Form) -> Option<usize> {
    let text = &*view.text;
    let announced =
        ["content-type", "content-length", "transfer-encoding"].iter().any(|name| request.header(name).is_some());
    let has_body = matches!(request.method.bytes(), b"POST" | b"PUT" | b"PATCH")
        || announced && form == Form::HttpFile
        || request.header("content-length").is_some();
    if !has_body || at >= limit || !text[line_at(text, at, limit)].trim().is_empty() {
        return None;
    }
    let start = next_line(text, line_at(text, at, limit).end, limit);
    let mut end = start;
    for line in lines(text, start..limit) {
        let shown = text[line.clone()].trim_start();
        let ends = ["HTTP/", "<< ", "###", "< HTTP/", "* "];
        if shown.is_empty() || ends.iter().any(|end| shown.starts_with(end)) {
            break;
        }
        end = line.end;
    }
    if request.header("content-length").is_some_and(|header| header.value.bytes() == b"0") || end == start {
        return None;
    }
    // A form in a `.http` file may have a parameter a line.
    let is_form = request.header("content-type").is_some_and(|header| header.value.text().contains("urlencoded"));
    let mut body = Traced::default();
    if form == Form::HttpFile && is_form {
        lines(text, start..end).for_each(|line| body.append(&view.traced(trim(text, line))));
    } else {
        body = view.traced(start..end);
    }
    request.body = Some(body);
    Some(end)
}

/// The answer behind a request, past what curl -v remarks in between.
fn answer_behind(view: &View<'_>, end: usize, limit: usize) -> Option<(Answer, usize)> {
    let text = &*view.text;
    for line in lines(text, end..limit).skip_while(|line| line.start < end).take(12) {
        let shown = text[line.clone()].trim();
        if let Some(found) = answer::head(view, line.start, limit) {
            // `100 Continue` is no answer yet.
            if found.0.http_status != Some(100) {
                return Some(found);
            }
        }
        let begins = ["*", "{", "}", "<", "HTTP/1.1 100", "---", "==="];
        let is_between = shown.is_empty()
            || shown == ">"
            || begins.iter().any(|begin| shown.starts_with(begin))
            || shown.starts_with("###") && shown.len() < 12
            || shown.ends_with(':') && shown.len() < 24;
        if !is_between {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::read::found::found_in;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<String> {
        let found = found_in(text, find);
        let one = |item: crate::support::Item| {
            let request = item.request.unwrap();
            let status = item.answer.as_ref().and_then(|answer| answer.http_status);
            let body = request.body.as_ref().map_or("-".into(), |body| body.text().into_owned());
            let answer = item.answer.and_then(|answer| answer.body).map_or("-".into(), |body| body.text().into_owned());
            format!(
                "{} {} {}{} {} {body} {status:?} {answer}",
                item.form.id(),
                request.method.text(),
                request.host.text(),
                request.target().text(),
                request.headers.len()
            )
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn heads_are_read_as_every_tool_shows_them() {
        for (text, expected) in [
            (
                "GET /p?a=b HTTP/1.1\r\nHost: h:8080\r\nA: b\r\n\r\nHTTP/1.1 500 X\r\n\r\nMissing parameter: a.\r\n",
                "raw-http GET h/p?a=b 2 - Some(500) Missing parameter: a.",
            ),
            ("GET https://h/p?a=b HTTP/1.1\n\nthanks", "raw-http GET h/p?a=b 0 - None -"),
            ("GET /p?status=In Progress HTTP/1.1\nHost: h", "raw-http GET h/p?status=In Progress 1 - None -"),
            (
                "POST /p HTTP/1.1\nHost: h\nContent-Type: x\n\na=b&c=d\n\nHTTP/1.1 200 OK\n\n<result/>",
                "raw-http POST h/p 2 a=b&c=d Some(200) <result/>",
            ),
            (
                ":authority: h\n:method: GET\n:path: /p?a=b\n:scheme: https\naccept: x\n",
                "raw-http GET h/p?a=b 1 - None -",
            ),
            (":authority\nh\n:path\n/p?a=b\n", "raw-http GET h/p?a=b 0 - None -"),
            (
                "Request URL: https://h/p?a=b\nRequest Method: POST\nStatus Code: 500 Internal Server Error\n",
                "raw-http POST h/p?a=b 0 - Some(500) -",
            ),
            (
                "Request URL\nhttps://h/p?a=b\nRequest Method\nGET\nStatus Code\n200 OK",
                "raw-http GET h/p?a=b 0 - None -",
            ),
            (
                "GET /p HTTP/1.1\nHost: h\n\n* Mark bundle\n< HTTP/1.1 404 X\n< A: b\n< \n<html>\n",
                "raw-http GET h/p 1 - Some(404) <html>",
            ),
            ("### x\nGET https://h/p\n    ?a=#b\n    &c=d\nAccept: x\n\n###", "http-file GET h/p?a= 1 - None -"),
            (
                "@host = h\n@k=1\nPOST https://{{host}}/p?a={{k}}\n# c\nA: {{k}}\n\nbody\n\n###",
                "http-file POST h/p?a=1 1 body None -",
            ),
            (
                "@h = x.example:8080\n### a\nGET /p?a=b HTTP/1.1\nHost: {{h}}\n",
                "http-file GET x.example/p?a=b 1 - None -",
            ),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
        for text in ["GET https://h/p in the browser", "GET IT NOW", "we GET /p HTTP/1.1", "", ":path"] {
            assert!(told(text).is_empty() || text == ":path", "{text}");
        }
        assert_eq!(told(":method: GET\n:method: GET\n:path: /p\n"), ["raw-http GET /p 0 - None -"]);
        assert_eq!(told("### a\nGET http://a/p\n\n### b\nGET http://b/p\n").len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\r\n :]|GET /|HTTP/1.1|### |@a=|:path|Request URL|\\{\\{a\\}\\}|POST http://h|\n\n){0,40}") {
            let found = found_in(&text, find);
            for (_, item) in found.items {
                prop_assert!(text.get(item.place.range()).is_some());
            }
        }
    }
}

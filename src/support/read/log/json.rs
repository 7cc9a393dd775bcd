//! JSON logs of any logger: one object a line or over several lines, whatever its fields are called. And the journal of
//! `caketester serve`, which is one of them.

use std::ops::Range;

use super::line::request_line;
use super::names::{
    ADDRESS, AGENT, BASE, BODY, CLIENT, FAILURE, HOST, LEVEL, METHOD, PARAMETERS, QUERY, SIZE, STATUS, TIME, USER,
    is_among,
};
use crate::support::Traced;
use crate::support::json::{self, Node};
use crate::support::look::folded;
use crate::support::phrases::Says;
use crate::support::read::address::{form_encoded, get, request};
use crate::support::read::found::{item, mark};
use crate::support::read::text::{http_status, is_of_headers};
use crate::support::read::{failure, links};
use crate::support::ticket::{Answer, Failure, Form, Header, Item, MarkKind, Request};
use crate::support::traced::View;

/// As many values of one object are looked at.
const MOST: usize = 2_000;

/// The request in a line with an object, whatever stands before it.
pub(super) fn read_line(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let line = &view.text[part.clone()];
    // `@{` begins a hash table of PowerShell.
    let start = part.start + line.find('{').filter(|at| !line[..*at].ends_with('@'))?;
    let parsed = json::parse(&view.text, start, part.end, MOST);
    let is_alone = view.text[parsed.end..part.end].trim_matches([',', ' ', '[', ']', '{', '}']).is_empty();
    (is_alone && parsed.is_whole).then(|| object(view, &parsed.node, part)).flatten()
}

/// A string or number in an object, with the name it stands under and the one around that, without what tells
/// spellings apart.
struct Field<'n> {
    name: String,
    written: &'n str,
    around: String,
    node: &'n Node,
}

/// The request that an object tells of.
pub(in crate::support::read) fn object(view: &View<'_>, node: &Node, part: Range<usize>) -> Option<Item> {
    if let Some(inner) = nested(view, node, &part) {
        return Some(inner);
    }
    let mut fields = Vec::new();
    collect(view, node, "", &mut fields);
    let form = if is_journal(view, node) { Form::Journal } else { Form::LogJson };
    let (request, told) = asked(view, &fields)?;
    let mut item = item(view, part, form);
    // n8n's expressions: `={{ $json.lead_id }}`.
    let expressions = request
        .parameters()
        .into_iter()
        .filter(|one| one.value.as_deref().is_some_and(|value| value.starts_with("={{")));
    item.marks =
        expressions.map(|one| mark(MarkKind::Variable, one.sent.whole(), one.value.unwrap_or_default())).collect();
    let named = |names: &str| find(view, &fields, names);
    // n8n keeps a body of JSON as an expression, `={…}`.
    let body = named("jsonbody").filter(|_| request.body.is_none() && request.method.text() != "GET");
    let body = body.map(|body| body.slice(usize::from(body.bytes().starts_with(b"="))..body.len()));
    item.request = Some(Request { body: body.or(request.body.clone()), ..request });
    item.answer = answered(view, &fields);
    if item.answer.as_ref().is_none_or(|answer| answer.body.is_none()) {
        item.failure = failed(view, &fields, told.as_ref());
    }
    let word = |names: &str| named(names).map(|text| text.text().into_owned());
    item.logged.time = word(TIME);
    item.logged.client = word(CLIENT);
    item.logged.user_agent = word(AGENT);
    item.logged.bytes_sent = word(SIZE).and_then(|size| size.parse().ok());
    item.logged.user_name = word(USER);
    Some(item)
}

/// The answer or the failure in a line with an object that has neither a URL nor a lead.
pub(in crate::support::read) fn outcome_line(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let lower = view.text[part.clone()].to_ascii_lowercase();
    if lower.says(&["\"lead\"", "lead_id\"", "leadid\""]) {
        return None;
    }
    let parsed = json::parse(&view.text, part.start, part.end, MOST);
    let is_whole = parsed.is_whole && view.text[parsed.end..part.end].trim_matches([',', ' ']).is_empty();
    if !is_whole {
        return None;
    }
    let mut fields = Vec::new();
    collect(view, &parsed.node, "", &mut fields);
    let mut item = item(view, part, Form::LogJson);
    let answer = answered(view, &fields);
    if answer.as_ref().is_none_or(|answer| answer.body.is_none()) {
        item.failure = failed(view, &fields, None);
    }
    let says_something =
        |answer: &Answer| answer.body.is_some() || answer.http_status.is_some_and(|status| status >= 400);
    item.answer = answer.filter(says_something);
    (item.answer.is_some() || item.failure.is_some()).then_some(item)
}

/// What came back, as far as the fields have it.
fn answered(view: &View<'_>, fields: &[Field<'_>]) -> Option<Answer> {
    let is_answer = |text: &Traced| looks_like_an_answer(&text.text());
    let mut strings = fields.iter().filter_map(|field| field.node.string(view));
    let body = find(view, fields, BODY).filter(is_answer).or_else(|| strings.find(is_answer));
    let status = find(view, fields, STATUS).and_then(|status| Some((http_status(&status.text())?, status.whole())));
    let place = body.as_ref().map(Traced::whole).or(status.map(|(_, place)| place))?;
    Some(Answer { http_status: status.map(|(status, _)| status), body, place, ..Answer::default() })
}

/// A container's log holds a line of another log in a string.
fn nested(view: &View<'_>, node: &Node, part: &Range<usize>) -> Option<Item> {
    let line = ["log", "message", "msg", "line"].iter().find_map(|name| node.get(&view.text, name))?;
    let line = View::made(line.string(view).filter(|line| line.bytes().starts_with(b"{"))?);
    let end = line.text.trim_end().len();
    let parsed = json::parse(&line.text, 0, end, MOST);
    let mut item = object(&line, &parsed.node, 0..end).filter(|_| parsed.is_whole)?;
    item.place = view.place(part.clone());
    Some(item)
}

fn is_journal(view: &View<'_>, node: &Node) -> bool {
    let has = |name: &&str| node.get(&view.text, name).is_some();
    ["time", "request", "answer"].iter().all(has) && ["why", "from"].iter().any(has)
}

fn collect<'n>(view: &'n View<'_>, node: &'n Node, around: &str, fields: &mut Vec<Field<'n>>) {
    for (name, value) in node.members() {
        let written = &view.text[name.clone()];
        // `http.url` is what others write as an object in an object.
        let (before, last) = written.rsplit_once('.').unwrap_or((around, written));
        let name = folded(last);
        match value {
            Node::Object(..) => collect(view, value, &name, fields),
            Node::Array(elements, _) => {
                for element in elements {
                    collect(view, element, &name, fields);
                }
            }
            _ => fields.push(Field { name, written: last, around: folded(before), node: value }),
        }
    }
}

/// The first field of these names, as it stands or with the name around it in front.
fn find(view: &View<'_>, fields: &[Field<'_>], names: &str) -> Option<Traced> {
    names.split(' ').find_map(|name| {
        let is_it = |field: &&Field<'_>| {
            field.name == name || !field.around.is_empty() && name.strip_prefix(&*field.around) == Some(&*field.name)
        };
        fields.iter().filter(is_it).find_map(|field| field.node.string(view)).filter(|text| !text.is_empty())
    })
}

/// The request, and the text that tells of it where that is prose.
fn asked(view: &View<'_>, fields: &[Field<'_>]) -> Option<(Request, Option<Traced>)> {
    let strings: Vec<(&Field<'_>, Traced)> = fields
        .iter()
        .filter(|field| matches!(field.node, Node::String(_)))
        .filter_map(|field| Some((field, field.node.string(view)?)))
        .collect();
    if let Some(request) = strings.iter().find_map(|(_, text)| request_line(text).filter(|_| text.len() > 5)) {
        return Some((with_host(view, fields, request), None));
    }
    let method = find(view, fields, METHOD);
    let address = strings.iter().filter(|(field, text)| is_address(field, &text.text())).max_by_key(|(_, text)| {
        (links::concerns_cake(text), text.bytes().contains(&b'?'), text.bytes().starts_with(b"http"))
    });
    let based = based(view, fields);
    if let Some(address) = based.as_ref().or(address.map(|(_, address)| address)) {
        let method =
            method.filter(|method| method.bytes().iter().all(u8::is_ascii_alphabetic)).unwrap_or_else(|| get(address));
        let mut request = request(method, address);
        if request.query.is_none() {
            let query = find(view, fields, QUERY);
            request.query =
                query.map(|query| if query.bytes().starts_with(b"?") { query.slice(1..query.len()) } else { query });
        }
        if request.query.is_none() {
            request.query = parameters(fields, view);
        }
        let of_headers = pairs(fields, view, true).into_iter();
        request.headers.extend(of_headers.map(|(name, value)| Header { name: name.text().into_owned(), value }));
        if request.method.bytes().eq_ignore_ascii_case(b"post") && request.body.is_none() {
            let body = find(view, fields, "requestbody body payload postdata data");
            request.body = body.filter(|body| !looks_like_an_answer(&body.text()));
        }
        return Some((with_host(view, fields, request), None));
    }
    // A sentence with a URL in it, in what looks like a log.
    let is_log = [TIME, LEVEL].into_iter().any(|names| find(view, fields, names).is_some());
    let (_, told) =
        strings.iter().filter(|_| is_log).find(|(_, text)| text.bytes().windows(3).any(|three| three == b"://"))?;
    let inner = View::made(told.clone());
    let whole = 0..inner.text.len();
    let link = links::find(&inner, whole).into_iter().find(|link| links::concerns_cake(&link.url))?;
    Some((request(method.unwrap_or_else(|| get(&link.url)), &link.url), Some(told.clone())))
}

/// The URL of which an object has the beginning and the rest apart: axios' `baseURL` and `url`.
fn based(view: &View<'_>, fields: &[Field<'_>]) -> Option<Traced> {
    let base = find(view, fields, BASE).filter(|base| base.bytes().starts_with(b"http"))?;
    let rest = find(view, fields, ADDRESS).filter(|rest| !rest.bytes().starts_with(b"http"))?;
    let mut url = base.slice(0..base.text().trim_end_matches('/').len());
    url.join("/", &rest.slice(usize::from(rest.bytes().starts_with(b"/"))..rest.len()));
    Some(url)
}

/// The parameters that an object holds one by one: `"params": { "lead_id": … }`.
fn parameters(fields: &[Field<'_>], view: &View<'_>) -> Option<Traced> {
    let mut given = pairs(fields, view, false);
    if given.is_empty() {
        let inner = fields.iter().filter(|field| is_among(PARAMETERS, &field.around));
        let written = |field: &Field<'_>| Traced::standing_for(field.written, view.place(field.node.part()));
        given = inner.filter_map(|field| Some((written(field), field.node.string(view)?))).collect();
    }
    let mut query = Traced::default();
    for (name, value) in &given {
        let name = Traced::standing_for(&name.text(), value.whole().begin());
        query.join("&", &Traced::pair(&name, &form_encoded(value)));
    }
    (!query.is_empty()).then_some(query)
}

/// `[{"name": "lead_id", "value": "…"}]`: those of the headers, or those of the parameters.
fn pairs(fields: &[Field<'_>], view: &View<'_>, of_headers: bool) -> Vec<(Traced, Traced)> {
    let inner: Vec<&Field<'_>> = fields.iter().filter(|field| is_among(PARAMETERS, &field.around)).collect();
    let is_pair = |two: &[&Field<'_>]| matches!(two[0].written, "name" | "key") && two[1].written == "value";
    let is_meant =
        |two: &&[&Field<'_>]| is_pair(two) && is_of_headers(&view.text, two[0].node.part().start) == of_headers;
    let pairs = inner.windows(2).filter(is_meant);
    pairs.filter_map(|two| two[0].node.string(view).zip(two[1].node.string(view))).collect()
}

fn with_host(view: &View<'_>, fields: &[Field<'_>], mut request: Request) -> Request {
    if request.host.is_empty() {
        let host = find(view, fields, HOST);
        if let Some(host) = host.filter(|host| host.bytes().contains(&b'.') && !host.bytes().contains(&b' ')) {
            let at = host.bytes().iter().position(|byte| *byte == b':').unwrap_or(host.len());
            request.host = host.slice(0..at);
            request.port = (at + 1 < host.len()).then(|| host.slice(at + 1..host.len()));
        }
    }
    request
}

fn is_address(field: &Field<'_>, text: &str) -> bool {
    if text.starts_with("http://") || text.starts_with("https://") {
        return !matches!(&*field.name, "referer" | "referrer" | "httpreferer" | "schema" | "origin");
    }
    text.starts_with('/') && !text.contains(' ') && (is_among(ADDRESS, &field.name) || text.contains(".asmx"))
        || text.contains(".asmx/")
            && text.contains('?')
            && !text[..text.find('?').unwrap_or(0)].contains([' ', '{', '"'])
}

fn looks_like_an_answer(text: &str) -> bool {
    const BEGINS: [&str; 6] = [
        "Missing parameter",
        "<!DOCTYPE",
        "<html",
        "Invalid method name",
        "Request format is",
        "A potentially dangerous Request",
    ];
    let text = text.trim_start();
    text == "Restricted"
        || text.says(&["<code>", "<result", "Web Service method name is not valid"])
        || BEGINS.iter().any(|begin| text.starts_with(begin))
}

fn failed(view: &View<'_>, fields: &[Field<'_>], told: Option<&Traced>) -> Option<Failure> {
    let texts = fields.iter().filter(|field| is_among(FAILURE, &field.name) || is_among(FAILURE, &field.around));
    let found = |text: &Traced| {
        let (kind, part) = failure::kind(&text.text().to_ascii_lowercase())?;
        Some(Failure { kind, place: text.place(part) })
    };
    texts.filter_map(|field| field.node.string(view)).chain(told.cloned()).find_map(|text| found(&text))
}

#[cfg(test)]
mod tests {
    use super::read_line;
    use crate::support::FailureKind;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn told(line: &str) -> String {
        let Some(item) = read_line(&View::of(line), 0..line.len()) else { return "-".into() };
        let request = item.request.unwrap();
        let status = item.answer.as_ref().and_then(|answer| answer.http_status);
        let body = item.answer.and_then(|answer| answer.body).map_or("-".into(), |body| body.text().into_owned());
        format!(
            "{} {} {} {status:?} {body} {}",
            request.method.text(),
            request.host.text(),
            request.target().text(),
            item.form.id()
        )
    }

    #[test]
    fn fields_are_found_whatever_they_are_called() {
        for (line, expected) in [
            (
                r#"{"message":"x","context":{"uri":"https://h/p?a=b","status":200,"body":"<result><code>3</code></result>"},"level":200}"#,
                "GET h /p?a=b Some(200) <result><code>3</code></result> log-json",
            ),
            (
                r#"{"@timestamp":"t","http.url":"https://h/p?a=b","http.status":500}"#,
                "GET h /p?a=b Some(500) - log-json",
            ),
            (
                r#"{"remote_addr":"1.2.3.4","request":"GET /p?a=b HTTP/1.1","status":"404","host":"h.example:8080"}"#,
                "GET h.example /p?a=b Some(404) - log-json",
            ),
            (
                r#"{"url":{"domain":"h.example","path":"/p","query":"a=b"},"http":{"request":{"method":"POST"},"response":{"status_code":500}}}"#,
                "POST h.example /p?a=b Some(500) - log-json",
            ),
            (
                r#"2025-01-01T00:00:00Z stdout F {"level":"info","msg":"calling https://h/api/p?lead_id=a\u0026status=b now"}"#,
                "GET h /api/p?lead_id=a&status=b None - log-json",
            ),
            (
                r#"{"time":"t","from":"127.0.0.1","request":"GET /p?a=b HTTP/1.1","status":200,"code":3,"answer":"<result><code>3</code></result>"}"#,
                "GET  /p?a=b Some(200) <result><code>3</code></result> journal",
            ),
            (r#"{"api_key":"K","lead_id":"L"}"#, "-"),
            (r#"{"exception":"at https://h/api/p?lead_id=a&status=b"}"#, "-"),
            ("{", "-"),
            ("", "-"),
        ] {
            assert_eq!(told(line), expected, "{line}");
        }
    }

    #[test]
    fn what_failed_is_found_too() {
        let line =
            r#"{"level":"error","msg":"Get \"https://h/api/p?lead_id=a&status=b\": dial tcp: lookup h: no such host"}"#;
        let item = read_line(&View::of(line), 0..line.len()).unwrap();
        let failure = item.failure.unwrap();
        assert_eq!((failure.kind, &line[failure.place.range()]), (FailureKind::Dns, "no such host"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[{}\":,/\\\\]|\"url\":\"/|\"status\":){0,40}") {
            let line = format!("{{{text}}}");
            if let Some(item) = read_line(&View::of(&line), 0..line.len()) {
                prop_assert!(line.get(item.place.range()).is_some());
            }
        }
    }
}

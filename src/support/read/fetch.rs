//! Form `fetch`: what browsers and Node call with a URL and options, and axios and jQuery beside it. What a variable holds is
//! known where the ticket puts a literal into it.

use std::ops::Range;

use super::added::is_added_to;
use super::address::{encoded, form_encoded, get, request};
use super::assigned::Assigned;
use super::concatenated::{concatenated, mark_placeholders};
use super::found::{Found, item, mark};
use crate::support::code::skip_space;
use crate::support::json::{self, Node};
use crate::support::ticket::{Form, Header, Item, Mark, MarkKind, Request};
use crate::support::traced::{Traced, View};

/// The calls, and the method that their name is for.
const CALLS: [(&str, &str); 16] = [
    ("fetch(", ""),
    ("axios(", ""),
    ("axios.get(", "GET"),
    ("axios.post(", "POST"),
    ("axios.request(", ""),
    ("$.ajax(", ""),
    ("$.get(", "GET"),
    ("$.post(", "POST"),
    ("got(", ""),
    ("superagent.get(", "GET"),
    ("requests.get(", "GET"),
    ("requests.post(", "POST"),
    ("session.get(", "GET"),
    ("session.post(", "POST"),
    ("httpx.get(", "GET"),
    ("httpx.post(", "POST"),
];

/// As many values are looked at in the options.
const MOST: usize = 2_000;

/// Every call in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let text = &*view.text;
    let names = Assigned::of(text);
    for part in free {
        let mut at = part.start;
        while let Some(open) = text[at..part.end].find('(').map(|found| at + found) {
            at = open + 1;
            let call = CALLS.iter().find(|(call, _)| text[part.start..at].ends_with(call));
            let Some((call, method)) = call.filter(|(call, _)| is_word(&text[part.start..at - call.len()])) else {
                continue;
            };
            let start = at - call.len();
            if let Some((item, end)) = read(view, &names, start..part.end, at, (call, method)) {
                found.item(start..end, item);
                at = end;
            }
        }
    }
}

fn is_word(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| {
        !c.is_alphanumeric() && !"_$.".contains(c) || before.ends_with("window.") || before.ends_with("this.")
    })
}

/// The call in a part, whose arguments begin at a place.
fn read(
    view: &View<'_>,
    names: &Assigned<'_>,
    part: Range<usize>,
    at: usize,
    (call, method): (&str, &str),
) -> Option<(Item, usize)> {
    let text = &*view.text;
    let Range { start, end: limit } = part;
    let mut marks = Vec::new();
    let mut at = skip_space(text, at, limit);
    let mut url = None;
    if !text[at..limit].starts_with('{') {
        let (found, end) = concatenated(view, names, at, limit, &mut marks)?;
        url = Some(found);
        at = skip_space(text, end, limit);
        if text[at..limit].starts_with(',') {
            at = skip_space(text, at + 1, limit);
        }
    }
    let is_python = call.starts_with(['r', 's', 'h']) && !call.starts_with("superagent");
    let positional = if is_python && method == "GET" { positional(text, at, limit) } else { None };
    at = positional.as_ref().map_or(at, |node| node.part().end);
    let options = if is_python {
        // `params={…}, timeout=5`
        Some(json::parse_members(text, at, limit, MOST))
    } else {
        text[at..limit].starts_with('{').then(|| json::parse(text, at, limit, MOST))
    };
    let node = options.as_ref().map(|parsed| &parsed.node);
    let mut end = options.as_ref().map_or(at, |parsed| parsed.end);
    end = skip_space(text, end, limit);
    if text[end..limit].starts_with(')') {
        end += 1;
    }
    let url = match url {
        Some(url) => url,
        None => literal(view, node?.get(text, "url")?, &mut marks)?,
    };
    if !url.bytes().contains(&b'/') && marks.is_empty() {
        return None;
    }
    let mut item = item(view, start..end, if is_python { Form::Url } else { Form::Fetch });
    // What these get beside the URL is no option, but what they send.
    let data = node.filter(|_| matches!(call, "axios.post(" | "$.post(" | "$.get("));
    let mut request =
        asked(view, names, &encoded(&url), positional.as_ref(), node.filter(|_| data.is_none()), method, &mut marks);
    // fetch has no option for parameters, and passes over it.
    if call == "fetch(" && !url.bytes().contains(&b'?') && request.query.take().is_some() {
        marks.retain(|mark| !matches!(mark.kind, MarkKind::Apart | MarkKind::Variable));
        marks.push(mark(MarkKind::Disabled, url.whole(), "params"));
    }
    if is_python {
        request.method = Traced::standing_for(method, view.place(start..start + call.len()));
    }
    if let Some(data) = data {
        let sent = form(view, data, &mut marks);
        match call {
            "$.get(" => request.query = Some(sent),
            "$.post(" => request.body = Some(sent),
            _ => request.body = Some(view.traced(data.part())),
        }
    }
    // jQuery makes a form of an object, and axios JSON.
    let data = node.and_then(|node| node.get(text, "data")).filter(|data| matches!(data, Node::Object(..)));
    if let Some(data) = data.filter(|_| call.starts_with("axios")) {
        let place = view.place(data.part());
        request.headers.retain(|header| header.value.whole() != place);
        request.body = Some(view.traced(data.part()));
    }
    if let Some(data) = node.and_then(|node| node.get(text, "json")).filter(|_| is_python) {
        request.body = Some(view.traced(names.held(data).part()));
    }
    item.request = Some(request);
    item.marks = marks;
    Some((item, end))
}

fn asked(
    view: &View<'_>,
    names: &Assigned<'_>,
    url: &Traced,
    positional: Option<&Node>,
    node: Option<&Node>,
    method: &str,
    marks: &mut Vec<Mark>,
) -> Request {
    let text = &*view.text;
    let option = |name: &str| node.and_then(|node| node.get(text, name));
    let written = option("method").or_else(|| option("type")).and_then(|method| method.string(view));
    let method = match written {
        // These four in any case; `patch` stays as it is.
        Some(written) => Traced::standing_for(&written.text().to_ascii_uppercase(), written.whole()),
        None if !method.is_empty() => Traced::standing_for(method, url.whole().begin()),
        None => get(url),
    };
    let mut asked = request(method, url);
    if let Some(headers) = option("headers") {
        asked.headers = headers_of(view, headers);
    }
    if let Some(params) = positional.or_else(|| option("params")).or_else(|| option("searchParams")) {
        // Once for the variable that holds them, and once for those that hold values.
        match params_of(text, &names.held(params)) {
            Some(params) => {
                if is_added_to(text, &params) {
                    marks.push(mark(MarkKind::Continues, view.place(params.part()), ""));
                }
                let form = form(view, &names.held(&params), marks);
                let query = asked.query.get_or_insert_default();
                if query.is_empty() {
                    marks.push(mark(MarkKind::Apart, view.place(params.part()), ""));
                }
                query.join("&", &form);
            }
            // What a program puts in is not in the ticket.
            None => marks.push(mark(MarkKind::Continues, view.place(params.part()), "")),
        }
    }
    if let Some(body) = option("body").or_else(|| option("data")) {
        asked.body = body_of(view, body, &mut asked, marks);
    }
    asked
}

/// The second argument, where it has no name: `requests.get(url, params)`.
fn positional(text: &str, at: usize, limit: usize) -> Option<Node> {
    let rest = &text[at..limit];
    let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    if rest.starts_with('{') {
        return Some(json::parse(text, at, limit, MOST).node);
    }
    (len > 0 && rest[len..].trim_start().starts_with([',', ')'])).then_some(Node::Bare(at..at + len))
}

/// The parameters that a call is given: an object, `dict(…)`, or an object within another call.
fn params_of(text: &str, node: &Node) -> Option<Node> {
    let Node::Bare(part) = node else { return matches!(node, Node::Object(..)).then(|| node.clone()) };
    let inner = if text[part.clone()].starts_with("dict(") {
        Some(json::parse_members(text, part.start + "dict(".len(), part.end, MOST).node)
    } else {
        object_within(text, part)
    };
    inner.filter(|node| !node.members().is_empty())
}

/// The object in code: `new Headers({…})`, `JSON.stringify({…})`, `new URLSearchParams({…})`.
fn object_within(text: &str, part: &Range<usize>) -> Option<Node> {
    let at = part.start + text[part.clone()].find('{')?;
    Some(json::parse(text, at, part.end, MOST).node)
}

fn headers_of(view: &View<'_>, node: &Node) -> Vec<Header> {
    let header = |(name, value): &(Range<usize>, Node)| {
        // Of a variable the value is not in the ticket.
        let value = value.string(view).filter(|_| value.part() != *name)?;
        Some(Header { name: view.text[name.clone()].to_owned(), value })
    };
    // `new Headers({…})`
    let within = if let Node::Bare(part) = node { object_within(&view.text, part) } else { None };
    within.as_ref().unwrap_or(node).members().iter().filter_map(header).collect()
}

fn body_of(view: &View<'_>, node: &Node, asked: &mut Request, marks: &mut Vec<Mark>) -> Option<Traced> {
    let text = &view.text[node.part()];
    let place = view.place(node.part());
    let mut typed = |name: &str| asked.default_header("Content-Type", Traced::standing_for(name, place));
    match node {
        Node::String(_) => {
            typed("text/plain;charset=UTF-8");
            literal(view, node, marks)
        }
        Node::Bare(_) if text == "null" || text == "undefined" => None,
        Node::Bare(part) => {
            let inner = object_within(&view.text, part);
            if text.contains("URLSearchParams") {
                typed("application/x-www-form-urlencoded;charset=UTF-8");
                return inner.map(|node| form(view, &node, marks));
            }
            if text.starts_with("JSON.stringify") {
                return inner.map(|node| view.traced(node.part()));
            }
            marks.push(mark(MarkKind::Variable, view.place(part.clone()), text));
            Some(view.traced(part.clone()))
        }
        // jQuery and axios make a form or JSON of it.
        Node::Object(..) => {
            typed("application/x-www-form-urlencoded");
            Some(form(view, node, marks))
        }
        Node::Array(..) => None,
    }
}

/// The members of an object as a form.
pub(super) fn form(view: &View<'_>, node: &Node, marks: &mut Vec<Mark>) -> Traced {
    let mut form = Traced::default();
    for (name, value) in node.members() {
        if json::SPREADS.iter().any(|spread| view.text[name.clone()].starts_with(spread)) {
            marks.push(mark(MarkKind::Continues, view.place(name.start..name.start), ""));
            continue;
        }
        let name = view.traced(name.clone());
        let value = match value {
            Node::Bare(part)
                if view.text[part.clone()]
                    .starts_with(|c: char| c.is_ascii_alphabetic() || "${_'\"`(&*#<".contains(c)) =>
            {
                marks.push(mark(MarkKind::Variable, view.place(part.clone()), &view.text[part.clone()]));
                view.traced(part.clone())
            }
            // `{id}` in Go, and lists: what is in them code knows.
            Node::Object(_, part) | Node::Array(_, part) if !part.is_empty() => {
                marks.push(mark(MarkKind::Variable, view.place(part.clone()), &view.text[part.clone()]));
                view.traced(part.clone())
            }
            _ => literal(view, value, marks).unwrap_or_default(),
        };
        form.join("&", &Traced::pair(&name, &form_encoded(&value)));
    }
    form
}

fn literal(view: &View<'_>, node: &Node, marks: &mut Vec<Mark>) -> Option<Traced> {
    let value = node.string(view)?;
    if let Node::String(part) = node {
        mark_placeholders(&view.text[..part.start], &value, marks);
    }
    Some(value)
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
            let body = request.body.as_ref().map_or("-".into(), |body| body.text().into_owned());
            let headers: Vec<_> =
                request.headers.iter().map(|header| format!("{}: {}", header.name, header.value.text())).collect();
            let marks = item.marks.iter().map(|mark| &*mark.detail).filter(|detail| !detail.is_empty());
            let marks: Vec<_> = marks.collect();
            format!(
                "{} {} {body} [{}] {}",
                request.method.text(),
                request.target().text(),
                headers.join(", "),
                marks.join(",")
            )
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn calls_are_read_with_their_options() {
        for (text, expected) in [
            (
                "fetch(\"https://h/p?a=b c\", { method: \"GET\", headers: { \"Accept\": \"text/xml\" } })",
                "GET /p?a=b%20c - [Accept: text/xml] ",
            ),
            ("await fetch(`https://h/p?k=${KEY}&a=b`);", "GET /p?k=${KEY}&a=b - [] KEY"),
            ("fetch('https://h/p?k=' + key + '&a=b', {})", "GET /p?k={key}&a=b - [] key"),
            (
                "fetch(\"https://h/p\", {\n  \"headers\": {},\n  \"body\": \"a=b&c=d\",\n  \"method\": \"post\"\n});",
                "POST /p a=b&c=d [Content-Type: text/plain;charset=UTF-8] ",
            ),
            (
                "fetch('https://h/p', { method: 'POST', body: new URLSearchParams({ a: 'b c', d: e }) })",
                "POST /p a=b+c&d=e [Content-Type: application/x-www-form-urlencoded;charset=UTF-8] e",
            ),
            (
                "fetch('https://h/p', { method: 'POST', body: JSON.stringify({ a: 1 }), headers: {'Content-Type': 'application/json'} })",
                "POST /p { a: 1 } [Content-Type: application/json] ",
            ),
            ("axios.get('https://h/p', { params: { a: 'b', c: 1 } })", "GET /p?a=b&c=1 - [] "),
            (
                "$.ajax({ url: 'https://h/p', type: 'POST', data: { a: 'b' } })",
                "POST /p a=b [Content-Type: application/x-www-form-urlencoded] ",
            ),
            ("fetch(\"https:\\/\\/h\\/p?a=\\u0041\")", "GET /p?a=A - [] "),
            ("requests.get('https://h/p', {'a': 'b'}, timeout=5)", "GET /p?a=b - [] "),
            ("d = {'a': 'b'}\nrequests.get('https://h/p', d)", "GET /p?a=b - [] "),
            ("requests.get('https://h/p', params=dict(a='b'))", "GET /p?a=b - [] "),
            ("requests.get('https://h/p', params=of(lead))", "GET /p - [] "),
            ("requests.get('https://h/p', params=dict(base))", "GET /p - [] "),
            ("const params = {a: 'b', c};\naxios.get('https://h/p', { params })", "GET /p?a=b&c=c - [] c"),
            ("axios.get('https://h/p', { params: { ...base, a: 'b' } })", "GET /p?a=b - [] "),
            ("requests.get('https://h/p', {**base, 'a': 'b...'})", "GET /p?a=b... - [] "),
            ("got('https://h/p', { searchParams: new URLSearchParams({ a: 'b' }) })", "GET /p?a=b - [] "),
            ("U = 'https://h/p'\nrequests.get(U + '?k=' + key)", "GET /p?k={key} - [] key"),
            ("U = 'https://h/p'\nrequests.get(U + f'?k={key}&a=b')", "GET /p?k={key}&a=b - [] key"),
            ("const u = 'https://h/p';\nfetch(`${u}?k=${key}`)", "GET /p?k=${key} - [] key"),
            ("U = 'https://h/p'\nd = {'a': 'b'}\nrequests.post(U, json=d)", "POST /p {'a': 'b'} [] "),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
        for text in ["fetch(url)", "fetch(\"x\")", "prefetch(\"https://h/p\")", "fetch(", "fetch(\"https://h"] {
            assert!(told(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(fetch\\(|\\PC|[ \n'\"`$+{}(),:\\\\]|https://h/|body: |params: ){0,40}") {
            let _ = told(&text);
        }
    }
}

//! HAR, as browsers, proxies and API clients save it, whole, trimmed or cut off.

use super::address::{encoded, get, request};
use super::failure;
use super::found::item;
use crate::support::json::Node;
use crate::support::ticket::{Answer, Failure, FailureKind, Form, Header, Item, Request};
use crate::support::traced::{Traced, View};

/// A longer body is no answer of CAKE.
const LONGEST_BODY: usize = 256 * 1024;

/// The entries of a HAR; nothing where it is something else.
pub(super) fn read(view: &View<'_>, root: &Node) -> Option<Vec<Item>> {
    let text = &*view.text;
    let entries = root.path(text, &["log", "entries"]).or_else(|| root.get(text, "entries"));
    if let Some(entries) = entries {
        return Some(entries.elements().iter().filter_map(|node| entry(view, node, true)).collect());
    }
    if let Node::Array(elements, _) = root {
        let items: Vec<Item> = elements.iter().filter_map(|node| entry(view, node, false)).collect();
        return (!items.is_empty()).then_some(items);
    }
    // One entry, or what is left of one.
    entry(view, root, false).map(|item| vec![item])
}

fn entry(view: &View<'_>, node: &Node, is_listed: bool) -> Option<Item> {
    let text = &*view.text;
    let asked = match node.get(text, "request") {
        Some(asked @ Node::Object(..)) => asked,
        Some(_) => return None,
        None => node,
    };
    let url = asked.get(text, "url").filter(|url| matches!(url, Node::String(_)))?.string(view)?;
    // Postman's requests have no list of such headers, and logs none of both.
    let is_har = ["httpVersion", "headers", "queryString", "headersSize", "cookies"];
    let shows =
        is_har.iter().find_map(|name| asked.get(text, name)).is_some_and(|shown| !matches!(shown, Node::Object(..)));
    let has_both = asked.get(text, "method").or_else(|| node.get(text, "response")).is_some();
    if !(is_listed || shows && has_both) {
        return None;
    }
    let mut item = item(view, node.part(), Form::Har);
    item.request = Some(asked_for(view, asked, &url));
    if let Some(response) = node.get(text, "response") {
        let status = response.text(view, "status");
        let status = status.and_then(|status| status.text().parse::<u16>().ok()).filter(|status| *status >= 100);
        let body = body(view, response);
        let headers = headers(view, response);
        if status.is_some() || body.is_some() {
            let place = view.place(response.part());
            item.answer = Some(Answer { http_status: status, headers, body, place });
        }
        let error = response
            .get(text, "_error")
            .or_else(|| node.get(text, "_error"))
            .or_else(|| response.get(text, "statusText").filter(|_| status.is_none()));
        if let Some(error) = error.and_then(|error| error.string(view)).filter(|error| !error.is_empty()) {
            let kind = failure::kind(&error.text().to_ascii_lowercase()).map_or(FailureKind::Other, |(kind, _)| kind);
            item.failure = Some(Failure { kind, place: error.whole() });
        }
    }
    let time = node.text(view, "startedDateTime");
    item.logged.time = time.map(|time| time.text().into_owned());
    item.logged.user_agent = item.request.as_ref().and_then(Request::user_agent);
    Some(item)
}

fn asked_for(view: &View<'_>, asked: &Node, url: &Traced) -> Request {
    let text = &*view.text;
    let method = asked.text(view, "method").unwrap_or_else(|| get(url));
    let mut request = request(method, url);
    request.headers = headers(view, asked);
    let posted = asked.get(text, "postData");
    request.body = posted.and_then(|posted| posted.text(view, "text")).filter(|body| !body.is_empty());
    let content_type = posted.and_then(|posted| posted.text(view, "mimeType"));
    if let Some(content_type) = content_type.filter(|_| request.body.is_some()) {
        request.default_header("Content-Type", content_type);
    }
    request.query = request.query.or_else(|| query(view, asked));
    request
}

/// The list of parameters, where somebody cut them off the URL.
fn query(view: &View<'_>, asked: &Node) -> Option<Traced> {
    let mut query = Traced::default();
    for parameter in asked.get(&view.text, "queryString")?.elements() {
        let (name, value) = (parameter.text(view, "name")?, parameter.text(view, "value"));
        query.join("&", &value.map_or_else(|| name.clone(), |value| Traced::pair(&name, &encoded(&value))));
    }
    (!query.is_empty()).then_some(query)
}

/// Headers as a list of names and values; those of HTTP/2 that are none are left out.
pub(super) fn headers(view: &View<'_>, node: &Node) -> Vec<Header> {
    let list = node.get(&view.text, "headers").or_else(|| node.get(&view.text, "header")).map(Node::elements);
    let header = |node: &Node| {
        let part = |name: &str| node.text(view, name);
        let name = part("name").or_else(|| part("key"))?.text().into_owned();
        Some(Header { name, value: part("value")? }).filter(|header| !header.name.starts_with(':'))
    };
    list.unwrap_or_default().iter().filter_map(header).collect()
}

fn body(view: &View<'_>, response: &Node) -> Option<Traced> {
    use base64::Engine as _;
    let content = response.get(&view.text, "content")?;
    let body = content.get(&view.text, "text")?;
    // An answer of CAKE is short; a browser's archive holds programs and pictures too.
    let body = if body.part().len() > LONGEST_BODY { return None } else { body.string(view)? };
    let encoding = content.text(view, "encoding");
    if encoding.is_some_and(|encoding| encoding.text() == "base64") {
        let decoded = base64::engine::general_purpose::STANDARD.decode(body.bytes()).ok()?;
        return Some(Traced::standing_for(&String::from_utf8_lossy(&decoded), body.whole()));
    }
    Some(body)
}

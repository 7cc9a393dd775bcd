//! Postman's collections: requests in folders, with variables that have values or have none.

use std::collections::HashMap;

use super::address::{encoded, get, request};
use super::found::{item, mark};
use super::har::headers;
use super::variables::{self, Values};
use crate::support::json::Node;
use crate::support::ticket::{Answer, Form, Header, Item, Mark, MarkKind, Request};
use crate::support::traced::{Traced, View};

/// The requests of a collection; nothing where it is something else.
pub(super) fn read(view: &View<'_>, root: &Node) -> Option<Vec<Item>> {
    let text = &*view.text;
    let root = root.get(text, "collection").unwrap_or(root);
    let is_collection = root.get(text, "item").is_some() || is_request(text, root);
    let mut values = HashMap::new();
    variables_of(view, root, &mut values);
    let mut items = Vec::new();
    folder(view, root, &mut values, &mut items);
    // What is set for the collection holds for each request that has nothing of its own.
    if let Some((name, value, is_query)) = key_of(view, root) {
        let value = variables::replaced(&value, &values, &mut Vec::new());
        let is_bare = |request: &&mut Request| {
            request.read("api_key").is_none() && request.headers.iter().all(|header| header.name != name.text())
        };
        for request in items.iter_mut().filter_map(|item| item.request.as_mut()).filter(is_bare) {
            add_key(request, &name, value.clone(), is_query);
        }
    }
    (is_collection && !items.is_empty()).then_some(items)
}

/// Whether it is an entry with a request as Postman writes it: the URL in pieces, or headers by key.
fn is_request(text: &str, node: &Node) -> bool {
    let Some(asked) = node.get(text, "request") else { return false };
    let has_pieces = asked.get(text, "url").is_some_and(|url| url.get(text, "raw").is_some());
    has_pieces || asked.get(text, "header").is_some() && asked.get(text, "url").is_some()
}

fn variables_of(view: &View<'_>, node: &Node, values: &mut Values) {
    let lists = ["variable", "values"].iter().filter_map(|name| node.get(&view.text, name));
    for variable in lists.flat_map(Node::elements) {
        let part = |name: &str| variable.text(view, name);
        if let (Some(name), Some(value)) = (part("key").or_else(|| part("id")), part("value"))
            && !value.is_empty()
        {
            values.insert(name.text().into_owned(), value);
        }
    }
}

fn folder(view: &View<'_>, node: &Node, values: &mut Values, items: &mut Vec<Item>) {
    if let Some(inner) = node.get(&view.text, "item") {
        for inner in inner.elements() {
            variables_of(view, inner, values);
            folder(view, inner, values, items);
        }
    }
    items.extend(entry(view, node, values));
}

fn entry(view: &View<'_>, node: &Node, values: &Values) -> Option<Item> {
    let text = &*view.text;
    let asked = node.get(text, "request")?;
    let mut item = item(view, node.part(), Form::Postman);
    let written = match asked {
        Node::String(_) => asked.string(view)?,
        _ => url(view, asked.get(text, "url")?, &mut item.marks)?,
    };
    let sent = encoded(&variables::replaced(&written, values, &mut item.marks));
    let method = asked.text(view, "method").unwrap_or_else(|| get(&sent));
    let mut request = request(method, &sent);
    request.headers = headers(view, asked);
    for header in &mut request.headers {
        header.value = variables::replaced(&header.value, values, &mut item.marks);
    }
    if let Some((body, content_type)) = asked.get(text, "body").and_then(|body| body_of(view, body)) {
        request.default_header("Content-Type", Traced::standing_for(content_type, body.whole()));
        request.body = Some(variables::replaced(&body, values, &mut item.marks));
    }
    if let Some((name, value, is_query)) = key_of(view, asked) {
        add_key(&mut request, &name, variables::replaced(&value, values, &mut item.marks), is_query);
    }
    item.request = Some(request);
    let answers = node.get(text, "response").map(Node::elements).unwrap_or_default();
    item.answer = answers.first().and_then(|answer| answer_of(view, answer));
    Some(item)
}

/// The API key that Postman adds by itself: its name, its value, and whether it goes into the query.
fn key_of(view: &View<'_>, asked: &Node) -> Option<(Traced, Traced, bool)> {
    let text = &*view.text;
    let auth = asked.get(text, "auth")?.get(text, "apikey")?;
    let part = |name: &str| {
        let of_name = |node: &&Node| node.text(view, "key").is_some_and(|key| key.text() == name);
        auth.elements().iter().find(of_name)?.text(view, "value")
    };
    Some((part("key")?, part("value")?, part("in").is_some_and(|place| place.text() == "query")))
}

fn add_key(request: &mut Request, name: &Traced, value: Traced, is_query: bool) {
    if !is_query {
        request.headers.push(Header { name: name.text().into_owned(), value });
        return;
    }
    request.query.get_or_insert_default().join("&", &Traced::pair(name, &encoded(&value)));
}

/// The URL as it stands there whole.
fn url(view: &View<'_>, node: &Node, marks: &mut Vec<Mark>) -> Option<Traced> {
    let text = &*view.text;
    let parameters = node.get(text, "query").map(Node::elements).unwrap_or_default();
    let is_off = |node: &&Node| node.get(text, "disabled").is_some_and(|off| &text[off.part()] == "true");
    for off in parameters.iter().filter(is_off) {
        let name = off.text(view, "key").unwrap_or_default();
        marks.push(mark(MarkKind::Disabled, view.place(off.part()), name.text()));
    }
    node.string(view).or_else(|| node.text(view, "raw"))
}

fn body_of(view: &View<'_>, body: &Node) -> Option<(Traced, &'static str)> {
    let text = &*view.text;
    let mode = body.text(view, "mode")?;
    match &*mode.text() {
        "urlencoded" => {
            let mut form = Traced::default();
            for node in body.get(text, "urlencoded")?.elements() {
                let Some(name) = node.text(view, "key") else { continue };
                form.join("&", &Traced::pair(&name, &encoded(&node.text(view, "value").unwrap_or_default())));
            }
            Some((form, "application/x-www-form-urlencoded"))
        }
        "formdata" => Some((Traced::standing_for("", view.place(body.part())), "multipart/form-data")),
        _ => {
            let raw = body.text(view, "raw").filter(|raw| !raw.is_empty())?;
            let is_json = raw.text().trim_start().starts_with(['{', '[']);
            Some((raw, if is_json { "application/json" } else { "text/plain" }))
        }
    }
}

fn answer_of(view: &View<'_>, node: &Node) -> Option<Answer> {
    let code = node.text(view, "code");
    let http_status = code.and_then(|code| code.text().parse().ok());
    let body = node.text(view, "body");
    let place = view.place(node.part());
    (http_status.is_some() || body.is_some()).then(|| Answer { http_status, headers: headers(view, node), body, place })
}

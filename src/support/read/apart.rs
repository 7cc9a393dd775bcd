//! Parameters that stand apart from their URL: `params = {…}` or an array in code, calls like `q.Set("lead_id", id)`, or the
//! fields of a form, one a line, as automation tools show them.

use std::ops::Range;

use super::added::is_added_to;
use super::assigned::Assigned;
use super::beside::{NEAR, arguments, list_around};
use super::fetch::form;
use super::found::{Found, mark};
use crate::support::json::Node;
use crate::support::phrases::Says;
use crate::support::ticket::{Form, Header, Item, MarkKind};
use crate::support::traced::{Traced, View};
use crate::support::words::key_in_headers;

/// As near to a URL stands the call that sends it, or says that it sends JSON.
const NEAR_CALL: usize = 60;

/// Calls that send a POST, in lower case.
const POSTS: [&str; 8] =
    ["->post(", "::post(", ".post(", "postform(", "postasync(", "postasjsonasync(", "postforobject(", "postforentity("];

/// What takes a list that goes into the query, or into the body of whatever is sent, in lower case.
const QUERIES: [&str; 5] = ["query", "params", "searchparams", "queryparams", "querystring"];
const BODIES: [&str; 3] = [".send", "setbody", "json"];

/// So many places that name a lead ID or a key are tried.
const TRIES: usize = 20;

/// Gives the URL of a ticket the parameters that stand beside it, where no request has any of its own.
pub(super) fn join(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    join_query(view, found);
    // What a program logs of its updates has no URL.
    let is_ours = |item: &Item| item.form != Form::Answer;
    if found.items.iter().any(|(_, item)| is_ours(item) && has_parameters(item)) {
        return post_alone(view, found);
    }
    // A log has other requests, whose lists these may be.
    let is_alone = found.items.iter().filter(|(_, item)| is_ours(item)).count() == 1;
    let is_one = |(_, item): &&mut (Range<usize>, Item)| is_open(item) && (is_alone || item.form != Form::LogJson);
    let Some((own, item)) = found.items.iter_mut().find(is_one) else { return };
    let text = &*view.text;
    let places = free.iter().chain([&*own]).flat_map(|part| {
        // Of the key where the lead is what is missing.
        let named = ["lead_id", "api_key"].into_iter();
        named.flat_map(|name| text[part.clone()].match_indices(name)).map(|(at, _)| (part.clone(), part.start + at))
    });
    let mut lists = places.take(TRIES).filter_map(|(part, at)| list_around(text, &part, at));
    if let (Some(list), Some(request)) = (arguments(text, own.end).or_else(|| lists.next()), &mut item.request) {
        let query = form(view, &Assigned::of(text).held(&list), &mut item.marks);
        item.marks.push(mark(MarkKind::Apart, query.whole(), ""));
        let is_open = list.get(text, "api_key").is_none()
            && !is_in_headers(text, own)
            && !key_in_headers(&text.to_ascii_lowercase());
        if is_open || is_added_to(text, &list) {
            item.marks.push(mark(MarkKind::Continues, query.place(query.len()..query.len()), ""));
        }
        let before = &text[text.ceil_char_boundary(own.start.saturating_sub(NEAR_CALL))..own.start];
        let start = view.place(own.start..own.start);
        let is_call = POSTS
            .iter()
            .any(|call| before.to_ascii_lowercase().trim_end_matches(['"', '\'', ' ', '\n']).ends_with(call));
        let is_told = is_call || says_post(text, own) || is_posted(tag_around(text, own));
        if is_told {
            request.method = Traced::standing_for("POST", start);
        }
        let is_post = request.method.bytes() == b"POST";
        // `<cfhttpparam type="url" …>` goes into the URL, whatever the method.
        let is_of_url = text[own.end..text.floor_char_boundary(own.end + NEAR)].contains("type=\"url\"");
        let before_list = before_list(text, &list);
        let is_query = is_of_url || QUERIES.iter().any(|name| before_list.ends_with(name));
        let is_body = is_post && !is_query || BODIES.iter().any(|name| before_list.ends_with(name));
        if is_post || is_body {
            let around = &text[own.start..text.floor_char_boundary(own.end + NEAR_CALL)].to_ascii_lowercase();
            // What JavaScript posts as an object becomes JSON.
            let is_object = text[own.end..].trim_start_matches([',', ' ', '\n']).starts_with('{');
            let is_json = is_object
                || around.contains("json")
                || before.contains("Http::")
                || before.to_ascii_lowercase().contains("json");
            let kind = if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
            let value = Traced::standing_for(kind, start);
            request.headers.push(Header { name: "Content-Type".to_owned(), value });
        }
        let place = if is_body { &mut request.body } else { &mut request.query };
        *place = Some(query);
    }
}

/// Makes the only URL of a ticket a POST where a form of settings says so.
fn post_alone(view: &View<'_>, found: &mut Found) {
    let [(own, Item { form: Form::Url, request: Some(request), .. })] = &mut found.items[..] else { return };
    if says_post(&view.text, own) {
        request.method = Traced::standing_for("POST", view.place(own.start..own.start));
    }
}

/// Whether the key stands below a line `Headers:` of a form.
fn is_in_headers(text: &str, own: &Range<usize>) -> bool {
    let near = &text[own.end..text.floor_char_boundary(own.end + NEAR)];
    let mut below = near.lines().skip_while(|line| !matches!(line.trim(), "Headers:" | "Headers")).skip(1).take(5);
    below.any(|line| line.trim_start().to_ascii_lowercase().starts_with("api"))
}

/// Whether a line of a form near a URL says that it is posted: `Event: POST`.
fn says_post(text: &str, own: &Range<usize>) -> bool {
    let from = text.ceil_char_boundary(own.start.saturating_sub(NEAR_CALL * 4));
    let to = text.floor_char_boundary(own.end + NEAR_CALL * 4);
    let near = text[from..own.start].lines().chain(text[own.end..to].lines());
    near.filter_map(|line| line.split_once(':')).any(|(name, value)| {
        let name = name.trim().to_ascii_lowercase();
        let is_method = name == "type" || ["event", "method", "request type"].iter().any(|word| name.ends_with(word));
        is_method && value.trim() == "POST"
    })
}

/// The tag that a URL is in: `<form action="https://…" method="post">`.
fn tag_around<'t>(text: &'t str, own: &Range<usize>) -> &'t str {
    let (from, to) =
        (text.ceil_char_boundary(own.start.saturating_sub(NEAR)), text.floor_char_boundary(own.end + NEAR));
    let start = text[from..own.start].rfind(['<', '>']).filter(|at| text[from + at..].starts_with('<'));
    let end = text[own.end..to].find('>');
    start.zip(end).map_or("", |(start, end)| &text[from + start..own.end + end])
}

fn is_posted(tag: &str) -> bool {
    tag.to_ascii_lowercase().replace(['"', '\'', ' '], "").contains("method=post")
}

/// Gives a URL without parameters the query that stands alone elsewhere, where there is one of each.
fn join_query(view: &View<'_>, found: &mut Found) {
    let is_alone = |item: &Item| {
        let request = item.request.as_ref().filter(|_| item.form == Form::Url);
        request.is_some_and(|request| request.host.is_empty() && request.path.text() == "/" && request.query.is_some())
    };
    let requests = found.items.iter().enumerate();
    let requests =
        requests.filter(|(_, (_, item))| item.request.is_some() && matches!(item.form, Form::Url | Form::Fetch));
    let requests: Vec<usize> = requests.map(|(at, _)| at).collect();
    let [one, other] = requests[..] else { return };
    let (to, from) = if is_alone(&found.items[one].1) { (other, one) } else { (one, other) };
    let open = &found.items[to].1;
    if !is_alone(&found.items[from].1) || !is_open(open) || has_parameters(open) {
        return;
    }
    let start = found.items[from].0.start;
    let before = view.text[view.text.ceil_char_boundary(start.saturating_sub(NEAR_CALL))..start].to_ascii_lowercase();
    let before = before.trim_end_matches(['(', '"', '\'', '`', ' ']);
    let is_body = BODIES.iter().any(|name| before.ends_with(name));
    let near = found.items[to].0.start.min(start)..view.text.floor_char_boundary(start + NEAR_CALL);
    let is_post = is_body && view.text[near].to_ascii_lowercase().means("posts");
    let mut marks = std::mem::take(&mut found.items[from].1.marks);
    let query = found.items[from].1.request.take().and_then(|request| request.query);
    let item = &mut found.items[to].1;
    // Nothing is added to the URL.
    marks.retain(|mark| !is_body || mark.kind != MarkKind::Continues);
    item.marks.extend(marks);
    if let Some(request) = &mut item.request {
        let here = view.place(start..start);
        if is_post {
            request.method = Traced::standing_for("POST", here);
        }
        if is_body && request.method.bytes() == b"POST" {
            let value = Traced::standing_for("application/x-www-form-urlencoded", here);
            request.headers.push(Header { name: "Content-Type".to_owned(), value });
        }
        let place = if is_body { &mut request.body } else { &mut request.query };
        *place = query;
    }
    found.items.remove(from);
}

fn has_parameters(item: &Item) -> bool {
    let is_variable = |query: &Traced| {
        let whole = query.whole();
        item.marks.iter().any(|mark| mark.kind == MarkKind::Variable && mark.place == whole)
    };
    item.request.as_ref().is_some_and(|request| {
        let query = request.query.as_ref().filter(|query| !query.is_empty());
        request.body.is_some() || query.is_some_and(|query| !is_variable(query))
    })
}

/// Whether it is a URL of the method, and no more.
fn is_open(item: &Item) -> bool {
    let path = item.request.as_ref().map(|request| request.path.text().to_ascii_lowercase());
    let has_own = item.marks.iter().any(|mark| mark.kind == MarkKind::Disabled);
    matches!(item.form, Form::Url | Form::Fetch | Form::LogJson)
        && !has_own
        && path.is_some_and(|path| path.ends_with("/updateleadstatus"))
}

/// What stands before a list, in lower case and without the signs between: `…, params`, `.send`.
fn before_list(text: &str, list: &Node) -> String {
    let start = list.members().first().map_or(0, |(name, _)| name.start);
    let before = &text[text.ceil_char_boundary(start.saturating_sub(NEAR_CALL))..start];
    let signs = |c: char| c.is_whitespace() || "{[(=:>&\"'%".contains(c);
    before.trim_end_matches("array(").trim_end_matches(signs).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::support::read::read;
    use proptest::prelude::*;

    const URL: &str = "https://h.example/api/1/buyers.asmx/UpdateLeadStatus";

    fn query(text: &str) -> Option<String> {
        let ticket = read(text.as_bytes());
        let request = ticket.items.into_iter().find_map(|item| item.request)?;
        Some(request.query?.text().into_owned())
    }

    #[test]
    fn parameters_beside_a_url_are_its_query() {
        for list in [
            "params = {'api_key': 'K', 'lead_id': 'L1', 'status': 'Sold '}\nr = requests.get(URL, params=params)",
            "const params = new URLSearchParams({ api_key: 'K', lead_id: `L1`, status: \"Sold \" });",
            "$data = ['api_key' => 'K', 'lead_id' => 'L1', 'status' => 'Sold '];",
            "$data = array(\n  'api_key' => 'K',\n  'lead_id' => 'L1',\n  'status' => 'Sold ',\n);",
            "q.Set(\"api_key\", \"K\")\nq.Set(\"lead_id\", \"L1\")\nq.Set(\"status\", \"Sold \")",
            ".queryParam(\"api_key\", \"K\").queryParam(\"lead_id\", \"L1\").queryParam(\"status\", \"Sold \")",
            "query[\"api_key\"] = \"K\";\nquery[\"lead_id\"] = \"L1\";\nquery[\"status\"] = \"Sold \";",
            "api_key: K\nlead_id: L1\nstatus: 'Sold '",
            "STATUS = 'Sold '\nparams = {'api_key': 'K', 'lead_id': 'L1', 'status': STATUS}",
            "api_key\tK\nlead_id\tL1\nstatus\t\"Sold \"\n",
            "| api_key | K |\n| lead_id | L1 |\n| status | \"Sold \" |",
            "api_key\tK\tthe key\nlead_id\tL1\tthe ID\nstatus\t\"Sold \"\tits status",
            "Name: api_key\nValue: K\n\nName: lead_id\nValue: L1\n\nName: status\nValue: \"Sold \"",
        ] {
            for text in [format!("url = \"{URL}\"\n{list}\n"), format!("{list}\n\n{URL}")] {
                assert_eq!(query(&text).as_deref(), Some("api_key=K&lead_id=L1&status=Sold+"), "{text}");
            }
        }
    }

    #[test]
    fn what_belongs_to_no_url_is_left_alone() {
        for text in [
            format!("{URL}\nLead 12345678, lead_id is wrong\nstatus: 500"),
            format!("{URL}\nlead_id: L1\nThanks"),
            format!(
                "{URL}\n| api_key | string | the key |\n| lead_id | string | the ID |\n| status | string | its name |"
            ),
            format!("{URL}\napi_key: your key\nlead_id: the ID of the lead\nstatus: one of ours"),
            format!("{URL}\nWe send these:\nlead_id (the ID)\nstatus (the name)"),
        ] {
            assert_eq!(query(&text), None, "{text}");
        }
        let own = format!("{URL}?lead_id=L2\napi_key: K\nlead_id: L1");
        assert_eq!(query(&own).as_deref(), Some("lead_id=L2"));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(list in "(\\PC|[\"'(){}\\[\\],:=|\n\t ]|lead_id|api_key|status|Name|Value){0,60}") {
            query(&format!("{URL}\n{list}lead_id{list}"));
        }
    }
}

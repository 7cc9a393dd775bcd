//! Parameters that stand apart from their URL: `params = {…}` or an array in code, calls like `q.Set("lead_id", id)`, or the
//! fields of a form, one a line, as automation tools show them.

use std::ops::Range;

use super::added::{NAMES, is_added_to};
use super::assigned::Assigned;
use super::fetch::form;
use super::found::{Found, mark};
use super::text::{is_of_headers, line_at, line_start, next_line, trim};
use crate::support::json::{self, Node};
use crate::support::phrases::Says;
use crate::support::ticket::{Form, Header, Item, MarkKind};
use crate::support::traced::{Traced, View};
use crate::support::words::key_in_headers;

/// So far around a lead ID the other parameters are looked for.
const NEAR: usize = 2_000;

/// As near to a URL stands the call that sends it, or says that it sends JSON.
const NEAR_CALL: usize = 60;

/// Calls that send a POST, in lower case.
const POSTS: [&str; 8] =
    ["->post(", "::post(", ".post(", "postform(", "postasync(", "postasjsonasync(", "postforobject(", "postforentity("];

/// What takes a list that goes into the query, or into the body of whatever is sent, in lower case.
const QUERIES: [&str; 5] = ["query", "params", "searchparams", "queryparams", "querystring"];
const BODIES: [&str; 3] = [".send", "setbody", "json"];

/// So many places that name a lead ID or a key are tried, and so many parameters taken.
const TRIES: usize = 20;
const MOST: usize = 60;

/// Name and value.
type Member = (Range<usize>, Node);

/// Gives the URL of a ticket the parameters that stand beside it, where no request has any of its own.
pub(super) fn join(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    join_query(view, found);
    // What a program logs of its updates has no URL.
    let is_ours = |item: &Item| item.form != Form::Answer;
    if found.items.iter().any(|(_, item)| is_ours(item) && has_parameters(item)) {
        return;
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
        let is_method = ["event", "method", "request type"].iter().any(|word| name.ends_with(word));
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

/// What tags hold: `<input name="lead_id" value="…">` of a form, `<cfhttpparam …>` of a page.
fn tags(text: &str, from: usize, to: usize) -> Vec<Member> {
    let attribute = |tag: &Range<usize>, name: &str| {
        let at = tag.start + text[tag.clone()].to_ascii_lowercase().find(name)? + name.len();
        let quote = text[at..tag.end].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some(at + 1..at + 1 + text[at + 1..tag.end].find(quote)?)
    };
    let one = |(at, _): (usize, &str)| {
        let tag = from + at..from + at + text[from + at..to].find('>')?;
        let (name, value) = (attribute(&tag, " name=")?, attribute(&tag, " value=")?);
        let is_mapped = text[value.clone()].starts_with(['#', '{', '<', '$']);
        Some((name, if is_mapped { Node::Bare(value) } else { Node::String(value) }))
    };
    text[from..to].match_indices('<').filter_map(one).take(MOST).collect()
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

/// The list that a lead ID or a key is in: the one with all that is required, or else the first with two of it.
fn list_around(text: &str, part: &Range<usize>, at: usize) -> Option<Node> {
    let from = text.ceil_char_boundary(at.saturating_sub(NEAR)).max(part.start);
    let to = text.floor_char_boundary(at + NEAR).min(part.end);
    let (object, calls) = (object(text, from, at, to), calls(text, from, to));
    let mut both = object.members().to_vec();
    both.extend(calls.iter().filter(|(name, _)| object.get(text, &text[name.clone()]).is_none()).cloned());
    let around = object.part();
    let lists = [
        Node::Object(pairs(text, from, to), at..at),
        Node::Object(tags(text, from, to), at..at),
        object,
        Node::Object(both, around),
        Node::Object(calls, at..at),
        Node::Object(fields(text, from, at, to), at..at),
    ];
    let count = |list: &Node| NAMES.into_iter().filter(|name| list.get(text, name).is_some()).count();
    let best = lists.iter().find(|list| count(list) == NAMES.len());
    best.or_else(|| lists.iter().find(|list| count(list) > 1)).cloned()
}

/// What stands before a list, in lower case and without the signs between: `…, params`, `.send`.
fn before_list(text: &str, list: &Node) -> String {
    let start = list.members().first().map_or(0, |(name, _)| name.start);
    let before = &text[text.ceil_char_boundary(start.saturating_sub(NEAR_CALL))..start];
    let signs = |c: char| c.is_whitespace() || "{[(=:>&\"'%".contains(c);
    before.trim_end_matches("array(").trim_end_matches(signs).to_ascii_lowercase()
}

/// Ruby's `get("https://…", lead_id: id, status: "Sold")`.
fn arguments(text: &str, end: usize) -> Option<Node> {
    let to = text.floor_char_boundary(end + NEAR);
    let behind = text[end..to].strip_prefix(',')?.trim_start();
    let name = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let list = json::parse_members(text, to - behind.len(), to, MOST).node;
    let is_list = behind[name..].starts_with(": ") && NAMES.into_iter().any(|name| list.get(text, name).is_some());
    is_list.then_some(list)
}

/// The members of the object or array around a place.
fn object(text: &str, from: usize, at: usize, to: usize) -> Node {
    let mut closed = 0_usize;
    for (open, byte) in text.as_bytes()[from..at].iter().enumerate().rev() {
        match byte {
            b'}' | b']' | b')' => closed += 1,
            b'{' | b'[' | b'(' if closed > 0 => closed -= 1,
            b'(' if is_definition(&text[from..from + open]) => break,
            b'{' | b'[' | b'(' => return json::parse_members(text, from + open + 1, to, MOST).node,
            _ => {}
        }
    }
    Node::Object(Vec::new(), at..at)
}

/// The members of `[{"name": "lead_id", "value": "…"}, …]`, as automation tools keep them.
fn pairs(text: &str, from: usize, to: usize) -> Vec<Member> {
    let opened =
        text[from..to].match_indices('{').filter(|(at, _)| text[from + at + 1..to].trim_start().starts_with('"'));
    let one = |(at, _): (usize, &str)| {
        let object = json::parse(text, from + at, to, 4).node;
        let name = object.get(text, "name").or_else(|| object.get(text, "key"))?.part();
        let value = object.get(text, "value")?.part();
        if is_of_headers(text, from + at) {
            return None;
        }
        let is_mapped = text[value.clone()].trim_start_matches('=').starts_with("{{");
        Some((name, if is_mapped { Node::Bare(value) } else { Node::String(value) }))
    };
    opened.take(MOST).filter_map(one).collect()
}

/// Whether a function is defined by what stands before its parameters.
fn is_definition(before: &str) -> bool {
    let line = before.lines().next_back().unwrap_or_default();
    line.says(&["def ", "function ", "func ", "fn ", "public ", "private ", "void "])
}

/// What sets one parameter, in lower case.
const SETTERS: [&str; 16] = [
    "set",
    "field",
    "append",
    "add",
    "put",
    "param",
    "queryparam",
    "addqueryparam",
    "setqueryparam",
    "addqueryparameter",
    "addencodedqueryparameter",
    "appendqueryparameter",
    "addqueryitem",
    "setparameter",
    "addparameter",
    "querystring",
];

/// The pairs of `set("name", value)` and `data["name"] = value`, of the same call as the first that names a parameter of CAKE.
fn calls(text: &str, from: usize, to: usize) -> Vec<Member> {
    let one = |(at, _): (usize, &str)| {
        let name = from + at + 2;
        let quote = text[from..to][at + 1..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = name + text[name..to].find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let rest = text[end..to].strip_prefix(quote)?.trim_start();
        let value = match rest.strip_prefix(']') {
            Some(rest) => rest.trim_start().strip_prefix('=')?,
            None => rest.strip_prefix(',')?,
        };
        let before = &text[from..from + at];
        let receiver = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_.$>-".contains(c)).len();
        Some((&before[receiver..], (name..end, json::parse(text, to - value.len(), to, 3).node)))
    };
    let found: Vec<(&str, Member)> = text[from..to].match_indices(['(', '[']).filter_map(one).take(MOST).collect();
    let first = found.iter().find(|(_, (name, _))| NAMES.contains(&&text[name.clone()])).map(|(call, _)| *call);
    let Some(first) = first else { return Vec::new() };
    // Of a chain only the first has what it is called on.
    let parts = |call: &str| {
        call.rsplit_once('.')
            .map_or((call.to_owned(), String::new()), |(on, name)| (on.to_owned(), name.to_lowercase()))
    };
    let (on, _) = parts(first);
    let is_setter = |name: &str| name.is_empty() || SETTERS.contains(&name);
    let is_same = |call: &str| {
        let (other, name) = parts(call);
        is_setter(&name) && (other == on || other.is_empty() || on.is_empty())
    };
    found.into_iter().filter(|(call, _)| is_same(call)).map(|(_, member)| member).collect()
}

/// What some people write for `lead_id`.
const LEAD_IN_WORDS: &str = "lead id";

/// Names of lines that do not belong to the parameters: of the answer, and of headers.
const ANSWERS: [&str; 8] = ["response", "answer", "result", "body", "output", "http", "headers", "header"];

/// Whether a name stands twice; that of `Name: … / Value: …` does.
fn is_again(text: &str, known: &Range<usize>, name: &Range<usize>) -> bool {
    let name = &text[name.clone()];
    text[known.clone()].eq_ignore_ascii_case(name) && NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The lines around a place that have a name and a value each.
fn fields(text: &str, from: usize, at: usize, to: usize) -> Vec<Member> {
    let mut first = line_start(text, at, from);
    loop {
        let above = text[from..first].trim_end().len();
        let before = line_start(text, from + above, from);
        if above == 0 || field(text, line_at(text, before, to)).is_none() {
            break;
        }
        first = before;
    }
    let mut found = Vec::new();
    while first < to && found.len() < MOST {
        let line = line_at(text, first, to);
        match field(text, line.clone()) {
            // What came back.
            Some((name, _)) if ANSWERS.iter().any(|answer| text[name.clone()].eq_ignore_ascii_case(answer)) => break,
            Some((name, _)) if found.iter().any(|(known, _)| is_again(text, known, &name)) => break,
            Some(field) => found.push(field),
            None if text[line.clone()].trim().is_empty() => {}
            None => break,
        }
        first = next_line(text, line.end, to);
    }
    let found = named_apart(text, &found).unwrap_or(found);
    let is_lead = |name: &str| name == "lead_id" || name.eq_ignore_ascii_case(LEAD_IN_WORDS);
    let lead = found.iter().find(|(name, _)| is_lead(&text[name.clone()]));
    let is_sent = lead.is_some_and(|(_, value)| !is_description(&text[value.part()]));
    if is_sent { found } else { Vec::new() }
}

/// Whether something stands in the place of a lead ID that documentation writes there: `string`, `the ID of the lead`.
fn is_description(value: &str) -> bool {
    let is_mask = value.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    // `{{Deal ID}} (in a test: 9A41C07E)` is what automation tools show of a value.
    !value.starts_with(['{', '(']) && value.trim().contains(' ')
        || !value.is_empty() && !is_mask && value.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// `name: value`, `name = value`, `| name | value |`, or with a tab or two spaces between them.
fn field(text: &str, line: Range<usize>) -> Option<Member> {
    let is_frame = |c: char| c.is_whitespace() || "-*•|`\"'".contains(c);
    let inner = &text[line.clone()];
    let start = line.end - inner.trim_start_matches(is_frame).len();
    // A name that people write as two words is sent so.
    let words =
        text[start..line.end].get(..LEAD_IN_WORDS.len()).is_some_and(|name| name.eq_ignore_ascii_case(LEAD_IN_WORDS));
    let first = if words { LEAD_IN_WORDS.len() } else { 0 };
    let rest_of_name = text[start + first..line.end].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let len = first + rest_of_name.filter(|len| first + len > 0)?;
    let rest = text[start + len..line.end].trim_start_matches(['"', '\'', '`', '*']);
    let sign = rest.trim_start();
    let value = if sign.starts_with([':', '=', '|']) {
        &sign[1..]
    } else if rest.starts_with(['\t']) || rest.starts_with("  ") {
        sign
    } else {
        return None;
    };
    let value = trim(text, line.end - value.len()..line.end);
    let cell = text[value.clone()].find(['|', '\t']).unwrap_or(value.len());
    let value = trim(text, value.start..value.start + cell);
    let quotes = ["\"", "'", "`"].iter().any(|quote| {
        let inner = text[value.clone()].strip_prefix(quote);
        inner.is_some_and(|inner| inner.ends_with(quote))
    });
    let value = value.start + usize::from(quotes)..value.end - usize::from(quotes);
    let is_mapped = ["{{", "${", "("].iter().any(|sign| text[value.clone()].starts_with(sign));
    Some((start..start + len, if is_mapped { Node::Bare(value) } else { Node::String(value) }))
}

/// `Name: lead_id`, and `Value: …` in the next line.
fn named_apart(text: &str, fields: &[Member]) -> Option<Vec<Member>> {
    let is = |field: &Member, names: &[&str]| names.iter().any(|name| text[field.0.clone()].eq_ignore_ascii_case(name));
    let pairs = fields.windows(2).filter(|two| is(&two[0], &["name", "key", "field"]) && is(&two[1], &["value"]));
    let pairs: Vec<Member> = pairs.map(|two| (two[0].1.part(), two[1].1.clone())).collect();
    (!pairs.is_empty()).then_some(pairs)
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

//! The lists that parameters stand in beside their URL: an object or array in code, calls that set one each, the tags of a form, or
//! fields, one a line.

use std::ops::Range;

use super::added::NAMES;
use super::text::{is_of_headers, line_at, line_start, next_line, trim};
use crate::support::json::{self, Node};
use crate::support::phrases::Says;

/// So far around a lead ID the other parameters are looked for.
pub(super) const NEAR: usize = 2_000;

/// So many parameters are taken.
const MOST: usize = 60;

/// Name and value.
type Member = (Range<usize>, Node);

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

/// The list that a lead ID or a key is in: the one with all that is required, or else the first with two of it.
pub(super) fn list_around(text: &str, part: &Range<usize>, at: usize) -> Option<Node> {
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

/// Ruby's `get("https://…", lead_id: id, status: "Sold")`.
pub(super) fn arguments(text: &str, end: usize) -> Option<Node> {
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

fn is_of_answer(name: &str) -> bool {
    ANSWERS.iter().any(|answer| name.eq_ignore_ascii_case(answer))
}

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
        let named = field(text, line_at(text, before, to));
        if above == 0 || named.is_none_or(|(name, _)| is_of_answer(&text[name])) {
            break;
        }
        first = before;
    }
    let mut found = Vec::new();
    while first < to && found.len() < MOST {
        let line = line_at(text, first, to);
        match field(text, line.clone()) {
            // What came back.
            Some((name, _)) if is_of_answer(&text[name.clone()]) => break,
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

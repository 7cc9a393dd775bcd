//! What a program logs of an update without its URL: the lead's ID, often the status, and what came back, in one line or in a table.

use std::collections::HashMap;
use std::ops::Range;

use super::address::{form_encoded, get, request};
use super::came::{Came, Outcome, came};
use super::found::{Found, item, mark};
use super::links::{self, Link};
use super::of_code::{OfCode, UNKNOWN_STATUS};
use super::outcome_table::Heading;
use super::text::{http_status, lines, time_at_start, trim, words};
use crate::protocol::METHOD_PATH;
use crate::support::evidence::Evidence;
use crate::support::look::looks_like_a_lead_id;
use crate::support::phrases::Says;
use crate::support::ticket::{Answer, Failure, Form, Item, MarkKind, Request};
use crate::support::traced::{Traced, View};

/// A longer line is not of this kind.
const LONGEST: usize = 1_000;

/// A status is not longer.
const LONGEST_STATUS: usize = 40;

/// Every such line in the free parts of the view. What it tells of a request that the ticket has is kept with that request by `join`.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    for part in free {
        let mut heading: Option<Heading> = None;
        let mut column = None;
        for line in lines(&view.text, part.clone()).filter(|line| line.len() <= LONGEST) {
            let text = &view.text[line.clone()];
            if let Some(next) = Heading::of(text) {
                heading = Some(next);
                continue;
            }
            let of_table = heading.as_ref().and_then(|heading| heading.read(view, line.clone()));
            heading = heading.filter(|_| of_table.is_some());
            let is_of_table = of_table.is_some();
            let outcome = of_table.or_else(|| in_line(view, line.clone(), column));
            column = outcome.as_ref().map(|outcome| outcome.lead.start - line.start).or(column);
            let item = match outcome {
                Some(outcome) if is_of_table => {
                    Some(with_url(view, line.clone(), as_item(view, line.clone(), outcome)))
                }
                Some(outcome) => Some(as_item(view, line.clone(), outcome)),
                None => alone(view, line.clone()),
            };
            if let Some(item) = item {
                found.item(line, item);
            }
        }
    }
}

/// Keeps what these lines tell with the request of the same lead, where the ticket has it; the others are requests of the program whose
/// code the ticket has, if it has any.
pub(super) fn join(found: &mut Found) {
    let is_ours = |item: &Item| item.form == Form::Answer && item.request.is_some();
    if !found.items.iter().any(|(_, item)| is_ours(item)) {
        return;
    }
    found.items.sort_by_key(|(part, _)| part.start);
    let is_update =
        |request: &&Request| request.path.text().to_ascii_lowercase().contains("updatelead") && request.query.is_some();
    let (ours, mut left): (Vec<_>, Vec<_>) =
        std::mem::take(&mut found.items).into_iter().partition(|(_, item)| is_ours(item));
    let is_in_full = |answer: &Answer| answer.body.as_ref().is_some_and(|body| body.whole().len() > 1);
    found.has_answers = ours.iter().filter_map(|(_, item)| item.answer.as_ref()).any(is_in_full);
    let mut by_lead: HashMap<String, Vec<usize>> = HashMap::new();
    let mut base: Option<(usize, Request)> = None;
    for (at, (_, item)) in left.iter().enumerate() {
        let Some(request) = item.request.as_ref().filter(is_update) else { continue };
        base.get_or_insert_with(|| (at, request.clone()));
        by_lead.entry(request.lead_id().unwrap_or_default()).or_default().push(at);
    }
    let mut own = Vec::new();
    for (part, item) in ours {
        let lead = item.request.as_ref().and_then(Request::lead_id).unwrap_or_default();
        // The last one before the line, or else the first one behind it.
        let known = by_lead.get(&lead).map_or(&[][..], Vec::as_slice);
        let before = known.partition_point(|at| left[*at].0.start < part.start);
        let known = before.checked_sub(1).and_then(|at| known.get(at)).or_else(|| known.first()).copied();
        match known.filter(|at| left[*at].1.answer.as_ref().is_none_or(|answer| answer.body.is_none())) {
            Some(known) => left[known].1.answer = item.answer,
            // What the answer of the request says already.
            None if is_known(&left, before.checked_sub(1).and_then(|at| by_lead.get(&lead)?.get(at)), &item) => {}
            None => own.push((part, item)),
        }
    }
    if let Some((at, base)) = base {
        // Where no line has a status, they tell of the code no more than what came.
        let has_status = |item: &Item| item.marks.iter().all(|mark| mark.detail != UNKNOWN_STATUS);
        let is_code = left[at].1.marks.iter().any(|mark| mark.kind == MarkKind::Variable);
        let of_code = is_code.then(|| OfCode::of(&left[at].1));
        for (_, item) in &mut own {
            if let Some(code) = &of_code {
                code.fill(item);
            }
        }
        // Which leads are unknown, they alone tell.
        let is_of_lead = own.iter().any(|(_, item)| Evidence::of(item) == Evidence::Code(2));
        if is_code && left[at].1.answer.is_none() && !is_of_lead && !own.iter().any(|(_, item)| has_status(item)) {
            let is_refused = |(_, item): &&(Range<usize>, Item)| !Evidence::of(item).is_taken();
            left[at].1.answer = own.iter().find(is_refused).or(own.first()).and_then(|(_, item)| item.answer.clone());
            own.clear();
        }
        for request in own.iter_mut().filter_map(|(_, item)| item.request.as_mut()) {
            request.scheme = base.scheme.clone();
            request.host = base.host.clone();
            request.port.clone_from(&base.port);
            request.path = base.path.clone();
        }
    }
    left.extend(own);
    found.items = left;
}

/// Whether the request before has the same outcome.
fn is_known(items: &[(Range<usize>, Item)], before: Option<&usize>, item: &Item) -> bool {
    before.is_some_and(|at| Evidence::of(&items[*at].1) == Evidence::of(item))
}

/// What a line tells of a request that stands in it: `https://… -> 0`, `GET /… 200 code=3`.
pub(super) fn behind(view: &View<'_>, part: Range<usize>) -> Option<Answer> {
    let text = &view.text[part.clone()];
    // An answer in full is found by itself.
    let came = came(text, part.start);
    (came.code.is_some() && !text.contains('<')).then(|| answer(view, came, part))
}

/// What came back in a line of its own below its request: `14:26:40.377 INFO HTTP 200 code=3 msg=Status not found`.
fn alone(view: &View<'_>, line: Range<usize>) -> Option<Item> {
    let text = &view.text[line.clone()];
    let is_of_log = text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '[');
    if !is_of_log || !text.contains("code=") || text.contains(['<', '?']) || text.contains(".asmx") {
        return None;
    }
    let came = came(text, line.start);
    came.code.as_ref()?;
    let mut item = item(view, line.clone(), Form::Answer);
    item.answer = Some(answer(view, came, line));
    Some(item)
}

/// What was sent, where the row of a table has the URL itself.
fn with_url(view: &View<'_>, row: Range<usize>, item: Item) -> Item {
    let is_ours = |link: &Link| link.url.text().to_ascii_lowercase().contains(".asmx");
    match links::find(view, row).into_iter().find(is_ours) {
        Some(Link { url, marks, .. }) => {
            Item { form: Form::Url, request: Some(request(get(&url), &url)), marks, ..item }
        }
        None => item,
    }
}

fn as_item(view: &View<'_>, line: Range<usize>, outcome: Outcome) -> Item {
    let mut item = item(view, line.clone(), Form::Answer);
    let before = view.text.get(line.start..outcome.lead.start).unwrap_or_default();
    let mut cells = before.rsplit(['|', ',', ';', '\t']);
    item.logged.time = cells.find_map(|cell| time_at_start(cell.trim_matches([' ', '"']))).map(str::to_owned);
    let here = view.place(outcome.lead.start..outcome.lead.start);
    let mut query = Traced::default();
    let mut add = |name: &str, value: Option<Range<usize>>| {
        let mut unknown = || {
            let unknown = Traced::standing_for(&format!("{{{name}}}"), here);
            item.marks.push(mark(MarkKind::Variable, here, unknown.text()));
            unknown
        };
        let sent = value.map_or_else(&mut unknown, |value| form_encoded(&view.traced(value)));
        query.join("&", &Traced::pair(&Traced::standing_for(name, here), &sent));
    };
    add("api_key", None);
    add("lead_id", Some(outcome.lead));
    add("status", outcome.status);
    for (name, value) in outcome.fields {
        add(&name, Some(value));
    }
    let standing_for = |text: &str| Traced::standing_for(text, here);
    item.request = Some(Request {
        method: standing_for("GET"),
        path: standing_for(METHOD_PATH),
        query: Some(query),
        ..Request::default()
    });
    item.logged.bytes_sent = outcome.came.bytes;
    if let Some(number) = outcome.number {
        item.marks.push(mark(MarkKind::Amount, view.place(number.clone()), &view.text[number]));
    }
    item.failure = outcome.came.failed.map(|kind| Failure { kind, place: view.place(line.clone()) });
    if item.failure.is_none() {
        item.answer = Some(answer(view, outcome.came, line));
    }
    item
}

pub(super) fn answer(view: &View<'_>, came: Came, part: Range<usize>) -> Answer {
    let of_code = came
        .code
        .map(|(code, at)| Traced::standing_for(&format!("<result><code>{code}</code></result>"), view.place(at)));
    let body = came.body.or(of_code);
    let place = body.as_ref().map_or_else(|| view.place(part), Traced::whole);
    Answer { http_status: came.http, body, place, ..Answer::default() }
}

/// A line of a log: `09:02:12 3FA9C207 Full Payment <result>…`, `lead=9A41C07E status=Sold code=2`, `5BD210E9 Funded 200 59B`. The lead
/// stood in this column in the line before.
fn in_line(view: &View<'_>, line: Range<usize>, column: Option<usize>) -> Option<Outcome> {
    let text = &view.text[line.clone()];
    let lower = text.to_ascii_lowercase();
    if lower.contains("lead_id=") && lower.contains(['&', '?']) || lower.contains(".asmx") {
        return None;
    }
    let lead = lead_in(text, &lower).or_else(|| lead_at(text, column?))?;
    let body = super::answer::within(view, line.start + lead.end..line.end);
    let mut came = came(&text[lead.end..], lead.end);
    let markup = text[lead.end..].find('<').or_else(|| text[lead.end..].find("&lt;"));
    let start = match (markup, &came.code) {
        (Some(at), _) if body.is_some() => lead.end + at,
        (_, Some((_, at))) => at.start,
        _ => lower.len(),
    };
    if body.is_some() {
        came.code = None;
        came.body = body;
    }
    let status = status_in(text, &lower, lead.end..start, &mut came);
    let is_told = came.body.is_some() || came.code.is_some() || came.http.is_some() && status.is_some();
    if let Some((_, at)) = &mut came.code {
        *at = line.start + at.start..line.start + at.end;
    }
    let number = number_in(text, lead.end..start).filter(|_| status.is_none());
    let moved = |part: Range<usize>| line.start + part.start..line.start + part.end;
    let (lead, status, number) = (moved(lead), status.map(moved), number.map(moved));
    is_told.then(|| Outcome { lead, status, number, fields: Vec::new(), came })
}

/// What stands where the line before has its lead's ID: it need not look like one.
fn lead_at(text: &str, column: usize) -> Option<Range<usize>> {
    let behind = text.get(column..)?;
    let len = behind.find([' ', '\t', '|', ';', ',']).filter(|len| (4..=18).contains(len))?;
    let is_begin = text[..column].ends_with([' ', '\t', '|', ';', ',']) || column == 0;
    let is_id = behind[..len].bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte));
    (is_begin && is_id && behind[..len].bytes().any(|byte| byte.is_ascii_digit())).then_some(column..column + len)
}

/// A number alone behind the lead: an amount, whose name the code has.
fn number_in(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let word = words(text, part.start..part.end.max(part.start)).find(|word| text[word.clone()].len() > 1)?;
    let number = &text[word.clone()];
    (number.parse::<f64>().is_ok() && http_status(number).is_none()).then_some(word)
}

/// How long an ID of Windows is: `5b0e2c7a-91fd-4d0c-8a43-e6d1f7b9c204`.
const GUID: usize = 36;

/// The ID of a lead: by its shape, or by its name.
fn lead_in(text: &str, lower: &str) -> Option<Range<usize>> {
    let guid = lower.find("lead ").map(|at| at + "lead ".len()).filter(|at| {
        let id = lower.get(*at..at + GUID).unwrap_or_default();
        id.matches('-').count() == 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    });
    if let Some(at) = guid {
        return Some(at..at + GUID);
    }
    let word = |start: usize| {
        let len = text[start..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - start);
        start..start + len
    };
    for name in ["lead_id", "leadid", "lead id", "lead"] {
        for (at, _) in lower.match_indices(name).take(4) {
            let rest = &lower[at + name.len()..];
            let sign = rest.len() - rest.trim_start_matches(['"', '\'', ' ']).len();
            if at > 0 && lower.as_bytes()[at - 1].is_ascii_alphanumeric() || !rest[sign..].starts_with(['=', ':']) {
                continue;
            }
            let value = rest.len() - rest[sign + 1..].trim_start_matches(['"', '\'', ' ', '>']).len();
            let value = word(at + name.len() + value);
            let is_id =
                (4..=18).contains(&value.len()) && text[value.clone()].bytes().any(|byte| byte.is_ascii_digit());
            if is_id {
                return Some(value);
            }
        }
    }
    let mut at = 0;
    while at < text.len() {
        let found = word(at);
        if looks_like_a_lead_id(&text[found.clone()]) {
            return Some(found);
        }
        at = found.end + text[found.end..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// The status between the lead's ID and what came back; the HTTP status and the size that stand there too are kept.
fn status_in(text: &str, lower: &str, part: Range<usize>, came: &mut Came) -> Option<Range<usize>> {
    if let Some(value) = labelled_status(text, lower) {
        let http = || lower.split_once("http=").and_then(|(_, behind)| http_status(behind.get(..3)?));
        came.http = came.http.or_else(http);
        return Some(value);
    }
    let segment = &text[part.clone()];
    let segment = ["->", "=>", "→"].iter().fold(segment, |text, arrow| text.split(arrow).next().unwrap_or(text));
    // The name of the code: `Sold  code=2`.
    let bare = segment.strip_suffix('=').map(|head| head.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_'));
    let segment = bare.unwrap_or(segment);
    if segment.contains(['=', '{', '<']) {
        return None;
    }
    let is_between = |c: char| c.is_whitespace() || "|,;:\"'[]()-".contains(c);
    let mut start = part.start + segment.len() - segment.trim_start_matches(is_between).len();
    let mut end = part.start + segment.len();
    for wide in ["\t", "  ", " | ", ";", ","] {
        end = text[start..end].find(wide).map_or(end, |at| start + at);
    }
    // `Funded 200 59B`
    let mut behind = words(text, start..text.len()).skip(1).take(6);
    let brackets = ['(', ')', '[', ']', ','];
    if let Some((word, status)) =
        behind.find_map(|word| Some((word.clone(), http_status(text[word].trim_matches(brackets))?)))
    {
        came.http = came.http.or(Some(status));
        came.bytes = behind.next().and_then(|next| text[next].trim_end_matches(['B', 'b', ',']).parse().ok());
        end = end.min(word.start);
    }
    if start > end {
        start = end;
    }
    let value = trim(text, start..end);
    let value = value.start..value.start + text[value.clone()].trim_end_matches(is_between).len();
    // `InProgress OK`
    let cut = text[value.clone()].rsplit_once(' ').filter(|(_, last)| came.http.is_some() && ENDS.contains(last));
    let value = value.start..cut.map_or(value.end, |(status, _)| value.start + status.trim_end().len());
    let shown = &text[value.clone()];
    let count = shown.split(' ').count();
    let is_name = shown.starts_with(char::is_alphabetic)
        && shown.len() <= LONGEST_STATUS
        && count <= 4
        && shown.chars().all(|c| c.is_alphanumeric() || " -_/&'".contains(c));
    let lower = shown.to_lowercase();
    let first = lower.split(' ').next().unwrap_or_default();
    let is_of_a_log = OF_A_LOG.split(' ').any(|word| word == first);
    // Without `=`, nobody can tell a status from a sub-status in the same line.
    let is_sub_status = lower.says(&["sub_status", "substatus"]);
    (is_name && shown.len() > 1 && !is_of_a_log && !is_sub_status).then_some(value)
}

/// With these a log goes on, and no status begins.
const OF_A_LOG: &str = "sent send sending failed updated update ok returned returns response answer result got done retry attempt \
    posting post get http error request success skipped rejected refused is was and for to lead code gives gave says came comes with \
    status on at from not invalid has had still because which that but there b";

/// What a log writes between a status and that of HTTP.
const ENDS: [&str; 6] = ["OK", "SENT", "FAILED", "ERROR", "DONE", "HTTP"];

/// The value behind `status=` or `disposition:`.
fn labelled_status(text: &str, lower: &str) -> Option<Range<usize>> {
    for name in ["status", "disposition", "dispo"] {
        for (at, _) in lower.match_indices(name).take(4) {
            let is_whole =
                at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphanumeric() && lower.as_bytes()[at - 1] != b'_';
            let rest = &text[at + name.len()..];
            let Some(rest) = rest.strip_prefix(['=', ':']).filter(|_| is_whole) else { continue };
            let rest = rest.trim_start_matches(' ');
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let start = text.len() - rest.len() + usize::from(quote.is_some());
            let end = match quote {
                Some(quote) => text[start..].find(quote)?,
                None => text[start..].find([' ', ',', ';', '|', '\t', ')', ']']).unwrap_or(text.len() - start),
            };
            let value = &text[start..start + end];
            if !value.is_empty() && value.len() <= LONGEST_STATUS && value.parse::<u32>().is_err() {
                return Some(start..start + end);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::evidence::Evidence;
    use crate::support::read::found::found_in;
    use crate::support::read::read;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<String> {
        let one = |(_, item): (_, crate::support::Item)| {
            let evidence = Evidence::of(&item);
            let request = item.request.unwrap();
            let value = |name: &str| request.read(name).unwrap_or_default();
            format!("{} {:?} {evidence:?}", value("lead_id"), value("status"))
        };
        found_in(text, find).items.into_iter().map(one).collect()
    }

    #[test]
    fn a_line_of_a_programs_own_log_is_read() {
        for (line, expected) in [
            ("09:02:12 3FA9C207 Full Payment <result><code>3</code></result>", "3FA9C207 \"Full Payment\" Code(3)"),
            ("D90A4CE1  Un-qualified  <result>  <code>3</code> </result>", "D90A4CE1 \"Un-qualified\" Code(3)"),
            ("msg=\"update\" lead=9FO47BC2 status=Enrolled http=200 code=2", "9FO47BC2 \"Enrolled\" Code(2)"),
            ("lead=E09A7712 status=\"Not Reached\" http=200 code=0", "E09A7712 \"Not Reached\" Code(0)"),
            ("2025-10-31 10:14:09  lead=6D20F8A1 Unqualified  -> 0 success", "6D20F8A1 \"Unqualified\" Code(0)"),
            ("F31A07CC -> 3 Status not recognized", "F31A07CC \"{status}\" Code(3)"),
            ("[cake] 0E7C88B4 In progress 200 78B", "0E7C88B4 \"In progress\" Fine"),
            ("9A41C07E | In Progress | code 3", "9A41C07E \"In Progress\" Code(3)"),
            (
                "[INF] CAKE 4B19E0D3 InProgress OK (200) <result><code>3</code></result>",
                "4B19E0D3 \"InProgress\" Code(3)",
            ),
            ("row 4  AA03D1F8  No Contact   2 Lead not found", "AA03D1F8 \"No Contact\" Code(2)"),
            (
                "CAKE D40B19F3 500 {\"Message\":\"There was an error processing the request.\"}",
                "D40B19F3 \"{status}\" Format",
            ),
            ("9A41C07E CONTRACT SENT code=3", "9A41C07E \"CONTRACT SENT\" Code(3)"),
            ("9A41C07E;Sold & Paid;-> 3", "9A41C07E \"Sold & Paid\" Code(3)"),
            ("lead 9A41C081 sub_status Docs Sold -> 3", "9A41C081 \"{status}\" Code(3)"),
            ("lead 9A41C082 Sold/substatus Docs -> code 3", "9A41C082 \"{status}\" Code(3)"),
            ("lead 9A41C082 Sold -> 3 (sub_status Docs)", "9A41C082 \"Sold\" Code(3)"),
        ] {
            assert_eq!(told(line), [expected], "{line}");
        }
        for line in [
            "lead 3A7F61D0 status Funded failed",
            "We sent 9A41C07E yesterday, and nothing came",
            "https://h/m?lead_id=9A41C07E&status=Sold -> 3",
            "Version 20240101 exit code 0",
            "9A41C07E Sold attempt 2: success",
            "9A41C07E Sold retry 1: unknown error",
            "total 12 <result><code>0</code></result>",
        ] {
            assert!(told(line).is_empty(), "{line}: {:?}", told(line));
        }
    }

    #[test]
    fn a_table_of_results_is_read() {
        let table = "lead_id\tstatus\tagent\tresult\nA04C77F1\tSold\tMike\t0\n5.531E+11\tNo Contact\tJoy\t2\n\nB04C77F1\tSold\tMike\t0";
        assert_eq!(told(table), ["A04C77F1 \"Sold\" Code(0)", "5.531E+11 \"No Contact\" Code(2)"]);
        for code in ["\"3\"", "03", "3 status not recognised"] {
            let table = format!("lead;status;code\n9A41C07E;\"Sold\";{code}");
            assert_eq!(told(&table), ["9A41C07E \"Sold\" Code(3)"], "{table}");
        }
    }

    #[test]
    fn an_id_that_looks_like_none_is_read_where_the_line_before_has_its_own() {
        let log = "row 2  AA03D1F8  Sold  0 success\nrow 3  9.42E+06  Sold  2 Lead not found\nand 4  then we stopped: 2 invalid\n";
        assert_eq!(told(log), ["AA03D1F8 \"Sold\" Code(0)", "9.42E+06 \"Sold\" Code(2)"]);
    }

    #[test]
    fn what_a_line_leaves_out_of_an_update_the_code_tells() {
        let code = "curl -G \"https://h.example/api/1/buyers.asmx/UpdateLeadStatus\" --data-urlencode \"api_key=$KEY\" --data-urlencode \"lead_id=$lead\" --data-urlencode \"status=Funded\" --data-urlencode \"loan_amount=$amt\"";
        let log = "2025-09-02 03:00:01 6B0E93FA 12000 <result><code>0</code></result>";
        let ticket = read(format!("{code}\n\n{log}\n").as_bytes());
        let request = ticket.items.last().and_then(|item| item.request.as_ref()).unwrap();
        let values = ["lead_id", "status", "loan_amount"].map(|name| request.read(name).unwrap_or_default());
        assert_eq!(values, ["6B0E93FA", "Funded", "12000"]);
    }

    #[test]
    fn what_a_line_tells_of_a_request_is_kept_with_it() {
        let url = "https://h.example/api/1/buyers.asmx/UpdateLeadStatus?api_key=K&lead_id=9A41C07E&status=Sold";
        let came = |text: &str| read(text.as_bytes()).items.iter().map(Evidence::of).collect::<Vec<_>>();
        assert_eq!(came(&format!("GET {url}\n9A41C07E -> 3 refused\n")), [Evidence::Code(3)]);
        assert_eq!(came(&format!("9A41C07E -> 3 refused\nwe call {url}\n")), [Evidence::Code(3)]);
        assert_eq!(came(&format!("GET {url} -> 0 success\n")), [Evidence::Code(0)]);
        // Of a program whose code is there, it is another update.
        let code = "url = f\"https://h.example/api/1/buyers.asmx/UpdateLeadStatus?api_key={key}&lead_id={lead}&status={status}\"";
        assert_eq!(came(&format!("{code}\n9A41C07E Sold -> 3\n")), [Evidence::None, Evidence::Code(3)]);
        assert_eq!(came(&format!("{code}\n9A41C07E -> 3\n")), [Evidence::Code(3)]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\n\t|;,=: ]|9A41C07E|lead=|status=|code|-> 3|<result><code>3|É|200 |5B){0,40}") {
            // What came back may stand there alone.
            let _ = found_in(&text, find);
            let _ = read(text.as_bytes());
        }
    }
}

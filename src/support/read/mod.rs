//! The readers, one file a form, and the order in which they are asked: the more a form shows of itself the earlier, and
//! what one has taken no other gets.

mod added;
mod address;
mod answer;
mod apart;
mod assigned;
mod beside;
mod came;
mod concatenated;
mod curl;
mod curl_options;
mod curl_request;
mod decode;
mod documents;
mod entities;
mod errors;
mod failure;
mod fetch;
mod found;
mod har;
mod links;
mod log;
mod of_code;
mod outcome_table;
mod outcomes;
mod postman;
mod powershell;
mod powershell_table;
mod protected;
mod quoted;
mod raw_http;
mod shell;
mod template;
mod text;
mod urls;
mod variables;
mod wrapped;

use std::collections::HashSet;
use std::ops::Range;

pub use decode::open;
pub use log::{LONGEST_LINE, Line, Lines, log_form};

pub(super) use self::answer::NO_METHOD;
pub(super) use self::assigned::Assigned;
pub(super) use self::entities::decoded as html_decoded;
use self::found::{Found, MOST_ITEMS, without};
use super::ticket::{Answer, Form, Item, Ticket};
use super::traced::View;

/// Takes a ticket apart.
pub(super) fn read(bytes: &[u8]) -> Ticket {
    let decoded = decode::decode(bytes);
    let mut ticket = Ticket { text: decoded.text, notes: decoded.notes, ..Ticket::default() };
    let found = found(&ticket.text);
    ticket.notes.extend(found.notes);
    ticket.items = found.items.into_iter().map(|(_, item)| item).collect();
    if decoded.is_mail {
        ticket.forms.push(Form::Mail);
    }
    // A request is what the ticket is about; an answer goes with it.
    let (asked, other): (Vec<&Item>, Vec<&Item>) = ticket
        .items
        .iter()
        .partition(|item| item.request.is_some() && !matches!(item.form, Form::Error | Form::Answer));
    for item in asked.into_iter().chain(other) {
        if !ticket.forms.contains(&item.form) {
            ticket.forms.push(item.form);
        }
    }
    // A file of requests has no answers in it: they were pasted below.
    let is_answered = |item: &Item| item.form == Form::HttpFile && item.answer.is_some();
    if (found.has_answers || ticket.items.iter().any(is_answered)) && !ticket.forms.contains(&Form::Answer) {
        ticket.forms.push(Form::Answer);
    }
    ticket
}

/// Looks for one form, or for some that begin alike, in the free parts of the view.
type Reader = fn(&View<'_>, &[Range<usize>], &mut Found);

fn found(text: &str) -> Found {
    let view = quoted::view(text);
    let whole = 0..view.text.len();
    let mut found = Found::default();
    let mut free = vec![whole];
    let readers: [Reader; 11] = [
        documents::find,
        logs,
        curl::find,
        powershell::find,
        fetch::find,
        raw_http::find,
        json_lines,
        errors::find,
        outcomes::find,
        answer::find,
        urls::find,
    ];
    for reader in readers {
        let mut now = Found::default();
        reader(&view, &free, &mut now);
        let taken = now.items.iter().map(|(part, _)| part.clone()).chain(now.taken).collect();
        free = without(&free, taken);
        found.items.extend(now.items);
        found.notes.extend(now.notes);
        found.left_out += now.left_out;
    }
    leave_out_parts(&mut found);
    leave_out_bases(&mut found);
    answers_behind(&view, &mut found);
    apart::join(&view, &free, &mut found);
    outcomes::join(&mut found);
    found.items.sort_by_key(|(part, _)| part.start);
    let left_out = found.left_out + found.items.len().saturating_sub(MOST_ITEMS);
    if left_out > 0 {
        found.note(format!("The ticket holds more than {MOST_ITEMS} requests; {left_out} were left out."), None);
        found.items.truncate(MOST_ITEMS);
    }
    found
}

/// Leaves out a URL that a command or a call gets by a variable: the command is listed with it.
fn leave_out_parts(found: &mut Found) {
    let borrowed = |(_, item): &(Range<usize>, Item)| {
        let host = item.request.as_ref().map(|request| &request.host).filter(|host| !host.is_empty())?.whole().start;
        (!item.place.range().contains(&host)).then_some(host)
    };
    let mut used: Vec<usize> = found.items.iter().filter_map(borrowed).collect();
    used.sort_unstable();
    found.items.retain(|(_, item)| {
        let next = used.partition_point(|at| *at < item.place.start);
        item.form != Form::Url || used.get(next).is_none_or(|at| *at >= item.place.end)
    });
}

/// A longer path begins nothing.
const LONGEST_BASE: usize = 120;

/// Leaves out a URL without parameters that another request has with them: the beginning that a program adds to. And
/// `?api_key=` alone, of which people write.
fn leave_out_bases(found: &mut Found) {
    let asked = |item: &Item| {
        let request = item.request.as_ref()?;
        Some((request.host.text().into_owned(), request.path.text().into_owned()))
    };
    let has_parameters = |item: &&Item| {
        let query = item.request.as_ref().and_then(|request| request.query.as_ref());
        item.form != Form::Error && query.is_some_and(|query| query.bytes().contains(&b'='))
    };
    let whole: HashSet<(String, String)> =
        found.items.iter().map(|(_, item)| item).filter(has_parameters).filter_map(asked).collect();
    // Each beginning of their paths.
    let begins: HashSet<(&str, &str)> = whole
        .iter()
        .filter(|(host, path)| !host.is_empty() && path.len() < LONGEST_BASE)
        .flat_map(|(host, path)| {
            let ends = path.match_indices('/').flat_map(|(at, _)| [at, at + 1]).chain([path.len()]);
            ends.map(|end| (&**host, &path[..end]))
        })
        .collect();
    let is_base = |item: &Item| {
        let is_bare = item.form == Form::Url && item.answer.is_none();
        let Some(request) = item.request.as_ref().filter(|_| is_bare) else { return false };
        let (host, path) = (request.host.text(), request.path.text());
        match &request.query {
            None => begins.contains(&(&*host, &*path)),
            Some(query) => host.is_empty() && path.len() < 2 && query.bytes() == b"api_key=" && !whole.is_empty(),
        }
    };
    found.items.retain(|(_, item)| !is_base(item));
}

/// As much of its line is looked at behind a URL.
const MOST_BEHIND: usize = 500;

/// What stands behind a URL in its line of what came back: `-> 0 success`.
fn answers_behind(view: &View<'_>, found: &mut Found) {
    let is_open = |item: &Item| item.form == Form::Url && item.answer.is_none();
    for (part, item) in found.items.iter_mut().filter(|(_, item)| is_open(item)) {
        let limit = view.text.floor_char_boundary(part.end + MOST_BEHIND);
        let behind = outcomes::behind(view, text::line_at(&view.text, part.end, limit));
        item.answer = behind.or_else(|| status_before(view, part.start));
    }
}

/// The status that a line of a log has in front of its URL: `2025-11-03 08:02:55 INFO ok 301 https://…`.
fn status_before(view: &View<'_>, start: usize) -> Option<Answer> {
    let from = view.text.ceil_char_boundary(start.saturating_sub(MOST_BEHIND));
    let line = text::line_start(&view.text, start, from);
    let before = view.text[line..start].trim_end();
    let word = before.rsplit(' ').next()?;
    let place = line + before.len() - word.len()..line + before.len();
    let status = text::http_status(word).filter(|_| before.starts_with(|c: char| c.is_ascii_digit() || c == '['))?;
    Some(Answer { http_status: Some(status), place: view.place(place), ..Answer::default() })
}

fn logs(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let mut log = Lines::default();
    for line in free.iter().flat_map(|part| text::lines(&view.text, part.clone())) {
        if line.len() > log::LONGEST_LINE && found.notes.is_empty() {
            found.note("A line is too long for a log, and was not read as one.", Some(view.place(line.clone())));
        }
        match log.read(view, line.clone()) {
            Line::Item(item) => found.item(line, *item),
            Line::Heading => found.taken.push(line),
            Line::Other => {}
        }
    }
}

/// Lines of a log in JSON that tell of an outcome, and of nothing else.
fn json_lines(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let all = free.iter().flat_map(|part| text::lines(&view.text, part.clone()));
    for line in all.filter(|line| view.text[line.clone()].starts_with("{\"")) {
        if let Some(item) = log::json::outcome_line(view, line.clone()) {
            found.item(line, item);
        }
    }
}

//! The readers, one file a form, and the order in which they are asked: the more a form shows of itself the earlier, and
//! what one has taken no other gets.

mod added;
mod address;
mod answer;
mod apart;
mod assigned;
mod came;
mod code;
mod concatenated;
mod curl;
mod curl_options;
mod curl_request;
mod decode;
mod documents;
mod entities;
mod errors;
mod failure;
mod failure_words;
mod fetch;
mod found;
mod har;
mod json;
mod links;
mod log;
mod of_code;
mod outcome_table;
mod outcomes;
mod postman;
mod powershell;
mod protected;
mod quoted;
mod raw_http;
mod shell;
mod template;
mod text;
mod urls;
mod variables;
mod wrapped;

use std::ops::Range;

pub use decode::open;
pub use log::{Line, Lines, log_form};

pub(super) use self::assigned::Assigned;
pub(super) use self::code::expression_end;
use self::found::{Found, MOST_ITEMS, without};
use super::ticket::{Form, Item, Ticket};
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
    let readers: [Reader; 10] = [
        documents::find,
        logs,
        curl::find,
        powershell::find,
        fetch::find,
        raw_http::find,
        errors::find,
        outcomes::find,
        answers,
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

/// As much of its line is looked at behind a URL.
const MOST_BEHIND: usize = 500;

/// What stands behind a URL in its line of what came back: `-> 0 success`.
fn answers_behind(view: &View<'_>, found: &mut Found) {
    let is_open = |item: &Item| item.form == Form::Url && item.answer.is_none();
    for (part, item) in found.items.iter_mut().filter(|(_, item)| is_open(item)) {
        let limit = view.text.floor_char_boundary(part.end + MOST_BEHIND);
        item.answer = outcomes::behind(view, text::line_at(&view.text, part.end, limit));
    }
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

fn answers(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    for part in free {
        answer::find(view, part.clone(), found);
    }
}

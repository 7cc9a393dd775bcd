//! Joins an answer or a failure with the request it belongs to, where the ticket shows them apart.

use indexmap::IndexSet;

use super::look::looks_like_a_lead_id;
use super::ticket::{Answer, Form, Item, Mark, MarkKind, Request, Ticket};
use super::traced::Traced;

/// The ticket with its answers beside their requests: each with the request before it, or else the one behind it.
pub(super) fn joined(ticket: Ticket) -> Ticket {
    let mut items: Vec<Item> = Vec::with_capacity(ticket.items.len());
    let mut early: Vec<Item> = Vec::new();
    // One line of a log stands in a ticket with what came of it.
    let is_one_line = ticket.items.iter().filter(|item| item.form.is_log()).count() == 1;
    for mut item in ticket.items {
        // `curl -v` prints the request that it sends below the command.
        if let Some(last) = items.last_mut().filter(|last| is_trace_of(last, &item)) {
            take(last, item);
            continue;
        }
        if let Some(last) = items.last_mut().filter(|last| is_behind_redirect(last, &item)) {
            last.marks.extend(lost_query(last, &item));
            continue;
        }
        if item.is_repeat && !items.iter().any(|before| is_same(before, &item) && has_outcome(before)) {
            continue;
        }
        if item.request.is_some() {
            early.drain(..).for_each(|before| take(&mut item, before));
            items.push(item);
        } else {
            let named = of_lead(&ticket.text, &items, &item).or_else(|| of_thread(&ticket.text, &items, &item));
            match named.or_else(|| items.len().checked_sub(1)) {
                Some(at) if is_open(&items[at], &item) || is_one_line && is_without_body(&items[at]) => {
                    take(&mut items[at], item);
                }
                // A program logs the failure of a request in a line behind it.
                Some(at) if item.failure.is_some() && has_no_end(&items[at]) => take(&mut items[at], item),
                // What failed is another request, where the last one was answered.
                Some(at) if item.failure.is_some() && has_ended_well(&items[at]) => {
                    match last_open(&items[..at], &item, |_| true) {
                        Some(at) => take(&mut items[at], item),
                        None => items.push(item),
                    }
                }
                _ => early.push(item),
            }
        }
    }
    let has_requests = !items.is_empty();
    for item in early {
        match items.last_mut().filter(|last| is_open(last, &item)) {
            Some(last) => take(last, item),
            None if has_requests => {}
            None => items.push(item),
        }
    }
    leave_out_repeats(&mut items);
    let mut forms = ticket.forms;
    let has_trace = !items.iter().any(|item| item.form == Form::RawHttp);
    for form in forms.iter_mut().filter(|form| has_trace && **form == Form::RawHttp) {
        *form = Form::Answer;
    }
    let forms: IndexSet<Form> = forms.into_iter().collect();
    Ticket { forms: forms.into_iter().collect(), items, ..ticket }
}

/// Leaves out a URL that is only mentioned again, or quoted with the same answer.
fn leave_out_repeats(items: &mut Vec<Item>) {
    let words = |answer: &Answer| {
        let body = answer.body.as_ref().map(|body| body.text().split_whitespace().collect::<String>());
        (answer.http_status, body)
    };
    let came = |item: &Item| (item.answer.as_ref().map(words), item.failure.as_ref().map(|failure| failure.kind));
    let is_own = |at: usize, item: &Item| {
        let is_known = |before: &Item| is_same(before, item) && came(before) == came(item);
        !item.is_repeat || has_outcome(item) && !items[..at].iter().any(is_known)
    };
    let mut own = items.iter().enumerate().map(|(at, item)| is_own(at, item)).collect::<Vec<_>>().into_iter();
    items.retain(|_| own.next().unwrap_or(true));
}

/// Whether two requests go to the same URL.
fn is_same(one: &Item, other: &Item) -> bool {
    let (Some(one), Some(other)) = (&one.request, &other.request) else { return false };
    let queries = [one, other].map(|request| request.query.as_ref().map(Traced::bytes));
    one.host.bytes() == other.host.bytes() && one.path.bytes() == other.path.bytes() && queries[0] == queries[1]
}

fn has_outcome(item: &Item) -> bool {
    item.answer.is_some() || item.failure.is_some()
}

/// As many requests before an answer may be the one that its thread sent, and as much of a line tells the thread.
const NEAR: usize = 20;
const LONGEST_HEAD: usize = 200;

/// The request whose lead the line before an answer names: `Answer for 7C5B02EA:`.
fn of_lead(text: &str, items: &[Item], found: &Item) -> Option<usize> {
    let before = text.get(..found.place.start).unwrap_or_default();
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST_HEAD))..];
    let line = near.trim_end().rsplit('\n').next().unwrap_or_default();
    let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| looks_like_a_lead_id(word));
    let (lead, None) = (words.next()?, words.next()) else { return None };
    if line.contains(['?', '=']) {
        return None;
    }
    last_open(items, found, |item| item.request.as_ref().and_then(Request::lead_id).as_deref() == Some(lead))
}

/// The request of the same thread, where a log names it before the request and before the answer: `[worker-2]`.
fn of_thread(text: &str, items: &[Item], found: &Item) -> Option<usize> {
    let thread = thread(text, found);
    (!thread.is_empty()).then(|| last_open(items, found, |item| self::thread(text, item) == thread)).flatten()
}

/// What stands in brackets before an item in its line, but for times.
fn thread<'t>(text: &'t str, item: &Item) -> Vec<&'t str> {
    let before = text.get(..item.place.start).unwrap_or_default();
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST_HEAD))..];
    let head = near.rsplit('\n').next().unwrap_or_default();
    let inner = head.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(inner, _)| inner);
    inner.filter(|inner| inner.starts_with(char::is_alphabetic)).collect()
}

/// Whether a request is what the command before it prints of itself.
fn is_trace_of(command: &Item, trace: &Item) -> bool {
    let (Some(one), Some(other)) = (&command.request, &trace.request) else { return false };
    let query = |request: &super::ticket::Request| request.query.as_ref().map(|query| query.text().into_owned());
    command.form == Form::Curl
        && trace.form == Form::RawHttp
        && one.path.text() == other.path.text()
        // A variable of the command is filled in there.
        && (query(one) == query(other) || one.lead_id().is_some() && one.lead_id() == other.lead_id())
}

/// Whether a request is the one that a redirect led to; the one before it is what was meant.
fn is_behind_redirect(before: &Item, item: &Item) -> bool {
    let (Some(one), Some(other)) = (&before.request, &item.request) else { return false };
    let is_redirected =
        before.answer.as_ref().and_then(|answer| answer.http_status).is_some_and(|s| (300..400).contains(&s));
    // In a log, what the same client asks for next, without the query.
    let is_next = || {
        before.form.is_log()
            && item.form == before.form
            && before.logged.client.is_some()
            && before.logged.client == item.logged.client
            && lost_query(before, item).is_some()
    };
    is_redirected
        && (!before.form.is_log() && matches!(item.form, Form::RawHttp | Form::Har) || is_next())
        && one.path.text() == other.path.text()
}

/// That a redirect lost the query, where it did.
fn lost_query(before: &Item, item: &Item) -> Option<Mark> {
    let query = |item: &Item| item.request.as_ref()?.query.clone().filter(|query| !query.is_empty());
    let place = item.request.as_ref()?.path.whole();
    let is_lost = query(before).is_some() && query(item).is_none();
    is_lost.then(|| Mark { kind: MarkKind::LostQuery, place, detail: String::new() })
}

/// Whether a request has room for what was found. A log line has all that there is to it.
fn is_open(request: &Item, found: &Item) -> bool {
    let has_body = request.answer.as_ref().is_some_and(|answer| answer.body.is_some());
    // What was answered did not fail.
    !request.form.is_log() && !has_body && (found.failure.is_none() || request.failure.is_none())
}

/// The last request of a kind that has room for what was found.
fn last_open(items: &[Item], found: &Item, is_its: impl Fn(&Item) -> bool) -> Option<usize> {
    let from = items.len().saturating_sub(NEAR);
    items[from..].iter().rposition(|item| is_open(item, found) && is_its(item)).map(|at| from + at)
}

fn has_ended_well(item: &Item) -> bool {
    !item.form.is_log() && !is_without_body(item)
}

/// Whether a request has neither an answer nor a failure so far.
fn has_no_end(item: &Item) -> bool {
    item.answer.is_none() && item.failure.is_none()
}

fn is_without_body(item: &Item) -> bool {
    item.answer.as_ref().is_none_or(|answer| answer.body.is_none())
}

fn take(item: &mut Item, found: Item) {
    item.failure = item.failure.or(found.failure);
    item.marks.extend(found.marks);
    let Some(new) = found.answer else { return };
    match &mut item.answer {
        None => item.answer = Some(new),
        Some(answer) => {
            answer.http_status = answer.http_status.or(new.http_status);
            if answer.body.is_none() {
                answer.body = new.body;
                answer.place = new.place;
            }
            if answer.headers.is_empty() {
                answer.headers = new.headers;
            }
        }
    }
}

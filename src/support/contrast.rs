//! What the updates of a ticket show against each other, by their statuses and by the size of their answers.

use std::collections::{HashMap, HashSet};

use super::evidence::Evidence;
use super::field_at::lead_of;
use super::judged::{Judged, Standing};
use super::look::{Found, Grade, Variant};
use super::ticket::{Item, Ticket};

/// A try that timed out, and was counted twice since it was sent again, has no cause of its own.
pub(super) fn repeats(ticket: &Ticket, items: &mut [Judged]) {
    let lead = |judged: &Judged| lead_of(&ticket.items[judged.item]);
    let is = |judged: &Judged, id: &str| judged.causes.first().is_some_and(|found| found.id == id);
    let again: HashSet<String> = items.iter().filter(|judged| is(judged, "counted-twice")).filter_map(lead).collect();
    for judged in items.iter_mut().filter(|judged| is(judged, "timeout")) {
        if lead(judged).is_some_and(|lead| again.contains(&lead)) {
            judged.causes[0] = Found::new("nothing-wrong", Grade::Likely, None, "it was sent again");
        }
    }
}

/// Of a ticket in which a key, or a lead, was refused and at another time taken, it is not the one that is unknown.
pub(super) fn compare_times(ticket: &Ticket, items: &mut [Judged]) {
    let same = [
        (1, "code-1", "api_key", "key-unknown", "CAKE took the same key at another time"),
        (2, "code-2", "lead_id", "lead-unknown", "CAKE took the same lead at another time"),
    ];
    for (code, id, parameter, unknown, message) in same {
        let value = |judged: &Judged| ticket.items[judged.item].request.as_ref()?.read(parameter);
        let is_taken = |judged: &&Judged| judged.evidence == Evidence::Code(0);
        let taken: HashSet<String> = items.iter().filter(is_taken).filter_map(value).collect();
        let is_refused = |judged: &&mut Judged| judged.evidence == Evidence::Code(code);
        for judged in items.iter_mut().filter(is_refused) {
            let is_known = value(judged).is_some_and(|value| taken.contains(&value));
            let first = judged.causes.iter_mut().find(|found| found.id == unknown && found.grade != Grade::Certain);
            if let Some(first) = first.filter(|_| is_known) {
                *first = Found::new(id, Grade::Likely, first.place, message).of(Variant::TakenLater);
            }
        }
    }
}

/// Of a ticket in which one status got code 3 for one lead and code 0 for another, it is not the status that is unknown.
pub(super) fn compare(ticket: &Ticket, items: &mut [Judged]) {
    let status = |judged: &Judged| {
        let request = ticket.items[judged.item].request.as_ref()?;
        request.read("status")
    };
    let taken: HashMap<String, Option<String>> = items
        .iter()
        .filter(|judged| judged.evidence == Evidence::Code(0))
        .filter_map(|judged| Some((status(judged)?, lead_of(&ticket.items[judged.item]))))
        .collect();
    if taken.is_empty() {
        return;
    }
    for judged in items.iter_mut().filter(|judged| judged.evidence == Evidence::Code(3)) {
        let Some(lead) = status(judged).and_then(|status| taken.get(&status)) else { continue };
        judged.causes.retain(|found| found.id != "status-unknown" || found.grade == Grade::Certain);
        let other = lead.as_ref().map_or("another lead".to_owned(), |lead| format!("lead {lead}"));
        if let Some(first) = judged.causes.iter_mut().find(|found| found.id == "code-3") {
            first.help = format!(
                "compare both requests byte by byte, the sub-status too: CAKE took the same status for {other}; the network looks whether its list was changed in between"
            );
        }
    }
}

/// The size that most answers of a log have, where there are several.
pub(super) fn usual_size(items: &[Item]) -> Option<u64> {
    let mut sizes: Vec<u64> = items.iter().filter_map(has_size).collect();
    let count = sizes.len();
    if sizes.len() < 3 {
        return None;
    }
    sizes.sort_unstable();
    sizes
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| same.len())
        .filter(|same| same.len() * 2 > count)
        .map(|same| same[0])
}

/// Where the answers of one size are those to requests with a fault that shows, it is they that were refused, however many they are.
pub(super) fn compare_sizes(items: &mut [Judged]) {
    let is_faulty = |judged: &Judged| {
        judged.standing == Standing::Usual
            && judged.evidence == Evidence::Fine
            && judged.causes.first().is_some_and(|first| {
                first.grade != Grade::Possible && matches!(first.group(), "key" | "lead" | "status" | "query")
            })
    };
    if !items.iter().any(is_faulty) {
        return;
    }
    for judged in items.iter_mut().filter(|judged| judged.standing == Standing::Odd) {
        if let Some(first) = judged.causes.first_mut().filter(|first| first.id == "cannot-tell") {
            *first = Found::new("nothing-wrong", Grade::Likely, None, "the request is right");
            (judged.standing, judged.is_failure, judged.evidence) = (Standing::Usual, false, Evidence::Fine);
        }
    }
}

/// How long the answer was to a request that HTTP calls a success.
pub(super) fn has_size(item: &Item) -> Option<u64> {
    let is_fine = item.answer.as_ref().is_none_or(|answer| matches!(answer.http_status, None | Some(200)));
    item.logged.bytes_sent.filter(|_| is_fine)
}

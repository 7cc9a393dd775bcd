//! What a reply says beside the first cause: what else is wrong with the same update, and with others of the ticket.

use super::again::{Again, Scope, again};
use super::cause::Who;
use super::diagnose::Diagnosis;
use super::field_at::lead_of;
use super::judged::Judged;
use super::look::{Found, Grade, Variant};
use super::order::is_aside;
use super::prose::in_seconds;
use super::ticket::{Item, Ticket};
use super::traced::Span;
use super::wording::also;
use super::words::is_quoted;
use crate::plural::listed;

/// What else is wrong with the same update.
pub(super) fn further(diagnosis: &Diagnosis, item: Option<&Item>, first: &Found) -> Vec<String> {
    let query = item.and_then(|item| item.request.as_ref()?.query.as_ref()).map(super::Traced::whole);
    let is_within = |inner: Span, outer: Span| outer.start <= inner.start && inner.end <= outer.end;
    // What stands in the place of a cause comes of it.
    let mut places: Vec<Span> = first.place.into_iter().collect();
    let mut is_explained = |found: &Found| {
        let is_said = first.id == "key-missing" && found.id == "key-elsewhere";
        // Both come of the wrong quotation marks.
        let is_of_quotes = first.variant == Variant::SingleQuotes && found.id == "shell-ampersand";
        if is_said || is_of_quotes || first.id == "scheme-http" && found.id == "no-query" {
            return true;
        }
        let is_own = matches!(found.id, "refused-with-200" | "key-unknown" | "percent-u");
        let Some(place) = found.place.filter(|_| !is_own) else { return false };
        let is_cut = first.id.starts_with("cut-at-") && found.id.starts_with("status-");
        let is_one = is_cut || places.iter().any(|outer| is_within(place, *outer) && Some(*outer) != query);
        places.push(place);
        is_one
    };
    let mut is_own = |found: &&Found| {
        let is_news = first.id == "refused-with-200"
            && matches!(found.group(), "key" | "lead" | "status")
            && found.id != "key-masked";
        (found.grade != Grade::Possible
            || is_news
            || matches!(found.id, "scheme-http" | "value-unencoded" | "percent-u"))
            && found.id != "key-exposed"
            && !is_of_the_answer(found)
            && found.group() != "none"
            && found.who() != Who::Network
            && !is_explained(found)
    };
    let besides = diagnosis.causes().iter().skip(1).filter(|found| is_own(found)).take(3);
    besides.map(|found| format!("Also{}: {}", how_sure(found), also(found, found.help() == first.help()))).collect()
}

/// What is wrong with other updates of the ticket.
pub(super) fn others(ticket: &Ticket, diagnosis: &Diagnosis, item: Option<&Item>, first: &Found) -> Vec<String> {
    let mut seen = vec![first.id];
    let own = item.and_then(lead_of);
    let mut all = Vec::new();
    for judged in diagnosis.items.iter().filter(|judged| judged.is_for_cake) {
        let is_refused = judged.evidence.is_failure();
        let found = judged.causes.first().filter(|found| found.grade != Grade::Possible || is_refused);
        let Some(found) = found else { continue };
        let is_kin = first.id == "value-unencoded" && found.id.starts_with("cut-at-")
            // It was sent again because no answer came.
            || first.id == "counted-twice" && found.id == "timeout"
            // What the shell made of a value looks misspelled.
            || first.id.starts_with("shell-") && found.id.starts_with("status-");
        // What an older mail shows below a newer one is past.
        let is_past =
            is_quoted(ticket, &ticket.items[judged.item]) && item.is_some_and(|item| !is_quoted(ticket, item));
        let is_one = !is_past && !is_aside(found) && !seen.contains(&found.id) && !is_of_the_answer(found) && !is_kin;
        if !is_one || matches!(found.group(), "none" | "network") || all.len() == 3 {
            continue;
        }
        // The same update, written in two ways, is one.
        let lead = lead_of(&ticket.items[judged.item]);
        let is_own = lead == own && (found.group() != "accepted" || first.id == "counted-twice");
        // What may be so in the report has nothing to do with a request that fails.
        let is_of_report = found.group() == "accepted"
            && (first.group() != "accepted" || matches!(first.id, "never-arrived" | "overwritten" | "counted-twice"))
            && found.id != "counted-twice";
        if is_own && lead.is_some() || is_of_report {
            continue;
        }
        let time = ticket.items[judged.item].logged.time.as_deref();
        let which = match (lead, time) {
            (Some(lead), _) => format!("for lead {lead}"),
            (None, Some(time)) => format!("for the update at {time}"),
            (None, None) => continue,
        };
        seen.push(found.id);
        // What to do with the first says nothing of this one.
        let amounts = match again(&ticket.items[judged.item], judged) {
            Again::UnlessTaken(amounts) if !amounts.is_empty() => listed(&amounts),
            Again::Unknown | Again::Taken { .. } => "the amount".to_owned(),
            _ => String::new(),
        };
        let guard = match &*amounts {
            "" => String::new(),
            _ => format!(" Do not send it again before we have looked whether {amounts} was counted."),
        };
        all.push(format!("Also, {which}{}: {}{guard}", how_sure(found), also(found, false)));
    }
    all
}

/// The words for how sure a cause is; none where it is certain.
fn how_sure(found: &Found) -> &'static str {
    // What the ticket shows is sure, whatever came of it.
    let is_shown =
        matches!(found.id, "scheme-http" | "value-unencoded" | "percent-u") || found.variant == Variant::Nameless;
    match found.grade {
        Grade::Certain => "",
        _ if is_shown => "",
        Grade::Likely => ", most likely",
        Grade::Possible => ", possibly",
    }
}

fn is_of_the_answer(found: &Found) -> bool {
    found.group() == "answer" && found.id != "refused-with-200"
}

/// A time as a log has it, without fractions of a second, and seconds since 1970 as a date.
pub(super) fn readable(time: &str) -> String {
    let is_number = time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let moment = is_number.then(|| super::moment(time)).flatten();
    moment.map_or_else(|| in_seconds(time), |moment| moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// Which request the reply is about, where the ticket has several.
pub(super) fn which(ticket: &Ticket, diagnosis: &Diagnosis, first: &Found) -> String {
    let asked = ticket.items.iter().filter(|item| item.request.is_some()).count();
    let item = diagnosis.first.map(|first| &ticket.items[diagnosis.items[first].item]);
    let Some(item) = item.filter(|_| asked > 1 && !matches!(first.id, "never-arrived" | "report-date")) else {
        return String::new();
    };
    let scope = Scope::of(ticket, diagnosis);
    let time = item.logged.time.as_deref().map_or_else(String::new, |time| format!(", at {}", readable(time)));
    let is_first = |judged: &&Judged| judged.causes.first().is_some_and(|found| found.id == first.id);
    let is_one_of_many = diagnosis.items.iter().filter(is_first).count() > 1;
    match (lead_of(item), scope.count) {
        (None, _) if is_one_of_many => String::new(),
        (None, _) => time,
        (Some(_), 0 | 1) if first.variant == Variant::Hidden => time,
        (Some(lead), 0 | 1) => format!(" (lead {lead}{time})"),
        (Some(_), 2..=5) => format!(" (leads {})", listed(&scope.leads)),
        (Some(lead), count) => format!(" ({count} updates, the first for lead {lead}{time})"),
    }
}

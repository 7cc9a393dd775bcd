//! The words of a reply about its first cause, and about a key that the ticket shows.

use indexmap::IndexSet;

use super::again::Scope;
use super::diagnose::Diagnosis;
use super::field_at::lead_of;
use super::judged::Judged;
use super::look::{Found, Grade, Variant};
use super::matter::posts_a_lead;
use super::ticket::{Item, Parameter, Request, Ticket};
use super::wording::said;
use crate::cake::is_parameter;
use crate::plural::listed;

/// The actual value; of an amount that several leads got more than once, how often each.
pub(super) fn here(ticket: &Ticket, diagnosis: &Diagnosis, first: &Found) -> String {
    let leads = Scope::of(ticket, diagnosis).leads;
    if first.id != "counted-twice" || !(2..=5).contains(&leads.len()) {
        return said(first);
    }
    let query = |item: &Item| Some(item.request.as_ref()?.query.as_ref()?.bytes().to_vec());
    let often = |lead: &String| {
        let is_its = |item: &&Item| lead_of(item).as_ref() == Some(lead);
        let is_counted = |judged: &&Judged| judged.causes.first().is_some_and(|found| found.id == first.id);
        let mut again = diagnosis.items.iter().filter(is_counted).map(|judged| &ticket.items[judged.item]);
        let again = again.find(is_its).and_then(query);
        ticket.items.iter().filter(is_its).filter(|item| query(item) == again).count()
    };
    let counts: Vec<usize> = leads.iter().map(often).collect();
    if counts.iter().all(|count| *count == counts[0]) {
        return format!(" Here: each came {} times.", counts[0]);
    }
    let each = leads.iter().zip(counts).map(|(lead, count)| format!("{lead} came {count} times"));
    format!(" Here: {}.", listed(&each.collect::<Vec<_>>()))
}

/// What to do with several IDs that are misspelled, each in its own way; none where it is one.
pub(super) fn several(diagnosis: &Diagnosis, first: &Found) -> Option<String> {
    let of_item = |judged: &Judged| judged.causes.first().filter(|found| found.id == first.id)?.meant.clone();
    let meant: IndexSet<String> = diagnosis.items.iter().filter_map(of_item).collect();
    let meant: Vec<String> = meant.into_iter().collect();
    let is_several = (2..=5).contains(&meant.len());
    match first.id {
        "lead-lookalike" if is_several => Some(format!(
            "{} are probably meant: compare them with the leads as they were delivered, and send the updates with the right IDs",
            listed(&meant)
        )),
        "lead-shape" if is_several => Some(format!(
            "send the CAKE Lead IDs that came with the leads: {}, which the ticket has beside the others, look like them",
            listed(&meant)
        )),
        _ => None,
    }
}

/// Whether the right host is asked for, and not known here.
pub(super) fn lacks_the_host(first: &Found) -> bool {
    matches!(first.id, "host-other" | "host-placeholder") && first.help.is_empty()
}

/// What to say to somebody who thinks that the service was down.
pub(super) fn whether_it_was_down(first: &Found, is_answered: bool, is_explained: bool) -> &'static str {
    match (is_answered, is_explained) {
        (true, _) => "Our service is not down: it answered what your message shows.",
        (false, true) if matches!(first.id, "redirected" | "not-cake") => "Whether our service was down, we will look.",
        (false, true) => "As far as your message shows, our service was not down.",
        (false, false) => {
            "Whether our service was down, your message alone does not show, so we will look at that too."
        }
    }
}

/// Whether somebody writes of a field of the request, or of its value, and so knows of it.
pub(super) fn writes_of_fields(item: &Item, words: &str) -> bool {
    let is_written = |one: &Parameter| {
        let value = one.value.as_deref().unwrap_or_default();
        let is_told = words.contains(&one.name.to_lowercase()) || value.len() > 2 && words.contains(value);
        is_told && !is_parameter(&one.name)
    };
    item.request.as_ref().map(Request::parameters).unwrap_or_default().iter().any(is_written)
}

/// That keys are to be hidden, and what becomes of this one; `is_awaited` where nothing is to be sent before a new one is there.
pub(super) fn shown_key(diagnosis: &Diagnosis, text: &str, is_awaited: bool) -> String {
    let causes = diagnosis.causes();
    // A key that is nobody's cannot be replaced.
    let is_foreign = causes.iter().any(|found| found.variant == Variant::Foreign) || posts_a_lead(text);
    let is_unknown = causes.iter().any(|found| found.id == "key-unknown");
    let is_part = causes.iter().any(|found| found.id == "key-cut" && found.grade == Grade::Certain);
    let what = match () {
        () if is_foreign => "a key",
        () if is_unknown => "an API key",
        () if is_awaited && is_part => "a part of your API key",
        () => "your API key",
    };
    let then = match () {
        () if is_foreign || is_unknown => "",
        () if is_awaited => {
            " We will send you a new key: please wait for it before you send anything again, and if CAKE does not answer with code 0 then, send us its answer."
        }
        () => " We will send you a new key: change to it as soon as you have it.",
    };
    format!("Your message shows {what}. Please hide keys in tickets.{then}")
}

/// What to do about a cause where a new key comes; none where that is the same as with the old one.
pub(super) fn until_it_is_there(id: &str) -> Option<&'static str> {
    match id {
        "code-1" => {
            Some("What to do: wait for the new key that we will send you, and use it with the host that we gave you.")
        }
        "key-cut" => {
            Some("What to do: wait for the new key that we will send you, and copy all of it, exactly as it is.")
        }
        "key-case" => Some(
            "What to do: wait for the new key that we will send you, and copy it exactly as it is; see that no program or form changes its letters.",
        ),
        _ => None,
    }
}

//! The words of a reply about its first cause.

use super::again::Scope;
use super::diagnose::Diagnosis;
use super::field_at::lead_of;
use super::judged::Judged;
use super::look::{Found, Grade, Variant};
use super::ticket::{Item, Ticket};
use super::wording::{listed, said};

/// Why it happens: what its cause says of it, where nothing more is known.
pub(super) fn why(first: &Found, usual: &'static str) -> &'static str {
    match (first.variant, first.id) {
        (Variant::NothingSent, _) => {
            "Most often a firewall does not let the sender's address through. From which public address do you send?"
        }
        (Variant::Spreadsheet, _) => {
            "A spreadsheet reads such an ID as a number: zeros at its front are dropped, and an E among digits becomes a power of ten."
        }
        (Variant::Json, _) => {
            "With this header the platform takes the call for one that a page's script makes, and answers HTTP 500. A browser does not send the header."
        }
        (Variant::LostQuery, _) => {
            "The redirect to https loses all parameters: what you sent did not arrive. And the key travels in the clear."
        }
        (Variant::Object, _) => "JavaScript writes [object Object] where a whole object stands in the place of text.",
        (Variant::Zeros, _) => "What keeps an ID as a number drops the zeros at its front.",
        (_, "missing-parameter") if !first.message.ends_with("sub_status") => "It did not arrive under its name.",
        // The file has every lead.
        (_, "lead-unknown") if first.grade == Grade::Certain => {
            "The ID is from another network or another system, or it is misspelled."
        }
        _ => usual,
    }
}

/// The actual value; of an amount that several leads got more than once, how often each.
pub(super) fn here(ticket: &Ticket, diagnosis: &Diagnosis, first: &Found, title: &str) -> String {
    let leads = Scope::of(ticket, diagnosis).leads;
    if first.id != "counted-twice" || !(2..=5).contains(&leads.len()) {
        return said(title, first);
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

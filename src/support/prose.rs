//! What people wrote around the requests of a ticket, and what follows from it.

use super::look::{Found, Grade};
use super::ticket::{Item, Ticket};

/// Requests of a ticket that are looked at together with its prose.
pub(super) const LONG: usize = 1_000;

/// What people wrote around the requests, in lower case, and not more than anybody writes.
pub(super) fn prose(ticket: &Ticket) -> String {
    const MOST: usize = 16 << 10;
    let mut out = String::new();
    let mut end = 0;
    let is_log = |item: &&Item| item.form.is_log();
    for place in ticket.items.iter().filter(is_log).map(|item| item.place) {
        out.push_str(ticket.text.get(end..place.start).unwrap_or_default());
        end = end.max(place.end);
        if out.len() > MOST {
            break;
        }
    }
    out.push_str(ticket.text.get(end..).unwrap_or_default());
    let most = (0..=out.len().min(MOST)).rev().find(|at| out.is_char_boundary(*at)).unwrap_or_default();
    out.truncate(most);
    out.make_ascii_lowercase();
    out
}

/// That a log has no request for a lead.
pub fn never_arrived(lead: &str) -> Found {
    Found::new("never-arrived", Grade::Likely, None, format!("the log has no request for lead {lead}"))
}

/// A lead that somebody asks about, of which the log has no request.
pub(super) fn asked_for(ticket: &Ticket, prose: &str) -> Option<Found> {
    if !ticket.items.iter().any(|item| item.form.is_log()) || ticket.items.len() > LONG {
        return None;
    }
    let is_lead = |word: &&str| {
        word.len() == 8
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let asked: Vec<&str> = prose.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_lead).collect();
    let is_there =
        |lead: &&str| {
            ticket.items.iter().filter_map(|item| item.request.as_ref()).any(|request| {
                request.params().get("lead_id").is_some_and(|sent| sent.trim().eq_ignore_ascii_case(lead))
            })
        };
    let lead = asked.first().filter(|_| !asked.iter().any(is_there))?;
    Some(never_arrived(&lead.to_ascii_uppercase()))
}

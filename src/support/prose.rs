//! What people wrote around the requests of a ticket, and what follows from it.

use std::collections::HashSet;

use indexmap::IndexSet;

use super::look::{Found, Grade, Variant, may_be_a_lead_id, shown};
use super::phrases::Says;
use super::ticket::{Item, Ticket};
use super::words::paragraphs;
use crate::plural::listed;

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
    out.truncate(out.floor_char_boundary(MOST));
    out.make_ascii_lowercase();
    out
}

/// That a log has no request for a lead.
pub fn never_arrived(lead: &str) -> Found {
    Found::new("never-arrived", Grade::Likely, None, format!("the log has no request for lead {lead}"))
}

/// Whether a program's own log is in the ticket: several updates with what came of each.
fn is_log_of_a_program(ticket: &Ticket) -> bool {
    let is_logged = |item: &&super::ticket::Item| {
        item.request.as_ref().is_some_and(|request| request.query.is_some()) && item.answer.is_some()
    };
    ticket.items.iter().filter(is_logged).nth(1).is_some()
}

/// From when to when the log of a ticket reaches.
fn span(ticket: &Ticket) -> String {
    let mut times = ticket.items.iter().filter_map(|item| item.logged.time.as_deref());
    match (times.next(), times.next_back()) {
        (Some(first), Some(last)) => format!("; it reaches from {} to {}", in_seconds(first), in_seconds(last)),
        _ => String::new(),
    }
}

/// A time without the parts of its seconds.
pub(super) fn in_seconds(time: &str) -> String {
    let Some(dot) = time.rfind('.').filter(|dot| time[..*dot].contains(':')) else { return time.to_owned() };
    let digits = time[dot + 1..].bytes().take_while(u8::is_ascii_digit).count();
    format!("{}{}", &time[..dot], &time[dot + 1 + digits..])
}

/// An ID with the letters that people mix up made one, and without what nobody sees.
fn lookalike(id: &str) -> String {
    let one = |c: char| match c {
        'o' | 'о' | 'ο' => '0',
        'i' | 'l' | 'і' | 'ӏ' | 'ι' => '1',
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'е' | 'ε' => 'e',
        c => c,
    };
    id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(one).collect()
}

/// The words of a text, but for the parts of names of files and of long IDs: `2025-10-31-23.b81f02ce.gz`.
fn words_alone(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'))
        .map(|word| word.trim_matches(['.', '-', '_']))
        .filter(|word| !word.contains(['.', '-', '_']))
}

/// A lead of which somebody writes that it is missing, beside another of which the log has a request.
fn missed_too(prose: &str, asked: &[&str], there: &HashSet<String>) -> Option<(Found, Option<usize>)> {
    let told: HashSet<&str> = prose.lines().filter(|line| line.means("absent")).flat_map(words_alone).collect();
    let is_missed = |lead: &&&str| told.contains(**lead);
    let lead = asked.iter().filter(|lead| !there.contains(**lead)).find(is_missed)?;
    Some((never_arrived(&lead.to_ascii_uppercase()).of(Variant::Beside), None))
}

/// A lead that somebody asks about, of which the log has no request, or one with a letter that looks like another; then also
/// which item that is.
pub(super) fn asked_for(ticket: &Ticket, prose: &str) -> Option<(Found, Option<usize>)> {
    let is_log = ticket.items.iter().any(|item| item.form.is_log());
    let is_shown = is_log || is_log_of_a_program(ticket);
    if !is_shown || ticket.is_narrowed || ticket.items.len() > LONG {
        return None;
    }
    let own;
    let prose = if is_log {
        prose
    } else {
        // What is missing is named where somebody says so.
        let pieces = paragraphs(ticket);
        let is_missed = |piece: &String| piece.to_lowercase().means("absent");
        own = pieces.into_iter().filter(is_missed).collect::<Vec<_>>().join(" ").to_lowercase();
        &own
    };
    let is_lead = |word: &&str| may_be_a_lead_id(word) && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let asked: Vec<&str> = words_alone(prose).filter(is_lead).collect();
    let wanted: HashSet<&str> = asked.iter().copied().collect();
    let mut there: HashSet<String> = HashSet::new();
    for item in &ticket.items {
        let sent = item.request.as_ref().and_then(|request| request.read("lead_id")).unwrap_or_default();
        // A log may name it beside another ID.
        let line = ticket.text.get(item.place.range()).filter(|line| line.len() < 1_000).unwrap_or_default();
        let line = line.to_ascii_lowercase();
        let words = line.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned);
        there.extend(
            std::iter::once(sent.trim().to_ascii_lowercase()).chain(words).filter(|word| wanted.contains(&**word)),
        );
    }
    // Of a request whose lead is in a variable nobody knows which it was.
    let is_known = |item: &Item| {
        let lead = item.request.as_ref().and_then(super::Request::lead_id);
        lead.is_some_and(|lead| !lead.contains('{') && !lead.contains('$'))
    };
    if !ticket.items.iter().any(is_known) {
        return None;
    }
    if !there.is_empty() {
        return missed_too(prose, &asked, &there);
    }
    let leads: IndexSet<String> = asked.iter().take(10).map(|lead| lead.to_ascii_uppercase()).collect();
    let leads: Vec<String> = leads.into_iter().collect();
    let lead = leads.first()?;
    let sent = ticket.items.iter().enumerate().find_map(|(at, item)| {
        let sent = item.request.as_ref()?.lead_id()?;
        (lookalike(&sent) == lookalike(lead))
            .then(|| (at, sent, item.request.as_ref().and_then(|request| request.places_of("lead_id").pop())))
    });
    if let Some((at, sent, place)) = sent {
        let message = format!("{} is sent, {lead} is the lead asked about", shown(&sent));
        return Some((Found::new("lead-lookalike", Grade::Likely, place, message), Some(at)));
    }
    let mut found = never_arrived(lead);
    if leads.len() > 1 {
        found.message = format!("the log has no request for the leads {}", listed(&leads));
    }
    found.message.push_str(&span(ticket));
    // A writer who says that there is no log is not asked for one.
    if prose.contains("no log") {
        found = found
            .with_help("find out whether the program sends anything for this lead, and send the update again")
            .with_ask("");
    }
    Some((found, None))
}

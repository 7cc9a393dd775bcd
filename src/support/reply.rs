//! A message to the buyer, ready to send, and a note for the network where it has to act.

use std::fmt::Write as _;

use super::causes::{Who, cause};
use super::diagnose::Diagnosis;
use super::look::{Found, Grade};
use super::tally::Sender;
use super::ticket::{Request, Ticket};
use crate::plural::plural;

/// The message, and the note where there is one. Keys have still to be masked.
pub fn reply(ticket: &Ticket, diagnosis: &Diagnosis) -> (String, Option<String>) {
    let causes = diagnosis.causes();
    let mut text = String::from("Hello,\n\n");
    let Some(first) = causes.first() else { return (text, None) };
    let judged = diagnosis.first.map(|first| &diagnosis.items[first]);
    match first.id {
        "not-a-request" => {
            text.push_str("Thank you for your message. If an update failed, we need four things to find the cause:\n\n1. the URL that was called, with the API key hidden\n2. the whole answer\n3. the time, with its time zone\n4. the lead ID\n");
        }
        "nothing-wrong" => match judged.and_then(|judged| judged.got.as_deref()) {
            Some("code 0") => text.push_str(
                "CAKE took this update: it answered code 0, and the request is right.\n\nIf something is still missing, please tell us what you expected to see, and where.\n",
            ),
            _ => text.push_str("The request looks right. HTTP 200 says no more: CAKE sends it with a refusal too.\n\nIf the update is missing, please send us the whole answer, and the time with its time zone.\n"),
        },
        "cannot-tell" => {
            text.push_str("Thank you for your message. What you sent does not show the cause yet.\n");
            let _ = writeln!(text, "\n{}", ours(first.ask()));
        }
        _ => cause_of(&mut text, &which(ticket, diagnosis), causes, first),
    }
    // A server's log was not written by the buyer.
    let is_from_buyer = !ticket.items.iter().any(|item| item.form.is_log());
    if is_from_buyer && causes.iter().any(|found| found.id == "key-exposed") {
        text.push_str("\nYour message shows your API key. Please hide keys in tickets; we will send you a new one.\n");
    }
    text.push_str("\nKind regards\n");
    let mut note = String::new();
    for found in causes {
        let of = cause(found.id).filter(|of| of.who == Who::Network && found.id != "cannot-tell");
        let Some(of) = of else { continue };
        let _ = writeln!(note, "{}: {}: {}", found.id, of.title, found.help());
    }
    (text, (!note.is_empty()).then_some(note))
}

/// What is wrong, what to do, and what else there is.
fn cause_of(text: &mut String, which: &str, causes: &[Found], first: &Found) {
    let Some(of) = cause(first.id) else { return };
    let opening = match first.grade {
        Grade::Certain => "The cause",
        Grade::Likely => "The most likely cause",
        Grade::Possible => "One possible cause",
    };
    let _ = writeln!(text, "{opening}{which}: {}.{}\n{}", ours(of.title), said(of.title, first), ours(of.why));
    let is_code = first.id.starts_with("code-");
    if of.who == Who::Network && first.grade == Grade::Certain {
        text.push_str("\nThis is on our side. We are looking into it, and will come back to you.\n");
    } else if of.who != Who::Network {
        let _ = writeln!(text, "\nWhat to do: {}.", ours(first.help()).trim_end_matches(['.', '?']));
    }
    if (first.grade == Grade::Possible || is_code) && !first.ask().is_empty() {
        let _ = writeln!(text, "\n{}", ours(first.ask()));
    }
    let further = causes.iter().skip(1).filter(|found| {
        found.grade != Grade::Possible
            && found.id != "key-exposed"
            && !is_of_the_answer(found.id)
            && cause(found.id).is_some_and(|of| of.who != Who::Network)
    });
    for found in further.take(3) {
        let title = cause(found.id).map_or("", |of| of.title);
        let help = Some(found.help()).filter(|help| *help != first.help());
        let help =
            help.map_or_else(String::new, |help| format!(" {}.", capital(ours(help).trim_end_matches(['.', '?']))));
        let _ = writeln!(text, "\nAlso: {title}.{}{help}", said(title, found));
    }
    if of.who != Who::Network && first.may_be_sent_again() && !is_code {
        text.push_str("\nThen send the update again; CAKE should answer code 0.\n");
    }
}

/// Which request it is about, where the ticket has several.
fn which(ticket: &Ticket, diagnosis: &Diagnosis) -> String {
    let asked = ticket.items.iter().filter(|item| item.request.is_some()).count();
    let item = diagnosis.first.map(|first| &ticket.items[diagnosis.items[first].item]);
    let Some(item) = item.filter(|_| asked > 1) else { return String::new() };
    let lead = item.request.as_ref().and_then(Request::lead_id).filter(|lead| !lead.is_empty());
    let time = item.logged.time.as_deref().map_or_else(String::new, |time| format!(", at {time}"));
    match lead {
        Some(lead) => format!(" (lead {lead}{time})"),
        None => time,
    }
}

/// The actual value, unless that says the title again.
fn said(title: &str, found: &Found) -> String {
    let message = &found.message;
    let is_again = strsim::normalized_levenshtein(&title.to_lowercase(), &message.to_lowercase()) > 0.5;
    // Who bought a lead is nobody else's business.
    let is_again = is_again
        || message.is_empty()
        || found.id.starts_with("code-")
        || found.id == "lead-of-another-buyer"
        || title.to_lowercase().contains(&message.to_lowercase());
    // What was cut off may hold values of people that are not the cause.
    let is_rest = matches!(found.id, "cut-at-hash" | "shell-ampersand");
    let mut parts = message.split('&');
    let first = parts.next().unwrap_or_default().to_owned();
    let names = parts.map(|part| format!(", {}", part.split('=').next().unwrap_or_default()));
    let message = if is_rest { first + &names.collect::<String>() } else { message.clone() };
    // No capital: it may begin with a parameter's name.
    if is_again { String::new() } else { format!(" Here: {}.", ours(&message).trim_end_matches('.')) }
}

/// The words of a network that writes to its buyer.
fn ours(text: &str) -> String {
    let words = [
        ("did the network give you", "did we give you"),
        ("the network gave you", "we gave you"),
        ("the network spells it", "we spell it"),
        ("the network uses", "we use"),
        ("the network has configured", "we have configured"),
        ("the network has no", "we have no"),
        ("the network has to look", "tell us"),
        ("ask the network to", "ask us to"),
        ("have the network correct", "we have to correct"),
        ("the buyer's network", "your network"),
        ("the network's", "our"),
    ];
    words.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

/// A message to one sender of a log, on what failed of its updates. Keys have still to be masked.
pub fn reply_to_sender(sender: &Sender) -> String {
    let times = sender.times.as_ref().map_or_else(String::new, |(first, last)| format!(", from {first} to {last}"));
    let mut text = format!(
        "Hello,\n\n{} of your {}{times} failed, or did not do what you meant.\n",
        sender.failed,
        plural(sender.count, "update")
    );
    for counted in sender.causes() {
        let Some(of) = cause(counted.found.id) else { continue };
        let when = counted.times.as_ref().map_or_else(String::new, |(first, _)| format!(" at {first}"));
        let lead = if counted.lead.is_empty() { String::new() } else { format!(", for lead {}", counted.lead) };
        let _ = writeln!(
            text,
            "\n{}: {} ({}). The first one came{when}{lead}.",
            plural(counted.count, "time"),
            of.title,
            ours(&counted.found.message)
        );
        let what = match of.who {
            Who::Network => "This is on our side; we are looking into it.".to_owned(),
            _ => format!("What to do: {}.", ours(counted.found.help()).trim_end_matches(['.', '?'])),
        };
        let _ = writeln!(text, "{what}");
    }
    text.push_str("\nThen send these updates again; CAKE should answer code 0.\n\nKind regards\n");
    text
}

fn is_of_the_answer(id: &str) -> bool {
    super::causes::place_of(id).0 == "answer" && id != "refused-with-200"
}

/// The text with a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

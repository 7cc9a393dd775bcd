//! A message to the buyer, ready to send, and a note for the network where it has to act.

use std::fmt::Write as _;

use super::causes::{Who, cause};
use super::diagnose::Diagnosis;
use super::look::{Found, Grade};
use super::tally::Sender;
use crate::plural::plural;

/// The message, and the note where there is one. Keys have still to be masked.
pub fn reply(diagnosis: &Diagnosis) -> (String, Option<String>) {
    let causes = diagnosis.causes();
    let mut text = String::from("Hello,\n\n");
    let Some(first) = causes.first() else { return (text, None) };
    let entry = |found: &Found| cause(found.id);
    match first.id {
        "not-a-request" => {
            text.push_str("Thank you for your message. To find the cause we need four things:\n\n1. the URL that was called, with the API key hidden\n2. the whole answer\n3. the time, with its time zone\n4. the lead ID\n");
        }
        "nothing-wrong" => {
            text.push_str(
                "Thank you for your message. The request is right, and we see no failure in what you sent.\n",
            );
            let _ = writeln!(text, "\n{}", first.ask());
        }
        "cannot-tell" => {
            text.push_str("Thank you for your message. What you sent does not show the cause yet.\n");
            let _ = writeln!(text, "\n{}", first.ask());
        }
        _ => {
            let Some(of) = entry(first) else { return (text, None) };
            let opening = match first.grade {
                Grade::Certain => "Thank you for the details. The cause:",
                Grade::Likely => "Thank you for the details. The most likely cause:",
                Grade::Possible => "Thank you for the details. One possible cause:",
            };
            let _ = writeln!(text, "{opening} {} ({}).\n{}", of.title, first.message, of.why);
            if of.who == Who::Network {
                text.push_str("\nThis is on our side. We are looking into it, and will come back to you.\n");
            } else {
                let _ = writeln!(text, "\nWhat to do: {}.", first.help().trim_end_matches('.'));
            }
            if first.grade == Grade::Possible && !first.ask().is_empty() {
                let _ = writeln!(text, "\n{}", first.ask());
            }
            let further = causes.iter().skip(1).filter(|found| {
                found.grade != Grade::Possible
                    && found.id != "key-exposed"
                    && !is_of_the_answer(found.id)
                    && entry(found).is_some_and(|of| of.who != Who::Network)
            });
            for found in further.take(3) {
                let title = entry(found).map_or("", |of| of.title);
                let _ = writeln!(text, "\nAlso: {title}. {}.", capital(found.help()));
            }
            if of.who != Who::Network && first.may_be_sent_again() {
                text.push_str("\nThen send the update again; CAKE should answer code 0.\n");
            }
        }
    }
    let is_exposed = causes.iter().any(|found| found.id == "key-exposed");
    if is_exposed {
        text.push_str("\nYour message shows your API key. Please hide keys in tickets; the key should be replaced.\n");
    }
    text.push_str("\nKind regards\n");
    let mut note = String::new();
    for found in causes {
        let Some(of) = entry(found).filter(|of| of.who == Who::Network && found.id != "cannot-tell") else { continue };
        let _ = writeln!(note, "{}: {}: {}", found.id, of.title, found.help());
    }
    (text, (!note.is_empty()).then_some(note))
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
            counted.found.message
        );
        let what = match of.who {
            Who::Network => "This is on our side; we are looking into it.".to_owned(),
            _ => format!("What to do: {}.", counted.found.help().trim_end_matches('.')),
        };
        let _ = writeln!(text, "{what}");
    }
    text.push_str("\nThen send these updates again; CAKE should answer code 0.\n\nKind regards\n");
    text
}

fn is_of_the_answer(id: &str) -> bool {
    super::causes::place_of(id).0 == "answer" && id != "refused-with-200"
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

//! A message to one sender of a long log.

use std::fmt::Write as _;

use super::again::may_be_repaired;
use super::cause::Who;
use super::tally::Sender;
use super::wording::{ours, sentence};
use crate::plural::plural;

/// A message to one sender of a log, on what failed of its updates. Keys have still to be masked.
pub fn reply_to_sender(sender: &Sender) -> String {
    let times = sender.times.as_ref().map_or_else(String::new, |(first, last)| format!(", from {first} to {last}"));
    let mut text = format!(
        "Hello,\n\n{} of your {}{times} failed, or did not do what you meant.\n",
        sender.failed,
        plural(sender.count, "update")
    );
    for counted in sender.causes() {
        let of = counted.found.cause();
        let when = counted.times.as_ref().map_or_else(String::new, |(first, _)| format!(" at {first}"));
        let lead = if counted.lead.is_empty() { String::new() } else { format!(", for lead {}", counted.lead) };
        let _ = writeln!(
            text,
            "\n{}: {} ({}). The first one came{when}{lead}.",
            plural(counted.count, "time"),
            ours(&of.title),
            ours(&counted.found.message)
        );
        let what = match of.who {
            Who::Network => "This is on our side; we are looking into it.".to_owned(),
            _ => sentence(&format!("What to do: {}", ours(counted.found.help()))),
        };
        let _ = writeln!(text, "{what}");
    }
    if sender.causes().iter().all(|counted| may_be_repaired(&counted.found)) {
        text.push_str(
            "\nThen send these updates again, unless CAKE answered with code 0 for them: amounts would count twice.\n",
        );
    }
    text.push_str("\nKind regards\n");
    text
}

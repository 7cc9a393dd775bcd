//! What was counted in a long log, for a person at a terminal.

use std::fmt::Write as _;

use crate::plural::plural;
use crate::support::{Form, Tally};
use crate::visible::visible_line;

/// As many senders are shown.
const MOST_SENDERS: usize = 20;

/// The causes of a long log, and its senders.
pub fn log_text(forms: &[Form], lines: u64, source: Option<&str>, tally: &Tally) -> String {
    let forms: Vec<&str> = forms.iter().map(|form| form.id()).collect();
    let requests = plural(tally.requests, "request");
    let mut out = format!("ticket   {}: {requests} for CAKE in {}\n", forms.join(", "), plural(lines, "line"));
    // Writing into a String cannot fail.
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    if let Some(source) = source {
        line(format_args!("network  {source}"));
    }
    let share = |count: u64| {
        let tenths = count * 1_000 / tally.requests.max(1);
        format!("{:>3}.{}%", tenths / 10, tenths % 10)
    };
    line(format_args!("\n    count   share  cause"));
    for counted in tally.causes() {
        let id = counted.found.id;
        let title = &counted.found.cause().title;
        line(format_args!("{:>9}  {}  {id}: {title}", counted.count, share(counted.count)));
        let times = counted.times.as_ref().map_or_else(String::new, |(first, last)| format!("{first} to {last}; "));
        line(format_args!("{:19}{times}first in line {}: {}", "", counted.line, visible_line(&counted.found.message)));
    }
    line(format_args!("{:>9}  {}  nothing wrong", tally.right, share(tally.right)));
    line(format_args!("\n    count  failed  sender"));
    let senders = tally.senders();
    for (name, sender) in senders.iter().take(MOST_SENDERS) {
        let name = if name.is_empty() { "unknown" } else { name };
        let causes: Vec<String> =
            sender.causes().iter().take(3).map(|one| format!("{} {}", one.count, one.found.id)).collect();
        let causes = if causes.is_empty() { String::new() } else { format!(": {}", causes.join(", ")) };
        let lead = visible_line(&sender.lead);
        line(format_args!(
            "{:>9} {:>7}  {}, first lead {lead}{causes}",
            sender.count,
            sender.failed,
            visible_line(name)
        ));
    }
    if senders.len() > MOST_SENDERS {
        line(format_args!("{:19}and {} more", "", senders.len() - MOST_SENDERS));
    }
    out
}

//! A long log, counted line by line.

use std::io::{BufRead, Read};

use super::input::LongLog;
use super::shown::{hidden, print_json};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::render::{log_text, visible_text};
use crate::support::{Knowledge, Line, Lines, Narrow, Tally, reply_to_sender, told_of_log};

/// The most that is read of a line.
const LONGEST_LINE: u64 = 1 << 20;

/// The most that is held of a log: of the lines of one lead, and of those that are examined together.
const MOST_HELD: usize = 16 << 20;

/// So many lines are examined together.
const MOST_TOGETHER: usize = 5_000;

/// As many senders get a reply of their own.
const MOST_REPLIES: usize = 20;

/// How the result is printed.
pub(super) enum Shown {
    Text(Option<String>),
    Json,
    Replies,
}

/// Reads a log line by line. The last line is told where it could not be read on.
fn each_line(log: &mut LongLog, output: &Output, mut each: impl FnMut(u64, &[u8])) -> u64 {
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        match (&mut log.reader).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {
                number += 1;
                each(number, &line);
            }
            Err(error) => {
                output.err(&format!("note: the log could not be read on behind line {number}: {error}\n"));
                break;
            }
        }
    }
    log.bar.finish_and_clear();
    number
}

/// The lines that are for one lead, with their headings.
pub(super) fn lines_of(mut log: LongLog, narrow: &Narrow, output: &Output) -> (Vec<u8>, u64) {
    let (mut lines, mut held, mut heading, mut is_full) = (Lines::default(), Vec::new(), Vec::new(), false);
    let count = each_line(&mut log, output, |_, line| match lines.next(line) {
        Line::Heading => heading = line.to_vec(),
        Line::Item(item) if narrow.has(&item) => {
            is_full |= held.len() + heading.len() + line.len() > MOST_HELD;
            if !is_full {
                held.append(&mut heading);
                held.extend_from_slice(line);
            }
        }
        Line::Item(_) | Line::Other => {}
    });
    if is_full {
        output.err(&format!("note: only the first {} MB of this lead's lines were read\n", MOST_HELD >> 20));
    }
    (held, count)
}

/// Counts the causes in a log.
pub(super) fn count(
    mut log: LongLog,
    know: &Knowledge,
    narrow: &Narrow,
    shown: Shown,
    output: &Output,
) -> Result<Exit, Failure> {
    let (mut lines, mut tally) = (Lines::default(), Tally::default());
    let (mut items, mut held) = (Vec::new(), 0);
    let count = each_line(&mut log, output, |number, line| {
        if let Line::Item(item) = lines.next(line)
            && narrow.has(&item)
        {
            items.push((number, item));
            held += line.len();
            if items.len() == MOST_TOGETHER || held > MOST_HELD {
                tally.add(&items, know);
                items.clear();
                held = 0;
            }
        }
    });
    tally.add(&items, know);
    let forms = &log.beginning.forms;
    match shown {
        Shown::Text(source) => output.out(&hidden(&log_text(forms, count, source.as_deref(), &tally), output)),
        Shown::Json => print_json(&told_of_log(forms, count, &tally), output)?,
        Shown::Replies => replies(&tally, output),
    }
    Ok(Exit::Success)
}

/// One reply for each sender with a failure.
fn replies(tally: &Tally, output: &Output) {
    let senders = tally.senders();
    let failed: Vec<_> = senders.iter().filter(|(_, sender)| sender.failed > 0).collect();
    if failed.is_empty() {
        output.out("nothing is wrong with the requests of this log, so there is nothing to reply\n");
    }
    for (name, sender) in failed.iter().take(MOST_REPLIES) {
        let name = if name.is_empty() { "unknown" } else { name };
        let lead = visible_text(&sender.lead);
        let (name, reply) = (visible_text(name), reply_to_sender(sender));
        // A key may stand in the place of the lead.
        output.out(&hidden(&format!("---- to {name}, whose first lead is {lead}\n\n{reply}\n"), output));
    }
    if failed.len() > MOST_REPLIES {
        output.err(&format!("note: {} more senders had failures\n", failed.len() - MOST_REPLIES));
    }
}

//! A long log, counted line by line.

use std::io::{self, BufRead, Read};

use super::input::LongLog;
use super::shown::hidden;
use crate::cli::output::Output;
use crate::plural::plural;
use crate::support::{Diagnosed, Knowledge, LONGEST_LINE, Line, Narrow, Tally, read_log, reply_to_sender};
use crate::visible::visible_line;

/// As many senders get a reply of their own.
const MOST_REPLIES: usize = 20;

/// The most that is held of the lines of one lead.
const MOST_HELD: usize = 16 << 20;

/// Reads a log line by line. What was not read is told: the end of a long line, and what follows a failure.
fn each_line(log: &mut LongLog, output: &Output, each: &mut dyn FnMut(&[u8])) -> u64 {
    let (mut line, mut number, mut cut) = (Vec::new(), 0, 0_u64);
    loop {
        match next_line(&mut log.reader, &mut line) {
            Ok(_) if line.is_empty() => break,
            Ok(is_cut) => {
                number += 1;
                cut += u64::from(is_cut);
                each(&line);
            }
            Err(error) => {
                output.err(&format!("note: the log could not be read after line {number}: {error}\n"));
                break;
            }
        }
    }
    log.bar.finish_and_clear();
    if cut > 0 {
        let most = LONGEST_LINE >> 10;
        output.err(&format!("note: only the first {most} KiB were read of {}\n", plural(cut, "very long line")));
    }
    number
}

/// Reads a line as far as it is read at all; whether something of it is left out.
fn next_line(mut reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = (&mut reader).take(LONGEST_LINE as u64).read_until(b'\n', line)?;
    if read < LONGEST_LINE || line.ends_with(b"\n") {
        return Ok(false);
    }
    let rest = reader.skip_until(b'\n')?;
    line.push(b'\n');
    Ok(rest > 1)
}

/// The lines that are for one lead, with their headings.
pub(super) fn lines_of(mut log: LongLog, narrow: &Narrow, output: &Output) -> (Vec<u8>, u64) {
    let (mut held, mut heading, mut is_full) = (Vec::new(), Vec::new(), false);
    let is_wanted = |line| match line {
        Line::Heading => Some(false),
        Line::Item(item) => narrow.has(&item).then_some(true),
        Line::Other => None,
    };
    let count = read_log(
        |add| each_line(&mut log, output, add),
        |_, bytes, line| Some((is_wanted(line)?, bytes.to_vec())),
        |(is_item, mut line)| {
            if !is_item {
                heading = line;
                return;
            }
            is_full |= held.len() + heading.len() + line.len() > MOST_HELD;
            if !is_full {
                held.append(&mut heading);
                held.append(&mut line);
            }
        },
    );
    if is_full {
        output.err(&format!("note: only the first {} MB of this lead's lines were read\n", MOST_HELD >> 20));
    }
    (held, count)
}

/// Counts the causes in a log, and its lines.
pub(super) fn count(log: &mut LongLog, know: &Knowledge, narrow: &Narrow, output: &Output) -> (Tally, u64) {
    let mut tally = Tally::default();
    let count = read_log(
        |add| each_line(log, output, add),
        |number, _, line| match line {
            Line::Item(item) if narrow.has(&item) => Some(Diagnosed::new(number, item, know)),
            _ => None,
        },
        |diagnosed| tally.add(diagnosed),
    );
    (tally, count)
}

/// One reply for each sender with a failure.
pub(super) fn replies(tally: &Tally, output: &Output) {
    let senders = tally.senders();
    let failed: Vec<_> = senders.iter().filter(|(_, sender)| sender.failed > 0).collect();
    if failed.is_empty() {
        output.out("nothing is wrong with the requests of this log, so there is nothing to reply\n");
    }
    for (name, sender) in failed.iter().take(MOST_REPLIES) {
        let name = if name.is_empty() { "unknown" } else { name };
        let lead = visible_line(&sender.lead);
        let (name, reply) = (visible_line(name), reply_to_sender(sender));
        // A key may stand in the place of the lead.
        output.out(&hidden(&format!("---- to {name}, whose first lead is {lead}\n\n{reply}\n"), output));
    }
    if failed.len() > MOST_REPLIES {
        output.err(&format!("note: {} more senders had failures\n", failed.len() - MOST_REPLIES));
    }
}

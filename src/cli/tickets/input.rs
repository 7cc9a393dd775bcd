//! What `caketester why` reads: files, a URL, standard input; held as a ticket, or read line by line where it is a long log.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::support::{Ticket, log_form, open, read, without_random_words};

/// The most that is read of a ticket.
const LONGEST: u64 = 256 << 20;

/// A log longer than this is counted line by line, and not held.
const LONG: u64 = 256 << 10;

/// What was given.
pub(super) enum Input {
    /// Small enough to be held; and why it is not whole, if so.
    Ticket(Vec<u8>, Option<String>),
    /// A long log.
    Log(LongLog),
}

/// A long log.
pub(super) struct LongLog {
    pub(super) reader: Box<dyn BufRead>,
    /// How it begins.
    pub(super) beginning: Ticket,
    pub(super) bar: ProgressBar,
}

/// Reads what these names stand for; standard input where there are none.
pub(super) fn input(names: &[String], output: &Output) -> Result<Input, Failure> {
    let standard_input = ["-".to_owned()];
    let names = if names.is_empty() { &standard_input } else { names };
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let mut reader: Box<dyn BufRead> = Box::new(io::empty());
    for (at, name) in names.iter().enumerate() {
        let source = source(name, output).map(|source| BufReader::with_capacity(1 << 16, bar.wrap_read(source)));
        let opened = source.and_then(open).map_err(|error| {
            let help = "name a file, put a URL in quotes with its https://, or leave both out to paste the ticket";
            // A key that was given as an argument is not shown either.
            Failure::usage(format!("cannot read {}: {error}\n  help: {help}", without_random_words(name)))
        })?;
        // Each begins a line of its own.
        let between: &[u8] = if at == 0 { b"" } else { b"\n" };
        reader = Box::new(reader.chain(between).chain(opened));
    }
    let mut held = Vec::new();
    let broken = fill(&mut held, &mut reader, LONG);
    if (held.len() as u64) < LONG {
        return Ok(Input::Ticket(held, broken));
    }
    let end = held.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if log_form(&held[..end]).is_some() {
        let beginning = read(&held[..end]);
        let reader = Box::new(BufReader::with_capacity(1 << 16, Cursor::new(held).chain(reader)));
        let size = |name: &String| std::fs::metadata(name).ok().filter(Metadata::is_file).map(|about| about.len());
        let template = if let Some(size) = names.iter().map(size).sum() {
            bar.set_length(size);
            "{bar:30} {bytes} of {total_bytes}, {eta} left"
        } else {
            "{bytes} read"
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        return Ok(Input::Log(LongLog { reader, beginning, bar }));
    }
    let broken = broken.or_else(|| fill(&mut held, &mut reader, LONGEST - LONG));
    Ok(Input::Ticket(held, broken))
}

/// Reads on, and says why not to the end, if so; what was read stays.
fn fill(held: &mut Vec<u8>, reader: &mut dyn BufRead, most: u64) -> Option<String> {
    let error = reader.take(most).read_to_end(held).err()?;
    Some(format!("the ticket could not be read to its end: {error}"))
}

/// What a name stands for.
fn source(name: &str, output: &Output) -> io::Result<Box<dyn Read>> {
    if name.contains("://") {
        return Ok(Box::new(Cursor::new(name.to_owned())));
    }
    if name != "-" {
        return Ok(Box::new(File::open(name)?));
    }
    if io::stdin().is_terminal() {
        let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
        output.err(&format!("paste the ticket, then press {end}\n"));
    }
    Ok(Box::new(io::stdin()))
}

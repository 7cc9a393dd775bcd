//! What `caketester why` reads: files, a URL, standard input; held as a ticket, or read line by line where it is a long log.

use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read};
use std::path::Path;

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
    /// Small enough to be held.
    Ticket(Given),
    /// A long log.
    Log(LongLog),
}

/// The bytes of a ticket, and why they are not all, if so.
#[derive(Default)]
pub(super) struct Given {
    pub(super) bytes: Vec<u8>,
    pub(super) broken: Option<String>,
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
    let mut size = Some(0);
    let mut reader: Option<Box<dyn BufRead>> = None;
    for name in names {
        let (source, length) = source(name, output)?;
        size = size.zip(length).map(|(size, length)| size + length);
        let failed = |error| Failure::usage(format!("cannot read {name}: {error}"));
        let opened = open(BufReader::with_capacity(1 << 16, bar.wrap_read(source))).map_err(failed)?;
        // Each begins a line of its own.
        reader = Some(match reader {
            None => Box::new(opened),
            Some(before) => Box::new(before.chain(&b"\n"[..]).chain(opened)),
        });
    }
    let mut reader = reader.unwrap_or_else(|| Box::new(io::empty()));
    let mut given = Given::default();
    given.fill(&mut reader, LONG);
    if (given.bytes.len() as u64) < LONG {
        return Ok(Input::Ticket(given));
    }
    let end = given.bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if log_form(&given.bytes[..end]).is_some() {
        let beginning = read(&given.bytes[..end]);
        let reader = Box::new(BufReader::with_capacity(1 << 16, Cursor::new(given.bytes).chain(reader)));
        if let Some(size) = size {
            bar.set_length(size);
            let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
        bar.set_draw_target(ProgressDrawTarget::stderr());
        return Ok(Input::Log(LongLog { reader, beginning, bar }));
    }
    given.fill(&mut reader, LONGEST - LONG);
    Ok(Input::Ticket(given))
}

impl Given {
    /// Reads on; what cannot be read is told, and what was read stays.
    fn fill(&mut self, reader: &mut dyn BufRead, most: u64) {
        if let Err(error) = reader.take(most).read_to_end(&mut self.bytes) {
            self.broken = Some(format!("the ticket could not be read to its end: {error}"));
        }
    }
}

/// What a name stands for, and how long it is, where that is known.
fn source(name: &str, output: &Output) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if name == "-" {
        if io::stdin().is_terminal() {
            let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
            output.err(&format!("paste the ticket, then press {end}\n"));
        }
        return Ok((Box::new(io::stdin()), None));
    }
    if name.contains("://") {
        return Ok((Box::new(Cursor::new(name.to_owned())), None));
    }
    let help = "name a file, put a URL in quotes with its https://, or leave both out to paste the ticket";
    // A key that was given as an argument is not shown either.
    let shown = without_random_words(name);
    let failed = |error: io::Error| Failure::usage(format!("cannot read {shown}: {error}\n  help: {help}"));
    let file = std::fs::File::open(Path::new(name)).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(io::Error::other("it is a directory")));
    }
    Ok((Box::new(file), about.is_file().then_some(about.len())))
}

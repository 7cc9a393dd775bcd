//! One question of a review: what is shown, what may be answered, and how the answer is carried out.

use std::io::{self, BufRead, Write};

use super::diff::{Ink, write_difference};
use super::error::{ReviewError, StoreError};
use super::file::Snapshot;
use super::name::SnapshotName;
use super::store::Store;

/// A person at a terminal, and the store the answers are carried out on.
pub(super) struct Session<'a> {
    pub(super) store: &'a Store,
    pub(super) input: &'a mut dyn BufRead,
    pub(super) output: &'a mut dyn Write,
    pub(super) color: bool,
}

/// What became of one pending snapshot.
pub(super) enum Reviewed {
    Accepted,
    Rejected,
    Skipped,
    /// It is not pending.
    Gone,
    /// The person went away, and nothing was decided.
    Ended {
        why: &'static str,
    },
}

enum Choice {
    Accept,
    Reject,
    Skip,
    Quit,
    InputEnded,
}

impl Session<'_> {
    /// Shows one pending snapshot, asks until there is an answer, and carries it out.
    pub(super) fn decide(&mut self, name: &SnapshotName, title: &str) -> Result<Reviewed, ReviewError> {
        loop {
            let shown = match self.store.read_pending(name) {
                Ok(None) => {
                    self.say(&format!("{title}: no longer pending"))?;
                    return Ok(Reviewed::Gone);
                }
                Ok(Some(snapshot)) => Ok(snapshot),
                Err(error) => Err(error),
            };
            self.show(name, title, shown.as_ref()).map_err(ReviewError::Output)?;
            let answer = self.ask(shown.is_ok())?;
            if matches!(answer, Choice::Accept | Choice::Reject) && !self.is_still(name, &shown) {
                self.say("it has changed since it was shown")?;
                continue;
            }
            return Ok(match answer {
                Choice::Accept => {
                    self.store.accept(name)?;
                    Reviewed::Accepted
                }
                Choice::Reject => {
                    self.store.reject(name)?;
                    Reviewed::Rejected
                }
                Choice::Skip => Reviewed::Skipped,
                Choice::Quit => Reviewed::Ended { why: "quit" },
                Choice::InputEnded => Reviewed::Ended { why: "\nthe input has ended" },
            });
        }
    }

    fn show(&mut self, name: &SnapshotName, title: &str, pending: Result<&Snapshot, &StoreError>) -> io::Result<()> {
        writeln!(self.output)?;
        Ink::Bold.write(self.output, self.color, title)?;
        writeln!(self.output)?;
        let pending = match pending {
            Ok(pending) => pending,
            Err(error) => return writeln!(self.output, "  {error}"),
        };
        for (what, text) in [("scenario", &pending.source), ("asked", &pending.expression)] {
            if !text.is_empty() {
                writeln!(self.output, "  {what}: {text}")?;
            }
        }
        let accepted = match self.store.read(name) {
            Ok(accepted) => accepted,
            Err(error) => {
                writeln!(self.output, "  {error}; accepting the new snapshot replaces it")?;
                None
            }
        };
        if accepted.is_none() {
            writeln!(self.output, "  nothing to compare with; all of it is new")?;
        }
        write_difference(self.output, accepted.as_ref(), pending, self.color)
    }

    fn ask(&mut self, can_accept: bool) -> Result<Choice, ReviewError> {
        let accept = if can_accept { "[a]ccept, " } else { "" };
        let prompt = format!("{accept}[r]eject, [s]kip, [q]uit? ");
        loop {
            Ink::Bold
                .write(self.output, self.color, &prompt)
                .and_then(|()| self.output.flush())
                .map_err(ReviewError::Output)?;
            // Bytes, since a terminal may send anything, and what is no answer is asked for again.
            let mut line = Vec::new();
            let read = self.input.read_until(b'\n', &mut line).map_err(ReviewError::Input)?;
            if read == 0 {
                return Ok(Choice::InputEnded);
            }
            match line.trim_ascii().to_ascii_lowercase().as_slice() {
                b"a" | b"accept" if can_accept => return Ok(Choice::Accept),
                b"r" | b"reject" => return Ok(Choice::Reject),
                b"s" | b"skip" => return Ok(Choice::Skip),
                b"q" | b"quit" => return Ok(Choice::Quit),
                b"a" | b"accept" => {
                    self.say("what cannot be read cannot be accepted; mend it, or reject it")?;
                }
                _ => self.say(&format!("please answer with a letter in brackets: {}", prompt.trim_end()))?,
            }
        }
    }

    /// Whether the pending snapshot is the one that was shown.
    fn is_still(&self, name: &SnapshotName, shown: &Result<Snapshot, StoreError>) -> bool {
        match (shown, self.store.read_pending(name)) {
            (Ok(shown), Ok(Some(now))) => *shown == now,
            (Err(_), Err(_)) => true,
            _ => false,
        }
    }

    pub(super) fn say(&mut self, text: &str) -> Result<(), ReviewError> {
        writeln!(self.output, "{text}").map_err(ReviewError::Output)
    }
}

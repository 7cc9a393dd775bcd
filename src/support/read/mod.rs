//! The readers, one file a form.

use std::io::BufRead;

use super::ticket::{Item, Ticket};

/// Takes a ticket apart.
pub fn read(bytes: &[u8]) -> Ticket {
    Ticket { text: String::from_utf8_lossy(bytes).into_owned(), ..Ticket::default() }
}

/// A log, line by line.
#[derive(Debug, Default)]
pub struct Lines {}

impl Lines {
    /// What stands in a line; nothing where it holds no request.
    pub fn next(&mut self, _line: &[u8]) -> Option<Item> {
        None
    }
}

/// Unpacks what is packed with gzip.
pub fn open<R: BufRead>(reader: R) -> R {
    reader
}

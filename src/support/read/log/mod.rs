//! Logs, line by line, so that millions of lines can be read without being held.

mod alb;
mod combined;
pub(super) mod json;
mod line;
mod table;
mod w3c;

use std::ops::Range;

use self::table::Table;
use self::w3c::Columns;
use crate::support::ticket::Item;
use crate::support::traced::View;

/// A longer line is cut: no log has one, and an attacker has.
const LONGEST_LINE: usize = 256 * 1024;

/// Reads a log line by line, of whatever kind it is; what a heading says holds for the lines below it.
#[derive(Debug, Default)]
pub struct Lines {
    columns: Option<Columns>,
    table: Option<Table>,
    cut: usize,
}

/// What a line is.
#[derive(Debug)]
pub(super) enum Line {
    /// A request.
    Item(Box<Item>),
    /// Part of a log, without a request: a heading, a comment.
    Heading,
    /// No line of a log.
    Other,
}

impl Lines {
    /// The request in the next line; nothing where it holds none. Places count from the beginning of this line.
    pub fn next(&mut self, line: &[u8]) -> Option<Item> {
        let is_long = line.len() > LONGEST_LINE;
        self.cut += usize::from(is_long);
        let text = String::from_utf8_lossy(if is_long { &line[..LONGEST_LINE] } else { line });
        let text = text.trim_end_matches(['\r', '\n']);
        match self.read(&View::of(text), 0..text.len()) {
            Line::Item(item) => Some(*item),
            Line::Heading | Line::Other => None,
        }
    }

    /// How many lines were so long that their end was not read.
    pub fn cut(&self) -> usize {
        self.cut
    }

    /// What a line of a ticket is.
    pub(super) fn read(&mut self, view: &View<'_>, part: Range<usize>) -> Line {
        let line = &view.text[part.clone()];
        if line.len() > LONGEST_LINE || line.trim().is_empty() {
            return Line::Other;
        }
        if let Some(columns) = Columns::of(line.trim_start_matches('\u{feff}')) {
            (self.columns, self.table) = (Some(columns), None);
            return Line::Heading;
        }
        if line.starts_with('#') && (self.columns.is_some() || w3c::is_comment(line)) {
            return Line::Heading;
        }
        if let Some(table) = Table::of(line) {
            (self.table, self.columns) = (Some(table), None);
            return Line::Heading;
        }
        let item = alb::read(view, part.clone())
            .or_else(|| combined::read(view, part.clone()))
            .or_else(|| json::read_line(view, part.clone()))
            .or_else(|| self.table.as_ref()?.read(view, part.clone()))
            .or_else(|| match &self.columns {
                Some(columns) => columns.read(view, part.clone()),
                None => w3c::guess(view, part.clone()),
            });
        item.map_or(Line::Other, |item| Line::Item(Box::new(item)))
    }
}

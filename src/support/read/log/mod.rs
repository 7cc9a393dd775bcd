//! Logs, line by line, so that millions of lines can be read without being held.

mod alb;
mod combined;
pub(super) mod json;
mod line;
mod names;
mod served;
mod table;
mod w3c;

use std::ops::Range;

use self::table::Table;
pub(super) use self::table::cells;
use self::w3c::Columns;
use crate::support::read::text;
use crate::support::ticket::{Form, Item};
use crate::support::traced::{View, text_of};

/// The most bytes of a line that are read: no log has a longer one, and an attacker has.
pub const LONGEST_LINE: usize = 256 * 1024;

/// Fewer lines are no log of its own.
const FEWEST_LINES: usize = 20;

/// Reads a log line by line, of whatever kind it is; what a heading says holds for the lines below it.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    columns: Option<Columns>,
    /// The day that a heading names, for lines with a time alone.
    day: Option<String>,
    table: Option<Table>,
}

/// Of which log this is the beginning, if most of its lines are a log's: then the rest can be read line by line.
pub fn log_form(head: &[u8]) -> Option<Form> {
    let (mut lines, mut known, mut forms) = (0_usize, 0_usize, Vec::new());
    let mut log = Lines::default();
    let head = String::from_utf8_lossy(head);
    // The last line may be cut off.
    let whole = head.rfind('\n').map_or(&*head, |end| &head[..end]);
    let view = View::of(whole);
    for line in text::lines(whole, 0..whole.len()).filter(|line| !whole[line.clone()].trim().is_empty()) {
        lines += 1;
        match log.read(&view, line) {
            Line::Item(item) => {
                known += 1;
                forms.push(item.form);
            }
            Line::Heading => known += 1,
            Line::Other => {}
        }
    }
    forms.sort_unstable();
    let main = forms.chunk_by(|one, other| one == other).max_by_key(|same| same.len()).map(|same| same[0]);
    // A few lines of a ticket are read as a ticket, with what stands around them.
    main.filter(|_| lines >= FEWEST_LINES && known * 10 >= lines * 9)
}

/// What a line of a log is.
#[derive(Debug)]
pub enum Line {
    /// A request.
    Item(Box<Item>),
    /// Part of a log, without a request: a heading, a comment.
    Heading,
    /// No line of a log.
    Other,
}

impl Lines {
    /// What the next line holds. Places count from the beginning of this line.
    pub fn next(&mut self, line: &[u8]) -> Line {
        let text = text_of(line);
        let text = text.trim_end_matches(['\r', '\n']);
        self.read(&View::of(text), 0..text.len())
    }

    /// Whether the next line is read alike: by the same heading, or by none.
    pub(in crate::support) fn reads_like(&self, other: &Self) -> bool {
        (&self.columns, &self.table) == (&other.columns, &other.table)
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
        if let Some(day) = line.strip_prefix("#Date:").and_then(|day| day.split_whitespace().next()) {
            self.day = Some(day.to_owned());
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
            .or_else(|| served::read(view, part.clone()))
            .or_else(|| self.table.as_ref()?.read(view, part.clone()))
            .or_else(|| match &self.columns {
                Some(columns) => columns.read(view, part.clone()),
                None => w3c::guess(view, part.clone()),
            });
        let Some(mut item) = item else { return Line::Other };
        if let (Some(day), Some(time)) = (&self.day, &mut item.logged.time)
            && item.form == Form::LogW3c
            && !time.contains('-')
        {
            *time = format!("{day} {time}");
        }
        Line::Item(Box::new(item))
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines, log_form};
    use crate::support::Form;

    #[test]
    fn a_heading_holds_for_the_lines_below_it() {
        let mut lines = Lines::default();
        let mut next = |line: &[u8]| match lines.next(line) {
            Line::Item(item) => Some(item.request.unwrap().target().text().into_owned()),
            Line::Heading | Line::Other => None,
        };
        let row = b"GET /m a=b 200\r\n";
        assert_eq!(next(row), None);
        assert_eq!(next(b"#Fields: cs-method cs-uri-stem cs-uri-query sc-status\r\n"), None);
        assert_eq!(next(row).as_deref(), Some("/m?a=b"));
        assert_eq!(next(b"#Fields: sc-status cs-uri-query cs-uri-stem cs-method"), None);
        assert_eq!(next(row), None);
        assert_eq!(next(b"200 a=b /m GET").as_deref(), Some("/m?a=b"));
    }

    #[test]
    fn a_log_is_told_from_a_ticket_with_lines_of_one() {
        let line = "1.2.3.4 - - [31/Oct/2025:07:00:02 +0000] \"GET /p HTTP/1.1\" 200 5\n";
        assert_eq!(log_form(line.repeat(50).as_bytes()), Some(Form::LogCombined));
        assert_eq!(log_form(line.repeat(3).as_bytes()), None);
        assert_eq!(log_form("prose\n".repeat(50).as_bytes()), None);
        assert_eq!(log_form(b""), None);
    }
}

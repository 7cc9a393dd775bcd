//! CAKE's own API log, exported: a table with a heading, in whatever order and with whatever separator.

use std::ops::Range;

use crate::support::Traced;
use crate::support::look::folded;
use crate::support::read::address::{get, request};
use crate::support::read::found::item;
use crate::support::read::text::{http_status, trim};
use crate::support::ticket::{Answer, Form, Item};
use crate::support::traced::View;

use super::line::request_line;
use super::names::{CLIENT, METHOD, STATUS, TIME, is_among};

/// What the columns are, by the heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    separator: char,
    names: Vec<String>,
    url: usize,
}

impl Table {
    /// The columns that a heading names, if one of them holds requests.
    pub(super) fn of(line: &str) -> Option<Self> {
        // Rows have these; so has no heading.
        if line.len() > 4_096 || line.contains(['?', '{']) || line.contains("://") {
            return None;
        }
        let count = |separator: char| line.bytes().filter(|byte| char::from(*byte) == separator).count();
        let counted = [',', '\t', ';', '|'].map(|separator| (count(separator), separator));
        let (_, separator) = counted.into_iter().max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0)?;
        let names: Vec<String> =
            cells(line, 0..line.len(), separator).into_iter().map(|cell| folded(&line[cell])).collect();
        let url = "requesturl url requesturi uri request fullurl apiurl"
            .split(' ')
            .find_map(|name| names.iter().position(|known| known == name))?;
        // A word in prose is no heading.
        let others = "response username logid id result buyer responsebody";
        let is_known =
            |name: &str| [METHOD, STATUS, TIME, CLIENT, others].into_iter().any(|known| is_among(known, name));
        let is_heading = names.len() >= 2 && names.iter().enumerate().any(|(at, name)| at != url && is_known(name));
        is_heading.then_some(Self { separator, names, url })
    }

    /// The request in a row.
    pub(super) fn read(&self, view: &View<'_>, part: Range<usize>) -> Option<Item> {
        let text = &*view.text;
        let cells = cells(text, part.clone(), self.separator);
        if cells.len() < 2 {
            return None;
        }
        let url = unquoted(view, cells.get(self.url)?.clone(), text);
        let is_url = url.bytes().starts_with(b"/")
            || url.bytes().starts_with(b"http")
            || url.bytes().windows(5).any(|five| five == b".asmx");
        let line = request_line(&url);
        if !is_url && line.is_none() {
            return None;
        }
        let at = |names: &str| {
            let column = names.split(' ').find_map(|name| self.names.iter().position(|known| known == name))?;
            let cell = unquoted(view, cells.get(column)?.clone(), text);
            (!cell.is_empty()).then_some(cell)
        };
        let word = |names: &str| at(names).map(|cell| cell.text().into_owned());
        let mut item = item(view, part, Form::CakeLog);
        let method = at(METHOD).unwrap_or_else(|| get(&url));
        item.request = Some(line.unwrap_or_else(|| request(method, &url)));
        // Beside a result, the status is the lead's.
        let status = at("responsestatus httpstatus statuscode result status");
        let body = at("responsebody response responsexml answer responsetext")
            .or_else(|| at("result").filter(|result| result.bytes().contains(&b'<')));
        let http = status.as_ref().and_then(|status| http_status(&status.text()));
        if http.is_some() || body.is_some() {
            let place = body.as_ref().or(status.as_ref()).map(Traced::whole).unwrap_or_default();
            item.answer = Some(Answer { http_status: http, body, place, ..Answer::default() });
        }
        item.logged.result = status.map(|status| status.text().into_owned());
        item.logged.time = word(TIME);
        item.logged.user_name = word("username user buyer");
        item.logged.client = word(CLIENT);
        Some(item)
    }
}

/// The cells of a row, with their quotes.
pub(in crate::support::read) fn cells(text: &str, part: Range<usize>, separator: char) -> Vec<Range<usize>> {
    let (mut cells, mut start, mut is_quoted, mut is_blank) = (Vec::new(), part.start, false, true);
    for (at, c) in text[part.clone()].char_indices() {
        let at = part.start + at;
        if c == separator && !is_quoted {
            cells.push(start..at);
            (start, is_blank) = (at + c.len_utf8(), true);
            continue;
        }
        // Quotes are some where they begin a cell.
        is_quoted ^= c == '"' && (is_quoted || is_blank);
        is_blank &= c.is_whitespace();
    }
    cells.push(start..part.end);
    cells
}

/// A cell without its quotes; two of them within stand for one.
fn unquoted(view: &View<'_>, cell: Range<usize>, text: &str) -> Traced {
    let cell = trim(text, cell);
    let inner = text[cell.clone()].strip_prefix('"').map(|inner| inner.strip_suffix('"').unwrap_or(inner).len());
    let Some(len) = inner else { return view.traced(cell) };
    let inner = cell.start + 1..cell.start + 1 + len;
    view.traced(inner).replaced(|rest| rest.starts_with(b"\"\"").then_some((b"\"".into(), 2)))
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn told(heading: &str, row: &str) -> String {
        let Some(item) = Table::of(heading).and_then(|table| table.read(&View::of(row), 0..row.len())) else {
            return "-".into();
        };
        let request = item.request.unwrap();
        format!(
            "{} {} {:?} {:?}",
            request.method.text(),
            request.target().text(),
            item.logged.result,
            item.answer.and_then(|answer| answer.body)
        )
    }

    #[test]
    fn a_table_is_read_in_any_order() {
        for (heading, row, expected) in [
            (
                "log_id,username,request_method,request_url,response_status,created",
                "1,u,GET,/m?a=b,Error,2025",
                "GET /m?a=b Some(\"Error\") None",
            ),
            (
                "\"Request URL\"\t\"Response Status\"",
                "\"https://h/m?a=\"\"b\"\"\"\t\"Success\"",
                "GET /m?a=\"b\" Some(\"Success\") None",
            ),
            ("request_url;response_status", " \"/m?a=b;c\" ;Error", "GET /m?a=b;c Some(\"Error\") None"),
            ("response;request_url", "<result>;/m?a=b,c", "GET /m?a=b,c None Some(\"<result>\"@0..8)"),
            ("request_url,response_status", "Thanks, Bob", "-"),
            ("url and response", "x", "-"),
            ("request_url", "/m", "-"),
            ("the url, status and so on", "x", "-"),
        ] {
            assert_eq!(told(heading, row), expected, "{row}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(row in "(\\PC|[\",;/]){0,30}") {
            let table = Table::of("request_url,status").unwrap();
            if let Some(item) = table.read(&View::of(&row), 0..row.len()) {
                prop_assert!(row.get(item.request.unwrap().target().whole().range()).is_some());
            }
        }
    }
}

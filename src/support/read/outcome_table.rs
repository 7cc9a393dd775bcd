//! Tables of what came of updates, without their URLs: the lead's ID, the status and the result in columns.

use std::ops::Range;

use super::came::{Came, Outcome, came};
use super::log::cells;
use super::text::trim;
use crate::support::look::folded;
use crate::support::traced::View;

/// The columns of a table without URLs.
#[derive(Debug)]
pub(super) struct Heading {
    separator: char,
    count: usize,
    lead: usize,
    status: Option<usize>,
    result: usize,
}

impl Heading {
    pub(super) fn of(line: &str) -> Option<Self> {
        let separator = ['\t', '|', ';', ','].into_iter().find(|separator| line.contains(*separator))?;
        let names: Vec<String> =
            cells(line, 0..line.len(), separator).into_iter().map(|cell| folded(&line[cell])).collect();
        let at = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
        Some(Self {
            separator,
            count: names.len(),
            lead: at(&["leadid", "cakeleadid", "cakeid", "cakelead", "lead"])?,
            status: at(&["status", "disposition", "dispo", "leadstatus"]),
            result: at(&[
                "result",
                "code",
                "answer",
                "response",
                "cakecode",
                "cakeresult",
                "cakeresponse",
                "cakeanswer",
                "returncode",
            ])?,
        })
    }

    pub(super) fn read(&self, view: &View<'_>, line: Range<usize>) -> Option<Outcome> {
        let cells = cells(&view.text, line, self.separator);
        if cells.len() != self.count {
            return None;
        }
        let cell = |at: usize| {
            let cell = trim(&view.text, cells[at].clone());
            let inner = view.text[cell.clone()].trim_matches('"');
            let start = cell.start + usize::from(inner.len() < cell.len());
            (!inner.is_empty()).then(|| start..start + inner.len())
        };
        let (lead, result) = (cell(self.lead)?, cell(self.result)?);
        let text = &view.text[result.clone()];
        let code = text.parse().ok().filter(|code| (0..=4).contains(code)).map(|code| (code, result.clone()));
        let code = code.or_else(|| came(text, result.start).code);
        let body = super::answer::within(view, result);
        let is_id = view.text[lead.clone()].bytes().any(|byte| byte.is_ascii_digit());
        let came = Came { code: code.filter(|_| body.is_none()), body, ..Came::default() };
        let is_told = is_id && (came.body.is_some() || came.code.is_some());
        is_told.then(|| Outcome { lead, status: self.status.and_then(cell), came })
    }
}

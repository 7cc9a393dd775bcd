//! Tables of what came of updates, without their URLs: the lead's ID, the status and the result in columns.

use std::ops::Range;

use super::came::{Came, Outcome, came};
use super::failure;
use super::log::cells;
use super::text::trim;
use crate::support::field_at::is_amount_name;
use crate::support::look::folded;
use crate::support::traced::View;

/// The columns of a table without URLs.
#[derive(Debug)]
pub(super) struct Heading {
    /// None where the columns are set apart by spaces.
    separator: Option<char>,
    count: usize,
    lead: usize,
    status: Option<usize>,
    result: usize,
    /// Amounts: their columns and names.
    amounts: Vec<(usize, String)>,
}

/// The cells of a row.
fn row(text: &str, line: Range<usize>, separator: Option<char>) -> Vec<Range<usize>> {
    if let Some(separator) = separator {
        return cells(text, line, separator);
    }
    let (mut found, mut at) = (Vec::new(), line.start);
    loop {
        let rest = &text[at..line.end];
        let start = line.end - rest.trim_start_matches(' ').len();
        if start == line.end {
            break;
        }
        at = text[start..line.end].find("  ").map_or(line.end, |end| start + end);
        found.push(start..at);
    }
    found
}

impl Heading {
    pub(super) fn of(line: &str) -> Option<Self> {
        let separator = ['\t', '|', ';', ','].into_iter().find(|separator| line.contains(*separator));
        let cells = row(line, 0..line.len(), separator);
        let names: Vec<String> = cells.iter().map(|cell| folded(&line[cell.clone()])).collect();
        let amounts = cells.iter().map(|cell| line[cell.clone()].trim().trim_matches('"')).enumerate();
        let amounts = amounts.filter(|(_, name)| is_amount_name(name) && !name.contains(' '));
        let at = |known: &str| known.split(' ').find_map(|known| names.iter().position(|name| name == known));
        Some(Self {
            separator,
            count: names.len(),
            lead: at("leadid cakeleadid cakeid cakelead lead")?,
            status: at("status disposition dispo leadstatus outcome newstatus stage"),
            result: at(
                "result code answer response cakecode cakeresult cakeresponse cakeanswer returncode resp apiresult \
                apiresponse apicode api",
            )?,
            amounts: amounts.map(|(at, name)| (at, name.to_owned())).collect(),
        })
    }

    pub(super) fn read(&self, view: &View<'_>, line: Range<usize>) -> Option<Outcome> {
        let cells = row(&view.text, line, self.separator);
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
        // `3`, `0 success`
        let first = text.split(' ').next().unwrap_or_default();
        let place = result.start..result.start + first.len();
        let first = first.parse().ok().filter(|code| (0..=4).contains(code)).map(|code| (code, place));
        let code = came(text, result.start).code.or(first);
        let failed = failure::kind(&text.to_ascii_lowercase()).map(|(kind, _)| kind);
        let body = super::answer::within(view, result);
        let is_id = view.text[lead.clone()].bytes().any(|byte| byte.is_ascii_digit());
        let came = Came { code: code.filter(|_| body.is_none()), body, failed, ..Came::default() };
        let is_told = is_id && (came.body.is_some() || came.code.is_some() || came.failed.is_some());
        let fields = self.amounts.iter().filter_map(|(at, name)| Some((name.clone(), cell(*at)?))).collect();
        is_told.then(|| Outcome { lead, status: self.status.and_then(cell), number: None, fields, came })
    }
}

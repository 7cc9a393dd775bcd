//! Lines of JSON that have neither a URL nor a lead: what came back, or what failed.

use std::ops::Range;

use super::json::{MOST, collect, failed, find, looks_like_an_answer};
use crate::support::json;
use crate::support::phrases::Says;
use crate::support::read::found::item;
use crate::support::read::text::http_status;
use crate::support::ticket::{Answer, Form, Item};
use crate::support::traced::{Traced, View};

/// The answer or the failure in a line with an object that has neither a URL nor a lead.
pub(in crate::support::read) fn outcome_line(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let lower = view.text[part.clone()].to_ascii_lowercase();
    if lower.says(&["\"lead\"", "lead_id\"", "leadid\""]) {
        return None;
    }
    let parsed = json::parse(&view.text, part.start, part.end, MOST);
    let is_whole = parsed.is_whole && view.text[parsed.end..part.end].trim_matches([',', ' ']).is_empty();
    if !is_whole {
        return None;
    }
    let mut fields = Vec::new();
    collect(view, &parsed.node, "", &mut fields);
    let body =
        fields.iter().filter_map(|field| field.node.string(view)).find(|text| looks_like_an_answer(&text.text()));
    let failure = failed(view, &fields, None).filter(|_| body.is_none());
    let status = find(view, &fields, &["httpstatus", "statuscode", "responsestatus", "responsecode", "status"]);
    let http_status = status.and_then(|status| http_status(&status.text()));
    let mut item = item(view, part, Form::LogJson);
    let place = body.as_ref().map_or(item.place, Traced::whole);
    let is_answer = body.is_some() || http_status.is_some_and(|status| status >= 400);
    item.answer = is_answer.then(|| Answer { http_status, body, place, ..Answer::default() });
    item.failure = failure;
    (item.answer.is_some() || item.failure.is_some()).then_some(item)
}

//! What came back, whatever was sent.

use super::address::path_of;
use super::listed::{is_listed, of_listed};
use super::page::{dangerous, format_sent, method_name, of_iis, page, redirect, requested, restricted};
use super::transport::asks_for_a_login;
use super::verb::{posted, sends_json};
use crate::cake::{MISSING_PARAMETER, Reason};
use crate::protocol::Code;
use crate::support::Span;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::Says;
use crate::support::read::NO_METHOD;
use crate::support::ticket::{Answer, Form, MarkKind};

pub(super) fn check(look: &mut Look<'_>) {
    let place = look.item.answer.as_ref().map(|answer| telling_part(answer).unwrap_or(answer.place));
    let lower = look.prose;
    if matches!(look.evidence, Evidence::Http(_) | Evidence::Page(_)) && of_iis(look, place) {
        return;
    }
    match look.evidence.clone() {
        Evidence::Code(code @ 1..=4) => {
            let id = ["code-1", "code-2", "code-3", "code-4"][usize::try_from(code - 1).unwrap_or(0)];
            let meaning = Code(code).meaning().unwrap_or_default();
            // Words alone, with neither a request nor an answer, may mean something else.
            let is_quoted = look.request.is_some() || look.item.answer.is_some();
            let grade = if is_quoted { Grade::Certain } else { Grade::Likely };
            let found = Found::new(id, grade, place, format!("CAKE answered with code {code}: {meaning}"));
            look.put(match code {
                3 if is_listed(lower) => of_listed(found),
                1..=3 => against_the_file(look, code, found),
                _ => found,
            });
            if code == 2 && look.value("lead_id").is_none() && is_own_number(lower) {
                let message = "by what is written, a number of another system is sent as lead_id";
                look.put(Found::new("lead-shape", Grade::Likely, None, message).with_ask(""));
            }
            if is_taken_for_success(look) {
                look.add(
                    "refused-with-200",
                    Grade::Likely,
                    place,
                    format!("code {code} is a refusal, whatever the HTTP status"),
                );
            }
        }
        Evidence::Missing(name) => {
            let found = Found::new("missing-parameter", Grade::Certain, place, format!("{name} did not arrive"));
            look.put(if name.eq_ignore_ascii_case("sub_status") {
                found.of(Variant::SubStatus)
            } else {
                found.with_help(format!("send {name} in the query")).of(Variant::Named)
            });
        }
        Evidence::Method => method_name(look, place),
        Evidence::Format => {
            if let Some(found) = posted(look, place) {
                return look.put(found);
            }
            look.put(format(look, place));
        }
        Evidence::Dangerous => dangerous(look, place),
        Evidence::Foreign => {
            let message = "UpdateLeadStatus has no such answer: another service sent it";
            let found = Found::new("other-service", Grade::Likely, place, message).of(Variant::Foreign);
            look.put(found.with_help("find out which service answered, and pass the message on to whom it concerns"));
        }
        Evidence::Restricted => {
            restricted(look, place);
            if is_taken_for_success(look) {
                look.add(
                    "refused-with-200",
                    Grade::Likely,
                    place,
                    "\"Restricted\" is a refusal, whatever the HTTP status",
                );
            }
        }
        Evidence::Redirect(status) => redirect(look, place, status),
        Evidence::Http(407) | Evidence::Page(Some(407)) => asks_for_a_login(look, place),
        Evidence::Page(status) => {
            page(look, place, status);
            if status == Some(200) && is_taken_for_success(look) {
                let message = "HTTP 200 came with a page, which is not CAKE's answer";
                look.add("refused-with-200", Grade::Likely, place, message);
            }
        }
        Evidence::Http(status) => http(look, place, status),
        Evidence::Cut => look.add("xml-cut", Grade::Likely, place, "the XML has no end"),
        Evidence::Soap => look.add("soap", Grade::Likely, place, "SOAP was answered"),
        _ => {}
    }
}

/// A form of the request that the platform does not take.
fn format(look: &Look<'_>, place: Option<Span>) -> Found {
    let is_get = look.request.is_none_or(|request| matches!(request.method.text().as_ref(), "GET" | ""));
    let is_json = is_get && sends_json(look);
    let sent = format_sent(look);
    let message = match &sent {
        _ if is_json => "the call has Content-Type: application/json, which a GET must not have".to_owned(),
        Some(sent) => format!("the call is sent as {sent}"),
        None => "the platform does not take the request's form".to_owned(),
    };
    let found = Found::new("request-format", Grade::Certain, place, message);
    let found = if sent.is_some() { found.with_ask("") } else { found };
    if is_json { found.of(Variant::Json) } else { found }
}

/// What an HTTP status tells that came with no answer of CAKE's.
fn http(look: &mut Look<'_>, place: Option<Span>, status: u16) {
    match status {
        429 => {
            let mut headers = look.item.answer.iter().flat_map(|answer| &answer.headers);
            let says_when = headers.any(|header| header.name.eq_ignore_ascii_case("retry-after"));
            let help = if says_when { "wait as long as Retry-After says, and send fewer updates a minute" } else { "" };
            let found = Found::new("rate-limited", Grade::Certain, place, "HTTP 429").with_help(help);
            look.put(if look.item.form.is_log() { found.with_ask("") } else { found });
        }
        // nginx and the load balancer of AWS have a number for it.
        460 | 499 => {
            look.add(
                "timeout",
                Grade::Likely,
                place,
                format!("HTTP {status}: the program that sends did not wait for the answer"),
            );
        }
        401 | 403 => {
            look.add("not-cake", Grade::Likely, place, format!("HTTP {status} is not one of CAKE's answers"));
        }
        500..=599 if look.mark(MarkKind::NoTarget).is_some() => {
            let message = format!("HTTP {status} from the load balancer, which had no server to pass the request to");
            look.put(Found::new("http-5xx", Grade::Likely, place, message).of(Variant::NoTarget));
        }
        500..=599 => {
            look.add("http-5xx", Grade::Likely, place, format!("HTTP {status}"));
        }
        404 if look.request.is_some() && look.know.host.is_none() && is_address_right(look) => {
            let message = "HTTP 404: nothing is at this address; the path is right, so the host may be another's";
            look.add("host-other", Grade::Possible, place, message);
        }
        404 if let Some((path, place)) = requested(look).filter(|_| look.request.is_none()) => {
            path_of(look, &path, Some(place));
        }
        404 => look.add("path-other", Grade::Possible, place, "HTTP 404: nothing is at this address"),
        405 => look.add("verb-other", Grade::Likely, place, "HTTP 405: the HTTP method is not allowed"),
        _ => {}
    }
}

/// A refusal of what the instance's file has: what differs is for the network to find.
fn against_the_file(look: &Look<'_>, code: i64, found: Found) -> Found {
    let (reason, is_hidden) = (look.reason(), look.is_key_hidden());
    let is_taken = matches!(reason, Some(Reason::Success { .. }));
    let has_lead =
        is_taken || matches!(reason, Some(Reason::StatusNotRecognised { .. } | Reason::SubStatusNotRecognised { .. }));
    let there = match code {
        1 if is_taken && !is_hidden => "this key",
        2 if has_lead && is_hidden => {
            let help = "use the key under which the lead was bought: the network has a lead with this ID";
            return found.with_help(help).with_ask("");
        }
        2 if has_lead => "a lead with this ID, sold under this key",
        3 if is_taken => "this status",
        _ => return found,
    };
    let help = format!("look in CAKE what has changed: by the instance's file there is {there}");
    found.with_help(help).with_ask("").of(Variant::Person)
}

/// Whether somebody writes that the lead ID is a number of their own.
fn is_own_number(prose: &str) -> bool {
    let systems = ["crm", "salesforce", "hubspot", "pipedrive", "zoho", "our own", "our internal"];
    let kinds = ["application", "order", "deal", "record", "customer", "loan", "contact", "case"];
    let numbers = ["number", "id", "reference"];
    let named: Vec<String> =
        kinds.iter().flat_map(|kind| numbers.iter().map(move |number| format!("{kind} {number}"))).collect();
    prose.split_inclusive(['.', '?', '!', ';']).any(|sentence| {
        let is_named =
            named.iter().any(|name| sentence.contains(name)) || sentence.says(&systems) && sentence.says(&numbers);
        sentence.says(&["lead_id", "lead id"]) && is_named && !sentence.says(&["not our", "not the", "instead of"])
    })
}

/// Where an answer says what is wrong: its code, or the platform's sentence.
fn telling_part(answer: &Answer) -> Option<Span> {
    let body = answer.body.as_ref()?;
    let text = body.text();
    let part = |begin: &str, end: &str| {
        let start = text.find(begin)?;
        Some(start..start + text[start..].find(end)? + end.len())
    };
    let no_method = || {
        let end = text.find(NO_METHOD)? + NO_METHOD.len();
        Some(text[..end].rfind(['\n', '"', '>']).map_or(0, |at| at + 1)..end)
    };
    let range = part("<code>", "</code>").or_else(|| part(MISSING_PARAMETER, "."));
    let range = range.or_else(|| part("Request format is ", ".")).or_else(no_method)?;
    (text.len() == body.len()).then(|| body.place(range))
}

/// Whether somebody takes what came for a success. An export of a browser has such words of its own.
fn is_taken_for_success(look: &Look<'_>) -> bool {
    // Who writes of the code reads it.
    let is_read = match look.evidence {
        Evidence::Code(code) => code == 4 || look.prose.contains(&format!("code {code}")),
        _ => false,
    };
    // Postman keeps "OK" beside each answer.
    let is_ok = look.item.form != Form::Postman && look.prose.contains("\"ok\"");
    // "200 OK" in a sentence, and not in the head of an answer.
    let in_head = |before: &str| ["/1.0 ", "/1.1 ", "/2 ", "/2.0 ", "/3 "].iter().any(|end| before.ends_with(end));
    let is_told_ok = || look.prose.match_indices("200 ok").any(|(at, _)| !in_head(&look.prose[..at]));
    let of_http = ["http 200", "status 200", "returns 200", "get 200", "got 200", "200 in", "successful", "no error"];
    // Code that looks at HTTP alone.
    let of_code = ["\"code\"", "'code'", "//code", "->code", ".code"];
    look.item.form != Form::Har
        && (is_ok
            || look.prose.means("taken-for-success")
            || !is_read && (look.prose.says(&of_http) || is_told_ok())
            || look.prose.means("looks-at-http-alone") && !look.prose.says(&of_code))
}

/// Whether nothing was found that is wrong with the address.
fn is_address_right(look: &Look<'_>) -> bool {
    look.found.iter().all(|found| found.group() != "address" || found.id == "scheme-http")
}

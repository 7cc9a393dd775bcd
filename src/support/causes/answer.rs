//! What came back, whatever was sent.

use super::address::path_of;
use super::listed::{is_listed, of_listed};
use super::page::{of_iis, page, redirect, requested};
use super::platform::{dangerous, format_sent, method_name, restricted};
use super::transport::asks_for_a_login;
use super::verb::{posted, sends_json};
use super::{Cause, Who, place_of};
use crate::cake::{MISSING_PARAMETER, Reason};
use crate::protocol::Code;
use crate::support::Span;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::Says;
use crate::support::read::NO_METHOD;
use crate::support::ticket::{Answer, Form, MarkKind};

pub(super) const CAUSES: [Cause; 15] = [
    Cause {
        id: "refused-with-200",
        title: "a refusal is taken for success",
        why: "CAKE answers refusals with HTTP 200 too. Only the code in the XML tells them apart.",
        who: Who::Developer,
        change: "read <code> in the answer: only 0 is success. Other leads may be missing for the same reason",
        ask: "",
    },
    Cause {
        id: "code-1",
        title: "CAKE answered code 1: invalid API key",
        why: "CAKE did not accept the key that was sent: it may be mistyped, expired, replaced, or of another network.",
        who: Who::Buyer,
        change: "compare key and host with those that the network gave you; if they are the same, ask the network to look at the Buyer Card",
        ask: "Are key and host the same? Please do not send the key itself. Which URL was called? Please hide the key in it.",
    },
    Cause {
        id: "code-2",
        title: "CAKE answered code 2: lead ID not found",
        why: "The network has no lead with this ID, or did not sell it under this key.",
        who: Who::Buyer,
        change: "compare the lead ID with the one that came with the lead; the network looks the lead up",
        ask: "Which lead ID was sent? When was the lead bought?",
    },
    Cause {
        id: "code-3",
        title: "CAKE answered code 3: status not recognised",
        why: "The status or sub-status is not configured with exactly the spelling that was sent.",
        who: Who::Buyer,
        change: "compare the status with the network's list, letter case and spaces included; the network looks whether one was renamed or removed",
        ask: "Which status was sent, and which URL was called? Please hide the key in it.",
    },
    Cause {
        id: "code-4",
        title: "CAKE answered code 4: Lead Statuses are not enabled",
        why: "The network has to enable and configure Lead Statuses before buyers can report them.",
        who: Who::Network,
        change: "enable Lead Statuses: Setup > Settings > Lead Gen Settings",
        ask: "",
    },
    Cause {
        id: "missing-parameter",
        title: "a required parameter is missing",
        why: "A parameter did not arrive under its name. Some instances require sub_status too, empty if there is none.",
        who: Who::Developer,
        change: "send api_key, lead_id and status in the query; if sub_status is named, send it empty",
        ask: "Which URL was called? Please hide the key in it.",
    },
    Cause {
        id: "method-name",
        title: "the platform does not know the method",
        why: "The path does not end with /UpdateLeadStatus exactly.",
        who: Who::Developer,
        change: "use the path /api/1/buyers.asmx/UpdateLeadStatus, in this letter case and without a slash after it",
        ask: "Which URL was called? Please hide the key in it.",
    },
    Cause {
        id: "request-format",
        title: "the platform does not accept this kind of request",
        why: "The HTTP method or the content type is not the one of a GET.",
        who: Who::Developer,
        change: "send a GET with all parameters in the query, without Content-Type",
        ask: "Which HTTP method and headers are sent?",
    },
    Cause {
        id: "dangerous-value",
        title: "the platform refuses a value that looks like HTML",
        why: "A value holds < before a letter, or &#.",
        who: Who::Developer,
        change: "remove HTML from values before they are sent, usually from notes",
        ask: "Which value was sent?",
    },
    Cause {
        id: "not-cake",
        title: "the answer is not from CAKE",
        why: "Something in between answered: a firewall, a login page or a proxy.",
        who: Who::Network,
        change: "find out what answered; where it is a firewall, have the buyer's address allowed",
        ask: "Please send us the public address from which you send. Please send us the number that the page shows, such as CF-RAY, incident or support ID.",
    },
    Cause {
        id: "redirected",
        title: "the server redirects",
        why: "A redirect may lose the query, and a key must not follow to another host.",
        who: Who::Developer,
        change: "look where the redirect leads, and call that URL directly if it is one that the network gave you",
        ask: "Where does the redirect lead? Please send us the Location header, with the key hidden.",
    },
    Cause {
        id: "restricted",
        title: "CAKE answers \"Restricted\"",
        why: "Other CAKE APIs answer so to too many calls in a short time; here it may mean the same.",
        who: Who::Buyer,
        change: "do not send in a loop: pause, then send the refused updates again, fewer a minute; the network looks whether the address is allowed",
        ask: "How many updates do you send a minute? From which public address do you send?",
    },
    Cause {
        id: "rate-limited",
        title: "too many requests",
        why: "The server limits how many requests it takes.",
        who: Who::Buyer,
        change: "send fewer updates a minute, and the refused ones later",
        ask: "How many updates do you send a minute?",
    },
    Cause {
        id: "http-5xx",
        title: "the server failed",
        why: "The failure is on the server's side, or in a load balancer in front of it.",
        who: Who::Network,
        change: "look in the server's log, and in the report whether the updates were recorded",
        ask: "At what time (with zone) did it happen? Which lead IDs did the updates have?",
    },
    Cause {
        id: "xml-cut",
        title: "the answer is cut off",
        why: "The XML ends before its last element. Nothing can be concluded from it.",
        who: Who::Network,
        change: "look in the report whether the update was recorded",
        ask: "Please send the whole answer.",
    },
];

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
            let found = Found::new(id, grade, place, format!("CAKE answered code {code}: {meaning}"));
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
                    format!("code {code} is a refusal, whatever HTTP says"),
                );
            }
        }
        Evidence::Missing(name) => {
            let help = if name.eq_ignore_ascii_case("sub_status") {
                "the documentation calls sub_status optional, but this instance asks for it: send it too, as sub_status= if the update has none".to_owned()
            } else {
                format!("send {name} in the query")
            };
            let found = Found::new("missing-parameter", Grade::Certain, place, format!("{name} did not arrive"));
            // The URL was called without it, whatever it was.
            look.put(found.with_help(help).with_ask("").meaning(name));
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
                look.add("refused-with-200", Grade::Likely, place, "\"Restricted\" is a refusal, whatever HTTP says");
            }
        }
        Evidence::Redirect(status) => redirect(look, place, status),
        Evidence::Http(407) | Evidence::Page(Some(407)) => asks_for_a_login(look, place),
        Evidence::Page(Some(404) | None)
            if let Some((path, place)) = requested(look).filter(|_| look.request.is_none()) =>
        {
            path_of(look, &path, Some(place));
        }
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
    if is_json {
        found.with_help("leave the header Content-Type out; everything else may stay").of(Variant::Json)
    } else {
        found
    }
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
            let found = Found::new("http-5xx", Grade::Likely, place, message).of(Variant::NoTarget);
            look.put(found.with_help("look at the health of the load balancer's targets at that time"));
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
    let words = [
        "\"success\"",
        "“success”",
        "\"sent\"",
        "“sent”",
        "'sent'",
        "sent ok",
        "as sent",
        "says sent",
        "says ok",
        "all ok",
        "all is ok",
    ];
    // Code that looks at HTTP alone.
    let in_code = [
        "to.have.status(200)",
        "issuccessstatuscode",
        "raise_for_status",
        "response.ok",
        "res.ok",
        "resp.ok",
        ".is_success",
        "status == 200",
        "status === 200",
        "statuscode == 200",
        "statuscode === 200",
        "http_code == 200",
        "status_code == 200",
        "getstatuscode() == 200",
        "ensuresuccessstatuscode",
    ];
    let of_code = ["\"code\"", "'code'", "//code", "->code", ".code"];
    look.item.form != Form::Har
        && (is_ok
            || look.prose.says(&words)
            || !is_read && (look.prose.says(&of_http) || is_told_ok())
            || look.prose.says(&in_code) && !look.prose.says(&of_code))
}

/// Whether nothing was found that is wrong with the address.
fn is_address_right(look: &Look<'_>) -> bool {
    look.found.iter().all(|found| place_of(found.id).0 != "address" || found.id == "scheme-http")
}

//! How the client speaks HTTP: methods, paths, retries, redirects, patience.

use std::time::Duration;

use super::client::Habit::{self, Before, Conclude, Follows, GivesUpAfter, ReadsBytes, Repeat, Request, Waits};
use super::client::Pairs;
use super::reading::rightly;
use super::row::{Mutant, equivalent, killed, recommended};
use super::texts::title_case;
use super::wire::{End, Got, Request as Sent};
use crate::support::framing::Framing;
use caketester::protocol::Outcome;

const NOT_AT_ONCE: Duration = Duration::from_millis(110);

fn has_no_code(got: &Got) -> bool {
    got.code().is_none()
}

/// What is right, but for this where the body's end is told like that.
fn unless(got: &Got, framing: Framing, outcome: Outcome) -> Outcome {
    if got.framing == framing { outcome } else { rightly(got) }
}

fn is_refused(got: &Got) -> bool {
    matches!(got.code(), Some(1..=4))
}

fn is_accepted(got: &Got) -> bool {
    got.code() == Some(0)
}

fn is_server_error(got: &Got) -> bool {
    got.status >= 500 || got.status == 429 || got.end != End::Whole
}

fn unchanged(_: &mut Pairs) {}

const fn again(when: fn(&Got) -> bool, change: fn(&mut Pairs)) -> Habit {
    Repeat { when, attempts: 2, wait: NOT_AT_ONCE, change }
}

fn set(pairs: &mut Pairs, name: &str, value: &str) {
    pairs.iter_mut().filter(|(known, _)| known == name).for_each(|(_, known)| *known = value.into());
}

fn change_status(pairs: &mut Pairs, change: impl Fn(&str) -> String) {
    pairs.iter_mut().filter(|(name, _)| name == "status").for_each(|(_, status)| *status = change(status));
}

fn form(request: &mut Sent) {
    request.method = "POST";
    request.body = std::mem::take(&mut request.query);
    request.header("Content-Type", "application/x-www-form-urlencoded");
}

fn soap(request: &mut Sent) {
    request.method = "POST";
    request.path = "/api/1/buyers.asmx".into();
    request.query.clear();
    request.body = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"/>".into();
    request.header("Content-Type", "text/xml; charset=utf-8");
    request.header("SOAPAction", "\"http://cakemarketing.com/api/1/UpdateLeadStatus\"");
}

pub(crate) const TABLE: &[Mutant] = &[
    // Sent more than once.
    killed(
        "sends everything twice",
        &["R08"],
        Repeat { when: |_| true, attempts: 2, wait: Duration::ZERO, change: unchanged },
    ),
    killed(
        "sends twice after a success",
        &["R08"],
        Repeat { when: is_accepted, attempts: 2, wait: Duration::ZERO, change: unchanged },
    ),
    killed("sends a first time as a trial (Before)", &["R08"], Before(|_| {})),
    recommended("repeats after a refusal", &["R01"], again(is_refused, unchanged)),
    recommended(
        "repeats after a refusal five times",
        &["R01"],
        Repeat { when: is_refused, attempts: 5, wait: Duration::ZERO, change: unchanged },
    ),
    killed(
        "tries a refused status in title case",
        &["R05"],
        again(is_refused, |pairs| change_status(pairs, title_case)),
    ),
    killed(
        "tries a refused status without its hyphens",
        &["R05"],
        again(is_refused, |pairs| change_status(pairs, |status| status.replace(['-', '_'], " "))),
    ),
    recommended(
        "repeats without end",
        &["R02"],
        Repeat { when: has_no_code, attempts: 12, wait: NOT_AT_ONCE, change: unchanged },
    ),
    recommended(
        "repeats at once",
        &["R03"],
        Repeat { when: has_no_code, attempts: 3, wait: Duration::ZERO, change: unchanged },
    ),
    equivalent(
        "repeats after a while",
        "a repeat of the same update is welcome where no code came",
        again(has_no_code, unchanged),
    ),
    equivalent(
        "repeats after 5xx, 429 and broken connections",
        "the usual rule of retry libraries",
        again(is_server_error, unchanged),
    ),
    // What is sent again differs.
    killed(
        "the sub-status is lost on repeats",
        &["R05"],
        again(has_no_code, |pairs| pairs.retain(|(n, _)| n != "sub_status")),
    ),
    killed(
        "fields are lost on repeats",
        &["R05"],
        again(has_no_code, |pairs| pairs.truncate(4.min(pairs.len() - 1).max(3))),
    ),
    killed("fields are lost on repeats after 429", &["R05"], again(|got| got.status == 429, |pairs| pairs.truncate(4))),
    killed(
        "the sub-status is lost on repeats after 503",
        &["R05"],
        again(|got| got.status == 503, |pairs| pairs.retain(|(n, _)| n != "sub_status")),
    ),
    killed(
        "the last parameter is lost on repeats",
        &["R05"],
        again(has_no_code, |pairs| {
            pairs.pop();
        }),
    ),
    killed(
        "the key is lost on repeats",
        &["R05"],
        again(has_no_code, |pairs| {
            pairs.remove(0);
        }),
    ),
    killed("the status is lost on repeats", &["R05"], again(has_no_code, |pairs| pairs.retain(|(n, _)| n != "status"))),
    killed("the status changes on repeats", &["R05"], again(has_no_code, |pairs| set(pairs, "status", "Unqualified"))),
    killed(
        "the status of repeats is in small letters",
        &["R05"],
        again(has_no_code, |pairs| {
            let status = pairs[2].1.to_lowercase();
            set(pairs, "status", &status);
        }),
    ),
    killed("the sub-status is empty on repeats", &["R05"], again(has_no_code, |pairs| set(pairs, "sub_status", ""))),
    killed(
        "the sub-status changes on repeats",
        &["R05"],
        again(has_no_code, |pairs| set(pairs, "sub_status", "Partial Payment")),
    ),
    killed("a field is 0 on repeats", &["R05"], again(has_no_code, |pairs| set(pairs, "loan_amount", "0"))),
    killed("a field is empty on repeats", &["R05"], again(has_no_code, |pairs| set(pairs, "loan_amount", ""))),
    killed("the note is lost on repeats", &["R05"], again(has_no_code, |pairs| pairs.retain(|(n, _)| n != "note"))),
    killed(
        "a sub-status is added on repeats",
        &["R05"],
        again(has_no_code, |pairs| {
            if !pairs.iter().any(|(n, _)| n == "sub_status") {
                pairs.push(("sub_status".into(), "Retry".into()));
            }
        }),
    ),
    killed(
        "a field is added on repeats",
        &["R05"],
        again(has_no_code, |pairs| pairs.push(("note".into(), "second attempt".into()))),
    ),
    recommended(
        "a number of the attempt is added on repeats",
        &["R05"],
        again(has_no_code, |pairs| pairs.push(("attempt".into(), "2".into()))),
    ),
    killed(
        "values are encoded once more on repeats",
        &["Q08", "R05"],
        again(has_no_code, |pairs| pairs.iter_mut().for_each(|(_, v)| *v = v.replace(' ', "+"))),
    ),
    killed(
        "parameters are appended once more on repeats",
        &["R05"],
        again(has_no_code, |pairs| {
            let all = pairs.clone();
            pairs.extend(all);
        }),
    ),
    killed(
        "the next lead of the queue is sent on repeats",
        &["R05"],
        again(has_no_code, |pairs| set(pairs, "lead_id", "C8097F17")),
    ),
    killed(
        "after a server error only, without the sub-status",
        &["R05"],
        again(|got| got.status >= 500, |pairs| pairs.retain(|(n, _)| n != "sub_status")),
    ),
    killed(
        "after a server error only, without fields",
        &["R05"],
        again(
            |got| got.status >= 500,
            |pairs| pairs.retain(|(n, _)| n.contains("status") || n.ends_with("_key") || n == "lead_id"),
        ),
    ),
    killed(
        "after a refusal of the sub-status, without it",
        &["R05"],
        again(|got| got.code() == Some(3), |pairs| pairs.retain(|(n, _)| n != "sub_status")),
    ),
    killed(
        "after a refusal, with the status in capitals",
        &["R05"],
        again(
            |got| got.code() == Some(3),
            |pairs| {
                let status = pairs[2].1.to_uppercase();
                set(pairs, "status", &status);
            },
        ),
    ),
    killed(
        "after a refusal, with another status",
        &["R05"],
        again(|got| got.code() == Some(3), |pairs| set(pairs, "status", "In Progress")),
    ),
    // The request.
    killed("posts a form", &["Q01"], Request(form)),
    killed(
        "posts a form, parameters in the query too",
        &["Q01"],
        Request(|request| {
            let query = request.query.clone();
            form(request);
            request.query = query;
        }),
    ),
    killed(
        "posts an empty body, parameters in the query",
        &["Q01"],
        Request(|request| {
            request.method = "POST";
            request.header("Content-Length", "0");
        }),
    ),
    killed(
        "posts JSON",
        &["Q01", "Q16"],
        Request(|request| {
            request.method = "POST";
            request.query.clear();
            request.body = "{\"status\":\"Funded\"}".into();
            request.header("Content-Type", "application/json");
        }),
    ),
    killed("posts SOAP", &["Q02", "Q01"], Request(soap)),
    killed("PUT", &["Q01"], Request(|request| request.method = "PUT")),
    killed("PATCH", &["Q01"], Request(|request| request.method = "PATCH")),
    killed("HEAD alone", &["Q01"], Request(|request| request.method = "HEAD")),
    killed("HEAD first, then GET", &["Q01"], Before(|request| request.method = "HEAD")),
    killed("OPTIONS first, then GET", &["Q01"], Before(|request| request.method = "OPTIONS")),
    equivalent(
        "a GET of the service first",
        "it has no parameter and no key, and CAKE records nothing of it",
        Before(|request| {
            request.path = "/api/1/buyers.asmx".into();
            request.query = "WSDL".into();
        }),
    ),
    killed("get in small letters", &["Q01"], Request(|request| request.method = "get")),
    killed(
        "the GET says Content-Type: application/json",
        &["Q16"],
        Request(|request| request.header("Content-Type", "application/json")),
    ),
    killed(
        "the GET says Content-Type: application/json; charset=utf-8",
        &["Q16"],
        Request(|request| request.header("Content-Type", "application/json; charset=utf-8")),
    ),
    equivalent(
        "the GET says Content-Type: application/x-www-form-urlencoded",
        "of a GET only JSON is looked at",
        Request(|request| request.header("Content-Type", "application/x-www-form-urlencoded")),
    ),
    killed("the path in small letters", &["Q02"], Request(|request| request.path = request.path.to_lowercase())),
    killed("the path in capitals", &["Q02"], Request(|request| request.path = request.path.to_uppercase())),
    killed("updateLeadStatus", &["Q02"], Request(|request| request.path = request.path.replace("Update", "update"))),
    killed(
        "updatelead",
        &["Q02"],
        Request(|request| request.path = request.path.replace("UpdateLeadStatus", "UpdateLead")),
    ),
    killed(
        "UpdateLeadStatuses",
        &["Q02"],
        Request(|request| request.path = request.path.replace("UpdateLeadStatus", "UpdateLeadStatuses")),
    ),
    killed("a slash behind the path", &["Q02"], Request(|request| request.path += "/")),
    killed("two slashes in front", &["Q02"], Request(|request| request.path = format!("/{}", request.path))),
    killed("two slashes inside", &["Q02"], Request(|request| request.path = request.path.replace("/1/", "//1/"))),
    killed("/api/2/", &["Q02"], Request(|request| request.path = request.path.replace("/1/", "/2/"))),
    killed("without .asmx", &["Q02"], Request(|request| request.path = request.path.replace(".asmx", ""))),
    killed("buyer.asmx", &["Q02"], Request(|request| request.path = request.path.replace("buyers", "buyer"))),
    killed(
        "?op=UpdateLeadStatus",
        &["Q02"],
        Request(|request| {
            request.path = "/api/1/buyers.asmx".into();
            request.query = format!("op=UpdateLeadStatus&{}", request.query);
        }),
    ),
    killed("an escaped path", &["Q02"], Request(|request| request.path = request.path.replace('.', "%2E"))),
    killed(
        "parameters in the path",
        &["Q02"],
        Request(|request| {
            let query = std::mem::take(&mut request.query);
            request.path = format!("{}/{query}", request.path);
        }),
    ),
    killed("parameters behind a second ?", &["Q03"], Request(|request| request.query = format!("?{}", request.query))),
    killed("a fragment behind the query", &["Q08"], Request(|request| request.query += "#lead")),
    equivalent("HTTP/1.0", "the platform takes it", Request(|request| request.version = "HTTP/1.0")),
    equivalent(
        "an absolute target",
        "servers have to take it",
        Request(|request| request.path = format!("http://{}{}", request.host, request.path)),
    ),
    equivalent(
        "Accept: application/json",
        "the method answers XML all the same",
        Request(|request| request.header("Accept", "application/json")),
    ),
    killed("names another host", &["Q02"], Request(|request| request.names = Some("cake.example"))),
    killed("names two hosts", &["Q02"], Request(|request| request.header("Host", "127.0.0.1"))),
    killed("names no host", &["Q02"], Request(|request| request.names = Some(""))),
    // The answer.
    killed("leaves as soon as it has sent", &["Q14"], Request(|request| request.leaves = true)),
    killed("leaves after the head", &["Q14"], ReadsBytes(60)),
    killed("reads 256 bytes", &["Q14"], ReadsBytes(256)),
    killed("reads 512 bytes", &["Q14"], ReadsBytes(512)),
    killed("reads 1024 bytes", &["Q14"], ReadsBytes(1024)),
    killed("reads 4096 bytes", &["Q14"], ReadsBytes(4096)),
    killed("reads 8192 bytes", &["Q14"], ReadsBytes(8192)),
    killed("follows redirects anywhere", &["S01"], Follows(|_, _| true)),
    equivalent(
        "follows redirects within the host",
        "the key stays with its owner",
        Follows(|_, location| location.starts_with('/') && !location.starts_with("//")),
    ),
    killed(
        "follows redirects to the host that it asked, to plain HTTP too",
        &["S01"],
        Follows(|_, location| location.starts_with("http://127.0.0.1:")),
    ),
    killed("follows redirects to https alone", &["S01"], Follows(|_, location| location.starts_with("https:"))),
    killed("follows the redirects 303 and 308", &["S01"], Follows(|status, _| matches!(status, 303 | 308))),
    killed("reads no chunks", &["A01", "A03"], Conclude(|got| Some(unless(got, Framing::Chunks, Outcome::Unknown)))),
    killed(
        "takes a body in chunks for success",
        &["A03", "R06"],
        Conclude(|got| Some(unless(got, Framing::Chunks, Outcome::Updated))),
    ),
    killed("needs a Content-Length", &["A01"], Conclude(|got| Some(unless(got, Framing::Close, Outcome::Unknown)))),
    recommended("has no timeout", &["R04"], Waits),
    killed("gives up after 300 ms", &["A01"], GivesUpAfter(Duration::from_millis(300))),
];

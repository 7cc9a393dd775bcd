//! W3C logs of IIS and `CloudFront`, which say in a heading what their columns are; without one, by their looks.

use std::ops::Range;

use super::line::{answered, given};
use crate::support::read::address::{get, request};
use crate::support::read::found::item;
use crate::support::read::text::{METHODS, http_status, words};
use crate::support::ticket::{Form, Header, Item, Request};
use crate::support::traced::{Traced, View};

/// What the columns are, by a heading.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Columns {
    names: Vec<String>,
    form: Option<Form>,
}

impl Columns {
    /// The columns that a heading names.
    pub(super) fn of(line: &str) -> Option<Self> {
        let names = line.trim_start().strip_prefix("#Fields:")?;
        let names: Vec<String> = names.split_whitespace().map(str::to_ascii_lowercase).collect();
        let is_cloudfront = names.iter().any(|name| name.starts_with("x-edge-"));
        Some(Self { names, form: Some(if is_cloudfront { Form::LogCloudFront } else { Form::LogW3c }) })
    }

    /// The request in a line.
    pub(super) fn read(&self, view: &View<'_>, part: Range<usize>) -> Option<Item> {
        let text = &*view.text;
        let line = &text[part.clone()];
        // Tabs separate in CloudFront's files; in a mail they have become spaces.
        let by_tabs = self.form == Some(Form::LogCloudFront) && line.matches('\t').count() + 1 >= self.names.len();
        let values: Vec<Range<usize>> =
            if by_tabs { split(text, part.clone(), '\t') } else { words(text, part.clone()).collect() };
        // A line of prose is shorter; a line that somebody cut is not much.
        if values.len() < self.names.len().min(4) || values.len() > self.names.len() + 8 {
            return None;
        }
        let at = |names: &[&str]| {
            let named = |name: &&str| self.names.iter().position(|known| known == name);
            let column = names
                .iter()
                .filter_map(named)
                .find(|column| values.get(*column).is_some_and(|value| &text[value.clone()] != "-"))?;
            values.get(column).cloned()
        };
        let stem = at(&["cs-uri-stem", "cs-uri"])?;
        if !text[stem.clone()].starts_with(['/', '*']) && !text[stem.clone()].starts_with("http") {
            return None;
        }
        let traced = |names: &[&str]| at(names).map(|value| view.traced(value));
        let method = traced(&["cs-method"]);
        let is_of_method = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
        if method.as_ref().is_some_and(|method| !method.bytes().iter().all(is_of_method)) {
            return None;
        }
        let mut item = item(view, part, self.form?);
        let mut request = asked(view, method, &stem, at(&["cs-uri-query"]));
        let agent = at(&["cs(user-agent)"]).map(|agent| &text[agent]);
        // Some logs of `CloudFront` write each % as %25, which the user agent shows: no client sends it encoded.
        if let (Some(query), true) = (&request.query, agent.is_some_and(|agent| agent.contains("%25"))) {
            request.query = Some(decoded_once(query));
        }
        if request.host.is_empty() {
            request.host = traced(&["cs-host", "x-host-header", "cs(host)"]).unwrap_or_default();
        }
        request.port = traced(&["s-port"]).filter(|port| !matches!(port.bytes(), b"80" | b"443"));
        let is_scheme = |scheme: &Traced| scheme.bytes().starts_with(b"http") && !scheme.bytes().contains(&b'/');
        request.scheme = traced(&["cs-protocol", "x-forwarded-proto"]).filter(is_scheme).unwrap_or_default();
        // Behind a load balancer all comes by port 80; what is sent on to https did not come by it.
        let is_redirected =
            at(&["sc-status"]).is_some_and(|status| matches!(&text[status], "301" | "302" | "307" | "308"));
        if let Some(port) = at(&["s-port"]).filter(|port| is_redirected && &text[port.clone()] == "80") {
            request.scheme = Traced::standing_for("http", view.place(port));
        }
        if let Some(value) = traced(&["cs(content-type)"]) {
            request.headers.push(Header { name: "Content-Type".into(), value });
        }
        item.request = Some(request);
        item.answer = at(&["sc-status"]).and_then(|status| answered(http_status(&text[status.clone()]), view, status));
        let word = |names: &[&str]| at(names).map(|value| text[value].to_owned());
        item.logged.time = match (word(&["date"]), word(&["time"])) {
            (Some(date), Some(time)) => Some(format!("{date} {time}")),
            (date, time) => date.or(time),
        };
        item.logged.client = word(&["c-ip", "x-forwarded-for"]);
        item.logged.user_agent = word(&["cs(user-agent)"]);
        item.logged.user_name = word(&["cs-username"]);
        item.logged.substatus = word(&["sc-substatus"]).and_then(|number| number.parse().ok());
        item.logged.bytes_sent = word(&["sc-bytes"]).and_then(|size| size.parse().ok());
        Some(item)
    }
}

/// A text with % in place of each %25 that an escape follows.
fn decoded_once(text: &Traced) -> Traced {
    text.replaced(|rest| {
        let digits = rest.strip_prefix(b"%25")?.get(..2)?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some((b"%".into(), 3))
    })
}

fn split(text: &str, part: Range<usize>, by: char) -> Vec<Range<usize>> {
    let mut start = part.start;
    let fields = text[part].split(by).map(|field| {
        let range = start..start + field.len();
        start = range.end + by.len_utf8();
        range
    });
    fields.collect()
}

fn asked(view: &View<'_>, method: Option<Traced>, stem: &Range<usize>, query: Option<Range<usize>>) -> Request {
    let address = view.traced(stem.clone());
    let method = method.unwrap_or_else(|| get(&address));
    let mut request = request(method, &address);
    if let Some(query) = query {
        request.query = Some(view.traced(query));
    }
    request
}

/// The columns of the standard log of `CloudFront`, as far as they matter.
const CLOUDFRONT: &str = "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
    cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken";

/// Whether a comment is out of such a log, whose heading with the columns is missing.
pub(super) fn is_comment(line: &str) -> bool {
    ["#Software:", "#Version:", "#Date:", "#Start-Date:"].iter().any(|begin| line.starts_with(begin))
}

/// A line whose heading is missing: a time, a method, a path, and a status later.
pub(super) fn guess(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    if text[part.clone()].matches('\t').count() >= 18 {
        return Columns::of(CLOUDFRONT)?.read(view, part);
    }
    let mut start = words(text, part.clone());
    let first = &text[start.next()?];
    let is_date = first.len() == 10 && first.as_bytes()[4] == b'-' && first.as_bytes()[7] == b'-';
    let is_time = first.len() >= 8 && first.as_bytes()[2] == b':' && first.as_bytes()[5] == b':';
    if !is_date && !is_time {
        return None;
    }
    let values: Vec<Range<usize>> = words(text, part.clone()).take(40).collect();
    let word = |at: usize| values.get(at).map(|value| &text[value.clone()]);
    let method = (1..values.len()).find(|at| word(*at).is_some_and(|word| METHODS.contains(&word)))?;
    let stem = (method + 1..values.len()).find(|at| word(*at).is_some_and(|word| word.starts_with('/')))?;
    if stem > method + 2 {
        return None;
    }
    let query = values
        .get(stem + 1)
        .filter(|query| &text[(*query).clone()] != "-")
        .filter(|query| text[(*query).clone()].contains('='));
    let mut item = item(view, part, Form::LogW3c);
    item.request = Some(asked(view, Some(view.traced(values[method].clone())), &values[stem], query.cloned()));
    // The status is followed by two more numbers; a port is not.
    let is_number = |at: usize| word(at).is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let behind = stem + 1..values.len();
    let status = behind.clone().find(|at| word(*at).and_then(http_status).is_some() && is_number(*at + 1));
    item.answer = status.and_then(|at| answered(word(at).and_then(http_status), view, values[at].clone()));
    let client = behind.rev().find(|at| word(*at).is_some_and(|word| word.parse::<std::net::IpAddr>().is_ok()));
    item.logged.client = client.and_then(word).map(str::to_owned);
    item.logged.user_agent = client.and_then(|at| word(at + 1)).and_then(given).filter(|agent| agent.contains('/'));
    item.logged.time = if is_date { Some(format!("{first} {}", word(1)?)) } else { Some(first.to_owned()) };
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::{Columns, guess};
    use crate::support::Item;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn told(item: Option<Item>) -> String {
        let Some(item) = item else { return "-".into() };
        let request = item.request.unwrap();
        let status = item.answer.and_then(|answer| answer.http_status);
        format!(
            "{} {} {} {status:?} {:?} {:?}",
            request.method.text(),
            request.host.text(),
            request.target().text(),
            item.logged.client,
            item.logged.time
        )
    }

    #[test]
    fn the_heading_says_what_the_columns_are() {
        let columns =
            Columns::of("#Fields: time cs-host cs-method cs-uri-stem cs-uri-query sc-status sc-bytes c-ip").unwrap();
        let read = |line: &str| told(columns.read(&View::of(line), 0..line.len()));
        assert_eq!(
            read("00:00:07 h.example GET /m api_key=K&status= 200 402 192.0.2.61"),
            "GET h.example /m?api_key=K&status= Some(200) Some(\"192.0.2.61\") Some(\"00:00:07\")"
        );
        assert_eq!(
            read("00:00:08 h.example GET /favicon.ico - 404 1 -"),
            "GET h.example /favicon.ico Some(404) None Some(\"00:00:08\")"
        );
        assert_eq!(read("one of these three was refused. which one and why"), "-");
        assert_eq!(read("GET"), "-");
    }

    #[test]
    fn a_quotation_mark_is_one_in_a_field_between_tabs() {
        let columns = Columns::of("#Fields: date cs-method cs-uri-stem sc-status cs(Referer) cs-uri-query").unwrap();
        let columns = Columns { form: Some(crate::support::Form::LogCloudFront), ..columns };
        let line = "2026-10-30\tGET\t/m\t200\t\"\ta=b";
        assert_eq!(
            told(columns.read(&View::of(line), 0..line.len())),
            "GET  /m?a=b Some(200) None Some(\"2026-10-30\")"
        );
    }

    #[test]
    fn without_a_heading_the_columns_are_guessed() {
        let read = |line: &str| told(guess(&View::of(line), 0..line.len()));
        assert_eq!(
            read(
                "2025-10-23 06:00:01 10.0.0.4 GET /m api_key=K&a=b 443 - 198.51.100.12 python-requests/2.31.0 - 200 0 0 103"
            ),
            "GET  /m?api_key=K&a=b Some(200) Some(\"198.51.100.12\") Some(\"2025-10-23 06:00:01\")"
        );
        assert_eq!(read("2025-10-23 we get GET requests without /path"), "-");
        assert_eq!(read("2025-10-23 06:00:01 INFO started"), "-");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(heading in "#Fields:( [a-z()-]{1,14}| cs-uri-stem| cs-method){0,8}", line in "(\\PC|GET|/| |-|2025-10-10 ){0,30}") {
            let view = View::of(&line);
            let _ = guess(&view, 0..line.len());
            let _ = Columns::of(&heading).unwrap().read(&view, 0..line.len());
        }
    }
}

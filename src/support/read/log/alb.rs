//! The access log of AWS load balancers: the application's, and the classic one's without a type in front.

use std::ops::Range;

use super::line::{answered, fields, given, request_line, unescaped};
use crate::support::read::found::item;
use crate::support::read::text::http_status;
use crate::support::ticket::{Form, Item, Mark, MarkKind};
use crate::support::traced::View;

/// A line of a load balancer.
pub(super) fn read(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    let line = text[part.clone()].trim_start();
    let (first, _) = line.split_once(' ')?;
    let has_type = matches!(first, "http" | "https" | "h2" | "grpcs" | "ws" | "wss");
    if !has_type && !is_time(first) {
        return None;
    }
    let fields = fields(text, part.clone());
    let at = |field: usize| fields.get(field + usize::from(has_type)).map(|field| &text[field.clone()]);
    // time, balancer, client, target, three durations, two statuses, two sizes, request, agent
    at(0).filter(|time| is_time(time))?;
    at(2)?.rsplit_once(':')?.1.parse::<u16>().ok()?;
    let asked = fields.get(11 + usize::from(has_type))?;
    let mut item = item(view, part, Form::LogAlb);
    item.request = Some(request_line(&unescaped(view, asked.clone()))?);
    let status = fields.get(7 + usize::from(has_type))?;
    item.answer = answered(http_status(&text[status.clone()]), view, status.clone());
    // A target that is no server has "-" too, but its durations are real.
    if at(3) == Some("-") && (4..7).all(|field| at(field) == Some("-1")) {
        item.marks.push(Mark { kind: MarkKind::NoTarget, place: view.place(status.clone()), detail: String::new() });
    }
    item.logged.time = at(0).map(str::to_owned);
    item.logged.client = at(2).and_then(|client| client.rsplit_once(':')).map(|(client, _)| client.to_owned());
    item.logged.bytes_sent = at(10).and_then(|size| size.parse().ok());
    item.logged.user_agent = at(12).and_then(given);
    Some(item)
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[bytes.len() - 1] == b'Z'
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::support::traced::View;

    #[test]
    fn both_kinds_of_balancers_are_read() {
        let application = r#"https 2025-10-26T02:11:48.551007Z app/x/6b 192.0.2.99:50122 - -1 -1 -1 503 - 471 337 "GET https://h:443/p?a=b HTTP/1.1" "Faraday" c TLSv1.2 -"#;
        let classic = r#"2025-10-26T02:11:48.551007Z x 192.0.2.99:50122 10.0.0.1:80 0.1 0.1 0.1 503 200 471 337 "GET https://h:443/p?a=b HTTP/1.1" "Faraday" c TLSv1.2"#;
        for line in [application, classic] {
            let item = read(&View::of(line), 0..line.len()).unwrap();
            let request = item.request.unwrap();
            assert_eq!((&*request.host.text(), &*request.target().text()), ("h", "/p?a=b"));
            assert_eq!(item.answer.unwrap().http_status, Some(503));
            assert_eq!(item.logged.bytes_sent, Some(337));
            assert_eq!(
                (item.logged.client.as_deref(), item.logged.user_agent.as_deref()),
                (Some("192.0.2.99"), Some("Faraday"))
            );
            for end in 0..line.len() {
                let _ = read(&View::of(&line[..end]), 0..end);
            }
        }
    }
}

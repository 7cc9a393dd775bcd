//! The common and the combined log of Apache and nginx, with whatever stands before or behind it.

use std::ops::Range;

use super::line::{answered, fields, given, request_line, unescaped};
use crate::support::read::found::item;
use crate::support::read::text::http_status;
use crate::support::ticket::{Form, Item};
use crate::support::traced::View;

/// A line with a time in brackets and a request in quotes behind it.
pub(super) fn read(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let text = &*view.text;
    let bracket = part.start + text[part.clone()].find('[')?;
    let fields = fields(text, part.clone());
    let time = fields.iter().position(|field| field.start > bracket && is_time(&text[field.clone()]))?;
    let asked = fields[time + 1..].iter().position(|field| is_quoted(text, field)).map(|at| time + 1 + at)?;
    let request = request_line(&unescaped(view, fields[asked].clone()))?;
    let mut item = item(view, part, Form::LogCombined);
    item.request = Some(request);
    let status = (asked + 1..fields.len()).take(3).find(|at| http_status(&text[fields[*at].clone()]).is_some());
    item.answer = status.and_then(|at| answered(http_status(&text[fields[at].clone()]), view, fields[at].clone()));
    let behind = status.unwrap_or(asked) + 1;
    item.logged.bytes_sent = fields.get(behind).and_then(|field| text[field.clone()].parse().ok());
    item.logged.time = Some(text[fields[time].clone()].to_owned());
    // Before the time stand address, identity and user; a virtual host may stand before these.
    let before: Vec<&str> = fields[..time].iter().map(|field| &text[field.clone()]).collect();
    item.logged.user_name = before.last().and_then(|name| given(name)).filter(|name| !is_address(name));
    let client = before.iter().find(|word| is_address(word.trim_end_matches(','))).or(before.first());
    item.logged.client = client.map(|client| client.trim_end_matches(',').to_owned());
    let quoted: Vec<_> = fields[asked + 1..].iter().filter(|field| is_quoted(text, field)).collect();
    let agent = if quoted.len() > 1 { quoted.get(1) } else { quoted.first() };
    item.logged.user_agent = agent.and_then(|field| given(&text[(*field).clone()]));
    let host = before.first().filter(|word| !is_address(word.trim_end_matches(',')) && word.contains('.'));
    if let (Some(host), Some(request)) = (host, item.request.as_mut().filter(|request| request.host.is_empty())) {
        let at = fields[0].start;
        let name = host.split(':').next().unwrap_or(host);
        request.host = view.traced(at..at + name.len());
    }
    Some(item)
}

fn is_quoted(text: &str, field: &Range<usize>) -> bool {
    field.start > 0 && text.as_bytes()[field.start - 1] == b'"'
}

/// `31/Oct/2025:07:00:02 +0000`, or the ISO time that some write instead.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_common = bytes.len() >= 20 && bytes[2] == b'/' && bytes[6] == b'/' && bytes[11] == b':';
    is_common || bytes.len() >= 19 && bytes[4] == b'-' && bytes[7] == b'-' && matches!(bytes[10], b'T' | b' ')
}

fn is_address(word: &str) -> bool {
    word.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn told(line: &str) -> String {
        let Some(item) = read(&View::of(line), 0..line.len()) else { return "-".into() };
        let (request, logged) = (item.request.unwrap(), item.logged);
        let status = item.answer.and_then(|answer| answer.http_status);
        let shown = |part: Option<String>| part.unwrap_or("-".into());
        let [client, agent, user] = [logged.client, logged.user_agent, logged.user_name].map(shown);
        let target = request.target();
        format!(
            "{} {} {:?} {:?} {client} {user} {agent} {}",
            request.method.text(),
            target.text(),
            status,
            logged.bytes_sent,
            request.host.text()
        )
    }

    #[test]
    fn what_servers_write_is_read_with_their_own_additions() {
        let time = "[31/Oct/2025:07:00:02 +0000]";
        for (line, expected) in [
            (
                format!(r#"1.2.3.4 - - {time} "GET /p?a=b HTTP/1.1" 404 1245 "-" "Mozilla/4.0 (x; y)""#),
                "GET /p?a=b Some(404) Some(1245) 1.2.3.4 - Mozilla/4.0 (x; y) ",
            ),
            (format!(r#"1.2.3.4 - bob {time} "HEAD / HTTP/1.0" 200 -"#), "HEAD / Some(200) None 1.2.3.4 bob - "),
            (
                format!(r#"h.example:443 1.2.3.4 - - {time} "GET /p HTTP/2.0" 200 5 "-" "curl/8" 0.005 "x""#),
                "GET /p Some(200) Some(5) 1.2.3.4 - curl/8 h.example",
            ),
            (
                format!(r#"10.0.0.1, 1.2.3.4 - - {time} "GET /p HTTP/1.1" 200 5"#),
                "GET /p Some(200) Some(5) 10.0.0.1 - - ",
            ),
            (
                format!(r#"Oct 31 web nginx: 1.2.3.4 - - {time} "GET /p?a=D\xC3\xA9\"x HTTP/1.1" 200 5 "-" "a\"b""#),
                "GET /p?a=Dé\"x Some(200) Some(5) 1.2.3.4 - a\\\"b ",
            ),
            (
                format!(r#"1.2.3.4 - - {time} "GET /p?a=In Progress HTTP/1.1" 400 5"#),
                "GET /p?a=In Progress Some(400) Some(5) 1.2.3.4 - - ",
            ),
            (format!(r#"1.2.3.4 - - {time} "-" 408 0"#), "-"),
            (format!(r#"1.2.3.4 - - {time} "\x16\x03\x01" 400 5"#), "-"),
            ("GET /p HTTP/1.1".into(), "-"),
        ] {
            assert_eq!(told(&line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\"\\[\\]\\\\x ]|\\[31/Oct/2025:07:00:02 \\+0000\\]|\"GET /){0,30}") {
            if let Some(item) = read(&View::of(&text), 0..text.len()) {
                prop_assert!(text.get(item.place.range()).is_some());
            }
        }
    }
}

//! What the logs have in common: fields, quotes, a request line.

use std::ops::Range;

use crate::support::Traced;
use crate::support::code::unescaped_at;
use crate::support::read::address::request;
use crate::support::read::text::METHODS;
use crate::support::ticket::{Answer, Request};
use crate::support::traced::View;

/// The fields of a line that are separated by space; one in quotes or brackets is one field, without these.
pub(super) fn fields(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let bytes = &text.as_bytes()[..part.end];
    let (mut fields, mut at) = (Vec::with_capacity(32), part.start);
    loop {
        while at < part.end && matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        if at >= part.end {
            return fields;
        }
        let close = match bytes[at] {
            b'"' => Some(b'"'),
            b'[' => Some(b']'),
            _ => None,
        };
        let closed = close.and_then(|close| Some((at + 1, at + 1 + unescaped_at(&bytes[at + 1..], close)?)));
        if let Some((start, end)) = closed {
            fields.push(start..end);
            at = end + 1;
        } else {
            let start = at;
            while at < part.end && !matches!(bytes[at], b' ' | b'\t') {
                at += 1;
            }
            fields.push(start..at);
        }
    }
}

/// A field without the escapes that Apache and nginx write: `\"`, `\xC3`.
pub(super) fn unescaped(view: &View<'_>, part: Range<usize>) -> Traced {
    view.traced(part).replaced(|rest| match rest {
        [b'\\', sign @ (b'"' | b'\\'), ..] => Some((vec![*sign].into(), 2)),
        [b'\\', b'x' | b'X', digits @ ..] => Some((vec![hex(digits.get(..2)?)?].into(), 4)),
        _ => None,
    })
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

/// The request of a first line: `GET /p?q HTTP/1.1`.
pub(super) fn request_line(line: &Traced) -> Option<Request> {
    let text = line.bytes();
    let space = text.iter().position(|byte| *byte == b' ')?;
    let method = std::str::from_utf8(&text[..space]).ok()?;
    if !METHODS.contains(&method) {
        return None;
    }
    let end = text.windows(6).rposition(|six| six == b" HTTP/").filter(|end| *end > space).unwrap_or(text.len());
    let target = line.slice(space + 1..end);
    target.bytes().contains(&b'/').then(|| request(line.slice(0..space), &target))
}

/// What came back, as far as a status tells.
pub(super) fn answered(status: Option<u16>, view: &View<'_>, part: Range<usize>) -> Option<Answer> {
    status.map(|status| Answer { http_status: Some(status), place: view.place(part), ..Answer::default() })
}

/// A field's text; nothing for `-`.
pub(super) fn given(text: &str) -> Option<String> {
    (text != "-" && !text.is_empty()).then(|| text.to_owned())
}

//! The log of `caketester serve`, as people read it: `TIME GET /… -> HTTP 200 code 3: why [scenario]`.

use std::ops::Range;

use super::line::{answered, request_line};
use crate::support::read::found::item;
use crate::support::ticket::{Form, Item};
use crate::support::traced::View;

/// The request in a line.
pub(super) fn read(view: &View<'_>, part: Range<usize>) -> Option<Item> {
    let line = &view.text[part.clone()];
    let (time, rest) = line.split_once(' ')?;
    // In most lines of other logs there is no arrow; to find that out is cheaper than to read the time.
    let (request, said) = rest.split_once(" -> ")?;
    time.parse::<jiff::Timestamp>().ok()?;
    // Other programs write the answer there.
    if said.starts_with(|c: char| c.is_ascii_digit() || c == '<') {
        return None;
    }
    let start = part.start + time.len() + 1;
    let said_at = start + request.len() + " -> ".len();
    let mut item = item(view, part, Form::Journal);
    item.request = Some(request_line(&view.traced(start..start + request.len()))?);
    item.logged.time = Some(time.to_owned());
    if let Some(result) = said.strip_prefix("HTTP ") {
        let status = result.split_once(' ').map_or(result, |(status, _)| status);
        item.answer = answered(status.parse().ok(), view, said_at..said_at + "HTTP ".len() + status.len());
        item.logged.result = result.split_once("code ").map(|(_, rest)| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            format!("code {}", &rest[..end])
        });
    }
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::support::traced::View;
    use proptest::prelude::*;

    #[test]
    fn a_line_of_the_mock_is_read() {
        let line = "2026-10-31T07:00:02.123Z GET /m?status=a b -> HTTP 200 code 3: the status \"a b\" is not configured [codes/x]";
        let item = read(&View::of(line), 0..line.len()).unwrap();
        assert_eq!(item.request.unwrap().target().text(), "/m?status=a b");
        assert_eq!(item.answer.unwrap().http_status, Some(200));
        assert_eq!(item.logged.result.as_deref(), Some("code 3"));
        assert_eq!(item.logged.time.as_deref(), Some("2026-10-31T07:00:02.123Z"));
        for other in ["", "x y -> z", "2026-10-31T07:00:02.123Z reloaded", "2026-10-31T07:00:02.123Z x -> HTTP 200"] {
            assert!(read(&View::of(other), 0..other.len()).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC| -> |HTTP |code |GET /){0,20}") {
            let line = format!("2026-10-31T07:00:02Z {text}");
            if let Some(item) = read(&View::of(&line), 0..line.len()) {
                prop_assert!(line.get(item.place.range()).is_some());
            }
        }
    }
}

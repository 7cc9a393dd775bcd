//! Quoted mail: the marks before its lines are no part of what was pasted.

use super::text::{lines, next_line};
use crate::support::traced::{Traced, View};

/// More marks than these nobody quotes.
const DEEPEST: usize = 20;

/// The text without the marks of quoted mail.
pub(super) fn view(text: &str) -> View<'_> {
    if !lines(text, 0..text.len()).any(|line| mark_len(&text[line]) > 0) {
        return View::of(text);
    }
    let whole = View::of(text);
    let mut plain = Traced::default();
    for line in lines(text, 0..text.len()) {
        let end = next_line(text, line.end, text.len());
        let start = line.start + mark_len(&text[line.clone()]);
        plain.append(&whole.traced(start..end));
    }
    View::made(plain)
}

/// How long the marks are before a line.
fn mark_len(line: &str) -> usize {
    let bytes = line.as_bytes();
    let (mut at, mut end) = (0, 0);
    for _ in 0..DEEPEST {
        while bytes.get(at) == Some(&b' ') && at < end + 2 {
            at += 1;
        }
        if bytes.get(at) != Some(&b'>') {
            break;
        }
        at += 1;
        end = at;
    }
    if end == 0 {
        return 0;
    }
    // One space belongs to the mark; more of them are indentation.
    end + usize::from(bytes.get(end) == Some(&b' '))
}

#[cfg(test)]
mod tests {
    use super::view;
    use crate::support::Span;

    #[test]
    fn marks_go_and_places_stay() {
        let text = "a\n> > b\r\n>c\n>\n >  d";
        let view = view(text);
        assert_eq!(view.text, "a\nb\r\nc\n\n d");
        assert_eq!(view.place(2..3), Span::new(6, 7));
        assert_eq!(view.traced(2..6).whole(), Span::new(6, 11));
    }
}

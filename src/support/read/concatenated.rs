//! Texts that code puts together of literals and variables: `base + "?lead_id=" + id`, `` `${base}?lead_id=${id}` ``.

use super::assigned::Assigned;
use super::found::mark;
use crate::support::code::{closed, expression_end, skip_space, string_end};
use crate::support::json::{Node, unescaped};
use crate::support::ticket::{Mark, MarkKind};
use crate::support::traced::{Traced, View};

/// As many pieces are joined.
const MOST: usize = 100;

/// A longer expression is none.
const LONGEST: usize = 2_000;

/// String literals and what stands between them, joined by `+`. Where a variable holds a literal and stands alone or at the beginning,
/// the literal takes its place; any other expression is kept as it is written, and marked.
pub(super) fn concatenated(
    view: &View<'_>,
    names: &Assigned<'_>,
    start: usize,
    limit: usize,
    marks: &mut Vec<Mark>,
) -> Option<(Traced, usize)> {
    let text = &*view.text;
    let (mut whole, mut at) = (Traced::default(), start);
    for _ in 0..MOST {
        at = skip_space(text, at, limit);
        let rest = &text[at..limit];
        // Python's mark of a text whose braces hold values; one alone is read with its quotes.
        let prefix = usize::from(!whole.is_empty() && (rest.starts_with("f\"") || rest.starts_with("f'")));
        if let Some(quote) = rest[prefix..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
            let inner = at + prefix + 1;
            let end = string_end(text, inner, limit, quote)?;
            let value = unescaped(view, inner..end);
            let (base, value) = match quote {
                '`' if whole.is_empty() => base(view, names, value),
                _ => (Traced::default(), value),
            };
            match (quote, prefix) {
                ('`', _) => mark_placeholders(&value, "${", marks),
                (_, 1) => mark_placeholders(&value, "{", marks),
                _ => {}
            }
            whole.append(&base);
            whole.append(&value);
            at = end + 1;
        } else {
            let near = text.floor_char_boundary(limit.min(at + LONGEST));
            let end = expression_end(text, at, near, '+');
            let len = text[at..end].trim_end().len();
            if let Some(Node::String(held)) = names.literal(&text[at..at + len]) {
                let held_by = &text[..held.start];
                let value = unescaped(view, held);
                match () {
                    () if held_by.ends_with('`') => mark_placeholders(&value, "${", marks),
                    () if held_by.ends_with("f\"") || held_by.ends_with("f'") => mark_placeholders(&value, "{", marks),
                    () => {}
                }
                whole.append(&value);
            } else if whole.is_empty() || len == 0 {
                // A URL that begins with what nobody knows tells nothing.
                return None;
            } else {
                let place = view.place(at..at + len);
                marks.push(mark(MarkKind::Variable, place, &text[at..at + len]));
                whole.push(format!("{{{}}}", &text[at..at + len]).as_bytes(), place);
            }
            at = end;
        }
        at = skip_space(text, at, limit);
        if !text[at..limit].starts_with('+') {
            return Some((whole, at));
        }
        at += 1;
    }
    Some((whole, at))
}

/// What the variable holds with which a template begins, and the rest of it.
fn base(view: &View<'_>, names: &Assigned<'_>, value: Traced) -> (Traced, Traced) {
    let text = value.text();
    let name = text.strip_prefix("${").and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
    match name.and_then(|name| Some((name, names.literal(name)?))) {
        Some((name, Node::String(held))) => {
            (unescaped(view, held), value.slice("${".len() + name.len() + 1..value.len()))
        }
        _ => (Traced::default(), value),
    }
}

/// What a program puts into a text: `${…}` or `{…}`.
pub(super) fn mark_placeholders(value: &Traced, opening: &str, marks: &mut Vec<Mark>) {
    let text = value.text();
    let mut at = 0;
    while let Some(start) = text[at..].find(opening).map(|found| at + found) {
        let Some(end) = closed(&text[start..], ('{', '}')).map(|len| start + len) else { break };
        marks.push(mark(MarkKind::Variable, value.place(start..end), &text[start + opening.len()..end - 1]));
        at = end;
    }
}

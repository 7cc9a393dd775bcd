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
        let quote = rest[prefix..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let (literal, end) = if let Some(quote) = quote {
            let inner = at + prefix + 1;
            let end = string_end(text, inner, limit, quote)?;
            (Some(inner..end), end + 1)
        } else {
            let near = text.floor_char_boundary(limit.min(at + LONGEST));
            let end = expression_end(text, at, near, '+');
            let held = names.literal(text[at..end].trim_end()).filter(|node| matches!(node, Node::String(_)));
            (held.map(|node| node.part()), end)
        };
        if let Some(literal) = literal {
            let before = &text[..literal.start];
            let value = unescaped(view, literal.clone());
            let is_template = quote == Some('`');
            let value = if is_template && whole.is_empty() { with_base(view, names, value) } else { value };
            mark_placeholders(before, &value, marks);
            whole.append(&value);
        } else {
            let name = text[at..end].trim_end();
            // A URL that begins with what nobody knows tells nothing.
            if whole.is_empty() || name.is_empty() {
                return None;
            }
            let place = view.place(at..at + name.len());
            marks.push(mark(MarkKind::Variable, place, name));
            whole.push(format!("{{{name}}}").as_bytes(), place);
        }
        at = skip_space(text, end, limit);
        if !text[at..limit].starts_with('+') {
            return Some((whole, at));
        }
        at += 1;
    }
    Some((whole, at))
}

/// A template with what the variable holds with which it begins.
fn with_base(view: &View<'_>, names: &Assigned<'_>, value: Traced) -> Traced {
    let text = value.text().into_owned();
    let Some((name, _)) = text.strip_prefix("${").and_then(|inner| inner.split_once('}')) else { return value };
    let Some(Node::String(held)) = names.literal(name) else { return value };
    let mut whole = unescaped(view, held);
    whole.append(&value.slice("${".len() + name.len() + 1..value.len()));
    whole
}

/// Marks what a program puts into a text that begins behind its quote: `${…}` in backticks, `{…}` in Python's `f"…"`.
pub(super) fn mark_placeholders(before: &str, value: &Traced, marks: &mut Vec<Mark>) {
    let opening = match before {
        _ if before.ends_with('`') => "${",
        _ if before.ends_with("f\"") || before.ends_with("f'") => "{",
        _ => return,
    };
    let text = value.text();
    let mut at = 0;
    while let Some(start) = text[at..].find(opening).map(|found| at + found) {
        let Some(end) = closed(&text[start..], ('{', '}')).map(|len| start + len) else { break };
        marks.push(mark(MarkKind::Variable, value.place(start..end), &text[start + opening.len()..end - 1]));
        at = end;
    }
}

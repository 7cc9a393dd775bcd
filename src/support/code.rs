//! Where the texts and expressions of code end.

/// As long what a program puts in may be, in characters.
const LONGEST: usize = 2_000;

/// Where what opens in a text is closed again; not further than anybody writes.
pub(super) fn closed(text: &str, (open, close): (char, char)) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().take(LONGEST) {
        if c == open {
            depth += 1;
        } else if c == close && depth > 0 {
            depth -= 1;
            if depth == 0 {
                return Some(at + close.len_utf8());
            }
        }
    }
    None
}

/// Where a sign stands first, unless a backslash stands before it.
pub(super) fn unescaped_at(text: &[u8], sign: u8) -> Option<usize> {
    let mut at = 0;
    while at < text.len() && text[at] != sign {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    (at < text.len()).then_some(at)
}

/// Where a text in quotes ends, in which only backticks hold line breaks.
pub(super) fn string_end(text: &str, start: usize, limit: usize, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text[start..limit].char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' if quote != '`' => return None,
            c if c == quote => return Some(start + at),
            _ => {}
        }
    }
    None
}

/// Up to the sign that joins it to the next, or the comma, bracket or end of the line that ends it; what stands in quotes or brackets
/// is passed over.
pub(super) fn expression_end(text: &str, start: usize, limit: usize, sign: char) -> usize {
    let (mut open, mut quote) = (0_usize, None);
    for (at, c) in text[start..limit].char_indices() {
        match c {
            '\n' => return start + at,
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' | '`' => quote = Some(c),
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' if open > 0 => open -= 1,
            ')' | ']' | '}' | ',' | ';' if open == 0 => return start + at,
            c if c == sign && open == 0 => return start + at,
            _ => {}
        }
    }
    limit
}

pub(super) fn skip_space(text: &str, at: usize, limit: usize) -> usize {
    let rest = &text[at..limit];
    at + rest.len() - rest.trim_start().len()
}

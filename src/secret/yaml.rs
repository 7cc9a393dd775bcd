//! Keys in YAML, by the name of what they belong to.

/// The longest name that is looked at, in bytes. Without this bound a row of letters would cost its square.
const LONGEST_NAME: usize = 64;

/// An instance file, or lines of one that a diagnostic shows, without what follows `key:`. Not for any other
/// text: what ends a value in YAML does not end one in JSON.
#[must_use]
pub fn mask_yaml_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.split_inclusive(['\n', '\r']).for_each(|line| mask_line(line, &mut out));
    out
}

fn mask_line(line: &str, out: &mut String) {
    const NAME: &str = "key";
    if !line.contains(':') {
        return out.push_str(line);
    }
    let lower = line.to_ascii_lowercase();
    let mut copied = 0;
    // How far braces have been looked at, and whether they are open there.
    let (mut looked_at, mut in_braces) = (0, false);
    for (found, _) in lower.match_indices(NAME) {
        let name_end = found + NAME.len();
        if found < copied {
            continue;
        }
        let nearby = &lower[lower.ceil_char_boundary(found.saturating_sub(LONGEST_NAME))..found];
        let name_start =
            found - nearby.bytes().rev().take_while(|c| c.is_ascii_alphabetic() || matches!(c, b'_' | b'-')).count();
        // Also `CAKE_API_KEY`, or what a person calls it.
        let is_a_key = matches!(lower[name_start..name_end].rsplit(['_', '-']).next(), Some("key" | "apikey"));
        let before = lower[..name_start].trim_end_matches(' ');
        // In a sentence ("invalid API key: …") there is a word before it.
        let stands_in_a_map =
            before.trim_start().is_empty() || before.ends_with(['{', ',', '|', '"', '\'', '`', '-', '?']);
        if let Some(brace) = line[looked_at..name_end].rfind(['{', '}']) {
            in_braces = line[looked_at + brace..].starts_with('{');
        }
        looked_at = name_end;
        if is_a_key
            && stands_in_a_map
            && let Some((start, end)) = yaml_value(line, name_end, in_braces)
        {
            out.push_str(&line[copied..start]);
            out.push_str(&stars(&line[start..end]));
            copied = end;
        }
    }
    out.push_str(&line[copied..]);
}

/// Where the value of a name stands that ends here. It has to be in the same line; `{ env: NAME }` is none.
fn yaml_value(line: &str, name_end: usize, in_braces: bool) -> Option<(usize, usize)> {
    let line = line.trim_end_matches(['\n', '\r']);
    let rest = line.get(name_end..)?.trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?.trim_start();
    let start = line.len() - rest.len();
    // In our own advice (`key: …`) there is none either.
    if rest.starts_with('…') || rest.strip_prefix('{').is_some_and(|inner| inner.trim_start().starts_with("env:")) {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix(['"', '\'']) {
        return Some((start + 1, start + 1 + closing_quote(quoted, rest.starts_with('"')).unwrap_or(quoted.len())));
    }
    let end = if in_braces && !rest.starts_with('{') { rest.find([',', '}']) } else { rest.find('`') };
    Some((start, start + end.unwrap_or(rest.len())))
}

/// Where a quoted value ends. Within it `\"` and `''` stand for the quote itself.
fn closing_quote(value: &str, is_double: bool) -> Option<usize> {
    let mut characters = value.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if is_double => {
                characters.next();
            }
            '\'' if !is_double && characters.next_if(|(_, next)| *next == '\'').is_some() => {}
            '"' if is_double => return Some(at),
            '\'' if !is_double => return Some(at),
            _ => {}
        }
    }
    None
}

/// Star for character, so that the caret below still points at the right column.
fn stars(text: &str) -> String {
    text.chars().map(|c| if c == ' ' { ' ' } else { '*' }).collect()
}

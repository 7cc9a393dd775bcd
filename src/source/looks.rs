//! What stands around a place that the scanner does not get past, and what was probably meant there. No text of the file is
//! repeated: it may be an API key.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Place, SourceFile, line_start};

/// Lines that another tool left in a file: how they begin, what they are, and what to do.
const LEFT: [(&str, &str, &str); 4] = [
    ("<<<<<<<", "a merge left this line", "settle between the two versions, and remove the marks"),
    (">>>>>>>", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("=======", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("```", "this line belongs to Markdown", "remove it, and the one at the end of the text"),
];

pub(super) const NO_KEY: &str = "this line is no key with its value";
pub(super) const KEY_AND_VALUE: &str = "a key is followed by a colon and a space: `name: value`; a text that goes on from the line above stands further in";
const SAME_COLUMN: &str = "the keys of one map begin in the same column";
const NO_TAB: &str = "YAML is indented by spaces alone: put some in its place, or none";

pub(super) fn left_by_another_tool(file: &SourceFile, _: &Place) -> Option<Diagnostic> {
    let of_tool = |line: &str| LEFT.iter().find(|(mark, ..)| line.starts_with(mark));
    let (at, (mark, meaning, help)) = lines(&file.text).find_map(|(at, line)| Some((at, of_tool(line)?)))?;
    let place = Place { bytes: at..at + mark.len(), line: 1, column: 1 };
    Some(file.mistake(Some(place), *meaning).help(*help))
}

pub(super) fn tab_in_the_indent(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let line = line_of(&file.text, place);
    let tab = line.find('\t').filter(|tab| line[..*tab].trim().is_empty())?;
    let start = line_start(&file.text, place.bytes.start) + tab;
    Some(file.mistake(Some(at(place, start..start + 1)), "a tab stands here").help(NO_TAB))
}

/// The scanner points near a tab, not at it.
pub(super) fn first_tab(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let start = line_start(&file.text, place.bytes.start);
    let tab = start + file.text.get(start..)?.find('\t')?;
    Some(file.mistake(Some(at(place, tab..tab + 1)), "a tab stands here").help(NO_TAB))
}

/// Lines that were pasted with their numbers.
pub(super) fn line_numbers(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let number =
        |line: &str| line.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<u64>().ok());
    let written: Vec<&str> = file.text.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
    let numbers: Vec<u64> = written.iter().filter_map(|line| number(line.trim_start())).collect();
    let count = numbers.len() >= 2 && numbers.len() == written.len() && numbers.is_sorted_by(|a, b| a < b);
    let first = at(place, 0..written.first().map_or(0, |line| line.len()));
    let mistake = file.mistake(Some(first), "these lines begin with their numbers");
    count.then(|| mistake.help("paste the text without them"))
}

/// What looks like a space among that by which this line, or the one before it, is indented.
pub(super) fn odd_indent(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    [Some(place.clone()), line_before(&file.text, place)].into_iter().flatten().find_map(|place| {
        let start = line_start(&file.text, place.bytes.start);
        let line = line_of(&file.text, &place);
        let (indent, odd) = line.char_indices().find(|(_, c)| *c != ' ' && *c != '-')?;
        let is_odd = odd != '\t' && (odd.is_whitespace() || matches!(odd, '\u{200b}' | '\u{200d}' | '\u{feff}'));
        let place = at(&place, start + indent..start + indent + odd.len_utf8());
        let message = format!("here stands U+{:04X}, which is no space to YAML", u32::from(odd));
        (is_odd && start > 0).then(|| file.mistake(Some(place), message).help("type the spaces of this line anew"))
    })
}

/// What looks like the dash of an item and is none: one without a space, or another mark.
pub(super) fn no_dash(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let line = line_of(&file.text, place);
    let mut rest = line.trim_start_matches(' ').chars();
    let start = line_start(&file.text, place.bytes.start) + line.len() - rest.as_str().len();
    let (mark, next) = (rest.next()?, rest.next()?);
    let message = match mark {
        '-' if next != ' ' && next != '-' && !next.is_ascii_digit() => "behind this dash stands no space".to_owned(),
        '*' | '+' if next == ' ' => format!("an item does not begin with `{mark}`"),
        '•' | '·' | '‣' | '◦' | '‐' | '‑' | '–' | '—' | '−' => {
            format!("`{mark}` (U+{:04X}) is no dash to YAML", u32::from(mark))
        }
        _ => return None,
    };
    let mistake = file.mistake(Some(at(place, start..start + mark.len_utf8())), message);
    Some(mistake.help("an item begins with a dash and a space: `- name: value`"))
}

pub(super) fn no_dash_before(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    no_dash(file, &line_before(&file.text, place)?)
}

/// A comma behind a value, as JSON has it.
pub(super) fn comma_at_the_end(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let rest = file.text.get(place.bytes.start..)?.lines().next()?.trim();
    let is_closed = before_in_line(&file.text, place).trim_end().ends_with([']', '}', '"', '\'']);
    let mistake = file.mistake(Some(place.clone()), format!("a `{rest}` stands behind the value"));
    (is_closed && matches!(rest, "," | ";"))
        .then(|| mistake.help("remove it: outside brackets a line ends without one"))
}

/// A key behind a text in quotes, within brackets.
pub(super) fn comma_missing(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let behind = file.text.get(place.bytes.start..)?;
    let is_key = behind.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '_').starts_with(": ");
    let mistake = file.mistake(Some(place.clone()), "a `,` is missing before this key");
    is_key.then(|| mistake.help("between two keys in braces stands a comma: `{ name: value, name: value }`"))
}

/// A second `: ` where braces were forgotten.
pub(super) fn braces_missing(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let entry = before_in_line(&file.text, place).rsplit([',', '{', '[']).next()?;
    let is_second = entry.contains(": ") && file.text.get(place.bytes.start..)?.starts_with(':');
    let mistake = file.mistake(Some(place.clone()), "a second `: ` stands here before a comma");
    let help = "put what belongs to the first key in braces, `fields: { name: value }`, or a comma between the two";
    is_second.then(|| mistake.help(help))
}

/// A quotation mark above that is not closed in its line, but by one that was to open another text.
pub(super) fn quote_over_lines(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let end = line_start(&file.text, place.bytes.start);
    let (start, quote) = lines(file.text.get(..end)?).find_map(|(start, line)| {
        let open = open_quote(line)?;
        Some((start + open, &line[open..=open]))
    })?;
    let place = at(place, start..start + 1);
    let mistake = file.mistake(Some(place), format!("this {quote} is not closed in its line"));
    Some(mistake.help("end the text with the mark it begins with; inside '…', a ' is written twice"))
}

/// Whether what follows this in its line is a value of its own.
fn begins_a_value(before: &str) -> bool {
    let before = before.trim_end_matches(' ');
    before.is_empty() || before.ends_with([':', '-', '[', '{', ','])
}

/// Where a text in quotes begins that does not end in its line.
fn open_quote(line: &str) -> Option<usize> {
    let mut open: Option<(usize, char)> = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match open {
            Some((_, '"')) if escaped => escaped = false,
            Some((_, '"')) if c == '\\' => escaped = true,
            Some((_, quote)) if c == quote => open = None,
            None if c == '#' && line[..at].ends_with(' ') => return None,
            None if matches!(c, '"' | '\'') && begins_a_value(&line[..at]) => open = Some((at, c)),
            Some(_) | None => {}
        }
    }
    open.map(|(at, _)| at)
}

/// The first line of a text of several lines that is not further in than its key.
pub(super) fn text_not_indented(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let of_error = [Some(place.clone()), line_before(&file.text, place)];
    let place = of_error.into_iter().flatten().find(|place| is_below_a_text(&file.text, place))?;
    let mistake = file.mistake(Some(place), "this line is neither a key nor a part of the text above");
    Some(mistake.help("a text that begins behind `|` or `>` stands further in than its key, in every line"))
}

/// Whether a line could belong to a text above, were it indented as that is: it stands directly below the text's key, or what
/// stands between is further in.
fn is_below_a_text(text: &str, place: &Place) -> bool {
    let indent = |place: &Place| line_of(text, place).len() - line_of(text, place).trim_start().len();
    let begins = |place: &Place| begins_a_text(line_of(text, place));
    let mut above = line_before(text, place);
    if above.as_ref().is_some_and(begins) {
        return true;
    }
    while let Some(line) = above.as_ref().filter(|line| indent(line) > indent(place)) {
        above = line_before(text, line);
    }
    above.is_some_and(|line| begins(&line))
}

/// A comment that ended a text of several lines.
pub(super) fn comment_in_a_text(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let comment = line_before(&file.text, place)?;
    let is_comment = line_of(&file.text, &comment).trim_start().starts_with('#');
    let mut above = comment.clone();
    while !begins_a_text(line_of(&file.text, &above)) {
        above = line_before(&file.text, &above)?;
        let is_key = line_of(&file.text, &above).contains(": ") || line_of(&file.text, &above).ends_with(':');
        if is_key && !begins_a_text(line_of(&file.text, &above)) {
            return None;
        }
    }
    let mistake = file.mistake(Some(comment), "this comment ends the text above, which goes on behind it");
    is_comment.then(|| mistake.help("remove it; further in it would be a part of the text"))
}

/// Whether the text of this line's key stands in the lines below it.
fn begins_a_text(line: &str) -> bool {
    let mark = line.trim_end().trim_end_matches(['-', '+']);
    mark.ends_with(": |") || mark.ends_with(": >")
}

/// The first colon of a line that stands where no key can: the line before it is none, or the line is in the wrong column.
pub(super) fn line_without_a_key(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    if before_in_line(&file.text, place).contains(": ") {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let no_deeper = line_before(&file.text, place)
        .filter(|before| indent(line_of(&file.text, place)) <= indent(line_of(&file.text, before)));
    let Some(before) = no_deeper else {
        let message = "this line stands further in than the line before it, which already has a value";
        let quotes = "where it belongs to the text above, a text that holds `: ` has to stand in quotes";
        return Some(file.mistake(Some(place.clone()), message).help(format!("{SAME_COLUMN}; {quotes}")));
    };
    Some(file.mistake(Some(before), NO_KEY).help(KEY_AND_VALUE))
}

pub(super) fn colon_without_a_space(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let (_, value) = before_in_line(&file.text, place).split_once(':')?;
    let colon = place.bytes.start - value.len() - 1;
    let mistake = file.mistake(Some(at(place, colon..colon + 1)), "behind this colon stands no space");
    value.starts_with(['{', '[', '"', '\'']).then(|| mistake.help("write a space behind it"))
}

pub(super) fn second_colon(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let (_, value) = before_in_line(&file.text, place).split_once(':')?;
    let mistake = file.mistake(Some(place.clone()), "a second `: ` stands in this line");
    let in_quotes = "a text that holds `: ` has to stand in quotes";
    let is_one_word = !value.trim().is_empty() && !value.trim().contains(' ');
    Some(mistake.help(if is_one_word {
        format!("write `update: {{ lead_id: … }}`, for example, or the second key in the next line; {in_quotes}")
    } else {
        in_quotes.to_owned()
    }))
}

/// A line that begins further left than the first, which may be the one that is wrong.
pub(super) fn after_the_first_line(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let (start, line) = lines(&file.text).find(|(_, line)| is_content(line))?;
    let indent = line.len() - line.trim_start().len();
    if indent == 0 && !line.contains(':') {
        let mistake = file.mistake(Some(at(place, start..start + line.len())), NO_KEY);
        return Some(mistake.help("a key is followed by a colon and a space, and a comment begins with `# `"));
    }
    if indent == 0 {
        let message = "this line begins further left than the first";
        return Some(file.mistake(Some(place.clone()), message).help(SAME_COLUMN));
    }
    let first = at(place, start..start + indent);
    tab_in_the_indent(file, &first).or_else(|| {
        let message = "the first line is indented, and a later one is not";
        Some(file.mistake(Some(first), message).help(SAME_COLUMN))
    })
}

/// A line, or what stands behind a bracket, that is part of nothing.
pub(super) fn in_no_column(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let before = before_in_line(&file.text, place);
    let is_item = before.trim_start() == "- " || file.text.get(place.bytes.start..)?.starts_with("- ");
    let (message, help) = if before.trim_end().ends_with([']', '}']) {
        ("behind the closing bracket the text goes on", "put the whole text in quotes".to_owned())
    } else if is_item {
        let help = "every item of a list begins with a dash and a space, in the same column, the first too";
        ("this item stands in no list", help.to_owned())
    } else {
        let help = format!("{SAME_COLUMN}; what belongs to a key stands further in than the key");
        ("this line is indented as no line above it", help)
    };
    Some(file.mistake(Some(place.clone()), message).help(help))
}

pub(super) fn item_within_brackets(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    before_in_line(&file.text, place).trim().is_empty().then(|| unclosed(file, place))?
}

/// The bracket before this place that is not closed, as far as can be told without reading the texts between.
pub(super) fn unclosed(file: &SourceFile, seen: &Place) -> Option<Diagnostic> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut comment = false;
    let before = file.text.get(..seen.bytes.start).unwrap_or_default();
    for (index, c) in before.char_indices() {
        match c {
            '\n' => comment = false,
            '#' => comment |= before.get(..index).is_some_and(|before| before.ends_with([' ', '\n'])),
            _ if comment => {}
            '{' | '[' => open.push((index, c)),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    let &(start, bracket) = open.last()?;
    let place = at(seen, start..start + 1);
    let line = before.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let quotes = "a text that holds `: `, a comma or a bracket has to stand in quotes";
    let help = match (line.contains(" #"), bracket) {
        (true, _) => "what stands behind ` #` is a comment: put a text that holds it in quotes".to_owned(),
        (false, '{') => format!("write `{{ name: value, name: value }}`; {quotes}"),
        (false, _) => format!("write `[one, another]`; {quotes}"),
    };
    let between = before.get(start..).unwrap_or_default().matches('\n').count();
    let missing = if between == 0 {
        "between two of its values".to_owned()
    } else {
        format!("before line {}", before.matches('\n').count() + 1)
    };
    let message = format!("this `{bracket}` is not closed, or a `,` is missing {missing}");
    Some(file.mistake(Some(place), message).help(help))
}

/// The lines of a text, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    })
}

/// The line in which a place begins.
fn line_of<'t>(text: &'t str, place: &Place) -> &'t str {
    text.get(line_start(text, place.bytes.start)..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The line before the one in which a place begins that has something in it.
fn line_before(text: &str, place: &Place) -> Option<Place> {
    let before = text.get(..line_start(text, place.bytes.start))?.trim_end();
    let start = line_start(before, before.len());
    (!before.is_empty()).then(|| at(place, start..before.len()))
}

/// What stands before a place in its line.
fn before_in_line<'t>(text: &'t str, place: &Place) -> &'t str {
    text.get(line_start(text, place.bytes.start)..place.bytes.start).unwrap_or_default()
}

/// Another place in the same file.
fn at(near: &Place, bytes: Range<usize>) -> Place {
    Place { bytes, ..near.clone() }
}

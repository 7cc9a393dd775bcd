//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use std::ops::Range;

use super::diagnostic::{Diagnostic, Place, SourceFile};

/// What the scanner says (a part of it), what that means, and what to do.
const WORDS: [(&str, &str, &str); 25] = [
    (
        "did not find expected '-' indicator",
        "this line is neither an item of the list above nor a part of its last item",
        "each item begins with a dash and a space in the same column; its further keys stand below its first key, two columns further in",
    ),
    (
        "simple key expected",
        "this line is no key with its value",
        "a key is followed by a colon and a space: `name: value`",
    ),
    ("unclosed bracket '{'", "this `{` is not closed", "end the map with `}`"),
    ("unclosed bracket '['", "this `[` is not closed", "end the list with `]`"),
    (
        "unclosed quote",
        "the quotation mark here is not closed",
        "end the text with the mark it begins with; inside '…', a ' is written twice",
    ),
    (
        "recursion limit exceeded",
        "the file asks for more than any scenario needs: it is nested too deep",
        "write the values out instead of nesting them",
    ),
    ("anchor or alias", "a text cannot begin with `&` or `*` like this", "put the text in quotes"),
    (
        "implicit flow mapping",
        "what stands between the brackets here cannot be read",
        "between two commas stands a value; a text that begins with `? ` has to stand in quotes",
    ),
    (
        "only valid inside a block",
        "a text within brackets cannot begin with `- `, and a bracket before this may not be closed",
        "put the text in quotes; behind ` #` everything is a comment",
    ),
    (
        "while scanning a block scalar",
        "behind `>` or `|` nothing else stands in the line",
        "begin the text in the next line, two columns further in, or put it in quotes",
    ),
    (
        "invalid trailing content after",
        "behind the closing quotation mark the text goes on",
        "put the whole text in quotes; inside '…' a ' is written twice, inside \"…\" a \" is written \\\"",
    ),
    ("mismatched bracket", "this bracket is closed by one of another kind", "close `{` by `}`, and `[` by `]`"),
    ("block sequence entries are not allowed", "a text cannot begin with `- ` here", "put the text in quotes"),
    ("mapping keys are not allowed", "a text cannot begin with `? ` here", "put the text in quotes"),
    ("while parsing a block mapping", "a text cannot begin like this", "put the text in quotes"),
    ("BOM must not appear", "an invisible byte order mark stands here", "remove it, or type the line anew"),
    ("null into string", "before a colon stands no key", "write the key, or put a text that holds a colon in quotes"),
    ("expected string scalar", "a key is a text", "write `name: value`"),
    ("non-finite float", "this is no number that can be used", "put a text in quotes"),
    ("did not find expected ','", "a `,` is missing before this", "between two commas stands one value"),
    ("illegal placement of ':'", "a bracket before this is not closed", "close it by `}` or `]`"),
    ("misplaced bracket", "this bracket closes nothing", "remove it, or open one before it"),
    (
        "alias references unknown anchor",
        "a text cannot begin with `*` like this",
        "put the text in quotes; an alias needs its anchor, `&…`, before it",
    ),
    ("unexpected character", "a text cannot begin with this character", "put the text in quotes"),
    (
        "unknown escape character",
        "in this text a `\\` stands before a character that it cannot escape",
        "write `\\\\` for a backslash, or put the text in '…', where it needs none",
    ),
];

/// What the scanner says (a part of it), and who looks at the text around to tell what that means there. The first who can
/// tell does.
const LOOKS: [(&str, Look); 14] = [
    ("", left_by_another_tool),
    ("", tab_in_the_indent),
    ("found a tab", first_tab),
    ("tabs disallowed", first_tab),
    ("did not find expected '-' indicator", dash_without_a_space),
    ("mapping values are not allowed", line_without_a_key),
    ("mapping values are not allowed", colon_without_a_space),
    ("mapping values are not allowed", second_colon),
    ("did not find expected <document start>", after_the_first_line),
    ("did not find expected key", in_no_column),
    ("only valid inside a block", item_within_brackets),
    ("did not find expected ',' or '}'", unclosed),
    ("did not find expected ',' or ']'", unclosed),
    ("illegal placement of ':'", unclosed),
];

type Look = fn(&SourceFile, &Place) -> Option<Diagnostic>;

/// Lines that another tool left in a file: how they begin, what they are, and what to do.
const LEFT: [(&str, &str, &str); 4] = [
    ("<<<<<<<", "a merge left this line", "settle between the two versions, and remove the marks"),
    (">>>>>>>", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("=======", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("```", "this line belongs to Markdown", "remove it, and the one at the end of the text"),
];

const SAME_COLUMN: &str = "the keys of one map begin in the same column";
const NO_TAB: &str = "YAML is indented by spaces alone: put some in its place, or none";

/// The mistake that a message of the scanner tells of.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: String) -> Diagnostic {
    let looks = LOOKS.iter().filter(|(said, _)| message.contains(said)).map(|(_, look)| look);
    if let Some(told) = place.as_ref().and_then(|place| looks.into_iter().find_map(|look| look(file, place))) {
        return told;
    }
    if message.contains("unexpected character") && message.contains("\\u{") {
        let help = "remove it; a file that is full of them is to be saved as UTF-8";
        return file.mistake(place, "a control character stands here that nobody sees").help(help);
    }
    match WORDS.iter().find(|(said, ..)| message.contains(said)) {
        Some((_, meaning, help)) => file.mistake(place, *meaning).help(*help),
        None => file.mistake(place, message),
    }
}

fn left_by_another_tool(file: &SourceFile, _: &Place) -> Option<Diagnostic> {
    let of_tool = |line: &str| LEFT.iter().find(|(mark, ..)| line.starts_with(mark));
    let (at, (mark, meaning, help)) = lines(&file.text).find_map(|(at, line)| Some((at, of_tool(line)?)))?;
    let place = Place { bytes: at..at + mark.len(), line: 1, column: 1 };
    Some(file.mistake(Some(place), *meaning).help(*help))
}

fn tab_in_the_indent(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let line = line_of(&file.text, place);
    let tab = line.find('\t').filter(|tab| line[..*tab].trim().is_empty())?;
    let start = line_start(&file.text, place.bytes.start) + tab;
    Some(file.mistake(Some(at(place, start..start + 1)), "a tab stands here").help(NO_TAB))
}

/// The scanner points near a tab, not at it.
fn first_tab(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let start = line_start(&file.text, place.bytes.start);
    let tab = start + file.text.get(start..)?.find('\t')?;
    Some(file.mistake(Some(at(place, tab..tab + 1)), "a tab stands here").help(NO_TAB))
}

fn dash_without_a_space(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let behind = file.text.get(place.bytes.start..)?.strip_prefix('-')?;
    let mistake = file.mistake(Some(place.clone()), "behind this dash stands no space");
    (!behind.starts_with(' ')).then(|| mistake.help("an item begins with a dash and a space: `- name: value`"))
}

/// The first colon of a line that stands where no key can: the line before it is none, or the line is in the wrong column.
fn line_without_a_key(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    if before_in_line(&file.text, place).contains(": ") {
        return None;
    }
    let start = line_start(&file.text, place.bytes.start);
    let before = file.text[..start].trim_end();
    let before_start = line_start(before, before.len());
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    if before.is_empty() || indent(line_of(&file.text, place)) > indent(&before[before_start..]) {
        let message = "this line stands further in than the line before it, which already has a value";
        return Some(file.mistake(Some(place.clone()), message).help(SAME_COLUMN));
    }
    let mistake = file.mistake(Some(at(place, before_start..before.len())), "this line is no key with its value");
    Some(mistake.help("a key is followed by a colon and a space: `name: value`"))
}

fn colon_without_a_space(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let (key, value) = before_in_line(&file.text, place).split_once(':')?;
    let opening = value.chars().next().filter(|c| ['{', '[', '"', '\''].contains(c))?;
    let colon = place.bytes.start - value.len() - 1;
    let mistake = file.mistake(Some(at(place, colon..colon + 1)), "behind this colon stands no space");
    Some(mistake.help(format!("write `{}: {opening}…`", key.trim_start_matches([' ', '-']))))
}

fn second_colon(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let (key, value) = before_in_line(&file.text, place).split_once(':')?;
    let (key, below) = (key.trim_start_matches([' ', '-']), value.trim());
    let mistake = file.mistake(Some(place.clone()), "a second `: ` stands in this line");
    let in_quotes = "a text that holds `: ` has to stand in quotes";
    let is_name = !below.is_empty() && below.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    Some(mistake.help(if is_name {
        format!("write `{key}: {{ {below}: … }}`, or `{below}: …` in the next line and further in; {in_quotes}")
    } else {
        in_quotes.to_owned()
    }))
}

/// A line that begins further left than the first, which may be the one that is wrong.
fn after_the_first_line(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let (start, line) = lines(&file.text).find(|(_, line)| is_content(line))?;
    let indent = line.len() - line.trim_start().len();
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
fn in_no_column(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let before = before_in_line(&file.text, place);
    let is_item = before.trim_start() == "- " || file.text.get(place.bytes.start..)?.starts_with("- ");
    let (message, help) = if before.trim_end().ends_with([']', '}']) {
        ("behind the closing bracket the text goes on", "put the whole text in quotes".to_owned())
    } else if is_item {
        let help = "every item of a list begins with a dash and a space, in the same column, the first too";
        ("this item stands in no list", help.to_owned())
    } else {
        let help = format!("{SAME_COLUMN}; what belongs to a key stands further in than the key");
        ("this line stands in a column of its own", help)
    };
    Some(file.mistake(Some(place.clone()), message).help(help))
}

fn item_within_brackets(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    before_in_line(&file.text, place).trim().is_empty().then(|| unclosed(file, place))?
}

/// The bracket before this place that is not closed, as far as can be told without reading the texts between.
fn unclosed(file: &SourceFile, seen: &Place) -> Option<Diagnostic> {
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
    let help = match (line.contains(" #"), bracket) {
        (true, _) => "what stands behind ` #` is a comment: put a text that holds it in quotes",
        (false, '{') => "write `{ name: value, name: value }`; a text that holds `: ` has to stand in quotes",
        (false, _) => "write `[one, another]`",
    };
    let message = format!("this `{bracket}` is not closed, or a `,` is missing behind it");
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

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// The line in which a place begins.
fn line_of<'t>(text: &'t str, place: &Place) -> &'t str {
    text.get(line_start(text, place.bytes.start)..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// What stands before a place in its line.
fn before_in_line<'t>(text: &'t str, place: &Place) -> &'t str {
    text.get(line_start(text, place.bytes.start)..place.bytes.start).unwrap_or_default()
}

/// Another place in the same file.
fn at(near: &Place, bytes: Range<usize>) -> Place {
    Place { bytes, ..near.clone() }
}

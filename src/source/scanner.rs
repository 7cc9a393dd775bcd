//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use super::diagnostic::{Diagnostic, Place, SourceFile};

/// What the scanner says (a part of it), what that means, and what to do.
const WORDS: [(&str, &str, &str); 22] = [
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
    ("misplaced bracket", "this bracket closes nothing", "remove it, or open one before it"),
    (
        "alias references unknown anchor",
        "a text cannot begin with `*` like this",
        "put the text in quotes; an alias needs its anchor, `&…`, before it",
    ),
    (
        "unknown escape character",
        "in this text a `\\` stands before a character that it cannot escape",
        "write `\\\\` for a backslash, or put the text in '…', where it needs none",
    ),
];

/// What the scanner says behind a bracket that is not closed.
const OPEN: [&str; 3] =
    ["did not find expected ',' or '}'", "did not find expected ',' or ']'", "illegal placement of ':'"];

/// Lines that another tool left in a file: how they begin, what they are, and what to do.
const LEFT: [(&str, &str, &str); 4] = [
    ("<<<<<<<", "a merge left this line", "settle between the two versions, and remove the marks"),
    (">>>>>>>", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("=======", "a merge left this line", "settle between the two versions, and remove the marks"),
    ("```", "this line belongs to Markdown", "remove it, and the one at the end of the text"),
];

/// The mistake that a message of the scanner tells of.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: String) -> Diagnostic {
    let left = lines(&file.text).find_map(|(at, line)| Some((at, LEFT.iter().find(|left| line.starts_with(left.0))?)));
    if let Some((at, (mark, meaning, help))) = left {
        return file.mistake(Some(Place { bytes: at..at + mark.len(), line: 1, column: 1 }), *meaning).help(*help);
    }
    let is_of_tab = message.contains("found a tab") || message.contains("tabs disallowed");
    if let Some(tab) = place.as_ref().and_then(|place| tab_near(&file.text, place, is_of_tab)) {
        return file.mistake(Some(tab), "a tab stands here").help("YAML is indented by spaces: put two in its place");
    }
    if let (Some(place), true) = (&place, message.contains("did not find expected '-' indicator"))
        && file.text.get(place.bytes.start..).is_some_and(|behind| behind.starts_with('-') && !behind.starts_with("- "))
    {
        let mistake = file.mistake(Some(place.clone()), "behind this dash stands no space");
        return mistake.help("an item begins with a dash and a space: `- name: value`");
    }
    if message.contains("mapping values are not allowed") {
        let is_first = place.as_ref().is_some_and(|place| is_first_colon(&file.text, place.bytes.start));
        let before = place.as_ref().filter(|_| is_first).and_then(|place| no_deeper_line_before(&file.text, place));
        return if let Some(before) = before {
            file.mistake(Some(before), "this line is no key with its value")
                .help("a key is followed by a colon and a space: `name: value`")
        } else if is_first {
            file.mistake(place, "this line stands further in than the line before it, which already has a value")
                .help("the keys of one map begin in the same column")
        } else {
            second_colon(file, place)
        };
    }
    if let (Some(place), true) = (&place, message.contains("did not find expected <document start>")) {
        return after_the_first_line(file, place);
    }
    if let (Some(place), true) = (&place, message.contains("did not find expected key")) {
        return in_no_column(file, place);
    }
    if let (Some(place), true) = (&place, message.contains("only valid inside a block"))
        && file
            .text
            .get(line_start(&file.text, place.bytes.start)..place.bytes.start)
            .is_some_and(|it| it.trim().is_empty())
    {
        return unclosed(file, place);
    }
    if message.contains("unexpected character") && message.contains("\\u{") {
        let help = "remove it; a file that is full of them is to be saved as UTF-8";
        return file.mistake(place, "a control character stands here that nobody sees").help(help);
    }
    if message.contains("unexpected character") {
        return file.mistake(place, "a text cannot begin with this character").help("put the text in quotes");
    }
    if let (Some(place), true) = (&place, OPEN.iter().any(|said| message.contains(said))) {
        return unclosed(file, place);
    }
    match WORDS.iter().find(|(said, ..)| message.contains(said)) {
        Some((_, meaning, help)) => file.mistake(place, *meaning).help(*help),
        None => file.mistake(place, message),
    }
}

/// The bracket before this place that is not closed, as far as can be told without reading the texts between.
fn unclosed(file: &SourceFile, seen: &Place) -> Diagnostic {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut comment = false;
    let before = file.text.get(..seen.bytes.start).unwrap_or_default();
    for (at, c) in before.char_indices() {
        match c {
            '\n' => comment = false,
            '#' => comment |= before.get(..at).is_some_and(|before| before.ends_with([' ', '\n'])),
            _ if comment => {}
            '{' | '[' => open.push((at, c)),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    let Some(&(at, bracket)) = open.last() else {
        return file.mistake(Some(seen.clone()), "a bracket before this is not closed, or a `,` is missing");
    };
    let place = Place { bytes: at..at + 1, ..seen.clone() };
    let mistake = file.mistake(Some(place), format!("this `{bracket}` is not closed, or a `,` is missing behind it"));
    let line = before.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    match (line.contains(" #"), bracket) {
        (true, _) => mistake.help("what stands behind ` #` is a comment: put a text that holds it in quotes"),
        (false, '{') => {
            mistake.help("write `{ name: value, name: value }`; a text that holds `: ` has to stand in quotes")
        }
        (false, _) => mistake.help("write `[one, another]`"),
    }
}

/// A second `: ` in a line.
fn second_colon(file: &SourceFile, place: Option<Place>) -> Diagnostic {
    let second = place.as_ref().map_or(0, |place| place.bytes.start);
    let start = line_start(&file.text, second);
    let before = file.text.get(start..second).unwrap_or_default().trim_start_matches([' ', '-']);
    let Some((key, value)) = before.split_once(':') else {
        return file.mistake(place, "a `: ` stands in this line that YAML has no use for");
    };
    if value.starts_with(['{', '[', '"', '\'']) {
        let colon = second - value.len() - 1;
        let place = place.map(|place| Place { bytes: colon..colon + 1, ..place });
        let help = format!("write a space behind it: `{key}: {}…`", &value[..1]);
        return file.mistake(place, "behind this colon stands no space").help(help);
    }
    let mistake = file.mistake(place, "a second `: ` stands in this line");
    let below = value.trim();
    if !below.is_empty() && below.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
        let help = format!(
            "write `{key}: {{ {below}: … }}`, or `{below}: …` in the next line and further in; a text that holds `: ` has to stand in quotes"
        );
        return mistake.help(help);
    }
    mistake.help("a text that holds `: ` has to stand in quotes")
}

/// A line that begins further left than the first, which may be the one that is wrong.
fn after_the_first_line(file: &SourceFile, place: &Place) -> Diagnostic {
    let help = "the keys of one map begin in the same column";
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = lines(&file.text).find(|(_, line)| is_content(line));
    match first.map(|(at, line)| (at, line, line.len() - line.trim_start().len())) {
        Some((at, line, indent)) if indent > 0 => {
            let first = Place { bytes: at..at + indent, ..place.clone() };
            if let Some(tab) = line[..indent].find('\t') {
                let tab = Place { bytes: at + tab..at + tab + 1, ..first };
                let help = "YAML is indented by spaces, and a first line not at all: remove it";
                return file.mistake(Some(tab), "a tab stands here").help(help);
            }
            file.mistake(Some(first), "the first line is indented, and a later one is not").help(help)
        }
        _ => file.mistake(Some(place.clone()), "this line begins further left than the first").help(help),
    }
}

/// A line, or what stands behind a bracket, that is part of nothing.
fn in_no_column(file: &SourceFile, place: &Place) -> Diagnostic {
    let start = line_start(&file.text, place.bytes.start);
    let before = file.text.get(start..place.bytes.start).unwrap_or_default();
    let behind = file.text.get(place.bytes.start..).unwrap_or_default();
    let told = |message: &str, help: &str| file.mistake(Some(place.clone()), message).help(help);
    if before.trim_end().ends_with([']', '}']) {
        return told("behind the closing bracket the text goes on", "put the whole text in quotes");
    }
    if behind.starts_with("- ") || before.trim_start() == "- " {
        let help = "every item of a list begins with a dash and a space, in the same column, the first too";
        return told("this item stands in no list", help);
    }
    let help = "the keys of one map begin in the same column; what belongs to a key stands further in than the key";
    told("this line stands in a column of its own", help)
}

/// The lines of a text, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    })
}

/// A tab among that by which a line is indented; or, where the scanner speaks of one, the first behind the beginning of
/// this line: it points near it.
fn tab_near(text: &str, near: &Place, is_spoken_of: bool) -> Option<Place> {
    let start = line_start(text, near.bytes.start);
    let behind = text.get(start..)?;
    let indent = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let tab = start + behind.find('\t').filter(|tab| is_spoken_of || *tab < indent)?;
    Some(Place { bytes: tab..tab + 1, ..near.clone() })
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// Whether only a key stands before this in its line.
fn is_first_colon(text: &str, at: usize) -> bool {
    text.get(line_start(text, at)..at).is_some_and(|before| !before.contains(": "))
}

/// The line before this one, where this one stands no further in.
fn no_deeper_line_before(text: &str, at: &Place) -> Option<Place> {
    let start = line_start(text, at.bytes.start);
    let before = text.get(..start)?.trim_end();
    let before_start = line_start(before, before.len());
    let indent = |from: usize| text.get(from..).map(|rest| rest.len() - rest.trim_start_matches(' ').len());
    let is_deeper = indent(start)? > indent(before_start)?;
    (!before.is_empty() && !is_deeper).then(|| Place { bytes: before_start..before.len(), ..at.clone() })
}

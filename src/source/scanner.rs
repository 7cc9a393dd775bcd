//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use super::diagnostic::{Diagnostic, Place, SourceFile};

/// Characters that look like others, and what they are.
const ODD: [(char, &str); 9] = [
    ('\u{a0}', "a space that does not count as one"),
    ('\u{200b}', "a space that nobody sees"),
    ('\u{200d}', "a character that nobody sees"),
    ('\u{feff}', "a character that nobody sees"),
    ('“', "no quotation mark to YAML: \" is"),
    ('”', "no quotation mark to YAML: \" is"),
    ('‘', "no quotation mark to YAML: ' is"),
    ('’', "no quotation mark to YAML: ' is"),
    ('：', "no colon to YAML: : is"),
];

/// The same mistake, with what stands in its line that looks like something else.
pub(super) fn of_odd_characters(mistake: Diagnostic) -> Diagnostic {
    let odd = mistake.shown_line().and_then(|line| ODD.iter().find(|(odd, _)| line.contains(*odd)));
    match odd {
        Some((odd, what)) => {
            let code = u32::from(*odd);
            let seen = format!("in this line stands U+{code:04X}, {what}");
            mistake.also_help(&seen)
        }
        None => mistake,
    }
}

/// What the scanner says (a part of it), what that means, and what to do.
const WORDS: [(&str, &str, &str); 24] = [
    (
        "did not find expected '-' indicator",
        "this line is neither an item of the list above nor a part of its last item",
        "each item begins with `- ` in the same column; its further keys stand below its first key, two columns further in",
    ),
    (
        "did not find expected key",
        "this line stands in a column of its own",
        "the keys of one map begin in the same column; what belongs to a key stands further in than the key",
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
    (
        "did not find expected <document start>",
        "this line begins further left than the first",
        "the keys of one map begin in the same column",
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

/// The mistake that a message of the scanner tells of.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: String) -> Diagnostic {
    if let Some(tab) = place.as_ref().and_then(|place| tab_before(&file.text, place)) {
        return file.mistake(Some(tab), "a tab stands here").help("YAML is indented by spaces: put two in its place");
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
            file.mistake(place, "a second `: ` stands in this line")
                .help("a text that holds `: ` has to stand in quotes; behind the colon of a key stands a space")
        };
    }
    if message.contains("found a tab") || message.contains("tabs disallowed") {
        let place = place.map(|place| first_tab(&file.text, place));
        return file.mistake(place, "a tab stands here").help("YAML is indented by spaces: put two in its place");
    }
    if message.contains("unexpected character") && message.contains("\\u{") {
        let help = "remove it; a file that is full of them is to be saved as UTF-8";
        return file.mistake(place, "a control character stands here that nobody sees").help(help);
    }
    if message.contains("unexpected character") {
        return file.mistake(place, message).help("a text that begins with this character has to stand in quotes");
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

/// A tab among that by which a line is indented.
fn tab_before(text: &str, at: &Place) -> Option<Place> {
    let start = line_start(text, at.bytes.start);
    let indented = text.get(start..)?.lines().next()?;
    let indented = &indented[..indented.len() - indented.trim_start().len()];
    let tab = start + indented.find('\t')?;
    Some(Place { bytes: tab..tab + 1, ..at.clone() })
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

/// The scanner points near a tab, not at it.
fn first_tab(text: &str, near: Place) -> Place {
    let start = line_start(text, near.bytes.start);
    let tab = text.get(start..).and_then(|rest| rest.find('\t')).map(|at| start + at);
    let bytes = tab.map_or(near.bytes, |at| at..at + 1);
    Place { bytes, line: near.line, column: near.column }
}

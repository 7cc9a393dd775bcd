//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use super::diagnostic::{Diagnostic, SourceFile};
use super::place::{Place, line_start};

const NO_KEY: &str = "this line is neither a key with its value nor a continuation of the line above";
const COLUMNS: &str = "a key is followed by a colon and a space, and the keys of one map begin in the same column; an item begins with a dash and a space";
const BRACKETS: &str = "close `{` by `}` and `[` by `]`, with a comma between two values; put a text that holds one of these, or `: `, in quotes";
const NO_BEGINNING: &str = "a text without quotes cannot begin like this";
const QUOTES: &str = "put the text in quotes";
const ESCAPE: &str = "in this text a `\\` comes before a character that it cannot escape";
const BACKSLASH: &str = "write `\\\\` for a backslash, or put the text in '…', where it needs none";

/// What the scanner says (a part of it), what that means, and what to do.
const WORDS: [(&str, &str, &str); 24] = [
    ("a tab", "a tab in the indentation", "indent YAML with spaces"),
    ("tabs disallowed", "a tab in the indentation", "indent YAML with spaces"),
    ("simple key expected", NO_KEY, COLUMNS),
    ("did not find expected '-' indicator", NO_KEY, COLUMNS),
    ("did not find expected key", NO_KEY, COLUMNS),
    ("did not find expected <document start>", NO_KEY, COLUMNS),
    (
        "mapping values are not allowed",
        "a `: ` where no key is allowed",
        "put a text that holds `: ` in quotes; the keys of one map begin in the same column",
    ),
    ("unclosed bracket", "this bracket is not closed", BRACKETS),
    ("mismatched bracket", "this bracket is closed by a different kind", BRACKETS),
    ("misplaced bracket", "this bracket closes nothing", BRACKETS),
    ("expected ','", "a bracket before this is not closed, or a `,` is missing", BRACKETS),
    ("illegal placement of ':'", "a bracket before this is not closed, or a `,` is missing", BRACKETS),
    ("only valid inside a block", "a bracket before this is not closed", BRACKETS),
    (
        "unclosed quote",
        "this quotation mark is not closed",
        "end the text with the mark it begins with; inside '…', a ' is written twice",
    ),
    (
        "invalid trailing content after",
        "the text goes on after the closing quotation mark",
        "put the whole text in quotes; inside '…' a ' is written twice, inside \"…\" a \" is written \\\"",
    ),
    (
        "while scanning a block scalar",
        "nothing may follow `>` or `|` in the same line",
        "begin the text in the next line, two columns further in, or put it in quotes",
    ),
    ("anchor", NO_BEGINNING, QUOTES),
    ("unexpected character", NO_BEGINNING, QUOTES),
    ("entries are not allowed", NO_BEGINNING, QUOTES),
    ("mapping keys are not allowed", NO_BEGINNING, QUOTES),
    ("while parsing a block mapping", NO_BEGINNING, QUOTES),
    ("hexadecimal number", ESCAPE, BACKSLASH),
    ("unknown escape character", ESCAPE, BACKSLASH),
    ("recursion limit exceeded", "the file is nested too deep", "write the values out instead of nesting them"),
];

/// The mistake that a message of the scanner tells of.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: String) -> Diagnostic {
    // It points near a tab, not at it.
    let place = if message.contains("tab") { place.map(|place| at_a_tab(file, &place)) } else { place };
    match WORDS.iter().find(|(said, ..)| message.contains(said)) {
        Some((_, meaning, help)) => file.mistake(place, *meaning).help(*help),
        None => file.mistake(place, message),
    }
}

/// The first tab from the line of a place on.
fn at_a_tab(file: &SourceFile, place: &Place) -> Place {
    let start = line_start(&file.text, place.bytes.start);
    let tab = file.text.get(start..).and_then(|rest| rest.find('\t'));
    Place { bytes: tab.map_or(place.bytes.clone(), |tab| start + tab..start + tab + 1), ..place.clone() }
}

//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use super::diagnostic::{Diagnostic, SourceFile};
use super::place::Place;

const COLUMNS: &str = "a key is followed by a colon and a space, and the keys of one map begin in the same column; put a text that holds `: ` in quotes";
const QUOTES: &str = "put the text in quotes; inside '…' a ' is written twice, inside \"…\" a \\ and a \" follow a \\";
const BRACKETS: &str =
    "close `{` by `}` and `[` by `]`, with a comma between two values; put a text that holds one of these in quotes";

/// What the scanner says (a part of it), and what to do.
const HELP: [(&str, &str); 10] = [
    ("tab", "indent YAML with spaces"),
    ("bracket", BRACKETS),
    ("expected ','", BRACKETS),
    ("illegal placement of ':'", BRACKETS),
    ("only valid inside a block", BRACKETS),
    ("quote", QUOTES),
    ("escape", QUOTES),
    ("unexpected character", QUOTES),
    ("did not find expected", COLUMNS),
    ("not allowed", COLUMNS),
];

/// The mistake behind a message of the scanner.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: &str) -> Diagnostic {
    // It points near a tab, not at it.
    let at_a_tab = |place: Place| {
        let start = file.text.get(..place.start).and_then(|before| before.rfind('\n')).unwrap_or(0);
        file.text.get(start..).and_then(|rest| rest.find('\t')).map_or(place, |tab| start + tab..start + tab + 1)
    };
    let place = if message.contains("tab") { place.map(at_a_tab) } else { place };
    let help = HELP.iter().find(|(said, _)| message.contains(said)).map(|(_, help)| (*help).to_owned());
    file.mistake(place, format!("not valid YAML: {message}")).maybe_help(help)
}

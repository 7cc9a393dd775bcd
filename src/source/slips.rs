//! What YAML takes without a word and nobody means: a comment that may belong to the text before it, and a value that goes on in the
//! next line.

use super::diagnostic::{Diagnostic, SourceFile};
use super::place::Place;

/// What begins a comment, and what a text may hold.
const MARK: &str = " #";

/// Whether a text may hold it, or a key without a value. Most files do not, and need no second look.
pub(super) fn are_possible(text: &str) -> bool {
    let is_cut = |line: &str| line.match_indices(MARK).any(|(at, _)| line[at + MARK.len()..].starts_with(is_of_a_word));
    let is_open =
        |line: &str| line.contains(":,") || line.contains(": ,") || line.contains(":}") || line.contains(": }");
    let is_nothing = |line: &str| line.contains(": ~") || line.contains(": null");
    let content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(content).peekable();
    while let Some(line) = lines.next() {
        // A key may begin behind the dash of its item.
        let column = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
        let without_comment = line.split(MARK).next().unwrap_or_default().trim_end();
        let is_followed =
            lines.peek().is_some_and(|below| column(below) > column(line) || below.trim_start().starts_with("- "));
        if is_cut(line) || is_open(line) || is_nothing(line) || without_comment.ends_with(':') && !is_followed {
            return true;
        }
    }
    false
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// What is wrong with a text that is not in quotes.
pub(super) fn of_text(file: &SourceFile, place: &Place) -> Option<Diagnostic> {
    let value = file.text.get(place.bytes.clone())?;
    if value.starts_with(['"', '\'', '|', '>']) || value.contains('\n') {
        return None;
    }
    let behind = file.text.get(place.bytes.end..)?.lines().next().unwrap_or_default();
    let comment = behind.trim_start().strip_prefix('#').filter(|_| behind.starts_with([' ', '\t']))?;
    if !comment.starts_with(is_of_a_word) {
        return None;
    }
    let start = place.bytes.end + behind.find('#')?;
    let at = Place { bytes: start..start + 1, ..place.clone() };
    let message = "everything after ` #` is a comment, but this may belong to the text before it";
    Some(file.mistake(Some(at), message).help("put the whole text in quotes; begin a comment with `# `"))
}

/// A value that goes on in the next line, which probably was to be something else.
pub(super) fn over_lines(file: &SourceFile, place: Option<Place>, first: &str) -> Diagnostic {
    let mistake = file.mistake(place, format!("the next line is part of the value `{first}`, because it is indented"));
    mistake.help("a key begins in the same column as the key above it, and an item with a dash and a space")
}

//! What YAML accepts and nobody means: a comment that may belong to the text before it, and a key with nothing behind it.

use super::diagnostic::SourceFile;
use super::place::Place;

/// What begins a comment, and what a text may hold.
const MARK: &str = " #";

/// Whether a text may hold one. Most files do not, and need no second look.
pub(super) fn are_possible(text: &str) -> bool {
    let is_cut =
        |line: &str| line.match_indices(MARK).any(|(at, _)| line[at + MARK.len()..].starts_with(char::is_alphanumeric));
    let is_nothing =
        |line: &str| [":,", ": ,", ":}", ": }", ": ~", ": null"].iter().any(|nothing| line.contains(nothing));
    let content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(content).peekable();
    while let Some(line) = lines.next() {
        // A key may begin behind the dash of its item.
        let column = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
        let without_comment = line.split(MARK).next().unwrap_or_default().trim_end();
        let is_followed =
            lines.peek().is_some_and(|below| column(below) > column(line) || below.trim_start().starts_with("- "));
        if is_cut(line) || is_nothing(line) || without_comment.ends_with(':') && !is_followed {
            return true;
        }
    }
    false
}

/// Where a comment begins that may belong to the text before it, which is not in quotes.
pub(super) fn comment_behind(file: &SourceFile, place: &Place) -> Option<Place> {
    let value = file.text.get(place.clone())?;
    if value.starts_with(['"', '\'', '|', '>']) || value.contains('\n') {
        return None;
    }
    let behind = file.text.get(place.end..)?.lines().next().unwrap_or_default();
    let comment = behind.trim_start().strip_prefix('#').filter(|_| behind.starts_with([' ', '\t']))?;
    let start = place.end + behind.find('#')?;
    comment.starts_with(char::is_alphanumeric).then(|| start..start + 1)
}

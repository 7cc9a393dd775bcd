//! Where what was expected and what was seen differ: line by line, or within one value.

use similar::{ChangeTag, DiffTag, TextDiff};

use crate::judge::Finding;

/// Two values that have less than this in common are two values, not one that was changed.
const ALIKE: f32 = 0.5;

/// How many lines that are alike stand around those that differ.
const CONTEXT: usize = 3;

/// What was expected against what was seen.
pub(super) enum Difference {
    /// Texts of several lines.
    Lines(Vec<Line>),
    /// Two values: what was expected, and what was seen.
    Values(Vec<Piece>, Vec<Piece>),
}

/// A line of either text, or of both.
pub(super) struct Line {
    pub(super) sign: &'static str,
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// A piece of a value, and whether the other has it not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) differs: bool,
}

impl Difference {
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        let (expected, actual) = (finding.expected.as_ref()?, finding.actual.as_ref()?);
        Some(if expected.contains('\n') || actual.contains('\n') {
            Self::Lines(lines(expected, actual))
        } else {
            let (expected, actual) = pieces(expected, actual);
            Self::Values(expected, actual)
        })
    }
}

/// Two texts line against line, where they differ: `-` is expected, `+` is what came.
pub(super) fn lines(expected: &str, actual: &str) -> Vec<Line> {
    // Lines without their ends, or the last one would differ as soon as another follows it.
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let diff = TextDiff::from_slices(&expected, &actual);
    let line = |change: similar::Change<&str>| {
        let (sign, class) = match change.tag() {
            ChangeTag::Delete => ("-", "removed"),
            ChangeTag::Insert => ("+", "added"),
            ChangeTag::Equal => (" ", "same"),
        };
        Line { sign, class, text: change.value().trim_end().to_owned() }
    };
    let groups = if expected == actual { vec![diff.ops().to_vec()] } else { diff.grouped_ops(CONTEXT) };
    let mut lines = Vec::new();
    for group in groups {
        if !lines.is_empty() {
            lines.push(Line { sign: " ", class: "same", text: "…".to_owned() });
        }
        lines.extend(group.iter().flat_map(|op| diff.iter_changes(op)).map(line));
    }
    lines
}

fn pieces(expected: &str, actual: &str) -> (Vec<Piece>, Vec<Piece>) {
    let diff = TextDiff::from_chars(expected, actual);
    if diff.ratio() < ALIKE {
        let whole = |text: &str| vec![Piece { text: text.to_owned(), differs: false }];
        return (whole(expected), whole(actual));
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for op in diff.ops() {
        let differs = op.tag() != DiffTag::Equal;
        for (pieces, others) in [(&mut left, ChangeTag::Insert), (&mut right, ChangeTag::Delete)] {
            let own = diff.iter_changes(op).filter(|change| change.tag() != others);
            let text: String = own.map(|change| change.value()).collect();
            if !text.is_empty() {
                pieces.push(Piece { text, differs });
            }
        }
    }
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|Piece { text, differs }| if *differs { format!("[{text}]") } else { text.clone() }).collect()
    }

    #[test]
    fn what_differs_within_a_value_is_marked_unless_there_is_nothing_in_common() {
        for (expected, actual, left, right) in [
            ("Closed - Paid", "Closed-Paid", "Closed[ ]-[ ]Paid", "Closed-Paid"),
            ("Funded", "funded", "[F]unded", "[f]unded"),
            ("rejected", "updated", "rejected", "updated"),
            ("", "", "", ""),
        ] {
            let (expected, actual) = pieces(expected, actual);
            assert_eq!((&*shown(&expected), &*shown(&actual)), (left, right));
        }
    }
}

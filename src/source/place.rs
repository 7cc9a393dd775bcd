//! Where a value stands in a file.

use std::ops::Range;

use serde_saphyr::Location;

/// A value with the place it was read from.
pub type Located<T> = serde_saphyr::Spanned<T>;

/// The place of a located value.
pub fn place_of<T>(located: &Located<T>) -> Option<Place> {
    place(located.referenced)
}

/// Where a value stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The value's bytes.
    pub bytes: Range<usize>,
}

/// Where the line begins in which a place is.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// The place that the reader names, where it names bytes.
pub(super) fn place(location: Location) -> Option<Place> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len().unwrap_or(0)).ok()?;
    (location.line() > 0).then(|| Place {
        line: location.line(),
        column: location.column(),
        bytes: start..start + length,
    })
}

//! A snapshot: whatever is in the file is read or refused, and what is read and written is read alike.

use caketester::snapshot::Snapshot;

/// Holds the reader and the writer of snapshots against these bytes.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match Snapshot::parse(&text) {
        Err(error) => assert!(!error.is_empty()),
        Ok(read) => assert_is_settled(&read),
    }
    let (source, body) = text.split_once('\n').unwrap_or_default();
    let taken = Snapshot::of(source, source, 200, source, body.as_bytes());
    assert_eq!(Snapshot::parse(&taken.to_text()).as_ref(), Ok(&taken));
}

/// What a person wrote is written by us in our way, and from then on stays as it is.
fn assert_is_settled(read: &Snapshot) {
    let written = read.to_text();
    let again = Snapshot::parse(&written).unwrap_or_else(|error| panic!("{error}:\n{written}"));
    assert_eq!(again.to_text(), written);
    assert_eq!((&again.source, &again.expression), (&read.source, &read.expression));
    assert_eq!(again.contents, read.contents);
}

//! What a misspelt name was probably meant to be, and in what way two texts differ.

/// The candidate that most resembles `sent`, where one does: `funded` for `Funded`, `sub_staus` for `sub_status`.
pub fn nearest<'c>(sent: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(sent, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowance(candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between the two, letter case and the difference between space, `-` and `_` not counted.
fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(&folded(a), &folded(b))
}

/// A third of a name may be wrong before a suggestion would be a guess.
fn allowance(name: &str) -> usize {
    name.chars().count().div_ceil(3).min(4)
}

fn folded(text: &str) -> String {
    let joined = text.trim().replace(['-', '_'], " ");
    joined.to_lowercase()
}

/// Whether the two differ only where one has a letter of the alphabet and the other another.
fn has_foreign_letter(sent: &str, expected: &str) -> bool {
    let mut pairs = sent.chars().zip(expected.chars()).filter(|(sent, expected)| sent != expected);
    sent.chars().count() == expected.chars().count()
        && pairs.all(|(sent, expected)| sent.is_alphabetic() && !sent.is_ascii() && expected.is_ascii_alphabetic())
}

/// In what way `sent` differs from `expected`, where that can be said in a few words.
pub fn difference(sent: &str, expected: &str) -> Option<&'static str> {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if sent == expected {
        None
    } else if sent.is_empty() {
        Some("it is empty")
    } else if sent.trim() == expected.trim() {
        Some("only the spaces around it differ")
    } else if squeezed(sent) == squeezed(expected) {
        Some("only the spaces inside it differ")
    } else if sent == expected.replace(' ', "") {
        Some("its spaces are missing: a space has to be sent as + or %20")
    } else if sent.to_lowercase() == expected.to_lowercase() {
        Some("only the letter case differs")
    } else if sent == expected.replace('+', " ") {
        Some("each + has become a space: + has to be sent as %2B")
    } else if sent.replace('+', " ") == expected {
        Some("each space has become a +: it was encoded twice, or where + does not mean a space")
    } else if percent_decoded(sent) == expected {
        Some("it was percent-encoded twice")
    } else if percent_decoded(expected) == sent {
        Some("its % was not encoded: % has to be sent as %25")
    } else if read_as_latin1(expected) == sent {
        Some("its UTF-8 bytes were read as Latin-1 and encoded again")
    } else if sent.contains('\u{FFFD}') {
        Some("it was not sent as UTF-8")
    } else if !sent.is_empty() && expected.starts_with(sent) {
        Some("it is cut off: & has to be sent as %26 and # as %23; or the text was shortened")
    } else if sent.split(',').all(|part| part == expected) {
        Some("it was sent more than once, and CAKE joins the values with a comma")
    } else if has_foreign_letter(sent, expected) {
        Some("a letter in it is none of a to z, though it may look like one")
    } else {
        None
    }
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn read_as_latin1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{difference, nearest};

    #[test]
    fn the_nearest_name_is_found_through_case_spacing_and_typos() {
        let names = ["Funded", "In Progress", "Unqualified"];
        assert_eq!(nearest("funded", names), Some("Funded"));
        assert_eq!(nearest("in-progress", names), Some("In Progress"));
        assert_eq!(nearest("Unqualifed", names), Some("Unqualified"));
        assert_eq!(nearest("Sold", names), None);
    }

    #[test]
    fn common_damage_is_named() {
        assert_eq!(difference("Funded", "Funded"), None);
        assert!(difference("funded", "Funded").unwrap().contains("case"));
        assert!(difference(" Funded", "Funded").unwrap().contains("around"));
        assert!(difference("AB", "A B").unwrap().contains("missing"));
        assert!(difference("A B", "A+B").unwrap().contains("%2B"));
        assert!(difference("A+B", "A B").unwrap().contains("encoded twice"));
        assert!(difference("A%26B", "A&B").unwrap().contains("twice"));
        assert!(difference("A", "A&B").unwrap().contains("cut off"));
        assert!(difference("Ã¼", "ü").unwrap().contains("Latin-1"));
        assert!(difference("\u{FFFD}", "ü").unwrap().contains("UTF-8"));
        assert!(difference("F,F", "F").unwrap().contains("more than once"));
        assert_eq!(difference("Sold", "Funded"), None);
    }
}

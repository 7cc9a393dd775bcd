//! Words that look like keys, wherever they stand: people put keys where no reader looks for one.

use std::borrow::Cow;
use std::ops::Range;

/// Every word that looks like a key.
pub(super) fn random_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find(|c: char| c.is_ascii_alphanumeric())?;
            let rest = &text[start..];
            let end = start + rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            at = end;
            // `%A0` is one character, and not a part of the word behind it.
            let is_escape = text[..start].ends_with('%')
                && rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
            let start = if is_escape { start + 2 } else { start };
            if looks_random(&text[start..end]) {
                return Some(start..end);
            }
        }
    })
}

/// The text with stars in place of every such word.
pub fn without_random_words(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut from = 0;
    for word in random_words(text) {
        masked.push_str(&text[from..word.start]);
        masked.push_str("***");
        from = word.end;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[from..]);
    Cow::Owned(masked)
}

/// Whether letters and digits stand in no order that people write: both cases and digits in turn, or many turns in a
/// long word. A lead ID does not, with a letter for a digit or in mixed case neither.
fn looks_random(word: &str) -> bool {
    if word.len() < 9 {
        return false;
    }
    let bytes = word.as_bytes();
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let turns = bytes.windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count();
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    is_mixed && turns >= 2 || word.len() >= 20 && turns >= 4
}

#[cfg(test)]
mod tests {
    use super::without_random_words;

    #[test]
    fn an_encoded_character_is_no_part_of_the_word_behind_it() {
        assert_eq!(without_random_words("status=Not%C2%A0Interested"), "status=Not%C2%A0Interested");
        assert_eq!(without_random_words("key=%48n3vY8dKe5TwQ6"), "key=%48***");
    }

    #[test]
    fn what_looks_like_a_key_is_masked_and_what_people_write_is_not() {
        for key in [
            "q7RtV2mXb9LpZ4KsWc81",
            "yrslENvEeVj2zh6x",
            "qPdyqL9be9Jkp6",
            "Gx5Pd1Wm7u",
            "pZ4KsWc81",
            "0cc175b9c0f1b6a831c399e269772661",
        ] {
            assert_eq!(without_random_words(&format!("\"{key}\" + x")), "\"***\" + x");
        }
        for word in [
            "9A41C07E 9a4lC07E C8097F17",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "2025-10-31T07:00:02Z 20251031T070002Z",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 PostmanRuntime/7.36.1",
            "UpdateLeadStatus Approved%20%26%20Signed ConnectTimeoutError UpdateLeadStatus?lead_id=9A41C07E",
            "https://cake.example.com/api/1/buyers.asmx",
        ] {
            assert_eq!(without_random_words(word), word);
        }
    }
}

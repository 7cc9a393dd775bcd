//! A key that is not to be seen at first sight: in base64, as basic authorization and cookies carry it, or in hexadecimal.

/// Whether some word of a text, decoded, holds the key.
pub fn holds_disguised(text: &str, key: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let words = text.split(|c: char| !is_part(c)).filter(|word| word.len() >= key.len());
    let mut decoded = words.flat_map(|word| [base64(word), hexadecimal(word)]).flatten();
    decoded.any(|bytes| !key.is_empty() && bytes.windows(key.len()).any(|window| window == key.as_bytes()))
}

/// What base64 stands for, in the alphabet of headers or that of URLs.
fn base64(word: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    for letters in word.as_bytes().chunks(4) {
        let bits = letters.iter().try_fold(0, |bits, letter| Some(bits << 6 | u32::from(digit(*letter)?)))?;
        let bits = bits << (6 * (4 - letters.len()));
        bytes.extend(&bits.to_be_bytes()[1..letters.len().max(1)]);
    }
    Some(bytes)
}

/// What pairs of hexadecimal digits stand for.
fn hexadecimal(word: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        word.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    Some(digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::holds_disguised;

    #[test]
    fn a_key_is_found_in_base64_and_in_hexadecimal() {
        for text in [
            "Basic QnV5ZXJBUElLZXlIZXJlOg==",
            "Basic YXBpOkJ1eWVyQVBJS2V5SGVyZQ==",
            "s=eyJrZXkiOiJCdXllckFQSUtleUhlcmUifQ",
            "42757965724150494b657948657265",
        ] {
            assert!(holds_disguised(text, "BuyerAPIKeyHere"), "{text}");
        }
        for text in ["Basic YWxhZGRpbjpvcGVuc2VzYW1l", "BuyerAPIKeyHer", "", "0000", "aaaaaaaaaaaaaaaaaaaaa"] {
            assert!(!holds_disguised(text, "BuyerAPIKeyHere"), "{text}");
        }
    }
}

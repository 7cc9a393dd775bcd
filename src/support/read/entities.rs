//! HTML's entities, in the few places where they are no mistake.

use crate::support::traced::Traced;

/// The longest entity that is looked for.
const LONGEST: usize = 12;

/// The text without its entities; those that nobody knows stay.
pub(in crate::support) fn decoded(text: &Traced) -> Traced {
    let bytes = text.bytes();
    let (mut plain, mut at) = (Traced::default(), 0);
    while at < bytes.len() {
        let rest = &bytes[at..bytes.len().min(at + LONGEST)];
        let end = rest.iter().position(|byte| *byte == b';').filter(|_| rest[0] == b'&');
        let meant = end.and_then(|end| meaning(std::str::from_utf8(&rest[1..end]).ok()?));
        if let (Some(end), Some(c)) = (end, meant) {
            plain.push(c.encode_utf8(&mut [0; 4]).as_bytes(), text.place(at..at + end + 1));
            at += end + 1;
        } else {
            let next = bytes[at + 1..].iter().position(|byte| *byte == b'&').map_or(bytes.len(), |next| at + 1 + next);
            plain.append(&text.slice(at..next));
            at = next;
        }
    }
    plain
}

fn meaning(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(number);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Traced, decoded};
    use crate::support::Span;

    #[test]
    fn known_entities_are_decoded_and_the_rest_stays() {
        let plain = decoded(&Traced::at(10, "a&amp;b&#39;&#x2019;&copy;&&lt;é"));
        assert_eq!(plain.text(), "a&b'’&copy;&<é");
        assert_eq!(plain.place(1..2), Span::new(11, 16));
        assert_eq!(plain.place(2..3), Span::new(16, 17));
    }
}

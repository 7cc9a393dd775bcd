//! HTML's entities, in the few places where they are no mistake.

use crate::support::traced::Traced;

/// The longest entity that is looked for, without its `&`.
const LONGEST: usize = 11;

/// The text without its entities; those that nobody knows stay.
pub(in crate::support) fn decoded(text: &Traced) -> Traced {
    text.replaced(|rest| {
        let rest = rest.strip_prefix(b"&")?;
        let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
        let meant = meaning(std::str::from_utf8(&rest[..end]).ok()?)?;
        Some((meant.to_string().into_bytes().into(), end + 2))
    })
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

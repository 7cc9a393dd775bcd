//! One value of an update, and what became of it on the way.

use super::breach::Breach;
use crate::cake::is_parameter;
use crate::nearest::{difference, nearest};
use crate::protocol::{Params, Update, decode};

/// What became of a value on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is what it was.
    Right,
    /// It was not sent.
    Missing,
    /// It was sent more than once.
    Repeated,
    /// It was not encoded as it has to be; how, where that can be told.
    Misencoded(String, Option<&'static str>),
    /// The same number, written for people.
    Formatted(String),
    /// The same number as another plain decimal: `25000.00` for `25000`.
    Rewritten(String),
    /// It is another value; how it differs, where that can be told.
    Other(String, Option<&'static str>),
}

/// What was seen where a value is missing.
pub(super) const NOTHING: &str = "nothing";

/// What became of a value that was to be sent under a name. An empty one may be left out.
pub(super) fn sent(name: &str, params: &Params, expected: &str) -> Sent {
    let Some(sent) = params.get(name) else {
        return if expected.is_empty() { Sent::Right } else { Sent::Missing };
    };
    if sent == expected {
        return Sent::Right;
    }
    if params.values(name).count() > 1 && params.values(name).any(|value| value == expected) {
        return Sent::Repeated;
    }
    let how = difference(&sent, expected);
    let unencoded = Params::decode(format!("{name}={expected}").as_bytes()).get(name).is_some_and(|read| read == sent);
    if is_misencoded(&sent, expected) {
        Sent::Misencoded(sent.into_owned(), how.or(unencoded.then_some("it was not encoded: % has to be sent as %25")))
    } else if is_same_number(&sent, expected) {
        if is_decimal(&sent) { Sent::Rewritten(sent.into_owned()) } else { Sent::Formatted(sent.into_owned()) }
    } else {
        Sent::Other(sent.into_owned(), how)
    }
}

/// What is wrong with a parameter that was to hold this, or nothing: neither its encoding nor its being repeated, which
/// are matters of other rules.
pub(super) fn parameter(name: &str, params: &Params, expected: Option<&str>) -> Vec<Breach> {
    match (sent(name, params, expected.unwrap_or_default()), expected) {
        (Sent::Right | Sent::Repeated | Sent::Misencoded(..), _) => vec![],
        (Sent::Missing, expected) => {
            let other = nearest(name, params.names().filter(|other| !is_parameter(other)));
            let message = match other {
                Some(other) => format!("{name} was not sent, but {other:?} was"),
                None => format!("{name} was not sent"),
            };
            vec![Breach::new(message).instead(quoted(expected.unwrap_or_default()), NOTHING)]
        }
        (Sent::Formatted(got) | Sent::Rewritten(got) | Sent::Other(got, _), None) => {
            let breach = Breach::new(format!("{name} was sent, and the update has none"));
            vec![breach.instead("nothing", quoted(&got))]
        }
        (Sent::Formatted(got) | Sent::Rewritten(got), Some(expected)) => vec![changed(name, expected, &got, None)],
        (Sent::Other(got, how), Some(expected)) => vec![changed(name, expected, &got, how)],
    }
}

/// A value that arrived as another one.
pub(super) fn changed(name: &str, expected: &str, got: &str, how: Option<&str>) -> Breach {
    let how = how.map_or_else(String::new, |how| format!(": {how}"));
    Breach::new(format!("{name} arrived changed{how}")).instead(quoted(expected), quoted(got))
}

/// A value that was not encoded as it has to be.
pub(super) struct Misencoded<'u> {
    name: &'u str,
    expected: &'u str,
    got: String,
    how: Option<&'static str>,
}

impl Misencoded<'_> {
    pub(super) fn breach(&self) -> Breach {
        changed(self.name, self.expected, &self.got, self.how)
    }
}

/// Every value of an update that was not encoded as it has to be.
pub(super) fn misencoded<'u>(update: &'u Update, params: &Params) -> Vec<Misencoded<'u>> {
    let Update { lead_id, status, sub_status, fields } = update;
    let declared =
        [("lead_id", lead_id), ("status", status)].into_iter().chain(sub_status.iter().map(|v| ("sub_status", v)));
    let values = declared.chain(fields.iter().map(|(name, value)| (&**name, value)));
    let damaged = |(name, expected): (&'u str, &'u String)| match sent(name, params, expected) {
        Sent::Misencoded(got, how) => Some(Misencoded { name, expected, got, how }),
        _ => None,
    };
    values.filter_map(damaged).collect()
}

/// A value as messages show it.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Whether encoding a value wrongly, or not at all, explains what arrived.
fn is_misencoded(sent: &str, expected: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    if expected.chars().all(is_plain) || sent.trim() == expected.trim() {
        return false;
    }
    let once = decode(sent.as_bytes());
    let twice = decode(once.as_bytes());
    let spaced = |text: &str| text.replace('+', " ");
    let latin1: String = expected.bytes().map(char::from).collect();
    // What a program writes that knows no character beyond ASCII, or none beyond one byte.
    let lossy = |c: char| if c.is_ascii() { c } else { '?' };
    let asked: String = expected.chars().map(lossy).collect();
    [&*once, &twice].iter().any(|text| *text != sent && spaced(text) == spaced(expected))
        || spaced(sent) == spaced(expected)
        || sent.contains('\u{FFFD}')
        || sent == latin1
        || squeezed(sent) == squeezed(&asked)
        || is_left_raw(sent, expected)
}

/// Whether signs that mean something in a query were sent as they are, all of a kind or only behind the first: + becomes a
/// space, % begins an escape, and & and # end the value.
fn is_left_raw(sent: &str, expected: &str) -> bool {
    ["", "+", "%", "+%"].iter().any(|raw| {
        let arrives = decode(&encoded_but(expected, raw));
        arrives.strip_prefix(sent).is_some_and(|rest| rest.is_empty() || rest.starts_with(['&', '#']))
    })
}

/// A value with every sign but these escaped.
fn encoded_but(value: &str, raw: &str) -> Vec<u8> {
    let is_raw = |byte: u8| byte.is_ascii_alphanumeric() || raw.as_bytes().contains(&byte);
    let escaped = |byte: u8| if is_raw(byte) { vec![byte] } else { format!("%{byte:02X}").into_bytes() };
    value.bytes().flat_map(escaped).collect()
}

/// A row of question marks is as long as a character had bytes, or one.
fn squeezed(text: &str) -> String {
    let mut squeezed = text.to_owned();
    while squeezed.contains("??") {
        squeezed = squeezed.replace("??", "?");
    }
    squeezed
}

/// Whether a text is a plain decimal: digits, at most one point, perhaps a minus sign.
fn is_decimal(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.chars().all(|c| c.is_ascii_digit() || "-.".contains(c))
}

/// Whether a value is the same number, perhaps with what people add to it: a currency sign, groups of digits, an exponent.
fn is_same_number(sent: &str, expected: &str) -> bool {
    let bare: String = sent.chars().filter(|c| !(c.is_whitespace() || ",'_$€£¥".contains(*c))).collect();
    let bare =
        bare.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let same = |a: &str, b: &str| matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() < f64::EPSILON * a.abs().max(1.0));
    // Two plain decimals are compared digit by digit: as floating-point numbers, long ones are alike that differ.
    is_decimal(expected) && if is_decimal(bare) { digits(bare) == digits(expected) } else { same(bare, expected) }
}

/// A plain decimal without zeros that say nothing: its sign, and what stands before and behind the point.
fn digits(text: &str) -> (bool, &str, &str) {
    let number = text.trim_start_matches('-');
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    (text.starts_with('-') && !(whole.is_empty() && fraction.is_empty()), whole, fraction)
}

#[cfg(test)]
mod tests {
    use super::{Sent, sent};
    use crate::protocol::Params;
    use proptest::prelude::*;

    fn became(query: &str, expected: &str) -> Sent {
        sent("v", &Params::decode(query.as_bytes()), expected)
    }

    #[test]
    fn what_encoding_can_damage_is_told_from_another_value() {
        for (query, expected) in [
            ("v=Closed+", "Closed & Paid"),
            ("v=Closed+&v2=+Paid", "Closed & Paid"),
            ("v=Closed%2520%2526%2520Paid", "Closed & Paid"),
            ("v=In%2BProgress", "In Progress"),
            ("v=a+b", "a+b"),
            ("v=Financ%C3%83%C2%A9", "Financé"),
            ("v=Financ%E9", "Financé"),
            ("v=%3F%3F", "資金"),
            ("v=50", "50#4"),
            ("v=A", "%41"),
        ] {
            let became = became(query, expected);
            assert!(matches!(became, Sent::Misencoded(..)), "{query} for {expected}: {became:?}");
        }
        for (query, expected) in [
            ("v=funded", "Funded"),
            ("v=in+progress", "In Progress"),
            ("v=x", " x "),
            ("v=Sold", "Closed & Paid"),
            ("v=a", "a b"),
            ("v=InProgress", "In Progress"),
            ("v=In_Progress", "In Progress"),
            ("v=Fund", "Funded"),
        ] {
            let became = became(query, expected);
            assert!(matches!(became, Sent::Other(..)), "{query} for {expected}: {became:?}");
        }
    }

    #[test]
    fn a_number_for_people_is_told_from_another_number() {
        for query in
            ["v=25,000", "v=%2425000", "v=$25,000.00", "v=USD+25000", "v=25+000", "v=25'000", "v=25000+%E2%82%AC"]
        {
            assert!(matches!(became(query, "25000"), Sent::Formatted(_)), "{query}: {:?}", became(query, "25000"));
        }
        for query in ["v=25000.00", "v=025000", "v=25000."] {
            assert!(matches!(became(query, "25000"), Sent::Rewritten(_)), "{query}: {:?}", became(query, "25000"));
        }
        for query in ["v=25001", "v=$25001", "v=25.000,00", "v=x"] {
            assert!(matches!(became(query, "25000"), Sent::Other(..)), "{query}: {:?}", became(query, "25000"));
        }
    }

    #[test]
    fn what_is_missing_empty_or_repeated_is_told() {
        assert_eq!(became("w=1", "1"), Sent::Missing);
        assert_eq!(became("w=1", ""), Sent::Right);
        assert_eq!(became("v=", ""), Sent::Right);
        assert_eq!(became("v=1&V=1", "1"), Sent::Repeated);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_right_arrives_right(value in ".*") {
            let query = crate::protocol::encode([("v", &*value)]);
            prop_assert_eq!(became(&query, &value), Sent::Right);
        }

        #[test]
        fn nothing_that_is_sent_or_expected_panics(query in ".*", expected in ".*") {
            became(&format!("v={query}"), &expected);
        }
    }
}

//! A query string, encoded as a well-behaved client does and decoded as ASP.NET does (basis: platform).

use std::borrow::Cow;
use std::collections::HashMap;

use form_urlencoded::Serializer;
use memchr::{memchr, memchr_iter, memchr2};

/// So many names are compared one by one. More are looked up, since a stranger may send thousands.
const FEW: usize = 16;

/// The parameters of a query or a form, as ASP.NET sees them. What needs no decoding is borrowed from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params<'q> {
    named: Vec<Param<'q>>,
    bare: Vec<Cow<'q, str>>,
}

/// One parameter: the name as first sent, and every value sent under it in any letter case.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Param<'q> {
    name: Cow<'q, str>,
    value: Cow<'q, str>,
    /// The values behind the first one.
    more: Vec<Cow<'q, str>>,
}

impl<'q> Params<'q> {
    /// Decodes a query: only `&` separates, `+` is a space, `%uXXXX` is a UTF-16 unit, a malformed
    /// escape stays as it is, invalid UTF-8 becomes U+FFFD, nothing is trimmed.
    pub fn decode(query: &'q [u8]) -> Self {
        let mut params = Self::default();
        if query.is_empty() {
            return params;
        }
        // Room for an update with a sub-status and two fields.
        params.named.reserve(6);
        let mut parts = Parts::of(query);
        let mut numbers = None;
        let mut start = 0;
        for end in memchr_iter(b'&', query).chain([query.len()]) {
            match memchr(b'=', &query[start..end]) {
                Some(length) => {
                    let equals = start + length;
                    let (name, value) = (parts.next(start, equals), parts.next(equals + 1, end));
                    params.add(name, value, &mut numbers);
                }
                None => params.bare.push(parts.next(start, end)),
            }
            start = end + 1;
        }
        params
    }

    /// Adds a value. `numbers` is where many names are looked up: made of those there are, once they are many.
    fn add(&mut self, name: Cow<'q, str>, value: Cow<'q, str>, numbers: &mut Option<HashMap<String, usize>>) {
        let next = self.named.len();
        let number = if next < FEW {
            self.named.iter().position(|param| param.has_name(&name))
        } else {
            let all = || self.named.iter().enumerate().map(|(number, param)| (param.name.to_ascii_lowercase(), number));
            let numbers = numbers.get_or_insert_with(|| all().collect());
            Some(*numbers.entry(name.to_ascii_lowercase()).or_insert(next)).filter(|number| *number < next)
        };
        match number {
            Some(number) => self.named[number].more.push(value),
            None => self.named.push(Param { name, value, more: Vec::new() }),
        }
    }

    /// The value of a parameter: names match in any letter case, repeated values are joined with a
    /// comma. A name without `=` does not count as sent.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.param(name).map(Param::joined)
    }

    /// Every parameter, its values joined as by [`get`](Self::get).
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.named.iter().map(|param| (&*param.name, param.joined()))
    }

    /// Every value sent under a name.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.param(name).into_iter().flat_map(Param::values)
    }

    fn param(&self, name: &str) -> Option<&Param<'q>> {
        self.named.iter().find(|param| param.has_name(name))
    }

    /// The names sent, each once, as first spelt.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|param| &*param.name)
    }

    /// What was sent without a `=`, and therefore without a name.
    pub fn bare(&self) -> impl Iterator<Item = &str> {
        self.bare.iter().map(|text| &**text).filter(|text| !text.is_empty())
    }
}

impl Param<'_> {
    fn has_name(&self, name: &str) -> bool {
        // Most names are spelt as documented.
        self.name == name || self.name.eq_ignore_ascii_case(name)
    }

    fn joined(&self) -> Cow<'_, str> {
        if self.more.is_empty() {
            return Cow::Borrowed(&self.value);
        }
        Cow::Owned(self.values().collect::<Vec<_>>().join(","))
    }

    fn values(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.value).chain(&self.more).map(|value| &**value)
    }
}

/// The parts of a query, decoded from left to right.
struct Parts<'q> {
    query: &'q [u8],
    /// The same as text, where it is. It is checked once, since what ends a part stands within no longer character.
    text: Option<&'q str>,
    /// Where the next `+` or `%` stands, not before the last part; the length where there is none.
    encoded: usize,
}

impl<'q> Parts<'q> {
    fn of(query: &'q [u8]) -> Self {
        let encoded = memchr2(b'+', b'%', query).unwrap_or(query.len());
        Self { query, text: std::str::from_utf8(query).ok(), encoded }
    }

    /// The part from `start` to `end`, which stands behind those before.
    fn next(&mut self, start: usize, end: usize) -> Cow<'q, str> {
        if self.encoded < start {
            self.encoded = memchr2(b'+', b'%', &self.query[start..]).map_or(self.query.len(), |length| start + length);
        }
        match self.text {
            // Most names and values are what they say.
            Some(text) if end <= self.encoded => Cow::Borrowed(&text[start..end]),
            _ => decoded(&self.query[start..end]),
        }
    }
}

/// Encodes pairs as a form does: UTF-8, `+` for a space, every reserved character escaped.
pub fn encode<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Decodes one name or value as ASP.NET does.
pub fn decode(text: &[u8]) -> String {
    decoded(text).into_owned()
}

fn decoded(text: &[u8]) -> Cow<'_, str> {
    // Mostly, spaces are all that is encoded.
    if memchr(b'%', text).is_none() {
        let text = String::from_utf8_lossy(text);
        return if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { text };
    }
    let mut units = Units { settled: Vec::new(), bytes: Vec::with_capacity(text.len()) };
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => units.bytes.push(b' '),
            b'%' => {
                if let Some(unit) = after.strip_prefix(b"u").and_then(|digits| hex(digits, 4)) {
                    units.push(unit);
                    rest = &after[5..];
                } else if let Some(value) = hex(after, 2) {
                    units.bytes.extend(u8::try_from(value));
                    rest = &after[2..];
                } else {
                    units.bytes.push(b'%');
                }
            }
            other => units.bytes.push(other),
        }
    }
    Cow::Owned(units.finish())
}

/// The value of the first `count` bytes as hexadecimal digits.
fn hex(digits: &[u8], count: usize) -> Option<u16> {
    let digits = digits.get(..count)?;
    digits.iter().try_fold(0, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(value << 4 | u16::try_from(digit).ok()?)
    })
}

/// Text in the making: bytes that wait to be read as UTF-8, behind UTF-16 units that are settled. Two
/// `%uXXXX` in a row can thereby form one character beyond the basic plane.
struct Units {
    settled: Vec<u16>,
    bytes: Vec<u8>,
}

impl Units {
    fn push(&mut self, unit: u16) {
        self.settle();
        self.settled.push(unit);
    }

    fn settle(&mut self) {
        self.settled.extend(String::from_utf8_lossy(&self.bytes).encode_utf16());
        self.bytes.clear();
    }

    fn finish(mut self) -> String {
        if self.settled.is_empty() {
            return String::from_utf8(self.bytes)
                .unwrap_or_else(|invalid| String::from_utf8_lossy(invalid.as_bytes()).into_owned());
        }
        self.settle();
        String::from_utf16_lossy(&self.settled)
    }
}

#[cfg(test)]
mod tests {
    use super::{Params, encode};
    use proptest::prelude::*;

    fn value(query: &str) -> String {
        Params::decode(format!("v={query}").as_bytes()).get("v").unwrap().into_owned()
    }

    #[test]
    fn values_are_decoded_as_asp_net_does() {
        for (sent, read) in [
            ("Full+Payment", "Full Payment"),
            ("Full%20Payment", "Full Payment"),
            ("a;b", "a;b"),
            ("%zz", "%zz"),
            ("%", "%"),
            ("%4", "%4"),
            ("%41", "A"),
            ("%u0041", "A"),
            ("%u00fc", "ü"),
            ("%uD83D%uDE00", "😀"),
            ("%uD83D", "\u{FFFD}"),
            ("%u12", "%u12"),
            ("%C3%BC", "ü"),
            ("%FC", "\u{FFFD}"),
            ("%C3%u0041", "\u{FFFD}A"),
            (" a ", " a "),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(value(sent), read, "{sent}");
        }
    }

    #[test]
    fn what_needs_no_decoding_is_borrowed() {
        let params = Params::decode(b"lead_id=C8097F17&status=In+Progress");
        let is_borrowed = |at: usize| matches!(params.named[at].value, std::borrow::Cow::Borrowed(_));
        assert_eq!((is_borrowed(0), is_borrowed(1)), (true, false));
    }

    #[test]
    fn names_match_in_any_case_and_repeats_are_joined() {
        let params = Params::decode(b"status=a&STATUS=b&Status=c");
        assert_eq!(params.get("status").unwrap(), "a,b,c");
        assert_eq!(params.names().collect::<Vec<_>>(), ["status"]);
    }

    #[test]
    fn a_name_without_equals_was_not_sent_but_an_empty_value_was() {
        let params = Params::decode(b"api_key&status=");
        assert_eq!(params.get("api_key"), None);
        assert_eq!(params.get("status").unwrap(), "");
        assert_eq!(params.bare().collect::<Vec<_>>(), ["api_key"]);
        assert_eq!(Params::decode(b"").bare().count(), 0);
    }

    /// The parameters, each segment and each part by itself and every name compared with all.
    fn one_by_one(query: &[u8]) -> Vec<(String, Vec<String>)> {
        let mut named: Vec<(String, Vec<String>)> = Vec::new();
        for segment in query.split(|byte| *byte == b'&') {
            let Some(equals) = segment.iter().position(|byte| *byte == b'=') else { continue };
            let [name, value] = [&segment[..equals], &segment[equals + 1..]].map(super::decode);
            match named.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, values)) => values.push(value),
                None => named.push((name, vec![value])),
            }
        }
        named
    }

    fn all(params: &Params) -> Vec<(String, Vec<String>)> {
        let values = |name: &str| params.values(name).map(str::to_owned).collect();
        params.names().map(|name| (name.to_owned(), values(name))).collect()
    }

    #[test]
    fn many_names_are_decoded_as_few_are_and_no_more_slowly() {
        let pairs = |count| (0..count).map(|n| format!("n{n}={n}&N{}=x", n / 2)).collect::<Vec<_>>().join("&");
        let few = pairs(200);
        assert_eq!(all(&Params::decode(few.as_bytes())), one_by_one(few.as_bytes()));
        // Each with each, these would be billions.
        assert_eq!(Params::decode(pairs(100_000).as_bytes()).names().count(), 100_000);
    }

    #[test]
    fn a_query_that_is_not_utf_8_is_read_part_by_part() {
        let params = Params::decode(b"a=\xFC&b=\xC3\xBC&c=%C3\xBC&d=x");
        assert_eq!(["a", "b", "c", "d"].map(|name| params.get(name).unwrap()), ["\u{FFFD}", "ü", "ü", "x"]);
    }

    proptest! {
        #[test]
        fn any_query_is_decoded_as_each_of_its_parts_is(
            pieces in proptest::collection::vec("[aAbB=&+%]|%41|%26|%u00fc|ü|\\PC", 0..80),
            damage in proptest::collection::vec(any::<(usize, u8)>(), 0..3),
        ) {
            let mut query = pieces.concat().into_bytes();
            for (at, byte) in damage {
                let at = at % (query.len() + 1);
                query.insert(at, byte);
            }
            let params = Params::decode(&query);
            prop_assert_eq!(all(&params), one_by_one(&query));
            let bare: Vec<_> = query.split(|byte| *byte == b'&').filter(|part| !part.is_empty() && !part.contains(&b'=')).map(super::decode).collect();
            prop_assert_eq!(params.bare().collect::<Vec<_>>(), bare);
        }

        #[test]
        fn what_is_encoded_decodes_to_itself(pairs in proptest::collection::vec(("[a-z_]{1,8}", "\\PC{0,20}"), 0..5)) {
            let query = encode(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let params = Params::decode(query.as_bytes());
            for (name, _) in &pairs {
                let values: Vec<_> = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone()).collect();
                prop_assert_eq!(params.values(name).collect::<Vec<_>>(), values);
            }
        }

        #[test]
        fn no_query_makes_the_decoder_panic(query in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Params::decode(&query);
        }
    }
}

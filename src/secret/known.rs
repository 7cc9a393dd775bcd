//! Keys that are known: found as they are, with each character escaped in a way of its own, and as a whole in
//! hexadecimal, base64 or UTF-16. It takes one pass over any text.

use std::iter::successors;
use std::mem::swap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::Secret;

/// How often something is looked for as encoded over and over, and how long a row of backslashes that makes. Without
/// these bounds a long row would cost its square.
const MOST_LEVELS: usize = 16;
const LONGEST_ROW: usize = 64;

/// Of so many bytes of keys the disguises are looked for: each has twenty times as many.
const MOST_DISGUISED: usize = 16 * 1024;

/// What an escape begins with.
const ESCAPES: &[u8] = b"%&\\=+";

/// Keys to be found in a text.
#[derive(Debug)]
pub(super) struct KnownKeys {
    /// The longest first, so that one which contains another is found whole.
    keys: Vec<Secret>,
    /// Whether one of them begins with a byte, in any letter case.
    begins: [bool; 256],
    /// Finds what stands for a key as a whole.
    disguises: Option<AhoCorasick>,
}

impl Default for KnownKeys {
    fn default() -> Self {
        Self { keys: Vec::new(), begins: [false; 256], disguises: None }
    }
}

impl KnownKeys {
    pub(super) fn new(mut keys: Vec<Secret>) -> Self {
        keys.retain(|key| !key.0.is_empty());
        keys.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        keys.dedup();
        let mut begins = [false; 256];
        for first in keys.iter().filter_map(|key| key.0.bytes().next()) {
            begins[usize::from(first.to_ascii_lowercase())] = true;
            begins[usize::from(first.to_ascii_uppercase())] = true;
        }
        // The shortest first: a long one is hardly ever written so.
        let long = keys.iter().rev().filter(|key| !key.is_short());
        let mut room = MOST_DISGUISED;
        let with_room = long.take_while(|key| {
            room = room.saturating_sub(key.0.len());
            room > 0
        });
        let patterns: Vec<String> = with_room.flat_map(|key| disguises(&key.0)).collect();
        let disguises = (!patterns.is_empty()).then(|| {
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(patterns)
        });
        // It fails for more patterns than a machine word can count.
        Self { keys, begins, disguises: disguises.and_then(Result::ok) }
    }

    pub(super) fn keys(&self) -> &[Secret] {
        &self.keys
    }

    /// Where a key stands, whole characters each.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Range<usize>>) {
        let bytes = text.as_bytes();
        let mut ends = [Vec::new(), Vec::new()];
        let mut at = if self.keys.is_empty() { bytes.len() } else { 0 };
        let begins = |byte: u8| self.begins[usize::from(byte)];
        while let Some(next) = bytes[at..].iter().position(|byte| begins(*byte) || ESCAPES.contains(byte)) {
            at += next;
            let first = bytes[at];
            let may_be_escaped = may_be_an_escape(&bytes[at..]);
            let may_be = |key: &&Secret| {
                may_be_escaped || key.0.as_bytes().first().is_some_and(|byte| byte.eq_ignore_ascii_case(&first))
            };
            let length = self.keys.iter().filter(may_be).find_map(|key| {
                let length = spelling_length(&bytes[at..], &key.0, &mut ends)?;
                (!key.is_short() || is_a_word(bytes, at, at + length)).then_some(length)
            });
            // A key begins and ends with whole characters; in the middle of one there is none to be found.
            match length.filter(|length| text.is_char_boundary(at) && text.is_char_boundary(at + length)) {
                Some(length) => {
                    found.push(at..at + length);
                    at += length;
                }
                None => at += 1,
            }
        }
        if let Some(disguises) = &self.disguises {
            found.extend(disguises.find_iter(text).map(|disguise| disguise.range()));
        }
    }
}

/// Whether an escape of a character begins here, as far as the bytes behind it show.
fn may_be_an_escape(text: &[u8]) -> bool {
    match text {
        [b'=', high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [b'%', next, ..] => next.is_ascii_hexdigit() || matches!(next, b'u'),
        [b'&', name @ ..] => name.iter().take(10).any(|byte| *byte == b';'),
        [b'+' | b'\\', ..] => true,
        _ => false,
    }
}

/// Whether what stands there is no part of a longer word.
fn is_a_word(text: &[u8], start: usize, end: usize) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    !is_part(start.checked_sub(1).and_then(|before| text.get(before))) && !is_part(text.get(end))
}

/// What stands for a key as a whole.
fn disguises(key: &str) -> Vec<String> {
    let wide: Vec<u8> = key.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16: String = key.chars().flat_map(|character| [character, '\0']).collect();
    let mut all = vec![utf_16.trim_end_matches('\0').to_owned()];
    for bytes in [key.as_bytes(), &wide] {
        all.extend((0..3).flat_map(|offset| base64(bytes, offset)));
        // As dumps of bytes are written: BitConverter in .NET, xxd, lists.
        all.extend(["", "-", ":", " ", ", 0x"].map(|between| joined(bytes, between, |byte| format!("{byte:02x}"))));
        all.extend([",", ", ", " "].map(|between| joined(bytes, between, |byte| byte.to_string())));
    }
    all.sort();
    all.dedup();
    all
}

fn joined(bytes: &[u8], between: &str, shown: fn(u8) -> String) -> String {
    bytes.iter().map(|byte| shown(*byte)).collect::<Vec<_>>().join(between)
}

/// The letters of base64 that these bytes alone decide, where so many bytes stand before them; in both alphabets.
fn base64(bytes: &[u8], offset: usize) -> [String; 2] {
    let padded = [&[0; 2][..offset], bytes].concat();
    let own = (offset * 8).div_ceil(6)..padded.len() * 8 / 6;
    [STANDARD_NO_PAD, URL_SAFE_NO_PAD].map(|letters| letters.encode(&padded)[own.clone()].to_owned())
}

/// How many bytes a key takes up at the start of a text, if it stands there: each character as it is or escaped, once or
/// several times over, in any letter case.
fn spelling_length(text: &[u8], key: &str, [ends, next]: &mut [Vec<usize>; 2]) -> Option<usize> {
    // A key may itself look like an escape, so that what fits first need not be right.
    ends.clear();
    ends.push(0);
    let mut previous = None;
    for character in key.chars() {
        // Each level of quoting doubles backslashes, so that a row of them counts as one.
        if (character, previous) == ('\\', Some('\\')) {
            continue;
        }
        previous = Some(character);
        next.clear();
        for end in &*ends {
            each_length(&text[*end..], character, |length| next.push(end + length));
        }
        next.sort_unstable();
        next.dedup();
        swap(ends, next);
        if ends.is_empty() {
            return None;
        }
    }
    ends.last().copied()
}

/// The lengths of all that may stand for a character here.
fn each_length(text: &[u8], character: char, is_there: impl FnMut(usize)) {
    let mut buffer = [0; 4];
    let bytes = character.encode_utf8(&mut buffer).as_bytes();
    let Some(first) = text.first() else { return };
    if !ESCAPES.contains(first) {
        as_it_is(text, bytes).map(is_there);
        return;
    }
    let slashes = backslashes(text);
    if character == '\\' {
        Some(slashes).filter(|slashes| *slashes > 0).map(is_there);
        return;
    }
    // What an escape begins with tells which it can be. A form writes a + for a space.
    let is_space = character == ' ';
    let escaped = match first {
        b'%' => {
            let plus = if is_space { percent_escapes(text, b"+") } else { None };
            [percent_escapes(text, bytes), wide_percent_escape(text, character), plus]
        }
        b'&' => [xml_escape(text, character), None, None],
        b'=' => [quoted_printable(text, bytes), None, None],
        b'+' => [is_space.then_some(1), None, None],
        _ => [None; 3],
    };
    // A `%25` behind that of a percent sign encodes it once more, or is what stands behind it in the key.
    let fewer_levels = if character == '%' && *first == b'%' { 1..levels(&text[1..]) } else { 0..0 };
    let fewer_levels = fewer_levels.map(|levels| 1 + 2 * levels);
    let found = as_it_is(text, bytes).into_iter().chain(escaped.into_iter().flatten()).chain(fewer_levels);
    if slashes == 0 {
        return found.for_each(is_there);
    }
    let quoted = &text[slashes..];
    let mark = Some(quoted).filter(|_| !character.is_ascii_alphanumeric());
    let behind = [
        mark.and_then(|text| as_it_is(text, bytes)),
        mark.and_then(|text| percent_escapes(text, bytes)),
        mark.and_then(|text| xml_escape(text, character)),
    ];
    let behind = behind.into_iter().flatten().map(|length| slashes + length);
    found.chain(behind).chain(backslash_escape(text, character, bytes)).for_each(is_there);
}

/// How often a percent sign was encoded again, by the `25` behind it.
fn levels(behind: &[u8]) -> usize {
    behind.chunks(2).take(MOST_LEVELS).take_while(|digits| digits == b"25").count()
}

/// The byte that `%2B` stands for, or `%252B` where that was encoded again, and its length.
pub(super) fn percent(text: &[u8]) -> Option<(u8, usize)> {
    let digits = text.strip_prefix(b"%")?;
    let again = levels(digits);
    Some((u8::try_from(hexadecimal(digits, 2 * again, 2)?).ok()?, 3 + 2 * again))
}

/// The same for each byte. A `%` may end at any of its levels.
fn percent_escapes(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for byte in bytes {
        let rest = text[at..].strip_prefix(b"%")?;
        at += match levels(rest) {
            again @ 1.. if *byte == b'%' => 1 + 2 * again,
            _ => percent(&text[at..]).filter(|(meant, _)| meant == byte)?.1,
        };
    }
    Some(at)
}

/// `=2B` in mails, for each byte.
fn quoted_printable(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let is_there = |(at, byte): (usize, &u8)| {
        text.get(3 * at) == Some(&b'=') && hexadecimal(text, 3 * at + 1, 2) == Some(u32::from(*byte))
    };
    bytes.iter().enumerate().all(is_there).then_some(3 * bytes.len())
}

/// `%u2026`, which ASP.NET reads, twice where the character takes two UTF-16 units.
fn wide_percent_escape(text: &[u8], character: char) -> Option<usize> {
    let mut at = 0;
    for unit in character.encode_utf16(&mut [0; 2]) {
        if !text[at..].starts_with(b"%u") || hexadecimal(text, at + 2, 4) != Some((*unit).into()) {
            return None;
        }
        at += 6;
    }
    Some(at)
}

/// `\u2026` for each UTF-16 unit, `\u{2026}`, or `\xe2` or `\342` for each byte.
fn backslash_escape(text: &[u8], character: char, bytes: &[u8]) -> Option<usize> {
    let each = |values: &mut dyn Iterator<Item = u32>, letter: Option<u8>, digits: usize, radix: u32| {
        let mut at = 0;
        for value in values {
            let slashes = backslashes(&text[at..]);
            at += slashes;
            if slashes == 0 || letter.is_some_and(|letter| text.get(at) != Some(&letter)) {
                return None;
            }
            at += usize::from(letter.is_some());
            if number(text, at, digits, radix) != Some(value) {
                return None;
            }
            at += digits;
        }
        Some(at)
    };
    let braced = || {
        let start = backslashes(text);
        let digits = text[start..].strip_prefix(b"u{")?;
        let length = digits.iter().take(7).position(|byte| *byte == b'}')?;
        (hexadecimal(digits, 0, length) == Some(character.into())).then_some(start + 2 + length + 1)
    };
    each(&mut character.encode_utf16(&mut [0; 2]).iter().map(|unit| (*unit).into()), Some(b'u'), 4, 16)
        .or_else(braced)
        .or_else(|| each(&mut bytes.iter().map(|byte| (*byte).into()), Some(b'x'), 2, 16))
        .or_else(|| each(&mut bytes.iter().map(|byte| (*byte).into()), None, 3, 8))
}

/// What `&lt;`, `&#60;` or `&#x3C;` stands for, and its length; and the same of `&amp;lt;`, where that was escaped again.
pub(super) fn entities(text: &[u8]) -> impl Iterator<Item = (char, usize)> {
    let levels = successors(text.strip_prefix(b"&"), |name| name.strip_prefix(b"amp;")).take(MOST_LEVELS);
    levels.filter_map(|name| {
        let length = name.iter().take(9).position(|byte| *byte == b';')?;
        let meant = meant_by(std::str::from_utf8(&name[..length]).ok()?)?;
        Some((char::from_u32(meant)?, text.len() - name.len() + length + 1))
    })
}

fn xml_escape(text: &[u8], character: char) -> Option<usize> {
    entities(text).filter(|(meant, _)| *meant == character).map(|(_, length)| length).last()
}

/// The character that an entity stands for.
fn meant_by(entity: &str) -> Option<u32> {
    let entity = entity.to_ascii_lowercase();
    match entity.strip_prefix('#') {
        Some(number) => {
            number.strip_prefix('x').map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16)).ok()
        }
        None => [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')]
            .into_iter()
            .find(|(known, _)| *known == entity)
            .map(|(_, meant)| meant.into()),
    }
}

/// The character itself; a shell writes `'\''` for `'`.
fn as_it_is(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let end = bytes.len();
    if !text.get(..end)?.eq_ignore_ascii_case(bytes) {
        return None;
    }
    if bytes == b"'" {
        let slashes = backslashes(&text[end..]);
        if slashes > 0 && text[end + slashes..].starts_with(b"''") {
            return Some(end + slashes + 2);
        }
    }
    Some(end)
}

/// How many bytes a row of backslashes takes up, percent-encoded ones included.
pub(super) fn backslashes(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(length) = match text.get(at).filter(|_| at < LONGEST_ROW) {
        Some(b'\\') => Some(1),
        Some(b'%') => percent_escapes(&text[at..], b"\\"),
        _ => None,
    } {
        at += length;
    }
    at
}

pub(super) fn hexadecimal(text: &[u8], from: usize, digits: usize) -> Option<u32> {
    number(text, from, digits, 16)
}

fn number(text: &[u8], from: usize, digits: usize, radix: u32) -> Option<u32> {
    let digits = text.get(from..from + digits)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use crate::secret::{MASK, Secret};

    #[test]
    fn a_known_key_is_masked_in_every_disguise() {
        let key = "s3cr3t/k+y";
        let bytes = key.as_bytes();
        let each = |shown: fn(u8) -> String| bytes.iter().map(|byte| shown(*byte)).collect::<Vec<_>>();
        let wide: Vec<u8> = key.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let joined: String = key.chars().flat_map(|c| [c, '\0']).collect();
        let mut spellings = vec![
            each(|byte| format!("{byte:02x}")).concat(),
            each(|byte| format!("{byte:02X}")).concat(),
            each(|byte| format!("{byte:02X}")).join("-"),
            each(|byte| format!("{byte:02x}")).join(" "),
            each(|byte| byte.to_string()).join(", "),
            each(|byte| format!("\\x{byte:02x}")).concat(),
            each(|byte| format!("\\{byte:03o}")).concat(),
            each(|byte| format!("\\u{{{byte:x}}}")).concat(),
            each(|byte| format!("\\u00{byte:02X}")).concat(),
            each(|byte| format!("%u00{byte:02X}")).concat(),
            each(|byte| format!("&#{byte};")).concat(),
            each(|byte| format!("&#x{byte:X};")).concat(),
            each(|byte| format!("&amp;#{byte:03};")).concat(),
            each(|byte| format!("={byte:02X}")).concat(),
            each(|byte| format!("%25{byte:02X}")).concat(),
            "s3cr3t%2F=6B\\x2by".to_owned(),
            joined,
        ];
        for before in ["", "x", "xy", "api:", "{\"k\":"] {
            for inner in [bytes, &wide] {
                let whole = [before.as_bytes(), inner, b" and more"].concat();
                spellings.push(base64(&whole, ['+', '/']));
                spellings.push(base64(&whole, ['-', '_']));
            }
        }
        let secret = Secret::new(key);
        for spelling in spellings {
            let text = format!("before {spelling} behind");
            assert!(secret.redactor().finds(&text), "{text}");
            let shown = secret.redactor().redact(&text).into_owned();
            assert!(shown.starts_with("before ") && shown.ends_with(" behind"), "{shown}");
            assert!(shown.contains(MASK) && !secret.redactor().finds(&shown), "{text} is shown as {shown}");
        }
        for text in ["Basic YWxhZGRpbjpvcGVuc2VzYW1l", "s3cr3t/k+", "", "0000", &"a".repeat(50)] {
            assert!(!secret.redactor().finds(text), "{text}");
        }
    }

    /// As the standard writes it, with padding.
    fn base64(bytes: &[u8], last: [char; 2]) -> String {
        let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last).collect();
        let four = |three: &[u8]| {
            let bits = three.iter().chain(&[0; 2]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
            let letter = |at: usize| if at <= three.len() { letters[bits >> (18 - 6 * at) & 63] } else { '=' };
            (0..4).map(letter).collect::<String>()
        };
        bytes.chunks(3).map(four).collect()
    }
}

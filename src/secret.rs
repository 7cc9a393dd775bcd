//! API keys, and the one place where they are taken out of text before it leaves the program.

use std::borrow::Cow;
use std::fmt;

/// What stands in the place of a key.
pub const MASK: &str = "***";

/// How often something is looked for as encoded over and over, and how long a row of backslashes that makes. Without
/// these bounds a long row would cost its square.
const MOST_LEVELS: usize = 16;
const LONGEST_ROW: usize = 64;

/// A key shorter than this is not masked by its value: it could be any word of a sentence.
const SHORTEST_MASKED: usize = 8;

/// As many characters as a key takes up however it is encoded.
pub(crate) const LONGEST_KEY: usize = 512;

/// An API key. It can be compared and sent, but not printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes a key into custody.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key itself, for the wire and for comparison only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Removes keys from text: by parameter name (`api_key=…`), by the `key:` of an instance file, and
/// wherever a known key stands, raw or encoded.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    keys: Vec<Secret>,
}

impl Redactor {
    /// A redactor that knows these keys by value.
    pub fn new(keys: impl IntoIterator<Item = Secret>) -> Self {
        let mut keys: Vec<Secret> = keys.into_iter().filter(|key| key.0.chars().count() >= SHORTEST_MASKED).collect();
        // The longest first, so that a key which contains another is masked whole.
        keys.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        keys.dedup();
        Self { keys }
    }

    /// The same that knows one key more.
    #[must_use]
    pub fn and(self, key: &Secret) -> Self {
        self.with(Self::new([key.clone()]))
    }

    /// The same that knows what the other knows.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self::new(self.keys.into_iter().chain(other.keys))
    }

    /// The text without keys.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        if let Some(without) = self.mask_known(&text) {
            text = Cow::Owned(without);
        }
        if let Some(without) = mask_parameters(&text) {
            text = Cow::Owned(without);
        }
        text
    }

    /// Whether a text holds a key, as it is or escaped. One so short that it could be any word is in none.
    pub fn finds(&self, text: &str) -> bool {
        self.mask_known(text).is_some()
    }

    fn mask_known(&self, text: &str) -> Option<String> {
        let bytes = text.as_bytes();
        let mut out = String::new();
        let (mut copied, mut at) = (0, 0);
        while at < bytes.len() {
            let found = self.keys.iter().find_map(|key| spelling_length(&bytes[at..], key.expose()));
            // A key begins and ends with whole characters; in the middle of one there is none to be found.
            match found.filter(|length| text.is_char_boundary(at) && text.is_char_boundary(at + length)) {
                Some(length) => {
                    out.push_str(&text[copied..at]);
                    out.push_str(MASK);
                    at += length.max(1);
                    copied = at;
                }
                None => at += 1,
            }
        }
        (copied > 0).then(|| out + &text[copied..])
    }
}

/// How many bytes a key takes up at the start of a text, if it stands there: each character as it is, or
/// escaped as in a URL, a form, JSON, XML or a shell, once or several times over, in any letter case.
fn spelling_length(text: &[u8], key: &str) -> Option<usize> {
    let mut characters = key.chars();
    let Some(character) = characters.next() else { return Some(0) };
    let rest = match character {
        // Each level of quoting doubles backslashes, so that a row of them counts as one.
        '\\' => characters.as_str().trim_start_matches('\\'),
        _ => characters.as_str(),
    };
    // A key may itself look like an escape, so that what fits first need not be right.
    let fitting = character_lengths(text, character).into_iter().flatten();
    fitting.into_iter().find_map(|length| spelling_length(&text[length..], rest).map(|more| length + more))
}

/// The lengths of all that may stand for a character here.
fn character_lengths(text: &[u8], character: char) -> [Option<usize>; 8] {
    let mut buffer = [0; 4];
    let bytes = character.encode_utf8(&mut buffer).as_bytes();
    let begins = text.first().is_some_and(|first| b"%&\\+'".contains(first) || first.eq_ignore_ascii_case(&bytes[0]));
    if !begins {
        return [None; 8];
    }
    let slashes = backslashes(text);
    if character == '\\' {
        let row = Some(slashes).filter(|slashes| *slashes > 0);
        return [row, None, None, None, None, None, None, None];
    }
    let quoted = Some(slashes).filter(|slashes| *slashes > 0 && !character.is_ascii_alphanumeric());
    let behind = |length: fn(&[u8], &[u8]) -> Option<usize>| {
        quoted.and_then(|slashes| length(&text[slashes..], bytes).map(|length| slashes + length))
    };
    // A form writes a + for a space.
    let space = if character == ' ' { percent_escapes(text, b"+").or_else(|| as_it_is(text, b"+")) } else { None };
    [
        percent_escapes(text, bytes),
        xml_escape(text, character),
        json_escape(text, character),
        as_it_is(text, bytes),
        space,
        behind(percent_escapes),
        behind(as_it_is),
        quoted.and_then(|slashes| xml_escape(&text[slashes..], character).map(|length| slashes + length)),
    ]
}

/// `%2B`, or `%252B` where that was encoded again, for each byte.
fn percent_escapes(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for byte in bytes {
        let rest = text[at..].strip_prefix(b"%")?;
        let again = rest.chunks(2).take(MOST_LEVELS).take_while(|digits| digits == b"25").count();
        at += match again {
            1.. if *byte == b'%' => 1 + 2 * again,
            _ if hexadecimal(rest, 2 * again, 2) == Some(u32::from(*byte)) => 3 + 2 * again,
            _ => return None,
        };
    }
    Some(at)
}

/// `\u2026`, twice where the character takes two UTF-16 units.
fn json_escape(text: &[u8], character: char) -> Option<usize> {
    let mut at = 0;
    for unit in character.encode_utf16(&mut [0; 2]) {
        // ASP.NET reads %u2026 too.
        let slashes = if text[at..].starts_with(b"%u") { 1 } else { backslashes(&text[at..]) };
        let digits = at + slashes + 1;
        if slashes == 0 || text.get(digits - 1) != Some(&b'u') || hexadecimal(text, digits, 4) != Some((*unit).into()) {
            return None;
        }
        at = digits + 4;
    }
    Some(at)
}

/// `&lt;`, `&#60;` or `&#x3C;`, and `&amp;lt;` where that was escaped again.
fn xml_escape(text: &[u8], character: char) -> Option<usize> {
    let mut name = text.strip_prefix(b"&")?;
    let mut found = None;
    loop {
        let length = name.iter().take(9).position(|byte| *byte == b';');
        let escape = length.and_then(|length| std::str::from_utf8(&name[..length]).ok());
        if escape.and_then(meant_by) == Some(character.into()) {
            found = length.map(|length| text.len() - name.len() + length + 1);
        }
        match name.strip_prefix(b"amp;") {
            Some(inner) => name = inner,
            None => return found,
        }
    }
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
    let slashes = backslashes(&text[end..]);
    let is_reopened = bytes == b"'" && slashes > 0 && text[end + slashes..].starts_with(b"''");
    Some(if is_reopened { end + slashes + 2 } else { end })
}

/// How many bytes a row of backslashes takes up, percent-encoded ones included.
fn backslashes(text: &[u8]) -> usize {
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

fn hexadecimal(text: &[u8], from: usize, digits: usize) -> Option<u32> {
    let digits = text.get(from..from + digits)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// A text cut to at most so many characters, where it is longer: at a place where no key is cut in two, for a part of one
/// is not recognised any more.
pub fn cut(text: &str, longest: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(longest)?;
    let head = &text[..end];
    let from = head.char_indices().rev().nth(LONGEST_KEY).map_or(0, |(at, _)| at);
    let place = head[from..].rfind(|c: char| "&=?,;\"'<> \t\r\n".contains(c)).map_or(from, |at| from + at);
    Some(&head[..place])
}

/// Masks the value behind every `api_key=` (also `api_key%3D`, and `"api_key": "` of JSON), in any case.
fn mask_parameters(text: &str) -> Option<String> {
    const NAMES: [&str; 2] = ["api_key", "api%5fkey"];
    let lower = text.to_ascii_lowercase();
    let next = |from: usize| {
        NAMES.iter().filter_map(|name| lower[from..].find(name).map(|found| from + found + name.len())).min()
    };
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while let Some(after_name) = next(from) {
        from = after_name;
        let Some(opening) = value_opening(&lower[after_name..]) else {
            continue;
        };
        let start = after_name + opening;
        let length =
            lower[start..].find(|c: char| c.is_whitespace() || "&\"'<>#\\`".contains(c)).unwrap_or(lower.len() - start);
        if length > 0 && !stands_for_a_key(&text[start..start + length]) {
            out.push_str(&text[copied..start]);
            out.push_str(MASK);
            copied = start + length;
            from = copied;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// Whether a value only says where the key comes from: `{api_key}`, `$ACME_KEY` or `${ACME_KEY}`. A command that
/// is shown with such a value can be run again.
fn stands_for_a_key(value: &str) -> bool {
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let name = value
        .strip_prefix('$')
        .map(|name| name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name));
    value == "{api_key}" || name.is_some_and(is_variable)
}

/// How many bytes lie between a parameter's name and its value; none where no value follows.
fn value_opening(rest: &str) -> Option<usize> {
    ["=", "%3d", "\":\"", "\": \"", "\\\":\\\"", "\\\": \\\""]
        .into_iter()
        .find(|opening| rest.starts_with(opening))
        .map(str::len)
}

/// An instance file, or lines of one that a diagnostic shows, without what follows `key:`. Not for any other
/// text: what ends a value in YAML does not end one in JSON.
#[must_use]
pub fn mask_yaml_keys(text: &str) -> String {
    const NAME: &str = "key";
    let lower = text.to_ascii_lowercase();
    let mut out = String::new();
    let mut copied = 0;
    for (found, _) in lower.match_indices(NAME) {
        let name_end = found + NAME.len();
        let before = lower[..found].trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '-');
        let name = &lower[before.len()..name_end];
        // In a sentence ("invalid API key: …") there is a word before it.
        let stands_in_a_map = before.trim_end_matches(' ').ends_with(['\n', '{', ',', '|', '"', '\'', '`', '-', '?'])
            || before.trim_start().is_empty();
        let is_a_key = matches!(name.trim_start_matches('-'), "key" | "api_key" | "api-key" | "apikey");
        if found >= copied
            && is_a_key
            && stands_in_a_map
            && let Some((start, end)) = yaml_value(text, name_end)
        {
            out.push_str(&text[copied..start]);
            out.push_str(&stars(&text[start..end]));
            copied = end;
        }
    }
    out + &text[copied..]
}

/// Where the value of a name stands that ends here. It has to be in the same line; `{ env: NAME }` is none.
fn yaml_value(text: &str, name_end: usize) -> Option<(usize, usize)> {
    let line_end = text[name_end..].find(['\n', '\r']).map_or(text.len(), |end| name_end + end);
    let line = &text[..line_end];
    let rest = line[name_end..].trim_start_matches(['"', '\'', ' ']).strip_prefix(':')?.trim_start();
    let start = line_end - rest.len();
    // In our own advice (`key: …`) there is none either.
    if rest.starts_with('…') || rest.strip_prefix('{').is_some_and(|inner| inner.trim_start().starts_with("env:")) {
        return None;
    }
    let line_start = text[..name_end].rfind('\n').map_or(0, |end| end + 1);
    let in_braces = text[line_start..name_end].rfind('{') > text[line_start..name_end].rfind('}');
    if let Some(quoted) = rest.strip_prefix(['"', '\'']) {
        return Some((start + 1, start + 1 + closing_quote(quoted, rest.starts_with('"')).unwrap_or(quoted.len())));
    }
    let end = if in_braces && !rest.starts_with('{') { rest.find([',', '}']) } else { rest.find('`') };
    Some((start, start + end.unwrap_or(rest.len())))
}

/// Where a quoted value ends. Within it `\"` and `''` stand for the quote itself.
fn closing_quote(value: &str, is_double: bool) -> Option<usize> {
    let mut characters = value.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if is_double => {
                characters.next();
            }
            '\'' if !is_double && characters.next_if(|(_, next)| *next == '\'').is_some() => {}
            '"' if is_double => return Some(at),
            '\'' if !is_double => return Some(at),
            _ => {}
        }
    }
    None
}

/// Star for character, so that the caret below still points at the right column.
fn stars(text: &str) -> String {
    text.chars().map(|c| if c == ' ' { ' ' } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::{Redactor, Secret, mask_yaml_keys};

    /// The ways a key can be spelled in a URL, a form, JSON, XML or a shell, and in one within another.
    fn spellings(key: &str) -> Vec<String> {
        let percent = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let json = |text: &str| serde_json::Value::from(text).to_string();
        let xml = |text: &str| quick_xml::escape::escape(text).into_owned();
        let inner = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
        let sent = [
            key.to_owned(),
            percent(key),
            form_urlencoded::byte_serialize(key.as_bytes()).collect(),
            inner(json(key)),
            inner(format!("{key:?}")),
        ];
        let sent = sent.iter().flat_map(|once| [once.clone(), percent(once)]);
        let shown = sent.chain([xml(key)]).flat_map(|sent| [inner(json(&sent)), xml(&sent), sent]);
        shown.flat_map(|shown| [shown.to_lowercase(), shown]).collect()
    }

    fn redact(text: &str) -> String {
        Redactor::new([Secret::new("s3cr3t/k+y value")]).redact(text).into_owned()
    }

    #[test]
    fn a_key_is_never_shown_by_debug() {
        assert_eq!(format!("{:?}", Secret::new("BuyerAPIKeyHere")), "***");
    }

    #[test]
    fn a_known_key_is_masked_raw_and_encoded() {
        assert_eq!(redact("key s3cr3t/k+y value."), "key ***.");
        assert_eq!(redact("s3cr3t%2Fk%2By%20value"), "***");
        assert_eq!(redact("s3cr3t%2fk%2by+value"), "***");
        assert_eq!(redact("S3CR3T%252Fk%252By%2520value"), "***");
        assert_eq!(redact(r"s3cr3t\/k+y\u0020value"), "***");
        assert_eq!(redact("s3cr3t&#47;k&amp;#x2B;y value"), "***");
    }

    #[test]
    fn an_unknown_key_is_masked_by_its_parameter() {
        assert_eq!(redact("GET /x?api_key=abc&lead_id=1"), "GET /x?api_key=***&lead_id=1");
        assert_eq!(redact("?lead_id=1&API_KEY=abc HTTP/1.1"), "?lead_id=1&API_KEY=*** HTTP/1.1");
        assert_eq!(redact(r#"{"api_key": "abc", "x": 1}"#), r#"{"api_key": "***", "x": 1}"#);
        assert_eq!(redact("?api%5Fkey=abc&lead_id=1"), "?api%5Fkey=***&lead_id=1");
        assert_eq!(redact("api_key=&lead_id=1"), "api_key=&lead_id=1");
    }

    #[test]
    fn what_only_stands_for_a_key_stays_so_that_a_command_can_be_repeated() {
        for command in ["-d api_key={api_key}&a=b", "'api_key=$ACME_KEY'", "\"api_key=${CAKE_API_KEY}\""] {
            assert_eq!(redact(command), command);
        }
        for (command, shown) in
            [("api_key=$Ab1", "api_key=***"), ("api_key={x}", "api_key=***"), ("api_key=$A.b", "api_key=***")]
        {
            assert_eq!(redact(command), shown);
        }
    }

    #[test]
    fn a_key_in_an_instance_file_is_masked_in_place() {
        for (text, masked) in [
            ("3 |   key: AbcDef\n  |        ^^^^^^", "3 |   key: ******\n  |        ^^^^^^"),
            ("{ name: A, key: abc }", "{ name: A, key: *** }"),
            ("  - key: a,b}c", "  - key: *****"),
            ("{ \"api_key\" : \"a,\\\"b}\", x: 1 }", "{ \"api_key\" : \"******\", x: 1 }"),
            ("{ key: 'a}b }", "{ key: '*** *"),
            ("{ key: 'a''}b', x: 1 }", "{ key: '*****', x: 1 }"),
            ("{ key: { inline: abc } }", "{ key: * ******* *** * *"),
            ("`key:abc` is no known key", "`key:***` is no known key"),
            ("key: { env: ACME_KEY }", "key: { env: ACME_KEY }"),
            ("buyers:\n  - key: abc\n    name: A", "buyers:\n  - key: ***\n    name: A"),
            ("add `buyers: [{ name: …, key: … }]`", "add `buyers: [{ name: …, key: … }]`"),
            ("monkey: banana", "monkey: banana"),
            ("invalid API key: use the other", "invalid API key: use the other"),
            ("the key `name` is missing", "the key `name` is missing"),
            ("key:\n  name: A", "key:\n  name: A"),
        ] {
            assert_eq!(mask_yaml_keys(text), masked);
        }
    }

    #[test]
    fn a_short_key_is_not_masked_by_value() {
        assert_eq!(Redactor::new([Secret::new("test")]).redact("a test"), "a test");
    }

    proptest! {
        #[test]
        fn no_long_key_survives_in_any_spelling(key in "[ -~é…😀]{8,40}") {
            let redactor = Redactor::new([Secret::new(key.clone())]);
            for spelling in spellings(&key) {
                let text = format!("|{spelling}|");
                prop_assert_eq!(redactor.redact(&text), "|***|", "{}", spelling);
            }
        }

        #[test]
        fn a_redacted_report_can_still_be_read(
            before in "\\PC{0,20}[{,|\n-]? ?", name in "key: |api_key=|api_key\": \"", after in "[ -~\n]{0,20}"
        ) {
            let told = serde_json::json!({ "told": [format!("{before}{name}{after}")], "next": "x" });
            for text in [told.to_string(), format!("{told:#}")] {
                let shown = Redactor::default().redact(&text).into_owned();
                let read: Result<serde_json::Value, _> = serde_json::from_str(&shown);
                prop_assert_eq!(read.map(|read| read["next"].clone()).ok(), Some("x".into()), "{}", shown);
            }
        }

        #[test]
        fn redaction_never_panics(text in "\\PC{0,60}(api_key|key: )?\\PC{0,60}") {
            let _ = Redactor::default().redact(&text);
            let _ = mask_yaml_keys(&text);
        }
    }
}

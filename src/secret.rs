//! API keys, and the one place where they are taken out of text before it leaves the program.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in the place of a key.
pub const MASK: &str = "***";

/// A key shorter than this is not masked by its value: it could be any word of a sentence.
const SHORTEST_MASKED: usize = 8;

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
    needles: Vec<Secret>,
}

impl Redactor {
    /// A redactor that knows these keys by value.
    pub fn new(keys: impl IntoIterator<Item = Secret>) -> Self {
        let mut needles: Vec<Secret> = keys
            .into_iter()
            .filter(|key| key.0.chars().count() >= SHORTEST_MASKED)
            .flat_map(|key| spellings(&key.0))
            .map(Secret)
            .collect();
        // The longest first, so that a key which contains another is masked whole.
        needles.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        needles.dedup();
        Self { needles }
    }

    /// The same that knows one key more.
    #[must_use]
    pub fn and(self, key: &Secret) -> Self {
        self.with(Self::new([key.clone()]))
    }

    /// The same that knows what the other knows.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.needles.extend(other.needles);
        self.needles.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        self.needles.dedup();
        self
    }

    /// The text without keys.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for needle in &self.needles {
            if text.contains(needle.expose()) {
                text = Cow::Owned(text.replace(needle.expose(), MASK));
            }
        }
        for masked in [mask_parameters, mask_yaml_keys] {
            if let Some(without) = masked(&text) {
                text = Cow::Owned(without);
            }
        }
        text
    }
}

/// The ways a key can be spelled in a URL, a form, JSON or XML.
fn spellings(key: &str) -> Vec<String> {
    let percent = utf8_percent_encode(key, NON_ALPHANUMERIC).to_string();
    let form: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    let json = serde_json::Value::from(key).to_string();
    vec![
        key.to_owned(),
        percent.to_lowercase(),
        form.to_lowercase(),
        percent,
        form,
        json.trim_matches('"').to_owned(),
        quick_xml::escape::escape(key).into_owned(),
    ]
}

/// Masks the value behind every `api_key=` (also `api_key%3D`, and `"api_key": "` of JSON), in any case.
fn mask_parameters(text: &str) -> Option<String> {
    const NAME: &str = "api_key";
    let lower = text.to_ascii_lowercase();
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = lower[from..].find(NAME) {
        let after_name = from + found + NAME.len();
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

/// Masks what follows `key:` in the lines of an instance file that a diagnostic shows, star for character,
/// so that the caret below still points at the right column.
fn mask_yaml_keys(text: &str) -> Option<String> {
    const NAME: &str = "key: ";
    let mut out = String::new();
    let mut copied = 0;
    for (found, _) in text.match_indices(NAME) {
        let start = found + NAME.len();
        // A key of a map stands first in its line, or behind a bracket, a comma, a dash or the gutter of a
        // diagnostic; in prose ("invalid API key: …") a word stands before it.
        let before = text[..found].trim_end_matches(' ').chars().next_back();
        let word_starts_here = before.is_none_or(|c| "{,|-?\n".contains(c));
        let value_is_inline = !text[start..].starts_with('{');
        if found < copied || !word_starts_here || !value_is_inline {
            continue;
        }
        let length = value_length(&text[start..]);
        out.push_str(&text[copied..start]);
        out.extend(text[start..start + length].chars().map(|c| if c == ' ' { ' ' } else { '*' }));
        copied = start + length;
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// How long a key is in the flow of YAML. The text may be a string of JSON or XML by now, whose escapes and whose
/// end have to stay, or a report could not be read any more.
fn value_length(rest: &str) -> usize {
    let ends_string = |at: usize| rest[at + 1..].chars().next().is_none_or(|next| ",\n\r]} />".contains(next));
    let is_end = |(at, c): (usize, char)| ",}\n\r\\<".contains(c) || (c == '"' && ends_string(at));
    rest.char_indices().find(|found| is_end(*found)).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{Redactor, Secret};
    use proptest::prelude::*;

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
    }

    #[test]
    fn an_unknown_key_is_masked_by_its_parameter() {
        assert_eq!(redact("GET /x?api_key=abc&lead_id=1"), "GET /x?api_key=***&lead_id=1");
        assert_eq!(redact("?lead_id=1&API_KEY=abc HTTP/1.1"), "?lead_id=1&API_KEY=*** HTTP/1.1");
        assert_eq!(redact(r#"{"api_key": "abc", "x": 1}"#), r#"{"api_key": "***", "x": 1}"#);
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
        assert_eq!(redact("3 |   key: AbcDef\n  |        ^^^^^^"), "3 |   key: ******\n  |        ^^^^^^");
        assert_eq!(redact("{ name: A, key: abc }"), "{ name: A, key: *** }");
        assert_eq!(redact("key: { env: ACME_KEY }"), "key: { env: ACME_KEY }");
        assert_eq!(redact("buyers:\n  - key: abc\n    name: A"), "buyers:\n  - key: ***\n    name: A");
        assert_eq!(redact("monkey: banana"), "monkey: banana");
        assert_eq!(redact("code 1 (invalid API key: no buyer has it)"), "code 1 (invalid API key: no buyer has it)");
    }

    #[test]
    fn a_short_key_is_not_masked_by_value() {
        assert_eq!(Redactor::new([Secret::new("test")]).redact("a test"), "a test");
    }

    proptest! {
        #[test]
        fn no_long_key_survives_in_any_spelling(key in "[ -~]{8,40}", around in "[a-z ]{0,10}") {
            let redactor = Redactor::new([Secret::new(key.clone())]);
            for spelling in super::spellings(&key) {
                let text = format!("{around}{spelling}{around}");
                prop_assert!(!redactor.redact(&text).contains(&spelling), "{spelling}");
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
        }
    }
}

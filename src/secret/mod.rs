//! API keys, and the one place where they are taken out of text before it leaves the program.

mod known;
mod unknown;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use known::KnownKeys;
use serde::Deserialize;

/// What stands in the place of a key.
pub const MASK: &str = "***";

/// A key shorter than this could be any word of a sentence.
const SHORTEST_MASKED: usize = 8;

/// As many characters as a key takes up however it is encoded.
pub(crate) const LONGEST_KEY: usize = 512;

/// An API key. It can be compared and sent, but not printed.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct Secret(String, Arc<OnceLock<Redactor>>);

impl Secret {
    /// Wraps a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into(), Arc::default())
    }

    /// The key itself, for the wire and for comparison only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is so short that it could be any word.
    pub fn is_short(&self) -> bool {
        self.0.chars().count() < SHORTEST_MASKED
    }

    /// Takes it out of text, however short it is: one that could be any word, where it stands as a word.
    pub fn redactor(&self) -> &Redactor {
        self.1.get_or_init(|| Redactor { known: Arc::new(KnownKeys::new(vec![Self::new(&*self.0)])) })
    }
}

impl From<String> for Secret {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Secret {}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Removes keys from text: those it knows, however they are spelled, and any other by what stands before it
/// (`api_key=…`).
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    known: Arc<KnownKeys>,
}

impl Redactor {
    /// A redactor that knows these keys by value, but for those so short that they could be any word.
    pub fn new(keys: impl IntoIterator<Item = Secret>) -> Self {
        Self { known: Arc::new(KnownKeys::new(keys.into_iter().filter(|key| !key.is_short()).collect())) }
    }

    /// The same that knows one key more.
    #[must_use]
    pub fn and(self, key: &Secret) -> Self {
        Self::new(self.known.keys().iter().chain([key]).cloned())
    }

    /// The same that knows what the other knows.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self::new(self.known.keys().iter().chain(other.known.keys()).cloned())
    }

    /// The text without keys.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask(text, [self.places(text), shapes(text)].concat())
    }

    /// The same but for what only looks like a key.
    pub fn redact_known<'t>(&self, text: &'t str) -> Cow<'t, str> {
        mask(text, self.places(text))
    }

    /// Where keys that it knows stand in a text.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.known.find(text, &mut found);
        found
    }

    /// Whether a text holds a key, as it is or escaped. One so short that it could be any word is in none.
    pub fn finds(&self, text: &str) -> bool {
        !self.known.keys().iter().all(Secret::is_short) && !self.places(text).is_empty()
    }
}

/// Where something stands that looks like a key.
pub fn shapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    unknown::find(text, &mut found);
    found
}

/// A URL, or a part of one, without the user before its `@`, who may come with a password.
pub fn without_user(text: &str) -> &str {
    text.rsplit('@').next().unwrap_or_default()
}

/// The text with a mask in the place of each part.
pub fn mask(text: &str, mut parts: Vec<Range<usize>>) -> Cow<'_, str> {
    if parts.is_empty() {
        return text.into();
    }
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for part in parts {
        // Two that overlap are one.
        if part.start > copied || copied == 0 {
            out.push_str(&text[copied..part.start]);
            out.push_str(MASK);
        }
        copied = copied.max(part.end);
    }
    out.push_str(&text[copied..]);
    out.into()
}

/// A text cut to at most so many characters, where it is longer: where no key is cut in two: half a key is not
/// recognised.
pub fn cut(text: &str, longest: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(longest)?;
    let head = &text[..end];
    let from = head.char_indices().rev().nth(LONGEST_KEY).map_or(0, |(at, _)| at);
    let place = head[from..].rfind(|c: char| "&=?,;\"'<> \t\r\n".contains(c)).map_or(from, |at| from + at);
    Some(&head[..place])
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::{Redactor, Secret};

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

    /// How programs print what stands in front of a key that caketester never gave out, each with K in its place.
    const SHAPES: &str = include_str!("shapes.txt");

    #[test]
    fn a_key_that_nobody_knows_is_masked_by_what_stands_before_it() {
        let key = "a8Zq4Lm2Xw9";
        let mut wrong = Vec::new();
        for shape in SHAPES.lines().filter(|line| !line.is_empty() && !line.starts_with("## ")) {
            let text = shape.replace("\\n", "\n").replace("{K}", key);
            let shown = Redactor::default().redact(&text).into_owned();
            let is_hidden = !shown.contains(key) && shown.contains(super::MASK);
            let more = text.len() - text.matches(key).count() * key.len();
            // What stands around it stays; of a header with cookies, nothing.
            if !is_hidden || shown.len() < more && !text.contains("ookie") {
                wrong.push(format!("{text}  is shown as  {shown}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_no_key_stays() {
        for text in [
            "the api_key is wrong",
            "Missing parameter: api_key.",
            "api_key, lead_id and status are required",
            "send 'api_key', 'lead_id' and 'status'",
            "(api_key, lead_id, status)",
            "the X-Api-Key header is not for this",
            "Invalid API key: use the other",
            "api_keys=3",
            "api_key_case: ignored",
            "api_key=&lead_id=1",
            "api_key: None",
            "\"api_key\": null",
            "{\"api_key\": \"\", \"x\": 1}",
            "Authorization required",
            "cookies: on",
            "the bearer of this letter",
            "bearer authentication is not supported",
        ] {
            assert_eq!(Redactor::default().redact(text), text);
        }
    }

    #[test]
    fn an_unknown_key_is_masked_by_its_parameter() {
        assert_eq!(redact("GET /x?api_key=abc&lead_id=1"), "GET /x?api_key=***&lead_id=1");
        assert_eq!(redact("?lead_id=1&API_KEY=abc HTTP/1.1"), "?lead_id=1&API_KEY=*** HTTP/1.1");
        assert_eq!(redact(r#"{"api_key": "abc", "x": 1}"#), r#"{"api_key": "***", "x": 1}"#);
        assert_eq!(redact("?api%5Fkey=abc&lead_id=1"), "?api%5Fkey=***&lead_id=1");
        assert_eq!(redact("?api_key=a,b;c)d&lead_id=1"), "?api_key=***&lead_id=1");
        assert_eq!(redact("x%3Fapi_key%3Dab%2Bc%26lead_id%3D1"), "x%3Fapi_key%3D***%26lead_id%3D1");
        assert_eq!(redact("Authorization: Basic abc\nnext"), "Authorization: Basic ***\nnext");
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
    fn a_value_is_masked_by_every_spelling_of_the_name() {
        for (text, masked) in [
            ("push --api-key abc --lead 1", "push --api-key *** --lead 1"),
            ("push --apikey=abc", "push --apikey=***"),
            ("lead_id=\"A\" api_key=\"abc\"", "lead_id=\"A\" api_key=\"***\""),
            ("push --api-key {api_key}", "push --api-key {api_key}"),
            ("the api-key is wrong", "the api-key is wrong"),
        ] {
            assert_eq!(Redactor::default().redact(text), masked);
        }
    }

    #[test]
    fn a_short_key_is_masked_as_a_word_and_only_in_what_a_client_printed() {
        assert_eq!(Redactor::new([Secret::new("test")]).redact("a test"), "a test");
        let key = Secret::new("k3y");
        assert_eq!(key.redactor().redact("my k3y is K3Y, no k3yboard"), "my *** is ***, no k3yboard");
        assert!(!key.redactor().finds("my k3y"));
    }

    /// The same, slowly: whatever stands for a key is looked for as a whole.
    fn masked_naively(text: &str, key: &str) -> String {
        let mut spellings: Vec<String> = spellings(key);
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings.iter().fold(text.to_owned(), |text, spelling| text.replace(spelling.as_str(), super::MASK))
    }

    proptest! {
        #[test]
        fn what_is_masked_is_what_a_slow_search_finds(
            key in "[a-z0-9/+]{8,12}", noise in proptest::collection::vec("[ -~é\n]{0,12}", 1..6), which in proptest::collection::vec(0_usize..1_000, 6)
        ) {
            let spellings = spellings(&key);
            let words = noise.iter().zip(&which).map(|(noise, which)| format!("|{noise}|{}|", spellings[which % spellings.len()]));
            let text: String = words.collect();
            // By shape a little more may be masked.
            prop_assume!(!["api", "auth", "cookie", "bearer"].iter().any(|name| text.to_lowercase().contains(name)));
            let redactor = Redactor::new([Secret::new(key.clone())]);
            prop_assert_eq!(redactor.redact(&text), masked_naively(&text, &key), "{}", text);
        }

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
            before in "\\PC{0,20}[{,|\n-]? ?", name in "(key: |api_key=|api_key\": \"|cookie: |\\('api_key', |--api-key |authorization: Basic |Bearer |<api_key>|api_key is ){1,2}", after in "[ -~\n]{0,20}"
        ) {
            let told = serde_json::json!({ "told": [format!("{before}{name}{after}")], "next": "x" });
            for text in [told.to_string(), format!("{told:#}")] {
                let shown = Redactor::default().redact(&text).into_owned();
                let read: Result<serde_json::Value, _> = serde_json::from_str(&shown);
                prop_assert_eq!(read.map(|read| read["next"].clone()).ok(), Some("x".into()), "{}", shown);
            }
        }

        #[test]
        fn redaction_never_panics(text in "\\PC{0,60}(api_key|key: |cookie: |bearer |api_key=\\\\)?\\PC{0,60}") {
            let _ = Redactor::default().redact(&text);
        }
    }
}

//! One request with what came of it, as the checks of causes look at it.

use std::borrow::Cow;

pub(super) use super::cause::Variant;
use super::cause::{Cause, Who, known};
use super::evidence::{Evidence, is_complaint};
use super::knowledge::Knowledge;
use super::phrases::{Says, phrases};
use super::random::random_words;
use super::ticket::{Form, Item, MarkKind, Parameter, Request};
use super::traced::Span;
use crate::cake::{Reason, before_the_method, decide};
use crate::protocol::{Params, encode};

/// How sure a cause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// It follows from the documentation, the platform or the network's own settings.
    Certain,
    /// A shape that is rarely meant.
    Likely,
    /// The ticket alone cannot tell.
    Possible,
}

/// A cause that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The ID of the cause.
    pub id: &'static str,
    /// How sure it is.
    pub grade: Grade,
    /// Where in the ticket.
    pub place: Option<Span>,
    /// What is wrong, with the actual value.
    pub message: String,
    /// What to do in this case; empty where the cause's own advice holds.
    pub help: String,
    /// What to ask in this case; none where the cause's own question holds.
    pub(super) ask: Option<String>,
    /// The right value, where the ticket shows it.
    pub(super) meant: Option<String>,
    /// What tells it from others of its ID.
    pub(super) variant: Variant,
}

impl Found {
    /// A cause for which its own advice holds.
    pub(super) fn new(id: &'static str, grade: Grade, place: Option<Span>, message: impl Into<String>) -> Self {
        let (message, help) = (message.into(), String::new());
        Self { id, grade, place, message, help, ask: None, meant: None, variant: Variant::Usual }
    }

    /// The same with what to do in this case.
    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// The same with what to ask in this case.
    pub(super) fn with_ask(self, ask: impl Into<String>) -> Self {
        Self { ask: Some(ask.into()), ..self }
    }

    /// The same with the right value.
    pub(super) fn meaning(self, meant: impl Into<String>) -> Self {
        Self { meant: Some(meant.into()), ..self }
    }

    /// The same as this variant.
    pub(super) fn of(self, variant: Variant) -> Self {
        Self { variant, ..self }
    }

    /// Its cause.
    pub fn cause(&self) -> &'static Cause {
        known(self.id).1
    }

    /// The group of its cause.
    pub(super) fn group(&self) -> &'static str {
        &self.cause().group
    }

    /// Why that matters, or how it happens: in this case, or else in general.
    pub(super) fn why(&self) -> &'static str {
        self.cause().words(self.variant).why.as_deref().unwrap_or(&self.cause().why)
    }

    /// What to do: in this case, or else in general.
    pub fn help(&self) -> &str {
        let in_general = || self.cause().words(self.variant).change.as_deref().unwrap_or(&self.cause().change);
        if self.help.is_empty() { in_general() } else { &self.help }
    }

    /// Who has to act: in this case, or else in general.
    pub fn who(&self) -> Who {
        match self.variant {
            Variant::Person => Who::Network,
            Variant::Solved => Who::Nobody,
            variant => self.cause().words(variant).who.unwrap_or(self.cause().who),
        }
    }

    /// What to ask; empty where nothing has to be asked.
    pub fn ask(&self) -> &str {
        let in_general = || self.cause().words(self.variant).ask.as_deref().unwrap_or(&self.cause().ask);
        self.ask.as_deref().unwrap_or_else(in_general)
    }
}

/// What is looked at, and what was found.
pub(super) struct Look<'a> {
    /// What people wrote around the requests, in lower case.
    pub(super) prose: &'a str,
    pub(super) item: &'a Item,
    pub(super) request: Option<&'a Request>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) know: &'a Knowledge,
    pub(super) evidence: Evidence,
    /// All requests of the ticket, this one included; none where there are too many to compare.
    pub(super) others: &'a [Item],
    pub(super) found: Vec<Found>,
}

impl<'a> Look<'a> {
    pub(super) fn new(
        prose: &'a str,
        item: &'a Item,
        others: &'a [Item],
        know: &'a Knowledge,
        evidence: Evidence,
    ) -> Self {
        let request = item.request.as_ref();
        let parameters = request.map(Request::parameters).unwrap_or_default();
        Self { prose, item, request, parameters, know, evidence, others, found: Vec::new() }
    }

    /// The parameter of a name, in any letter case.
    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|one| one.value.is_some() && one.name.eq_ignore_ascii_case(name))
    }

    /// Its value.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.parameter(name).and_then(|one| one.value.as_deref())
    }

    /// Its value as sent.
    pub(super) fn sent(&self, name: &str) -> Cow<'_, str> {
        self.parameter(name).map_or(Cow::Borrowed(""), |one| one.sent.text())
    }

    /// Where its value stands.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.parameter(name).map(|one| if one.sent.is_empty() { one.place } else { one.sent.whole() })
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.found.iter().any(|found| found.id == id)
    }

    pub(super) fn mark(&self, kind: MarkKind) -> Option<&super::ticket::Mark> {
        self.item.marks.iter().find(|mark| mark.kind == kind)
    }

    /// Whether a value comes from a variable or a file that the ticket does not have.
    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.place(name).is_some_and(|place| self.item.is_unknown(place, self.value(name).unwrap_or_default()))
    }

    pub(super) fn add(&mut self, id: &'static str, grade: Grade, place: Option<Span>, message: impl Into<String>) {
        self.put(Found::new(id, grade, place, message));
    }

    /// The same with what to do in this case.
    pub(super) fn add_with(
        &mut self,
        id: &'static str,
        grade: Grade,
        place: Option<Span>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.put(Found::new(id, grade, place, message).with_help(help));
    }

    /// Keeps a cause, unless it is known already.
    pub(super) fn put(&mut self, found: Found) {
        if !self.has(found.id) {
            self.found.push(found);
        }
    }
}

/// A value as it is shown: in quotes, short, with what nobody sees by its number.
pub(super) fn shown(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars().take(60) {
        let is_hidden = c.is_control() || is_invisible(c);
        if is_hidden { out.extend(format!("[U+{:04X}]", u32::from(c)).chars()) } else { out.push(c) }
    }
    if value.chars().nth(60).is_some() {
        out.push('…');
    }
    out.push('"');
    out
}

/// Characters that look like a space or like nothing.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xa0 | 0xad | 0x61c | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000 | 0xfe00..=0xfe0f | 0xfeff
    )
}

/// Whether a program printed a value that ends in a line break, as an escape: `"…\n&lead_id="`.
pub(super) fn ends_in_an_escape(value: &str) -> bool {
    ["\\n", "\\r", "\\t"].iter().any(|escape| value.ends_with(escape))
}

/// A name without what tells spellings apart: `Api-Key` and `apiKey` are `apikey`.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a value is made of words for one: `VOTRE_CLE_API_ICI`, `hier_schluessel_eintragen`.
pub(super) fn is_words_for_one(lower: &str) -> bool {
    let words = [
        "votre", "ihr", "ihre", "dein", "deine", "su", "tu", "tua", "sua", "jouw", "twoj", "here", "hier", "ici",
        "aqui", "aquí", "qui",
    ];
    let mut parts = lower.split(['_', '-', ' ']);
    let is_letters = lower.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | '-' | ' '));
    is_letters && lower.contains('_') && parts.any(|part| words.contains(&part))
}

/// Whether a value is a place for another one: `{api_key}`, `YOUR_KEY`, `<lead id>`.
pub(super) fn is_placeholder(value: &str, words: &[&str]) -> bool {
    // Some logs encode what arrived once more.
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
    let value = decoded.trim();
    let lower = value.to_ascii_lowercase();
    let wrapped = [
        ("{", "}"),
        ("<", ">"),
        ("[", "]"),
        ("{{", "}}"),
        ("%", "%"),
        ("${", "}"),
        ("#{", "}"),
        ("__", "__"),
        // VICIdial, Mailchimp, and others.
        ("--A--", "--B--"),
        ("*|", "|*"),
        ("##", "##"),
        ("((", "))"),
        ("~", "~"),
        ("@@", "@@"),
        ("!", "!"),
        ("|", "|"),
    ];
    let has_letters = value.chars().any(char::is_alphabetic);
    wrapped.iter().any(|(open, close)| {
        value.len() > open.len() + close.len() && value.starts_with(open) && value.ends_with(close)
    }) && has_letters
        && !is_guid(value)
        || value.starts_with(':') && value.len() > 2 && has_letters
        || value.starts_with('$') && value.len() > 1 && has_letters
        || value.starts_with('@') && value.len() > 1
        || words.iter().any(|word| lower == *word)
        || is_words_for_one(&lower)
        || phrases("placeholder").iter().any(|word| lower.starts_with(word))
        || lower.ends_with("here") && lower.len() > 6
        || !value.is_empty() && value.len() >= 3 && value.chars().all(|c| c == 'x' || c == 'X')
        || value == "..."
        || value == "…"
}

/// Whether a key is hidden in the ticket: stars, dots, or words in its place.
pub(super) fn is_hidden_key(value: &str) -> bool {
    if value == "KEY" {
        return true;
    }
    let words = ["redacted", "hidden", "masked", "removed", "secret", "censored", "filtered", "scrubbed", "xxx"];
    // Nearly every key has letters and digits only, and of all that follows only the words are such.
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let is_in =
            |word: &&str| value.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        return words.iter().any(is_in) && random_words(value).next().is_none()
            || value.len() <= 12 && folded(value) != "mykey" && is_whose_key(&folded(value));
    }
    let lower = value.to_lowercase();
    let inner = lower.trim_matches(['<', '>', '(', ')', '[', ']', '{', '}']);
    let is_in_brackets = inner.len() < lower.len() && lower.starts_with(['<', '(', '[']);
    let inner = folded(inner);
    // One - stands in many logs for what is left out.
    let is_mask = |mask: char| (value.len() >= 3 || value == "-") && value.chars().all(|c| c == mask);
    ['#', '-', '_', '.', '?'].into_iter().any(is_mask)
        || is_in_brackets && (inner == "key" || inner.starts_with("apikey"))
        || value.matches('*').count() >= 3
        || value.contains(['•', '█', '…'])
        || value.contains("..")
        || lower.says(&words)
        || is_whose_key(&inner)
}

/// `ourkey`, `theapikey`: in words whose key it is, in the place of the key.
fn is_whose_key(folded: &str) -> bool {
    let whose = ["our", "my", "the", "their", "client"].iter().find_map(|whose| folded.strip_prefix(whose));
    whose.is_some_and(|rest| rest.starts_with("api") || rest.starts_with("key") && rest.len() <= 8)
}

/// Eight hexadecimal digits as CAKE writes them.
pub(super) fn looks_like_a_lead_id(text: &str) -> bool {
    text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The same in any letter case.
pub(super) fn may_be_a_lead_id(text: &str) -> bool {
    looks_like_a_lead_id(&text.to_ascii_uppercase())
}

/// `{9A41C07E-0000-…}`, as Windows writes it.
fn is_guid(value: &str) -> bool {
    let inner = value.trim_matches(['{', '}']);
    inner.len() >= 32 && inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl Look<'_> {
    /// Whether somebody asks about a URL with placeholders, and does not say that it was called.
    pub(super) fn is_of_a_template(&self) -> bool {
        let asks = ["template", "your example", "the example", "in the documentation", "in your documentation"];
        self.item.form == Form::Url
            && self.evidence == Evidence::None
            && self.prose.says(&asks)
            && self.prose.contains('?')
            && !is_complaint(self.prose)
    }

    /// Whether somebody only names the address: nothing shows that it was called like that.
    pub(super) fn is_mention(&self) -> bool {
        self.item.form == Form::Url
            && self.request.is_some_and(|request| {
                let is_bare = request.query.is_none() && request.fragment.is_none() && request.body.is_none();
                // An `&` or an encoded `?` in the path is a query that went wrong.
                let path = request.path.text().to_ascii_lowercase();
                is_bare && request.method.whole().is_empty() && !path.contains(['&', '=']) && !path.contains("%3")
            })
    }

    /// Whether the key is not in the ticket: hidden, or in a variable.
    pub(super) fn is_key_hidden(&self) -> bool {
        self.is_unknown("api_key") || self.value("api_key").is_some_and(is_hidden_key)
    }

    /// What CAKE decides by the instance's file, where the request reaches the method. A key that the ticket hides counts as the
    /// right one: that of the buyer who owns the lead.
    pub(super) fn reason(&self) -> Option<Reason> {
        let (request, instance) = (self.request?, self.know.instance.as_ref()?);
        let exchange = request.to_exchange();
        let params = exchange.params();
        let is_stopped = before_the_method(&exchange, &params, &instance.settings.policy).is_some();
        // `<key>` stands for the key, and nobody sends it.
        let is_by_mask = self.is_key_hidden() && self.value("api_key").is_some_and(|key| key.starts_with('<'));
        if is_stopped && !is_by_mask {
            return None;
        }
        if !self.is_key_hidden() {
            return Some(decide(instance, &params).reason);
        }
        let others = params.names().filter(|name| !name.eq_ignore_ascii_case("api_key"));
        let others: Vec<_> = others.filter_map(|name| Some((name, params.get(name)?))).collect();
        let with_key = |key: &str| {
            let pairs = others.iter().map(|(name, value)| (*name, &**value)).chain([("api_key", key)]);
            decide(instance, &Params::decode(encode(pairs).as_bytes())).reason
        };
        let mut reasons = instance.settings.buyers.iter().map(|buyer| with_key(buyer.key.expose()));
        reasons.find(|reason| !matches!(reason, Reason::LeadOfAnotherBuyer { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::is_hidden_key;

    #[test]
    fn a_hidden_key_is_told_from_a_key() {
        for hidden in [
            "REDACTED",
            "MyKeyIsHidden1",
            "xXx",
            "***",
            "<key>",
            "our key",
            "----",
            "K7…x",
            "K7..x",
            "OURKEY",
            "our-key",
            "<our_key>",
            "<api-key>",
            "<the api key>",
            "[our key]",
        ] {
            assert!(is_hidden_key(hidden), "{hidden}");
        }
        for key in [
            "",
            "KeyOfBuyer0x7Q2",
            "Xx7",
            "key",
            "a-b_c.d",
            "<YOUR KEY>",
            "mykey",
            "Ourkq7RtV2mXb9",
            "thekla",
            "mysecretQ8x7",
        ] {
            assert!(!is_hidden_key(key), "{key}");
        }
    }
}

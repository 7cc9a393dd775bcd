//! Whether a ticket shows a key in clear.

use super::look::{Found, Look, is_hidden_key, is_placeholder};
use super::random::random_words;
use super::traced::Span;

/// How much of a ticket is searched for keys beside its requests.
const MOST_SEARCHED: usize = 1 << 20;

/// How many characters before a key its name is looked for.
const NEAR: usize = 40;

/// What looks like a key, or stands behind the name of one.
pub(super) fn exposed(text: &str) -> Option<std::ops::Range<usize>> {
    let end = (0..=text.len().min(MOST_SEARCHED)).rev().find(|at| text.is_char_boundary(*at))?;
    let text = &text[..end];
    let is_key = |part: &std::ops::Range<usize>| {
        let value = text[part.clone()].trim();
        // A name in code, such as `process.env.CAKE_KEY` or `apiKey`, has dots or underscores or says so, and has no digit.
        let says_so = value.ends_with("Key") || value.ends_with("key");
        let is_name = (says_so || value.contains(['.', '_'])) && !value.bytes().any(|byte| byte.is_ascii_digit());
        value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte))
            && is_in_clear(value)
            && !is_name
    };
    crate::secret::shapes(text)
        .into_iter()
        .find(is_key)
        .or_else(|| random_words(text).find(|word| is_called_a_key(text, word)))
}

/// Whether a word that looks like a key stands where one does: behind a name for it, or as a user. A trace, a hash and the name of a
/// class look like keys too.
fn is_called_a_key(text: &str, word: &std::ops::Range<usize>) -> bool {
    let start = text[..word.start].char_indices().rev().take(NEAR).last().map_or(word.start, |(at, _)| at);
    let near = text[start..word.start].rsplit('\n').next().unwrap_or_default().to_lowercase();
    // Some other system's ID, as random as a key.
    if near.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).ends_with("lead_id") {
        return false;
    }
    let names = ["key", "token", "secret", "password", "schlüssel", "clave", "://", "-u ", "--user"];
    // "key (removed)", and not "was the lead removed? Key: …".
    let Some(behind) = names.iter().filter_map(|name| near.rfind(name).map(|at| at + name.len())).max() else {
        return false;
    };
    !["removed", "hidden", "masked", "redacted"].iter().any(|gone| near[behind..].contains(gone))
}

/// Whether a value is a key and not what stands for one.
fn is_in_clear(value: &str) -> bool {
    value.len() >= 6 && !is_hidden_key(value) && !is_placeholder(value, &["buyerapikeyhere", "api_key"])
}

/// Where the ticket shows a key in clear.
pub(super) fn shown_key(look: &Look<'_>, found: &[Found]) -> Option<Span> {
    let value = look.value("api_key")?;
    let is_hidden =
        look.is_unknown("api_key") || found.iter().any(|found| matches!(found.id, "key-masked" | "key-placeholder"));
    (!is_hidden && is_in_clear(value)).then(|| look.place("api_key")).flatten()
}

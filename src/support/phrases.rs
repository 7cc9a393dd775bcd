//! Whether a text has certain words, and what it asks. What people and programs write for one thing stands in `phrases.yaml`, and what to do
//! about some of it in `advice.yaml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What people write, by what they mean by it.
static PHRASES: LazyLock<HashMap<String, Vec<String>>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("phrases.yaml")).expect("the file has its form"));

/// The phrases for one thing.
pub(super) fn phrases(meaning: &str) -> &'static [String] {
    &PHRASES[meaning]
}

/// What to do where a text has one of these signs.
#[derive(Deserialize)]
struct Advice {
    signs: Vec<String>,
    advice: String,
}

/// What to do, by what the text shows of the sender.
static ADVICE: LazyLock<HashMap<String, Vec<Advice>>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("advice.yaml")).expect("the file has its form"));

/// What a table of `advice.yaml` says of a text, in lower case; empty where it has none of the signs.
pub(super) fn advice(table: &str, text: &str) -> &'static str {
    ADVICE[table].iter().find(|row| text.says(&row.signs)).map_or("", |row| &row.advice)
}

/// What a text says, in the words of people or of a program.
pub(super) trait Says {
    /// Whether it has one of these words or phrases.
    fn says<P: AsRef<str>>(&self, phrases: &[P]) -> bool;

    /// Whether it has one of the phrases for this.
    fn means(&self, meaning: &str) -> bool {
        self.says(phrases(meaning))
    }
}

impl Says for str {
    fn says<P: AsRef<str>>(&self, phrases: &[P]) -> bool {
        phrases.iter().any(|phrase| self.contains(phrase.as_ref()))
    }
}

/// Whether a word stands in a text by itself: 200, and not the year 2008.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
}

/// What is asked: of what stands before a mark, the last sentence.
pub(super) fn asked(words: &str) -> impl Iterator<Item = &str> {
    words
        .split_inclusive('?')
        .filter(|part| part.ends_with('?'))
        .filter_map(|part| part.rsplit(". ").next()?.rsplit(".\" ").next())
}

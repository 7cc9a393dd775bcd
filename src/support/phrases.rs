//! Whether a text has certain words, and what it asks.

/// What people write of something that they miss in a report.
pub(super) const ABSENT: &[&str] = &[
    "missing",
    "not there",
    "not in",
    "isn't in",
    "isnt in",
    "aren't in",
    "not able",
    "unable",
    "nowhere",
    "not see",
    "n't see",
    "not find",
    "n't find",
    "not show",
    "n't show",
    "not appear",
    "n't appear",
    "not list",
    "no sign",
    "none of",
    "nothing in",
    "shows nothing",
    "is empty",
    "stays empty",
    "never show",
    "neither in",
    "counted anywhere",
    "blank",
    "has only",
    "shows only",
    "only shows",
    "lacks",
    "leaves out",
    "left out",
    "omits",
    "ends with",
    "ends on",
    "ends at",
    "stops at",
    "fehl",
    "falta",
    "manque",
    "don't see",
    "where is",
];

/// What a text says, in the words of people or of a program.
pub(super) trait Says {
    /// Whether it has one of these words or phrases.
    fn says(&self, words: &[&str]) -> bool;

    /// Whether it asks something with one of these words or phrases.
    fn asks(&self, words: &[&str]) -> bool;
}

impl Says for str {
    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|words| self.contains(words))
    }

    fn asks(&self, words: &[&str]) -> bool {
        asked(self).any(|asked| asked.says(words))
    }
}

/// Whether a word stands in a text by itself: 200, and not the year 2008.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
}

/// What is asked: of what stands before a mark, the last sentence.
pub(super) fn asked(words: &str) -> impl Iterator<Item = &str> {
    words.split_inclusive('?').filter(|part| part.ends_with('?')).filter_map(|part| part.rsplit(". ").next())
}

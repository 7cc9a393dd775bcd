//! Renaming as an exchange of words, so that no two names become the same.

use std::collections::BTreeMap;

/// The words of one kind, each with what takes its place.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// By the key of a word: the word as it was, and its new form.
    new: BTreeMap<String, (String, String)>,
    /// Whether letter case tells two words apart; it does not in names of fields.
    case_matters: bool,
}

/// Two names of the pack that were to become one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) one: String,
    pub(super) other: String,
    pub(super) network: String,
}

impl Words {
    /// Each name of the pack becomes the network's, and a word that is in the way becomes what made room for it. The pack
    /// spells its words as in `known`.
    pub(super) fn new<'n>(
        names: impl IntoIterator<Item = (&'n str, &'n str)>,
        known: &[&str],
        case_matters: bool,
    ) -> Result<Self, Shared> {
        let mut words = Self { new: BTreeMap::new(), case_matters };
        let mut by_target: BTreeMap<String, (&str, &str)> = BTreeMap::new();
        for (pack, network) in names {
            if let Some((one, network)) = by_target.insert(words.key(network), (pack, network)) {
                let [one, other, network] = [one, pack, network].map(str::to_owned);
                return Err(Shared { one, other, network });
            }
            words.new.insert(words.key(pack), (pack.to_owned(), network.to_owned()));
        }
        let in_the_way: Vec<(String, &str)> = by_target
            .iter()
            .filter(|(key, _)| !words.new.contains_key(*key))
            .map(|(key, (_, network))| (key.clone(), *network))
            .collect();
        for (key, displaced) in in_the_way {
            let mut free = key.clone();
            let mut name = displaced;
            // The way back to the one name that nothing becomes.
            while let Some((pack, _)) = by_target.get(&free) {
                free = words.key(pack);
                name = pack;
            }
            let displaced = known.iter().find(|known| words.key(known) == key).unwrap_or(&displaced);
            words.new.insert(key, ((*displaced).to_owned(), name.to_owned()));
        }
        Ok(words)
    }

    /// What becomes of a word.
    pub(super) fn of(&self, word: &str) -> String {
        let Some((old, new)) = self.new.get(&self.key(word)) else { return word.to_owned() };
        if word == old {
            return new.clone();
        }
        // It is the same field in other capitals, and stays that.
        let (lower, upper) = (new.to_lowercase(), new.to_uppercase());
        let forms = if word == word.to_uppercase() { [upper, lower] } else { [lower, upper] };
        forms.into_iter().find(|form| form != new).unwrap_or_else(|| new.clone())
    }

    fn key(&self, word: &str) -> String {
        if self.case_matters { word.to_owned() } else { word.to_ascii_lowercase() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Shared, Words};

    #[test]
    fn words_are_exchanged_and_never_fall_together() {
        let words = Words::new([("Funded", "Withdrawn"), ("In Progress", "Closed")], &[], true).unwrap();
        let of = ["Funded", "Withdrawn", "In Progress", "Closed", "Lost"].map(|word| words.of(word));
        assert_eq!(of, ["Withdrawn", "Funded", "Closed", "In Progress", "Lost"]);
        let words = Words::new([("a", "b"), ("b", "c"), ("d", "d")], &[], true).unwrap();
        assert_eq!(["a", "b", "c", "d"].map(|word| words.of(word)), ["b", "c", "a", "d"]);
    }

    #[test]
    fn fields_are_the_same_in_any_letter_case() {
        let words = Words::new([("loan_amount", "NOTE")], &["note"], false).unwrap();
        let of = ["loan_amount", "note", "LOAN_AMOUNT", "Note"].map(|word| words.of(word));
        assert_eq!(of, ["NOTE", "loan_amount", "note", "LOAN_AMOUNT"]);
        let words = Words::new([("loan_amount", "amount")], &[], false).unwrap();
        assert_eq!(["loan_amount", "LOAN_AMOUNT", "note"].map(|word| words.of(word)), ["amount", "AMOUNT", "note"]);
    }

    #[test]
    fn two_names_for_one_are_refused() {
        let shared = Words::new([("a", "X"), ("b", "X")], &[], true).unwrap_err();
        assert_eq!(shared, Shared { one: "a".into(), other: "b".into(), network: "X".into() });
        assert!(Words::new([("a", "X"), ("b", "x")], &[], true).is_ok());
        assert!(Words::new([("a", "X"), ("b", "x")], &[], false).is_err());
    }
}

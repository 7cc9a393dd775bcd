//! A row of the mutation table.

use std::fmt;

use super::client::Habit;

/// What kind of mistake a mutant makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Values,
    Encoding,
    Reading,
    Http,
    Leaks,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Values => "what becomes of values",
            Self::Encoding => "how the query is put together",
            Self::Reading => "how the answer is read",
            Self::Http => "how it speaks HTTP",
            Self::Leaks => "where the key goes",
        })
    }
}

/// What is expected to become of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It fails what is required: exactly these rules, in their order.
    Killed(&'static [&'static str]),
    /// It fails only what is recommended: exactly these rules.
    Recommended(&'static [&'static str]),
    /// It is right, for this reason.
    Equivalent(&'static str),
}

/// A mutant.
#[derive(Clone, Copy)]
pub(crate) struct Mutant {
    pub(crate) kind: Kind,
    /// What it does, as a habit of a client.
    pub(crate) name: &'static str,
    pub(crate) habit: Habit,
    pub(crate) fate: Fate,
}

/// A mutant that fails what is required, by these rules.
pub(crate) const fn killed(name: &'static str, rules: &'static [&'static str], habit: Habit) -> Mutant {
    Mutant { kind: Kind::Values, name, habit, fate: Fate::Killed(rules) }
}

/// A mutant that fails what is recommended, by these rules.
pub(crate) const fn recommended(name: &'static str, rules: &'static [&'static str], habit: Habit) -> Mutant {
    Mutant { kind: Kind::Values, name, habit, fate: Fate::Recommended(rules) }
}

/// A mutant that is right, for this reason.
pub(crate) const fn equivalent(name: &'static str, why: &'static str, habit: Habit) -> Mutant {
    Mutant { kind: Kind::Values, name, habit, fate: Fate::Equivalent(why) }
}

/// The same mutants, of this kind.
pub(crate) fn of_kind(kind: Kind, mutants: &[Mutant]) -> Vec<Mutant> {
    mutants.iter().map(|mutant| Mutant { kind, ..*mutant }).collect()
}

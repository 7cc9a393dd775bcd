//! What a rule is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// What every rule is made of, so that a rule's file imports it in one line.
pub(super) use super::breach::{Breach, Weight};
pub(super) use super::evidence::Evidence;
pub(super) use super::id::RuleId;
use super::libraries::InLibraries;
pub(super) use crate::scenario::{Basis, Need};

/// What it takes to say that a rule was kept or broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// What crossed the wire.
    Wire,
    /// What the client concluded as well.
    Outcome,
    /// What it printed as well.
    Output,
}

/// How much a rule weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// CAKE documents it, or who breaks it records a false outcome.
    Must,
    /// The platform makes it wise, or plain good sense on a network does.
    Should,
    /// Worth knowing; it fails nothing.
    Info,
}

impl Level {
    /// The word that pages and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::Info => "INFO",
        }
    }
}

/// One thing a conforming client does.
#[derive(Debug)]
pub struct Rule {
    /// Its ID.
    pub id: RuleId,
    /// What it asks, as what a client does: `uses GET`.
    pub title: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What it rests on.
    pub basis: Basis,
    /// Why it matters.
    pub why: &'static str,
    /// What breaks it.
    pub bad: &'static str,
    /// What keeps it.
    pub good: &'static str,
    /// What to change in a client that breaks it.
    pub change: &'static str,
    /// What that is called in the libraries that clients use; empty where there is no such option.
    pub in_libraries: InLibraries,
    /// What it takes to say that it was kept or broken.
    pub takes: Takes,
    /// Whether it forbids something. A client that does nothing keeps such a rule, so it counts only for one that
    /// gets a plain update through.
    pub restrains: bool,
    /// Whether it asks something only of clients that do what they need not do: repeat an update, say.
    pub optional: bool,
    /// Whether it weighs the same where CAKE's behaviour is assumed: nothing that CAKE may do excuses a success that it did
    /// not state, or a key that was given away.
    pub everywhere: bool,
    /// What a client has to be able to do for the rule to ask anything of it.
    pub needs: Option<Need>,
    /// Looks whether the rule is kept: nothing where it does not apply, else every breach.
    pub check: fn(&Evidence) -> Option<Vec<Breach>>,
}

impl Rule {
    /// What most rules are.
    pub(super) const PLAIN: Self = Self {
        id: RuleId::Q01,
        title: "",
        level: Level::Must,
        basis: Basis::Documented,
        why: "",
        bad: "",
        good: "",
        change: "",
        in_libraries: &[],
        takes: Takes::Wire,
        restrains: false,
        optional: false,
        everywhere: false,
        needs: None,
        check: |_| None,
    };

    /// What to do about a breach that says so itself, or about any: and where the options of libraries are listed.
    pub fn help(&self, own: Option<String>) -> String {
        let help = own.unwrap_or_else(|| self.change.to_owned());
        match self.in_libraries.len() {
            0 => help,
            listed => format!("{help}; `caketester explain {}` has the option in {listed} HTTP libraries", self.id),
        }
    }

    /// How much it weighs in a scenario of this basis, `eased` where the scenario itself says that it only recommends: that
    /// prevails over all else.
    pub fn weight_in(&self, basis: Option<Basis>, eased: bool) -> Weight {
        match self.level {
            Level::Info => Weight::Note,
            Level::Should => Weight::Recommended,
            Level::Must if eased => Weight::Recommended,
            Level::Must if basis == Some(Basis::Assumed) && !self.everywhere => Weight::Recommended,
            Level::Must => Weight::Required,
        }
    }
}

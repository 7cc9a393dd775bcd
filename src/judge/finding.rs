//! Something wrong with a step: a rule that was broken, an answer that is not the expected one, or a failure of caketester
//! itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{Breach, Rule, RuleId, Weight};

/// Which check failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The client breaks a rule.
    RuleBroken,
    /// The answer is not the expected one.
    AnswerWrong,
    /// caketester itself failed.
    Harness,
}

/// Something wrong, with what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Which check failed.
    pub kind: FindingKind,
    /// The rule that is broken, where one is.
    pub rule: Option<RuleId>,
    /// How much it weighs.
    pub weight: Weight,
    /// What is wrong, in one line.
    pub message: String,
    /// What was expected.
    pub expected: Option<String>,
    /// What was seen.
    pub actual: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Why it is left so, where it is known.
    pub known: Option<String>,
    /// In how many runs of its scenario something is wrong in this way.
    #[serde(default = "once")]
    pub runs: u32,
}

/// Where nobody says, a scenario is run once.
fn once() -> u32 {
    1
}

impl Finding {
    pub(crate) fn new(kind: FindingKind, message: impl Into<String>) -> Self {
        let message = message.into();
        let (expected, actual, help, known) = (None, None, None, None);
        Self { kind, rule: None, weight: Weight::Required, message, expected, actual, help, known, runs: once() }
    }

    /// A rule that was broken in a scenario where it weighs so much.
    pub(crate) fn of(rule: &Rule, weight: Weight, breach: Breach) -> Self {
        let Breach { message, weight: own, instead, change } = breach;
        let (expected, actual) = instead.unzip();
        let (weight, help) = (own.unwrap_or(weight), Some(rule.help(change)));
        let broken = Self::new(FindingKind::RuleBroken, message);
        Self { rule: Some(rule.id), weight, expected, actual, help, ..broken }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self.actual = Some(actual.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

//! What a report concludes, beside its scenarios: of every rule, and of the run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pack::Shard;
use crate::rules::{Level, RuleId, Weight};
use crate::scenario::{Basis, Need};

/// What became of a rule in a run, where it weighs so much. A rule that is required in some scenarios and recommended in
/// others has two of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleReport {
    /// Its ID.
    pub id: RuleId,
    /// What it asks.
    pub title: String,
    /// How much the rule as such weighs.
    pub level: Level,
    /// What it rests on.
    pub basis: Basis,
    /// How much it weighs in the steps that are counted here.
    pub weight: Weight,
    /// What became of it.
    pub state: RuleState,
    /// In how many steps it was checked.
    pub checks: usize,
    /// The steps in which it was broken.
    pub broken: Vec<StepRef>,
    /// The more basic rule whose breach most likely explains this one; or the same rule, where it is required.
    pub because_of: Option<RuleId>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It was kept wherever it applied.
    Kept,
    /// It was broken.
    Broken,
    /// It applied nowhere; or it forbids something, to a client that does not get a plain update through.
    NotExercised,
}

/// A step of a scenario, and of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepRef {
    /// The id of the scenario.
    pub scenario: String,
    /// The name of the step, where the scenario has several.
    pub step: Option<String>,
}

/// May this client go live? The best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// It keeps every rule that is required, and every one of them was checked.
    Conforms,
    /// It breaks rules that are required, and the baseline knows each of these failures.
    KnownFailures,
    /// It breaks none, and something that is required was not checked.
    Partial,
    /// It breaks a rule that is required.
    DoesNotConform,
}

/// The verdict of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Whether what is only recommended decides too (`--strict`).
    #[serde(default)]
    pub strict: bool,
    /// The verdict.
    pub word: VerdictWord,
    /// Why it is no better.
    pub because: Vec<String>,
    /// What this client is said not to do, so that nothing is asked of it there.
    pub out_of_scope: Vec<Need>,
    /// What no run on this machine can show.
    pub not_tested: Vec<String>,
    /// How many scenarios the pack has.
    pub pack_size: usize,
    /// How many failures the baseline knows.
    #[serde(default)]
    pub known: usize,
}

/// Which part of a run a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardReport {
    /// The shard.
    pub shard: Shard,
    /// How many scenarios all shards have together.
    pub selected: usize,
}

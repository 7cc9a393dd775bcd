//! A scenario as written. The comments here are what an editor shows: the JSON Schema is made from these types.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use super::changes::{InstanceChanges, UpdateText};
use super::fault::FaultText;
use super::model::{Basis, Need};
use crate::protocol::Outcome;
use crate::source::{Located, schema_of};

/// The JSON Schema of a scenario's file.
pub fn scenario_schema() -> Schema {
    schema_of::<Written>()
}

/// The JSON Schema of a pack's `instance.yaml`.
pub fn instance_schema() -> Schema {
    schema_of::<InstanceChanges>()
}

/// A scenario: how its CAKE differs from the pack's, the updates sent to it, and what must come of them.
#[derive(Deserialize, JsonSchema)]
#[schemars(title = "caketester scenario")]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// What the scenario is about, in one line.
    pub(super) title: Located<String>,
    /// What CAKE's behaviour here rests on.
    pub(super) basis: Option<Basis>,
    /// Why it matters to a buyer, in one to three sentences.
    pub(super) why: Option<String>,
    /// Whether what it asks is only recommended, whatever its basis. Then `reason` says why.
    pub(super) weight: Option<WeightText>,
    /// Why it only recommends.
    pub(super) reason: Option<Located<String>>,
    /// Words to select the scenario by (`--tag`).
    #[serde(default)]
    pub(super) tags: Vec<Located<String>>,
    /// What a client has to be able to do to take part.
    #[serde(default)]
    pub(super) needs: Vec<Located<Need>>,
    /// Whether the mock speaks TLS here in every run, and not only where the run asks for it.
    #[serde(default)]
    pub(super) tls: bool,
    /// How the scenario's instance differs from the pack's.
    #[serde(default)]
    pub(super) instance: InstanceChanges,
    /// The one update of a scenario without `steps`.
    pub(super) update: Option<Located<UpdateText>>,
    /// Several updates, in order. Each has a `name`.
    pub(super) steps: Option<Vec<Located<StepText>>>,
    /// The code that CAKE answers to the last attempt; left out where the answer has none that can be read.
    pub(super) code: Option<Located<i64>>,
    /// What a conforming client concludes, where it does not follow from the code.
    pub(super) client: Option<Located<Outcomes>>,
    /// Bytes that replace the instance's answer.
    pub(super) answer: Option<Located<AnswerText>>,
    /// How the delivery goes wrong.
    pub(super) fault: Option<Located<FaultText>>,
    /// What each attempt gets, the last repeating: `{}` is the instance's own answer.
    pub(super) attempts: Option<Located<Vec<AttemptText>>>,
}

/// The one thing that a scenario may say of its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WeightText {
    /// A breach is listed, and fails only under `--strict`.
    Recommended,
}

/// One of several updates.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepText {
    /// The step's name: lower-case letters, digits and `-`.
    pub(super) name: Option<Located<String>>,
    /// What is reported.
    pub(super) update: Option<Located<UpdateText>>,
    /// The code that CAKE answers to the last attempt; left out where the answer has none that can be read.
    pub(super) code: Option<Located<i64>>,
    /// What a conforming client concludes, where it does not follow from the code.
    pub(super) client: Option<Located<Outcomes>>,
    /// Bytes that replace the instance's answer.
    pub(super) answer: Option<Located<AnswerText>>,
    /// How the delivery goes wrong.
    pub(super) fault: Option<Located<FaultText>>,
    /// What each attempt gets, the last repeating: `{}` is the instance's own answer.
    pub(super) attempts: Option<Located<Vec<AttemptText>>>,
}

/// What one attempt gets; `{}` is the instance's own answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AttemptText {
    /// Bytes that replace the instance's answer.
    pub(super) answer: Option<Located<AnswerText>>,
    /// How its delivery goes wrong.
    pub(super) fault: Option<Located<FaultText>>,
}

/// Parts of an answer; each that is left out stays the instance's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerText {
    /// The body, byte for byte: double quotes allow `\\r\\n` and `\\uFEFF`.
    pub(super) body: Option<String>,
    /// The HTTP status, 200 to 599.
    pub(super) http_status: Option<Located<u16>>,
    /// The `Content-Type` header.
    pub(super) content_type: Option<String>,
    /// Further headers: `{ Retry-After: 1 }`.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, Located<String>>,
}

/// One outcome, or a list of them.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Outcomes {
    One(Outcome),
    Several(#[schemars(length(min = 1))] Vec<Outcome>),
}

impl Outcomes {
    pub(super) fn all(self) -> Vec<Outcome> {
        match self {
            Self::One(outcome) => vec![outcome],
            Self::Several(outcomes) => outcomes,
        }
    }
}

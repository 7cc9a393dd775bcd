//! A scenario as the rest of the program knows it: checked, and with the places its values came from.

use serde::{Deserialize, Serialize};

use super::changes::InstanceChanges;
use super::id::ScenarioId;
use crate::protocol::{Answer, Code, Fault, FaultKind, Obstacle, Outcome, RedirectTo, Update};
use crate::source::{Diagnostic, Place, SourceFile};

/// One scenario: a world of its own, laid over the pack's instance.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its id: its path.
    pub id: ScenarioId,
    /// The file it was read from.
    pub file: SourceFile,
    /// What it is about, in one line.
    pub title: String,
    /// What CAKE's behaviour here rests on.
    pub basis: Option<Basis>,
    /// Why it matters to a buyer.
    pub why: Option<String>,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// What a client has to be able to do to take part.
    pub needs: Vec<Need>,
    /// Why a network's words leave nothing of it, where they do.
    pub out_of_scope: Option<String>,
    /// Why it only recommends what it asks, where it says so (`weight: recommended`).
    pub recommends: Option<String>,
    /// How its instance differs from the pack's.
    pub changes: InstanceChanges,
    /// The updates, in order; at least one.
    pub steps: Vec<Step>,
}

impl Scenario {
    /// Whether a client waits in it, for its own timeout or because it was asked to: such scenarios run after the
    /// others, all at once.
    pub fn is_timed(&self) -> bool {
        self.tags.iter().any(|tag| tag == "timed")
    }

    /// A mistake in this scenario's file.
    pub fn mistake(&self, place: Option<&Place>, message: impl Into<String>) -> Diagnostic {
        self.file.mistake(place.cloned(), message)
    }
}

/// One update and what must come of it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, where the scenario has several.
    pub name: Option<String>,
    /// What the buyer reports.
    pub update: Update,
    /// The code of the last answer; none where it has no readable code.
    pub code: Option<Code>,
    /// What a conforming client may conclude; at least one.
    pub client: Vec<Outcome>,
    /// What each attempt gets, the last repeating; at least one.
    pub attempts: Vec<Attempt>,
    /// Whether the mock speaks TLS in every run.
    pub by_tls: bool,
    /// Where its values stand.
    pub places: StepPlaces,
}

/// Where the values of a step stand in its file; nowhere where none has it.
#[derive(Debug, Clone, Default)]
pub struct StepPlaces {
    /// The lead's ID.
    pub lead: Option<Place>,
    /// The status.
    pub status: Option<Place>,
    /// The sub-status.
    pub sub_status: Option<Place>,
    /// The code.
    pub code: Option<Place>,
    /// What a client may conclude.
    pub client: Option<Place>,
}

impl Step {
    /// An update that the instance answers, with what follows from it, as no file has it.
    pub fn new(update: Update, code: Option<Code>, client: Vec<Outcome>) -> Self {
        let (attempts, places) = (vec![Attempt::default()], StepPlaces::default());
        Self { name: None, update, code, client, attempts, by_tls: false, places }
    }

    /// What the nth attempt gets, from 0.
    pub fn attempt(&self, number: u64) -> &Attempt {
        let last = self.attempts.len() - 1;
        &self.attempts[usize::try_from(number).unwrap_or(last).min(last)]
    }

    /// Whether something other than the instance answers.
    pub fn has_overrides(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.answer.is_some() || attempt.fault.is_some())
    }

    /// What keeps a client that does right from sending anything, where something does.
    pub fn obstacle(&self) -> Option<Obstacle> {
        self.attempts.iter().find_map(|attempt| attempt.fault?.kind.obstacle())
    }

    /// Whether it is shown by TLS alone.
    pub fn needs_tls(&self) -> bool {
        let leads_away = |attempt: &Attempt| attempt.fault.and_then(|fault| fault.kind.leads_away());
        self.by_tls
            || self.obstacle().is_some_and(Obstacle::is_seen)
            || self.attempts.iter().filter_map(leads_away).any(RedirectTo::begins_with_tls)
    }

    /// Whether only a mock can do what happens in an attempt: deliver it badly, or have a port of its own in the answer.
    pub fn needs_a_mock(&self) -> bool {
        let names_one =
            |answer: &AnswerOverride| answer.body.as_ref().is_some_and(|body| body.contains(FaultKind::ENTITY));
        let is_beyond = |attempt: &Attempt| attempt.fault.is_some() || attempt.answer.as_ref().is_some_and(names_one);
        self.attempts.iter().any(is_beyond)
    }
}

/// What one attempt gets: the instance's own answer, or other bytes in its place; and how they are delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The bytes that replace the instance's answer.
    pub answer: Option<AnswerOverride>,
    /// The fault that its delivery meets.
    pub fault: Option<Fault>,
    /// Where the fault stands.
    pub fault_place: Option<Place>,
}

impl Attempt {
    /// The fault that its answer meets: an obstacle lies before it.
    pub fn fault_of_delivery(&self) -> Option<Fault> {
        self.fault.filter(|fault| fault.kind.obstacle().is_none())
    }
}

/// Parts of an answer that replace the instance's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerOverride {
    /// The body.
    pub body: Option<String>,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// Further headers: name and value.
    pub headers: Vec<(String, String)>,
}

impl AnswerOverride {
    /// The instance's answer with these parts replaced.
    pub fn over(&self, mut answer: Answer) -> Answer {
        if let Some(body) = &self.body {
            answer.body = body.clone().into();
        }
        if let Some(http_status) = self.http_status {
            answer.http_status = http_status;
        }
        if let Some(content_type) = &self.content_type {
            answer.content_type = content_type.clone().into();
        }
        answer.headers.clone_from(&self.headers);
        answer
    }
}

/// What CAKE's behaviour rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// CAKE's own article says so: a buyer can be held to it.
    Documented,
    /// Certain for the platform CAKE runs on: a buyer is well advised to survive it.
    Platform,
    /// Nobody outside CAKE knows; the likeliest was picked.
    Assumed,
}

impl Basis {
    /// The word that files and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Platform => "platform",
            Self::Assumed => "assumed",
        }
    }
}

/// What a client has to be able to do to take part in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Send any status, sub-status and field value, not only its usual ones.
    Values,
    /// Send a sub-status.
    SubStatus,
    /// Send custom fields.
    Fields,
}

impl Need {
    /// The word that files and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::SubStatus => "sub_status",
            Self::Fields => "fields",
        }
    }
}

/// What a client has to be able to send, in words, and whether it is in an update.
pub type Needed = (Need, &'static str, fn(&Update) -> bool);

/// Everything of that kind that shows in an update. Which values are unusual, the client knows.
pub const NEEDED: [Needed; 2] = [
    (Need::Fields, "custom fields", |update| !update.fields.is_empty()),
    (Need::SubStatus, "a sub-status", |update| update.sub_status.is_some()),
];

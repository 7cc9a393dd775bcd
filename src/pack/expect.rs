//! What each step of a scenario gets from CAKE: the scenario is played through without a network.

use super::model::{Entry, Pack};
use super::world::{Reply, World};
use crate::protocol::{Answer, METHOD_PATH, Request, Update};
use crate::scenario::{ScenarioId, Step};
use crate::secret::Secret;
use crate::snapshot::{Snapshot, SnapshotName};

/// The answer that one attempt of a step gets.
#[derive(Debug)]
pub struct Expected<'p> {
    /// The step.
    pub step: &'p Step,
    /// Which attempt, from 0.
    pub attempt: usize,
    /// What CAKE answers, and why.
    pub reply: Reply,
    /// What the snapshot of this answer is called; none where a fault keeps every client from getting it whole.
    pub name: Option<SnapshotName>,
}

impl Expected<'_> {
    /// The snapshot an answer to this attempt makes.
    pub fn snapshot_of(&self, scenario: &ScenarioId, answer: &Answer) -> Snapshot {
        let expression = match self.attempt {
            0 => self.step.update.to_string(),
            n => format!("{} (attempt {})", self.step.update, n + 1),
        };
        let source = format!("scenarios/{scenario}.yaml");
        Snapshot::of(&source, &expression, answer.http_status, &answer.content_type, &answer.body)
    }
}

/// The GET of a right client.
pub fn request_for(update: &Update, key: &Secret) -> Request {
    Request {
        method: "GET".into(),
        target: format!("{METHOD_PATH}?{}", update.query(key)),
        content_type: String::new(),
        body: bytes::Bytes::new(),
        raw_head: bytes::Bytes::new(),
    }
}

/// The answers a scenario's steps get from a client that does everything right.
pub fn expected_answers<'p>(pack: &Pack, entry: &'p Entry) -> Vec<Expected<'p>> {
    let world = World::of(entry);
    let mut answers = Vec::new();
    for step in &entry.scenario.steps {
        let request = request_for(&step.update, &pack.key);
        let params = request.params();
        for attempt in 0..step.attempts.len() {
            let reply = world.reply(&request, &params);
            let name = reply.arrives_whole().then(|| snapshot_name(&entry.scenario.id, step, attempt));
            answers.push(Expected { step, attempt, reply, name });
        }
    }
    answers
}

fn snapshot_name(id: &ScenarioId, step: &Step, attempt: usize) -> SnapshotName {
    let numbered = (attempt > 0).then(|| format!("attempt-{}", attempt + 1));
    let part = match (step.name.as_deref(), numbered) {
        (Some(name), Some(numbered)) => Some(format!("{name}-{numbered}")),
        (Some(name), None) => Some(name.to_owned()),
        (None, numbered) => numbered,
    };
    SnapshotName::new(id.as_str(), part.as_deref())
}

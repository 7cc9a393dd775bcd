//! Compares the snapshots of a pack with what its scenarios give.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pack::{Expected, Pack, expected_answers};
use crate::protocol::Answer;
use crate::protocol::xml::{Comparison, compare};
use crate::scenario::ScenarioId;
use crate::secret::Redactor;
use crate::snapshot::{Snapshot, SnapshotName, StoreError};

/// How answers are compared with snapshots, and whether differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recording {
    /// Whether bytes count, and not the meaning alone.
    pub exact: bool,
    /// Whether a `.snap.new` is written where a snapshot is missing or differs.
    pub write: bool,
}

/// How an answer relates to its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotState {
    /// It is the one; the text says in what its bytes differ.
    Same(Option<String>),
    /// There is no snapshot.
    Missing,
    /// It is another; each text is one difference.
    Different(Vec<String>),
}

/// An answer that is not its snapshot's.
#[derive(Debug, Clone)]
pub struct SnapshotDifference {
    /// The snapshot's name.
    pub name: SnapshotName,
    /// Each difference.
    pub differences: Vec<String>,
}

/// What is to be said of snapshots.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotReport {
    /// Snapshots that do not exist yet.
    pub missing: Vec<String>,
    /// Snapshots that await review.
    pub pending: Vec<String>,
    /// Snapshots that no step expects.
    pub orphaned: Vec<String>,
}

impl SnapshotReport {
    /// What awaits review of the snapshots that are expected, and what is there beside them.
    pub fn of(pack: &Pack, expected: &BTreeSet<SnapshotName>) -> Result<Self, StoreError> {
        Ok(Self {
            missing: Vec::new(),
            pending: pack.snapshots.pending()?.intersection(expected).map(ToString::to_string).collect(),
            orphaned: pack.snapshots.orphans(expected)?.iter().map(ToString::to_string).collect(),
        })
    }

    /// What is missing and does not even await review.
    pub fn unwritten(&self) -> Vec<String> {
        self.missing.iter().filter(|name| !self.pending.contains(name)).cloned().collect()
    }

    /// Whether there is anything to do.
    pub fn needs_attention(&self) -> bool {
        !(self.missing.is_empty() && self.pending.is_empty() && self.orphaned.is_empty())
    }
}

/// Compares an answer with its snapshot.
pub(crate) fn hold(
    pack: &Pack,
    name: &SnapshotName,
    answer: &Answer,
    exact: bool,
) -> Result<SnapshotState, StoreError> {
    let Some(accepted) = pack.snapshots.read(name)? else {
        return Ok(SnapshotState::Missing);
    };
    let actual = Snapshot::of("", "", answer.http_status, &answer.content_type, &answer.body);
    let bytes = accepted.byte_differences(&actual);
    if exact && !bytes.is_empty() {
        return Ok(SnapshotState::Different(bytes));
    }
    // Success, redirect and error of HTTP differ in meaning even with the same XML.
    let [expected, was] = [&accepted, &actual].map(|snapshot| snapshot.info.as_ref().map(|info| info.http_status));
    if let (Some(expected), Some(was)) = (expected, was)
        && expected / 100 != was / 100
    {
        return Ok(SnapshotState::Different(vec![format!("HTTP status: expected {expected}, was {was}")]));
    }
    // A snapshot holds LF only, so the answer is brought into the same form before its text is compared.
    Ok(match compare(accepted.contents.as_bytes(), actual.contents.as_bytes()) {
        Comparison::Different(differences) => SnapshotState::Different(differences),
        Comparison::SameMeaning(how) => SnapshotState::Same(Some(how)),
        Comparison::Identical => SnapshotState::Same((!bytes.is_empty()).then(|| bytes.join("; "))),
    })
}

/// An answer without keys: what is compared, shown and recorded. A snapshot holds none either.
pub(crate) fn without_keys(answer: &Answer, redactor: &Redactor) -> Answer {
    let text = answer.text();
    let body = match redactor.redact(&text) {
        // Bytes that are no text stay what they are; a key is text.
        redacted if redacted == text => answer.body.clone(),
        redacted => redacted.into_owned().into(),
    };
    let content_type = redactor.redact(&answer.content_type).into_owned();
    Answer::new(answer.http_status, content_type, body)
}

/// Writes an answer beside its snapshot, for review.
pub(crate) fn record(
    pack: &Pack,
    expected: &Expected<'_>,
    name: &SnapshotName,
    scenario: &ScenarioId,
    answer: &Answer,
) -> Result<(), StoreError> {
    let snapshot = expected.snapshot_of(scenario, answer);
    pack.snapshots.write_pending(name, &snapshot)
}

/// Compares every snapshot of a pack with what its scenarios give, and writes the differences for review.
pub fn survey(
    pack: &Pack,
    recording: Recording,
    redactor: &Redactor,
) -> Result<(SnapshotReport, Vec<SnapshotDifference>), StoreError> {
    let mut missing = Vec::new();
    let mut different = Vec::new();
    let mut expected_names = BTreeSet::new();
    // Listed once, not looked for one by one.
    let pending = if recording.write { pack.snapshots.pending()? } else { BTreeSet::new() };
    for entry in &pack.entries {
        let id = &entry.scenario.id;
        for expected in expected_answers(pack, entry) {
            let Some(name) = &expected.name else { continue };
            let answer = without_keys(&expected.reply.answer, redactor);
            let snapshot = expected.snapshot_of(id, &answer);
            // Most files are, byte for byte, what would be written now, and need not be parsed.
            let state = if pack.snapshots.text(name)?.as_deref() == Some(&*snapshot.to_text()) {
                SnapshotState::Same(None)
            } else {
                hold(pack, name, &answer, recording.exact)?
            };
            if recording.write && !matches!(state, SnapshotState::Same(_)) {
                pack.snapshots.write_pending(name, &snapshot)?;
            }
            match state {
                SnapshotState::Same(_) if pending.contains(name) => {
                    // What an earlier run wrote for review is what was accepted meanwhile, unless an endpoint answered so.
                    let written = pack.snapshots.read_pending(name).ok().flatten();
                    if written == pack.snapshots.read(name)? || written == Some(snapshot) {
                        pack.snapshots.remove_pending(name)?;
                    }
                }
                SnapshotState::Same(_) => {}
                SnapshotState::Missing => missing.push(name.to_string()),
                SnapshotState::Different(differences) => {
                    different.push(SnapshotDifference { name: name.clone(), differences });
                }
            }
            expected_names.extend(expected.name);
        }
    }
    Ok((SnapshotReport { missing, ..SnapshotReport::of(pack, &expected_names)? }, different))
}

/// Writes what the scenario's steps are answered as their snapshots, accepted.
pub fn accept_answers(pack: &Pack, id: &ScenarioId) -> Result<(), StoreError> {
    for entry in pack.entries.iter().filter(|entry| entry.scenario.id == *id) {
        for expected in expected_answers(pack, entry) {
            let Some(name) = &expected.name else { continue };
            record(pack, &expected, name, id, &without_keys(&expected.reply.answer, &pack.redactor))?;
            pack.snapshots.accept(name)?;
        }
    }
    Ok(())
}

//! The verdict in words, the same in every rendering.

use super::human::{few, flaky_runs};
use crate::run::{Exit, Profile, Report, SubjectReport, VerdictWord};

/// How a verdict looks.
pub(super) enum Mood {
    /// All is well.
    Good,
    /// It is, as far as was looked.
    Mixed,
    /// It is not.
    Bad,
}

/// A verdict in words.
pub(super) struct Told {
    pub(super) mood: Mood,
    pub(super) words: &'static str,
    /// What the client was held to, where that was looked at.
    pub(super) profile: Option<Profile>,
    /// What has to be known with it: a label, and a text.
    pub(super) below: Vec<(&'static str, String)>,
}

/// What is to be said of a run in a few words.
pub(super) fn told(report: &Report) -> Told {
    let short = |mood, words| Told { mood, words, profile: None, below: Vec::new() };
    let verdict = match (report.exit, &report.subject, &report.verdict) {
        (Exit::Success, SubjectReport::Endpoint { .. }, _) => {
            return short(Mood::Good, "the endpoint answers as expected");
        }
        (Exit::Failure, SubjectReport::Endpoint { .. }, _) => {
            return short(Mood::Bad, "the endpoint does not answer as expected");
        }
        (Exit::Failure, ..) if report.stop.is_some() => return short(Mood::Bad, "no scenario was run"),
        (Exit::Success | Exit::Failure, _, Some(verdict)) => verdict,
        (other, ..) => return short(if other == Exit::Success { Mood::Good } else { Mood::Bad }, other.meaning()),
    };
    let (mood, words) = match verdict.word {
        VerdictWord::Conforms => (Mood::Good, "the client conforms"),
        VerdictWord::Partial => (Mood::Mixed, "the client conforms as far as was looked, which is in part"),
        VerdictWord::DoesNotConform => (Mood::Bad, "the client does not conform"),
    };
    let mut below = Vec::new();
    let flaky: Vec<String> = report.scenarios.iter().filter_map(flaky_runs).collect();
    if !flaky.is_empty() {
        below.push(("flaky", few(&flaky)));
    }
    if verdict.word == VerdictWord::Partial {
        below.extend(verdict.because.iter().map(|gap| ("in part", gap.clone())));
    }
    if !verdict.out_of_scope.is_empty() {
        let needs: Vec<&str> = verdict.out_of_scope.iter().map(|need| need.word()).collect();
        below.push(("no scope", format!("this client does not do: {}", needs.join(", "))));
    }
    if verdict.word != VerdictWord::DoesNotConform {
        below.push(("not tested", verdict.not_tested.join(", ")));
    }
    Told { mood, words, profile: Some(verdict.profile), below }
}

//! The verdict in words, the same in every rendering.

use super::said::{few, flaky_runs};
use crate::judge::{Exit, Report, RuleState, SubjectReport, VerdictWord};
use crate::plural::plural;
use crate::rules::Weight;

/// How a verdict looks.
pub(super) enum Mood {
    /// All is well.
    Good,
    /// It is, but not everything was checked.
    Mixed,
    /// It is not.
    Bad,
}

impl Mood {
    /// The class by which pages colour it.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Mixed => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A verdict in words.
pub(super) struct VerdictInWords {
    pub(super) mood: Mood,
    /// What came of the run, in agreement with its exit code.
    pub(super) words: String,
    /// What has to be known with it: a label, and a text.
    pub(super) below: Vec<(&'static str, String)>,
}

/// The verdict of a run in a few words.
pub(super) fn told(report: &Report) -> VerdictInWords {
    let short = |mood, words: &str| VerdictInWords { mood, words: words.to_owned(), below: Vec::new() };
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
    let fails = report.exit == Exit::Failure;
    let (mood, words) = match verdict.word {
        VerdictWord::DoesNotConform => (Mood::Bad, "the client does not conform".to_owned()),
        _ if fails && !report.baseline.is_empty() => {
            (Mood::Bad, "the run fails: the baseline has to change, see above".to_owned())
        }
        VerdictWord::Partial if fails => {
            (Mood::Bad, "the run fails: no required rule broken, but selected scenarios could not be run".to_owned())
        }
        VerdictWord::Partial if verdict.known > 0 => {
            let known = plural(verdict.known, "known failure");
            (Mood::Mixed, format!("partial: {known} and no other, but not everything was checked"))
        }
        VerdictWord::Partial => {
            (Mood::Mixed, "partial: no required rule broken, but not everything was checked".to_owned())
        }
        VerdictWord::KnownFailures => {
            (Mood::Mixed, format!("the client passes with {}", plural(verdict.known, "known failure")))
        }
        VerdictWord::Conforms => (Mood::Good, "the client conforms".to_owned()),
    };
    let mut below = Vec::new();
    let flaky: Vec<String> = report.scenarios.iter().filter_map(flaky_runs).collect();
    if !flaky.is_empty() {
        below.push(("flaky", few(&flaky)));
    }
    if verdict.word == VerdictWord::Partial {
        below.extend(verdict.because.iter().map(|gap| ("partial", gap.clone())));
    }
    if !verdict.out_of_scope.is_empty() {
        let needs: Vec<&str> = verdict.out_of_scope.iter().map(|need| need.word()).collect();
        below.push(("out of scope", needs.join(", ")));
    }
    if verdict.word != VerdictWord::DoesNotConform {
        below.push(("not tested", verdict.not_tested.join(", ")));
    }
    VerdictInWords { mood, words, below }
}

/// How many rules of a weight were kept, and how many came up.
pub(super) fn counted(report: &Report, weight: Weight) -> (usize, usize) {
    let count = |state| report.rules.iter().filter(|rule| rule.weight == weight && rule.state == state).count();
    let kept = count(RuleState::Kept);
    (kept, kept + count(RuleState::Broken))
}

/// How many rules of a weight were kept, of those that came up; and which did not. Nothing where there are none.
pub(super) fn kept(report: &Report, weight: Weight) -> Option<String> {
    let of_weight = || report.rules.iter().filter(|rule| rule.weight == weight);
    let (kept, came_up) = counted(report, weight);
    let unseen: Vec<String> =
        of_weight().filter(|rule| rule.state == RuleState::NotExercised).map(|rule| rule.id.to_string()).collect();
    let unseen = if unseen.is_empty() { String::new() } else { format!("; not exercised: {}", few(&unseen)) };
    (of_weight().count() > 0).then(|| format!("{kept} of {} kept{unseen}", plural(came_up, "rule")))
}

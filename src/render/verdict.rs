//! The verdict in words, the same in every rendering.

use anstyle::AnsiColor;

use super::said::{few, flaky_runs};
use crate::judge::{Exit, Report, RuleReport, RuleState, SubjectReport, VerdictWord};
use crate::plural::plural;
use crate::rules::Weight;

/// How a verdict looks.
pub(super) struct Mood {
    /// The class by which pages colour it.
    pub(super) class: &'static str,
    /// What stands before it in a ticket.
    pub(super) sign: &'static str,
    /// Its colour on a terminal.
    pub(super) shade: AnsiColor,
}

/// All is well.
const GOOD: Mood = Mood { class: "good", sign: "✅", shade: AnsiColor::Green };
/// It is, but not everything was checked.
const MIXED: Mood = Mood { class: "warn", sign: "⚠️", shade: AnsiColor::Yellow };
/// It is not.
const BAD: Mood = Mood { class: "bad", sign: "❌", shade: AnsiColor::Red };

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
            return short(GOOD, "the endpoint answers as expected");
        }
        (Exit::Failure, SubjectReport::Endpoint { .. }, _) => {
            return short(BAD, "the endpoint does not answer as expected");
        }
        (Exit::Failure, ..) if report.stop.is_some() => return short(BAD, "no scenario was run"),
        (Exit::Success | Exit::Failure, _, Some(verdict)) => verdict,
        (other, ..) => return short(if other == Exit::Success { GOOD } else { BAD }, other.meaning()),
    };
    let fails = report.exit == Exit::Failure;
    let known = plural(verdict.known, "known failure");
    let unchecked = "but not everything was checked";
    let (mood, words) = match verdict.word {
        VerdictWord::DoesNotConform => (BAD, "the client does not conform".to_owned()),
        _ if fails && !report.baseline.is_empty() => {
            (BAD, "the run fails: the baseline has to change, see above".to_owned())
        }
        VerdictWord::Partial if fails => {
            (BAD, "the run fails: no required rule broken, but selected scenarios could not be run".to_owned())
        }
        VerdictWord::Partial if verdict.known > 0 => (MIXED, format!("partial: {known} and no other, {unchecked}")),
        VerdictWord::Partial => (MIXED, format!("partial: no required rule broken, {unchecked}")),
        VerdictWord::KnownFailures => (MIXED, format!("the client passes with {known}")),
        VerdictWord::Conforms => (GOOD, "the client conforms".to_owned()),
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
    let (kept, came_up) = counted(report, weight);
    let is_unseen = |rule: &&RuleReport| rule.weight == weight && rule.state == RuleState::NotExercised;
    let unseen: Vec<&str> = report.rules.iter().filter(is_unseen).map(|rule| rule.id.as_str()).collect();
    let open = if unseen.is_empty() { String::new() } else { format!("; not exercised: {}", few(&unseen)) };
    (came_up + unseen.len() > 0).then(|| format!("{kept} of {} followed{open}", plural(came_up, "rule")))
}

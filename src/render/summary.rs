//! The report in short, for somebody who decides and does not program: whether it is done, what it costs, what to change.

use super::broken::{Broken, Roots};
use crate::judge::{Exit, Finding, Report, RuleReport, ScenarioReport, StepReport, SubjectReport, VerdictWord};
use crate::plural::{capital, plural};
use crate::protocol::Outcome;
use crate::rules::RuleId;
use crate::subject::Concluded;

/// How many changes fit on the page.
const MOST: usize = 8;

/// The report in short.
pub(super) struct Summary<'r> {
    /// Whether it is done.
    pub(super) answer: String,
    /// What the mistakes do in production, with how often they were seen.
    pub(super) costs: Vec<String>,
    /// What to change, the most basic first.
    pub(super) changes: Vec<Change<'r>>,
    /// What else has to be known.
    pub(super) besides: Vec<String>,
}

/// One thing to change.
pub(super) struct Change<'r> {
    pub(super) rule: Option<&'r RuleReport>,
    pub(super) what: String,
    pub(super) why: &'static str,
    pub(super) seen: String,
}

impl<'r> Summary<'r> {
    /// Of a run with a client; nothing is promised about an endpoint.
    pub(super) fn of(report: &Report, roots: &Roots<'r>) -> Option<Self> {
        if matches!(report.subject, SubjectReport::Endpoint { .. }) {
            return None;
        }
        if let Some(stop) = &report.stop {
            let what = capital(&stop.help);
            let change = Change { rule: None, what, why: "", seen: "seen in the first try".to_owned() };
            let answer = "No answer yet: the client never reached the test.".to_owned();
            return Some(Self { answer, costs: Vec::new(), changes: vec![change], besides: Vec::new() });
        }
        let verdict = report.verdict.as_ref()?;
        let things = plural(roots.deciding.len(), "thing");
        let fails = report.exit != Exit::Success;
        let answer = match verdict.word {
            VerdictWord::DoesNotConform if !roots.deciding.is_empty() => format!("Not yet: {things} to change first."),
            VerdictWord::Conforms if !fails => {
                "Yes, as far as a test on this machine can show: next, one real update at the network.".to_owned()
            }
            VerdictWord::KnownFailures if !fails => {
                format!("It passes, with {} that somebody accepted.", plural(verdict.known, "known failure"))
            }
            VerdictWord::Partial if !fails => {
                "So far so good: nothing required is broken, but not everything was checked.".to_owned()
            }
            _ => "Not yet: the run did not come to a good end.".to_owned(),
        };
        let mut besides = Vec::new();
        let left = roots.deciding.len().saturating_sub(MOST);
        if left > 0 {
            besides.push(format!("{} more to change: see Rules.", plural(left, "thing")));
        }
        if !roots.recommended.is_empty() {
            besides.push(format!("{} under Rules, which may wait.", plural(roots.recommended.len(), "recommendation")));
        }
        let changes = roots.deciding.iter().take(MOST).map(Change::of).collect();
        Some(Self { answer, costs: costs(report), changes, besides })
    }
}

impl<'r> Change<'r> {
    fn of(broken: &Broken<'r>) -> Self {
        let what = broken.text.map_or_else(|| broken.rule.title.clone(), |rule| rule.change.to_owned());
        let rule = Some(broken.rule);
        Self { rule, what: capital(&what), why: broken.text.map_or("", |rule| rule.why), seen: seen(broken) }
    }
}

fn seen(broken: &Broken<'_>) -> String {
    let others = match broken.explained.len() {
        0 => String::new(),
        more => format!(", and probably the cause of {}", plural(more, "more broken rule")),
    };
    format!("seen in {}{others}", plural(broken.scenarios.len(), "scenario"))
}

/// What the mistakes do in production, by what was seen.
fn costs(report: &Report) -> Vec<String> {
    let steps = || report.scenarios.iter().flat_map(|scenario| &scenario.steps);
    let is_due = |step: &&StepReport| step.expected == [Outcome::Updated];
    let is_no_success = |step: &&StepReport| !step.expected.is_empty() && !step.expected.contains(&Outcome::Updated);
    let refused = steps().filter(is_no_success).count();
    let claimed = steps().filter(is_no_success).filter(|step| step.concluded == Some(Outcome::Updated)).count();
    let due = steps().filter(is_due).count();
    let missed =
        steps().filter(is_due).filter(|step| matches!(step.concluded, Some(other) if other != Outcome::Updated));
    let silent = steps().filter(|step| matches!(step.told, Concluded::None(_))).count();
    let of_rules = |is_meant: fn(RuleId) -> bool| {
        let is_broken = |scenario: &&ScenarioReport| {
            let is_one = |finding: &&Finding| scenario.decides(finding) && finding.rule.is_some_and(is_meant);
            scenario.findings().any(|finding| is_one(&finding))
        };
        report.scenarios.iter().filter(is_broken).count()
    };
    let missed = missed.count();
    let damaged = of_rules(|rule| {
        use RuleId::{Q04, Q05, Q06, Q07, Q08, Q10, Q15};
        matches!(rule, Q04 | Q05 | Q06 | Q07 | Q08 | Q10 | Q15)
    });
    let leaked = of_rules(|rule| matches!(rule, RuleId::S01 | RuleId::S02 | RuleId::S03 | RuleId::S04));
    let costs = [
        (
            claimed,
            format!(
                "In {claimed} of {} in which CAKE recorded nothing, the client reported success: these updates are in no \
                 report, and nobody is told.",
                plural(refused, "case")
            ),
        ),
        (
            missed,
            format!(
                "In {missed} of {} in which CAKE recorded the update, the client reported something else: it is sent again, \
                 or somebody looks into it for nothing.",
                plural(due, "case")
            ),
        ),
        (
            silent,
            format!("In {} the client ended without a result: somebody has to look into each.", plural(silent, "case")),
        ),
        (
            damaged,
            format!(
                "In {} the lead, a status or an amount did not arrive as it was meant: CAKE refuses it, or records something \
                 wrong.",
                plural(damaged, "case")
            ),
        ),
        (
            leaked,
            format!(
                "In {} the API key was shown where it must not be: whoever has it can report in your name.",
                plural(leaked, "case")
            ),
        ),
    ];
    costs.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect()
}

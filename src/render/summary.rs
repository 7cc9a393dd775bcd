//! The report in short, for somebody who decides and does not program: whether it is done, and what it costs as it is.

use super::broken::Roots;
use crate::judge::{Exit, Finding, Report, ScenarioReport, StepReport, SubjectReport, VerdictWord};
use crate::plural::plural;
use crate::protocol::Outcome;
use crate::rules::RuleId::{self, Q04, Q05, Q06, Q07, Q08, Q10, Q15, S01, S02, S03, S04};
use crate::subject::Concluded;

/// Whether it is done, of a run with a client; nothing is promised about an endpoint.
pub(super) fn answer(report: &Report, roots: &Roots<'_>) -> Option<String> {
    if matches!(report.subject, SubjectReport::Endpoint { .. }) {
        return None;
    }
    if report.stop.is_some() {
        return Some("No answer yet: the client never reached the test.".to_owned());
    }
    let verdict = report.verdict.as_ref()?;
    let fails = report.exit != Exit::Success;
    Some(match (verdict.word, roots.deciding.len()) {
        (VerdictWord::DoesNotConform, 1..) => {
            format!("Not yet: {} to change first.", plural(roots.deciding.len(), "thing"))
        }
        (VerdictWord::Conforms, _) if !fails => {
            "Yes, as far as a test on this machine can show: next, one real update at the network.".to_owned()
        }
        (VerdictWord::KnownFailures, _) if !fails => {
            format!("It passes, with {} that somebody accepted.", plural(verdict.known, "known failure"))
        }
        (VerdictWord::Partial, _) if !fails => {
            "So far so good: nothing required is broken, but not everything was checked.".to_owned()
        }
        _ => "Not yet: the run did not come to a good end.".to_owned(),
    })
}

/// What the mistakes do in production, by how often they were seen.
pub(super) struct Costs {
    /// Cases in which CAKE recorded nothing.
    pub(super) refused: usize,
    /// Those of them in which the client reported success.
    pub(super) claimed: usize,
    /// Cases in which CAKE recorded the update.
    pub(super) due: usize,
    /// Those of them in which the client reported something else.
    pub(super) missed: usize,
    /// Cases in which the client ended without a result.
    pub(super) silent: usize,
    /// Scenarios in which the lead, a status or an amount arrived damaged.
    pub(super) damaged: usize,
    /// Scenarios in which the API key was shown where it must not be.
    pub(super) leaked: usize,
}

/// What the mistakes do in production.
pub(super) fn costs(report: &Report) -> Costs {
    let steps = || report.scenarios.iter().flat_map(|scenario| &scenario.steps);
    let is_due = |step: &&StepReport| step.expected == [Outcome::Updated];
    let is_no_success = |step: &&StepReport| !step.expected.is_empty() && !step.expected.contains(&Outcome::Updated);
    let is_other = |step: &&StepReport| step.concluded.is_some_and(|outcome| outcome != Outcome::Updated);
    let breaking = |rules: &[RuleId]| {
        let is_one = |scenario: &ScenarioReport, finding: &Finding| {
            scenario.decides(finding) && finding.rule.is_some_and(|rule| rules.contains(&rule))
        };
        report.scenarios.iter().filter(|scenario| scenario.findings().any(|finding| is_one(scenario, finding))).count()
    };
    Costs {
        refused: steps().filter(is_no_success).count(),
        claimed: steps().filter(is_no_success).filter(|step| step.concluded == Some(Outcome::Updated)).count(),
        due: steps().filter(is_due).count(),
        missed: steps().filter(is_due).filter(is_other).count(),
        silent: steps().filter(|step| matches!(step.told, Concluded::None(_))).count(),
        damaged: breaking(&[Q04, Q05, Q06, Q07, Q08, Q10, Q15]),
        leaked: breaking(&[S01, S02, S03, S04]),
    }
}

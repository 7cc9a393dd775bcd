//! What becomes of a scenario, put to a client once or several times: one report of all its runs.

use jiff::civil::Date;

use super::baseline::Baseline;
use super::finding::Finding;
use super::report::{ScenarioReport, ScenarioState, StepReport};
use crate::rules::{RuleId, Weight};

/// Stands behind what was wrong in another run than the one whose steps are kept.
const ELSEWHERE: &str = " (in another run than the one shown)";

impl ScenarioState {
    /// Whether it was put to the subject.
    pub fn was_run(self) -> bool {
        matches!(self, Self::Passed | Self::Known) || self.fails()
    }

    /// Whether it fails the run.
    pub fn fails(self) -> bool {
        matches!(self, Self::Failed | Self::Flaky)
    }
}

impl ScenarioReport {
    /// Whether something that is wrong with it decides, known or not. What is wrong with the harness or an endpoint
    /// always does.
    pub fn decides(&self, finding: &Finding) -> bool {
        finding.rule.is_none()
            || finding.weight == Weight::Required
            || self.strict && finding.weight == Weight::Recommended
    }

    /// Whether something that is wrong with it fails it.
    pub fn counts(&self, finding: &Finding) -> bool {
        finding.known.is_none() && self.decides(finding)
    }

    /// Adds a run, and says what became of the scenario. The steps of one run are kept: of the first that failed, where
    /// one did. What was wrong in others only is told with them.
    pub(crate) fn finish(&mut self, mut steps: Vec<StepReport>, known: &Baseline, today: Date) {
        self.duration_ms += steps.iter().map(|step| step.duration_ms).sum::<u64>();
        self.mark_known(&mut steps, known, today);
        self.runs += 1;
        self.failed_runs += u32::from(self.fails(&steps));
        let before = std::mem::take(&mut self.steps);
        if self.runs > 1 {
            // One of the two is not kept, and its findings may hold what it sent.
            let keys = before.iter().chain(&steps).flat_map(|step| &step.seen.keys);
            self.other_keys.extend(keys.cloned().collect::<Vec<_>>());
        }
        // What is known to fail tells more than what does not.
        let tells = |steps: &[StepReport]| (self.fails(steps), steps.iter().any(|step| !step.findings.is_empty()));
        self.steps = match self.runs {
            1 => steps,
            _ if tells(&before) >= tells(&steps) => together(before, steps),
            _ => together(steps, before),
        };
        self.settle();
    }

    /// Takes what is known to be wrong for known, and says what became of the scenario.
    pub(crate) fn hold_against(&mut self, known: &Baseline, today: Date) {
        let mut steps = std::mem::take(&mut self.steps);
        self.mark_known(&mut steps, known, today);
        if !self.fails(&steps) {
            self.failed_runs = 0;
        }
        self.steps = steps;
        self.settle();
    }

    fn mark_known(&self, steps: &mut [StepReport], known: &Baseline, today: Date) {
        for finding in steps.iter_mut().flat_map(|step| &mut step.findings) {
            let reason =
                finding.rule.filter(|_| self.decides(finding)).and_then(|rule| known.reason(&self.id, rule, today));
            finding.known = reason.map(str::to_owned);
        }
    }

    fn fails(&self, steps: &[StepReport]) -> bool {
        steps.iter().flat_map(|step| &step.findings).any(|finding| self.counts(finding))
    }

    fn settle(&mut self) {
        self.state = match self.failed_runs {
            0 if self.findings().any(|finding| finding.known.is_some()) => ScenarioState::Known,
            0 => ScenarioState::Passed,
            failed if failed == self.runs => ScenarioState::Failed,
            _ => ScenarioState::Flaky,
        };
    }
}

/// The steps of one run, with what other runs add to them. What each of them checked counts once.
fn together(mut shown: Vec<StepReport>, others: Vec<StepReport>) -> Vec<StepReport> {
    for (step, other) in shown.iter_mut().zip(others) {
        step.add_rules(&other.rules);
        let (again, new): (Vec<_>, Vec<_>) =
            other.findings.into_iter().partition(|finding| step.findings.iter().any(|known| is_same(known, finding)));
        for finding in &mut step.findings {
            finding.runs += again.iter().find(|other| is_same(other, finding)).map_or(0, |other| other.runs);
        }
        step.findings.extend(new.into_iter().map(elsewhere));
    }
    shown
}

impl StepReport {
    /// What is known of runs whose steps were not kept.
    pub(crate) fn with_other_runs_of(mut self, before: &Self) -> Self {
        for finding in &mut self.findings {
            finding.runs =
                before.findings.iter().find(|old| is_same(old, finding)).map_or(finding.runs, |old| old.runs);
        }
        let others = before.findings.iter().filter(|finding| finding.message.ends_with(ELSEWHERE));
        let others: Vec<Finding> = others.cloned().collect();
        self.add_rules(&before.rules);
        self.findings.extend(others);
        self
    }

    /// Rules that applied in another run; each is one check.
    fn add_rules(&mut self, rules: &[RuleId]) {
        for rule in rules {
            if !self.rules.contains(rule) {
                self.rules.push(*rule);
                self.checks += 1;
            }
        }
    }
}

/// Whether two findings are of one mistake.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (one.kind, one.rule) == (other.kind, other.rule)
}

fn elsewhere(finding: Finding) -> Finding {
    let message = finding.message.trim_end_matches(ELSEWHERE);
    Finding { message: format!("{message}{ELSEWHERE}"), ..finding }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Baseline, Finding, ScenarioReport, ScenarioState, StepReport};
    use crate::judge::FindingKind;
    use crate::pack::{Origin, load};
    use crate::rules::rule;

    /// What becomes of a scenario in whose runs these rules are broken, and what is told of each.
    fn after(runs: &[&[&str]]) -> (ScenarioState, u32, Vec<(String, u32)>) {
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        let scenario = &pack.entries[0].scenario;
        let mut report = ScenarioReport::new(scenario, false);
        for broken in runs {
            let mut step = StepReport::new(&scenario.steps[0]);
            for id in *broken {
                let rule = rule(id).map(|rule| rule.id);
                step.rules.extend(rule);
                step.check(Some(Finding { rule, ..Finding::new(FindingKind::RuleBroken, *id) }));
            }
            report.finish(vec![step], &Baseline::default(), date(2026, 1, 1));
        }
        assert_eq!(report.runs as usize, runs.len());
        let told = report.findings().map(|finding| (finding.message.clone(), finding.runs)).collect();
        (report.state, report.failed_runs, told)
    }

    #[test]
    fn what_fails_in_some_runs_is_flaky_and_nothing_that_was_wrong_in_any_is_lost() {
        let told = |message: &str, runs| (message.to_owned(), runs);
        assert_eq!(after(&[&[], &[]]), (ScenarioState::Passed, 0, vec![]));
        assert_eq!(after(&[&["A02"], &["A02"]]), (ScenarioState::Failed, 2, vec![told("A02", 2)]));
        assert_eq!(after(&[&[], &["A02"], &["A02"]]), (ScenarioState::Flaky, 2, vec![told("A02", 2)]));
        let elsewhere = "A03 (in another run than the one shown)";
        let both = vec![told("A02", 2), told(elsewhere, 3)];
        let runs: [&[&str]; 6] = [&[], &["A02"], &["A03"], &["A03", "A02"], &[], &["A03"]];
        assert_eq!(after(&runs), (ScenarioState::Flaky, 4, both));
    }
}

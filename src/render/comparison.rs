//! Two reports side by side: what got worse from the one to the other, and what got better.

use std::collections::{BTreeMap, BTreeSet};

use super::said::few;
use crate::judge::{Report, RuleReport, RuleState, ScenarioReport, ScenarioState, VerdictWord};
use crate::plural::plural;
use crate::rules::{RuleId, Weight};

/// What became of a scenario, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    /// It passed.
    Passed,
    /// It passed because what is wrong is known.
    Known,
    /// It failed in some runs.
    Flaky,
    /// It failed.
    Failed,
    /// It was not run, or is not there.
    Absent,
}

/// What got worse and better between two reports, a line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What got worse: also what was seen to be right, and was not looked at again.
    pub worse: Vec<String>,
    /// What got better.
    pub better: Vec<String>,
    /// What fails and was not looked for before: scenarios and rules that the caketester of before did not have.
    pub new: Vec<String>,
    /// What else is different.
    pub notes: Vec<String>,
}

impl Comparison {
    /// What became of a run, if this one was before and that one after.
    pub fn of(before: &Report, after: &Report) -> Self {
        let mut found = Self::default();
        for (what, was, is) in [
            ("pack", format!("{:?}", before.pack), format!("{:?}", after.pack)),
            ("subject", format!("{:?}", before.subject), format!("{:?}", after.subject)),
            ("version of caketester", before.caketester.clone(), after.caketester.clone()),
        ] {
            if was != is {
                found.notes.push(format!("they are of another {what}: {was}, then {is}"));
            }
        }
        let known = KnownBefore::of(before, after);
        found.rules(before, after, &known);
        found.scenarios(before, after, &known);
        found.verdicts(before, after);
        found
    }

    /// Comes last: where nothing else got worse, what is new alone has changed it.
    fn verdicts(&mut self, before: &Report, after: &Report) {
        let word = |report: &Report| report.verdict.as_ref().map(|verdict| verdict.word);
        let (Some(was), Some(is)) = (word(before), word(after)) else { return };
        let (rank, name) = (
            |word| match word {
                VerdictWord::Conforms => 0,
                VerdictWord::KnownFailures => 1,
                VerdictWord::Partial => 2,
                VerdictWord::DoesNotConform => 3,
            },
            |word| match word {
                VerdictWord::Conforms => "conforms",
                VerdictWord::KnownFailures => "passes with known failures",
                VerdictWord::Partial => "partial",
                VerdictWord::DoesNotConform => "does not conform",
            },
        );
        let told = || format!("the verdict: {}, then {}", name(was), name(is));
        match rank(is).cmp(&rank(was)) {
            std::cmp::Ordering::Greater if self.worse.is_empty() && !self.new.is_empty() => self.new.insert(0, told()),
            std::cmp::Ordering::Greater => self.worse.insert(0, told()),
            std::cmp::Ordering::Less => self.better.insert(0, told()),
            std::cmp::Ordering::Equal => {}
        }
    }

    fn rules(&mut self, before: &Report, after: &Report, known: &KnownBefore<'_>) {
        let (was_run, is_run) = (run(before), run(after));
        for rule in &after.rules {
            let named = |ids: &[String]| format!("{}: {}", plural(ids.len(), "scenario"), few(ids));
            let recommended = if rule.weight == Weight::Recommended { " (recommended)" } else { "" };
            let heading = format!("{} {}{recommended}", rule.id, rule.title);
            let Some(old) = before.rules.iter().find(|old| old.id == rule.id && old.weight == rule.weight) else {
                let broken: Vec<String> = broken(rule).into_iter().map(str::to_owned).collect();
                if !broken.is_empty() && known.is_new_rule(rule.id) {
                    self.new.push(format!("{heading}: a new rule, broken in {}", named(&broken)));
                }
                continue;
            };
            let (was, is) = (broken(old), broken(rule));
            let worse = is.difference(&was).map(ToString::to_string);
            let (new, worse): (Vec<String>, Vec<String>) = worse.partition(|id| known.is_new(id));
            if !new.is_empty() {
                self.new.push(format!("{heading}: broken in {}, new since then", named(&new)));
            }
            let better: Vec<String> =
                was.difference(&is).filter(|id| is_run.contains(*id)).map(ToString::to_string).collect();
            if !worse.is_empty() {
                let new = if worse.iter().all(|id| was_run.contains(&**id)) {
                    ""
                } else {
                    ", not all of which were run before"
                };
                self.worse.push(format!("{heading}: broken in {}{new}", named(&worse)));
            }
            if !better.is_empty() {
                self.better.push(format!("{heading}: no longer broken in {}", named(&better)));
            }
            match (old.state, rule.state) {
                (RuleState::Kept, RuleState::NotExercised) => {
                    // That its scenarios were not run again is told of them; a client may also have no occasion to break it any more.
                    self.notes.push(format!("{heading}: was kept, and is no longer exercised"));
                }
                (RuleState::NotExercised, RuleState::Kept) => {
                    self.better.push(format!("{heading}: is kept, and nothing showed it before"));
                }
                _ => {}
            }
        }
    }

    fn scenarios(&mut self, before: &Report, after: &Report, known: &KnownBefore<'_>) {
        let (was, is) = (states(before), states(after));
        let ids: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        let mut changes: BTreeMap<(Became, Became), Vec<String>> = BTreeMap::new();
        let mut new = Vec::new();
        for id in ids {
            let of = |states: &BTreeMap<&str, Became>| states.get(id).copied().unwrap_or(Became::Absent);
            let became = (of(&was), of(&is));
            if known.is_new(id) && matches!(became.1, Became::Failed | Became::Flaky) {
                new.push(id.to_owned());
            } else {
                changes.entry(became).or_default().push(id.to_owned());
            }
        }
        if !new.is_empty() {
            self.new.push(format!("{} that did not exist before, fail: {}", plural(new.len(), "scenario"), few(&new)));
        }
        for ((was, is), ids) in changes {
            let how = match (was, is) {
                (Became::Passed, Became::Flaky) => "that passed, are flaky",
                (Became::Known, Became::Flaky) => "that failed as known, are flaky and not known",
                (Became::Failed, Became::Flaky) => "that failed, are flaky",
                (Became::Absent, Became::Flaky) => "that were not run, are flaky",
                (Became::Passed, Became::Failed) => "that passed, fail",
                (Became::Flaky, Became::Failed) => "that were flaky, fail each time",
                (Became::Passed, Became::Known) => "that passed, fail as known",
                (Became::Known, Became::Failed) => "that failed as known, fail and are not known",
                (Became::Absent, Became::Failed) => "that were not run, fail",
                (Became::Passed, Became::Absent) => "that passed, were not run",
                (Became::Flaky, Became::Passed) => "that were flaky, pass",
                (Became::Failed | Became::Known, Became::Passed) => "that failed, pass",
                (Became::Absent, Became::Passed) => "that were not run, pass",
                (Became::Flaky, Became::Known) => "that were flaky, are known to fail",
                (Became::Failed, Became::Known) => "that failed, are known to",
                (Became::Absent, Became::Known) => "that were not run, fail as known",
                (Became::Flaky, Became::Absent) => "that were flaky, were not run",
                (Became::Failed | Became::Known, Became::Absent) => "that failed, were not run",
                _ => continue,
            };
            let list = match is {
                Became::Passed => &mut self.better,
                Became::Known | Became::Absent if was != Became::Passed => &mut self.notes,
                // It may still have its old mistake, and only show it less often.
                Became::Flaky if was == Became::Failed => &mut self.notes,
                _ => &mut self.worse,
            };
            list.push(format!("{} {how}: {}", plural(ids.len(), "scenario"), few(&ids)));
        }
    }
}

/// What the pack and the rules of before held; none where its report does not tell, or where nothing has been added since.
struct KnownBefore<'r>(Option<(BTreeSet<&'r str>, BTreeSet<RuleId>)>);

impl<'r> KnownBefore<'r> {
    fn of(before: &'r Report, after: &Report) -> Self {
        let is_whole = before.verdict.as_ref().is_some_and(|verdict| verdict.pack_size == before.scenarios.len());
        let is_later = before.pack_digest != after.pack_digest || before.caketester != after.caketester;
        let is_told = is_whole && before.stop.is_none() && before.pack == after.pack && is_later;
        let scenarios = || before.scenarios.iter().map(|scenario| &*scenario.id).collect();
        Self(is_told.then(|| (scenarios(), before.rules.iter().map(|rule| rule.id).collect())))
    }

    /// Whether there was no such scenario.
    fn is_new(&self, id: &str) -> bool {
        self.0.as_ref().is_some_and(|(scenarios, _)| !scenarios.contains(id))
    }

    /// Whether there was no such rule.
    fn is_new_rule(&self, id: RuleId) -> bool {
        self.0.as_ref().is_some_and(|(_, rules)| !rules.contains(&id))
    }
}

/// The scenarios a rule was broken in.
fn broken(rule: &RuleReport) -> BTreeSet<&str> {
    rule.broken.iter().map(|step| &*step.scenario).collect()
}

/// The scenarios that were run.
fn run(report: &Report) -> BTreeSet<&str> {
    states(report).into_iter().filter(|(_, became)| *became != Became::Absent).map(|(id, _)| id).collect()
}

fn states(report: &Report) -> BTreeMap<&str, Became> {
    let became = |scenario: &ScenarioReport| match scenario.state {
        ScenarioState::Known => Became::Known,
        ScenarioState::Passed => Became::Passed,
        ScenarioState::Failed => Became::Failed,
        ScenarioState::Flaky => Became::Flaky,
        ScenarioState::NotRun | ScenarioState::OutOfScope => Became::Absent,
    };
    report.scenarios.iter().map(|scenario| (&*scenario.id, became(scenario))).collect()
}

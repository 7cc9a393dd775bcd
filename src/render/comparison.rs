//! Two reports side by side: what got worse from the one to the other, and what got better.

use std::collections::{BTreeMap, BTreeSet};

use super::said::few;
use crate::judge::{Report, RuleReport, RuleState, ScenarioState, VerdictWord};
use crate::plural::plural;
use crate::rules::{RuleId, Weight};

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
        let subject = |report: &Report| report.subject.in_words(|text| format!("`{text}`"));
        for (what, was, is) in [
            ("pack", before.pack.clone(), after.pack.clone()),
            ("client", subject(before), subject(after)),
            ("caketester", before.caketester.clone(), after.caketester.clone()),
        ] {
            if was != is {
                found.notes.push(format!("not the same {what}: {was}, then {is}"));
            }
        }
        let known = known_before(before, after);
        found.rules(before, after, known.as_ref());
        found.scenarios(before, after, known.as_ref());
        found.verdicts(before, after);
        found
    }

    /// Comes last: where nothing else got worse, what is new alone has changed it.
    fn verdicts(&mut self, before: &Report, after: &Report) {
        let word = |report: &Report| report.verdict.as_ref().map(|verdict| verdict.word);
        let (Some(was), Some(is)) = (word(before), word(after)) else { return };
        let name = |word| match word {
            VerdictWord::Conforms => "conforms",
            VerdictWord::KnownFailures => "passes with known failures",
            VerdictWord::Partial => "partial",
            VerdictWord::DoesNotConform => "does not conform",
        };
        let told = || format!("the verdict: {}, then {}", name(was), name(is));
        match is.cmp(&was) {
            std::cmp::Ordering::Greater if self.worse.is_empty() && !self.new.is_empty() => self.new.insert(0, told()),
            std::cmp::Ordering::Greater => self.worse.insert(0, told()),
            std::cmp::Ordering::Less => self.better.insert(0, told()),
            std::cmp::Ordering::Equal => {}
        }
    }

    fn rules(&mut self, before: &Report, after: &Report, known: Option<&KnownBefore<'_>>) {
        let is_run = states(after);
        for rule in &after.rules {
            let old = before.rules.iter().find(|old| old.id == rule.id && old.weight == rule.weight);
            let is_new_rule = known.is_some_and(|known| !known.rules.contains(&rule.id));
            if old.is_none() && !is_new_rule {
                continue;
            }
            let (was, is) = (old.map(broken).unwrap_or_default(), broken(rule));
            let (new, worse): (Vec<&str>, Vec<&str>) =
                is.difference(&was).partition(|id| is_new_rule || is_new(id, known));
            let better: Vec<&str> = was.difference(&is).copied().filter(|id| is_run.contains_key(id)).collect();
            let recommended = if rule.weight == Weight::Recommended { " (recommended)" } else { "" };
            let heading = format!("{} {}{recommended}", rule.id, rule.title);
            for (list, what, ids, since) in [
                (&mut self.new, "broken", new, ", new since then"),
                (&mut self.worse, "broken", worse, ""),
                (&mut self.better, "no longer broken", better, ""),
            ] {
                if !ids.is_empty() {
                    let scenarios = plural(ids.len(), "scenario");
                    list.push(format!("{heading}: {what} in {scenarios}: {}{since}", few(&ids)));
                }
            }
            match (old.map(|old| old.state), rule.state) {
                // Scenarios that were not run again are named elsewhere; and a client may have no occasion to break the rule any more.
                (Some(RuleState::Kept), RuleState::NotExercised) => {
                    self.notes.push(format!("{heading}: was followed, and is no longer exercised"));
                }
                (Some(RuleState::NotExercised), RuleState::Kept) => {
                    self.better.push(format!("{heading}: is followed, and nothing showed it before"));
                }
                _ => {}
            }
        }
    }

    fn scenarios(&mut self, before: &Report, after: &Report, known: Option<&KnownBefore<'_>>) {
        let (was, is) = (states(before), states(after));
        let ids: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        let mut changes: BTreeMap<[Option<ScenarioState>; 2], Vec<&str>> = BTreeMap::new();
        let mut new = Vec::new();
        for id in ids {
            let [was, is] = [&was, &is].map(|states| states.get(id).copied());
            if is_new(id, known) && is.is_some_and(ScenarioState::fails) {
                new.push(id);
            } else if was != is {
                changes.entry([was, is]).or_default().push(id);
            }
        }
        if !new.is_empty() {
            self.new.push(format!("{} that did not exist before, fail: {}", plural(new.len(), "scenario"), few(&new)));
        }
        for ([was, is], ids) in changes {
            let list = match is {
                Some(ScenarioState::Passed) => &mut self.better,
                Some(ScenarioState::Known) | None if was != Some(ScenarioState::Passed) => &mut self.notes,
                // It may still have its old mistake, and only show it less often.
                Some(ScenarioState::Flaky) if was == Some(ScenarioState::Failed) => &mut self.notes,
                _ => &mut self.worse,
            };
            let ((before, _), (_, now)) = (in_words(was), in_words(is));
            list.push(format!("{} that {before}, {now}: {}", plural(ids.len(), "scenario"), few(&ids)));
        }
    }
}

/// What became of scenarios: of the earlier report, and of the later one.
fn in_words(state: Option<ScenarioState>) -> (&'static str, &'static str) {
    match state {
        Some(ScenarioState::Passed) => ("passed", "pass"),
        Some(ScenarioState::Known) => ("failed as known", "fail as known"),
        Some(ScenarioState::Flaky) => ("were flaky", "are flaky"),
        Some(ScenarioState::Failed) => ("failed", "fail"),
        Some(ScenarioState::NotRun | ScenarioState::OutOfScope) | None => ("were not run", "were not run"),
    }
}

/// The scenarios and the rules that there were before.
struct KnownBefore<'r> {
    scenarios: BTreeSet<&'r str>,
    rules: BTreeSet<RuleId>,
}

/// None where the report of before does not tell, or where nothing has been added since.
fn known_before<'r>(before: &'r Report, after: &Report) -> Option<KnownBefore<'r>> {
    let is_whole = before.verdict.as_ref().is_some_and(|verdict| verdict.pack_size == before.scenarios.len());
    let is_later = before.pack_digest != after.pack_digest || before.caketester != after.caketester;
    let is_told = is_whole && before.stop.is_none() && before.pack == after.pack && is_later;
    is_told.then(|| KnownBefore {
        scenarios: before.scenarios.iter().map(|scenario| &*scenario.id).collect(),
        rules: before.rules.iter().map(|rule| rule.id).collect(),
    })
}

fn is_new(scenario: &str, known: Option<&KnownBefore<'_>>) -> bool {
    known.is_some_and(|known| !known.scenarios.contains(scenario))
}

/// The scenarios a rule was broken in.
fn broken(rule: &RuleReport) -> BTreeSet<&str> {
    rule.broken.iter().map(|step| &*step.scenario).collect()
}

/// What became of the scenarios that were run.
fn states(report: &Report) -> BTreeMap<&str, ScenarioState> {
    let run = report.scenarios.iter().filter(|scenario| scenario.state.was_run());
    run.map(|scenario| (&*scenario.id, scenario.state)).collect()
}

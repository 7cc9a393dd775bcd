//! Failures that are known: they are told, and fail nothing, until they are mended or their time is over.

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::report::{Report, ScenarioReport, ScenarioState};
use super::verdict::anew;
use crate::nearest::nearest;
use crate::pack::{Pack, Selection};
use crate::plural::plural;
use crate::rules::{RULES, RuleId, rule};
use crate::source::{Diagnostic, Located, Mistakes, SourceFile, read, to_text};

/// The failures that are known.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    known: Vec<Known>,
}

/// A rule that is known to be broken in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The id of the scenario.
    pub scenario: String,
    /// The rule.
    pub rule: RuleId,
    /// Why it is left so.
    pub reason: String,
    /// The last day on which that is good enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether it shows now and then only, so that a run without it proves nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub flaky: bool,
    /// Whether the scenario is none of those that were selected.
    #[serde(skip)]
    is_outside: bool,
}

/// An entry as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenFailure {
    scenario: Located<String>,
    rule: Located<String>,
    reason: String,
    until: Option<Located<String>>,
    #[serde(default)]
    flaky: bool,
}

impl Baseline {
    /// Reads the known failures of a pack. Every mistake is returned.
    pub fn read(file: &SourceFile, pack: &Pack) -> Result<Self, Vec<Diagnostic>> {
        let written: Vec<WrittenFailure> = read(file)?;
        let mut mistakes = Mistakes::of(file);
        let known = written.into_iter().filter_map(|entry| entry.checked(pack, &mut mistakes)).collect();
        if mistakes.is_empty() { Ok(Self { known }) } else { Err(mistakes.found()) }
    }

    /// The same, for a run of these scenarios. What a shard leaves to the others is selected too.
    #[must_use]
    pub fn within(mut self, selection: &Selection, pack: &Pack) -> Self {
        let selected = Selection { shard: None, ..selection.clone() }.of(pack);
        for known in &mut self.known {
            known.is_outside = selected.iter().all(|entry| entry.scenario.id.as_str() != known.scenario);
        }
        self
    }

    /// What of it counts today in a scenario: why a rule is known to be broken there.
    pub(crate) fn reason(&self, scenario: &str, rule: RuleId, today: Date) -> Option<&str> {
        let counts = |known: &&Known| {
            known.scenario == scenario && known.rule == rule && known.until.is_none_or(|until| today <= until)
        };
        self.known.iter().find(counts).map(|known| &*known.reason)
    }

    /// How much of it was not looked at, because its scenarios were not selected.
    pub(crate) fn outside(&self) -> Option<String> {
        let outside = self.known.iter().filter(|known| known.is_outside).count();
        (outside > 0).then(|| format!("not checked: {} outside this selection", plural(outside, "known failure")))
    }

    /// What has to be changed in it after a run, in one sentence each.
    pub(crate) fn complaints(&self, scenarios: &[ScenarioReport], today: Date, ci: bool) -> Vec<String> {
        let told = |Known { scenario, rule, until, flaky, is_outside, .. }: &Known| {
            if *is_outside {
                let help = "remove it, select that scenario too, or name another baseline for this run";
                return ci.then(|| format!("{rule} in {scenario} is outside this selection: {help}"));
            }
            let report = scenarios.iter().find(|report| report.id == *scenario)?;
            let mut broken = report.findings().filter(|finding| finding.rule == Some(*rule)).peekable();
            let is_broken = broken.peek().is_some();
            if is_broken && !broken.any(|finding| report.decides(finding)) {
                // It is recommended only, so the entry changes nothing.
                return None;
            }
            let what = match until {
                _ if report.state == ScenarioState::OutOfScope => {
                    "is about what this client does not do: remove it".to_owned()
                }
                _ if !report.state.was_run() => return None,
                Some(until) if today > *until => format!("was to be mended by {until}"),
                _ if !is_broken && !flaky => "is kept now: remove it".to_owned(),
                _ => return None,
            };
            Some(format!("{rule} in {scenario} {what}"))
        };
        self.known.iter().filter_map(told).collect()
    }

    /// The failures of a run as known ones. What was known before keeps its reason, and what was not run its entry.
    #[must_use]
    pub fn after(&self, report: &Report, today: Date) -> Self {
        let mut known = Vec::new();
        for scenario in &report.scenarios {
            // Each rule with in how many runs it was broken.
            let mut broken: IndexMap<RuleId, u32> = IndexMap::new();
            for finding in scenario.findings().filter(|finding| scenario.decides(finding)) {
                if let Some(rule) = finding.rule {
                    let runs = broken.entry(rule).or_default();
                    *runs = finding.runs.max(*runs);
                }
            }
            known.extend(broken.into_iter().map(|(rule, runs)| {
                let before = self.known.iter().find(|known| known.scenario == scenario.id && known.rule == rule);
                before.cloned().unwrap_or_else(|| Known {
                    scenario: scenario.id.clone(),
                    rule,
                    reason: format!("known since {today}; write here why it is left so"),
                    until: None,
                    flaky: runs < scenario.runs,
                    is_outside: false,
                })
            }));
        }
        let is_seen = |known: &Known| {
            report.scenarios.iter().any(|of| of.id == known.scenario && of.state != ScenarioState::NotRun)
        };
        known.extend(self.known.iter().filter(|known| !is_seen(known)).cloned());
        known.sort_by(|one, other| one.scenario.cmp(&other.scenario));
        Self { known }
    }

    /// As a file.
    pub fn to_text(&self) -> Result<String, String> {
        to_text(&self.known)
    }

    /// How many failures are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

impl Report {
    /// Takes failures for known after the run, and concludes anew.
    pub fn take_for_known(&mut self, known: &Baseline, today: Date, ci: bool) {
        let run = self.scenarios.iter_mut().filter(|scenario| scenario.state.was_run());
        run.for_each(|scenario| scenario.hold_against(known, today));
        self.baseline = known.complaints(&self.scenarios, today, ci);
        // A failure of caketester itself cannot be a known one.
        let failed = self.exit;
        self.exit = self.conclude(ci);
        if failed == Exit::Harness {
            self.exit = self.exit.and(failed);
        }
        if let Some(verdict) = self.verdict.take() {
            self.verdict = Some(anew(&verdict, self));
        }
    }
}

impl WrittenFailure {
    /// Nothing where there is no such rule.
    fn checked(self, pack: &Pack, mistakes: &mut Mistakes<'_>) -> Option<Known> {
        let ids = || pack.entries.iter().map(|entry| entry.scenario.id.as_str());
        if !ids().any(|id| id == self.scenario.value) {
            let help = match nearest(&self.scenario.value, ids()) {
                Some(nearest) => format!("did you mean {nearest:?}?"),
                None => "remove the entry, or see `caketester scenarios list`".to_owned(),
            };
            mistakes.add(&self.scenario, format!("there is no scenario {:?}", self.scenario.value), help);
        }
        let found = rule(&self.rule.value);
        if found.is_none() {
            let last = RULES.last().map_or("", |rule| rule.id.as_str());
            let help = format!("a rule is called by its ID, {last} for example; see `caketester explain rules`");
            mistakes.add(&self.rule, format!("there is no rule {:?}", self.rule.value), help);
        }
        let until = self.until.and_then(|until| {
            let day = until.value.parse::<Date>();
            if day.is_err() {
                let help = "write it as year, month and day: 2027-01-31";
                mistakes.add(&until, format!("{:?} is not a date", until.value), help);
            }
            day.ok()
        });
        let Self { scenario, reason, flaky, .. } = self;
        Some(Known { scenario: scenario.value, rule: found?.id, reason, until, flaky, is_outside: false })
    }
}

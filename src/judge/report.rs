//! The report of a run: one serialisable, versioned structure that every format renders.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conclusions::{RuleReport, ShardReport, Verdict};
use super::exit::Exit;
use super::finding::{Finding, FindingKind};
use super::grade::Grade;
use super::repeat::Repeat;
use super::seen::Seen;
use super::snapshots::SnapshotReport;
use super::under_test::{ClientName, SubjectReport};
use crate::pack::{BehaviourUsed, Names, Pack};
use crate::plural::plural;
use crate::protocol::{Code, Outcome, Update};
use crate::rules::{Rule, RuleId, Weight};
use crate::scenario::{Basis, Need, Scenario, Step};
use crate::secret::Secret;
use crate::subject::{Concluded, Trace};

/// The report of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "caketester report")]
pub struct Report {
    /// The version of this structure; it changes when a reader of the old one would misread the new one.
    pub version: u32,
    /// The version of caketester.
    pub caketester: String,
    /// When the run began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What was under test.
    pub subject: SubjectReport,
    /// What it is called, where anybody said.
    #[serde(default)]
    pub client: ClientName,
    /// The file that settings of the client were read from (`caketester.yaml`), where there was one.
    #[serde(default)]
    pub settings_file: Option<String>,
    /// On whose word the outcomes rest; none in a run against an endpoint, which has no client.
    pub evidence: Option<Grade>,
    /// The pack: `standard`, or its directory.
    pub pack: String,
    /// What `caketester pack digest` says of it.
    #[serde(default)]
    pub pack_digest: String,
    /// The pack's names of statuses, sub-statuses and fields, each with the network's that was used in its place;
    /// null where the network has no such thing.
    #[serde(default)]
    pub names: Names,
    /// The network whose file (`networks/NAME.yaml`) was used, where one was.
    #[serde(default)]
    pub network: Option<String>,
    /// The file that said how CAKE behaves (`--instance`), and its digest, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<BehaviourUsed>,
    /// The exit code.
    pub exit: Exit,
    /// The command that repeats one of its scenarios.
    pub repeat: Repeat,
    /// Which part of a run this is, where it is spread over several.
    pub shard: Option<ShardReport>,
    /// Whether the client got a plain update through, so that rules count which forbid something; none for an endpoint.
    pub gets_through: Option<bool>,
    /// What the exit code does not say; none in a run against an endpoint.
    pub verdict: Option<Verdict>,
    /// Why the run did not get to its scenarios, where it did not.
    pub stop: Option<Stop>,
    /// Whether it ended before it had come to every scenario that it was to run.
    #[serde(default)]
    pub ended_early: bool,
    /// Whether somebody asked it to end before it was through.
    #[serde(default)]
    pub interrupted: bool,
    /// Every scenario that was selected, by id.
    pub scenarios: Vec<ScenarioReport>,
    /// What became of every rule, the most basic first; none in a run against an endpoint.
    pub rules: Vec<RuleReport>,
    /// What has to be changed in the baseline.
    pub baseline: Vec<String>,
    /// What is to be said of snapshots.
    pub snapshots: SnapshotReport,
    /// What is to be said of the run as a whole.
    pub notes: Vec<String>,
    /// What is to be said of its judgement.
    #[serde(default)]
    pub remarks: Vec<String>,
}

impl Report {
    /// The version of this structure.
    pub const VERSION: u32 = 3;

    /// The report of a run that begins now.
    pub(crate) fn begun(pack: &Pack, subject: SubjectReport, snapshots: SnapshotReport) -> Self {
        Self {
            version: Self::VERSION,
            caketester: env!("CARGO_PKG_VERSION").to_owned(),
            started: Timestamp::now(),
            subject,
            pack: pack.origin.to_string(),
            snapshots,
            ..Self::default()
        }
    }

    /// Whether what is only recommended decides too (`--strict`).
    pub fn is_strict(&self) -> bool {
        self.verdict.as_ref().is_some_and(|verdict| verdict.strict)
    }

    /// Whether a rule decides, where it weighs as it does there.
    pub fn decides(&self, rule: &RuleReport) -> bool {
        rule.weight == Weight::Required || self.is_strict() && rule.weight == Weight::Recommended
    }

    /// Takes note that somebody asked the run to end.
    pub(crate) fn interrupt(&mut self) {
        (self.interrupted, self.ended_early) = (true, true);
        let not_run = plural(self.count(ScenarioState::NotRun) as u64, "scenario");
        self.notes.push(format!("interrupted; what was running has been ended, and {not_run} did not run"));
    }

    /// How many scenarios are in a state.
    pub fn count(&self, state: ScenarioState) -> usize {
        self.scenarios.iter().filter(|scenario| scenario.state == state).count()
    }

    /// The ids of what failed, and of what the run was to come to and did not.
    pub fn left_over(&self) -> impl Iterator<Item = &str> {
        let is_left = |state: ScenarioState| state.fails() || (self.ended_early && state == ScenarioState::NotRun);
        self.scenarios.iter().filter(move |scenario| is_left(scenario.state)).map(|scenario| &*scenario.id)
    }

    /// How many steps were put to the subject.
    pub fn steps(&self) -> usize {
        self.scenarios.iter().map(|scenario| scenario.steps.len()).sum()
    }

    /// The API keys that were sent.
    pub fn keys(&self) -> impl Iterator<Item = &Secret> {
        let other_runs = self.scenarios.iter().flat_map(|scenario| &scenario.other_keys);
        let steps = self.scenarios.iter().flat_map(|scenario| &scenario.steps);
        steps.flat_map(|step| &step.seen.keys).chain(other_runs)
    }

    /// How many checks were made.
    pub fn checks(&self) -> u32 {
        self.scenarios.iter().flat_map(|scenario| &scenario.steps).map(|step| step.checks).sum()
    }

    /// The exit code that follows from the scenarios, the snapshots and the stop.
    pub(crate) fn conclude(&self, ci: bool) -> Exit {
        let findings = || self.scenarios.iter().flat_map(|s| &s.steps).flat_map(|step| &step.findings);
        let harness = findings().any(|finding| finding.kind == FindingKind::Harness);
        let fails = self.scenarios.iter().any(|scenario| scenario.state.fails());
        // A run against an endpoint leaves scenarios out.
        let not_run = self.gets_through.is_some() && self.count(ScenarioState::NotRun) > 0;
        let failed = fails || not_run || self.stop.is_some() || !self.baseline.is_empty();
        let applies = |exit: &Exit| match exit {
            Exit::Usage => false,
            Exit::Harness => harness || self.interrupted,
            Exit::Failure => failed,
            Exit::Snapshot => ci && self.snapshots.needs_attention(),
            Exit::NothingDone => self.checks() == 0,
            Exit::Success => true,
        };
        Exit::BY_PRECEDENCE.into_iter().find(applies).unwrap_or_default()
    }
}

/// A duration as reports write it.
pub(crate) fn in_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Why a run did not get to its scenarios.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// What was seen of the client.
    pub trace: Trace,
}

/// What became of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioState {
    /// No check that decides failed.
    Passed,
    /// All that failed is known, by the baseline.
    Known,
    /// A check that decides failed, in every run.
    Failed,
    /// Such a check failed in some runs, and in others none did.
    Flaky,
    /// The run ended before it, or left it out.
    #[default]
    NotRun,
    /// The client is said not to do what it needs.
    OutOfScope,
}

/// One scenario of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioReport {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What CAKE's behaviour in it rests on.
    pub basis: Option<Basis>,
    /// Why it matters.
    pub why: Option<String>,
    /// The file it stands in.
    pub file: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What a client has to be able to do.
    pub needs: Vec<Need>,
    /// Why nothing is left of it in the network's words, where that is so.
    #[serde(default)]
    pub out_of_scope: Option<String>,
    /// What became of it.
    pub state: ScenarioState,
    /// How often it was put to the subject.
    #[serde(default)]
    pub runs: u32,
    /// In how many of these runs a check failed.
    #[serde(default)]
    pub failed_runs: u32,
    /// How long all runs took, in milliseconds.
    pub duration_ms: u64,
    /// Its steps, as far as they were put to the subject: those of one run, the first that failed where one did.
    pub steps: Vec<StepReport>,
    /// Whether what is only recommended decides too (`--strict`).
    #[serde(default)]
    pub strict: bool,
    /// Why it only recommends, where the scenario says so.
    #[serde(default)]
    pub recommends: Option<String>,
    /// The API keys that were sent in runs whose exchanges are not kept.
    #[serde(skip)]
    pub other_keys: Vec<Secret>,
}

impl ScenarioReport {
    /// A scenario nothing has been done with yet.
    pub(crate) fn new(scenario: &Scenario, strict: bool) -> Self {
        Self {
            id: scenario.id.to_string(),
            title: scenario.title.clone(),
            basis: scenario.basis,
            why: scenario.why.clone(),
            file: scenario.file.path.clone(),
            tags: scenario.tags.clone(),
            needs: scenario.needs.clone(),
            out_of_scope: scenario.out_of_scope.clone(),
            strict,
            recommends: scenario.recommends.clone(),
            ..Self::default()
        }
    }

    /// How much a rule weighs in it.
    pub fn weight_of(&self, rule: &Rule) -> Weight {
        rule.weight_in(self.basis, self.recommends.is_some())
    }

    /// Everything that is wrong with it.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.steps.iter().flat_map(|step| &step.findings)
    }
}

/// One step of a scenario.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct StepReport {
    /// Its name, where the scenario has several.
    pub name: Option<String>,
    /// What was to be reported.
    pub update: Update,
    /// The code CAKE answers in the end.
    pub code: Option<Code>,
    /// What a conforming client may conclude, after as many attempts as this one made.
    pub expected: Vec<Outcome>,
    /// What the client concluded; none for an endpoint, or where it concluded nothing.
    pub concluded: Option<Outcome>,
    /// The rules that applied.
    pub rules: Vec<RuleId>,
    /// How many checks were made: one for each rule that applied, and those of caketester itself.
    pub checks: u32,
    /// What is wrong, the most basic first.
    pub findings: Vec<Finding>,
    /// What is worth knowing and no mistake.
    pub notes: Vec<String>,
    /// What was seen on the wire.
    #[serde(flatten)]
    pub seen: Seen,
    /// What the client concluded, or why nothing.
    pub told: Concluded,
    /// The code that CAKE gave, by what the client says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_code: Option<Code>,
    /// What was seen of the client.
    pub trace: Option<Trace>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

impl StepReport {
    pub(crate) fn new(step: &Step) -> Self {
        Self {
            name: step.name.clone(),
            update: step.update.clone(),
            code: step.code,
            expected: step.client.clone(),
            ..Self::default()
        }
    }

    /// Counts a check, and keeps its finding where it failed.
    pub(crate) fn check(&mut self, finding: Option<Finding>) {
        self.checks += 1;
        self.findings.extend(finding);
    }
}

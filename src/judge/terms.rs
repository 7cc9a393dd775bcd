//! What a client is judged by, however it was driven.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::Baseline;
use super::conclusions::{RuleReport, RuleState, ShardReport};
use super::foretell::rules_only_of;
use super::grade::Grade;
use super::report::{Report, ScenarioState};
use super::scope::out_of_scope;
use super::snapshots::SnapshotReport;
use super::under_test::SubjectReport;
use super::verdict::verdict;
use crate::pack::{Pack, Selection};
use crate::rules::Rules;
use crate::scenario::{Need, Scenario};

/// What a client is judged by.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Which of its scenarios.
    pub selection: Selection,
    /// Whether this is CI, where snapshots have to be in order.
    pub ci: bool,
    /// The state of the snapshots.
    pub snapshots: SnapshotReport,
    /// What the report calls the client.
    pub subject: SubjectReport,
    /// The rules it has to keep.
    pub rules: Rules,
    /// Whether what is only recommended decides too.
    pub strict: bool,
    /// What is known to be broken.
    pub baseline: Baseline,
    /// The day on which that has to hold.
    pub today: Date,
    /// What it is said not to do: scenarios that need it are left out.
    pub cannot: Vec<Need>,
}

impl Terms {
    /// A scenario of the pack, by its position.
    pub(crate) fn scenario(&self, position: usize) -> &Scenario {
        &self.pack.entries[position].scenario
    }

    /// Whether the client can do what a scenario needs, and the network has it.
    pub(crate) fn covers(&self, scenario: &Scenario) -> bool {
        !is_beyond(scenario, &self.cannot)
    }

    /// The report of a run in which nothing has happened yet.
    pub(crate) fn blank(&self, evidence: Grade) -> Report {
        Report {
            evidence: Some(evidence),
            network: self.pack.network.clone(),
            behaviour: self.pack.behaviour.clone(),
            shard: self.selection.shard.map(|shard| ShardReport {
                shard,
                selected: Selection { shard: None, ..self.selection.clone() }.positions(&self.pack).len(),
            }),
            notes: out_of_scope(&self.pack, &self.selection),
            ..Report::begun(&self.pack, self.subject.clone(), self.snapshots.clone())
        }
    }

    /// Concludes from what became of the scenarios and the rules.
    pub(crate) fn conclude(&self, report: &mut Report) {
        let out = report.scenarios.iter().filter(|scenario| scenario.state == ScenarioState::OutOfScope);
        let out: BTreeSet<&str> = out.map(|scenario| &*scenario.id).collect();
        let is_unseen = |rule: &RuleReport| rule.state == RuleState::NotExercised;
        if !out.is_empty() && report.rules.iter().any(is_unseen) {
            // Rules that only they exercise are out of scope too.
            let theirs = rules_only_of(&self.pack, |id| out.contains(id));
            report.rules.retain(|rule| !is_unseen(rule) || !theirs.contains(&(rule.id, rule.weight)));
        }
        report.ended_early |= report.stop.is_some();
        report.baseline = self.baseline.complaints(&report.scenarios, self.today, self.ci);
        // It fails a pipeline, which looks at less than it believes, and not a person who runs one scenario again.
        report.remarks.extend(self.baseline.outside().filter(|_| !self.ci));
        report.exit = report.conclude(self.ci);
        report.verdict = Some(verdict(report, self.strict, &self.cannot, self.pack.entries.len()));
    }
}

/// Whether a scenario needs what the client is said not to do, or what the network does not have.
pub fn is_beyond(scenario: &Scenario, cannot: &[Need]) -> bool {
    scenario.out_of_scope.is_some() || scenario.needs.iter().any(|need| cannot.contains(need))
}

//! What an observation saw, as a file: outcomes can be handed in for it later. What the wire shows has been judged by then,
//! the key included; no key stands in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::client::{ClientRun, blank};
use super::finding::{Finding, FindingKind};
use super::fold::fold;
use super::gather::{Item, Plan, With, unrun};
use super::grade::Grade;
use super::judge::{Judge, Seen};
use super::report::{Report, StepReport};
use crate::protocol::{Answer, Code, Delivery, Exchange, Fault, Outcome, Request};
use crate::rules::{RULES, RuleId, Takes, Weight, rule};
use crate::secret::{MASK, Secret};
use crate::subject::{Concluded, Conclusion, Outcomes, Trace};

/// What an observation saw.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    caketester: String,
    started: Timestamp,
    /// How long it took, in milliseconds.
    pub(super) duration_ms: u64,
    /// The pack: `standard`, or its directory.
    pub pack: String,
    /// The network in whose words it was.
    #[serde(default)]
    pub network: Option<String>,
    /// Where it listened.
    pub url: String,
    /// Every scenario that was selected.
    scenarios: Vec<String>,
    pub(super) notes: Vec<String>,
    steps: Vec<RecordedStep>,
}

/// A step that something was seen of.
#[derive(Debug, Serialize, Deserialize)]
struct RecordedStep {
    scenario: String,
    step: Option<String>,
    lead_id: String,
    /// What was told of it at the time.
    outcome: Option<Outcome>,
    /// Whether the right key was sent, each time.
    key_is_right: bool,
    /// The rules that the wire alone decides, as far as they applied.
    rules: Vec<String>,
    findings: Vec<RecordedFinding>,
    exchanges: Vec<RecordedExchange>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedFinding {
    rule: Option<String>,
    #[serde(default = "required")]
    weight: Weight,
    message: String,
    expected: Option<String>,
    actual: Option<String>,
    help: Option<String>,
}

/// What a record of an older caketester means, which wrote no weight.
fn required() -> Weight {
    Weight::Required
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedExchange {
    at: Timestamp,
    ended: Timestamp,
    method: String,
    target: String,
    content_type: String,
    form: String,
    http_status: u16,
    answer_type: String,
    answer: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_compressed: bool,
    code: Option<Code>,
    why: String,
    fault: Option<Fault>,
    delivery: Delivery,
}

/// Why a record is of no use.
#[derive(Debug, Error)]
pub enum RecordError {
    /// It is none.
    #[error(
        "{path} is no journal of an observation: {reason}\n  help: `caketester client --observe --port N --journal FILE` writes one"
    )]
    NoRecord {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is of another version.
    #[error(
        "the journal {path} has version {found}, and this caketester reads version {known}\n  help: judge it with the caketester that wrote it ({by})"
    )]
    OtherVersion {
        /// The file.
        path: String,
        /// Its version.
        found: u32,
        /// The version that can be read.
        known: u32,
        /// The version of the caketester that wrote it.
        by: String,
    },
    /// It is about another pack.
    #[error(
        "the journal is about {scenario}, which is not in the pack {pack}\n  help: name the pack that was observed with --pack; the journal says {observed}"
    )]
    OtherPack {
        /// What is not there.
        scenario: String,
        /// The pack.
        pack: String,
        /// The pack that the journal is about.
        observed: String,
    },
}

impl Record {
    /// The version of this structure.
    const VERSION: u32 = 1;

    pub(super) fn of(report: &Report, url: String) -> Self {
        Self {
            version: Self::VERSION,
            caketester: report.caketester.clone(),
            started: report.started,
            duration_ms: 0,
            pack: report.pack.clone(),
            network: report.network.clone(),
            url,
            scenarios: report.scenarios.iter().map(|scenario| scenario.id.clone()).collect(),
            notes: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Adds a step that was judged with the key at hand.
    pub(super) fn add(&mut self, scenario: &str, step: &StepReport, exchanges: &[Arc<Exchange>], key: &Secret) {
        let is_right = |exchange: &Arc<Exchange>| {
            exchange.request.params().get("api_key").is_some_and(|sent| sent == key.expose())
        };
        let of_the_wire = |rule: &RuleId| rule.takes() != Takes::Outcome;
        let findings = step.findings.iter().filter(|finding| finding.rule.as_ref().is_none_or(of_the_wire));
        self.steps.push(RecordedStep {
            scenario: scenario.to_owned(),
            step: step.name.clone(),
            lead_id: step.update.lead_id.clone(),
            outcome: step.concluded,
            key_is_right: exchanges.iter().all(is_right),
            rules: step.rules.iter().filter(|rule| of_the_wire(rule)).map(RuleId::to_string).collect(),
            findings: findings.map(RecordedFinding::of).collect(),
            exchanges: exchanges.iter().map(|exchange| RecordedExchange::of(exchange)).collect(),
        });
    }

    /// The record as JSON, with a newline at the end.
    pub fn to_json(&self) -> String {
        // Nothing in it can fail to be written: names are texts, and numbers are finite.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads the text of a file.
    pub fn read(path: &str, text: &str) -> Result<Self, RecordError> {
        let path = path.to_owned();
        let none = |reason| RecordError::NoRecord { path: path.clone(), reason };
        // A list would be taken for a record without names.
        if !text.trim_start().starts_with('{') {
            return Err(none("it does not begin with {".to_owned()));
        }
        let record = serde_json::from_str::<Self>(text).map_err(|error| none(error.to_string()))?;
        if record.version != Self::VERSION {
            let (found, by) = (record.version, record.caketester);
            return Err(RecordError::OtherVersion { path, found, known: Self::VERSION, by });
        }
        Ok(record)
    }

    /// Every lead that something was seen of.
    pub fn leads(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| &*step.lead_id)
    }

    /// The scenarios that were selected.
    pub fn scenarios(&self) -> &[String] {
        &self.scenarios
    }

    /// Judges what was seen, with outcomes that a person hands in; where none is said, what was told at the time counts.
    pub fn judge(&self, run: &ClientRun, outcomes: &Outcomes) -> Result<Report, RecordError> {
        let pack = &run.pack;
        let plan = Plan::of(run, With { timed: true, certificates: true });
        let traps = plan.traps(run);
        let mut report = blank(run, Grade::Attested);
        (report.started, report.duration_ms) = (self.started, self.duration_ms);
        report.scenarios = unrun(run, &plan);
        report.notes.clone_from(&self.notes);
        let mut seen_of: BTreeMap<&str, usize> = BTreeMap::new();
        let mut steps = Vec::new();
        for recorded in &self.steps {
            let is_it = |item: &&Item| {
                let (scenario, step) = (&item.entry(pack).scenario, item.step(pack));
                scenario.id.as_str() == recorded.scenario
                    && step.name == recorded.step
                    && step.update.lead_id == recorded.lead_id
            };
            let Some(item) = plan.items.iter().chain(&traps).find(is_it) else {
                let scenario = recorded.scenario.clone();
                let (pack, observed) = (report.pack.clone(), self.pack.clone());
                return Err(RecordError::OtherPack { scenario, pack, observed });
            };
            let nth = seen_of.entry(&recorded.lead_id).or_default();
            let of_many = self.leads().filter(|lead| *lead == recorded.lead_id).count();
            let told = outcomes.of(&recorded.lead_id, recorded.step.as_deref(), *nth, of_many).ok();
            *nth += 1;
            let outcome = told.map(|told| told.outcome).or(recorded.outcome);
            steps.push((*item, recorded.judge(run, *item, outcome, told.and_then(|told| told.code))));
        }
        fold(run, &mut report, &steps);
        Ok(report)
    }
}

impl RecordedStep {
    /// The rules about outcomes are put to what was seen; of the others it is known what became.
    fn judge(&self, run: &ClientRun, item: Item, outcome: Option<Outcome>, code: Option<Code>) -> StepReport {
        let exchanges: Vec<Arc<Exchange>> = self.exchanges.iter().map(|one| Arc::new(one.restored())).collect();
        // The mask stands in the place of the key, right or not.
        let key = Secret::new(if self.key_is_right { MASK } else { "another key" });
        let seen = Seen {
            exchanges: &exchanges,
            requests: exchanges.len(),
            turned_away: false,
            in_clear: false,
            output: false,
            followed_away: None,
            resolved_an_entity: false,
            host: None,
            key_sent_to: None,
        };
        let verdict = outcome.map_or(Concluded::Untold, Concluded::Outcome);
        let conclusion = Conclusion { verdict, code, trace: Trace::default() };
        let mut report =
            Judge { rules: &run.rules, key: &key }.judge(item.entry(&run.pack), item.step(&run.pack), seen, conclusion);
        report.rules.retain(|rule| rule.takes() == Takes::Outcome);
        report.rules.extend(self.rules.iter().filter_map(|id| Some(rule(id)?.id)));
        report.findings.retain(|finding| finding.rule.is_some_and(|rule| rule.takes() == Takes::Outcome));
        report.findings.extend(self.findings.iter().map(RecordedFinding::restored));
        let place = |id: Option<RuleId>| RULES.iter().position(|rule| Some(rule.id) == id);
        report.rules.sort_by_key(|id| place(Some(*id)));
        report.findings.sort_by_key(|finding| place(finding.rule));
        report.checks = u32::try_from(report.rules.len()).unwrap_or(u32::MAX);
        report
    }
}

impl RecordedFinding {
    fn of(finding: &Finding) -> Self {
        let Finding { rule, weight, message, expected, actual, help, .. } = finding.clone();
        Self { rule: rule.map(|rule| rule.to_string()), weight, message, expected, actual, help }
    }

    fn restored(&self) -> Finding {
        let known = self.rule.as_deref().and_then(rule);
        let kind = if known.is_some() { FindingKind::RuleBroken } else { FindingKind::Harness };
        let mut finding = Finding::new(kind, &*self.message);
        if let Some(known) = known {
            (finding.rule, finding.weight) = (Some(known.id), self.weight);
        }
        let Self { expected, actual, help, .. } = self;
        Finding { expected: expected.clone(), actual: actual.clone(), help: help.clone(), ..finding }
    }
}

impl RecordedExchange {
    fn of(exchange: &Exchange) -> Self {
        let Exchange { at, ended, request, answer, code, why, fault, delivery, .. } = exchange;
        Self {
            at: *at,
            ended: *ended,
            method: request.method.clone(),
            target: request.masked_target(),
            content_type: request.content_type.clone(),
            form: request.masked_form(),
            http_status: answer.http_status,
            answer_type: answer.content_type.to_string(),
            answer: answer.text().into_owned(),
            is_compressed: answer.is_compressed,
            code: *code,
            why: why.clone(),
            fault: *fault,
            delivery: *delivery,
        }
    }

    fn restored(&self) -> Exchange {
        Exchange {
            at: self.at,
            ended: self.ended,
            request: Request {
                method: self.method.clone(),
                target: self.target.clone(),
                content_type: self.content_type.clone(),
                body: self.form.clone().into(),
                raw_head: bytes::Bytes::new(),
            },
            answer: Answer {
                is_compressed: self.is_compressed,
                ..Answer::new(self.http_status, self.answer_type.clone(), self.answer.clone())
            },
            code: self.code,
            why: self.why.clone(),
            scenario: None,
            fault: self.fault,
            delivery: self.delivery,
        }
    }
}

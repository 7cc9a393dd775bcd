//! The verdict of a run: does the client conform, and what does that not say?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::{Finding, Report, ScenarioReport, ScenarioState};
use super::tally::{RuleReport, RuleState};
use crate::plural::plural;
use crate::rules::{Level, Rule, rule};
use crate::scenario::{Basis, Need};

/// What a client is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Every MUST, as far as CAKE's behaviour is known: what is seen only in assumed scenarios fails nobody.
    Core,
    /// Every MUST and every SHOULD.
    Full,
}

impl Profile {
    /// The word that options and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Full => "full",
        }
    }

    /// Whether a finding fails its scenario. What is wrong with the harness or an endpoint always does.
    pub(super) fn fails(self, finding: &Finding, basis: Option<Basis>) -> bool {
        finding.rule.is_none()
            || match self {
                Self::Core => finding.level == Level::Must && basis != Some(Basis::Assumed),
                Self::Full => finding.level != Level::Info,
            }
    }

    pub(super) fn asks_for(self, level: Level) -> bool {
        match self {
            Self::Core => level == Level::Must,
            Self::Full => level != Level::Info,
        }
    }
}

/// May this client go live?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// It keeps every rule of the profile, and every one of them was checked.
    Conforms,
    /// It breaks a rule of the profile.
    DoesNotConform,
    /// It breaks none as far as was looked, and not everything was looked at.
    Partial,
}

/// The verdict of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// What the client was held to.
    pub profile: Profile,
    /// The verdict.
    pub word: VerdictWord,
    /// Why it is no better.
    pub because: Vec<String>,
    /// What this client is said not to do, so that nothing is asked of it there.
    pub out_of_scope: Vec<Need>,
    /// What no run on this machine can show.
    pub not_tested: Vec<String>,
    /// How many scenarios the pack has.
    pub pack_size: usize,
}

impl Verdict {
    /// The same question, asked of a report that has changed.
    pub(super) fn anew(&self, report: &Report) -> Self {
        verdict(report, self.profile, &self.out_of_scope, self.pack_size)
    }
}

/// The verdict that follows from a report. `size` is how many scenarios the pack has, and `cannot` what the client is
/// said not to do.
pub(super) fn verdict(report: &Report, profile: Profile, cannot: &[Need], size: usize) -> Verdict {
    let (word, because) = reasons(report, profile, cannot, size);
    let not_tested = ["the network's own host", "the buyer's real key", "the names the network has configured"];
    Verdict {
        profile,
        word,
        because: because.into_iter().map(|reason| reason.why).collect(),
        out_of_scope: cannot.to_vec(),
        not_tested: not_tested.map(str::to_owned).to_vec(),
        pack_size: size,
    }
}

/// Why a verdict is no better, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What is wrong, or missing.
    pub why: String,
    /// What to do.
    pub help: &'static str,
}

impl Reason {
    pub(super) fn new(why: impl Into<String>, help: &'static str) -> Self {
        Self { why: why.into(), help }
    }
}

/// The word, and every reason for it. Where something is broken, what is missing does not count yet.
pub(super) fn reasons(report: &Report, profile: Profile, cannot: &[Need], size: usize) -> (VerdictWord, Vec<Reason>) {
    let broken = broken(report);
    if !broken.is_empty() {
        return (VerdictWord::DoesNotConform, broken);
    }
    let gaps = gaps(report, profile, cannot, size);
    (if gaps.is_empty() { VerdictWord::Conforms } else { VerdictWord::Partial }, gaps)
}

/// What the client does wrong, as far as the profile asks for it.
fn broken(report: &Report) -> Vec<Reason> {
    let help = "see above what stopped it";
    let sent_nothing = report.stop.as_ref().map(|_| Reason::new("nothing of what it was to send arrived", help));
    let told = |rule: &RuleReport| {
        let findings = report.scenarios.iter().flat_map(|scenario| scenario.findings().map(move |f| (scenario, f)));
        let counting = findings.filter(|(scenario, f)| f.rule == Some(rule.id) && scenario.counts(f));
        // Where it is broken most often; all scenarios are run equally often.
        let (scenario, most) = counting.max_by_key(|(_, finding)| finding.runs)?;
        // It may show in one step here and in another there.
        let runs = if most.runs < scenario.runs && scenario.failed_runs < scenario.runs {
            format!(" in {} of {} runs of {}", most.runs, scenario.runs, scenario.id)
        } else {
            String::new()
        };
        let help = "mend it: what to change stands above";
        Some(Reason::new(format!("{} {}: broken{runs}", rule.id, rule.title), help))
    };
    let rules = report.rules.iter().filter_map(told);
    sent_nothing.into_iter().chain(rules).collect()
}

/// What was not looked at, or not to its end.
fn gaps(report: &Report, profile: Profile, cannot: &[Need], size: usize) -> Vec<Reason> {
    let mut gaps = Vec::new();
    let selected = report.scenarios.len();
    if selected < size {
        let help = "run the whole pack: leave out what selects, and --shard";
        gaps.push(Reason::new(format!("{selected} of the pack's {size} scenarios were selected"), help));
    }
    let not_run: Vec<&str> = of_state(report, ScenarioState::NotRun).map(|scenario| &*scenario.id).collect();
    if let Some(first) = not_run.first() {
        let help = "leave out --fail-fast; where a note says why a scenario was left out, see to that";
        let (many, were) = (plural(not_run.len(), "scenario"), if not_run.len() == 1 { "was" } else { "were" });
        gaps.push(Reason::new(format!("{many} {were} not run, first {first}"), help));
    }
    let known =
        report.scenarios.iter().flat_map(ScenarioReport::findings).filter(|finding| finding.known.is_some()).count();
    if known > 0 {
        let help = "mend them, and take them out of the baseline";
        gaps.push(Reason::new(format!("{} that the baseline knows", plural(known, "failure")), help));
    }
    if report.scenarios.iter().any(|scenario| scenario.state.fails()) {
        // It breaks no rule, or the verdict would not ask for gaps.
        gaps.push(Reason::new("caketester itself failed in a scenario", "run it again; what happened stands above"));
    }
    let is_asked = |report: &&RuleReport| {
        // Who never repeats an update has no repeats to look at.
        let is_due = |rule: &Rule| !rule.optional && rule.needs.is_none_or(|need| !cannot.contains(&need));
        profile.asks_for(report.level) && rule(report.id.0).is_some_and(is_due)
    };
    let unseen = report.rules.iter().filter(|rule| rule.state == RuleState::NotExercised).filter(is_asked);
    let unseen: Vec<&str> = unseen.map(|rule| rule.id.0).collect();
    if !unseen.is_empty() {
        let help = "run the scenarios that show it, the standard pack has them; `caketester explain RULE` says what a rule asks";
        gaps.push(Reason::new(format!("nothing showed whether it keeps {}", unseen.join(", ")), help));
    }
    gaps
}

fn of_state(report: &Report, state: ScenarioState) -> impl Iterator<Item = &ScenarioReport> {
    report.scenarios.iter().filter(move |scenario| scenario.state == state)
}

//! The certificate: what a run that passed whole may say on paper; and why another may not.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conclusions::{RuleState, Verdict};
use super::exit::Exit;
use super::grade::Grade;
use super::report::{Report, ScenarioState};
use super::under_test::SubjectReport;
use super::verdict::{Shortfall, reasons};
use crate::pack::{BehaviourUsed, Names, Origin, digest};
use crate::rules::{RuleId, Weight};
use crate::scenario::Need;

/// What was seen of a client on one day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "caketester certificate")]
pub struct Certificate {
    /// The version of this structure; it changes when a reader of the old one would misread the new one.
    pub version: u32,
    /// What was under test.
    pub client: CertifiedClient,
    /// The day of the run, in UTC.
    pub date: Date,
    /// When the run began.
    pub started: Timestamp,
    /// The version of caketester.
    pub caketester: String,
    /// What it does not say, a sentence or two each.
    pub statements: Vec<String>,
    /// How the client was run.
    pub subject: SubjectReport,
    /// On whose word the outcomes rest.
    pub evidence: Grade,
    /// What was asked, and what was not.
    pub scope: Scope,
    /// The scenarios.
    pub pack: PackUsed,
    /// The SHA-256 of the report that the run writes with `--report json=PATH`.
    pub report: String,
    /// How much was looked at.
    pub tested: Tested,
    /// Every rule, the most basic first.
    pub rules: Vec<CertifiedRule>,
    /// The command that repeats the run.
    pub repeat: String,
    /// The file of settings that belongs to it (`caketester.yaml`), where there was one.
    pub settings_file: Option<String>,
}

/// What was under test, by the word of whoever ran it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedClient {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was asked of the client, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// Whether what is only recommended decided too (`--strict`).
    pub strict: bool,
    /// What it is said not to do, so that nothing was asked of it there.
    pub out_of_scope: Vec<Need>,
    /// What no run on this machine can show.
    pub not_tested: Vec<String>,
    /// The network whose file was used, where one was.
    #[serde(default)]
    pub network: Option<String>,
    /// The file that said how CAKE behaves, and its digest, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<BehaviourUsed>,
    /// The pack's names, each with the network's that was used in its place; null where the network has no such thing.
    pub names: Names,
}

/// Which pack it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackUsed {
    /// `standard`, or its directory.
    pub name: String,
    /// Whether it is the standard pack of this caketester, to the letter.
    pub standard: bool,
    /// What `caketester pack digest` says of it.
    pub digest: String,
    /// How many scenarios it has.
    pub scenarios: usize,
}

/// How much was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tested {
    /// How many scenarios passed.
    pub scenarios: usize,
    /// How many were out of scope.
    pub out_of_scope: usize,
    /// How many updates the client was to report.
    pub updates: usize,
    /// How many checks were made.
    pub checks: u32,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedRule {
    /// Its ID.
    pub id: RuleId,
    /// What it asks.
    pub title: String,
    /// How much it weighs where it was checked: a rule that is required in some situations and recommended in others has two
    /// of these.
    pub weight: Weight,
    /// Whether it decides. None that does is broken.
    pub asked: bool,
    /// What became of it.
    pub state: RuleState,
    /// In how many updates it was checked.
    pub checks: usize,
    /// In how many of them it was broken.
    pub broken: usize,
}

impl Certificate {
    /// The version of this structure.
    pub const VERSION: u32 = 2;

    /// The certificate of a run that passed whole, and whose report has this fingerprint; or every reason why there is none.
    pub fn of(report: &Report, fingerprint: String) -> Result<Self, Vec<Shortfall>> {
        let reasons = withheld(report);
        let (Some(name), Some(version), Some(evidence), Some(verdict), true) =
            (&report.client.name, &report.client.version, report.evidence, &report.verdict, reasons.is_empty())
        else {
            return Err(reasons);
        };
        let client = CertifiedClient { name: name.clone(), version: version.clone() };
        let standard = digest(&Origin::Standard).is_ok_and(|standard| standard == report.pack_digest);
        let date = report.started.to_zoned(TimeZone::UTC).date();
        Ok(Self {
            version: Self::VERSION,
            statements: statements(&client, date, (evidence, standard), verdict),
            client,
            date,
            started: report.started,
            caketester: report.caketester.clone(),
            subject: report.subject.clone(),
            evidence,
            scope: Scope {
                strict: verdict.strict,
                out_of_scope: verdict.out_of_scope.clone(),
                not_tested: verdict.not_tested.clone(),
                network: report.network.clone(),
                behaviour: report.behaviour.clone(),
                names: report.names.clone(),
            },
            pack: PackUsed {
                name: report.pack.clone(),
                standard,
                digest: report.pack_digest.clone(),
                scenarios: verdict.pack_size,
            },
            tested: Tested {
                scenarios: report.count(ScenarioState::Passed),
                out_of_scope: report.count(ScenarioState::OutOfScope),
                updates: report.steps(),
                checks: report.checks(),
            },
            report: fingerprint,
            rules: rules(report),
            repeat: report.repeat.whole(),
            settings_file: report.settings_file.clone(),
        })
    }
}

/// Every reason why a run gets no certificate.
fn withheld(report: &Report) -> Vec<Shortfall> {
    let mut found = Vec::new();
    let mut withhold = |applies: bool, why: &str, help| {
        if applies {
            found.push(Shortfall::new(why, help));
        }
    };
    let is_client = report.verdict.is_some() && !matches!(report.subject, SubjectReport::Endpoint { .. });
    withhold(!is_client, "no client was under test", "run `caketester client` with a program");
    let help = "name your own program after `--`, in place of --builtin";
    let is_builtin = is_client && report.subject == SubjectReport::Builtin;
    withhold(is_builtin, "the client under test is caketester's built-in one", help);
    let is_unnamed = report.client.name.is_none() || report.client.version.is_none();
    withhold(is_unnamed, "the client's name or version is missing", "give --client-name and --client-version");
    let help = "leave out --shard; the reports of all shards together get none either";
    withhold(report.shard.is_some(), "this is a part of a run", help);
    if let Some(Verdict { strict, out_of_scope, pack_size, .. }) = &report.verdict {
        found.extend(reasons(report, *strict, out_of_scope, *pack_size).1);
    }
    if report.evidence == Some(Grade::Wire) {
        let why = format!("evidence: {}, and the wire alone shows no outcome", Grade::Wire.meaning());
        found.push(Shortfall::new(why, "report every outcome; in an observation, type it"));
    }
    if report.exit != Exit::Success && found.is_empty() {
        let why = format!("the run ended with exit code {}: {}", u8::from(report.exit), report.exit.meaning());
        found.push(Shortfall::new(why, "see above what is to be done"));
    }
    found
}

fn rules(report: &Report) -> Vec<CertifiedRule> {
    let certified = report.rules.iter().map(|rule| CertifiedRule {
        id: rule.id,
        title: rule.title.clone(),
        weight: rule.weight,
        asked: report.decides(rule),
        state: rule.state,
        checks: rule.checks,
        broken: rule.broken.len(),
    });
    certified.collect()
}

/// What a program that cannot do this does not report, for people who know no word of caketester's.
pub fn in_words(need: Need) -> &'static str {
    match need {
        Need::Values => "statuses and texts other than its usual ones",
        Need::SubStatus => "sub-statuses",
        Need::Fields => "custom fields (what a network wants to know beside the status, such as an amount)",
    }
}

/// What a certificate does not say, for people who read only this.
fn statements(
    client: &CertifiedClient,
    date: Date,
    (evidence, standard): (Grade, bool),
    verdict: &Verdict,
) -> Vec<String> {
    let CertifiedClient { name, version } = client;
    let mut statements = vec![
        format!(
            "It says what was seen on {} of {name}, version {version}. It says nothing of another day, another version, or \
             another configuration.",
            date.strftime("%-d %B %Y")
        ),
        "It is no endorsement by the makers of CAKE. They, and the networks that use it, have no part in caketester or in this \
         document."
            .to_owned(),
        "CAKE was simulated, from what is publicly known of it. No real network took part, and no real lead was touched."
            .to_owned(),
        format!(
            "A test that does not reach the network cannot show that these are right: {}. Before the program goes live, its user \
             sends one real report for each status in use, and has the network confirm what arrived. That is still to be done.",
            verdict.not_tested.join(", ")
        ),
        "Name and version of the program are what whoever ran the test said. caketester does not check them, and does not know \
         who that was. Nothing in this document proves which program, byte for byte, was run."
            .to_owned(),
        "This document is not signed, and anybody can make one like it. Anyone who has to rely on it should repeat the test. The \
         fingerprint below shows whether the tests are the same then."
            .to_owned(),
    ];
    let others = [
        (
            !standard,
            "The tests are not the standard ones of caketester, but somebody's own: what they ask, and what they take for \
             right, is theirs to say.",
        ),
        (
            evidence == Grade::Attested,
            "What the program concluded is the word of a person who looked at it. caketester itself saw only what it sent.",
        ),
        (!verdict.strict, "What is only recommended was watched, and to break it would not have changed the result."),
    ];
    statements.extend(others.into_iter().filter(|(applies, _)| *applies).map(|(_, text)| text.to_owned()));
    if !verdict.out_of_scope.is_empty() {
        let needs: Vec<&str> = verdict.out_of_scope.iter().copied().map(in_words).collect();
        statements.push(format!(
            "It does not cover what was left out because the program does not do it: {}.",
            needs.join(", ")
        ));
    }
    statements
}

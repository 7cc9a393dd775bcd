//! The pack kills mutants: a right client, and what becomes of it where one thing is done wrong. What no scenario notices is a
//! hole in the pack.

mod client;
#[expect(
    clippy::format_collect,
    clippy::needless_for_each,
    clippy::semicolon_if_nothing_returned,
    reason = "a row is as short as it can be"
)]
mod encoding;
mod http;
#[expect(clippy::format_collect, reason = "a row is as short as it can be")]
mod leaks;
#[expect(clippy::semicolon_if_nothing_returned, reason = "a row is as short as it can be")]
mod numbers;
#[expect(
    clippy::cast_possible_truncation,
    clippy::double_ended_iterator_last,
    clippy::unnecessary_wraps,
    reason = "a mutant does what careless code does"
)]
mod reading;
mod row;
mod texts;
mod wire;

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use caketester::judge::{Baseline, Report, SnapshotReport, SubjectReport, Terms};
use caketester::mock::Authority;
use caketester::pack::{Entry, Origin, Pack, Selection, load};
use caketester::protocol::Update;
use caketester::rules::{RULES, RuleId, Rules, Weight};
use caketester::run::{ClientRun, Ending, Transport, Way, check_client};
use caketester::scenario::Step;
use caketester::subject::Case;

use crate::support::whole_pack;
use client::{Client, Habit};
use row::{Fate, Kind, Mutant, of_kind};
use wire::{End, Got};

/// Every mutant, by kind.
fn table() -> Vec<Mutant> {
    [
        of_kind(Kind::Values, numbers::TABLE),
        of_kind(Kind::Values, texts::TABLE),
        of_kind(Kind::Encoding, encoding::TABLE),
        of_kind(Kind::Reading, reading::TABLE),
        of_kind(Kind::Http, http::TABLE),
        of_kind(Kind::Leaks, leaks::TABLE),
    ]
    .concat()
}

/// The rules that a mutant breaks: those that are required, and those that are only recommended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Broken {
    required: Vec<&'static str>,
    recommended: Vec<&'static str>,
}

impl Broken {
    fn of(report: &Report) -> Self {
        let mut required = BTreeSet::new();
        let mut recommended = BTreeSet::new();
        for scenario in &report.scenarios {
            for finding in scenario.findings() {
                let Some(rule) = finding.rule else { panic!("{}: {}", scenario.id, finding.message) };
                match finding.weight {
                    Weight::Required => required.insert(rule),
                    Weight::Recommended => recommended.insert(rule),
                    Weight::Note => continue,
                };
            }
        }
        let recommended = &recommended - &required;
        let in_order = |broken: &BTreeSet<_>| {
            RULES.iter().map(|rule| rule.id).filter(|id| broken.contains(id)).map(RuleId::as_str).collect()
        };
        Self { required: in_order(&required), recommended: in_order(&recommended) }
    }
}

fn pack() -> Arc<Pack> {
    Arc::new(
        load(Origin::Directory(env!("CARGO_MANIFEST_DIR").into()), &|_| None).expect("the standard pack is in order").0,
    )
}

/// What the right client gets for each lead, in order.
type Answers = HashMap<String, Vec<Got>>;

/// Whether a mutant does something in a scenario that the right client does not: where it does the same, there is nothing
/// to be seen. Scenarios in which a client has to wait are left to those whose mistake shows there.
fn is_telling(pack: &Pack, entry: &Entry, mutant: &Mutant, answers: &Answers) -> bool {
    let (client, right) = (Client::new(mutant.habit, &[]), Client::new(Habit::None, &[]));
    let is_about_certificates = entry.scenario.steps.iter().any(|step| step.obstacle().is_some());
    let mut before: HashMap<&str, &Update> = HashMap::new();
    let mut met: HashMap<&str, usize> = HashMap::new();
    let is_different = |step: &Step, before: Option<&Update>, got: &Got| {
        let case = Case {
            base_url: String::new(),
            proxy: None,
            guard: None,
            ca_file: None,
            is_trust_told: true,
            key: pack.key.clone(),
            update: step.update.clone(),
        };
        let sent = |client: &Client| client.request(&case, &client.pairs(&case, before)).bytes();
        match mutant.habit {
            Habit::Repeat { when, .. } => !entry.scenario.is_timed() && when(got),
            Habit::RepeatsButBelievesTheFirst => !entry.scenario.is_timed() && got.code().is_none(),
            Habit::Follows(_) => got.header("location").is_some(),
            Habit::ReadsBytes(most) => got.head.len() + 4 + got.body.len() > most,
            Habit::Waits => got.end == End::Stalled,
            Habit::GivesUpAfter(_) => entry.scenario.id.to_string() == "faults/late",
            Habit::RemembersTheAnswer | Habit::CachesByUrl => before.is_some(),
            Habit::Says(said) => said(got.code()) != got.code(),
            Habit::None => true,
            Habit::Prints(_) | Habit::Before(_) => {
                ["codes/", "fields/"].iter().any(|area| entry.scenario.id.to_string().starts_with(area))
            }
            Habit::Trusts(_) | Habit::FallsBack | Habit::TrustsUntold => is_about_certificates,
            Habit::Find(_) | Habit::Parse(_) | Habit::Judge(_) | Habit::Otherwise(_) | Habit::Conclude(_) => {
                client.conclude(got) != right.conclude(got)
            }
            _ => !entry.scenario.is_timed() && sent(&client) != sent(&right),
        }
    };
    let mut steps = entry.scenario.steps.iter();
    steps.any(|step| {
        let lead = &*step.update.lead_id;
        let at = met.entry(lead).or_default();
        let nothing = Got::default();
        let got = answers.get(lead).and_then(|got| got.get(*at)).unwrap_or(&nothing);
        *at += 1;
        let before = before.insert(lead, &step.update);
        is_different(step, before, got)
    })
}

/// What a mutant is put to.
fn selected(pack: &Pack, mutant: &Mutant, answers: &Answers) -> Selection {
    let telling = pack.entries.iter().filter(|entry| is_telling(pack, entry, mutant, answers));
    let mut only: Vec<String> = telling.map(|entry| entry.scenario.id.to_string()).collect();
    // What shows without waiting needs no waiting.
    let is_quick = |id: &str| {
        let entry = pack.entries.iter().find(|entry| entry.scenario.id.to_string() == id);
        entry.is_some_and(|entry| !entry.scenario.is_timed())
    };
    if only.iter().any(|id| is_quick(id)) && !matches!(mutant.habit, Habit::Waits) {
        only.retain(|id| is_quick(id));
    }
    let enough = match mutant.habit {
        // Each character and each answer has a scenario of its own.
        Habit::Escape(_) | Habit::Query(_) => 4 * ENOUGH,
        Habit::Repeat { .. } => 3 * ENOUGH,
        Habit::Find(_) | Habit::Parse(_) | Habit::Judge(_) | Habit::Otherwise(_) | Habit::Conclude(_) => usize::MAX,
        _ => ENOUGH,
    };
    if only.len() > enough {
        // What is wrong in every request shows in a few of each area.
        let mut of_area: HashMap<String, usize> = HashMap::new();
        only.retain(|id| {
            let seen = of_area.entry(id.split('/').next().unwrap_or_default().to_owned()).or_default();
            *seen += 1;
            *seen <= ENOUGH_OF_AN_AREA || id.starts_with("encoding/field-long")
        });
    }
    only.push("codes/success".into());
    Selection { only, ..Selection::default() }
}

async fn run(pack: &Arc<Pack>, selection: Selection, client: Client, authority: Authority) -> (Report, Arc<Client>) {
    let client = Arc::new(client);
    let terms = Terms {
        pack: Arc::clone(pack),
        selection,
        ci: false,
        snapshots: SnapshotReport::default(),
        subject: SubjectReport::Builtin,
        rules: Rules::default(),
        strict: false,
        baseline: Baseline::default(),
        today: jiff::civil::date(2026, 1, 1),
        cannot: vec![],
    };
    let run = ClientRun {
        terms,
        jobs: 8,
        waiting_jobs: 64,
        runs: 1,
        fail_fast: false,
        transport: Arc::new(Transport { way: Way::Plain, authority, ca_file: PathBuf::new(), guard: None }),
    };
    let report = check_client(run, Arc::clone(&client), &mut |_: &_| {}, Ending::never())
        .await
        .expect("the client can be tried");
    (report, client)
}

/// A mutant that changes what is sent in more scenarios than this does the same in all of them.
const ENOUGH: usize = 30;
const ENOUGH_OF_AN_AREA: usize = 4;

/// How many mutants at once.
const AT_ONCE: u32 = 16;

/// What becomes of the right client, and of every mutant.
fn fates(mutants: &[Mutant]) -> (Report, Vec<Report>) {
    let pack = pack();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("there are threads");
    runtime.block_on(async {
        let authority = || Authority::new(None).expect("there is randomness");
        let own = authority();
        let client = Client::new(Habit::None, own.der());
        let (right, client) = run(&pack, Selection::default(), client, own).await;
        let answers = Arc::new(client.seen.lock().expect("nobody panics").clone());
        let places = Arc::new(tokio::sync::Semaphore::new(AT_ONCE as usize));
        let running: Vec<_> = mutants
            .iter()
            .map(|mutant| {
                let (mutant, pack, places) = (*mutant, Arc::clone(&pack), Arc::clone(&places));
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    // Whose fault is to be quick is alone, or a busy machine makes it wait.
                    let is_quick = matches!(mutant.habit, Habit::Repeat { wait: Duration::ZERO, .. });
                    let many = if is_quick { AT_ONCE } else { 1 };
                    let _places = places.acquire_many(many).await.expect("nobody closes it");
                    let selection = selected(&pack, &mutant, &answers);
                    let own = authority();
                    let client = Client::new(mutant.habit, own.der());
                    run(&pack, selection, client, own).await.0
                })
            })
            .collect();
        let mut reports = Vec::new();
        for one in running {
            reports.push(one.await.expect("no run panics"));
        }
        (right, reports)
    })
}

/// What is wrong with what became of a mutant.
fn surprise(mutant: &Mutant, broken: &Broken) -> Option<String> {
    let is_expected = match mutant.fate {
        Fate::Killed(rules) => broken.required == rules,
        Fate::Recommended(rules) => broken.required.is_empty() && broken.recommended == rules,
        Fate::Equivalent(_) => *broken == Broken::default(),
    };
    let (name, Broken { required, recommended }) = (mutant.name, broken);
    (!is_expected).then(|| format!("{name:?}: required {required:?}, recommended {recommended:?}"))
}

/// `MUTANTS=FILE` lists there what became of each mutant, to fill in new rows by.
fn list(mutants: &[Mutant], fates: &[Broken]) {
    let Some(file) = std::env::var_os("MUTANTS") else { return };
    let line = |(mutant, broken): (&Mutant, &Broken)| {
        format!("{}\t{}\t{}\n", mutant.name, broken.required.join(","), broken.recommended.join(","))
    };
    let lines: String = mutants.iter().zip(fates).map(line).collect();
    std::fs::write(file, lines).expect("the file can be written");
}

#[test]
fn the_right_client_breaks_nothing_and_every_mutant_what_it_is_expected_to() {
    let mutants = table();
    let _alone = whole_pack();
    let (right, reports) = fates(&mutants);
    assert_eq!(Broken::of(&right), Broken::default(), "the client that is right");
    let fates: Vec<Broken> = reports.iter().map(Broken::of).collect();
    list(&mutants, &fates);
    let surprises: Vec<_> =
        mutants.iter().zip(&fates).filter_map(|(mutant, broken)| surprise(mutant, broken)).collect();
    println!("{}", Score::of(&mutants));
    assert!(surprises.is_empty(), "{} of {}:\n{}", surprises.len(), mutants.len(), surprises.join("\n"));
}

#[test]
fn no_two_mutants_have_one_name_and_few_are_equivalent() {
    let mutants = table();
    let names: BTreeSet<_> = mutants.iter().map(|mutant| mutant.name).collect();
    assert_eq!(names.len(), mutants.len());
    let equivalent = mutants.iter().filter(|mutant| matches!(mutant.fate, Fate::Equivalent(_))).count();
    assert!(equivalent * 20 <= mutants.len(), "{equivalent} of {}", mutants.len());
}

#[test]
fn the_score_in_the_documentation_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mutants.md");
    let page = std::fs::read_to_string(&path).expect("the page is in the repository");
    let (written, _) = page.split_once(BEGINS).expect("the page has a generated part");
    let current = format!("{written}{BEGINS}{}", tables(&table()));
    if std::env::var_os("MUTANTS").is_some() {
        std::fs::write(path, current).expect("the page can be written");
    } else {
        assert_eq!(page, current, "MUTANTS=FILE cargo test --test it mutants writes docs/mutants.md anew");
    }
}

/// What stands in docs/mutants.md before what is generated.
const BEGINS: &str = "<!-- from here on generated -->\n\n";

/// How many mutants of a kind there are, and what becomes of them.
#[derive(Default)]
struct Score {
    killed: usize,
    recommended: usize,
    equivalent: usize,
}

impl Score {
    fn of<'m>(mutants: impl IntoIterator<Item = &'m Mutant>) -> Self {
        let mut score = Self::default();
        for mutant in mutants {
            match mutant.fate {
                Fate::Killed(_) => score.killed += 1,
                Fate::Recommended(_) => score.recommended += 1,
                Fate::Equivalent(_) => score.equivalent += 1,
            }
        }
        score
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { killed, recommended, equivalent } = self;
        let all = killed + recommended + equivalent;
        write!(f, "{all} mutants: {killed} killed, {recommended} only recommended, {equivalent} equivalent")
    }
}

/// The score by kind, and the mutants that are not killed.
fn tables(mutants: &[Mutant]) -> String {
    let kinds = [Kind::Values, Kind::Encoding, Kind::Reading, Kind::Http, Kind::Leaks];
    let mut out = String::from("| kind | mutants | killed | only recommended | equivalent |\n|---|--:|--:|--:|--:|\n");
    let mut row = |name: &str, Score { killed, recommended, equivalent }: Score| {
        let all = killed + recommended + equivalent;
        // Writing into a String cannot fail.
        let _ = writeln!(out, "| {name} | {all} | {killed} | {recommended} | {equivalent} |");
    };
    for kind in kinds {
        row(&kind.to_string(), Score::of(mutants.iter().filter(|mutant| mutant.kind == kind)));
    }
    row("**all**", Score::of(mutants));
    let shown = |name: &str| name.replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*");
    out.push_str("\nOnly recommended:\n\n| mutant | rules |\n|---|---|\n");
    for mutant in mutants {
        if let Fate::Recommended(rules) = mutant.fate {
            let _ = writeln!(out, "| {} | {} |", shown(mutant.name), rules.join(", "));
        }
    }
    out.push_str("\nEquivalent:\n\n| mutant | why it is right |\n|---|---|\n");
    for mutant in mutants {
        if let Fate::Equivalent(why) = mutant.fate {
            let _ = writeln!(out, "| {} | {why} |", shown(mutant.name));
        }
    }
    out
}

//! Every rule can fail: for each there is a client that breaks it and nothing else that it does not bring along. A
//! client that is right breaks none.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use caketester::judge::{
    Baseline, Report, RuleState, ScenarioReport, SnapshotReport, SubjectReport, Terms, rejudge, scenarios_about,
};
use caketester::mock::Authority;
use caketester::pack::{Entry, Origin, Pack, Selection, load};
use caketester::protocol::Exchange;
use caketester::rules::{RULES, RuleId, Rules};
use caketester::run::{ClientRun, Ending, Transport, Way, check_client};

use crate::support::again::assert_judged_alike_again;
use crate::support::broken::{Broken, Mistake};

/// A client that is wrong in one way, the rule that it breaks first, and what that brings along.
struct Row {
    mistake: Mistake,
    primary: &'static str,
    consequences: &'static [&'static str],
}

const fn row(mistake: Mistake, primary: &'static str, consequences: &'static [&'static str]) -> Row {
    Row { mistake, primary, consequences }
}

/// The rules and the clients that break them.
const TABLE: &[Row] = &[
    row(Mistake::SendsNothing, "Q13", &["Q08"]),
    row(Mistake::PathInAnotherCase, "Q02", &[]),
    row(Mistake::PostsAForm, "Q01", &[]),
    row(Mistake::SendsAJsonContentType, "Q16", &["A08"]),
    row(Mistake::WrongKey, "Q03", &[]),
    row(Mistake::LeadInAnotherCase, "Q04", &[]),
    row(Mistake::StatusInAnotherCase, "Q05", &[]),
    row(Mistake::ForgetsSubStatus, "Q06", &[]),
    row(Mistake::SendsNullSubStatus, "Q06", &[]),
    row(Mistake::RenamesFields, "Q07", &["Q12"]),
    row(Mistake::JoinsByHand, "Q08", &["Q06", "Q07", "Q12"]),
    row(Mistake::EncodesTwice, "Q08", &["Q07", "Q11", "Q12"]),
    row(Mistake::RepeatsTheStatus, "Q09", &[]),
    row(Mistake::FormatsNumbers, "Q10", &["Q15"]),
    row(Mistake::TrimsFields, "Q15", &[]),
    row(Mistake::EncodesEverything, "Q11", &[]),
    row(Mistake::AddsAParameter, "Q12", &[]),
    row(Mistake::HangsUp, "Q14", &[]),
    row(Mistake::DoubtsSuccess, "A01", &["A10", "A08"]),
    row(Mistake::Accepts(1), "A02", &["A08"]),
    row(Mistake::Accepts(2), "A03", &["A08"]),
    row(Mistake::Accepts(3), "A04", &["A10", "A08"]),
    row(Mistake::Accepts(4), "A05", &["A08"]),
    row(Mistake::ReportsOneCode, "A06", &[]),
    row(Mistake::AcceptsUnknownCodes, "A07", &[]),
    row(Mistake::ComparesBytes, "A08", &[]),
    row(Mistake::AcceptsGzip, "A08", &[]),
    row(Mistake::AcceptsAnything, "A09", &[]),
    row(Mistake::ReadsTheMessage, "A10", &["A08"]),
    row(Mistake::TakesAnythingForARefusal, "A12", &[]),
    row(Mistake::CrashesOnAnythingElse, "A12", &[]),
    row(Mistake::RepeatsRefusals, "R01", &[]),
    row(Mistake::RepeatsSuccess, "R08", &[]),
    row(Mistake::NeverGivesUp, "R02", &[]),
    row(Mistake::RepeatsAtOnce, "R03", &[]),
    row(Mistake::WaitsForEver, "R04", &[]),
    row(Mistake::RepeatsAnotherUpdate, "R05", &[]),
    row(Mistake::TrustsABrokenConnection, "R06", &[]),
    row(Mistake::IgnoresRetryAfter, "R07", &[]),
    row(Mistake::FollowsRedirects, "S01", &[]),
    row(Mistake::TakesAnyCertificate, "S02", &[]),
    row(Mistake::SendsTheKeyInAHeader, "S03", &[]),
    row(Mistake::PrintsTheKey, "S04", &[]),
    row(Mistake::FetchesEntities, "S05", &[]),
    // What people really write breaks many rules at once, and is told one.
    row(Mistake::TrustsHttp200, "A02", &["A03", "A04", "A05", "A10", "A08", "A07", "A09"]),
    row(Mistake::ClaimsSuccess, "A02", &["A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"]),
    row(Mistake::CrashesOnRefusals, "A02", &["A03", "A04", "A05", "A10", "A08"]),
];

/// Every scenario in which nobody has to wait, and for a client whose mistake shows in the others alone, those.
fn selected(pack: &Pack, mistake: Mistake) -> Selection {
    let shows_in_time = matches!(mistake, Mistake::WaitsForEver | Mistake::IgnoresRetryAfter | Mistake::None);
    let meant = pack.entries.iter().filter(|entry| shows_in_time || !entry.scenario.is_timed());
    // On a busy machine a handshake takes as long as a wait.
    let is_quick = |entry: &&Entry| mistake != Mistake::RepeatsAtOnce || !entry.scenario.steps[0].needs_tls();
    let meant = meant.filter(is_quick);
    Selection { only: meant.map(|entry| entry.scenario.id.to_string()).collect(), ..Selection::default() }
}

fn pack() -> Arc<Pack> {
    Arc::new(load(Origin::Standard, &|_| None).expect("the standard pack is in order").0)
}

fn run(pack: &Arc<Pack>, mistake: Mistake, selection: Selection, rules: Rules) -> Report {
    run_by(&terms(pack, selection, rules), mistake)
}

fn terms(pack: &Arc<Pack>, selection: Selection, rules: Rules) -> Terms {
    Terms {
        pack: Arc::clone(pack),
        selection,
        ci: false,
        snapshots: SnapshotReport::default(),
        subject: SubjectReport::Builtin,
        rules,
        strict: false,
        baseline: Baseline::default(),
        today: jiff::civil::date(2026, 1, 1),
        cannot: vec![],
    }
}

fn run_by(terms: &Terms, mistake: Mistake) -> Report {
    let authority = Authority::new(None).expect("there is randomness");
    let client = Broken { mistake, authority: authority.der().to_vec() };
    let run = ClientRun {
        terms: terms.clone(),
        jobs: 8,
        waiting_jobs: 64,
        runs: 1,
        fail_fast: false,
        transport: Arc::new(Transport { way: Way::Plain, authority, ca_file: PathBuf::new(), guard: None }),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("there are threads");
    runtime
        .block_on(check_client(run, Arc::new(client), &mut |_: &_| {}, Ending::never()))
        .expect("the client can be tried")
}

/// The broken rules that no other explains, and those that one explains.
fn broken(report: &Report) -> (Vec<&'static str>, Vec<&'static str>) {
    // Where it is recommended too, a rule explains itself.
    let broken = || {
        let broken = report.rules.iter().filter(|rule| rule.state == RuleState::Broken);
        broken.filter(|rule| rule.because_of != Some(rule.id))
    };
    let ids = |is_meant: fn(bool) -> bool| {
        let mut ids: Vec<&str> = Vec::new();
        for rule in broken().filter(|rule| is_meant(rule.because_of.is_none())) {
            if !ids.contains(&rule.id.as_str()) {
                ids.push(rule.id.as_str());
            }
        }
        ids
    };
    (ids(|is_first| is_first), ids(|is_first| !is_first))
}

fn id(rule: &str) -> RuleId {
    caketester::rules::rule(rule).expect("there is such a rule").id
}

#[test]
fn a_client_that_is_right_breaks_no_rule_and_meets_them_all() {
    let report = run(&pack(), Mistake::None, Selection::default(), Rules::default());
    assert_eq!(broken(&report), (vec![], vec![]), "{:#?}", failures(&report));
    let unexercised: Vec<_> =
        report.rules.iter().filter(|rule| rule.state == RuleState::NotExercised).map(|rule| rule.id.as_str()).collect();
    // It tries each update once, so what is asked of repeats is asked of others.
    assert_eq!(unexercised, ["R05", "R03", "R07"]);
}

/// Clients of which all kinds of things are seen: keys in many places, connections that break, redirects, certificates, entities.
const SEEN: [Mistake; 11] = [
    Mistake::None,
    Mistake::SendsTheKeyInAHeader,
    Mistake::PrintsTheKey,
    Mistake::FollowsRedirects,
    Mistake::TakesAnyCertificate,
    Mistake::FetchesEntities,
    Mistake::PostsAForm,
    Mistake::EncodesTwice,
    Mistake::NeverGivesUp,
    Mistake::TrustsABrokenConnection,
    Mistake::CrashesOnRefusals,
];

#[test]
fn whoever_reads_a_report_and_judges_it_again_comes_to_the_same() {
    let pack = pack();
    for mistake in SEEN {
        let terms = terms(&pack, selected(&pack, mistake), Rules::default());
        assert_judged_alike_again(&terms, &run_by(&terms, mistake));
    }
}

/// The scenarios in which a rule was put to a client.
fn asked_in(report: &Report, rule: RuleId) -> BTreeSet<String> {
    let is_asked = |scenario: &&ScenarioReport| scenario.steps.iter().any(|step| step.rules.contains(&rule));
    report.scenarios.iter().filter(is_asked).map(|scenario| scenario.id.clone()).collect()
}

#[test]
fn which_scenarios_put_a_rule_to_a_client_is_known_before_they_are_run() {
    let pack = pack();
    let once = run(&pack, Mistake::None, Selection::default(), Rules::default());
    // All it does wrong is not to wait; so it is asked all that a client is asked which asks again.
    let again = run(&pack, Mistake::RepeatsAtOnce, Selection::default(), Rules::default());
    for rule in &RULES {
        let told = scenarios_about(rule.id, &pack);
        let seen: BTreeSet<String> = &asked_in(&once, rule.id) | &asked_in(&again, rule.id);
        let not_told: Vec<_> = seen.difference(&told).collect();
        assert!(not_told.is_empty() && !told.is_empty(), "{}: {not_told:?}", rule.id);
        // These two have no patience for an answer that takes half a minute, and enough for one that takes 0.8 s.
        let slow = ["faults/dribbled-body", "faults/slow-headers", "faults/late"];
        let more: Vec<_> = told.difference(&seen).filter(|id| !slow.contains(&id.as_str())).collect();
        assert!(more.is_empty(), "{}: {more:?}", rule.id);
    }
}

/// The verdict and every finding, so that no change of a verdict goes unseen.
fn golden(report: &Report) -> String {
    let verdict = report.verdict.as_ref().map(|verdict| verdict.word);
    let mut lines = vec![format!("exit {}, {verdict:?}", u8::from(report.exit))];
    for rule in report.rules.iter().filter(|rule| !rule.broken.is_empty()) {
        let because = rule.because_of.map_or_else(String::new, |cause| format!(", because of {cause}"));
        lines.push(format!("\n{} {}{because}", rule.id, rule.weight.word()));
        lines.extend(rule.broken.iter().map(|at| match &at.step {
            Some(step) => format!("  {} ({step})", at.scenario),
            None => format!("  {}", at.scenario),
        }));
    }
    lines.join("\n")
}

fn failures(report: &Report) -> Vec<String> {
    let steps =
        report.scenarios.iter().flat_map(|scenario| scenario.steps.iter().map(move |step| (&scenario.id, step)));
    steps
        .flat_map(|(id, step)| step.findings.iter().map(move |f| format!("{id}: {:?} {}", f.rule, f.message)))
        .collect()
}

/// The run of a client that never waits, judged without the time that a busy machine took between two of its attempts: to send the
/// next, or to see that the last had been given up.
fn as_if_on_an_idle_machine(pack: &Arc<Pack>, mut report: Report) -> Report {
    for step in report.scenarios.iter_mut().flat_map(|scenario| &mut scenario.steps) {
        let mut last: Option<&mut Exchange> = None;
        for exchange in &mut step.seen.exchanges {
            let exchange = Arc::make_mut(exchange);
            if let Some(last) = last {
                let between = last.ended.min(exchange.at);
                (last.ended, exchange.at) = (between, between);
            }
            last = Some(exchange);
        }
    }
    let selection = selected(pack, Mistake::RepeatsAtOnce);
    rejudge(&terms(pack, selection, Rules::default()), report, None).expect("it is of this pack")
}

/// For each row what its client breaks, and what it breaks where its rule is muted, in the scenarios that show it. Most of a run is
/// waiting, so several go on at once.
fn reports(pack: &Arc<Pack>) -> Vec<(Report, Report)> {
    const AT_ONCE: usize = 6;
    let report = |row: &Row| {
        let mut report = run(pack, row.mistake, selected(pack, row.mistake), Rules::default());
        if row.mistake == Mistake::RepeatsAtOnce {
            assert!(broken(&report).0.contains(&row.primary), "{:#?}", failures(&report));
            report = as_if_on_an_idle_machine(pack, report);
        }
        let only = report.rules.iter().filter(|rule| rule.id == id(row.primary)).flat_map(|rule| &rule.broken);
        let only: BTreeSet<String> = only.map(|step| step.scenario.clone()).collect();
        let selection = Selection { only: only.into_iter().collect(), ..Selection::default() };
        let muted = run(pack, row.mistake, selection, Rules::default().muting(id(row.primary)));
        (report, muted)
    };
    let next = AtomicUsize::new(0);
    let work = || std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < TABLE.len()));
    let mut reports: Vec<(usize, (Report, Report))> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| scope.spawn(|| work().map(|at| (at, report(&TABLE[at]))).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no run panics")).collect()
    });
    reports.sort_by_key(|(at, _)| *at);
    reports.into_iter().map(|(_, both)| both).collect()
}

#[test]
fn each_client_breaks_its_rule_first_and_what_follows_from_it() {
    let pack = pack();
    let mut wrong = Vec::new();
    for (Row { mistake, primary, consequences }, (report, muted)) in TABLE.iter().zip(reports(&pack)) {
        insta::assert_snapshot!(format!("golden_{mistake:?}"), golden(&report));
        let seen = broken(&report);
        if seen != (vec![*primary], consequences.to_vec()) {
            wrong.push(format!(
                "row(Mistake::{mistake:?}, {:?}, &{:?}),\n      {:?}",
                seen.0,
                seen.1,
                failures(&report).iter().filter(|told| !told.contains(primary)).take(3).collect::<Vec<_>>()
            ));
        }
        // Without its rule, the row would be another.
        if broken(&muted) == (vec![*primary], consequences.to_vec()) || broken(&muted).0.contains(primary) {
            wrong.push(format!("{mistake:?}: with {primary} muted nothing changes"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_client_that_breaks_it_first() {
    let tested: BTreeSet<&str> = TABLE.iter().map(|row| row.primary).collect();
    let untested: Vec<&str> = RULES.iter().map(|rule| rule.id.as_str()).filter(|rule| !tested.contains(rule)).collect();
    assert_eq!(untested, Vec::<&str>::new(), "a rule that nobody breaks may be one that cannot be broken");
}

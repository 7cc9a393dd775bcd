//! `--repeat`: a scenario that fails in some runs only is flaky, and is told as such wherever a run is told of.

use crate::support::clients::{Played, checking};
use crate::support::page::{assert_snapshot, with_client_named};
use crate::support::{Folder, Ran, caketester, folder};
use serde_json::Value;

/// The scenarios of these tests: the flaky client is wrong in the second.
const ONLY: [&str; 4] = ["--only", "codes/success", "--only", "codes/status-absent"];

/// A run of these scenarios, in a folder of its own that gets its reports.
fn repeated(played: Played, options: &[&str]) -> (Folder, Ran) {
    let folder = folder();
    let at = |name: &str| folder.at(name).display().to_string();
    let reports = ["json=r.json", "junit=r.xml", "html=r.html", "markdown=r.md"].map(|report| {
        let (format, name) = report.split_once('=').expect("it is a format and a name");
        format!("--report={format}={}", at(name))
    });
    let options = ONLY.into_iter().chain(options.iter().copied()).chain(reports.iter().map(String::as_str));
    let counts = folder.at("counts");
    std::fs::create_dir(&counts).expect("a folder can be made");
    let ran = checking(played, options.collect::<Vec<_>>()).env("COUNTS", &counts).in_dir(folder.path()).run();
    (folder, ran)
}

fn scenario(folder: &Folder, id: &str) -> Value {
    let report: Value = serde_json::from_str(&folder.read("r.json")).expect("the report is JSON");
    let scenarios = report["scenarios"].as_array().expect("there are scenarios").clone();
    scenarios.into_iter().find(|scenario| scenario["id"] == id).expect("it was run")
}

#[test]
fn what_fails_in_some_runs_only_is_flaky_and_no_pass() {
    let (folder, ran) = repeated(Played::IsFlaky, &["--repeat", "3"]);
    assert_snapshot!(ran.exits_with(1).page());
    let flaky = scenario(&folder, "codes/status-absent");
    assert_eq!((&flaky["state"], &flaky["runs"], &flaky["failed_runs"]), (&"flaky".into(), &3.into(), &1.into()));
    // The first run was right; the one that failed is shown.
    assert_eq!(
        (&flaky["steps"][0]["concluded"], &flaky["steps"][0]["findings"][0]["runs"]),
        (&"updated".into(), &1.into())
    );
    let steady = scenario(&folder, "codes/success");
    assert_eq!((&steady["state"], &steady["runs"], &steady["failed_runs"]), (&"passed".into(), &3.into(), &0.into()));
    let report: Value = serde_json::from_str(&folder.read("r.json")).expect("the report is JSON");
    assert_snapshot!(report["verdict"]["because"], @r#"["A04 takes code 3 (status not recognised) as rejected: broken in 1 of 3 runs of codes/status-absent"]"#);
}

#[test]
fn every_rendering_has_a_word_for_it() {
    let (folder, ran) = repeated(Played::IsFlaky, &["--repeat", "2"]);
    ran.exits_with(1);
    let junit = folder.read("r.xml");
    assert!(
        junit.contains("message=\"flaky, failed in 1 of 2 runs: A04: ") && junit.contains("type=\"flaky\""),
        "{junit}"
    );
    assert!(junit.contains("<failure "), "{junit}");
    let markdown = folder.read("r.md");
    assert_snapshot!(with_client_named(&markdown));
    let html = folder.read("r.html");
    for told in
        ["data-state=\"flaky\"", ">≈<", "value=\"flaky\"> flaky", "class=\"card flaky\"", "it failed in 1 of 2 runs"]
    {
        assert!(html.contains(told), "{told}");
    }
    let shown = caketester(["report", "show", "r.json"]).in_dir(folder.path()).run();
    assert_snapshot!(shown.exits_with(0).page());
    let github = crate::support::folder();
    std::fs::create_dir(github.at("counts")).expect("a folder can be made");
    let ran = checking(Played::IsFlaky, ONLY.into_iter().chain(["--repeat", "2"])).env("COUNTS", github.at("counts"));
    assert_snapshot!(ran.env("GITHUB_ACTIONS", "true").run().page());
}

#[test]
fn who_always_passes_and_who_always_fails_is_not_flaky() {
    let (folder, ran) = repeated(Played::Right, &["--repeat", "3"]);
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ COUNTS=[DIR]/counts PLAYED_CLIENT=Right caketester client --only codes/success --only codes/status-absent --repeat 3 '--report=json=[DIR]/r.json' '--report=junit=[DIR]/r.xml' '--report=html=[DIR]/r.html' '--report=markdown=[DIR]/r.md' -- [CLIENT]
    exit code 0
    --- stdout
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    assert_eq!(scenario(&folder, "codes/status-absent")["runs"], 3);
    let (folder, ran) = repeated(Played::ClaimsSuccess, &["--repeat", "3"]);
    assert_snapshot!(ran.exits_with(1).page());
    let failed = scenario(&folder, "codes/status-absent");
    assert_eq!((&failed["state"], &failed["failed_runs"]), (&"failed".into(), &3.into()));
    assert_eq!(failed["steps"][0]["findings"][0]["runs"], 3);
    let told = failed["steps"][0]["findings"][0]["message"].to_string();
    assert!(!told.contains("another run"), "{told}");
}

#[test]
fn a_client_that_is_not_started_for_each_update_is_not_repeated() {
    let mut pages = String::new();
    for how in [&["--batch", "--", "true"][..], &["--observe", "--port", "0"]] {
        let ran = caketester(["client", "--repeat", "2"]).args(how).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages, @r"
    $ caketester client --repeat 2 --batch -- true
    exit code 2
    --- stderr
    error: --repeat puts each scenario to a client that is started for each update; with --batch it is started once for all of them, and with --observe not at all
      help: run the whole several times, each with --report json=PATH, and compare them with `caketester report diff`
    $ caketester client --repeat 2 --observe --port 0
    exit code 2
    --- stderr
    error: --repeat puts each scenario to a client that is started for each update; with --batch it is started once for all of them, and with --observe not at all
      help: run the whole several times, each with --report json=PATH, and compare them with `caketester report diff`
    ");
    assert_snapshot!(caketester(["client", "--builtin", "--repeat", "0"]).run().exits_with(2).page(), @r"
    $ caketester client --builtin --repeat 0
    exit code 2
    --- stderr
    error: invalid value '0' for '--repeat <N>': 0 is not in 1..=1000

    For more information, try '--help'.
    ");
}

#[test]
fn a_flaky_failure_that_is_known_stays_known() {
    let (folder, ran) = repeated(Played::IsFlaky, &["--repeat", "3", "--update-baseline"]);
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ COUNTS=[DIR]/counts PLAYED_CLIENT=IsFlaky caketester client --only codes/success --only codes/status-absent --repeat 3 --update-baseline '--report=json=[DIR]/r.json' '--report=junit=[DIR]/r.xml' '--report=html=[DIR]/r.html' '--report=markdown=[DIR]/r.md' -- [CLIENT]
    exit code 0
    --- stdout
    FLAKY codes/status-absent [TIME]  A04  failed in 1 of 3 runs
    pass codes/success [TIME]
    note: 1 known failure in caketester-known.yaml; it counts where it is named, by `--baseline` or in caketester.yaml
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    2 scenarios: 1 passed, 0 failed, 1 known to fail (2 steps, [N] checks, [TIME])
    required: 12 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 1 failure
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 1 known failure and no other, but not everything was checked
    ");
    let known = folder.read("caketester-known.yaml");
    assert_snapshot!(known, @r"
    - scenario: codes/status-absent
      rule: A04
      reason: known since [DATE]; write here why it is left so
      flaky: true
    ");
    let check = |runs: &str| {
        let counts = crate::support::folder();
        let options = ONLY.into_iter().chain(["--repeat", runs, "--baseline", "caketester-known.yaml"]);
        checking(Played::IsFlaky, options.collect::<Vec<_>>()).env("COUNTS", counts.path()).in_dir(folder.path()).run()
    };
    assert_snapshot!(check("2").exits_with(0).page(), @r#"
    $ COUNTS=[DIR] PLAYED_CLIENT=IsFlaky caketester client --only codes/success --only codes/status-absent --repeat 2 --baseline caketester-known.yaml -- [CLIENT]
    exit code 0
    --- stdout
    known codes/status-absent [TIME]  A04
    pass codes/success [TIME]
    note: the client concluded "updated" in every one of 2 steps, whatever CAKE answered: check how the program turns the answer into its exit code or outcome
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    2 scenarios: 1 passed, 0 failed, 1 known to fail (2 steps, [N] checks, [TIME])
    required: 12 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 1 failure
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 1 known failure and no other, but not everything was checked
    "#);
    // A run that it does not show in proves nothing; of what fails each time it would.
    assert_snapshot!(check("1").exits_with(0).page(), @"
    $ COUNTS=[DIR] PLAYED_CLIENT=IsFlaky caketester client --only codes/success --only codes/status-absent --repeat 1 --baseline caketester-known.yaml -- [CLIENT]
    exit code 0
    --- stdout
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    folder.edit("caketester-known.yaml", "  flaky: true\n", "");
    assert_snapshot!(check("1").exits_with(1).page(), @"
    $ COUNTS=[DIR] PLAYED_CLIENT=IsFlaky caketester client --only codes/success --only codes/status-absent --repeat 1 --baseline caketester-known.yaml -- [CLIENT]
    exit code 1
    --- stdout
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    baseline: A04 in codes/status-absent is kept now: remove it
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the run fails: the baseline has to change, see above
    ");
}

#[test]
fn a_comparison_and_a_merge_know_what_is_flaky() {
    let [(right, _), (flaky, _), (wrong, _)] =
        [Played::Right, Played::IsFlaky, Played::ClaimsSuccess].map(|played| repeated(played, &["--repeat", "2"]));
    let diff = |before: &Folder, after: &Folder| {
        caketester(["report", "diff"]).arg(before.at("r.json")).arg(after.at("r.json")).run()
    };
    assert_snapshot!(diff(&right, &flaky).exits_with(1).page(), @"
    $ caketester report diff [DIR]/r.json [DIR]/r.json
    exit code 1
    --- stdout
    worse   the verdict: partial, then does not conform
    worse   A04 takes code 3 (status not recognised) as rejected: broken in 1 scenario: codes/status-absent
    worse   1 scenario that passed, are flaky: codes/status-absent
    3 got worse, 0 got better
    ");
    assert_snapshot!(diff(&flaky, &right).exits_with(0).page(), @"
    $ caketester report diff [DIR]/r.json [DIR]/r.json
    exit code 0
    --- stdout
    better  the verdict: does not conform, then partial
    better  A04 takes code 3 (status not recognised) as rejected: no longer broken in 1 scenario: codes/status-absent
    better  1 scenario that were flaky, pass: codes/status-absent
    0 got worse, 3 got better
    ");
    assert_snapshot!(diff(&wrong, &flaky).exits_with(0).page(), @r"
    $ caketester report diff [DIR]/r.json [DIR]/r.json
    exit code 0
    --- stdout
    note    1 scenario that failed, are flaky: codes/status-absent
    nothing got worse or better
    ");
    assert_snapshot!(diff(&flaky, &wrong).exits_with(1).page(), @"
    $ caketester report diff [DIR]/r.json [DIR]/r.json
    exit code 1
    --- stdout
    worse   1 scenario that were flaky, fail: codes/status-absent
    1 got worse, 0 got better
    ");

    let (one, _) = repeated(Played::IsFlaky, &["--repeat", "2", "--shard", "1/2"]);
    let (other, _) = repeated(Played::IsFlaky, &["--repeat", "2", "--shard", "2/2"]);
    let whole = one.at("whole.json");
    let merged = caketester(["report", "merge"]).arg(&whole).arg(one.at("r.json")).arg(other.at("r.json")).run();
    assert_snapshot!(merged.exits_with(1).page());
}

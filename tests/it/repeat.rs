//! `--repeat`: a scenario that fails in some runs only is flaky, and is told as such wherever a run is told of.

use crate::support::clients::{Played, checking};
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
    ran.exits_with(1)
        .says("FLAKY codes/status-absent ")
        .says("  A04  failed in 1 of 3 runs\n")
        .says("    flaky     it failed in 1 of 3 runs\n")
        .never_says("whatever CAKE answered:")
        .says("2 scenarios: 1 passed, 0 failed, 1 flaky (2 steps, ")
        .says("the client does not conform (profile full)\n  flaky       codes/status-absent failed in 1 of 3 runs\n")
        .says(" --repeat 3 --only codes/status-absent -- ");
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
    let because = report["verdict"]["because"].to_string();
    assert!(because.contains(": broken in 1 of 3 runs of codes/status-absent"), "{because}");
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
    assert!(markdown.contains("Flaky: codes/status-absent failed in 1 of 2 runs"), "{markdown}");
    let html = folder.read("r.html");
    for told in
        ["data-state=\"flaky\"", ">≈<", "value=\"flaky\"> flaky", "class=\"card flaky\"", "it failed in 1 of 2 runs"]
    {
        assert!(html.contains(told), "{told}");
    }
    let shown = caketester(["report", "show", "r.json"]).in_dir(folder.path()).run();
    shown.exits_with(0).says("1 passed, 0 failed, 1 flaky");
    let github = crate::support::folder();
    std::fs::create_dir(github.at("counts")).expect("a folder can be made");
    let ran = checking(Played::IsFlaky, ONLY.into_iter().chain(["--repeat", "2"])).env("COUNTS", github.at("counts"));
    ran.env("GITHUB_ACTIONS", "true").run().says("%0AFlaky: codes/status-absent failed in 1 of 2 runs");
}

#[test]
fn who_always_passes_and_who_always_fails_is_not_flaky() {
    let (folder, ran) = repeated(Played::Right, &["--repeat", "3"]);
    ran.exits_with(0).says("2 scenarios: 2 passed, 0 failed (2 steps, ").never_says("flaky");
    assert_eq!(scenario(&folder, "codes/status-absent")["runs"], 3);
    let (folder, ran) = repeated(Played::ClaimsSuccess, &["--repeat", "3"]);
    ran.exits_with(1).says("2 scenarios: 1 passed, 1 failed (2 steps, ").never_says("flaky");
    let failed = scenario(&folder, "codes/status-absent");
    assert_eq!((&failed["state"], &failed["failed_runs"]), (&"failed".into(), &3.into()));
    assert_eq!(failed["steps"][0]["findings"][0]["runs"], 3);
    let told = failed["steps"][0]["findings"][0]["message"].to_string();
    assert!(!told.contains("another run"), "{told}");
}

#[test]
fn a_client_that_is_not_started_for_each_update_is_not_repeated() {
    for how in [&["--batch", "--", "true"][..], &["--observe", "--port", "0"]] {
        let ran = caketester(["client", "--repeat", "2"]).args(how).run();
        ran.exits_with(2)
            .says_nothing()
            .complains("--repeat puts each scenario to a client that is started for each update");
    }
    caketester(["client", "--builtin", "--repeat", "0"]).run().exits_with(2).complains("0 is not in 1..=1000");
}

#[test]
fn a_flaky_failure_that_is_known_stays_known() {
    let (folder, ran) = repeated(Played::IsFlaky, &["--repeat", "3", "--update-baseline"]);
    ran.exits_with(0)
        .says("2 passed, 0 failed")
        .says("note: 1 known failure in caketester-known.yaml; it counts where it is named");
    let known = folder.read("caketester-known.yaml");
    assert!(known.ends_with("  flaky: true\n"), "{known}");
    let check = |runs: &str| {
        let counts = crate::support::folder();
        let options = ONLY.into_iter().chain(["--repeat", runs, "--baseline", "caketester-known.yaml"]);
        checking(Played::IsFlaky, options.collect::<Vec<_>>()).env("COUNTS", counts.path()).in_dir(folder.path()).run()
    };
    check("2").exits_with(0).says("known: A04 in codes/status-absent: known since ");
    // A run that it does not show in proves nothing; of what fails each time it would.
    check("1").exits_with(0).says("2 passed, 0 failed").never_says("baseline: ");
    folder.edit("caketester-known.yaml", "  flaky: true\n", "");
    check("1").exits_with(1).says("baseline: A04 in codes/status-absent is kept now: remove it\n");
}

#[test]
fn a_comparison_and_a_merge_know_what_is_flaky() {
    let [(right, _), (flaky, _), (wrong, _)] =
        [Played::Right, Played::IsFlaky, Played::ClaimsSuccess].map(|played| repeated(played, &["--repeat", "2"]));
    let diff = |before: &Folder, after: &Folder| {
        caketester(["report", "diff"]).arg(before.at("r.json")).arg(after.at("r.json")).run()
    };
    diff(&right, &flaky).exits_with(1).says("worse   1 scenario that passed, are flaky: codes/status-absent\n");
    diff(&flaky, &right).exits_with(0).says("better  1 scenario that were flaky, pass: codes/status-absent\n");
    diff(&wrong, &flaky).exits_with(0).says("note    1 scenario that failed, are flaky: codes/status-absent\n");
    diff(&flaky, &wrong)
        .exits_with(1)
        .says("worse   1 scenario that were flaky, fail each time: codes/status-absent\n");

    let (one, _) = repeated(Played::IsFlaky, &["--repeat", "2", "--shard", "1/2"]);
    let (other, _) = repeated(Played::IsFlaky, &["--repeat", "2", "--shard", "2/2"]);
    let whole = one.at("whole.json");
    let merged = caketester(["report", "merge"]).arg(&whole).arg(one.at("r.json")).arg(other.at("r.json")).run();
    merged.exits_with(1).says("2 scenarios: 1 passed, 0 failed, 1 flaky").says("failed in 1 of 2 runs");
}

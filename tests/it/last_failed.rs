//! `--last-failed REPORT`: what failed in a run that a stored report tells of is run again, and nothing else.

use crate::support::clients::{Played, checking};
use crate::support::{Folder, Ran, caketester, folder};
use serde_json::Value;

/// A run that leaves its report in a folder.
fn reported(played: Played, options: &[&str]) -> Folder {
    let folder = folder();
    let report = format!("json={}", folder.at("r.json").display());
    let options = options.iter().copied().chain(["--report", &report]);
    checking(played, options.collect::<Vec<_>>()).run();
    folder
}

/// The same report with something else in the place of a part.
fn changed(folder: &Folder, change: impl Fn(&mut Value)) {
    let mut report: Value = serde_json::from_str(&folder.read("r.json")).expect("the report is JSON");
    change(&mut report);
    folder.write("r.json", report.to_string());
}

fn listed(folder: &Folder, options: &[&str]) -> Ran {
    caketester(["scenarios", "list", "--last-failed", "r.json"]).args(options).in_dir(folder.path()).run()
}

fn ids(ran: &Ran) -> Vec<&str> {
    ran.stdout.lines().filter_map(|line| line.split(' ').next()).collect()
}

#[test]
fn what_failed_is_run_again_and_nothing_else_and_other_conditions_narrow_it_down() {
    let folder = reported(Played::ClaimsSuccess, &["--tag", "smoke"]);
    let failed = ["codes/key-replaced", "codes/lead-absent", "codes/not-enabled", "codes/status-absent"];
    assert_eq!(ids(&listed(&folder, &[])), failed);
    assert_eq!(ids(&listed(&folder, &["--code", "1,2", "--only", "codes/lead-*"])), ["codes/lead-absent"]);
    let report = folder.at("r.json").display().to_string();
    checking(Played::Right, ["--last-failed", &report]).run().exits_with(0).says("4 scenarios: 4 passed, 0 failed");
    let mock = caketester(["serve", "--port", "0"]).starts();
    let endpoint = caketester(["endpoint", mock.base_url(), "--last-failed", &report]).run();
    endpoint.exits_with(0).says("4 scenarios: 4 passed, 0 failed");
    let narrow = listed(&folder, &["--only", "codes/success"]);
    narrow.exits_with(4).says_nothing().complains("no scenario of this pack fits all that was asked for");
}

#[test]
fn what_was_flaky_and_what_a_run_did_not_come_to_is_run_again_too() {
    let options = ["--tag", "smoke", "--fail-fast", "--jobs", "1"];
    let folder = reported(Played::ClaimsSuccess, &options);
    let not_run = ["codes/lead-absent", "codes/not-enabled", "codes/status-absent", "codes/success"];
    assert_eq!(ids(&listed(&folder, &[])), [&["codes/key-replaced"][..], &not_run].concat());
    changed(&folder, |report| report["scenarios"][0]["state"] = "flaky".into());
    assert_eq!(ids(&listed(&folder, &[])).len(), 5);
    // What a run left out on purpose, it did not fail to come to.
    changed(&folder, |report| report["ended_early"] = false.into());
    assert_eq!(ids(&listed(&folder, &[])), ["codes/key-replaced"]);
    // A client that sends nothing ends its run before the first scenario.
    let itself = std::env::current_exe().expect("a process knows its program");
    let silent = caketester(["client", "--tag", "smoke", "--report", "json=r.json", "--"]).arg(itself);
    silent.arg("--no-such-flag").in_dir(folder.path()).run().exits_with(1).says("stopped: ");
    assert_eq!(ids(&listed(&folder, &[])).len(), 5);
}

#[test]
fn where_nothing_failed_nothing_is_run() {
    let folder = reported(Played::Right, &["--only", "codes/success"]);
    let ran = listed(&folder, &[]);
    ran.exits_with(4).says_nothing().complains("nothing failed in the run that r.json tells of\n  help: without");
}

#[test]
fn a_scenario_that_is_gone_is_told_and_left_out() {
    let folder = reported(Played::ClaimsSuccess, &["--tag", "smoke"]);
    changed(&folder, |report| report["scenarios"][0]["id"] = "codes/gone".into());
    let ran = listed(&folder, &[]);
    ran.exits_with(0).complains("note: what failed in r.json and is not in this pack: codes/gone\n");
    assert_eq!(ids(&ran), ["codes/lead-absent", "codes/not-enabled", "codes/status-absent"]);
    changed(&folder, |report| report["scenarios"].as_array_mut().expect("a list").truncate(1));
    let ran = listed(&folder, &[]);
    ran.exits_with(4)
        .says_nothing()
        .complains("is in this pack: codes/gone\n  help: that run was of the pack standard");
}

#[test]
fn a_file_that_is_no_report_is_told_with_how_to_get_one() {
    let folder = folder();
    listed(&folder, &[]).exits_with(2).says_nothing().complains("cannot read r.json: ");
    folder.write("r.json", "<testsuites/>");
    let ran = listed(&folder, &[]);
    ran.exits_with(2).says_nothing().complains("it is no report of caketester").complains("--report json=PATH");
}

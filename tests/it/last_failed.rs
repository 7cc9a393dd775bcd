//! `--last-failed REPORT`: what failed in a run that a stored report tells of is run again, and nothing else.

use crate::support::clients::{Played, checking};
use crate::support::page::assert_snapshot;
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
    assert_snapshot!(checking(Played::Right, ["--last-failed", &report]).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=Right caketester client --last-failed [DIR]/r.json -- [CLIENT]
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    4 scenarios: 4 passed, 0 failed (4 steps, [N] checks, [TIME])
    required: 15 of 15 rules followed; not exercised: Q07, Q10, Q15, A01, A07 and 5 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 4 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A01, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    let mock = caketester(["serve", "--port", "0"]).starts();
    let endpoint = caketester(["endpoint", mock.base_url(), "--last-failed", &report]).run();
    assert_snapshot!(endpoint.exits_with(0).page(), @r"
    $ caketester endpoint http://127.0.0.1:[PORT] --last-failed [DIR]/r.json
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    4 scenarios: 4 passed, 0 failed (4 steps, [N] checks, [TIME])
    the endpoint answers as expected
    ");
    let narrow = listed(&folder, &["--only", "codes/success"]);
    assert_snapshot!(narrow.exits_with(4).page(), @r"
    $ caketester scenarios list --last-failed r.json --only codes/success
    exit code 4
    --- stderr
    error: no scenario of this pack fits all that was asked for
      help: `caketester scenarios list` shows what there is
    ");
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
    assert_snapshot!(silent.arg("--no-such-flag").in_dir(folder.path()).run().exits_with(1).page(), @r#"
    $ caketester client --tag smoke --report 'json=r.json' -- [CLIENT] --no-such-flag
    exit code 1
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"): it crashed: exit code 101 means no outcome; these do: 0 updated, 10 rejected, 11 unknown
        command   [CLIENT] --no-such-flag
        ended     exit code 101
        stderr
          | error: Unrecognized option: 'no-such-flag'
        help      either the program failed before it sent anything, or it sent it to another address: see what it printed; variables of its own are set by env, -- env MY_URL={base_url} MY_KEY={api_key} …; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    5 scenarios: 0 passed, 0 failed, 5 not run (0 steps, 0 checks, [TIME])
    no scenario was run
    "#);
    assert_eq!(ids(&listed(&folder, &[])).len(), 5);
}

#[test]
fn where_nothing_failed_nothing_is_run() {
    let folder = reported(Played::Right, &["--only", "codes/success"]);
    let ran = listed(&folder, &[]);
    assert_snapshot!(ran.exits_with(4).page(), @"
    $ caketester scenarios list --last-failed r.json
    exit code 4
    --- stderr
    error: nothing failed in the run of r.json
      help: without --last-failed, everything is run
    ");
}

#[test]
fn a_scenario_that_is_gone_is_told_and_left_out() {
    let folder = reported(Played::ClaimsSuccess, &["--tag", "smoke"]);
    changed(&folder, |report| report["scenarios"][0]["id"] = "codes/gone".into());
    let ran = listed(&folder, &[]);
    assert_snapshot!(ran.exits_with(0).page(), @r"
    $ caketester scenarios list --last-failed r.json
    exit code 0
    --- stdout
    codes/lead-absent    2     CAKE has no lead of this ID
    codes/not-enabled    4     Lead Statuses are switched off in the instance
    codes/status-absent  3     The network has not configured this status
    --- stderr
    note: what failed in r.json and is not in this pack: codes/gone
    ");
    assert_eq!(ids(&ran), ["codes/lead-absent", "codes/not-enabled", "codes/status-absent"]);
    changed(&folder, |report| report["scenarios"].as_array_mut().expect("a list").truncate(1));
    let ran = listed(&folder, &[]);
    assert_snapshot!(ran.exits_with(4).page(), @r"
    $ caketester scenarios list --last-failed r.json
    exit code 4
    --- stderr
    error: nothing that failed in r.json is in this pack: codes/gone
      help: that run was of the pack standard; name it with --pack
    ");
}

#[test]
fn a_file_that_is_no_report_is_told_with_how_to_get_one() {
    let folder = folder();
    assert_snapshot!(listed(&folder, &[]).exits_with(2).page(), @r"
    $ caketester scenarios list --last-failed r.json
    exit code 2
    --- stderr
    error: cannot read r.json: [OS ERROR]
    ");
    folder.write("r.json", "<testsuites/>");
    let ran = listed(&folder, &[]);
    assert_snapshot!(ran.exits_with(2).page(), @"
    $ caketester scenarios list --last-failed r.json
    exit code 2
    --- stderr
    error: cannot read r.json: not a report of caketester (expected value at line 1 column 1)
      help: a run writes one with --report json=PATH
    ");
}

//! A program that runs once for every update: its cases, its outcomes, and whose request is whose.

use crate::support::page::assert_snapshot;
use crate::support::{Caketester, caketester, folder, skipped_without};

/// `caketester client --batch` with the job that does what these words say.
fn batch(only: &[&str], flaws: &[&str]) -> Caketester {
    let only = only.iter().flat_map(|only| ["--only", only]);
    caketester(["client", "--batch", "--settle", "0"])
        .args(only)
        .args(["--", "python3", "tests/it/support/job.py"])
        .args(flaws)
}

fn no_python() -> bool {
    skipped_without("python3", &["python3", "--version"])
}

#[test]
fn a_right_job_conforms_and_runs_once() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes", "updates", "fields", "retries/refusal-stays"], &[]).run();
    assert_snapshot!(ran.exits_with(0).page());
}

#[test]
fn cases_in_a_table_and_outcomes_in_a_table_do_as_well() {
    if no_python() {
        return;
    }
    let words =
        ["client", "--batch", "--settle", "0", "--cases-format", "csv", "--only", "encoding", "--only", "updates"];
    caketester(words).args(["--", "python3", "tests/it/support/job.py", "table"]).run().exits_with(0);
}

#[test]
fn a_missing_outcome_is_no_outcome_and_fails() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes/status-absent"], &["silent"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    // Nothing arrived, and nothing was told either.
    assert_snapshot!(batch(&["codes/status-absent"], &["idle"]).run().exits_with(1).page(), @"
    $ caketester client --batch --settle 0 --only codes/status-absent -- python3 tests/it/support/job.py idle
    exit code 1
    --- stdout
    stopped: nothing reached the mock for any of 1 updates; it may have reached the real network: it ended with exit code 0
        command   python3 tests/it/support/job.py idle
        ended     exit code 0
        help      a batch is started once: it has to read every update from the file that CAKETESTER_CASES names (or {cases}); a program that sends one update is checked without --batch; the program ended and printed nothing: either it sent nothing, or it sent it to another address; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    1 scenario: 0 passed, 0 failed, 1 not run (0 steps, 0 checks, [TIME])
    no scenario was run
    ");
}

#[cfg(unix)]
#[test]
fn outcomes_of_which_none_can_be_read_are_one_mistake_and_not_one_in_every_scenario() {
    let job = "curl --silent \"$CAKE_URL?api_key=$CAKE_API_KEY&lead_id=5A1E0003&status=Funded\"; \
               printf 'lead_id;outcome\\n5A1E0003;ok\\n5A1E0004;ok\\n' > \"$CAKETESTER_OUTCOMES\"";
    let ran = caketester(["client", "--batch", "--settle", "0", "--only", "codes", "--", "sh", "-c", job]).run();
    let why = "not one of its outcomes could be read: row 1: lead 5A1E0003: \"ok\" is not an outcome";
    ran.exits_with(1).says(why).says("; and 1 more like it").says("0 failed");
}

#[test]
fn a_program_for_one_update_is_told_what_a_batch_is() {
    let ran = caketester(["client", "--batch", "--settle", "0", "--only", "codes/success", "--", "false"]).run();
    ran.exits_with(1).says("CAKETESTER_CASES").says("and printed nothing").never_says("fails nothing");
}

#[test]
fn a_job_that_always_claims_success_is_found_out() {
    if no_python() {
        return;
    }
    assert_snapshot!(batch(&["codes"], &["optimist"]).run().exits_with(1).page());
}

#[test]
fn the_exit_code_of_a_batch_is_told_and_fails_nothing() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes/success"], &["failing"]).run();
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ caketester client --batch --settle 0 --only codes/success -- python3 tests/it/support/job.py failing
    exit code 0
    --- stdout
    pass codes/success [TIME]
    note: the program ended with exit code 3; in a batch that alone fails nothing: its requests and outcomes are judged
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, R01, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 1 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
}

#[cfg(unix)]
#[test]
fn what_arrives_after_the_end_counts_until_it_is_quiet() {
    if no_python() {
        return;
    }
    let job = ["--", "python3", "tests/it/support/job.py", "late"];
    let only = ["client", "--batch", "--only", "codes/success", "--only", "codes/status-absent"];
    // A busy machine takes its time to start what arrives late.
    assert_snapshot!(caketester(only).args(["--settle", "5"]).args(job).run().exits_with(0).page(), @"
    $ caketester client --batch --only codes/success --only codes/status-absent --settle 5 -- python3 tests/it/support/job.py late
    exit code 0
    --- stdout
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 8 of 8 rules followed; not exercised: A10, A08, A12, R04, R03 and 1 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    // How much would arrive without a time to settle is a matter of chance: this one sends nothing until it is ended.
    let ran = caketester(only).args(["--settle", "0"]).args(job).arg("stays").run();
    ran.exits_with(1).says("it left processes running, which were ended");
}

#[test]
fn a_request_is_told_by_its_lead_in_whatever_case_it_comes() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes/success", "codes/status-absent"], &["lower"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_request_of_no_lead_is_said_to_be_one_with_the_lead_that_was_meant() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes/success", "codes/status-absent"], &["stray"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn where_steps_share_a_lead_each_gets_its_own_request_or_the_scenario_is_left_out() {
    if no_python() {
        return;
    }
    // Four requests for two steps that differ: their words tell them apart.
    let reports = folder();
    let report = format!("--report=json={}", reports.at("json").display());
    let options = ["client", "--batch", "--settle", "0", "--only", "updates/set-anew", &report];
    caketester(options).args(["--", "python3", "tests/it/support/job.py", "twice"]).run().exits_with(0);
    let json: serde_json::Value = serde_json::from_str(&reports.read("json")).expect("the report is JSON");
    let steps = json["scenarios"][0]["steps"].as_array().expect("the scenario has steps");
    assert_eq!(steps.iter().map(|step| step["requests"].as_u64()).collect::<Vec<_>>(), [Some(2), Some(2)]);
    // Four for two steps that are alike could be either's.
    let ran = batch(&["updates/sent-twice", "codes/success"], &["twice"]).run();
    assert_snapshot!(ran.page(), @"
    $ caketester client --batch --settle 0 --only updates/sent-twice --only codes/success -- python3 tests/it/support/job.py twice
    exit code 1
    --- stdout
    pass codes/success [TIME]
    recommended, and fails nothing (with --strict it does):
      R08 does not repeat an update that CAKE accepted
        broken in 1 scenario: codes/success
        × the client sent 1 more after CAKE had accepted its update
        help      send each update once, and go by the answer to that

    note: updates/sent-twice was left out: 4 requests arrived for lead 5A1E0301, which 2 steps share, and they cannot be matched to the steps
    2 scenarios: 1 passed, 0 failed, 1 not run (1 step, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 6 of 7 rules followed; not exercised: A10, A08, A12, R01, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: 1 selected scenario was not run, first updates/sent-twice
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the run fails: no required rule broken, but selected scenarios could not be run
    ");
}

#[test]
fn a_job_that_sends_nothing_stops_the_run() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes"], &["idle"]).run();
    assert_snapshot!(ran.exits_with(1).page(), @"
    $ caketester client --batch --settle 0 --only codes -- python3 tests/it/support/job.py idle
    exit code 1
    --- stdout
    stopped: nothing reached the mock for any of 41 updates; it may have reached the real network: it ended with exit code 0
        command   python3 tests/it/support/job.py idle
        ended     exit code 0
        help      a batch is started once: it has to read every update from the file that CAKETESTER_CASES names (or {cases}); a program that sends one update is checked without --batch; the program ended and printed nothing: either it sent nothing, or it sent it to another address; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    29 scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    ");
}

#[test]
fn what_a_batch_cannot_tell_is_left_out_with_a_note() {
    if no_python() {
        return;
    }
    let ran = batch(&["security", "faults/silent-before-commit", "codes/success"], &[]).run();
    assert_snapshot!(ran.page());
}

#[test]
fn a_printed_key_is_told_once_and_never_shown() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes"], &["chatty"]).run();
    assert_snapshot!(ran.exits_with(0).never_says("BuyerAPIKeyHere").page());
}

#[test]
fn the_evidence_stands_in_every_report() {
    if no_python() {
        return;
    }
    let reports = folder();
    let paths = ["json", "junit"].map(|kind| format!("{kind}={}", reports.at(kind).display()));
    let options =
        ["client", "--batch", "--settle", "0", "--only", "codes/success", "--report", &paths[0], "--report", &paths[1]];
    caketester(options).args(["--", "python3", "tests/it/support/job.py"]).run().exits_with(0);
    let json: serde_json::Value = serde_json::from_str(&reports.read("json")).expect("the report is JSON");
    assert_eq!((&json["evidence"], &json["subject"]["kind"]), (&"outcome".into(), &"batch".into()));
    assert!(reports.read("junit").contains(r#"<property name="evidence" value="outcome"/>"#));
}

#[test]
fn the_command_that_repeats_a_batch_has_no_option_that_a_batch_does_not_take() {
    if no_python() {
        return;
    }
    let ran = batch(&["codes/status-absent"], &["optimist"]);
    let ran = ran.env("CAKETESTER_TIMEOUT", "41").env("CAKETESTER_OUTCOME_EXIT", "unknown=11,12").run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_placeholder_of_a_step_is_explained() {
    let ran = caketester(["client", "--batch", "--", "push", "{lead_id}"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @"
    $ caketester client --batch -- push {lead_id}
    exit code 2
    --- stderr
    error: unknown placeholder {lead_id} in a batch
      help: the program runs once: it reads every update from the file {cases}, and writes the outcomes to {outcomes}. The placeholders are {cases}, {outcomes}, {base_url}, {url}, {ca_file} and {api_key}
    ");
}

#[test]
fn an_option_of_a_batch_is_refused_without_one() {
    let mut pages = String::new();
    for option in [&["--settle", "1"][..], &["--with-timed"], &["--cases-format", "csv"]] {
        pages += &caketester(["client"]).args(option).args(["--", "x"]).run().exits_with(2).page();
    }
    assert_snapshot!(pages);
    assert_snapshot!(caketester(["client", "--batch", "--observe", "--port", "0", "--", "x"]).run().exits_with(2).page(), @r"
    $ caketester client --batch --observe --port 0 -- x
    exit code 2
    --- stderr
    error: the argument '--batch' cannot be used with '--observe'

    Usage: caketester client --batch --port <PORT> -- <PROGRAM>...

    For more information, try '--help'.
    ");
}

/// The nightly job of the examples, over a table of its own.
#[test]
fn the_nightly_job_in_php_passes_and_a_wrong_mapping_of_its_stages_is_found() {
    let has_all =
        "exit(extension_loaded('pdo_sqlite') && extension_loaded('curl') && extension_loaded('dom') ? 0 : 1);";
    if skipped_without("php with its extensions pdo_sqlite, curl and dom", &["php", "-r", has_all]) {
        return;
    }
    let areas = ["codes", "updates", "fields", "answers", "faults", "retries"];
    let job = |script: &str| {
        let only = areas.iter().flat_map(|area| ["--only", area]);
        let command = ["--", "php", script, "{cases}", "{outcomes}"];
        caketester(["client", "--batch", "--settle", "0"]).args(only).args(command).env("CAKE_TIMEOUT", "2").run()
    };
    assert_snapshot!(job("examples/nightly-php/bin/check.php").exits_with(0).page_without_scenarios());

    let copy = folder();
    for file in [
        "nightly-php/bin/check.php",
        "nightly-php/bin/nightly.php",
        "nightly-php/src/stages.php",
        "clients/php/src/Answer.php",
        "clients/php/src/Outcome.php",
        "clients/php/src/UpdateLeadStatus.php",
    ] {
        copy.write(file, std::fs::read(format!("examples/{file}")).expect("the example is there"));
    }
    copy.edit("nightly-php/src/stages.php", "'lost' => ['Unqualified', null]", "'lost' => ['Withdrawn', null]");
    let ran = job(&copy.at("nightly-php/bin/check.php").to_string_lossy());
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
}

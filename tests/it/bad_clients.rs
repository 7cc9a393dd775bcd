//! Clients that behave badly, from outside: whatever they do, the run ends, nothing of theirs is left behind,
//! and the page says what was wrong.
#![cfg(unix)]

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::clients::{Played, TAKE_THE_LIFELINE, checking};
use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Folder, Ran, caketester, exported_pack, folder, send_signal, skipped_without};
use serde_json::Value;

/// `caketester client OPTIONS -- sh -c SCRIPT`
fn checking_script(options: &[&str], script: &str) -> Caketester {
    caketester(["client"]).args(options).args(["--", "sh", "-c", script])
}

/// What runs with `--report json`, and its report.
#[track_caller]
fn with_report(caketester: impl FnOnce(&str) -> Caketester) -> (Ran, Value) {
    let folder = folder();
    let ran = caketester(&format!("json={}", folder.at("report.json").display())).run();
    let report = serde_json::from_str(&folder.read("report.json"));
    (ran, report.expect("the report is JSON"))
}

/// Options, and the areas in which nobody waits and nothing breaks.
fn with_areas<'o>(options: &[&'o str]) -> Vec<&'o str> {
    let areas = ["codes", "encoding", "fields", "updates", "answers"];
    options.iter().copied().chain(areas.into_iter().flat_map(|area| ["--only", area])).collect()
}

/// The ids of the scenarios in which something is wrong, required or recommended.
fn failed(report: &Value) -> Vec<&str> {
    let is_wrong = |step: &Value| {
        let findings = step["findings"].as_array().expect("there are findings");
        findings.iter().any(|finding| finding["weight"] != "note")
    };
    scenarios_that(report, |scenario| scenario["steps"].as_array().expect("there are steps").iter().any(is_wrong))
}

fn scenarios_that(report: &Value, is_meant: impl Fn(&Value) -> bool) -> Vec<&str> {
    let scenarios = report["scenarios"].as_array().expect("there are scenarios").iter();
    scenarios.filter(|scenario| is_meant(scenario)).filter_map(|scenario| scenario["id"].as_str()).collect()
}

/// The ids of the scenarios with a step in which a client that always concludes this is wrong.
fn where_wrong(report: &Value, concluded: impl Fn(&Value) -> &'static str) -> Vec<&str> {
    let is_wrong = |step: &Value| {
        let expected = step["expected"].as_array().expect("a step expects something");
        !expected.contains(&concluded(step).into())
    };
    scenarios_that(report, |scenario| scenario["steps"].as_array().expect("there are steps").iter().any(is_wrong))
}

/// Every finding of a report, `rule: message`.
fn findings(report: &Value) -> Vec<String> {
    let scenarios = report["scenarios"].as_array().expect("there are scenarios").iter();
    let steps = scenarios.flat_map(|scenario| scenario["steps"].as_array().expect("there are steps"));
    let found = steps.flat_map(|step| step["findings"].as_array().expect("there are findings"));
    found.map(|finding| format!("{}: {}", finding["rule"], finding["message"]).replace('"', "")).collect()
}

/// A named pipe that the processes of a client hold open: its end tells that they all are gone.
struct Lifeline {
    pipe: PathBuf,
    pids: PathBuf,
    taken: Receiver<()>,
    gone: Receiver<()>,
    is_cut: bool,
}

const SOON: Duration = Duration::from_mins(1);

fn lifeline(folder: &Folder) -> Lifeline {
    let (pipe, pids) = (folder.at("lifeline"), folder.write("pids", ""));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("there is mkfifo");
    assert!(made.success());
    let (tells_taken, taken) = channel();
    let (tells_gone, gone) = channel();
    let path = pipe.clone();
    std::thread::spawn(move || {
        // Opening it waits for a process that writes, and reading for the last one to end. The test may have
        // given up by then.
        let mut pipe = File::open(path).expect("the pipe can be opened");
        let _ = tells_taken.send(());
        let _ = pipe.read_to_end(&mut Vec::new());
        let _ = tells_gone.send(());
    });
    Lifeline { pipe, pids, taken, gone, is_cut: false }
}

impl Lifeline {
    fn handed_to(&self, caketester: Caketester) -> Caketester {
        caketester.env("LIFELINE", &self.pipe).env("PIDS", &self.pids)
    }

    #[track_caller]
    fn is_taken(&self) {
        self.taken.recv_timeout(SOON).expect("a client takes the lifeline");
    }

    /// Everything that held it is gone.
    #[track_caller]
    fn is_cut(&mut self) {
        self.is_taken();
        let cut = self.gone.recv_timeout(SOON);
        let pids = self.pids();
        cut.unwrap_or_else(|_| panic!("of {pids:?} something still runs"));
        self.is_cut = true;
        assert!(!pids.is_empty());
    }

    fn pids(&self) -> Vec<u32> {
        let pids = fs::read_to_string(&self.pids).expect("the pids can be read");
        pids.lines().map(|pid| pid.parse().expect("a pid is a number")).collect()
    }
}

impl Drop for Lifeline {
    fn drop(&mut self) {
        if !self.is_cut {
            self.pids().into_iter().for_each(|pid| {
                send_signal(pid, "KILL");
            });
        }
    }
}

#[test]
fn a_program_that_does_not_exist_is_a_mistake_of_the_command_line() {
    let ran = caketester(["client", "--", "no-such-program"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r#"
    $ caketester client -- no-such-program
    exit code 2
    --- stderr
    error: cannot start "no-such-program": [OS ERROR]
      help: is it installed, and in PATH? A path is taken relative to the working directory
    "#);
}

#[test]
fn a_file_that_is_not_executable_and_a_directory_are_too() {
    let folder = folder();
    let script = folder.write("push.php", "<?php exit(0);");
    let mut pages = String::new();
    for program in [&*script, folder.path()] {
        let ran = caketester(["client", "--"]).arg(program).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages, @r#"
    $ caketester client -- [DIR]/push.php
    exit code 2
    --- stderr
    error: cannot start "[DIR]/push.php": [OS ERROR]
      help: is it executable? A script needs `chmod +x`, or its interpreter before it: php push.php
    $ caketester client -- [DIR]
    exit code 2
    --- stderr
    error: cannot start "[DIR]": [OS ERROR]
      help: is it executable? A script needs `chmod +x`, or its interpreter before it: php push.php
    "#);
}

#[test]
fn a_client_that_hangs_is_ended_with_all_it_started() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    let script = format!("{TAKE_THE_LIFELINE}; echo begun; sleep 600 & echo $! >>\"$PIDS\"; wait");
    let ran = lifeline.handed_to(checking_script(&["--timeout", "1"], &script)).run();
    assert_snapshot!(ran.exits_with(1).page(), @r#"
    $ LIFELINE=[DIR]/lifeline PIDS=[DIR]/pids caketester client --timeout 1 -- sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; echo begun; sleep 600 & echo $! >>"$PIDS"; wait'
    exit code 1
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"); it may have reached the real network: it did not end within 1s and was ended
        command   sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; echo begun; sleep 600 & echo $! >>"$PIDS"; wait'
        ended     ended by caketester
        stdout
          | begun
        help      the program still ran when --timeout was over: it may wait for input or for another server; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    [N] scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    "#);
    lifeline.is_cut();
    assert_eq!(lifeline.pids().len(), 2);
}

#[test]
fn a_client_that_hangs_once_it_has_its_answer_fails_the_step() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    // The sample update comes first: only the step's own client holds the lifeline. It has to be
    // quick, which a busy machine may not be: hence three seconds.
    let options = ["--timeout", "3", "--only", "codes/success"];
    let ran = lifeline.handed_to(checking(Played::HangsInItsStep, options)).run();
    assert_snapshot!(ran.exits_with(1).page());
    lifeline.is_cut();
}

#[test]
fn what_a_client_leaves_behind_is_ended_and_told() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    let script = format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\"");
    let ran = lifeline.handed_to(checking_script(&[], &script)).run();
    assert_snapshot!(ran.exits_with(1).page(), @r#"
    $ LIFELINE=[DIR]/lifeline PIDS=[DIR]/pids caketester client -- sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; sleep 600 & echo $! >>"$PIDS"'
    exit code 1
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"); it may have reached the real network: it ended and concluded "updated"; it left processes running, which were ended; what they had yet to send never arrived
        command   sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; sleep 600 & echo $! >>"$PIDS"'
        ended     exit code 0
        help      it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url}); one that has its own URL configured never reaches the mock, unless --intercept names its host. .NET Framework, Java, and PHP streams with a context of their own ask no proxy that the environment names, and so escape the guard

    [N] scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    "#);
    lifeline.is_cut();
}

#[test]
fn a_child_that_holds_the_output_open_does_not_hold_up_the_run() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    let (ran, report) = with_report(|report| {
        let options = ["--timeout", "60", "--only", "codes/success", "--report", report];
        lifeline.handed_to(checking(Played::LeavesAChildInItsStep, options)).within(Duration::from_secs(50))
    });
    ran.exits_with(0);
    let notes = &report["scenarios"][0]["steps"][0]["notes"];
    assert_snapshot!(notes, @r#"["it left processes running, which were ended; what they had yet to send never arrived"]"#);
    lifeline.is_cut();
}

#[test]
fn an_interrupt_ends_the_run_and_what_the_client_started() {
    let mut pages = String::new();
    for signal in ["INT", "TERM"] {
        let folder = folder();
        let mut lifeline = lifeline(&folder);
        let script = format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\"; wait");
        let running = lifeline.handed_to(checking_script(&["--timeout", "600"], &script)).begins();
        lifeline.is_taken();
        pages += &running.ends_on(signal).exits_with(3).page();
        assert_eq!(lifeline.gone.recv_timeout(SOON), Ok(()), "what the client started is gone");
        lifeline.is_cut = true;
    }
    assert_snapshot!(pages, @r#"
    $ LIFELINE=[DIR]/lifeline PIDS=[DIR]/pids caketester client --timeout 600 -- sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; sleep 600 & echo $! >>"$PIDS"; wait'
    exit code 3
    --- stderr
    error: interrupted; what was running has been ended
    $ LIFELINE=[DIR]/lifeline PIDS=[DIR]/pids caketester client --timeout 600 -- sh -c 'echo $$ >>"$PIDS"; exec 9>"$LIFELINE"; sleep 600 & echo $! >>"$PIDS"; wait'
    exit code 3
    --- stderr
    error: interrupted; what was running has been ended
    "#);
}

#[test]
fn of_a_flood_only_the_end_is_kept_and_shown() {
    // On Linux the client looks how much memory caketester, its parent, has needed so far: before
    // the flood and after it.
    let script = r#"needed() { [ ! -r /proc/$PPID/status ] || grep VmHWM /proc/$PPID/status >>"$PEAK"; }
                    needed; yes 0123456789abcde | head -c 50000000; echo the end of stdout; echo the end of stderr >&2
                    needed; exit 7"#;
    let folder = folder();
    // On a busy machine it takes its time to look for a key in all of that.
    let ran = checking_script(&["--timeout", "300"], script).env("PEAK", folder.at("peak")).run();
    assert_snapshot!(ran.exits_with(1).page());
    assert!(ran.stdout.len() < 4_000, "{}", ran.stdout.len());
    if cfg!(target_os = "linux") {
        let peaks = folder.read("peak");
        let peaks: Vec<u32> = peaks.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [before, .., after] = peaks[..] else { panic!("{peaks:?}\n{}", ran.describe()) };
        assert!(after - before < 8_000, "{} kB more for an output of 50 MB", after - before);
    }
}

#[test]
fn a_client_that_is_killed_has_crashed() {
    assert_snapshot!(checking_script(&[], "kill -s KILL $$").run().exits_with(1).page(), @r#"
    $ caketester client -- sh -c 'kill -s KILL $$'
    exit code 1
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"): it crashed: killed by signal 9 (SIGKILL)
        command   sh -c 'kill -s KILL $$'
        ended     killed by signal 9 (SIGKILL)
        help      the program ended and printed nothing: either it sent nothing, or it sent it to another address; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    [N] scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    "#);
    let ran = checking(Played::IsKilled, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_client_that_is_right_passes_so_the_others_fail_for_what_they_do() {
    assert_snapshot!(checking(Played::Right, []).run().exits_with(0).page_without_scenarios(), @"
    $ PLAYED_CLIENT=Right caketester client -- [CLIENT]
    exit code 0
    --- stdout
    [N] scenarios: [N] passed, 0 failed ([N] steps, [N] checks, [TIME])
    required: 24 of 24 rules followed; not exercised: R05
    recommended: 33 of 33 rules followed; not exercised: A06, R03
    evidence: outcome (the client itself reported what it concluded)
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the client conforms
    ");
}

#[test]
fn who_claims_success_whatever_comes_fails_exactly_where_that_is_wrong_and_is_told_why() {
    let (ran, report) = with_report(|report| checking(Played::ClaimsSuccess, with_areas(&["--report", report])));
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
    assert_eq!(failed(&report), where_wrong(&report, |_| "updated"));
    assert!(findings(&report).iter().all(|finding| finding.starts_with('A')));
}

#[test]
fn what_one_mistake_explains_is_told_under_one_rule() {
    let ran = checking(Played::TrustsHttp200, ["--only", "codes"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn who_trusts_http_200_fails_exactly_where_that_is_wrong() {
    let (ran, report) = with_report(|report| checking(Played::TrustsHttp200, with_areas(&["--report", report])));
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
    // Where a fault strikes, the HTTP 200 comes without a whole answer, or not at all.
    let trusted = |step: &Value| {
        let exchange = &step["exchanges"][0];
        if exchange["answer"]["http_status"] == 200 && exchange["fault"].is_null() { "updated" } else { "unknown" }
    };
    assert_eq!(failed(&report), where_wrong(&report, trusted));
    assert!(failed(&report).contains(&"codes/status-absent") && !failed(&report).contains(&"codes/success"));
}

#[test]
fn who_crashes_on_every_refusal_fails_exactly_where_cake_refuses() {
    let (ran, report) = with_report(|report| checking(Played::CrashesOnRefusal, with_areas(&["--report", report])));
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
    let refused = |scenario: &Value| {
        let steps = scenario["steps"].as_array().expect("there are steps").iter();
        steps.map(|step| &step["exchanges"][0]["code"]).any(|code| matches!(code.as_i64(), Some(1..=4)))
    };
    assert_eq!(failed(&report), scenarios_that(&report, refused));
    assert!(findings(&report).iter().all(|finding| finding.starts_with('A')));
}

#[test]
fn an_update_that_is_sent_twice_is_noted() {
    let (ran, report) =
        with_report(|report| checking(Played::SendsTwice, ["--only", "codes/success", "--report", report]));
    ran.exits_with(0);
    let step = &report["scenarios"][0]["steps"][0];
    assert_eq!(step["exchanges"].as_array().map(Vec::len), Some(2));
    assert_eq!(step["notes"][0], "it sent 2 requests for one update");
}

#[test]
fn a_second_update_of_another_lead_is_a_mistake() {
    let ran = checking(Played::SendsAnotherLead, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_wrong_key_is_told_by_its_length_and_never_shown() {
    let ran = checking(Played::WrongKey, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).never_says("BuyerAPIKeyHere").never_says("R4TN8W2YH6JC0VSD").page());
    let ran = checking(Played::KeyInAnotherCase, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).never_says("buyerapikeyhere").page());
}

#[test]
fn a_key_under_another_name_is_the_only_thing_wrong_with_it() {
    let (ran, report) = with_report(|report| checking(Played::KeyUnderAnotherName, with_areas(&["--report", report])));
    assert_snapshot!(ran.exits_with(1).never_says("BuyerAPIKeyHere").page_without_scenarios());
    let of_this = ["Q03: api_key was not sent", "Q12: the client also sent apikey", "S03: the key was sent in"];
    let found = findings(&report);
    assert!(found.iter().all(|finding| of_this.iter().any(|known| finding.starts_with(known))), "{found:?}");
}

#[test]
fn another_letter_case_is_named_in_status_and_path() {
    let ran = checking(Played::StatusInAnotherCase, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    let ran = checking(Played::PathInAnotherCase, []).run();
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
}

#[test]
fn a_query_joined_by_hand_is_told_which_character_to_encode() {
    let (ran, report) = with_report(|report| checking(Played::JoinsByHand, with_areas(&["--report", report])));
    ran.exits_with(1);
    assert_snapshot!(findings(&report).join("\n"));
    assert_snapshot!(ran.page_without_scenarios());
    let failed = failed(&report);
    let areas = ["encoding/", "platform/", "fields/", "updates/"];
    let sends_any_text = |id: &&str| areas.iter().any(|area| id.starts_with(area));
    assert!(failed.iter().all(sends_any_text), "{failed:?}");
}

#[test]
fn encoding_twice_is_named() {
    let ran = checking(Played::EncodesTwice, ["--only", "encoding/ampersand"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_url_with_raw_spaces_is_shown_as_it_was_sent() {
    let ran = checking(Played::SendsRawSpaces, ["--only", "encoding/space"]).run();
    assert_snapshot!(ran.exits_with(1).never_says("BuyerAPIKeyHere").page());
}

#[test]
fn a_form_post_and_another_method_are_no_get() {
    let mut pages = String::new();
    for played in [Played::PostsAForm, Played::PutsTheQuery] {
        let ran = checking(played, ["--only", "codes/success"]).run();
        pages += &ran.exits_with(1).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn who_hangs_up_before_the_answer_fails_wherever_the_guess_is_wrong() {
    let (ran, report) = with_report(|report| checking(Played::HangsUp, with_areas(&["--report", report])));
    assert_snapshot!(ran.exits_with(1).page_without_scenarios());
    // It cannot speak TLS, so those about certificates are not put to it.
    assert_eq!(failed(&report), where_wrong(&report, |_| "updated"));
    let refused =
        report["scenarios"].as_array().and_then(|all| all.iter().find(|one| one["id"] == "codes/lead-absent"));
    let found = &refused.expect("it is in the pack")["steps"][0]["findings"];
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["rule"], "Q14");
}

#[test]
fn a_right_outcome_file_counts_whatever_the_exit_code() {
    checking(Played::TellsByFile, []).run().exits_with(0);
}

#[test]
fn a_broken_outcome_file_is_no_outcome_and_is_shown() {
    let mut pages = String::new();
    for written in ["updated", "{\"outcome\": \"success\"}", "{\"code\": 0}"] {
        let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", written).run();
        pages += &ran.exits_with(1).page_of_lines("  × ");
    }
    assert_snapshot!(pages);
    let huge = format!("{{\"outcome\": \"updated\", \"msg\": \"{}\"}}", "x".repeat(100_000));
    let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", huge).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_empty_outcome_file_leaves_it_to_the_exit_code() {
    let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", " \n").run();
    ran.exits_with(0);
}

#[test]
fn a_directory_or_a_pipe_for_an_outcome_file_is_no_file() {
    let mut pages = String::new();
    for played in [Played::MakesADirectory, Played::MakesAPipe] {
        let ran = checking(played, ["--only", "codes/success"]).run();
        pages += &ran.exits_with(1).page_of_lines("  × ");
    }
    assert_snapshot!(pages);
}

#[test]
fn another_code_in_the_outcome_file_is_a_mistake() {
    let (ran, report) = with_report(|report| {
        checking(Played::TellsWhatItIsTold, ["--only", "codes/status-absent", "--report", report])
            .env("OUTCOME", "{\"outcome\": \"rejected\", \"code\": 2}")
    });
    assert_snapshot!(ran.exits_with(0).page());
    assert_eq!(findings(&report), ["A06: the client reported code 2"]);
}

#[test]
fn a_near_miss_of_a_placeholder_stops_before_anything_runs() {
    let folder = folder();
    let marker = folder.at("it-ran");
    let mut pages = String::new();
    for written in ["{leadid}", "x={Sub-Status}", "{field.note}"] {
        let ran = caketester(["client", "--", "touch"]).arg(&marker).arg(written).run();
        pages += &ran.exits_with(2).page();
        assert!(!marker.exists());
    }
    assert_snapshot!(pages, @"
    $ caketester client -- touch [DIR]/it-ran {leadid}
    exit code 2
    --- stderr
    error: unknown placeholder {leadid}
      help: did you mean {lead_id}? The placeholders are {base_url}, {url}, {ca_file}, {api_key}, {lead_id}, {status}, {sub_status}, {fields} and {field:NAME}
    $ caketester client -- touch [DIR]/it-ran 'x={Sub-Status}'
    exit code 2
    --- stderr
    error: unknown placeholder {Sub-Status}
      help: did you mean {sub_status}? The placeholders are {base_url}, {url}, {ca_file}, {api_key}, {lead_id}, {status}, {sub_status}, {fields} and {field:NAME}
    $ caketester client -- touch [DIR]/it-ran {field.note}
    exit code 2
    --- stderr
    error: unknown placeholder {field.note}
      help: did you mean {field:note}? The placeholders are {base_url}, {url}, {ca_file}, {api_key}, {lead_id}, {status}, {sub_status}, {fields} and {field:NAME}
    ");
}

/// What the client of a scenario was given. The last step of the run is the one that is recorded.
fn recorded(scenario: &str, adjust: impl FnOnce(Caketester) -> Caketester) -> Value {
    let folder = folder();
    let run = checking(Played::Records, ["--only", scenario]).env("RECORD", folder.at("record.json"));
    adjust(run).run_with_stdin("not for the client").exits_with(0);
    serde_json::from_str(&folder.read("record.json")).expect("the record is JSON")
}

#[test]
fn the_environment_says_exactly_what_to_send_whatever_the_callers_said() {
    let stale = ["BASE_URL", "URL", "API_KEY", "LEAD_ID", "STATUS", "SUB_STATUS", "FIELDS"];
    let record = recorded("codes/success", |mut run| {
        for name in stale {
            run = run.env(format!("CAKE_{name}"), "stale");
        }
        run.env("CAKETESTER_OUTCOME", "/stale")
    });
    let env = &record["env"];
    let base_url = env["CAKE_BASE_URL"].as_str().unwrap();
    assert!(base_url.starts_with("http://127.0.0.1:"), "{base_url}");
    assert_eq!(env["CAKE_URL"], format!("{base_url}/api/1/buyers.asmx/UpdateLeadStatus"));
    assert_eq!(env["CAKE_API_KEY"], "BuyerAPIKeyHere");
    assert_eq!(env["CAKE_LEAD_ID"], "5A1E0000");
    assert_eq!(env["CAKE_STATUS"], "Funded");
    assert_eq!(env.get("CAKE_SUB_STATUS"), None);
    assert_eq!(env["CAKE_FIELDS"], "{}");
    assert!(!env["CAKETESTER_OUTCOME"].as_str().unwrap().starts_with("/stale"));
    assert_eq!(record["stdin"], "");
}

#[test]
fn values_arrive_to_the_letter_in_environment_and_arguments() {
    let record = recorded("encoding/sub-status-special-characters", |run| {
        run.args(["{status}", "a{sub_status}b", "{fields}", "[{field:note}]", "{base_url}/x", "{url}", "{other}", "{"])
    });
    let env = &record["env"];
    let (status, sub_status) = (env["CAKE_STATUS"].as_str().unwrap(), env["CAKE_SUB_STATUS"].as_str().unwrap());
    let base_url = env["CAKE_BASE_URL"].as_str().unwrap();
    assert!(sub_status.contains(|c: char| !c.is_alphanumeric() && c != ' '), "{sub_status}");
    let arguments = [
        status,
        &format!("a{sub_status}b"),
        "{}",
        "[]",
        &format!("{base_url}/x"),
        env["CAKE_URL"].as_str().unwrap(),
        "{other}",
        "{",
    ];
    assert_eq!(record["args"], serde_json::json!(arguments));

    let record = recorded("encoding/field-smuggling-a-parameter", |run| run.args(["{field:note}"]));
    assert_eq!(record["args"], serde_json::json!(["paid&status=Unqualified"]));
    assert_eq!(record["env"]["CAKE_FIELDS"], "{\"note\":\"paid&status=Unqualified\"}");
}

#[test]
fn without_a_guard_loopback_is_added_to_no_proxy_and_nothing_taken_from_it() {
    let folder = folder();
    let options = ["--only", "codes/success", "--no-guard"];
    let run = checking(Played::Records, options).env("RECORD", folder.at("record.json"));
    run.env("NO_PROXY", "corp.example").env("http_proxy", "http://proxy:1").run().exits_with(0);
    let record: Value = serde_json::from_str(&folder.read("record.json")).expect("the record is JSON");
    let env = &record["env"];
    assert_eq!(env["NO_PROXY"], "corp.example,127.0.0.1,localhost,::1");
    assert_eq!(env["no_proxy"], "127.0.0.1,localhost,::1");
    assert_eq!(env["http_proxy"], "http://proxy:1");
}

#[test]
fn the_key_of_the_pack_is_the_one_that_is_handed_over() {
    let pack = exported_pack();
    pack.edit("scenarios/instance.yaml", "key: BuyerAPIKeyHere", "key: { env: ACME_KEY }");
    let record = recorded("codes/success", |run| {
        run.env("CAKETESTER_PACK", pack.path()).env("ACME_KEY", "another-key-altogether")
    });
    assert_eq!(record["env"]["CAKE_API_KEY"], "another-key-altogether");
}

#[test]
fn a_shell_and_curl_are_a_client_that_trusts_whatever_comes() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let script = "curl -s -G \"$CAKE_URL\" --data-urlencode \"api_key=$CAKE_API_KEY\" \
                  --data-urlencode \"lead_id=$CAKE_LEAD_ID\" --data-urlencode \"status=$CAKE_STATUS\"";
    let ran = checking_script(&["--only", "codes/success", "--only", "codes/lead-absent"], script).run();
    // The repeated command still takes the key from its environment.
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_client_whose_library_refuses_a_space_is_told_of_encoding_and_not_of_its_address() {
    let script = "case \"$CAKE_STATUS$CAKE_SUB_STATUS$CAKE_FIELDS\" in *\" \"*) echo 'illegal URL' >&2; exit 11;; esac
                  exec curl -s \"$CAKE_URL?api_key=$CAKE_API_KEY&lead_id=$CAKE_LEAD_ID&status=$CAKE_STATUS\"";
    let ran = checking_script(&["--only", "encoding/space", "--only", "codes/success"], script).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_interrupt_writes_the_reports_of_what_was_done_and_leaves_nothing_else_behind() {
    let (folder, temporary) = (folder(), folder());
    let report = format!("--report=json={}", folder.at("report.json").display());
    let options =
        ["client", "--builtin", "--jobs", "1", "--only", "codes/success", "--only", "faults/silent-*", &report];
    let mut running = caketester(options).env("TMPDIR", temporary.path()).begins();
    running.says("codes/success");
    // The others wait for answers that do not come.
    let ran = running.ends_on("INT");
    ran.exits_with(3).says("interrupted; what was running has been ended, and 2 scenarios did not run");
    let report: Value = serde_json::from_str(&folder.read("report.json")).expect("the report is JSON");
    let states =
        |state: &str| report["scenarios"].as_array().unwrap().iter().filter(|one| one["state"] == state).count();
    assert_eq!((&report["interrupted"], states("passed"), states("not_run")), (&true.into(), 1, 2));
    assert_eq!(temporary.files(), Vec::<String>::new());
}

#[test]
fn a_program_cannot_write_the_outcome_of_another_step() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    // It says that it knows nothing in whatever file others had, or may yet have, and is right about its own update.
    let script = r#"
        { cat "$SEEN"; for n in $(seq 0 40); do echo "${CAKETESTER_OUTCOME%/*/*}/start-$n/outcome"; done; } |
            while read -r other; do
                mkdir -p "${other%/*}"
                echo '{"outcome": "unknown"}' >"$other"
            done
        echo "$CAKETESTER_OUTCOME" >>"$SEEN"
        case $(curl -s -G "$CAKE_URL" --data-urlencode "api_key=$CAKE_API_KEY" \
            --data-urlencode "lead_id=$CAKE_LEAD_ID" --data-urlencode "status=$CAKE_STATUS") in
            *'<code>0<'*) exit 0 ;;
            *) exit 10 ;;
        esac"#;
    let (folder, temporary) = (folder(), folder());
    let seen = folder.write("seen", "");
    let options = ["--only", "codes/lead-*", "--jobs", "1"];
    let ran = checking_script(&options, script).env("SEEN", seen).env("TMPDIR", temporary.path()).run();
    ran.exits_with(0).says("5 scenarios: 5 passed").never_says("outcome file");
    assert!(temporary.path().read_dir().unwrap().next().is_none(), "nothing is left behind");
}

#[test]
fn what_a_client_prints_for_a_terminal_is_shown_by_number() {
    let ran = checking_script(&[], r"printf 'a\033[31mb\033]0;title\007\n'; printf 'c\033[8md\n' >&2; exit 7").run();
    ran.exits_with(1).says("      | a[U+001B][31mb[U+001B]]0;title[U+0007]\n").says("      | c[U+001B][8md\n");
    ran.never_says("\u{1b}").never_says("\u{7}");
}

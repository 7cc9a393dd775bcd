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

/// The ids of the scenarios that failed.
fn failed(report: &Value) -> Vec<&str> {
    scenarios_that(report, |scenario| scenario["state"] == "failed")
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
    ran.exits_with(2).says_nothing().complains("cannot start \"no-such-program\": No such file or directory");
    ran.complains("help: is it installed, and in PATH? A path is taken relative to the working directory");
}

#[test]
fn a_file_that_is_not_executable_and_a_directory_are_too() {
    let folder = folder();
    let script = folder.write("push.php", "<?php exit(0);");
    for program in [&*script, folder.path()] {
        let ran = caketester(["client", "--"]).arg(program).run();
        ran.exits_with(2).says_nothing().complains("Permission denied");
        ran.complains("help: is it executable? A script needs `chmod +x`, or its interpreter before it: php push.php");
    }
}

#[test]
fn a_client_that_hangs_is_ended_with_all_it_started() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    let script = format!("{TAKE_THE_LIFELINE}; echo begun; sleep 600 & echo $! >>\"$PIDS\"; wait");
    let ran = lifeline.handed_to(checking_script(&["--timeout", "1"], &script)).run();
    ran.exits_with(1).says("it did not end within 1s and was ended").says("ended     ended by caketester");
    ran.says("      | begun\n");
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
    ran.exits_with(1).says("× the client concluded nothing: it did not end within 3s and was ended").says("1 failed");
    lifeline.is_cut();
}

#[test]
fn what_a_client_leaves_behind_is_ended_and_told() {
    let folder = folder();
    let mut lifeline = lifeline(&folder);
    let script = format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\"");
    let ran = lifeline.handed_to(checking_script(&[], &script)).run();
    ran.exits_with(1)
        .says("it left processes running, which were ended; what they had yet to send never arrived")
        .never_says("still holds its output open");
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
    assert!(notes.to_string().contains("it left processes running, which were ended"), "{notes}");
    lifeline.is_cut();
}

#[test]
fn an_interrupt_ends_the_run_and_what_the_client_started() {
    for signal in ["INT", "TERM"] {
        let folder = folder();
        let mut lifeline = lifeline(&folder);
        let script = format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\"; wait");
        let running = lifeline.handed_to(checking_script(&["--timeout", "600"], &script)).begins();
        lifeline.is_taken();
        running.ends_on(signal).exits_with(3).complains("interrupted; what was running has been ended");
        assert_eq!(lifeline.gone.recv_timeout(SOON), Ok(()), "what the client started is gone");
        lifeline.is_cut = true;
    }
}

#[test]
fn of_a_flood_only_the_end_is_kept_and_shown() {
    // On Linux the client looks how much memory caketester, its parent, has needed so far.
    let script = "yes 0123456789abcde | head -c 50000000; echo the end of stdout; echo the end of stderr >&2
                  [ -r /proc/$PPID/status ] && grep VmHWM /proc/$PPID/status; exit 7";
    let ran = checking_script(&[], script).run();
    ran.exits_with(1).says("    stdout (the last 10 lines)\n").says("      | the end of stdout\n");
    ran.says("      | 0123456789abcde\n").says("      | the end of stderr\n").says("ended     exit code 7");
    assert!(ran.stdout.len() < 4_000, "{}", ran.stdout.len());
    if cfg!(target_os = "linux") {
        let peak = ran.stdout.split("VmHWM:").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        let peak: u32 = peak.unwrap_or_else(|| panic!("it was not measured\n{}", ran.describe()));
        assert!(peak < 40_000, "{peak} kB for an output of 50 MB");
    }
}

#[test]
fn a_client_that_is_killed_has_crashed() {
    checking_script(&[], "kill -s KILL $$").run().exits_with(1).says("it crashed: killed by signal 9 (SIGKILL)");
    let ran = checking(Played::IsKilled, ["--only", "codes/success"]).run();
    ran.exits_with(1).says("× the client concluded nothing: it crashed: killed by signal 9 (SIGKILL)");
}

#[test]
fn a_client_that_is_right_passes_so_the_others_fail_for_what_they_do() {
    checking(Played::Right, []).run().exits_with(0).complains_of_nothing();
}

#[test]
fn who_claims_success_whatever_comes_fails_exactly_where_that_is_wrong_and_is_told_why() {
    let (ran, report) = with_report(|report| checking(Played::ClaimsSuccess, with_areas(&["--report", report])));
    ran.exits_with(1).says("note: the client concluded \"updated\" in every one of ");
    ran.says("it does not seem to tell what it read; check how its outcome becomes what it tells");
    assert_eq!(failed(&report), where_wrong(&report, |_| "updated"));
    assert!(findings(&report).iter().all(|finding| finding.starts_with('A')));
}

#[test]
fn what_one_mistake_explains_is_told_under_one_rule() {
    let ran = checking(Played::TrustsHttp200, ["--only", "codes"]).run();
    ran.exits_with(1)
        .says(
            "A02 takes code 1 (invalid API key) as rejected, whatever the HTTP status (MUST, documented)\n  broken in ",
        )
        .says("    scenario  codes/key-replaced: ")
        .says("    more      caketester explain A02\n  probably by the same mistake:\n    A03 takes code 2 ")
        .never_says("\nA03 ");
}

#[test]
fn who_trusts_http_200_fails_exactly_where_that_is_wrong() {
    let (ran, report) = with_report(|report| checking(Played::TrustsHttp200, with_areas(&["--report", report])));
    ran.exits_with(1).never_says("in every one of");
    // Where a fault strikes, the HTTP 200 comes without a whole answer, or not at all.
    let trusted = |step: &Value| {
        let exchange = &step["exchanges"][0];
        if exchange["http_status"] == 200 && exchange["fault"].is_null() { "updated" } else { "unknown" }
    };
    assert_eq!(failed(&report), where_wrong(&report, trusted));
    assert!(failed(&report).contains(&"codes/status-absent") && !failed(&report).contains(&"codes/success"));
}

#[test]
fn who_crashes_on_every_refusal_fails_exactly_where_cake_refuses() {
    let (ran, report) = with_report(|report| checking(Played::CrashesOnRefusal, with_areas(&["--report", report])));
    ran.exits_with(1)
        .says("× the client concluded nothing: it crashed: exit code 1 means no outcome")
        .says("a refusal is an answer, not a crash")
        .says("; CAKE answered code 1 (invalid API key")
        .says("      | Uncaught CakeException: CAKE said no\n");
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
    ran.exits_with(1)
        .says("R05 repeats the same update")
        .says("× the client repeated the update with other parameters\n");
}

#[test]
fn a_wrong_key_is_told_by_its_length_and_never_shown() {
    let ran = checking(Played::WrongKey, ["--only", "codes/success"]).run();
    ran.exits_with(1)
        .says("× api_key is not the one handed over\n    expected  a key of 15 characters\n    got       a key of 16 characters")
        .says("api_key=***&")
        .never_says("BuyerAPIKeyHere")
        .never_says("R4TN8W2YH6JC0VSD");
    let ran = checking(Played::KeyInAnotherCase, ["--only", "codes/success"]).run();
    ran.exits_with(1).says("× api_key is not the one handed over: only the letter case differs");
    ran.never_says("buyerapikeyhere");
}

#[test]
fn a_key_under_another_name_is_the_only_thing_wrong_with_it() {
    let (ran, report) = with_report(|report| checking(Played::KeyUnderAnotherName, with_areas(&["--report", report])));
    ran.exits_with(1).says("× api_key was not sent\n").says("probably by the same mistake:\n    Q12 ");
    ran.never_says("in every one of").never_says("BuyerAPIKeyHere");
    let of_this = ["Q03: api_key was not sent", "Q12: the client also sent apikey", "S03: the key was sent in"];
    let found = findings(&report);
    assert!(found.iter().all(|finding| of_this.iter().any(|known| finding.starts_with(known))), "{found:?}");
}

#[test]
fn another_letter_case_is_named_in_status_and_path() {
    let ran = checking(Played::StatusInAnotherCase, ["--only", "codes/success"]).run();
    ran.exits_with(1).says("× status arrived changed: only the letter case differs\n    expected  \"Funded\"");
    let ran = checking(Played::PathInAnotherCase, []).run();
    ran.exits_with(1)
        .says("× the request went to another path\n    expected  /api/1/buyers.asmx/UpdateLeadStatus\n")
        .says("    got       /api/1/buyers.asmx/updateleadstatus\n")
        .says("letter case counts")
        .never_says("in every one of");
}

#[test]
fn a_query_joined_by_hand_is_told_which_character_to_encode() {
    let (ran, report) = with_report(|report| checking(Played::JoinsByHand, with_areas(&["--report", report])));
    ran.exits_with(1);
    let all = findings(&report).join("\n");
    for (what, how) in [
        ("ampersand", "status arrived changed: it is cut off: & has to be sent as %26 and # as %23"),
        ("the rest of it", "the query has parts without a name: \\ Paid\\"),
        ("plus", "status arrived changed: each + has become a space: + has to be sent as %2B"),
        ("percent", "status arrived changed: its % was not encoded: % has to be sent as %25"),
        ("percent u", "note arrived changed: it was not encoded: % has to be sent as %25"),
        ("a second status", "note arrived changed: it is cut off: & has to be sent as %26"),
        ("number sign", "what stands behind # was lost on the way: \\4411\\"),
        ("quotation marks", "this is no HTTP request: invalid URI"),
    ] {
        assert!(all.contains(how), "{what}: {how:?} does not stand in\n{all}");
    }
    ran.says("help      & inside a value has to be sent as %26");
    let failed = failed(&report);
    let sends_any_text = |id: &&str| id.starts_with("encoding/") || id.starts_with("platform/");
    assert!(failed.iter().all(sends_any_text), "{failed:?}");
}

#[test]
fn encoding_twice_is_named() {
    let ran = checking(Played::EncodesTwice, ["--only", "encoding/ampersand"]).run();
    ran.exits_with(1).says("× status arrived changed: it was percent-encoded twice\n");
}

#[test]
fn a_url_with_raw_spaces_is_shown_as_it_was_sent() {
    let ran = checking(Played::SendsRawSpaces, ["--only", "encoding/space"]).run();
    ran.exits_with(1)
        .says("× this is no HTTP request: ")
        .says("    expected  a GET whose query is encoded\n")
        .says("    got       GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=")
        .says("help      a space in a value has to be sent as + or %20\n")
        .never_says("BuyerAPIKeyHere");
}

#[test]
fn a_form_post_and_another_method_are_no_get() {
    for (played, method) in [(Played::PostsAForm, "POST"), (Played::PutsTheQuery, "PUT")] {
        let ran = checking(played, ["--only", "codes/success"]).run();
        ran.exits_with(1).says(&format!("× the request was no GET\n    expected  GET\n    got       {method}\n"));
    }
}

#[test]
fn who_hangs_up_before_the_answer_fails_everywhere_though_the_guess_be_right() {
    let (ran, report) = with_report(|report| checking(Played::HangsUp, with_areas(&["--report", report])));
    ran.exits_with(1).says("× the client closed the connection before it had the whole answer");
    // It cannot speak TLS, so those about certificates are not put to it.
    assert_eq!(failed(&report), scenarios_that(&report, |scenario| scenario["state"] != "not_run"));
    let success = report["scenarios"].as_array().and_then(|all| all.iter().find(|one| one["id"] == "codes/success"));
    let found = &success.expect("it is in the pack")["steps"][0]["findings"];
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["rule"], "Q14");
}

#[test]
fn a_right_outcome_file_counts_whatever_the_exit_code() {
    checking(Played::TellsByFile, []).run().exits_with(0);
}

#[test]
fn a_broken_outcome_file_is_no_outcome_and_is_shown() {
    for (written, told) in [
        ("updated", "it begins with \"updated\""),
        ("{\"outcome\": \"success\"}", "unknown variant `success`, expected one of `updated`, `rejected`, `unknown`"),
        ("{\"code\": 0}", "missing field `outcome`"),
    ] {
        let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", written).run();
        ran.exits_with(1).says("the client concluded nothing: the outcome file is not of the form").says(told);
    }
    let huge = format!("{{\"outcome\": \"updated\", \"msg\": \"{}\"}}", "x".repeat(100_000));
    let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", huge).run();
    ran.exits_with(1).says("the client concluded nothing: the outcome file is larger than 64 KiB");
}

#[test]
fn an_empty_outcome_file_leaves_it_to_the_exit_code() {
    let ran = checking(Played::TellsWhatItIsTold, ["--only", "codes/success"]).env("OUTCOME", " \n").run();
    ran.exits_with(0);
}

#[test]
fn a_directory_or_a_pipe_for_an_outcome_file_is_no_file() {
    for played in [Played::MakesADirectory, Played::MakesAPipe] {
        let ran = checking(played, ["--only", "codes/success"]).run();
        ran.exits_with(1).says("the client concluded nothing: the outcome file is no file");
    }
}

#[test]
fn another_code_in_the_outcome_file_is_a_mistake() {
    let (ran, report) = with_report(|report| {
        checking(Played::TellsWhatItIsTold, ["--only", "codes/status-absent", "--report", report])
            .env("OUTCOME", "{\"outcome\": \"rejected\", \"code\": 2}")
    });
    ran.exits_with(1).says("× the client says that CAKE gave code 2\n    expected  3\n    got       2\n");
    assert_eq!(findings(&report), ["A06: the client says that CAKE gave code 2"]);
}

#[test]
fn a_near_miss_of_a_placeholder_stops_before_anything_runs() {
    let folder = folder();
    let marker = folder.at("it-ran");
    for (written, meant) in
        [("{leadid}", "{lead_id}"), ("x={Sub-Status}", "{sub_status}"), ("{field.note}", "{field:note}")]
    {
        let ran = caketester(["client", "--", "touch"]).arg(&marker).arg(written).run();
        let found = written.trim_start_matches("x=");
        ran.exits_with(2)
            .says_nothing()
            .complains(&format!("{found} is no placeholder\n  help: did you mean {meant}?"));
        assert!(!marker.exists());
    }
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
fn loopback_is_added_to_no_proxy_and_nothing_taken_from_it() {
    let record =
        recorded("codes/success", |run| run.env("NO_PROXY", "corp.example").env("http_proxy", "http://proxy:1"));
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
    ran.exits_with(1).says("1 passed, 1 failed").says("      | <result>\n      |   <code>2</code>\n");
    // The repeated command still takes the key from its environment.
    ran.says("    repeat    caketester client --only codes/lead-absent -- sh -c 'curl ");
    ran.says("--data-urlencode \"api_key=$CAKE_API_KEY\"");
}

#[test]
fn a_client_whose_library_refuses_a_space_is_told_of_encoding_and_not_of_its_address() {
    let script = "case \"$CAKE_STATUS$CAKE_SUB_STATUS$CAKE_FIELDS\" in *\" \"*) echo 'illegal URL' >&2; exit 11;; esac
                  exec curl -s \"$CAKE_URL?api_key=$CAKE_API_KEY&lead_id=$CAKE_LEAD_ID&status=$CAKE_STATUS\"";
    let ran = checking_script(&["--only", "encoding/space", "--only", "codes/success"], script).run();
    ran.exits_with(1)
        .says("1 passed, 1 failed")
        .says("note: nothing reached the mock for the sample update (")
        .says("; for the same without sub-status and fields it did: see Q08\n")
        .says("Q08 encodes the query so that every value survives (MUST, documented)\n")
        .says("× no request arrived for values that have to be encoded: ")
        .never_says("Q13 ");
}

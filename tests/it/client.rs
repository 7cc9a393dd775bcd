//! `caketester client` from outside: what can be asked for, what is said of it, and the exit codes.

use std::fs;
use std::path::Path;

use crate::support::again::OF_THE_RUN;
use crate::support::clients::{Played, checking};
use crate::support::page::assert_snapshot;
use crate::support::{caketester, folder, skipped_without};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

/// How many scenarios the standard pack has.
fn pack_size() -> usize {
    let areas = fs::read_dir("scenarios").expect("the pack is there").map(|entry| entry.expect("and readable").path());
    let in_area = |area: &Path| fs::read_dir(area).expect("an area is readable").count();
    areas.filter(|path| path.is_dir()).map(|area| in_area(&area)).sum()
}

/// The ids of the scenarios that a page of output has a line for, in alphabetical order.
fn ids<'t>(stdout: &'t str, word: &str) -> Vec<&'t str> {
    let line = |line: &'t str| line.strip_prefix(word).filter(|rest| rest.contains(" ms"));
    let mut ids: Vec<_> = stdout.lines().filter_map(line).filter_map(|rest| rest.split_whitespace().next()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn the_builtin_client_passes_the_whole_pack_with_a_line_for_each_scenario() {
    let ran = caketester(["client", "--builtin"]).run();
    assert_snapshot!(ran.exits_with(0).page_without_scenarios(), @"
    $ caketester client --builtin
    exit code 0
    --- stdout
    [N] scenarios: [N] passed, 0 failed ([N] steps, [N] checks, [TIME])
    required: 24 of 24 rules followed; not exercised: R05
    recommended: 34 of 34 rules followed; not exercised: R03
    evidence: outcome (the client itself reported what it concluded)
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the client conforms
    ");
    assert_eq!(ids(&ran.stdout, "pass ").len(), pack_size());
}

#[test]
fn the_builtin_client_passes_in_ci_too() {
    let ran = caketester(["client", "--builtin"]).env("CI", "true").run();
    assert_snapshot!(ran.exits_with(0).page_without_scenarios(), @"
    $ CI=true caketester client --builtin
    exit code 0
    --- stdout
    [N] scenarios: [N] passed, 0 failed ([N] steps, [N] checks, [TIME])
    required: 24 of 24 rules followed; not exercised: R05
    recommended: 34 of 34 rules followed; not exercised: R03
    evidence: outcome (the client itself reported what it concluded)
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the client conforms
    ");
}

#[test]
fn without_a_client_it_is_said_how_to_name_one() {
    let mut pages = String::new();
    for arguments in [&["client"][..], &["client", "--"]] {
        pages += &caketester(arguments).run().exits_with(2).page();
    }
    assert_snapshot!(pages, @"
    $ caketester client
    exit code 2
    --- stderr
    error: there is no client to check
      help: name a program after `--`, as in `caketester client -- php push.php {lead_id}`, or once and for all in caketester.yaml, which `caketester init` writes; --builtin checks the built-in client, and --observe needs none
    $ caketester client --
    exit code 2
    --- stderr
    error: there is no client to check
      help: name a program after `--`, as in `caketester client -- php push.php {lead_id}`, or once and for all in caketester.yaml, which `caketester init` writes; --builtin checks the built-in client, and --observe needs none
    ");
}

#[test]
fn the_builtin_client_and_a_program_exclude_each_other() {
    let ran = caketester(["client", "--builtin", "--", "php", "push.php"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester client --builtin -- php push.php
    exit code 2
    --- stderr
    error: the argument '--builtin' cannot be used with '[PROGRAM]...'

    Usage: caketester client --builtin [-- <PROGRAM>...]

    For more information, try '--help'.
    ");
}

#[test]
fn an_unknown_flag_is_answered_with_the_nearest() {
    let ran = caketester(["client", "--bultin"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester client --bultin
    exit code 2
    --- stderr
    error: unexpected argument '--bultin' found

      tip: a similar argument exists: '--builtin'
      tip: to pass '--bultin' as a value, use '-- --bultin'

    Usage: caketester client --builtin [-- <PROGRAM>...]

    For more information, try '--help'.
    ");
}

#[test]
fn who_forgets_the_dashes_before_a_program_is_told_of_them() {
    let mut pages = String::new();
    for arguments in [&["client", "php", "push.php"][..], &["client", "--only", "codes", "php"]] {
        let ran = caketester(arguments.iter().copied()).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let mut pages = String::new();
    for option in ["--jobs=0", "--jobs=many", "--timeout=0", "--timeout=-1"] {
        pages += &caketester(["client", "--builtin", option]).run().exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn only_takes_several_in_one() {
    let apart = caketester(["scenarios", "list", "--only", "codes", "--only", "fields/zero"]).run();
    let in_one = caketester(["scenarios", "list", "--only", "codes,fields/zero"]).run();
    assert_eq!(in_one.exits_with(0).stdout, apart.stdout);
    assert!(in_one.stdout.contains("fields/zero") && in_one.stdout.contains("codes/success"));
}

#[test]
#[cfg(unix)]
fn a_field_that_no_update_has_is_noted_with_what_was_probably_meant() {
    let run = |argument: &str| caketester(["client", "--only", "codes/success", "--", "true", argument]).run().stderr;
    let told = run("{field:loan-amount}");
    let note = "note: no update has a field \"loan-amount\", so {field:loan-amount} is always empty; did you mean \"loan_amount\"?\n";
    assert!(told.contains(note), "{told}");
    assert!(!run("{field:loan_amount}").contains("always empty"));
}

#[test]
fn only_takes_ids_and_areas_and_several_of_them() {
    let ran = caketester(["client", "--builtin", "--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ caketester client --builtin --only codes/success
    exit code 0
    --- stdout
    pass codes/success [TIME]
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, R01, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 1 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    assert_eq!(ids(&ran.stdout, "pass "), ["codes/success"]);

    let ran = caketester(["client", "--builtin", "--only", "updates", "--only", "codes/success"]).run();
    ran.exits_with(0);
    let ids = ids(&ran.stdout, "pass ");
    assert!(ids.iter().all(|id| *id == "codes/success" || id.starts_with("updates/")), "{ids:?}");
    assert!(ids.contains(&"codes/success") && ids.len() > 2, "{ids:?}");
}

#[test]
fn a_tag_takes_what_has_it() {
    let ran = caketester(["client", "--builtin", "--tag", "smoke"]).run();
    ran.exits_with(0);
    let smoke =
        ["codes/key-replaced", "codes/lead-absent", "codes/not-enabled", "codes/status-absent", "codes/success"];
    assert_eq!(ids(&ran.stdout, "pass "), smoke);
}

#[test]
fn a_misspelt_id_area_or_tag_is_answered_with_the_nearest() {
    let mut pages = String::new();
    for (flag, asked) in [("--only", "codes/sucess"), ("--only", "encodings"), ("--tag", "smok")] {
        let ran = caketester(["client", "--builtin", flag, asked]).run();
        pages += &ran.exits_with(4).page();
    }
    assert_snapshot!(pages, @r#"
    $ caketester client --builtin --only codes/sucess
    exit code 4
    --- stderr
    error: no scenario of this pack fits "codes/sucess"
      help: did you mean --only codes/success?
    $ caketester client --builtin --only encodings
    exit code 4
    --- stderr
    error: no scenario of this pack fits "encodings"
      help: did you mean --only encoding?
    $ caketester client --builtin --tag smok
    exit code 4
    --- stderr
    error: no scenario of this pack has the tag "smok"
      help: did you mean --tag smoke?
    "#);
}

#[test]
fn a_glob_a_code_and_a_rule_select_and_only_what_fits_them_all_is_run() {
    let ran = caketester(["client", "--builtin", "--only", "*/status-*", "--code", "3", "--rule", "a04"]).run();
    let ids = ids(&ran.exits_with(0).stdout, "pass ");
    assert!(ids.iter().all(|id| id.contains("/status-")) && ids.contains(&"codes/status-absent"), "{ids:?}");
    let ran = caketester(["client", "--builtin", "--rule", "A04,A99"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r#"
    $ caketester client --builtin --rule A04,A99
    exit code 2
    --- stderr
    error: invalid value 'A99' for '--rule <RULE>': there is no rule "A99"; did you mean A09?

    For more information, try '--help'.
    "#);
}

#[test]
fn conditions_that_together_fit_nothing_are_told_as_such() {
    let ran = caketester(["client", "--builtin", "--only", "encoding/plus", "--tag", "smoke"]).run();
    assert_snapshot!(ran.exits_with(4).page(), @r"
    $ caketester client --builtin --only encoding/plus --tag smoke
    exit code 4
    --- stderr
    error: no scenario of this pack fits all that was asked for
      help: `caketester scenarios list` shows what there is
    ");
}

#[test]
fn fail_fast_leaves_the_others_not_run() {
    let folder = folder();
    let report = format!("json={}", folder.at("report.json").display());
    let ran =
        checking(Played::ClaimsSuccess, ["--only", "codes", "--fail-fast", "--jobs", "1", "--report", &report]).run();
    assert_snapshot!(ran.exits_with(1).page());
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let states: Vec<&str> =
        report["scenarios"].as_array().unwrap().iter().filter_map(|scenario| scenario["state"].as_str()).collect();
    let failed = states.iter().position(|state| *state == "failed").expect("one failed");
    assert!(states[..failed].iter().all(|state| *state == "passed"), "{states:?}");
    assert!(states.len() > failed + 1 && states[failed + 1..].iter().all(|state| *state == "not_run"), "{states:?}");
}

#[test]
fn the_verdicts_do_not_depend_on_how_many_scenarios_run_at_once() {
    let verdicts = |jobs: &str| {
        let folder = folder();
        let report = format!("json={}", folder.at("report.json").display());
        checking(Played::TrustsHttp200, ["--jobs", jobs, "--report", &report]).run().exits_with(1);
        let mut report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
        without_durations(&mut report);
        report["scenarios"].as_array().unwrap().clone()
    };
    // One by one: all at once would be too much to read.
    for (one, eight) in verdicts("1").iter().zip(&verdicts("8")) {
        assert_eq!(one, eight);
    }
}

fn without_durations(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|name, _| !OF_THE_RUN.contains(&&**name));
            entries.values_mut().for_each(without_durations);
        }
        Value::Array(values) => values.iter_mut().for_each(without_durations),
        _ => {}
    }
}

#[test]
fn without_a_terminal_nothing_is_coloured() {
    for arguments in [&["--only", "codes"][..], &["--only", "no/such"], &["--no-such-flag"]] {
        checking(Played::ClaimsSuccess, arguments.iter().copied()).env("TERM", "xterm").run().never_says("\u{1b}");
    }
}

#[test]
fn on_a_terminal_failures_are_coloured_unless_no_color_is_set() {
    if skipped_without("script, of util-linux,", &["script", "--version"]) {
        return;
    }
    let on_a_terminal = |no_color: &str| {
        let binary = shell_words::quote(env!("CARGO_BIN_EXE_caketester"));
        let command = format!("{binary} client --only codes/success -- true");
        let mut script = std::process::Command::new("script");
        script.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
        let ended = script.env("TERM", "xterm").env("NO_COLOR", no_color).stdin(std::process::Stdio::null()).output();
        let ended = ended.expect("script can be started");
        assert_eq!(ended.status.code(), Some(1));
        String::from_utf8_lossy(&ended.stdout).into_owned()
    };
    let (coloured, plain) = (on_a_terminal(""), on_a_terminal("1"));
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31mstopped\u{1b}[0m: "), "{coloured:?}");
    assert!(plain.contains("stopped: ") && !plain.contains("\u{1b}[31m"), "{plain:?}");
}

#[test]
fn on_a_terminal_a_strangers_report_moves_no_cursor_and_sets_no_title() {
    if skipped_without("script, of util-linux,", &["script", "--version"]) {
        return;
    }
    let folder = folder();
    let report = folder.at("report.json");
    let to = format!("json={}", report.display());
    checking(Played::ClaimsSuccess, ["--only", "codes/key-replaced", "--report", &to]).run().exits_with(1);
    let hostile = folder.read("report.json").replace("the client", "\\u001b]0;title\\u0007\\u001b[2Jthe client");
    folder.write("report.json", hostile);
    let command =
        shell_words::join([env!("CARGO_BIN_EXE_caketester"), "report", "show", &report.display().to_string()]);
    let mut script = std::process::Command::new("script");
    script.args(["--quiet", "--command", &command, "/dev/null"]).stdin(std::process::Stdio::null());
    let shown = String::from_utf8_lossy(&script.output().expect("script can be started").stdout).into_owned();
    assert!(shown.contains("[U+001B]") && shown.contains("the client"), "{shown}");
    assert!(!shown.contains("\u{1b}]") && !shown.contains("\u{1b}[2J") && !shown.contains('\u{7}'), "{shown:?}");
}

#[test]
fn reports_are_written_for_people_junit_and_json_at_once() {
    let folder = folder();
    let (junit, json) = (folder.at("reports/junit.xml"), folder.at("report.json"));
    let ran = caketester(["client", "--builtin"])
        .args(["--report", &format!("junit={}", junit.display())])
        .args(["--report", &format!("json={}", json.display())])
        .run();
    ran.exits_with(0);
    assert_eq!(folder.files(), ["report.json", "reports/junit.xml"]);

    let counts = test_cases(&folder.read("reports/junit.xml"));
    assert_eq!(counts, Counts { cases: pack_size(), ..Counts::default() });
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!((&report["version"], &report["exit"]), (&3.into(), &0.into()));
    assert_eq!(report["scenarios"].as_array().unwrap().len(), pack_size());
}

#[test]
fn junit_and_json_tell_failures_as_the_page_does() {
    let folder = folder();
    let (junit, json) = (folder.at("junit.xml"), folder.at("report.json"));
    let (junit, json) = (format!("junit={}", junit.display()), format!("json={}", json.display()));
    let ran = checking(Played::ClaimsSuccess, ["--only", "codes", "--report", &junit, "--report", &json]).run();
    ran.exits_with(1);

    let failed = ids(&ran.stdout, "FAIL ");
    let counts = test_cases(&folder.read("junit.xml"));
    assert_eq!(counts, Counts { cases: failed.len() + ids(&ran.stdout, "pass ").len(), failures: failed.len() });
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(report["exit"], 1);
    let of_json = report["scenarios"].as_array().unwrap().iter().filter(|scenario| scenario["state"] == "failed");
    let mut of_json: Vec<&str> = of_json.filter_map(|scenario| scenario["id"].as_str()).collect();
    of_json.sort_unstable();
    assert_eq!(of_json, failed);
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    cases: usize,
    failures: usize,
}

/// Counts what a JUnit file holds, which has to be well-formed and of one root.
#[track_caller]
fn test_cases(junit: &str) -> Counts {
    let mut reader = Reader::from_str(junit);
    let (mut counts, mut depth, mut roots) = (Counts::default(), 0, 0);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("it is not well-formed: {error}\n{junit}"));
        let element = match &event {
            Event::Start(element) | Event::Empty(element) => element.name().as_ref().to_owned(),
            _ => String::new(),
        };
        roots += usize::from(depth == 0 && !element.is_empty());
        counts.cases += usize::from(element == "testcase");
        counts.failures += usize::from(element == "failure");
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => {
                assert_eq!((depth, roots), (0, 1), "it does not have one closed root\n{junit}");
                return counts;
            }
            _ => {}
        }
    }
}

#[test]
fn a_report_of_no_known_format_is_refused_before_anything_runs() {
    let mut pages = String::new();
    for report in ["jnit=x.xml", "x.xml", "junit="] {
        let ran = caketester(["client", "--builtin", "--report", report]).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn a_file_that_could_not_be_written_at_the_end_is_told_before_anything_runs() {
    let folder = folder();
    folder.write("file", "ours");
    let named = ["--client-name", "x", "--client-version", "1"];
    let mut pages = String::new();
    for options in [
        &["--report", "json=."][..],
        &["--report", "junit=file/below.xml"],
        &["--report", "json=ok.json", "--report", "html=file/deep/below.html"],
        &["--certificate", "file/certificate"],
        &["--update-baseline", "--baseline", "file/known.yaml"],
        &["--update-baseline", "--report", "json=caketester-known.yaml"],
    ] {
        let ran = caketester(["client"]).args(options).args(named).args(["--", "touch", "started"]);
        let ran = ran.in_dir(folder.path()).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
    let observes = ["client", "--observe", "--port", "0", "--report", "json=."];
    assert_snapshot!(caketester(observes).in_dir(folder.path()).run().exits_with(2).page(), @r"
    $ caketester client --observe --port 0 --report 'json=.'
    exit code 2
    --- stderr
    error: cannot write .: it is a directory; nothing was sent
      help: name a file in a directory that can be written to; a directory that is not there is made
    ");
    let asks = ["endpoint", "http://127.0.0.1:1", "--report", "json=file/x"];
    assert_snapshot!(caketester(asks).in_dir(folder.path()).run().exits_with(2).page(), @"
    $ caketester endpoint http://127.0.0.1:1 --report 'json=file/x'
    exit code 2
    --- stderr
    error: cannot write file/x: [DIR]/file is not a directory; nothing was sent
      help: name a file in a directory that can be written to; a directory that is not there is made
    ");
    assert_eq!(folder.files(), ["file"]);
    assert_eq!(folder.read("file"), "ours");
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_in_which_nothing_can_be_made_is_told_before_anything_runs() {
    let mut pages = String::new();
    for place in ["/proc/report.json", "/proc/deep/report.json"] {
        let ran = caketester(["client", "--builtin", "--report", &format!("json={place}")]).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages, @r"
    $ caketester client --builtin --report 'json=/proc/report.json'
    exit code 2
    --- stderr
    error: cannot write /proc/report.json: [OS ERROR]; nothing was sent
      help: name a file in a directory that can be written to; a directory that is not there is made
    $ caketester client --builtin --report 'json=/proc/deep/report.json'
    exit code 2
    --- stderr
    error: cannot write /proc/deep/report.json: [OS ERROR]; nothing was sent
      help: name a file in a directory that can be written to; a directory that is not there is made
    ");
}

#[test]
fn a_run_that_is_refused_for_something_else_leaves_the_files_of_an_earlier_one_alone() {
    let folder = folder();
    folder.write("report.json", "of an earlier run");
    let reports = ["--report", "json=report.json", "--report", "html=new/report.html"];
    let ran = caketester(["client", "--builtin", "--pack", "nowhere"]).args(reports).in_dir(folder.path()).run();
    assert_snapshot!(ran.exits_with(2).page(), @"
    $ caketester client --builtin --pack nowhere --report 'json=report.json' --report 'html=new/report.html'
    exit code 2
    --- stderr
    error: nowhere is not a pack: the directory does not exist
      help: `caketester pack export DIR` writes the standard pack out, to start from
    ");
    assert_eq!((folder.files(), folder.read("report.json")), (vec!["report.json".into()], "of an earlier run".into()));
}

#[test]
fn a_directory_of_a_report_that_is_not_there_is_made() {
    let folder = folder();
    let asked = ["client", "--builtin", "--only", "codes/success", "--report", "json=build/reports/report.json"];
    caketester(asked).in_dir(folder.path()).run().exits_with(0);
    assert!(folder.read("build/reports/report.json").contains("\"version\": 3"));
}

#[test]
#[cfg(unix)]
fn a_report_may_go_to_standard_output() {
    let asked = ["client", "--builtin", "--only", "codes/success", "--report", "json=/dev/stdout"];
    caketester(asked).run().exits_with(0).says("\"version\": 3");
}

#[test]
#[cfg(unix)]
fn a_report_that_cannot_be_written_in_the_end_is_a_failure_of_the_harness_and_costs_no_other_report() {
    let folder = folder();
    // The program itself puts a file where a directory was to be made.
    let ran = caketester(["client", "--report", "junit=file/below.xml", "--report", "json=report.json"])
        .args(["--", "touch", "file"])
        .in_dir(folder.path())
        .run();
    assert_snapshot!(ran.exits_with(3).page(), @r#"
    $ caketester client --report 'junit=file/below.xml' --report 'json=report.json' -- touch file
    exit code 3
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"); it may have reached the real network: it ended and concluded "updated"
        command   touch file
        ended     exit code 0
        help      it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url}); one that has its own URL configured never reaches the mock, unless --intercept names its host. .NET Framework, Java, and PHP streams with a context of their own ask no proxy that the environment names, and so escape the guard

    [N] scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    --- stderr
    error: cannot write file/below.xml: [OS ERROR]
    "#);
    assert_eq!(folder.files(), ["file", "report.json"]);
}

#[test]
fn a_failure_shows_all_one_needs_to_find_its_cause() {
    let ran = checking(Played::TrustsHttp200, ["--only", "codes/status-absent"]).run();
    assert_snapshot!(ran.exits_with(1).never_says("BuyerAPIKeyHere").page());
}

#[test]
fn of_a_client_that_fails_before_it_sends_what_it_printed_says_why() {
    let ran = checking(Played::FailsBeforeItSends, ["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
#[cfg(unix)]
fn how_a_program_ended_is_seen_though_ended_children_are_ignored() {
    if skipped_without("perl", &["perl", "-v"]) {
        return;
    }
    let ignoring = ["perl", "-e", "$SIG{CHLD} = 'IGNORE'; exec @ARGV"];
    let ran = checking(Played::Right, ["--only", "codes/success"]).behind(&ignoring).run();
    ran.exits_with(0).complains_of_nothing();
}

#[test]
fn of_a_redirect_it_is_said_that_cake_would_not_have_answered_so() {
    let ran = checking(Played::ClaimsSuccess, ["--only", "security/redirect-to-the-same-host"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    let shown = caketester(["scenarios", "show", "security/redirect-to-the-same-host"]).run();
    assert_snapshot!(shown.exits_with(0).page());
}

#[test]
fn the_command_that_repeats_a_failure_repeats_it_alone() {
    let block = |stdout: &str, id: &str| {
        let from = stdout.find(&format!("    scenario  {id}: ")).unwrap_or_else(|| panic!("{id} is not in\n{stdout}"));
        let repeat = from + stdout[from..].find("    repeat    ").expect("there is a command");
        let end = repeat + stdout[repeat..].find('\n').expect("the line has an end");
        (stdout[from..end].to_owned(), stdout[repeat..end].trim_start_matches("    repeat    ").to_owned())
    };
    // An argument that holds the key's parameter has to come through as it was given.
    let ran = checking(Played::TrustsHttp200, ["--only", "codes"]).args(["api_key={api_key}", "{status}"]).run();
    ran.exits_with(1);
    let (shown, command) = block(&ran.stdout, "codes/key-replaced");
    assert!(command.ends_with(" 'api_key={api_key}' {status}"), "{command}");

    let words = shell_words::split(&command).expect("it is quoted for a shell");
    assert_eq!(words[0], "caketester");
    let again = caketester(&words[1..]).env(crate::support::clients::PLAYED, "TrustsHttp200").run();
    assert_snapshot!(again.exits_with(1).page());
    assert_eq!(ids(&again.stdout, "FAIL "), ["codes/key-replaced"]);
    assert_eq!(block(&again.stdout, "codes/key-replaced").0, shown);
}

#[test]
fn a_program_that_sends_nothing_stops_the_run_and_is_shown() {
    let folder = folder();
    let report = format!("junit={}", folder.at("junit.xml").display());
    // The test binary, asked for a test it does not have, complains and fails.
    let itself = std::env::current_exe().unwrap();
    let ran =
        caketester(["client", "--report", &report, "--"]).arg(&itself).args(["--no-such-flag", "{lead_id}"]).run();
    assert_snapshot!(ran.exits_with(1).page(), @r#"
    $ caketester client --report 'junit=[DIR]/junit.xml' -- [CLIENT] --no-such-flag {lead_id}
    exit code 1
    --- stdout
    stopped: nothing reached the mock for the sample update (lead_id="5A1EZZZZ" status="Funded" sub_status="Full Payment" loan_amount="25000"): it crashed: exit code 101 means no outcome; these do: 0 updated, 10 rejected, 11 unknown
        command   [CLIENT] --no-such-flag 5A1EZZZZ
        ended     exit code 101
        stderr
          | error: Unrecognized option: 'no-such-flag'
        help      either the program failed before it sent anything, or it sent it to another address: see what it printed; variables of its own are set by env, -- env MY_URL={base_url} MY_KEY={api_key} …; it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})

    [N] scenarios: 0 passed, 0 failed, [N] not run (0 steps, 0 checks, [TIME])
    no scenario was run
    "#);
    assert!(ids(&ran.stdout, "FAIL ").is_empty());
    assert!(folder.read("junit.xml").contains("the sample update"));
}

#[test]
fn a_client_may_have_exit_codes_of_its_own() {
    let only = ["--only", "codes/success", "--only", "codes/status-absent"];
    let own = ["--outcome-exit", "updated=0", "--outcome-exit", "rejected=1,2", "--outcome-exit", "unknown=75"];
    assert_snapshot!(checking(Played::CrashesOnRefusal, only).run().exits_with(1).page());
    let ran = checking(Played::CrashesOnRefusal, only.into_iter().chain(own)).run();
    ran.exits_with(0).complains("exit code 1 means rejected here, and most programs that crash end with it too");
    let ran = checking(Played::Right, only.into_iter().chain(["--outcome-exit", "refused=2"])).run();
    assert_snapshot!(ran.exits_with(2).page(), @r#"
    $ PLAYED_CLIENT=Right caketester client --only codes/success --only codes/status-absent --outcome-exit 'refused=2' -- [CLIENT]
    exit code 2
    --- stderr
    error: invalid value 'refused=2' for '--outcome-exit <OUTCOME=CODES>': "refused" is not an outcome; the outcomes are updated, rejected and unknown

    For more information, try '--help'.
    "#);
}

#[test]
#[cfg(unix)]
fn a_report_goes_into_a_pipe_and_through_a_link_and_takes_the_place_of_neither() {
    let folder = folder();
    let pipe = folder.at("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("there is mkfifo").success());
    std::fs::write(folder.at("real"), "").expect("the folder is writable");
    std::os::unix::fs::symlink(folder.at("real"), folder.at("link")).expect("the folder is writable");
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).expect("what is written is read")
    });
    let json = format!("json={}", pipe.display());
    let junit = format!("junit={}", folder.at("link").display());
    caketester(["client", "--builtin", "--only", "codes/success", "--report", &json, "--report", &junit])
        .run()
        .exits_with(0);
    assert!(reader.join().expect("it ends").contains("\"version\": 3"));
    assert!(std::fs::symlink_metadata(folder.at("link")).expect("it is there").is_symlink());
    assert!(std::fs::read_to_string(folder.at("real")).expect("it is there").contains("<testsuites"));
}

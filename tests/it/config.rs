//! `caketester.yaml`, `init`, the verdict, and failures that are known.

use crate::support::clients::{PLAYED, Played, checking};
use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Folder, caketester, folder};

/// A folder whose `caketester.yaml` says to check one of the clients.
fn project(played: Played, more: &str) -> (Folder, impl Fn(&[&str]) -> Caketester) {
    let folder = folder();
    let itself = std::env::current_exe().expect("a process knows its program");
    let run = serde_json::json!([itself, "--exact", "support::clients::plays_a_client", "--nocapture"]);
    folder.write("caketester.yaml", format!("run: {run}\n{more}"));
    let at = folder.path().to_owned();
    let check = move |options: &[&str]| {
        caketester(["client"]).args(options.iter().copied()).env(PLAYED, format!("{played:?}")).in_dir(&at)
    };
    (folder, check)
}

#[test]
fn a_client_that_a_file_names_is_checked_without_another_word() {
    let (_folder, check) = project(Played::Right, "");
    assert_snapshot!(check(&["--tag", "smoke"]).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=Right caketester client --tag smoke
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    5 scenarios: 5 passed, 0 failed (5 steps, [N] checks, [TIME])
    required: 16 of 16 rules followed; not exercised: Q07, Q10, Q15, A07, A09 and 4 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 5 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
}

#[test]
fn the_command_line_prevails_over_the_environment_and_that_over_the_file() {
    let (_folder, check) = project(Played::Right, "strict: false\n");
    assert_snapshot!(check(&["--tag", "smoke"]).run().page(), @"
    $ PLAYED_CLIENT=Right caketester client --tag smoke
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    5 scenarios: 5 passed, 0 failed (5 steps, [N] checks, [TIME])
    required: 16 of 16 rules followed; not exercised: Q07, Q10, Q15, A07, A09 and 4 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 5 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    assert_snapshot!(check(&["--tag", "smoke"]).env("CAKETESTER_STRICT", "true").run().page(), @"
    $ CAKETESTER_STRICT=true PLAYED_CLIENT=Right caketester client --tag smoke
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    5 scenarios: 5 passed, 0 failed (5 steps, [N] checks, [TIME])
    required: 16 of 16 rules followed; not exercised: Q07, Q10, Q15, A07, A09 and 4 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 5 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02, A10, A08, A12, R04, S05
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked (strict)
    ");
    assert_snapshot!(check(&["--tag", "smoke", "--strict=false"]).env("CAKETESTER_STRICT", "true").run().page(), @"
    $ CAKETESTER_STRICT=true PLAYED_CLIENT=Right caketester client --tag smoke '--strict=false'
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    5 scenarios: 5 passed, 0 failed (5 steps, [N] checks, [TIME])
    required: 16 of 16 rules followed; not exercised: Q07, Q10, Q15, A07, A09 and 4 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 5 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    check(&["--tag", "smoke", "--builtin"]).run().exits_with(0);
}

#[test]
fn a_mistake_in_the_file_is_shown_where_it_stands_and_nothing_runs() {
    let (_folder, check) = project(Played::Right, "stricts: true\n");
    assert_snapshot!(check(&[]).run().exits_with(2).page(), @"
    $ PLAYED_CLIENT=Right caketester client
    exit code 2
    --- stderr
    error: unknown key `stricts`
     --> caketester.yaml:2:1
      |
    2 | stricts: true
      | ^^^^^^^
      |
      = help: did you mean `strict`? The keys here are run, pack, network, names, can, outcome, strict, timeout, baseline, client

    1 mistake in 1 file
    ");
    let (_folder, check) = project(Played::Right, "names: { Fundet: Closed }\n");
    assert_snapshot!(check(&[]).run().exits_with(2).page(), @r#"
    $ PLAYED_CLIENT=Right caketester client
    exit code 2
    --- stderr
    error: the pack has no status, sub-status or field "Fundet"
      help: did you mean "Funded"?
    "#);
    assert_snapshot!(caketester(["client", "--config", "nowhere.yaml"]).run().exits_with(2).page(), @r"
    $ caketester client --config nowhere.yaml
    exit code 2
    --- stderr
    error: cannot read nowhere.yaml: [OS ERROR]
      help: `caketester init` writes one
    ");
}

#[test]
fn a_value_of_another_kind_is_answered_with_what_to_write() {
    for (text, help) in [
        ("strict: yes", "help: write true or false"),
        ("can: { sub_status: no }", "help: write true or false"),
        ("can: [sub_status]", "the keys here are"),
        ("timeout: 30s", "help: write a whole number"),
        ("outcome: { rejected: [2] }", "the keys here are"),
        ("outcome: { exit: { rejected: 2 } }", "help: write it in brackets"),
        ("run: php push.php K7m2Qx94TB1d {lead_id}", "help: write it in brackets"),
    ] {
        let folder = folder();
        folder.write("caketester.yaml", format!("{text}\n"));
        caketester(["client", "--builtin"])
            .in_dir(folder.path())
            .run()
            .exits_with(2)
            .complains(help)
            .never_says("K7m2");
    }
    caketester(["client", "--builtin", "--tag", "smok"])
        .run()
        .complains("no scenario of this pack has the tag \"smok\"");
    caketester(["client", "--batch", "-j2", "--", "true"]).run().exits_with(2).complains("--batch starts one program");
    let names = "Funded=Paid,loan_amount=amount";
    let ran = caketester(["client", "--builtin", "--only", "codes/success"]).env("CAKETESTER_NAMES", names).run();
    ran.complains("several names are separated by `;`");
}

#[test]
fn a_network_with_other_names_gets_a_whole_verdict() {
    let names = "names: { Funded: Closed - Paid, Full Payment: All of it, loan_amount: amount }\n";
    let (folder, check) = project(Played::Right, names);
    let report = format!("json={}", folder.at("report.json").display());
    let ran = check(&["--only", "codes", "--only", "fields", "--report", &report]).run();
    ran.exits_with(0);
    let report = folder.read("report.json");
    assert!(report.contains("status=Closed+-+Paid") && report.contains("&amount=25000"), "{report}");
    assert!(!report.contains("status=Funded&"), "a name of the pack was sent");
}

#[test]
fn what_a_client_does_not_do_is_out_of_scope_and_printed() {
    let (_folder, check) = project(Played::Right, "can: { fields: false, sub_status: false }\n");
    let ran = check(&["--only", "fields", "--only", "codes"]).run();
    assert_snapshot!(ran.exits_with(0).page());
}

#[test]
fn a_verdict_says_what_was_not_looked_at() {
    let ran = checking(Played::Right, ["--tag", "smoke"]).run();
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ PLAYED_CLIENT=Right caketester client --tag smoke -- [CLIENT]
    exit code 0
    --- stdout
    pass codes/key-replaced [TIME]
    pass codes/lead-absent [TIME]
    pass codes/not-enabled [TIME]
    pass codes/status-absent [TIME]
    pass codes/success [TIME]
    5 scenarios: 5 passed, 0 failed (5 steps, [N] checks, [TIME])
    required: 16 of 16 rules followed; not exercised: Q07, Q10, Q15, A07, A09 and 4 more
    recommended: 7 of 7 rules followed; not exercised: A10, A08, A12, A06, R04 and 2 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 5 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
}

#[test]
fn numbers_that_make_no_sense_and_a_name_that_nobody_reads_are_told() {
    let folder = folder();
    let client = || caketester(["client", "--builtin", "--only", "codes/success"]).in_dir(folder.path());
    folder.write("caketester.yaml", "timeout: 0\noutcome: { exit: { rejected: [300] } }\n");
    let ran = client().run();
    assert_snapshot!(ran.exits_with(2).page());
    std::fs::remove_file(folder.at("caketester.yaml")).expect("it is there");
    folder.write("caketester.yml", "timeout: 1\n");
    assert_snapshot!(client().run().exits_with(2).page(), @r"
    $ caketester client --builtin --only codes/success
    exit code 2
    --- stderr
    error: caketester.yml is not read: the file is called caketester.yaml
      help: rename it
    ");
}

#[test]
fn a_should_fails_nobody_unless_the_run_is_strict() {
    let only = ["--only", "codes/status-absent"];
    let wrong_code = |options: &[&str]| {
        let told = "{\"outcome\": \"rejected\", \"code\": 2}";
        checking(Played::TellsWhatItIsTold, only.into_iter().chain(options.iter().copied())).env("OUTCOME", told).run()
    };
    assert_snapshot!(wrong_code(&[]).exits_with(0).page());
    assert_snapshot!(wrong_code(&["--strict"]).exits_with(1).page());
}

#[test]
fn failures_that_are_known_pass_and_make_the_verdict_partial() {
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    let only = ["--only", "codes/status-absent", "--only", "codes/lead-absent"];
    assert_snapshot!(check(&only).run().exits_with(2).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/status-absent --only codes/lead-absent
    exit code 2
    --- stderr
    error: cannot read known.yaml: [OS ERROR]
      help: --update-baseline writes one with the failures of a run
    ");

    let ran = check(&[&only[..], &["--update-baseline"]].concat()).run();
    assert_snapshot!(ran.exits_with(0).page());
    let known = folder.read("known.yaml");
    assert_snapshot!(known, @r"
    - scenario: codes/lead-absent
      rule: A03
      reason: known since [DATE]; write here why it is left so
    - scenario: codes/status-absent
      rule: A04
      reason: known since [DATE]; write here why it is left so
    ");

    assert_snapshot!(check(&only).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/status-absent --only codes/lead-absent
    exit code 0
    --- stdout
    known codes/lead-absent [TIME]  A03
    known codes/status-absent [TIME]  A04
    known: A03 in codes/lead-absent: known since [DATE]; write here why it is left so
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    2 scenarios: 0 passed, 0 failed, 2 known to fail (2 steps, [N] checks, [TIME])
    required: 11 of 13 rules followed; not exercised: Q07, Q10, Q15, A01, A02 and 7 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A01, A02, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 2 failures
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 2 known failures and no other, but not everything was checked
    ");
    // One that is not known fails.
    let ran = check(&["--only", "codes/status-absent", "--only", "codes/not-enabled"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_known_failure_that_is_mended_or_late_fails_the_run() {
    let entry = |scenario: &str, rule: &str, more: &str| {
        format!("- {{ scenario: {scenario}, rule: {rule}, reason: ours{more} }}\n")
    };
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    folder.write("known.yaml", entry("codes/success", "A01", ""));
    let ran = check(&["--only", "codes/success"]).run();
    assert_snapshot!(ran.exits_with(1).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/success
    exit code 1
    --- stdout
    pass codes/success [TIME]
    baseline: A01 in codes/success is kept now: remove it
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R01 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 1 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the run fails: the baseline has to change, see above
    ");

    folder.write("known.yaml", entry("codes/status-absent", "A04", ", until: 2026-01-31"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    assert_snapshot!(ran.exits_with(1).page());

    folder.write("known.yaml", entry("fields/number", "Q07", ""));
    let ran = check(&["--only", "fields", "--only", "codes/status-absent", "--cannot", "fields"]).run();
    assert_snapshot!(ran.exits_with(1).page());

    folder.write("known.yaml", entry("codes/status-absend", "A99", ", until: soon"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    assert_snapshot!(ran.exits_with(2).page());
}

/// What `known_of_two` has one entry for each of.
const TWO: [&str; 4] = ["--only", "codes/lead-absent", "--only", "codes/status-absent"];

/// A baseline with an entry for each of two scenarios that a client fails.
fn known_of_two() -> (Folder, impl Fn(&[&str]) -> Caketester) {
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    check(&[&TWO[..], &["--update-baseline"]].concat()).run().exits_with(0);
    (folder, check)
}

#[test]
fn a_known_failure_outside_the_selection_fails_the_run_in_ci_whatever_selects() {
    let (folder, check) = known_of_two();
    check(&["--only", "codes/status-absent", "--report", "json=last.json"]).run().exits_with(0);
    let edited = folder.read("last.json").replace("\"known\"", "\"failed\"");
    folder.write("last.json", edited);
    let mut pages = String::new();
    for selects in [["--only", "codes/status-absent"], ["--last-failed", "last.json"]] {
        let ran = check(&[&selects[..], &["--ci"]].concat()).run();
        pages += &ran.exits_with(1).page();
        pages += &check(&selects).env("CI", "true").run().exits_with(1).page();
        pages += &check(&[&selects[..], &["--no-ci"]].concat()).env("CI", "true").run().exits_with(0).page();
    }
    assert_snapshot!(pages);
    let mut pages = String::new();
    for selects in [["--tag", "smoke"], ["--code", "3"], ["--rule", "A04"]] {
        let ran = check(&[&selects[..], &["--only", "codes/status-absent", "--ci"]].concat()).run();
        pages += &ran.exits_with(1).page();
    }
    assert_snapshot!(pages);
    assert_snapshot!(check(&[&TWO[..], &["--ci"]].concat()).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/lead-absent --only codes/status-absent --ci
    exit code 0
    --- stdout
    known codes/lead-absent [TIME]  A03
    known codes/status-absent [TIME]  A04
    known: A03 in codes/lead-absent: known since [DATE]; write here why it is left so
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    2 scenarios: 0 passed, 0 failed, 2 known to fail (2 steps, [N] checks, [TIME])
    required: 11 of 13 rules followed; not exercised: Q07, Q10, Q15, A01, A02 and 7 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A01, A02, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 2 failures
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 2 known failures and no other, but not everything was checked
    ");
}

#[test]
fn outside_ci_a_note_says_how_many_known_failures_were_not_looked_at() {
    let (_folder, check) = known_of_two();
    assert_snapshot!(check(&["--only", "codes/status-absent"]).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/status-absent
    exit code 0
    --- stdout
    known codes/status-absent [TIME]  A04
    note: not checked: 1 known failure outside this selection
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    1 scenario: 0 passed, 0 failed, 1 known to fail (1 step, [N] checks, [TIME])
    required: 11 of 12 rules followed; not exercised: Q07, Q10, Q15, A01, A02 and 8 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 1 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A01, A02, A03, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 1 failure
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 1 known failure and no other, but not everything was checked
    ");
    assert_snapshot!(check(&["--only", "codes/success"]).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/success
    exit code 0
    --- stdout
    pass codes/success [TIME]
    note: not checked: 2 known failures outside this selection
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R01 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 1 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    assert_snapshot!(check(&TWO).run().exits_with(0).page(), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --only codes/lead-absent --only codes/status-absent
    exit code 0
    --- stdout
    known codes/lead-absent [TIME]  A03
    known codes/status-absent [TIME]  A04
    known: A03 in codes/lead-absent: known since [DATE]; write here why it is left so
    known: A04 in codes/status-absent: known since [DATE]; write here why it is left so
    2 scenarios: 0 passed, 0 failed, 2 known to fail (2 steps, [N] checks, [TIME])
    required: 11 of 13 rules followed; not exercised: Q07, Q10, Q15, A01, A02 and 7 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A01, A02, A05, A07, A09, R06, S01, S02
    partial: the baseline knows 2 failures
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: 2 known failures and no other, but not everything was checked
    ");
}

#[test]
fn what_the_other_shards_run_is_selected_and_a_merge_comes_to_the_same_as_one_run() {
    let (folder, check) = known_of_two();
    let merged = |selected: &[&str]| {
        let shards: Vec<crate::support::Ran> = ["1/2", "2/2"]
            .iter()
            .map(|shard| {
                let report = format!("json={}.json", &shard[..1]);
                check(&[selected, &["--ci", "--shard", shard, "--report", &report]].concat()).run()
            })
            .collect();
        let files = ["whole.json", "1.json", "2.json"];
        (shards, caketester(["report", "merge"]).args(files).in_dir(folder.path()).run())
    };
    let (shards, whole) = merged(&TWO);
    let mut pages = String::new();
    for ran in shards.iter().chain([&whole]) {
        pages += &ran.exits_with(0).page();
    }
    assert_snapshot!(pages);

    let selected = ["--only", "codes/status-absent", "--only", "codes/success"];
    let (shards, whole) = merged(&selected);
    let mut pages = String::new();
    for ran in shards.iter().chain([&whole]) {
        pages += &ran.exits_with(1).page();
    }
    assert_snapshot!(pages);
    let one = check(&[&selected[..], &["--ci"]].concat()).run();
    for ran in [&one, &whole] {
        assert_eq!(ran.stdout.matches("baseline:").count(), 1, "{}", ran.describe());
    }
    assert_eq!(one.code, whole.code);
}

#[test]
fn of_what_a_run_that_ended_early_did_not_reach_nothing_is_said() {
    let (_folder, check) = known_of_two();
    let selected = [&TWO[..], &["--only", "codes/key-replaced", "--jobs", "1", "--fail-fast", "--ci"]].concat();
    // The first fails and is not known, so that the run ends there.
    assert_snapshot!(check(&selected).run().exits_with(1).page());
}

#[test]
fn a_baseline_that_is_updated_by_a_part_of_the_pack_keeps_what_was_not_run() {
    let (folder, check) = known_of_two();
    let before = folder.read("known.yaml");
    check(&["--only", "codes/status-absent", "--update-baseline"]).run().exits_with(0);
    assert_eq!(folder.read("known.yaml"), before);
    check(&["--only", "codes/success", "--update-baseline"]).run().exits_with(0);
    assert_eq!(folder.read("known.yaml"), before);
}

#[test]
fn init_asks_little_and_what_it_writes_is_read() {
    let folder = folder();
    let answers = "php push.php {lead_id}\ny\nn\n";
    let ran = caketester(["init", "--ci", "github"]).in_dir(folder.path()).run_with_stdin(answers);
    assert_snapshot!(ran.exits_with(0).page(), @r"
    $ caketester init --ci github
    exit code 0
    --- stdout
    How is your client started? For example: php bin/push.php {lead_id} {status} {sub_status} {fields}
    > Does your client send a sub-status? [Y/n] Does your client send custom fields? [Y/n] wrote caketester.yaml
    wrote .github/workflows/caketester.yml
    note: requests to other hosts than the mock are refused (--no-guard allows them), but .NET Framework, Java, and PHP streams with a context of their own ask no proxy that the environment names
    next: caketester client --tag smoke
    ");
    assert_eq!(folder.files(), [".github/workflows/caketester.yml", "caketester.yaml"]);
    assert_snapshot!(folder.read("caketester.yaml"));
    // PHP need not be here: that its name is known is what counts.
    let ran = caketester(["client"]).in_dir(folder.path()).env("PATH", "").run();
    assert_snapshot!(ran.exits_with(2).page(), @r#"
    $ PATH='' caketester client
    exit code 2
    --- stderr
    error: cannot start "php": [OS ERROR]
      help: is it installed, and in PATH? A path is taken relative to the working directory
    "#);

    let ran = caketester(["init"]).in_dir(folder.path()).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester init
    exit code 2
    --- stderr
    error: caketester.yaml is there already
      help: edit it, or remove it and begin anew
    ");
    let elsewhere = crate::support::folder();
    let ran = caketester(["init", "--", "php", "push.php", "{leadid}"]).in_dir(elsewhere.path()).run();
    assert_snapshot!(ran.exits_with(2).page(), @"
    $ caketester init -- php push.php {leadid}
    exit code 2
    --- stderr
    error: unknown placeholder {leadid}
      help: did you mean {lead_id}? The placeholders are {base_url}, {url}, {ca_file}, {api_key}, {lead_id}, {status}, {sub_status}, {fields} and {field:NAME}
    ");
    assert_eq!(elsewhere.files(), Vec::<String>::new());
}

/// A setting: how the file, a variable and options say it, where each `@` is what they say.
struct Setting {
    key: &'static str,
    file: &'static str,
    variable: (&'static str, &'static str),
    options: &'static [&'static str],
    /// What else is asked for.
    beside: &'static [&'static str],
    /// What three sources say: the file, the environment, the command line.
    said: [&'static str; 3],
    /// What is seen of it.
    seen: &'static str,
}

const SETTINGS: [Setting; 10] = [
    Setting {
        key: "run",
        file: "run: [no-@]",
        variable: ("CAKETESTER_RUN", "no-@ 'a word'"),
        options: &["--", "no-@"],
        beside: &[],
        said: ["file", "environment", "option"],
        seen: "cannot start \"no-@\"",
    },
    Setting {
        key: "pack",
        file: "pack: no-@",
        variable: ("CAKETESTER_PACK", "no-@"),
        options: &["--pack", "no-@"],
        beside: &["--builtin"],
        said: ["file", "environment", "option"],
        seen: "no-@ is not a pack",
    },
    Setting {
        key: "network",
        file: "network: no-@",
        variable: ("CAKETESTER_NETWORK", "no-@"),
        options: &["--network", "no-@"],
        beside: &["--builtin"],
        said: ["file", "environment", "option"],
        seen: "no-@",
    },
    Setting {
        key: "names",
        file: "names: { Funded: By @ }",
        variable: ("CAKETESTER_NAMES", "Full Payment=All of it; Funded=By @"),
        options: &["--name", "Funded=By @"],
        beside: &["--builtin", "--only", "codes/success", "--report", "json=r.json"],
        said: ["file", "environment", "option"],
        seen: "&status=By+@",
    },
    Setting {
        key: "can",
        file: "can: { @: false }",
        variable: ("CAKETESTER_CANNOT", "@"),
        options: &["--cannot", "@"],
        beside: &["--builtin", "--only", "codes/success"],
        said: ["values", "sub_status", "fields"],
        seen: "out of scope: @\n",
    },
    Setting {
        key: "outcome",
        file: "outcome: { exit: { rejected: [@] } }",
        variable: ("CAKETESTER_OUTCOME_EXIT", "rejected=@\nunknown=11"),
        options: &["--outcome-exit", "rejected=@"],
        beside: &["--only", "codes/success", "--", "false"],
        said: ["41", "42", "43"],
        seen: "exit code 1 means no outcome; these do: 0 updated, 11 unknown, @ rejected",
    },
    Setting {
        key: "strict",
        file: "strict: @",
        variable: ("CAKETESTER_STRICT", "@"),
        options: &["--strict=@"],
        beside: &["--builtin", "--only", "codes/success", "--report", "json=r.json"],
        said: ["true", "false", "true"],
        seen: "\"strict\": @",
    },
    Setting {
        key: "timeout",
        file: "timeout: @",
        variable: ("CAKETESTER_TIMEOUT", "@"),
        options: &["--timeout", "@"],
        beside: &["--only", "codes/success", "--", "sleep", "600"],
        said: ["1", "2", "1"],
        seen: "it did not end within @s and was ended",
    },
    Setting {
        key: "baseline",
        file: "baseline: no-@",
        variable: ("CAKETESTER_BASELINE", "no-@"),
        options: &["--baseline", "no-@"],
        beside: &["--builtin"],
        said: ["file", "environment", "option"],
        seen: "cannot read no-@: ",
    },
    Setting {
        key: "client",
        file: "client: { name: push of the @ }",
        variable: ("CAKETESTER_CLIENT_NAME", "push of the @"),
        options: &["--client-name", "push of the @"],
        beside: &["--builtin", "--only", "codes/success", "--report", "json=r.json"],
        said: ["file", "environment", "option"],
        seen: "\"name\": \"push of the @\"",
    },
];

impl Setting {
    /// What is seen where these sources say something.
    fn seen_with(&self, [file, variable, option]: [bool; 3]) -> String {
        let folder = folder();
        let [in_file, in_variable, in_option] = self.said;
        let options = self.options.iter().map(|text| text.replace('@', in_option)).filter(|_| option);
        let beside = self.beside.iter().map(ToString::to_string);
        // What is behind `--` is the program's.
        let arguments: Vec<String> =
            if self.key == "run" { beside.chain(options).collect() } else { options.chain(beside).collect() };
        let mut client = caketester(["client"]).args(arguments).in_dir(folder.path());
        if file {
            folder.write("caketester.yaml", self.file.replace('@', in_file));
        }
        if variable {
            client = client.env(self.variable.0, self.variable.1.replace('@', in_variable));
        }
        let told = client.run().describe();
        if folder.at("r.json").exists() { told + &folder.read("r.json") } else { told }
    }
}

#[test]
fn every_setting_can_be_said_in_the_file_the_environment_and_the_command_line_the_last_of_which_prevails() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../config.schema.json")).expect("it is JSON");
    let keys: Vec<&String> = schema["properties"].as_object().expect("it has properties").keys().collect();
    assert_eq!(SETTINGS.map(|setting| setting.key).to_vec(), keys);
    let documented = include_str!("../../docs/config.md");
    let check = |setting: &Setting| {
        let option = setting.options[0].trim_end_matches("=@");
        let row = format!("| `{}` | ", setting.key);
        let row = documented.lines().find(|line| line.starts_with(&row)).expect("docs/config.md has a row for each");
        assert!(row.contains(&format!("`{option}`")) && row.contains(setting.variable.0), "{row}");
        for (sources, prevails) in [
            ([true, false, false], 0),
            ([false, true, false], 1),
            ([false, false, true], 2),
            ([true, true, false], 1),
            ([true, true, true], 2),
        ] {
            let seen = setting.seen.replace('@', setting.said[prevails]);
            let told = setting.seen_with(sources);
            assert!(told.contains(&seen), "{}, said by {sources:?}: no {seen:?} in\n{told}", setting.key);
        }
    };
    // Those of which something is to be waited for do not hold up the others.
    std::thread::scope(|threads| SETTINGS.iter().for_each(|setting| drop(threads.spawn(move || check(setting)))));
}

#[test]
fn the_command_to_repeat_has_what_variables_said_and_not_what_the_file_says_again() {
    let (folder, check) = project(Played::TrustsHttp200, "timeout: 50\n");
    let only = ["--only", "codes/status-absent"];
    let mut commands = String::new();
    for ran in [
        check(&only).run(),
        check(&only).env("CAKETESTER_TIMEOUT", "41").run(),
        check(&[&only[..], &["--timeout", "42"]].concat()).env("CAKETESTER_TIMEOUT", "41").run(),
    ] {
        commands += &ran.exits_with(1).page_of_lines("    repeat    ");
    }

    folder.write("other.yaml", folder.read("caketester.yaml"));
    folder.write("known.yaml", "[]");
    caketester(["pack", "export", "pack"]).in_dir(folder.path()).run().exits_with(0);
    let said = [
        ("PACK", "pack"),
        ("OUTCOME_EXIT", "unknown=11,12"),
        ("TIMEOUT", "41"),
        ("CONFIG", "other.yaml"),
        ("BASELINE", "known.yaml"),
        ("CANNOT", "fields"),
        ("NAMES", "Funded=Paid"),
    ];
    let set = |ran: Caketester, (name, value): &(&str, &str)| ran.env(format!("CAKETESTER_{name}"), value);
    commands += &said.iter().fold(check(&only), set).run().exits_with(1).page_of_lines("    repeat    ");
    assert_snapshot!(commands);
}

#[test]
fn a_variable_that_cannot_be_read_is_told_with_how_it_is_written() {
    let mut pages = String::new();
    for (name, value) in [
        ("CAKETESTER_RUN", "php 'push.php"),
        ("CAKETESTER_NAMES", "Funded"),
        ("CAKETESTER_OUTCOME_EXIT", "refused=2"),
        ("CAKETESTER_TIMEOUT", "0"),
    ] {
        let ran = caketester(["client", "--builtin", "--only", "codes/success"]).env(name, value).run();
        pages += &ran.exits_with(2).page();
        // One that is empty is none.
        caketester(["client", "--builtin", "--only", "codes/success"]).env(name, "").run().exits_with(0);
    }
    assert_snapshot!(pages);
    // What holds for every run forbids none.
    let ran = caketester(["client", "--batch", "--only", "codes/success", "--", "true"]);
    ran.env("CAKETESTER_TIMEOUT", "5").env("CAKETESTER_OUTCOME_EXIT", "rejected=2").run().exits_with(1);
}

#[test]
fn a_misspelt_variable_is_told_and_fails_nothing() {
    let run = |name: &str| caketester(["client", "--builtin", "--only", "codes/success"]).env(name, "core").run();
    let mut pages = String::new();
    for name in ["CAKETESTER_STRCT", "CAKETESTER_OUTCOME_EXITS", "CAKETESTER_WHATEVER"] {
        pages += &run(name).exits_with(0).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn an_empty_variable_says_nothing() {
    let variables = include_str!("../../docs/config.md").split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let variables: Vec<&str> =
        variables.filter(|word| word.starts_with("CAKETESTER_") && !word.ends_with('_')).collect();
    assert!(variables.contains(&"CAKETESTER_TIMEOUT"), "{variables:?}");
    let run = caketester(["client", "--builtin", "--only", "codes/success"]);
    let ran = variables.iter().fold(run, |run, name| run.env(name, "")).run();
    ran.exits_with(0).complains_of_nothing();
}

#[test]
fn a_variable_that_is_read_or_set_by_caketester_is_no_misspelling() {
    let documented = include_str!("../../docs/config.md").split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let mut names: Vec<&str> =
        documented.filter(|word| word.starts_with("CAKETESTER_") && !word.ends_with('_')).collect();
    assert!(names.contains(&"CAKETESTER_PACK") && names.contains(&"CAKETESTER_RUN"), "{names:?}");
    names.extend(["CAKETESTER_CASES", "CAKETESTER_OUTCOME", "CAKETESTER_OUTCOMES", "CAKETESTER_REQUIRE_ALL"]);
    // A key may be kept in a variable of any name.
    names.push("CAKETESTER_API_KEY");
    let listing = names.iter().fold(caketester(["report", "schema"]), |ran, name| ran.env(name, "x"));
    listing.run().exits_with(0).complains_of_nothing();
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from() {
    let folder = folder();
    folder.write(
        "caketester.yaml",
        "run: [php, push.php, \"{lead_id}\"]\nnames: { Funded: Paid, note: remark }\nstrict: true\nclient: { name: Push }\n",
    );
    folder.write("networks/acme.yaml", "statuses: [{ name: Closed }]\nnames: { Funded: Closed }\nfields: []\n");
    let show = |arguments: &[&str]| {
        let command = caketester(["config", "show"]).args(arguments).in_dir(folder.path());
        command.env("CAKETESTER_TIMEOUT", "12").env("CAKETESTER_CLIENT_VERSION", "7").run()
    };
    assert_snapshot!(show(&["--network", "acme", "--name", "Withdrawn=Gone", "--strict=false"]).exits_with(0).page());
    assert_snapshot!(show(&["--network", "acm"]).exits_with(2).page());
}

//! `caketester.yaml`, `init`, the verdict, and failures that are known.

#[path = "support/clients.rs"]
mod clients;
mod support;

use clients::{PLAYED, Played, checking};
use support::{Caketester, Folder, caketester, folder};

/// A folder whose `caketester.yaml` says to check one of the clients.
fn project(played: Played, more: &str) -> (Folder, impl Fn(&[&str]) -> Caketester) {
    let folder = folder();
    let itself = std::env::current_exe().expect("a process knows its program");
    let run = serde_json::json!([itself, "--exact", "clients::plays_a_client", "--nocapture"]);
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
    check(&["--tag", "smoke"]).run().exits_with(0).says("5 scenarios: 5 passed, 0 failed");
}

#[test]
fn the_command_line_prevails_over_the_environment_and_that_over_the_file() {
    let (_folder, check) = project(Played::Right, "profile: core\n");
    check(&["--tag", "smoke"]).run().says("(profile core)");
    check(&["--tag", "smoke"]).env("CAKETESTER_PROFILE", "full").run().says("(profile full)");
    check(&["--tag", "smoke", "--profile", "core"]).env("CAKETESTER_PROFILE", "full").run().says("(profile core)");
    check(&["--tag", "smoke", "--builtin"]).run().exits_with(0);
}

#[test]
fn a_mistake_in_the_file_is_shown_where_it_stands_and_nothing_runs() {
    let (_folder, check) = project(Played::Right, "profiles: core\n");
    check(&[])
        .run()
        .exits_with(2)
        .says_nothing()
        .complains(" --> caketester.yaml:2:1\n")
        .complains("did you mean `profile`?");
    let (_folder, check) = project(Played::Right, "names: { Fundet: Closed }\n");
    check(&[]).run().exits_with(2).complains("the pack has no status, sub-status or field called \"Fundet\"");
    caketester(["client", "--config", "nowhere.yaml"]).run().exits_with(2).complains("cannot read nowhere.yaml: ");
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
    ran.exits_with(0).says(" out of scope (").says("  no scope    this client does not do: sub_status, fields\n");
    ran.never_says("Q07");
}

#[test]
fn a_verdict_says_what_was_not_looked_at() {
    let ran = checking(Played::Right, ["--tag", "smoke"]).run();
    ran.exits_with(0)
        .says("the client conforms as far as was looked, which is in part (profile full)\n")
        .says("of the pack's")
        .says("  not tested  the network's own host, the buyer's real key, the names the network has configured\n");
}

#[test]
fn core_fails_nobody_for_a_should() {
    let only = ["--only", "codes/status-absent"];
    let wrong_code = |options: &[&str]| {
        let told = "{\"outcome\": \"rejected\", \"code\": 2}";
        checking(Played::TellsWhatItIsTold, only.into_iter().chain(options.iter().copied())).env("OUTCOME", told).run()
    };
    wrong_code(&[]).exits_with(1).says("A06 reports the code that CAKE gave (SHOULD, documented)");
    wrong_code(&["--profile", "core"]).exits_with(0).says("A06 reports the code that CAKE gave (SHOULD, documented)");
}

#[test]
fn failures_that_are_known_pass_and_make_the_verdict_partial() {
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    let only = ["--only", "codes/status-absent", "--only", "codes/lead-absent"];
    check(&only).run().exits_with(2).complains("cannot read the baseline known.yaml: ").complains("--update-baseline");

    let ran = check(&[&only[..], &["--update-baseline"]].concat()).run();
    ran.exits_with(0)
        .says("note: 2 known failures in known.yaml\n")
        .says("  in part     2 failures that the baseline knows\n");
    let known = folder.read("known.yaml");
    assert!(known.starts_with("- scenario: codes/lead-absent\n  rule: A03\n  reason: known since 20"), "{known}");

    check(&only).run().exits_with(0).says("known: A04 in codes/status-absent: known since ").never_says("×");
    // One that is not known fails.
    let ran = check(&["--only", "codes/status-absent", "--only", "codes/not-enabled"]).run();
    ran.exits_with(1).says("1 passed, 1 failed").says("A05 takes code 4").never_says("\nA04 ");
}

#[test]
fn a_known_failure_that_is_mended_or_late_fails_the_run() {
    let entry = |scenario: &str, rule: &str, more: &str| {
        format!("- {{ scenario: {scenario}, rule: {rule}, reason: ours{more} }}\n")
    };
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    folder.write("known.yaml", entry("codes/success", "A01", ""));
    let ran = check(&["--only", "codes/success"]).run();
    ran.exits_with(1).says("baseline: A01 in codes/success is kept now: remove it\n");

    folder.write("known.yaml", entry("codes/status-absent", "A04", ", until: 2026-01-31"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    ran.exits_with(1).says("baseline: A04 in codes/status-absent was to be mended by 2026-01-31\n").says("× ");

    folder.write("known.yaml", entry("codes/status-absend", "A99", ", until: soon"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    ran.exits_with(2)
        .complains("there is no scenario \"codes/status-absend\"")
        .complains("did you mean \"codes/status-absent\"?");
    ran.complains("there is no rule \"A99\"").complains("\"soon\" is no date");
}

#[test]
fn init_asks_little_and_what_it_writes_is_read() {
    let folder = folder();
    let answers = "php push.php {lead_id}\ny\nn\n";
    let ran = caketester(["init", "--ci", "github"]).in_dir(folder.path()).run_with_stdin(answers);
    ran.exits_with(0).says("wrote caketester.yaml\n").says("next: caketester client --tag smoke\n");
    assert_eq!(folder.files(), [".github/workflows/caketester.yml", "caketester.yaml"]);
    assert!(folder.read("caketester.yaml").contains("can:\n  sub_status: true\n  fields: false\n"));
    // PHP need not be here: that its name is known is what counts.
    let ran = caketester(["client"]).in_dir(folder.path()).env("PATH", "").run();
    ran.exits_with(2).complains("cannot start \"php\"");

    let ran = caketester(["init"]).in_dir(folder.path()).run();
    ran.exits_with(2).complains("caketester.yaml is there already");
    let elsewhere = support::folder();
    let ran = caketester(["init", "--", "php", "push.php", "{leadid}"]).in_dir(elsewhere.path()).run();
    ran.exits_with(2).complains("did you mean {lead_id}?");
    assert_eq!(elsewhere.files(), Vec::<String>::new());
}

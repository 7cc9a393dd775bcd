//! `caketester snapshots` from outside, and what runs make of snapshots: the whole life of one.

use std::path::Path;
use std::process::Command;

use crate::support::{
    Caketester, Folder, Ran, caketester, exported_pack, folder, server_that_answers, skipped_without,
};

/// A fresh copy of the standard pack with one scenario more, which has no snapshot yet.
fn pack_with_a_new_scenario() -> Folder {
    let pack = exported_pack();
    pack.write(
        "scenarios/codes/brand-new.yaml",
        "title: A new one\nupdate: { lead_id: ABCD0001, status: Funded }\ncode: 0\n",
    );
    pack
}

/// The same, and a run has written what it would have expected.
fn pack_with_a_pending_snapshot() -> Folder {
    let pack = pack_with_a_new_scenario();
    client(&pack).run().exits_with(0);
    assert!(has(&pack, "codes.brand-new.snap.new"));
    pack
}

/// The same with `count` scenarios more.
fn pack_with_pending_snapshots(count: usize) -> Folder {
    let pack = exported_pack();
    for number in 1..=count {
        pack.write(
            &format!("scenarios/codes/new-{number}.yaml"),
            format!("title: New\nupdate: {{ lead_id: ABCD000{number}, status: Funded }}\ncode: 0\n"),
        );
    }
    client(&pack).run().exits_with(0);
    pack
}

fn client(pack: &Folder) -> Caketester {
    // Every snapshot is looked at, whatever is selected.
    caketester(["client", "--builtin", "--only", "codes", "--pack"]).arg(pack.path())
}

fn snapshots(verb: &str, pack: &Folder) -> Caketester {
    caketester(["snapshots", verb, "--pack"]).arg(pack.path())
}

fn has(pack: &Folder, snapshot: &str) -> bool {
    pack.at("snapshots").join(snapshot).is_file()
}

/// What it says, without the folder, which is another each time.
fn said(ran: &Ran, pack: &Folder) -> String {
    let said = ran.stdout.replace(&pack.path().display().to_string(), "PACK").replace('\\', "/");
    said.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_new_scenario_passes_outside_ci_and_leaves_its_answer_to_be_reviewed() {
    let pack = pack_with_a_new_scenario();
    let ran = client(&pack).run();
    ran.exits_with(0).says("these await review: codes.brand-new").complains_of_nothing();
    insta::assert_snapshot!(pack.read("snapshots/codes.brand-new.snap.new"), @r#"
    ---
    source: scenarios/codes/brand-new.yaml
    expression: "lead_id=\"ABCD0001\" status=\"Funded\""
    info:
      http_status: 200
      content_type: text/xml; charset=utf-8
      length: 56
      line_ends: lf
      final_newline: false
      sha256: 763f3c1e5a2a3a794e38a9438c1ba3d92273b781aba7c9426f822e66ed06b3b4
    ---
    <result>
      <code>0</code>
      <msg>success</msg>
    </result>
    "#);
}

#[test]
fn a_new_scenario_fails_in_ci_and_nothing_is_written() {
    let pack = pack_with_a_new_scenario();
    let before = pack.files();
    for ran in
        [client(&pack).arg("--ci").run(), client(&pack).env("CI", "true").run(), client(&pack).env("CI", "1").run()]
    {
        ran.exits_with(5).says("there is none yet for codes.brand-new").says("a snapshot is missing");
    }
    assert_eq!(pack.files(), before);
}

#[test]
fn ci_is_taken_from_the_environment_and_overruled_on_the_command_line() {
    for value in ["", "0", "false", "False"] {
        client(&pack_with_a_new_scenario()).env("CI", value).run().exits_with(0);
    }
    client(&pack_with_a_new_scenario()).env("CI", "true").arg("--no-ci").run().exits_with(0);
    client(&pack_with_a_new_scenario()).args(["--ci", "--no-ci"]).run().exits_with(2);
}

#[test]
fn a_pending_snapshot_is_a_reason_to_fail_in_ci_until_it_is_accepted() {
    let pack = pack_with_a_pending_snapshot();
    client(&pack).arg("--ci").run().exits_with(5).says("these await review: codes.brand-new");
    snapshots("accept", &pack).run().exits_with(0).says("accepted codes.brand-new\n1 accepted\n");
    assert!(has(&pack, "codes.brand-new.snap") && !has(&pack, "codes.brand-new.snap.new"));
    client(&pack).arg("--ci").run().exits_with(0);
    client(&pack).args(["--ci", "--exact"]).run().exits_with(0);
    snapshots("list", &pack).run().exits_with(0).says("218 of 218 snapshots are what the mock answers\n");
}

#[test]
fn a_rejected_snapshot_is_gone_and_the_next_run_writes_it_again() {
    let pack = pack_with_a_pending_snapshot();
    snapshots("reject", &pack).run().exits_with(0).says("rejected codes.brand-new\n1 rejected\n");
    assert!(!has(&pack, "codes.brand-new.snap") && !has(&pack, "codes.brand-new.snap.new"));
    client(&pack).run().exits_with(0);
    assert!(has(&pack, "codes.brand-new.snap.new"));
}

#[test]
fn snapshots_are_accepted_by_name_and_a_misspelt_name_is_told_with_the_nearest() {
    let pack = pack_with_pending_snapshots(3);
    let ran = snapshots("accept", &pack).arg("codes.new-9").run();
    ran.exits_with(2).complains("no snapshot \"codes.new-9\" is pending").complains("help: did you mean codes.new-");
    // One wrong name, and none is accepted.
    snapshots("accept", &pack).args(["codes.new-1", "nonsense"]).run().exits_with(2);
    assert!(!has(&pack, "codes.new-1.snap"));
    snapshots("accept", &pack).args(["codes.new-1", "codes/new-3"]).run().exits_with(0).says("2 accepted");
    assert!(has(&pack, "codes.new-1.snap") && has(&pack, "codes.new-3.snap") && has(&pack, "codes.new-2.snap.new"));
}

#[test]
fn list_tells_what_is_missing_pending_orphaned_and_different() {
    let pack = pack_with_a_pending_snapshot();
    pack.write("scenarios/codes/newer.yaml", "title: Newer\nupdate: { lead_id: ABCD0002, status: Funded }\ncode: 0\n");
    pack.write("snapshots/codes.gone.snap", pack.read("snapshots/codes.success.snap"));
    pack.write("snapshots/codes.gone-as-well.snap.new", pack.read("snapshots/codes.success.snap"));
    pack.edit("snapshots/codes.success.snap", "<code>0</code>", "<code>4</code>");
    let before = pack.files();
    let ran = snapshots("list", &pack).run();
    ran.exits_with(0).complains_of_nothing();
    insta::assert_snapshot!(said(&ran, &pack), @"
    missing   codes.newer
    pending   codes.brand-new
    orphaned  codes.gone
    orphaned  codes.gone-as-well
    different codes.success: code: expected 4, got 0
    edited    codes.success: edited by hand, for its header is not that of its body (SHA-256)
    next: `caketester client --pack PACK --builtin` writes snapshots of what the mock answers, for review
    next: `caketester snapshots review --pack PACK`
    next: `caketester snapshots prune --pack PACK` removes what no step expects; first see whether its scenario is to come back
    next: delete the snapshot that was edited, and `caketester client --pack PACK --builtin` writes it anew, for review
    216 of 219 snapshots are what the mock answers
    ");
    assert_eq!(pack.files(), before);
    caketester(["snapshots", "list"]).run().exits_with(0).says("217 of 217 snapshots are what the mock answers\n");
}

#[test]
fn what_was_edited_by_hand_is_told_and_what_may_be_an_answer_is_not() {
    let success = "snapshots/codes.success.snap";
    for (from, to, facts) in [
        ("length: 56", "length: 57", Some("length")),
        ("length: 56", "length: 5", Some("length")),
        ("sha256: 7", "sha256: 8", Some("SHA-256")),
        ("line_ends: lf", "line_ends: crlf", Some("line ends")),
        ("line_ends: lf", "line_ends: none", Some("line ends")),
        ("final_newline: false", "final_newline: true", Some("final newline")),
        ("  <code>", "    <code>", Some("SHA-256")),
        ("\n  <code>0</code>\n  <msg>success</msg>\n", "<code>0</code><msg>success</msg>", Some("SHA-256")),
        ("content_type: text/xml; charset=utf-8", "content_type: text/plain", None),
    ] {
        let pack = exported_pack();
        pack.edit(success, from, to);
        for ran in [snapshots("list", &pack).run(), caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).run()]
        {
            ran.exits_with(0).complains_of_nothing();
            match facts {
                Some(facts) => {
                    let told = format!(
                        "edited    codes.success: edited by hand, for its header is not that of its body ({facts})\n"
                    );
                    ran.says(&told).says("next: delete the snapshot that was edited, and `caketester client --pack ");
                }
                None => assert!(!ran.stdout.contains("edited"), "{to}: {}", ran.stdout),
            }
        }
    }
    // Blanks at the end, several kinds of line ends and other encodings are lost in a snapshot's text.
    for body in ["<a/> \n\n", "<a>\r\n<b/>\n</a>", "<a/>\t", "\n"] {
        let pack = exported_pack();
        let scenario = format!(
            "title: Odd\nupdate: {{ lead_id: ABCD0001, status: Funded }}\nclient: unknown\nanswer: {{ body: {body:?} }}\n"
        );
        pack.write("scenarios/codes/odd.yaml", scenario);
        client(&pack).run();
        snapshots("accept", &pack).run().exits_with(0).says("1 accepted");
        let ran = snapshots("list", &pack).run();
        assert!(!ran.exits_with(0).stdout.contains("edited"), "{body:?}: {}", ran.stdout);
    }
}

#[test]
fn the_marks_of_a_merge_in_a_snapshot_are_named() {
    let pack = exported_pack();
    let both = "<<<<<<< HEAD\n  <code>0</code>\n=======\n  <code>1</code>\n>>>>>>> mine";
    pack.edit("snapshots/codes.success.snap", "  <code>0</code>", both);
    let ran = snapshots("list", &pack).run();
    ran.exits_with(2).complains("codes.success.snap: it holds the marks of a merge (line 13)");
}

#[test]
fn who_accepts_what_no_run_has_written_is_told_to_run_the_client_first() {
    let pack = pack_with_a_new_scenario();
    let ran = snapshots("accept", &pack).run();
    let next = "nothing is pending\n1 snapshot missing: `caketester client --pack ";
    ran.exits_with(0).says(next).says(" --builtin` writes snapshots of what the mock answers, for review\n");
    client(&pack).run().exits_with(0);
    pack.edit("snapshots/codes.success.snap", "<code>0</code>", "<code>4</code>");
    client(&pack).run();
    let ran = snapshots("list", &pack).run();
    assert!(
        !ran.exits_with(0).stdout.contains("writes snapshots of what the mock answers, for review"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_review_takes_accept_reject_and_skip_and_asks_again_where_it_gets_nonsense() {
    let pack = pack_with_pending_snapshots(3);
    let ran = snapshots("review", &pack).run_with_stdin("a\nperhaps\n\nREJECT\n  S  \n");
    ran.exits_with(0).complains_of_nothing();
    insta::assert_snapshot!(said(&ran, &pack), @r#"

    [1/3] codes.new-1
      scenario: scenarios/codes/new-1.yaml
      asked: lead_id="ABCD0001" status="Funded"
      nothing to compare with; all of it is new
              1 + <result>
              2 +   <code>0</code>
              3 +   <msg>success</msg>
              4 + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit?
    [2/3] codes.new-2
      scenario: scenarios/codes/new-2.yaml
      asked: lead_id="ABCD0002" status="Funded"
      nothing to compare with; all of it is new
              1 + <result>
              2 +   <code>0</code>
              3 +   <msg>success</msg>
              4 + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit? please answer with a letter in brackets: [a]ccept, [r]eject, [s]kip, [q]uit?
    [a]ccept, [r]eject, [s]kip, [q]uit? please answer with a letter in brackets: [a]ccept, [r]eject, [s]kip, [q]uit?
    [a]ccept, [r]eject, [s]kip, [q]uit?
    [3/3] codes.new-3
      scenario: scenarios/codes/new-3.yaml
      asked: lead_id="ABCD0003" status="Funded"
      nothing to compare with; all of it is new
              1 + <result>
              2 +   <code>0</code>
              3 +   <msg>success</msg>
              4 + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit? 1 accepted, 1 rejected, 1 skipped
    "#);
    assert!(has(&pack, "codes.new-1.snap") && !has(&pack, "codes.new-1.snap.new"));
    assert!(!has(&pack, "codes.new-2.snap") && !has(&pack, "codes.new-2.snap.new"));
    assert!(!has(&pack, "codes.new-3.snap") && has(&pack, "codes.new-3.snap.new"));
}

#[test]
fn a_review_that_is_quit_or_whose_input_ends_leaves_the_rest_pending() {
    for (input, why) in
        [("a\nq\n", "quit: what is left is skipped"), ("a\n", "the input has ended: what is left is skipped")]
    {
        let pack = pack_with_pending_snapshots(3);
        let ran = snapshots("review", &pack).run_with_stdin(input);
        ran.exits_with(0).says(why).says("1 accepted, 0 rejected, 2 skipped");
        assert!(has(&pack, "codes.new-1.snap"));
        assert!(has(&pack, "codes.new-2.snap.new") && has(&pack, "codes.new-3.snap.new"));
    }
    let pack = pack_with_pending_snapshots(2);
    snapshots("review", &pack).run().exits_with(0).says("0 accepted, 0 rejected, 2 skipped");
}

#[test]
fn a_review_survives_an_answer_that_is_no_text_and_a_last_line_without_an_end() {
    let pack = pack_with_pending_snapshots(2);
    let ran = snapshots("review", &pack).run_with_stdin("\u{0}\u{7f}ü\nr\na");
    ran.exits_with(0).says("1 accepted, 1 rejected, 0 skipped");
}

#[test]
fn a_pending_snapshot_that_cannot_be_read_is_shown_with_the_reason_and_cannot_be_accepted() {
    let pack = pack_with_a_pending_snapshot();
    pack.write("snapshots/codes.brand-new.snap.new", "no snapshot\n");
    let ran = snapshots("review", &pack).run_with_stdin("a\nr\n");
    ran.exits_with(0).says("it does not begin with a line of `---`").says("what cannot be read cannot be accepted");
    ran.says("0 accepted, 1 rejected, 0 skipped");
    assert!(!has(&pack, "codes.brand-new.snap.new"));
}

#[test]
fn with_nothing_pending_there_is_nothing_to_do() {
    let pack = exported_pack();
    snapshots("review", &pack).run().exits_with(0).says("0 accepted, 0 rejected, 0 skipped");
    assert_eq!(snapshots("accept", &pack).run().exits_with(0).stdout, "nothing is pending\n");
    assert_eq!(snapshots("reject", &pack).run().exits_with(0).stdout, "nothing is pending\n");
    snapshots("prune", &pack).run().exits_with(0).says("0 files removed");
}

#[test]
fn a_snapshot_that_no_step_expects_is_found_and_removed_and_nothing_else_is() {
    let pack = exported_pack();
    let before = pack.files();
    pack.write("snapshots/codes.gone.snap", pack.read("snapshots/codes.success.snap"));
    pack.write("snapshots/codes.gone.snap.new", "anything");
    pack.write("snapshots/README.md", "Mine.");
    pack.write("snapshots/.hidden.snap", "Mine.");
    client(&pack).run().exits_with(0).says("no step expects codes.gone");
    client(&pack).arg("--ci").run().exits_with(5).says("no step expects codes.gone");
    let ran = snapshots("prune", &pack).run();
    ran.exits_with(0);
    insta::assert_snapshot!(said(&ran, &pack), @"
    removed PACK/snapshots/codes.gone.snap
    removed PACK/snapshots/codes.gone.snap.new
    2 files removed
    ");
    let after: Vec<String> = pack.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(after, ["snapshots/.hidden.snap", "snapshots/README.md"]);
    client(&pack).arg("--ci").run().exits_with(0);
}

#[test]
fn a_changed_snapshot_stops_a_client_run_before_the_client_is_started() {
    let pack = exported_pack();
    pack.edit("snapshots/codes.success.snap", "<code>0</code>", "<code>4</code>");
    let before = pack.files();
    let witness = folder();
    let started = witness.at("started");
    let run = |ci: &str| {
        let client = ["client", ci, "--pack"];
        caketester(client)
            .arg(pack.path())
            .args(["--", env!("CARGO_BIN_EXE_caketester"), "pack", "export"])
            .arg(&started)
            .run()
    };
    for ran in [run("--ci"), run("--no-ci")] {
        ran.exits_with(2).says_nothing().complains("differ from 1 of the pack's snapshots, first from codes.success");
        ran.complains("code: expected 4, got 0").complains("nothing was sent to the client");
        assert_eq!(witness.files(), Vec::<String>::new());
    }
    let new: Vec<String> = pack.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(new, ["snapshots/codes.success.snap.new"]);
    snapshots("accept", &pack).run().exits_with(0);
    client(&pack).arg("--exact").run().exits_with(0);
}

#[test]
fn other_bytes_of_the_same_meaning_are_a_difference_only_where_bytes_are_asked_for() {
    let pack = exported_pack();
    pack.edit("snapshots/codes.success.snap", "  <code>0</code>\n  <msg>", "  <code>0</code><msg>");
    pack.edit("snapshots/codes.success.snap", "length: 56", "length: 53");
    client(&pack).run().exits_with(0);
    assert!(!has(&pack, "codes.success.snap.new"));
    client(&pack).arg("--exact").run().exits_with(2).complains("length: expected 53 bytes, was 56 bytes");
    assert!(has(&pack, "codes.success.snap.new"));
}

#[test]
fn a_snapshot_that_a_person_wrote_without_facts_is_compared_by_meaning() {
    let pack = exported_pack();
    pack.write("snapshots/codes.success.snap", "---\n---\n<result><code>0</code><msg>success</msg></result>\n");
    client(&pack).run().exits_with(0);
    pack.write("snapshots/codes.success.snap", "---\n---\n<result><code>0</code><msg>done</msg></result>\n");
    client(&pack).run().exits_with(2).complains("msg: expected \"done\", got \"success\"");
}

#[test]
fn a_broken_snapshot_stops_the_run_with_its_path_and_what_to_do() {
    let pack = exported_pack();
    for (text, complaint) in [
        (&b"no snapshot\n"[..], "it does not begin with a line of `---`"),
        (b"---\nsource: x\n", "its header has no second line of `---`"),
        (b"---\ninfo: 7\n---\nx\n", "its header cannot be understood"),
        (b"---\n---\n\xff\xfe\n", "failed to read"),
    ] {
        pack.write("snapshots/codes.success.snap", text);
        let ran = client(&pack).run();
        ran.exits_with(2).says_nothing().complains("codes.success.snap").complains(complaint);
    }
}

#[test]
fn a_directory_in_place_of_a_snapshot_is_left_alone() {
    let pack = exported_pack();
    pack.remove("snapshots/codes.success.snap");
    pack.write("snapshots/codes.success.snap/inside", "Mine.");
    client(&pack).run().exits_with(2).complains("it is not a regular file; move it away");
    snapshots("prune", &pack).run().exits_with(0).says("0 files removed");
    assert_eq!(pack.read("snapshots/codes.success.snap/inside"), "Mine.");
}

#[test]
fn the_built_in_pack_cannot_be_changed_and_says_how_to_have_one_of_its_own() {
    for verb in ["review", "accept", "reject", "prune"] {
        let ran = caketester(["snapshots", verb]).run();
        ran.exits_with(2).says_nothing().complains("the standard pack is built in and read-only");
        ran.complains("help: write it out with `caketester pack export DIR` and use that with `--pack DIR`");
    }
}

/// `cargo insta`, kept away from the network, from a workspace around it, and from the build of these tests.
fn cargo_insta(pack: &Path, target: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command
        .arg("insta")
        .args(arguments)
        .current_dir(pack)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_NET_OFFLINE", "true");
    for name in ["INSTA_UPDATE", "INSTA_FORCE_PASS", "INSTA_WORKSPACE_ROOT", "CI"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap_or_else(|error| panic!("cargo insta cannot be started: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn cargo_insta_sees_and_accepts_what_a_failing_run_leaves() {
    if skipped_without("cargo insta", &[env!("CARGO"), "insta", "--version"]) {
        return;
    }
    let pack = pack_with_a_pending_snapshot();
    pack.write("Cargo.toml", "[package]\nname = \"pack\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n");
    pack.write("src/lib.rs", "");
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 63\r\nConnection: close\r\n\r\n<result>\r\n  <code>4</code>\r\n  <msg>not enabled</msg>\r\n</result>\r\n";
    let endpoint = server_that_answers(answer);
    let only = ["endpoint", &endpoint.base_url(), "--only", "codes/success", "--pack"];
    caketester(only).arg(pack.path()).run().exits_with(1);
    let target = folder();

    let pending = cargo_insta(pack.path(), target.path(), &["pending-snapshots", "--as-json"]);
    let paths =
        pending.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].to_string());
    let names: Vec<String> = paths.filter_map(|path| path.rsplit(['/', '\\']).next().map(str::to_owned)).collect();
    assert_eq!(names, ["codes.brand-new.snap\"", "codes.success.snap\""], "{pending}");
    cargo_insta(pack.path(), target.path(), &["accept"]);
    assert!(!has(&pack, "codes.brand-new.snap.new") && !has(&pack, "codes.success.snap.new"));
    assert!(pack.read("snapshots/codes.success.snap").contains("<code>4</code>"));

    // What cargo insta has written is as good as what we write.
    caketester(only).args([pack.path().as_os_str(), "--exact".as_ref()]).run().exits_with(0);
    snapshots("list", &pack).run().exits_with(0).says("different codes.success: ").says("217 of 218 ");
}

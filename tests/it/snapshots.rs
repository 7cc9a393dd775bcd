//! `caketester snapshots` from outside, and what runs make of snapshots: the whole life of one.

use std::path::Path;
use std::process::Command;

use crate::support::page::assert_snapshot;
#[cfg(unix)]
use crate::support::terminal::Terminal;
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
    assert_snapshot!(ran.exits_with(0).page());
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
    let mut pages = String::new();
    for ran in
        [client(&pack).arg("--ci").run(), client(&pack).env("CI", "true").run(), client(&pack).env("CI", "1").run()]
    {
        pages += &ran.exits_with(5).page_without_scenarios();
    }
    assert_snapshot!(pages);
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
    assert_snapshot!(client(&pack).arg("--ci").run().exits_with(5).page());
    assert_snapshot!(snapshots("accept", &pack).run().exits_with(0).page(), @r"
    $ caketester snapshots accept --pack [DIR]
    exit code 0
    --- stdout
    accepted codes.brand-new
    1 accepted
    ");
    assert!(has(&pack, "codes.brand-new.snap") && !has(&pack, "codes.brand-new.snap.new"));
    client(&pack).arg("--ci").run().exits_with(0);
    client(&pack).args(["--ci", "--exact"]).run().exits_with(0);
    assert_snapshot!(snapshots("list", &pack).run().exits_with(0).page(), @"
    $ caketester snapshots list --pack [DIR]
    exit code 0
    --- stdout
    [N] of [N] snapshots are what the mock answers
    ");
}

#[test]
fn a_rejected_snapshot_is_gone_and_the_next_run_writes_it_again() {
    let pack = pack_with_a_pending_snapshot();
    assert_snapshot!(snapshots("reject", &pack).run().exits_with(0).page(), @r"
    $ caketester snapshots reject --pack [DIR]
    exit code 0
    --- stdout
    rejected codes.brand-new
    1 rejected
    ");
    assert!(!has(&pack, "codes.brand-new.snap") && !has(&pack, "codes.brand-new.snap.new"));
    client(&pack).run().exits_with(0);
    assert!(has(&pack, "codes.brand-new.snap.new"));
}

#[test]
fn snapshots_are_accepted_by_name_and_a_misspelt_name_is_told_with_the_nearest() {
    let pack = pack_with_pending_snapshots(3);
    let ran = snapshots("accept", &pack).arg("codes.new-9").run();
    assert_snapshot!(ran.exits_with(2).page(), @r#"
    $ caketester snapshots accept --pack [DIR] codes.new-9
    exit code 2
    --- stderr
    error: no snapshot "codes.new-9" is pending
      help: did you mean codes.new-1?
    "#);
    // One wrong name, and none is accepted.
    snapshots("accept", &pack).args(["codes.new-1", "nonsense"]).run().exits_with(2);
    assert!(!has(&pack, "codes.new-1.snap"));
    assert_snapshot!(snapshots("accept", &pack).args(["codes.new-1", "codes/new-3"]).run().exits_with(0).page(), @r"
    $ caketester snapshots accept --pack [DIR] codes.new-1 codes/new-3
    exit code 0
    --- stdout
    accepted codes.new-1
    accepted codes.new-3
    2 accepted
    ");
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
    next: `caketester client --pack PACK --builtin` writes snapshots of what the mock answers, for review
    next: `caketester snapshots review --pack PACK`
    next: `caketester snapshots prune --pack PACK` removes what no step expects; first see whether its scenario is to come back
    1154 of 1157 snapshots are what the mock answers
    ");
    assert_eq!(pack.files(), before);
    assert_snapshot!(caketester(["snapshots", "list"]).run().exits_with(0).page(), @"
    $ caketester snapshots list
    exit code 0
    --- stdout
    [N] of [N] snapshots are what the mock answers
    ");
}

#[test]
fn who_accepts_what_no_run_has_written_is_told_to_run_the_client_first() {
    let pack = pack_with_a_new_scenario();
    let ran = snapshots("accept", &pack).run();
    assert_snapshot!(ran.exits_with(0).page(), @r"
    $ caketester snapshots accept --pack [DIR]
    exit code 0
    --- stdout
    nothing is pending
    1 snapshot missing: `caketester client --pack [DIR] --builtin` writes snapshots of what the mock answers, for review
    ");
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
          + <result>
          +   <code>0</code>
          +   <msg>success</msg>
          + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit?
    [2/3] codes.new-2
      scenario: scenarios/codes/new-2.yaml
      asked: lead_id="ABCD0002" status="Funded"
      nothing to compare with; all of it is new
          + <result>
          +   <code>0</code>
          +   <msg>success</msg>
          + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit? [a]ccept, [r]eject, [s]kip, [q]uit? [a]ccept, [r]eject, [s]kip, [q]uit?
    [3/3] codes.new-3
      scenario: scenarios/codes/new-3.yaml
      asked: lead_id="ABCD0003" status="Funded"
      nothing to compare with; all of it is new
          + <result>
          +   <code>0</code>
          +   <msg>success</msg>
          + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit? 1 accepted, 1 rejected, 1 still pending
    "#);
    assert!(has(&pack, "codes.new-1.snap") && !has(&pack, "codes.new-1.snap.new"));
    assert!(!has(&pack, "codes.new-2.snap") && !has(&pack, "codes.new-2.snap.new"));
    assert!(!has(&pack, "codes.new-3.snap") && has(&pack, "codes.new-3.snap.new"));
}

#[test]
fn a_review_that_is_quit_or_whose_input_ends_leaves_the_rest_pending() {
    let mut pages = String::new();
    for input in ["a\nq\n", "a\n"] {
        let pack = pack_with_pending_snapshots(3);
        let ran = snapshots("review", &pack).run_with_stdin(input);
        pages += &ran.exits_with(0).page();
        assert!(has(&pack, "codes.new-1.snap"));
        assert!(has(&pack, "codes.new-2.snap.new") && has(&pack, "codes.new-3.snap.new"));
    }
    assert_snapshot!(pages);
    let pack = pack_with_pending_snapshots(2);
    assert_snapshot!(snapshots("review", &pack).run().exits_with(0).page(), @r#"
    $ caketester snapshots review --pack [DIR]
    exit code 0
    --- stdout

    [1/2] codes.new-1
      scenario: scenarios/codes/new-1.yaml
      asked: lead_id="ABCD0001" status="Funded"
      nothing to compare with; all of it is new
          + <result>
          +   <code>0</code>
          +   <msg>success</msg>
          + </result>
    [a]ccept, [r]eject, [s]kip, [q]uit? 

    0 accepted, 0 rejected, 2 still pending
    "#);
}

#[test]
fn a_review_survives_an_answer_that_is_no_text_and_a_last_line_without_an_end() {
    let pack = pack_with_pending_snapshots(2);
    let ran = snapshots("review", &pack).run_with_stdin("\u{0}\u{7f}ü\nr\na");
    assert_snapshot!(ran.exits_with(0).page());
}

#[test]
fn a_pending_snapshot_that_cannot_be_read_is_shown_with_the_reason_and_cannot_be_accepted() {
    let pack = pack_with_a_pending_snapshot();
    pack.write("snapshots/codes.brand-new.snap.new", "no snapshot\n");
    let ran = snapshots("review", &pack).run_with_stdin("a\nr\n");
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ caketester snapshots review --pack [DIR]
    exit code 0
    --- stdout

    [1/1] codes.brand-new
      failed to read [DIR]/snapshots/codes.brand-new.snap.new: it does not begin with a line of `---`, as a snapshot does; mend it by hand, or delete it and let a run write it anew
    [r]eject, [s]kip, [q]uit? [r]eject, [s]kip, [q]uit? 0 accepted, 1 rejected, 0 still pending
    ");
    assert!(!has(&pack, "codes.brand-new.snap.new"));
}

#[cfg(unix)]
#[test]
fn what_changed_since_it_was_shown_is_shown_anew() {
    let pack = pack_with_pending_snapshots(2);
    let path = pack.path().to_str().expect("the folder's name is text");
    let mut terminal = Terminal::new(&["snapshots", "review", "--pack", path]);
    terminal.sees("</result>");
    pack.edit("snapshots/codes.new-1.snap.new", "<code>0</code>", "<code>1</code>");
    pack.remove("snapshots/codes.new-2.snap.new");
    terminal.answers("[q]uit?", "a");
    terminal.sees("it has changed since it was shown");
    terminal.sees("<code>1</code>");
    terminal.answers("[q]uit?", "a");
    terminal.sees("it is no longer pending");
    terminal.ends_with(0);
    assert!(pack.read("snapshots/codes.new-1.snap").contains("<code>1</code>"));
}

#[test]
fn with_nothing_pending_there_is_nothing_to_do() {
    let pack = exported_pack();
    assert_snapshot!(snapshots("review", &pack).run().exits_with(0).page(), @"
    $ caketester snapshots review --pack [DIR]
    exit code 0
    --- stdout
    0 accepted, 0 rejected, 0 still pending
    ");
    assert_eq!(snapshots("accept", &pack).run().exits_with(0).stdout, "nothing is pending\n");
    assert_eq!(snapshots("reject", &pack).run().exits_with(0).stdout, "nothing is pending\n");
    assert_snapshot!(snapshots("prune", &pack).run().exits_with(0).page(), @r"
    $ caketester snapshots prune --pack [DIR]
    exit code 0
    --- stdout
    0 files removed
    ");
}

#[test]
fn a_snapshot_that_no_step_expects_is_found_and_removed_and_nothing_else_is() {
    let pack = exported_pack();
    let before = pack.files();
    pack.write("snapshots/codes.gone.snap", pack.read("snapshots/codes.success.snap"));
    pack.write("snapshots/codes.gone.snap.new", "anything");
    pack.write("snapshots/README.md", "Mine.");
    pack.write("snapshots/.hidden.snap", "Mine.");
    assert_snapshot!(client(&pack).run().exits_with(0).page());
    assert_snapshot!(client(&pack).arg("--ci").run().exits_with(5).page());
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
    let mut pages = String::new();
    for ran in [run("--ci"), run("--no-ci")] {
        pages += &ran.exits_with(2).page();
        assert_eq!(witness.files(), Vec::<String>::new());
    }
    assert_snapshot!(pages, @r"
    $ caketester client --ci --pack [DIR] -- caketester pack export [DIR]/started
    exit code 2
    --- stderr
    error: the mock's answers differ from 1 of the pack's snapshots, first from codes.success: code: expected 4, got 0
      help: a run outside CI against a pack on disk (--pack DIR) writes them anew, for review; nothing was sent to the client
    $ caketester client --no-ci --pack [DIR] -- caketester pack export [DIR]/started
    exit code 2
    --- stderr
    error: the mock's answers differ from 1 of the pack's snapshots, first from codes.success: code: expected 4, got 0
      help: look at them with `caketester snapshots review --pack [DIR]`; nothing was sent to the client
    ");
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
    assert_snapshot!(client(&pack).arg("--exact").run().exits_with(2).page(), @r"
    $ caketester client --builtin --only codes --pack [DIR] --exact
    exit code 2
    --- stderr
    error: the mock's answers differ from 1 of the pack's snapshots, first from codes.success: length: expected 53 bytes, was 56 bytes
      help: look at them with `caketester snapshots review --pack [DIR]`; nothing was sent to the client
    ");
    assert!(has(&pack, "codes.success.snap.new"));
}

#[test]
fn a_snapshot_that_a_person_wrote_without_facts_is_compared_by_meaning() {
    let pack = exported_pack();
    pack.write("snapshots/codes.success.snap", "---\n---\n<result><code>0</code><msg>success</msg></result>\n");
    client(&pack).run().exits_with(0);
    pack.write("snapshots/codes.success.snap", "---\n---\n<result><code>0</code><msg>done</msg></result>\n");
    assert_snapshot!(client(&pack).run().exits_with(2).page(), @r#"
    $ caketester client --builtin --only codes --pack [DIR]
    exit code 2
    --- stderr
    error: the mock's answers differ from 1 of the pack's snapshots, first from codes.success: msg: expected "done", got "success"
      help: look at them with `caketester snapshots review --pack [DIR]`; nothing was sent to the client
    "#);
}

#[test]
fn a_broken_snapshot_stops_the_run_with_its_path_and_what_to_do() {
    let pack = exported_pack();
    let mut pages = String::new();
    for text in [&b"no snapshot\n"[..], b"---\nsource: x\n", b"---\ninfo: 7\n---\nx\n", b"---\n---\n\xff\xfe\n"] {
        pack.write("snapshots/codes.success.snap", text);
        let ran = client(&pack).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn a_directory_in_place_of_a_snapshot_is_left_alone() {
    let pack = exported_pack();
    pack.remove("snapshots/codes.success.snap");
    pack.write("snapshots/codes.success.snap/inside", "Mine.");
    assert_snapshot!(client(&pack).run().exits_with(2).page(), @r"
    $ caketester client --builtin --only codes --pack [DIR]
    exit code 2
    --- stderr
    error: failed to read [DIR]/snapshots/codes.success.snap: it is not a regular file; move it away
    ");
    assert_snapshot!(snapshots("prune", &pack).run().exits_with(0).page(), @r"
    $ caketester snapshots prune --pack [DIR]
    exit code 0
    --- stdout
    0 files removed
    ");
    assert_eq!(pack.read("snapshots/codes.success.snap/inside"), "Mine.");
}

#[test]
fn the_built_in_pack_cannot_be_changed_and_says_how_to_have_one_of_its_own() {
    let mut pages = String::new();
    for verb in ["review", "accept", "reject", "prune"] {
        let ran = caketester(["snapshots", verb]).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
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
    assert_snapshot!(snapshots("list", &pack).run().exits_with(0).page(), @r#"
    $ caketester snapshots list --pack [DIR]
    exit code 0
    --- stdout
    different codes.success: code: expected 4, got 0; msg: expected "not enabled", got "success"
    next: `caketester client --pack [DIR] --builtin` writes snapshots of what the mock answers, for review
    [N] of [N] snapshots are what the mock answers
    "#);
}

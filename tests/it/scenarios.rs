//! `caketester scenarios` and `caketester pack` from outside: what a pack holds, and every mistake in one shown
//! where it stands.

#[path = "../../benches/mock/generated.rs"]
mod generated;

use crate::support::page::assert_snapshot;
use crate::support::{Folder, Ran, caketester, exported_pack, folder};

/// What stands in every instance that is no mistake.
const INSTANCE: &str = "buyers: [{ name: Acme, key: BuyerAPIKeyHere }]\nstatuses: [{ name: Funded }]\n\
                        leads: [{ id: C8097F17 }]\nsample: { lead_id: C8097F17, status: Funded }\n";

/// A pack with an instance that is right and these scenarios.
fn pack(scenarios: &[(&str, &str)]) -> Folder {
    let pack = folder();
    pack.write("scenarios/instance.yaml", INSTANCE);
    for (path, text) in scenarios {
        pack.write(&format!("scenarios/{path}"), text);
    }
    pack
}

fn lint(pack: &Folder) -> Ran {
    caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).run()
}

/// What lint complains of, without the folder, which is another each time.
#[track_caller]
fn mistakes(pack: &Folder) -> String {
    let ran = lint(pack);
    ran.exits_with(2).says_nothing();
    ran.stderr.replace('\\', "/").replace(&pack.path().display().to_string().replace('\\', "/"), "PACK")
}

/// What lint complains of where this is the only scenario.
#[track_caller]
fn mistakes_in(text: &str) -> String {
    mistakes(&pack(&[("codes/x.yaml", text)]))
}

#[test]
fn list_shows_every_scenario_with_its_codes_and_title() {
    let ran = caketester(["scenarios", "list"]).run();
    ran.exits_with(0).complains_of_nothing();
    assert!(ran.stdout.lines().count() > 100, "{}", ran.stdout);
    let first: Vec<&str> = ran.stdout.lines().take(8).collect();
    insta::assert_snapshot!(first.join("\n"), @"
    answers/all-kinds-for-unqualified                   1,2,3,4,7,-  Every kind of answer, for a lead that is not qualified
    answers/all-kinds-for-withdrawn                     1,2,3,4,7,-  Every kind of answer, for a lead that was withdrawn
    answers/all-kinds-with-a-correction                 1,2,3,4,7,-  Every kind of answer, with an amount below zero
    answers/all-kinds-with-everything                   1,2,3,4,7,-  Every kind of answer, with a sub-status and fields
    answers/almost-xml                                  -     A success that is almost XML
    answers/attributes                                  0,2   Attributes on the elements
    answers/blank-lines                                 0,2   Blank lines around the XML
    answers/byte-order-mark                             0,2   A byte order mark before the XML
    ");
}

#[test]
fn list_shows_what_was_selected_and_says_what_fits_nothing() {
    let ran = caketester(["scenarios", "list", "--only", "codes", "--tag", "smoke"]).run();
    assert!(ran.exits_with(0).stdout.lines().all(|line| line.starts_with("codes/")), "{}", ran.stdout);
    let one = caketester(["scenarios", "list", "--only", "codes/success"]).run();
    assert_eq!(one.exits_with(0).stdout, "codes/success  0     A status the network knows\n");
    let mut pages = String::new();
    for arguments in [
        &["--only", "code"][..],
        &["--only", "codes/sucess"],
        &["--only", "success"],
        &["--only", "compactt"],
        &["--tag", "smok"],
        &["--only", "smoke"],
        &["--tag", "codes"],
        &["--only", "scenarios/codes/success.yaml"],
        &["--only", "code/*"],
        &["--tag", "nosuch"],
        &["--code", "98"],
        &["--only", "encoding", "--tag", "smoke"],
    ] {
        let ran = caketester(["scenarios", "list"]).args(arguments).run();
        pages += &ran.exits_with(4).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn list_takes_globs_codes_and_rules_alone_and_together() {
    let list = |arguments: &[&str]| {
        let ran = caketester(["scenarios", "list"]).args(arguments).run();
        let ids = ran.exits_with(0).stdout.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(list(&["--only", "codes/*"]), list(&["--only", "codes"]));
    assert_eq!(list(&["--only", "*/succes?", "--only", "codes/not-e*"]), ["codes/not-enabled", "codes/success"]);
    let one = |codes: &str| list(&["--tag", "smoke", "--code", codes]);
    assert_eq!(one("1"), ["codes/key-replaced"]);
    assert_eq!(one("4,3"), ["codes/not-enabled", "codes/status-absent"]);
    assert_eq!(list(&["--tag", "smoke", "--code", "4", "--code", "3"]), one("4,3"));
    assert_eq!(list(&["--rule", "A02", "--tag", "smoke"]), ["codes/key-replaced"]);
    assert_eq!(
        list(&["--rule", "a02", "--rule", "A05", "--tag", "smoke"]),
        ["codes/key-replaced", "codes/not-enabled"]
    );
    assert_eq!(list(&["--rule", "S02"]), list(&["--tag", "certificate"]));
    assert!(list(&["--rule", "R07"]).contains(&"retries/retry-after-a-second".to_owned()));
}

#[test]
fn a_glob_that_is_none_and_a_rule_that_is_none_are_told_with_what_was_meant() {
    let mut pages = String::new();
    for (flag, value) in [("--only", "codes/[a"), ("--rule", "A11"), ("--rule", "whatever"), ("--code", "three")] {
        pages += &caketester(["scenarios", "list", flag, value]).run().exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn show_tells_what_is_sent_what_cake_answers_and_why_and_the_file_itself() {
    let ran = caketester(["scenarios", "show", "updates/retry-after-503"]).run();
    ran.exits_with(0).complains_of_nothing().never_says("BuyerAPIKeyHere");
    insta::assert_snapshot!(ran.stdout, @r#"
    updates/retry-after-503: Unavailable once, then an ordinary answer
      basis     assumed
      why       Servers are restarted. Trying again later is welcome, saying "unknown" is honest, and taking the error page for an answer is neither.
      file      scenarios/updates/retry-after-503.yaml

      attempt 1
        sends     GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5A1E030B&status=Funded
        CAKE      HTTP 503 text/html; charset=us-ascii: the scenario answers in CAKE's place, which itself would say: every check passed
                    <HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD>
                    <BODY><h2>Service Unavailable</h2>
                    <hr><p>HTTP Error 503. The service is unavailable.</p>
                    </BODY></HTML>
        client    updated or unknown
        snapshot  updates.retry-after-503.snap

      attempt 2
        sends     GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5A1E030B&status=Funded
        CAKE      HTTP 200 text/xml; charset=utf-8: every check passed
                    <result>
                      <code>0</code>
                      <msg>success</msg>
                    </result>
        client    updated or unknown
        snapshot  updates.retry-after-503@attempt-2.snap

    # yaml-language-server: $schema=../../scenario.schema.json
    title: Unavailable once, then an ordinary answer
    basis: assumed
    why: Servers are restarted. Trying again later is welcome, saying "unknown" is honest, and taking the error page for an answer is neither.
    update: { lead_id: 5A1E030B, status: Funded }
    code: 0
    client: [updated, unknown]
    attempts:
      - answer:
          http_status: 503
          content_type: text/html; charset=us-ascii
          body: "<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD>\r\n<BODY><h2>Service Unavailable</h2>\r\n<hr><p>HTTP Error 503. The service is unavailable.</p>\r\n</BODY></HTML>\r\n"
      - {}
    "#);
}

#[test]
fn a_scenario_that_is_not_there_is_told_with_the_nearest() {
    let ran = caketester(["scenarios", "show", "codes/sucess"]).run();
    assert_snapshot!(ran.exits_with(4).page(), @r#"
    $ caketester scenarios show codes/sucess
    exit code 4
    --- stderr
    error: there is no scenario "codes/sucess" in this pack
      help: did you mean codes/success?
    "#);
    assert_snapshot!(caketester(["scenarios", "show", "Q"]).run().exits_with(4).page(), @r#"
    $ caketester scenarios show Q
    exit code 4
    --- stderr
    error: there is no scenario "Q" in this pack
      help: `caketester scenarios list` shows the scenarios, `caketester explain topics` the pages of help
    "#);
}

#[test]
fn the_standard_pack_has_no_mistakes_and_neither_has_what_export_writes() {
    let elsewhere = folder();
    let ran = caketester(["scenarios", "lint"]).in_dir(elsewhere.path()).run();
    assert_snapshot!(ran.exits_with(0).page(), @r"
    $ caketester scenarios lint
    exit code 0
    --- stdout
    [N] scenarios, no mistakes
    ");
    let pack = exported_pack();
    assert_eq!(lint(&pack).exits_with(0).stdout, ran.stdout);
    let client = caketester(["client", "--builtin", "--ci", "--exact", "--pack"]).arg(pack.path()).run();
    assert_snapshot!(client.exits_with(0).page_without_scenarios(), @"
    $ caketester client --builtin --ci --exact --pack [DIR]
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
fn export_writes_into_a_new_or_an_empty_directory_and_into_no_other() {
    let folder = folder();
    let export = |below: &str| caketester(["pack", "export"]).arg(folder.at(below)).run();
    let ran = export("deep/new directory");
    assert_snapshot!(ran.exits_with(0).page(), @"
    $ caketester pack export '[DIR]/deep/new directory'
    exit code 0
    --- stdout
    wrote [N] scenarios, their instance.yaml and [N] snapshots to '[DIR]/deep/new directory'
    next: caketester client --pack '[DIR]/deep/new directory' --builtin
    ");

    folder.write("mine/file.txt", "Mine.");
    assert_snapshot!(export("mine").exits_with(2).page(), @r"
    $ caketester pack export [DIR]/mine
    exit code 2
    --- stderr
    error: [DIR]/mine is not empty, and nothing was written
      help: name a new directory
    ");
    assert_snapshot!(export("mine/file.txt").exits_with(2).page(), @"
    $ caketester pack export [DIR]/mine/file.txt
    exit code 2
    --- stderr
    error: cannot write to the directory [DIR]/mine/file.txt: [OS ERROR]
    ");
    assert_snapshot!(export("deep/new directory").exits_with(2).page(), @r"
    $ caketester pack export '[DIR]/deep/new directory'
    exit code 2
    --- stderr
    error: [DIR]/deep/new directory is not empty, and nothing was written
      help: name a new directory
    ");
    let others: Vec<String> = folder.files().into_iter().filter(|file| !file.starts_with("deep/")).collect();
    assert_eq!(others, ["mine/file.txt"]);
    assert_eq!(folder.read("mine/file.txt"), "Mine.");
}

#[test]
fn every_mistake_of_a_pack_is_told_at_once_in_the_order_of_files_and_lines() {
    let pack = pack(&[
        ("codes/b.yaml", "title: B\nupdate: { lead_id: F2, status: funded }\ncode: 0\n"),
        ("codes/a.yaml", "title: A\nupdate: { lead_id: F1, status: Funded }\ncode: 0\ncolour: red\n"),
        ("codes/c.yaml", "title: ''\nupdate: { lead_id: '', status: Funded }\ncode: 0\n"),
        ("codes/right.yaml", "title: Right\nupdate: { lead_id: F3, status: Funded }\ncode: 0\n"),
    ]);
    insta::assert_snapshot!(mistakes(&pack), @r#"
    error: unknown key `colour`
     --> PACK/scenarios/codes/a.yaml:4:1
      |
    4 | colour: red
      | ^^^^^^
      |
      = help: the keys here are title, basis, why, weight, reason, tags, needs, tls, instance, update, steps, code, client, answer, fault, attempts

    error: CAKE answers with code 3 here, not 0: status "funded" is not configured; "Funded" is (only the letter case differs)
     --> PACK/scenarios/codes/b.yaml:3:7
      |
    3 | code: 0
      |       ^
      |
      = help: write `code: 3` if you mean that; otherwise change the instance or the update

    error: the title is empty
     --> PACK/scenarios/codes/c.yaml:1:8
      |
    1 | title: ''
      |        ^^
      |
      = help: say what the scenario is about

    error: the lead ID is empty
     --> PACK/scenarios/codes/c.yaml:2:20
      |
    2 | update: { lead_id: '', status: Funded }
      |                    ^^
      |
      = help: take one that no other scenario has; `caketester scenarios new` finds some

    4 mistakes in 3 files
    "#);
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    insta::assert_snapshot!(mistakes_in("titel: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n"), @"
    error: unknown key `titel`
     --> PACK/scenarios/codes/x.yaml:1:1
      |
    1 | titel: X
      | ^^^^^
      |
      = help: did you mean `title`? The keys here are title, basis, why, weight, reason, tags, needs, tls, instance, update, steps, code, client, answer, fault, attempts

    1 mistake in 1 file
    ");
}

#[test]
fn a_fault_that_leaves_the_answer_whole_and_a_code_that_no_client_sees_are_mistakes() {
    let fault = |rest: &str| format!("title: X\nupdate: {{ lead_id: F1, status: Funded }}\nclient: unknown\n{rest}\n");
    insta::assert_snapshot!(mistakes_in(&fault("fault: { kind: close, phase: after_commit, after: 56 }")), @"
    error: the answer's body has 56 bytes, so nothing is missing after 56
     --> PACK/scenarios/codes/x.yaml:4:8
      |
    4 | fault: { kind: close, phase: after_commit, after: 56 }
      |        ^
      |
      = help: let the fault strike earlier: `after: 55` at most

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(mistakes_in(&fault("code: 0\nfault: { kind: close, phase: after_commit, after: 55 }")), @"
    error: no client gets to see a code here: closed after 55 bytes of the body, update recorded
     --> PACK/scenarios/codes/x.yaml:4:7
      |
    4 | code: 0
      |       ^
      |
      = help: leave `code` out, and say `client:`; or let the next attempt through: `attempts: [{ fault: … }, {}]`

    1 mistake in 1 file
    ");
}

#[test]
fn an_outcome_that_no_answer_means_is_told_with_the_right_one() {
    let update = "title: X\nupdate: { lead_id: F1, status: Funded }\n";
    let mut told = String::new();
    for rest in [
        "code: 0\nclient: rejected\n",
        "code: 0\nclient: [updated, rejected]\n",
        "instance: { enabled: false }\ncode: 4\nclient: [updated, unknown, rejected]\n",
        "client: updated\nfault: { kind: reset, phase: after_commit }\n",
        "code: 0\nclient: rejected\nfault: { kind: expired_certificate, phase: before_commit }\n",
    ] {
        told += &mistakes_in(&format!("{update}{rest}"));
    }
    assert_snapshot!(told);
}

#[test]
fn what_an_update_sends_is_configured_and_needed() {
    let told = |update: &str, rest: &str| {
        mistakes_in(&format!("title: X\nupdate: {{ lead_id: F1, status: Funded, {update} }}\ncode: 0\n{rest}"))
    };
    let field = "instance: { fields: [{ name: loan_amount }] }\n";
    let misspelt = told("fields: { loan_amonut: 5 }", &format!("{field}needs: [fields]\n"));
    let unknown = told("fields: { apr: 5 }", "needs: [fields]\n");
    let fields = told("fields: { Loan_Amount: 5 }", &format!("{field}needs: [values]\n"));
    let sub_status = told("sub_status: Full", "instance: { statuses: [{ name: Funded, sub_statuses: [Full] }] }\n");
    assert_snapshot!(misspelt + &unknown + &fields + &sub_status);
}

#[test]
fn a_field_that_the_scenario_takes_away_is_meant_to_be_unknown() {
    let text = "title: X\nneeds: [fields]\ninstance: { fields: { remove: [note] } }\n\
                update: { lead_id: F1, status: Funded, fields: { note: x } }\ncode: 0\n";
    let pack = pack(&[("codes/x.yaml", text)]);
    pack.write("scenarios/instance.yaml", format!("{INSTANCE}fields: [{{ name: note }}]\n"));
    lint(&pack).exits_with(0);
}

#[test]
fn buyers_with_one_key_and_a_lead_that_stands_twice_are_told() {
    let pack = folder();
    pack.write(
        "scenarios/instance.yaml",
        INSTANCE
            .replace("BuyerAPIKeyHere }]", "BuyerAPIKeyHere }, { name: Other, key: BuyerAPIKeyHere }]")
            .replace("leads: [{ id: C8097F17 }]", "leads: [{ id: C8097F17 }, { id: C8097F17 }]"),
    );
    let told = mistakes(&pack);
    assert!(!told.contains("BuyerAPIKeyHere"), "{told}");
    assert_snapshot!(told);
}

#[test]
fn a_key_that_reads_like_a_variable_is_not_taken_for_one() {
    let mut told = String::new();
    for key in ["$CT_KEY", "\"${CT_KEY}\"", "env:CT_KEY", "\"%CT_KEY%\"", "\"{{ ct_key }}\""] {
        let pack = folder();
        pack.write("scenarios/instance.yaml", INSTANCE.replace("BuyerAPIKeyHere", key));
        told += &mistakes(&pack);
    }
    assert!(!told.to_lowercase().contains("ct_key"), "{told}");
    assert_snapshot!(told);
}

#[test]
fn a_file_that_is_probably_meant_as_a_scenario_is_told_by_its_name() {
    let text = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    let mut told = String::new();
    for name in ["x.txt", "x", "x.YAML", "x.yml", "x.json"] {
        told += &mistakes(&pack(&[(&format!("codes/{name}"), text)]));
    }
    assert_snapshot!(told);
    let others =
        [("codes/README.md", "#"), ("codes/LICENSE", "-"), ("notes.txt", "title: x"), ("codes/tool", "#!/bin/sh")];
    lint(&pack(&[&[("codes/x.yaml", text)], &others[..]].concat())).exits_with(0);
}

#[test]
fn a_comment_behind_a_word_or_a_number_is_one_and_a_value_that_reads_is_left_as_it_is() {
    let text = "title: X #: as in other files\nbasis: documented #ok\nwhy: see <a> and <b>…\n\
                update: { lead_id: F1, status: Funded }\ncode: \"0\" #TODO\nclient: updated #x\n";
    lint(&pack(&[("codes/x.yaml", text)])).exits_with(0);
}

#[test]
fn of_ten_thousand_mistakes_in_a_file_the_first_hundred_are_told() {
    let pack = folder();
    let leads: String = (0..10_000).fold(String::new(), |all, n| all + &format!("  - {{ id: L{n}, campain: x }}\n"));
    pack.write("scenarios/instance.yaml", INSTANCE.replace("leads: [{ id: C8097F17 }]", &format!("leads:\n{leads}")));
    let ran = lint(&pack);
    ran.exits_with(2).complains("and 9900 more");
    assert_eq!(ran.stderr.matches("unknown key `campain`").count(), 100);
}

#[test]
fn an_empty_tag_is_told() {
    let told = mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\ntags: [a, \" \"]\n");
    assert_snapshot!(told, @r#"
    error: a tag is empty
     --> PACK/scenarios/codes/x.yaml:4:11
      |
    4 | tags: [a, " "]
      |           ^^^
      |
      = help: remove it, or say by what to select

    1 mistake in 1 file
    "#);
}

#[test]
fn every_mistake_of_shape_is_answered_with_what_to_write() {
    let update = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    let mut told = String::new();
    for rest in [
        "answer: { content_typ: x }\n",
        "answer: { headers: [a] }\n",
        "instance: { policy: { messages: [a] } }\n",
        "steps: [{ name: a, body: x }]\n",
        "client: rejected or unknown\n",
        "tags: [a, [b]]\n",
        "instance: { policy: { refusal_http_status: [400] } }\n",
        "instance: { policy: { refusal_http_status: –400 } }\n",
        "client:\n",
        "fault:\n",
        "instance: { leads: { id: F1 } }\n",
        "steps: [{ name: a, update: b, name: c }]\n",
        "instance: { leads: [{ id: F1, sold: }] }\n",
        "instance: { enabled: }\n",
    ] {
        told += &mistakes_in(&format!("{update}{rest}"));
    }
    assert_snapshot!(told);
}

#[test]
fn lint_tells_of_snapshots_that_are_not_in_order_and_ci_fails_for_them() {
    let pack = pack(&[("codes/x.yaml", "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n")]);
    assert_snapshot!(lint(&pack).exits_with(0).page(), @r"
    $ caketester scenarios lint --pack [DIR]
    exit code 0
    --- stdout
    1 scenario, no mistakes
    missing   codes.x
    next: `caketester client --pack [DIR] --builtin` writes snapshots of what the mock answers, for review
    ");
    let ran = caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).env("CI", "true").run();
    assert_snapshot!(ran.exits_with(5).page(), @r"
    $ CI=true caketester scenarios lint --pack [DIR]
    exit code 5
    --- stdout
    1 scenario, no mistakes
    missing   codes.x
    next: `caketester client --pack [DIR] --builtin` writes snapshots of what the mock answers, for review
    ");
}

#[test]
fn a_sample_that_cake_would_refuse_is_a_mistake() {
    let pack = folder();
    pack.write("scenarios/instance.yaml", INSTANCE.replace("status: Funded }", "status: Fundd }"));
    let told = mistakes(&pack);
    assert_snapshot!(told, @r#"
    error: the sample gets code 3: status "Fundd" is not configured; "Funded" is
     --> PACK/scenarios/instance.yaml:4:20
      |
    4 | sample: { lead_id: C8097F17, status: Fundd }
      |                    ^^^^^^^^
      |
      = help: change `sample`, or the statuses: a client is tried with it, and has to get code 0

    1 mistake in 1 file
    "#);
}

#[test]
fn a_wrong_type_is_told_with_the_value() {
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: zero\n"), @"
    error: `code` has to be a whole number
     --> PACK/scenarios/codes/x.yaml:3:7
      |
    3 | code: zero
      |       ^^^^
      |
      = help: write a whole number, without quotes or brackets

    1 mistake in 1 file
    ");
}

#[test]
fn a_key_that_stands_twice_is_told() {
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\ncode: 1\n"), @"
    error: duplicate key `code`
     --> PACK/scenarios/codes/x.yaml:4:1
      |
    4 | code: 1
      | ^^^^
      |
      = help: keep one of the two

    1 mistake in 1 file
    ");
}

#[test]
fn a_lead_that_two_scenarios_name_is_told_with_its_owner_also_in_another_case() {
    let text = |lead: &str| format!("title: X\nupdate: {{ lead_id: {lead}, status: Funded }}\ncode: 0\n");
    let pack = pack(&[
        ("codes/a.yaml", &text("F00D")),
        ("codes/b.yaml", &text("' f00d'")),
        ("codes/c.yaml", &text("C8097F17")),
    ]);
    insta::assert_snapshot!(mistakes(&pack), @r#"
    error: lead " f00d" is also used in codes/a, as "F00D": lead IDs that differ in letter case alone are the same
     --> PACK/scenarios/codes/b.yaml:2:20
      |
    2 | update: { lead_id: ' f00d', status: Funded }
      |                    ^^^^^^^
      |
      = help: give one of the two scenarios another lead ID: the lead ID alone selects the scenario

    error: lead "C8097F17" is the sample's in PACK/scenarios/instance.yaml
     --> PACK/scenarios/codes/c.yaml:2:20
      |
    2 | update: { lead_id: C8097F17, status: Funded }
      |                    ^^^^^^^^
      |
      = help: take a lead ID that nothing else uses

    2 mistakes in 2 files
    "#);
}

#[test]
fn a_code_that_cake_would_not_give_is_told_with_the_right_one_and_why() {
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: { lead_id: F1, status: funded }\ncode: 0\n"), @r#"
    error: CAKE answers with code 3 here, not 0: status "funded" is not configured; "Funded" is (only the letter case differs)
     --> PACK/scenarios/codes/x.yaml:3:7
      |
    3 | code: 0
      |       ^
      |
      = help: write `code: 3` if you mean that; otherwise change the instance or the update

    1 mistake in 1 file
    "#);
}

#[test]
fn a_path_that_makes_no_id_is_told() {
    let text = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    let pack =
        pack(&[("codes/Bad_Path.yaml", text), ("top.yaml", text), ("codes/deep/x.yaml", text), ("codes/x.yml", text)]);
    insta::assert_snapshot!(mistakes(&pack), @r#"
    error: "Bad_Path" may hold only lower-case letters, digits and -, and no - at its beginning
    --> PACK/scenarios/codes/Bad_Path.yaml
     = help: a scenario is a file scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

    error: "codes/deep/x" is not of the form area/name
    --> PACK/scenarios/codes/deep/x.yaml
     = help: a scenario is a file scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

    error: the name of a scenario's file ends with .yaml
    --> PACK/scenarios/codes/x.yml
     = help: rename it, or move it elsewhere if it is not a scenario

    error: "top" is not of the form area/name
    --> PACK/scenarios/top.yaml
     = help: a scenario is a file scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

    4 mistakes in 4 files
    "#);
}

#[test]
fn a_missing_title_is_told_with_the_line_to_add() {
    insta::assert_snapshot!(mistakes_in("update: { lead_id: F1, status: Funded }\ncode: 0\n"), @"
    error: the key `title` is missing
     --> PACK/scenarios/codes/x.yaml:1:1
      |
    1 | update: { lead_id: F1, status: Funded }
      | ^^^^^^
      |
      = help: add `title: …`

    1 mistake in 1 file
    ");
}

#[test]
fn a_title_that_a_terminal_would_act_upon_is_told() {
    // Paths in here have slashes whatever the system, and so has the snapshot.
    let text = "title: \"X\\u001b]0;title\\u0007\"\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    insta::assert_snapshot!(mistakes_in(text), @r#"
    error: the title holds a control character
     --> PACK/scenarios/codes/x.yaml:1:8
      |
    1 | title: "X/u001b]0;title/u0007"
      |        ^^^^^^^^^^^^^^^^^^^^^^^

    1 mistake in 1 file
    "#);
}

#[test]
fn a_status_that_is_not_there_to_be_removed_is_told_with_the_nearest() {
    let text =
        "title: X\ninstance: { statuses: { remove: [Fundet] } }\nupdate: { lead_id: F1, status: Funded }\ncode: 3\n";
    insta::assert_snapshot!(mistakes_in(text), @r#"
    error: there is no status "Fundet" to remove
     --> PACK/scenarios/codes/x.yaml:2:34
      |
    2 | instance: { statuses: { remove: [Fundet] } }
      |                                  ^^^^^^
      |
      = help: did you mean "Funded"?

    1 mistake in 1 file
    "#);
}

#[test]
fn aliases_that_would_grow_without_bound_are_refused_in_no_time() {
    let many = format!("title: X\ntags: [&a x{}]\n", ", *a".repeat(200));
    let told = mistakes_in(&many);
    assert_snapshot!(told);
    let mut bomb = "title: X\nupdate:\n  fields: { a0: &a0 x }\ninstance: &i0 { fields: [] }\n".to_owned();
    for level in 1..50 {
        let nine = format!("*i{}, ", level - 1).repeat(9);
        bomb.extend([&format!("b{level}: &i{level} ["), &*nine, "]\n"]);
    }
    assert!(mistakes_in(&bomb).contains("x.yaml:"));
}

#[test]
fn a_value_that_holds_itself_is_refused_where_it_stands() {
    insta::assert_snapshot!(mistakes_in("title: X\ntags: &a [*a]\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n"), @"
    error: an alias refers to a value that contains it
    --> PACK/scenarios/codes/x.yaml:2:11
     = help: write the value out

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(mistakes_in("title: X\ntags: [*b]\nwhy: &b y\n"), @"
    error: not valid YAML: alias references unknown anchor
    --> PACK/scenarios/codes/x.yaml:2:8

    1 mistake in 1 file
    ");
}

#[test]
fn nesting_without_end_is_refused() {
    let told = mistakes_in(&format!("title: {}\n", "[".repeat(100_000)));
    assert!(told.len() < 2_000, "{told}");
    assert_snapshot!(told, @"
    error: not valid YAML: recursion limit exceeded
    --> PACK/scenarios/codes/x.yaml:1:263

    1 mistake in 1 file
    ");
}

#[test]
fn text_that_is_no_yaml_is_told_with_its_place() {
    insta::assert_snapshot!(mistakes_in("title: \"X\n"), @r#"
    error: not valid YAML: unclosed quote
    --> PACK/scenarios/codes/x.yaml:1:8
     = help: put the text in quotes; inside '…' a ' is written twice, inside "…" a / and a " follow a /

    1 mistake in 1 file
    "#);
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: }\n"), @"
    error: not valid YAML: misplaced bracket
    --> PACK/scenarios/codes/x.yaml:2:9
     = help: close `{` by `}` and `[` by `]`, with a comma between two values; put a text that holds one of these in quotes

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(mistakes_in("just words\n"), @"
    error: the file has to be a map
     --> PACK/scenarios/codes/x.yaml:1:1
      |
    1 | just words
      | ^^^^^^^^^^
      |
      = help: write `key: value`; the keys here are title, basis, why, weight, reason, tags, needs, tls, instance, update, steps, code, client, answer, fault, attempts

    1 mistake in 1 file
    ");
}

#[test]
fn an_enormous_file_is_refused_with_the_limit() {
    let pack = pack(&[]);
    // A file with a hole in it takes up no room on the disk.
    let file = std::fs::File::create(pack.write("scenarios/codes/x.yaml", "")).unwrap();
    file.set_len(257 * 1024 * 1024).unwrap();
    insta::assert_snapshot!(mistakes(&pack), @"
    error: the file has 257 MiB; the limit is 256 MiB
    --> PACK/scenarios/codes/x.yaml

    1 mistake in 1 file
    ");
}

#[test]
fn a_byte_that_is_no_text_is_shown_where_it_stands() {
    let pack = pack(&[]);
    pack.write("scenarios/codes/x.yaml", b"title: X\nwhy: ein sch\xf6ner Tag\n");
    insta::assert_snapshot!(mistakes(&pack), @"
    error: the byte 0xf6 here is not UTF-8
    --> PACK/scenarios/codes/x.yaml:2:13
     = help: save the file as UTF-8

    1 mistake in 1 file
    ");
}

#[test]
fn a_directory_that_is_no_pack_and_a_file_in_its_place_are_told_with_what_to_do() {
    let folder = folder();
    let file = folder.write("file", "Mine.");
    let mut pages = String::new();
    for path in [folder.path(), &*file, &folder.at("nowhere")] {
        for command in
            [&["scenarios", "lint"][..], &["scenarios", "list"], &["client", "--builtin"], &["serve", "--port", "0"]]
        {
            let ran = caketester(command).arg("--pack").arg(path).run();
            pages += &ran.exits_with(2).page();
        }
    }
    assert_snapshot!(pages);
}

#[test]
fn lint_in_the_directory_of_a_pack_is_of_that_pack_and_says_so() {
    let pack = exported_pack();
    pack.edit("scenarios/codes/success.yaml", "status: Funded", "status: Fundet");
    let lint = || caketester(["scenarios", "lint"]).in_dir(pack.path()).run();
    lint().exits_with(2).complains("note: this is the pack in this directory").complains("Fundet");
    pack.edit("scenarios/codes/success.yaml", "status: Fundet", "status: Funded");
    lint().exits_with(0).says(" scenarios, no mistakes");
}

#[test]
fn who_names_the_scenarios_of_a_pack_is_told_of_the_directory_above() {
    let pack = exported_pack();
    let lint = |path: &str, directory: &std::path::Path| {
        caketester(["scenarios", "lint", "--pack", path]).in_dir(directory).run()
    };
    let inside = pack.at("scenarios");
    assert_snapshot!(lint("scenarios", pack.path()).exits_with(2).page(), @"
    $ caketester scenarios lint --pack scenarios
    exit code 2
    --- stderr
    error: scenarios is not a pack: it has no scenarios/instance.yaml
      help: the directory above it is one: `--pack .`
    ");
    assert_snapshot!(lint("./scenarios/", pack.path()).exits_with(2).page(), @"
    $ caketester scenarios lint --pack ./scenarios/
    exit code 2
    --- stderr
    error: ./scenarios/ is not a pack: it has no scenarios/instance.yaml
      help: the directory above it is one: `--pack .`
    ");
    assert_snapshot!(lint(".", &inside).exits_with(2).page(), @"
    $ caketester scenarios lint --pack .
    exit code 2
    --- stderr
    error: . is not a pack: it has no scenarios/instance.yaml
      help: the directory above it is one: `--pack ./..`
    ");
}

#[test]
fn an_instance_that_is_empty_or_lacks_what_every_pack_needs_is_told_so() {
    let instance = |text: &str| {
        let pack = pack(&[]);
        pack.write("scenarios/instance.yaml", text);
        mistakes(&pack)
    };
    insta::assert_snapshot!(instance(""), @"
    error: the file is empty
    --> PACK/scenarios/instance.yaml

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(instance("enabled: true\n"), @"
    error: the instance has no buyer
    --> PACK/scenarios/instance.yaml
     = help: add `buyers: [{ name: …, key: … }]`

    error: the instance has no sample
    --> PACK/scenarios/instance.yaml
     = help: add the update a client is tried with first: `sample: { lead_id: …, status: … }`

    2 mistakes in 1 file
    ");
    insta::assert_snapshot!(instance(INSTANCE.split("sample:").next().unwrap()), @"
    error: the instance has no sample
    --> PACK/scenarios/instance.yaml
     = help: add the update a client is tried with first: `sample: { lead_id: …, status: … }`

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(instance(&INSTANCE.replace("[{ id: C8097F17 }]", "[]")), @r#"
    error: the sample's lead "C8097F17" is not among the leads
     --> PACK/scenarios/instance.yaml:4:20
      |
    4 | sample: { lead_id: C8097F17, status: Funded }
      |                    ^^^^^^^^
      |
      = help: add `leads: [{ id: C8097F17 }]`

    1 mistake in 1 file
    "#);
}

#[test]
fn a_key_from_a_variable_that_is_not_set_is_told_where_it_is_asked_for() {
    let pack = pack(&[]);
    pack.edit("scenarios/instance.yaml", "key: BuyerAPIKeyHere", "key: { env: ACME_KEY }");
    insta::assert_snapshot!(mistakes(&pack), @"
    error: the environment variable ACME_KEY is not set
     --> PACK/scenarios/instance.yaml:1:29
      |
    1 | buyers: [{ name: Acme, key: { env: ACME_KEY } }]
      |                             ^
      |
      = help: set it, or write a test key here

    1 mistake in 1 file
    ");
    let set = caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).env("ACME_KEY", "s").run();
    assert_snapshot!(set.exits_with(4).page(), @r"
    $ ACME_KEY=s caketester scenarios lint --pack [DIR]
    exit code 4
    --- stderr
    error: the pack [DIR] has no scenarios
      help: put one into scenarios/<area>/<name>.yaml; `caketester scenarios new` writes one to begin with
    ");
}

#[test]
fn a_pack_without_scenarios_is_nothing_to_check_and_nothing_to_run() {
    let pack = pack(&[]);
    assert_snapshot!(lint(&pack).exits_with(4).page(), @r"
    $ caketester scenarios lint --pack [DIR]
    exit code 4
    --- stderr
    error: the pack [DIR] has no scenarios
      help: put one into scenarios/<area>/<name>.yaml; `caketester scenarios new` writes one to begin with
    ");
    caketester(["client", "--builtin", "--pack"]).arg(pack.path()).run().exits_with(4);
}

#[test]
fn the_pack_may_come_from_the_environment() {
    let pack = pack(&[("codes/mine.yaml", "title: Mine\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n")]);
    let ran = caketester(["scenarios", "list"]).env("CAKETESTER_PACK", pack.path()).run();
    assert_eq!(ran.exits_with(0).stdout, "codes/mine  0     Mine\n");
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_waited_for_and_links_to_directories_are_not_followed() {
    let pack = pack(&[("codes/x.yaml", "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n")]);
    std::os::unix::fs::symlink(pack.path(), pack.at("scenarios/round")).unwrap();
    lint(&pack).exits_with(0);
    let pipe = pack.at("scenarios/pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let ran = lint(&pack);
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester scenarios lint --pack [DIR]
    exit code 2
    --- stderr
    error: the file cannot be read: it is not a regular file
    --> [DIR]/scenarios/pipe.yaml

    1 mistake in 1 file
    ");
}

/// The instance of the standard pack in small: two buyers, and statuses with sub-statuses.
const NETWORK: &str = "buyers: [{ name: Acme Lending, key: BuyerAPIKeyHere }, { name: Borealis Credit, key: R4TN8W2Y }]\n\
                       statuses: [{ name: Funded, sub_statuses: [Full, Half] }, { name: Lost }]\n\
                       fields: [{ name: note }]\nleads: [{ id: C8097F17 }]\n\
                       sample: { lead_id: C8097F17, status: Funded }\n";

/// What lint complains of where this is the only scenario of that network.
#[track_caller]
fn mistakes_of(text: &str) -> String {
    let pack = pack(&[("codes/x.yaml", text)]);
    pack.write("scenarios/instance.yaml", NETWORK);
    mistakes(&pack)
}

#[test]
fn a_change_of_the_instance_that_misses_its_target_is_told() {
    let other = "key: K7M2QX94TB1D8RZ5";
    let mut told = String::new();
    for (instance, code) in [
        (&*format!("buyers: [{{ name: Acme, {other} }}]"), 1),
        (&format!("buyers: [{{ name: Acme Lendin, {other} }}]"), 1),
        ("lead_defaults: { buyer: Borealis Credit }", 1),
        ("lead_defaults: {}", 1),
        (&format!("buyers: [{{ name: Borealis, {other} }}]"), 0),
        ("buyers: [{ name: Acme Lending, key: R4TN8W2Y }]", 1),
        ("fields: [{ name: notes, type: number }]", 0),
        ("statuses: [{ name: Lost }]", 3),
        ("statuses: [{ name: Funded, sub_statuses: [Half] }]", 3),
        ("statuses: [{ name: Funded, sub_statuses: [Full] }]", 3),
        ("leads: [{ id: F1 }]", 2),
        ("enabled: true", 4),
    ] {
        let update = "title: X\nneeds: [sub_status]\nupdate: { lead_id: F1, status: Funded, sub_status: Full }\n";
        told += &mistakes_of(&format!("{update}instance: {{ {instance} }}\ncode: {code}\n"));
    }
    assert!(!told.contains("K7M2QX94TB1D8RZ5") && !told.contains("R4TN8W2Y"), "{told}");
    assert_snapshot!(told);
}

#[test]
fn a_setting_of_the_report_belongs_in_the_instance_of_the_pack() {
    for knob in ["time_zone: UTC", "report_sums: latest_value", "report_dates: sold", "report_end_date: included"] {
        let update = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
        let told = mistakes_of(&format!("{update}instance: {{ policy: {{ {knob} }} }}\n"));
        assert!(told.contains("changes the Lead Status Master Report, not the answer to an update"), "{told}");
        assert!(told.contains("move it to scenarios/instance.yaml"), "{told}");
    }
}

#[test]
fn what_is_not_there_to_be_removed_is_told_with_where_it_stands() {
    let mut told = String::new();
    for instance in [
        "statuses: [{ name: Fundd, sub_statuses: { remove: [Full] } }]",
        "leads: { remove: [F1, C8097F17] }",
        "statuses: { remove: [Full] }",
        "statuses: [{ name: Lost, sub_statuses: { remove: [Full] } }]",
        "statuses: [{ name: Lost, sub_statuses: { remove: [Funded] } }]",
        "statuses: [{ name: Funded, sub_statuses: { remove: [Ful] } }]",
    ] {
        let steps = "steps: [{ name: a, update: { lead_id: F2, status: Lost }, code: 0 }, \
                     { name: b, update: { lead_id: F1, status: Lost }, code: 0 }]";
        told += &mistakes_of(&format!("title: X\ninstance: {{ {instance} }}\n{steps}\n"));
    }
    assert_snapshot!(told);
}

#[test]
fn where_the_last_of_several_attempts_has_no_code_it_is_told_so() {
    let busy = "answer: { http_status: 503, content_type: text/html, body: <html>busy</html> }";
    let redirect = "fault: { kind: redirect, phase: before_commit, to: same_host }";
    let mut told = String::new();
    for attempts in [
        format!("attempts: [{{}}, {{ {busy} }}]"),
        format!("attempts: [{{}}, {{ {redirect} }}]"),
        "attempts: [{}, { fault: { kind: close, phase: before_commit } }]".into(),
        redirect.into(),
        format!("attempts: [{{ {busy} }}]"),
    ] {
        let text = format!(
            "title: X\nupdate: {{ lead_id: F1, status: Funded }}\ncode: 0\nclient: [updated, unknown]\n{attempts}\n"
        );
        told += &mistakes_in(&text);
    }
    let refused = "title: X\ninstance: { enabled: false }\nupdate: { lead_id: F1, status: Funded }\ncode: 4\n\
                   client: [updated, unknown]\n";
    told += &mistakes_in(&format!("{refused}attempts: [{{ {busy} }}, {{}}]\n"));
    assert_snapshot!(told);
}

#[test]
fn a_field_that_is_a_parameter_of_the_method_is_told_as_that_alone() {
    let mut told = String::new();
    for name in ["lead_id", "Status", "sub_status"] {
        told += &mistakes_of(&format!(
            "title: X\nneeds: [fields]\ninstance: {{ fields: [{{ name: {name} }}] }}\n\
             update: {{ lead_id: F1, status: Funded, fields: {{ {name}: x }} }}\ncode: 0\n"
        ));
    }
    assert_snapshot!(told);
}

#[test]
fn a_value_that_the_platform_refuses_is_told_with_what_it_minds() {
    let text = "title: X\nneeds: [fields]\nupdate: { lead_id: F1, status: Funded, fields: { note: 'a & b <b> +1' } }\ncode: 0\n";
    insta::assert_snapshot!(mistakes_of(text), @r#"
    error: the answer has no code: ASP.NET refuses the value of note because of "<b"
     --> PACK/scenarios/codes/x.yaml:4:7
      |
    4 | code: 0
      |       ^
      |
      = help: change the answer, the update or the instance; or leave `code` out, and say `client:`

    1 mistake in 1 file
    "#);
}

#[test]
fn a_file_that_is_not_read_though_it_is_meant_is_told() {
    let text = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    let other = "title: Y\nsteps:\n  - { name: a, update: { lead_id: F2, status: Funded }, code: 0 }\n";
    let mut told = String::new();
    for (path, content) in [
        ("scenarios/codes/instance.yaml", INSTANCE),
        ("scenarios/instance.yml", INSTANCE),
        ("scenarios/codes/x.yml", text),
        ("codes/mine.yaml", other),
        ("mine.yml", other),
        ("snapshots/mine.yaml", other),
        ("instance.yaml", INSTANCE),
    ] {
        let pack = pack(&[("codes/x.yaml", text)]);
        pack.write(path, content);
        told += &mistakes(&pack);
    }
    assert_snapshot!(told);
    // What is somebody else's is left alone.
    let pack = pack(&[("codes/x.yaml", text)]);
    pack.write("pipeline.yaml", "title: Build\nsteps:\n  - run: make\n");
    pack.write("tutorials/mine.yaml", other);
    pack.write("codes/notes.yaml", "title: Notes\nupdate: monthly\n");
    pack.write("codes/mine.txt", other);
    pack.write("shop.yaml", "buyers: [a, b]\n");
    pack.write("caketester.yaml", "cannot: [fields]\n");
    lint(&pack).exits_with(0);
}

#[test]
fn the_sample_is_held_to_what_an_update_is_held_to() {
    let mut told = String::new();
    for sample in [
        "status: Funded, fields: { notte: x }",
        "status: Funded, fields: { apr: x }",
        "status: Funded, fields: { status: x }",
        "status: Funded, fields: { note: <b> }",
        "status: funded",
    ] {
        let pack = folder();
        pack.write("scenarios/instance.yaml", NETWORK.replace("status: Funded }\n", &format!("{sample} }}\n")));
        told += &mistakes(&pack);
    }
    assert_snapshot!(told);
}

#[test]
fn what_a_scenario_says_of_waiting_of_needs_and_of_recording_is_held_against_what_it_does() {
    let unknown = "client: unknown\n";
    let other = ("codes/other.yaml", "title: Y\nupdate: { lead_id: F2, status: Funded }\ncode: 0\n");
    let mut told = String::new();
    for rest in [
        format!("{unknown}fault: {{ kind: silent, phase: before_commit }}"),
        format!("{unknown}tags: [time]\nfault: {{ kind: stall, phase: after_commit }}"),
        "code: 0\nclient: [updated, unknown]\nfault: { kind: dribble, phase: after_commit }".into(),
        "code: 0\nclient: [updated, unknown]\nfault: { kind: slow_headers, phase: after_commit }".into(),
        "code: 0\nneeds: [values, fields]".into(),
        "code: 0\nneeds: [sub_status]".into(),
        "code: 0\nclient: [updated, unknown]\nfault: { kind: expired_certificate, phase: before_commit }".into(),
        format!("{unknown}instance: {{ leads: {{ remove: [F1] }} }}\nfault: {{ kind: reset, phase: after_commit }}"),
    ] {
        let text = format!("title: X\nupdate: {{ lead_id: F1, status: Funded }}\n{rest}\n");
        told += &mistakes(&pack(&[("codes/x.yaml", &*text), other]));
    }
    assert_snapshot!(told);
    let quick = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\nclient: [updated, unknown]\n\
                 fault: { kind: dribble, phase: after_commit, every_ms: 1 }\n";
    lint(&pack(&[("codes/x.yaml", quick), other])).exits_with(0);
    // Alone it holds nobody up.
    let silent = format!(
        "title: X\nupdate: {{ lead_id: F1, status: Funded }}\n{unknown}fault: {{ kind: silent, phase: before_commit }}\n"
    );
    lint(&pack(&[("codes/x.yaml", &*silent)])).exits_with(0);
}

#[test]
fn a_status_that_is_nearly_known_is_told_where_no_code_tells_of_it() {
    let own = "client: unknown\nanswer: { http_status: 503, body: busy }";
    let reset = "client: unknown\nfault: { kind: reset, phase: before_commit }";
    let absent = "code: 2\ninstance: { leads: { remove: [F1] } }";
    let mut told = String::new();
    for (update, rest) in [
        ("status: Fundde", own),
        ("status: 'Funded,'", reset),
        ("status: funded", absent),
        ("status: Funded, sub_status: Ful", absent),
    ] {
        let needs = if update.contains("sub_status") { "needs: [sub_status]\n" } else { "" };
        told += &mistakes_of(&format!("title: X\n{needs}update: {{ lead_id: F1, {update} }}\n{rest}\n"));
    }
    assert_snapshot!(told);
    // What the scenario takes away is known, and what is like nothing is meant.
    for (update, rest) in [
        (
            "status: Funded",
            "code: 1\ninstance: { buyers: [{ name: Acme Lending, key: x }], statuses: { remove: [Funded], add: [{ name: funded }] } }",
        ),
        ("status: Whatever", own),
    ] {
        let pack = pack(&[("codes/x.yaml", &*format!("title: X\nupdate: {{ lead_id: F1, {update} }}\n{rest}\n"))]);
        pack.write("scenarios/instance.yaml", NETWORK);
        lint(&pack).exits_with(0);
    }
}

#[test]
fn an_outcome_that_is_named_twice_and_an_odd_lead_id_are_told() {
    let told = |lead: &str, client: &str| {
        mistakes_in(&format!("title: X\nupdate:\n  lead_id: {lead}\n  status: Funded\ncode: 0\nclient: {client}\n"))
    };
    let mut all = told("F1", "[updated, updated]");
    for lead in ["F1,", "F 1", "F\u{200b}1", "F1\u{435}2"] {
        all += &told(lead, "updated");
    }
    assert_snapshot!(all);
    let quoted = "title: X\nupdate: { lead_id: 'F 1,', status: Funded }\ncode: 0\n";
    lint(&pack(&[("codes/x.yaml", quoted)])).exits_with(0);
}

#[test]
fn the_pack_that_the_benchmark_makes_has_no_mistake() {
    let folder = folder();
    generated::write(folder.path(), 20, 120).expect("it can be written");
    lint(&folder).exits_with(0).says("120 scenarios");
}

//! `caketester scenarios` and `caketester pack` from outside: what a pack holds, and every mistake in one shown
//! where it stands.

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
    answers/attributes                       0,2   Attributes on the elements
    answers/blank-lines                      0,2   Blank lines around the XML
    answers/byte-order-mark                  0,2   A byte order mark before the XML
    answers/cdata                            0,2   The values stand in CDATA
    answers/character-references             0,2   The code is written as a character reference
    answers/code-10                          10    A code that ends in a zero
    answers/code-7                           7     A code that is in no table
    answers/code-as-a-word                   -     A word where the code should be
    ");
}

#[test]
fn list_shows_what_was_selected_and_says_what_fits_nothing() {
    let ran = caketester(["scenarios", "list", "--only", "codes", "--tag", "smoke"]).run();
    assert!(ran.exits_with(0).stdout.lines().all(|line| line.starts_with("codes/")), "{}", ran.stdout);
    let one = caketester(["scenarios", "list", "--only", "codes/success"]).run();
    assert_eq!(one.exits_with(0).stdout, "codes/success  0     A status the network knows\n");
    for (arguments, help) in [
        (&["--only", "code"][..], "did you mean --only codes?"),
        (&["--only", "codes/sucess"], "did you mean --only codes/success?"),
        (&["--only", "success"], "did you mean --only codes/success?"),
        (&["--only", "compactt"], "did you mean --only answers/compact?"),
        (&["--tag", "smok"], "did you mean --tag smoke?"),
        (&["--only", "smoke"], "did you mean --tag smoke?"),
        (&["--tag", "codes"], "did you mean --only codes?"),
        (&["--only", "scenarios/codes/success.yaml"], "did you mean --only codes/success?"),
        (&["--only", "code/*"], "did you mean --only codes?"),
        (&["--tag", "nosuch"], "the tags of this pack are: certificate, smoke, timed"),
        (
            &["--code", "99"],
            "no scenario of this pack fits code 99\n  help: the codes of this pack are: -1, 0, 1, 2, 3, 4, ",
        ),
        (&["--only", "encoding", "--tag", "smoke"], "`caketester scenarios list` shows what there is"),
    ] {
        let ran = caketester(["scenarios", "list"]).args(arguments).run();
        ran.exits_with(4).says_nothing().complains(help);
    }
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
    for (flag, value, told) in [
        ("--only", "codes/[a", "it is no glob: "),
        ("--rule", "A11", "there is no rule \"A11\"; did you mean A01, A10, A12 or Q11?"),
        ("--rule", "whatever", "`caketester explain rules` shows them all"),
        ("--code", "three", "it has to be a whole number"),
    ] {
        caketester(["scenarios", "list", flag, value]).run().exits_with(2).says_nothing().complains(told);
    }
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
    ran.exits_with(4)
        .says_nothing()
        .complains("there is no scenario \"codes/sucess\"")
        .complains("did you mean codes/success?");
    caketester(["scenarios", "show", "Q"])
        .run()
        .exits_with(4)
        .complains("`caketester scenarios list` shows what there is");
}

#[test]
fn the_standard_pack_has_no_mistakes_and_neither_has_what_export_writes() {
    let ran = caketester(["scenarios", "lint"]).run();
    ran.exits_with(0).says(" scenarios, no mistakes\n").complains_of_nothing();
    let pack = exported_pack();
    assert_eq!(lint(&pack).exits_with(0).stdout, ran.stdout);
    let client = caketester(["client", "--builtin", "--ci", "--exact", "--pack"]).arg(pack.path()).run();
    client.exits_with(0).says("the client conforms");
}

#[test]
fn export_writes_into_a_new_or_an_empty_directory_and_into_no_other() {
    let folder = folder();
    let export = |below: &str| caketester(["pack", "export"]).arg(folder.at(below)).run();
    let ran = export("deep/new directory");
    let hint = format!("next: caketester client --pack '{}' --builtin\n", folder.at("deep/new directory").display());
    ran.exits_with(0).says(" scenarios, their instance.yaml and ").says(&hint);

    folder.write("mine/file.txt", "Mine.");
    export("mine")
        .exits_with(2)
        .says_nothing()
        .complains("is not empty, and nothing was written")
        .complains("name a new directory");
    export("mine/file.txt").exits_with(2).complains("is no directory to write to");
    export("deep/new directory").exits_with(2).complains("is not empty");
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
    error: `colour` is no known key here
     --> PACK/scenarios/codes/a.yaml:4:1
      |
    4 | colour: red
      | ^^^^^^
      |
      = help: known here: title, basis, why, tags, needs, instance, update, steps, code, client, answer, fault, attempts

    error: CAKE answers code 3 here, not 0: status "funded" is not configured; "Funded" is (only the letter case differs)
     --> PACK/scenarios/codes/b.yaml:3:7
      |
    3 | code: 0
      |       ^
      |
      = help: write `code: 3` if that is meant; else send another, or add it to the instance; its statuses: Funded

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
    error: `titel` is no known key here
     --> PACK/scenarios/codes/x.yaml:1:1
      |
    1 | titel: X
      | ^^^^^
      |
      = help: did you mean `title`? Known here: title, basis, why, tags, needs, instance, update, steps, code, client, answer, fault, attempts

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
    error: no client gets to see a code here: a fault keeps the answer from it
     --> PACK/scenarios/codes/x.yaml:4:7
      |
    4 | code: 0
      |       ^
      |
      = help: leave `code` out, and say `client:`

    1 mistake in 1 file
    ");
}

#[test]
fn an_outcome_that_no_answer_means_is_told_with_the_right_one() {
    let update = "title: X\nupdate: { lead_id: F1, status: Funded }\n";
    for (rest, right) in [
        ("code: 0\nclient: rejected\n", "updated"),
        ("code: 0\nclient: [updated, rejected]\n", "updated"),
        ("instance: { enabled: false }\ncode: 4\nclient: [updated, unknown, rejected]\n", "rejected"),
        ("client: updated\nfault: { kind: reset, phase: after_commit }\n", "unknown"),
        ("code: 0\nclient: rejected\nfault: { kind: expired_certificate, phase: before_commit }\n", "unknown"),
    ] {
        let told = mistakes_in(&format!("{update}{rest}"));
        assert!(told.contains(&format!("what a client gets here means {right}")), "{told}");
        assert!(told.contains(&format!("write `client: {right}`")), "{told}");
    }
}

#[test]
fn what_an_update_sends_is_configured_and_needed() {
    let told = |update: &str, rest: &str| {
        mistakes_in(&format!("title: X\nupdate: {{ lead_id: F1, status: Funded, {update} }}\ncode: 0\n{rest}"))
    };
    let field = "instance: { fields: [{ name: loan_amount }] }\n";
    let misspelt = told("fields: { loan_amonut: 5 }", &format!("{field}needs: [fields]\n"));
    assert!(misspelt.contains("\"loan_amonut\" is not configured, so CAKE drops it"), "{misspelt}");
    assert!(misspelt.contains("did you mean \"loan_amount\"?"), "{misspelt}");
    let unknown = told("fields: { apr: 5 }", "needs: [fields]\n");
    assert!(unknown.contains("add `instance: { fields: [{ name: apr }] }`"), "{unknown}");
    let fields = told("fields: { Loan_Amount: 5 }", &format!("{field}needs: [values]\n"));
    assert!(fields.contains("write `needs: [values, fields]`"), "{fields}");
    let sub_status = told("sub_status: Full", "instance: { statuses: [{ name: Funded, sub_statuses: [Full] }] }\n");
    assert!(sub_status.contains("sends a sub-status") && sub_status.contains("`needs: [sub_status]`"), "{sub_status}");
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
    assert!(told.contains("the buyers \"Acme\" and \"Other\" have the same API key"), "{told}");
    assert!(told.contains("the lead \"C8097F17\" stands here twice"), "{told}");
    assert!(!told.contains("BuyerAPIKeyHere") && told.contains("2 mistakes in 1 file"), "{told}");
}

#[test]
fn a_key_that_reads_like_a_variable_is_not_taken_for_one() {
    for key in ["$CT_KEY", "\"${CT_KEY}\"", "env:CT_KEY", "\"%CT_KEY%\"", "\"{{ ct_key }}\""] {
        let pack = folder();
        pack.write("scenarios/instance.yaml", INSTANCE.replace("BuyerAPIKeyHere", key));
        let told = mistakes(&pack);
        assert!(told.contains("this reads like a variable"), "{key}: {told}");
        assert!(told.contains("`key: { env: NAME }`") && !told.to_lowercase().contains("ct_key"), "{key}: {told}");
    }
}

#[test]
fn a_file_that_is_probably_meant_as_a_scenario_is_told_by_its_name() {
    let text = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    for name in ["x.txt", "x", "x.YAML", "x.yml", "x.json"] {
        let told = mistakes(&pack(&[(&format!("codes/{name}"), text)]));
        assert!(told.contains("the name of a scenario's file ends with .yaml"), "{name}: {told}");
        assert!(told.contains(&format!("PACK/scenarios/codes/{name}\n")), "{name}: {told}");
    }
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
fn ten_thousand_mistakes_are_told_in_no_time() {
    let pack = folder();
    let leads: String = (0..10_000).fold(String::new(), |all, n| all + &format!("  - {{ id: L{n}, campain: x }}\n"));
    pack.write("scenarios/instance.yaml", INSTANCE.replace("leads: [{ id: C8097F17 }]", &format!("leads:\n{leads}")));
    lint(&pack).exits_with(2).complains("10000 mistakes in 1 file");
}

#[test]
fn an_empty_tag_is_told() {
    let told = mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\ntags: [a, \" \"]\n");
    assert!(told.contains("a tag is empty"), "{told}");
}

#[test]
fn what_every_mistake_of_shape_may_be_meant_as_is_said() {
    let update = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    for (rest, help) in [
        ("answer: { statusCode: 503 }\n", "did you mean `http_status`?"),
        ("description: x\n", "did you mean `why`?"),
        ("c\u{43e}de: 0\n", "it holds U+043E, which may look like another letter; did you mean `code`?"),
        ("answer: { headers: [a] }\n", "for example `headers: { name: value }`"),
        ("instance: { policy: { messages: [a] } }\n", "for example `messages: { 3: … }`"),
        ("steps: [{ name: a, update: { lead_id: F2, status: Funded, code: 0 } }]\n", "it belongs beside `update`"),
        ("steps: [{ name: a, body: x }]\n", "did you mean `code`? `body` itself belongs under `answer`"),
        ("expect: unknown\n", "did you mean `client`?"),
        ("client: rejected or unknown\n", "several stand in brackets, with commas between them: [rejected, unknown]"),
        ("tags: [a, [b]]\n", "has to stand in quotes"),
        ("instance: { policy: { refusal_http_status: [400] } }\n", "give one value, without brackets"),
        ("instance: { policy: { refusal_http_status: –400 } }\n", "it holds U+2013"),
        ("client:\n", "give one of updated, rejected, unknown; or leave the key out"),
        ("fault:\n", "write `fault: { kind: silent, phase: before_commit }`"),
        ("instance: { leads: { id: F1 } }\n", "write a list, `leads: [{ id: … }]`, or a map; known here: add, remove"),
        ("steps: [{ name: a, update: b, name: c }]\n", "or put `- ` before the first key of the next item"),
        ("instance: { leads: [{ id: F1, sold: }] }\n", "give a date like 2027-01-31; or leave the key out"),
        ("instance: { enabled: }\n", "give true or false; or leave the key out"),
    ] {
        let told = mistakes_in(&format!("{update}{rest}"));
        assert!(told.contains(help), "{rest}: {told}");
    }
}

#[test]
fn lint_tells_of_snapshots_that_are_not_in_order_and_ci_fails_for_them() {
    let pack = pack(&[("codes/x.yaml", "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n")]);
    lint(&pack).exits_with(0).says("1 scenario, no mistakes\nmissing   codes.x\nnext: `caketester client --pack ");
    let ran = caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).env("CI", "true").run();
    ran.exits_with(5).says("missing   codes.x\n");
}

#[test]
fn a_sample_that_cake_would_refuse_is_a_mistake() {
    let pack = folder();
    pack.write("scenarios/instance.yaml", INSTANCE.replace("status: Funded }", "status: Fundd }"));
    let told = mistakes(&pack);
    assert!(told.contains("the sample gets code 3: status \"Fundd\" is not configured"), "{told}");
}

#[test]
fn a_wrong_type_is_told_with_the_value() {
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: zero\n"), @"
    error: `code` has to be a whole number
     --> PACK/scenarios/codes/x.yaml:3:7
      |
    3 | code: zero
      |       ^^^^

    1 mistake in 1 file
    ");
}

#[test]
fn a_key_that_stands_twice_is_told() {
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\ncode: 1\n"), @"
    error: the key `code` stands here twice
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
    error: lead " f00d" stands in codes/a too, as "F00D": letter case tells none apart
     --> PACK/scenarios/codes/b.yaml:2:20
      |
    2 | update: { lead_id: ' f00d', status: Funded }
      |                    ^^^^^^^
      |
      = help: give one of the two scenarios another lead ID: a request is told apart by its lead

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
    error: CAKE answers code 3 here, not 0: status "funded" is not configured; "Funded" is (only the letter case differs)
     --> PACK/scenarios/codes/x.yaml:3:7
      |
    3 | code: 0
      |       ^
      |
      = help: write `code: 3` if that is meant; else send another, or add it to the instance; its statuses: Funded

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
     = help: a scenario stands in scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

    error: "codes/deep/x" is not of the form area/name
    --> PACK/scenarios/codes/deep/x.yaml
     = help: a scenario stands in scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

    error: the name of a scenario's file ends with .yaml
    --> PACK/scenarios/codes/x.yml
     = help: rename it; what is no scenario does not belong here

    error: "top" is not of the form area/name
    --> PACK/scenarios/top.yaml
     = help: a scenario stands in scenarios/<area>/<name>.yaml, and its path is its id: scenarios/codes/wrong-case.yaml

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
      = help: add a line `title: …` here

    1 mistake in 1 file
    ");
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
    assert!(told.contains("the file asks for more than any scenario needs") && told.contains("x.yaml:2:"), "{told}");
    assert!(told.contains("help: write the values out"), "{told}");
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
    error: an alias refers to what it stands in
     --> PACK/scenarios/codes/x.yaml:2:11
      |
    2 | tags: &a [*a]
      |           ^^
      |
      = help: write the value out

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(mistakes_in("title: X\ntags: [*b]\nwhy: &b y\n"), @"
    error: a text cannot begin with `*` like this
     --> PACK/scenarios/codes/x.yaml:2:8
      |
    2 | tags: [*b]
      |        ^
      |
      = help: put the text in quotes; an alias needs its anchor, `&…`, before it

    1 mistake in 1 file
    ");
}

#[test]
fn nesting_without_end_is_refused() {
    let told = mistakes_in(&format!("title: {}\n", "[".repeat(100_000)));
    assert!(told.contains("x.yaml:1:") && told.contains("nested too deep") && told.len() < 2_000, "{told}");
}

#[test]
fn text_that_is_no_yaml_is_told_with_its_place() {
    insta::assert_snapshot!(mistakes_in("title: \"X\n"), @r#"
    error: the quotation mark here is not closed
     --> PACK/scenarios/codes/x.yaml:1:8
      |
    1 | title: "X
      |        ^
      |
      = help: end the text with the mark it begins with; inside '…', a ' is written twice

    1 mistake in 1 file
    "#);
    insta::assert_snapshot!(mistakes_in("title: X\nupdate: }\n"), @"
    error: this bracket closes nothing
     --> PACK/scenarios/codes/x.yaml:2:9
      |
    2 | update: }
      |         ^
      |
      = help: remove it, or open one before it

    1 mistake in 1 file
    ");
    insta::assert_snapshot!(mistakes_in("just words\n"), @"
    error: the file has to be made of keys with their values
     --> PACK/scenarios/codes/x.yaml:1:1
      |
    1 | just words
      | ^^^^^^^^^^
      |
      = help: begin with `title: …`, a colon and a space

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
      |
    2 | why: ein sch�ner Tag
      |             ^
      |
      = help: save the file as UTF-8

    1 mistake in 1 file
    ");
}

#[test]
fn a_directory_that_is_no_pack_and_a_file_in_its_place_are_told_with_what_to_do() {
    let folder = folder();
    let file = folder.write("file", "Mine.");
    let lacks = "it has no scenarios/instance.yaml";
    for (path, why) in [(folder.path(), lacks), (&*file, lacks), (&folder.at("nowhere"), "there is no such directory")]
    {
        for command in
            [&["scenarios", "lint"][..], &["scenarios", "list"], &["client", "--builtin"], &["serve", "--port", "0"]]
        {
            let ran = caketester(command).arg("--pack").arg(path).run();
            ran.exits_with(2).says_nothing().complains(&format!("{} is no pack: {why}", path.display()));
            ran.complains("help: `caketester pack export DIR` writes the standard pack out, to start from");
        }
    }
}

#[test]
fn who_names_the_scenarios_of_a_pack_is_told_of_the_directory_above() {
    let pack = exported_pack();
    let lint = |path: &str, directory: &std::path::Path| {
        caketester(["scenarios", "lint", "--pack", path]).in_dir(directory).run()
    };
    let inside = pack.at("scenarios");
    lint("scenarios", pack.path()).exits_with(2).complains("is one: `--pack .`");
    lint("./scenarios/", pack.path()).exits_with(2).complains("is one: `--pack .`");
    lint(".", &inside).exits_with(2).complains("is one: `--pack ./..`");
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
    set.exits_with(4).complains("has no scenarios");
}

#[test]
fn a_pack_without_scenarios_is_nothing_to_check_and_nothing_to_run() {
    let pack = pack(&[]);
    lint(&pack).exits_with(4).complains("has no scenarios").complains("`caketester scenarios new` writes one");
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
    ran.exits_with(2).complains("the file cannot be read: it is not a regular file").complains("pipe.yaml");
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
    for (instance, code, told) in [
        (&*format!("buyers: [{{ name: Acme, {other} }}]"), 1, "adds a buyer \"Acme\", of which no lead is"),
        (&format!("buyers: [{{ name: Acme, {other} }}]"), 1, "did you mean \"Acme Lending\"?"),
        (&format!("buyers: [{{ name: Acme Lendin, {other} }}]"), 1, "did you mean \"Acme Lending\"?"),
        ("lead_defaults: { buyer: Borealis Credit }", 1, "sent with the key of \"Acme Lending\""),
        ("lead_defaults: {}", 1, "`instance: { buyers: [{ name: Acme Lending, key: … }] }`"),
        (&format!("buyers: [{{ name: Borealis, {other} }}]"), 0, "did you mean \"Borealis Credit\"?"),
        ("buyers: [{ name: Acme Lending, key: R4TN8W2Y }]", 1, "have the same API key"),
        ("fields: [{ name: notes, type: number }]", 0, "adds a field \"notes\", which no update sends"),
        ("fields: [{ name: notes, type: number }]", 0, "did you mean \"note\"?"),
        ("statuses: [{ name: Lost }]", 3, "write `statuses: { remove: [Funded] }`, for a list only adds"),
        ("statuses: [{ name: Funded, sub_statuses: [Half] }]", 3, "`sub_statuses: { remove: [Full] }`"),
        ("statuses: [{ name: Funded, sub_statuses: [Full] }]", 3, "\"Funded\" still has \"Full\""),
        ("leads: [{ id: F1 }]", 2, "`instance: { leads: { remove: [F1] } }`"),
        ("enabled: true", 4, "write `instance: { enabled: false }`"),
    ] {
        let update = "title: X\nneeds: [sub_status]\nupdate: { lead_id: F1, status: Funded, sub_status: Full }\n";
        let shown = mistakes_of(&format!("{update}instance: {{ {instance} }}\ncode: {code}\n"));
        assert!(shown.contains(told), "{instance}: {shown}");
        assert!(!shown.contains("K7M2QX94TB1D8RZ5") && !shown.contains("R4TN8W2Y"), "{shown}");
    }
}

#[test]
fn what_is_not_there_to_be_removed_is_told_with_where_it_stands() {
    let full = "`statuses: [{ name: Funded, sub_statuses: { remove: [Full] } }]`";
    for (instance, message, help) in [
        (
            "statuses: [{ name: Fundd, sub_statuses: { remove: [Full] } }]",
            "there is no status \"Fundd\" to remove a sub-status from",
            "did you mean \"Funded\"?",
        ),
        (
            "leads: { remove: [F1, C8097F17] }",
            "no lead \"C8097F17\" to remove",
            "only the leads its updates name: F1, F2",
        ),
        ("statuses: { remove: [Full] }", "no status \"Full\" to remove", full),
        ("statuses: [{ name: Lost, sub_statuses: { remove: [Full] } }]", "no sub-status \"Full\" to remove", full),
        (
            "statuses: [{ name: Lost, sub_statuses: { remove: [Funded] } }]",
            "no sub-status \"Funded\" to remove",
            "it is a status: write `statuses: { remove: [Funded] }`",
        ),
        (
            "statuses: [{ name: Funded, sub_statuses: { remove: [Ful] } }]",
            "no sub-status \"Ful\"",
            "did you mean \"Full\"?",
        ),
    ] {
        let steps = "steps: [{ name: a, update: { lead_id: F2, status: Lost }, code: 0 }, \
                     { name: b, update: { lead_id: F1, status: Lost }, code: 0 }]";
        let shown = mistakes_of(&format!("title: X\ninstance: {{ {instance} }}\n{steps}\n"));
        assert!(shown.contains(message) && shown.contains(help), "{instance}: {shown}");
        assert!(shown.contains("1 mistake in"), "{instance}: {shown}");
    }
}

#[test]
fn where_the_last_of_several_attempts_has_no_code_it_is_told_so() {
    let busy = "answer: { http_status: 503, content_type: text/html, body: <html>busy</html> }";
    let redirect = "fault: { kind: redirect, phase: before_commit, to: same_host }";
    let last = "the answer to the last attempt (2 of 2) has no code that can be read";
    let add = "add `- {}` as the last of `attempts` for the instance's own answer";
    for (attempts, message, help) in [
        (format!("attempts: [{{}}, {{ {busy} }}]"), last, add),
        (format!("attempts: [{{}}, {{ {redirect} }}]"), "(2 of 2) has no code that can be read: it is a redirect", add),
        (
            "attempts: [{}, { fault: { kind: close, phase: before_commit } }]".into(),
            "a fault keeps it from the client",
            add,
        ),
        (redirect.into(), "every attempt gets this redirect", "write `attempts: [{ fault: … }, {}]`"),
        (format!("attempts: [{{ {busy} }}]"), "the root element is <html>", "leave `code` out"),
    ] {
        let text = format!(
            "title: X\nupdate: {{ lead_id: F1, status: Funded }}\ncode: 0\nclient: [updated, unknown]\n{attempts}\n"
        );
        let shown = mistakes_in(&text);
        assert!(shown.contains(message) && shown.contains(help), "{attempts}: {shown}");
    }
    let refused = "title: X\ninstance: { enabled: false }\nupdate: { lead_id: F1, status: Funded }\ncode: 4\n\
                   client: [updated, unknown]\n";
    let shown = mistakes_in(&format!("{refused}attempts: [{{ {busy} }}, {{}}]\n"));
    assert!(shown.contains("`client` says updated, and what the last attempt gets means rejected"), "{shown}");
    assert!(shown.contains("write `client: [rejected, unknown]`"), "{shown}");
}

#[test]
fn a_field_that_is_a_parameter_of_the_method_is_told_as_that_alone() {
    for name in ["lead_id", "Status", "sub_status"] {
        let shown = mistakes_of(&format!(
            "title: X\nneeds: [fields]\ninstance: {{ fields: [{{ name: {name} }}] }}\n\
             update: {{ lead_id: F1, status: Funded, fields: {{ {name}: x }} }}\ncode: 0\n"
        ));
        assert!(
            shown.contains(&format!("\"{name}\" is a parameter of the method itself, not a custom field")),
            "{shown}"
        );
        assert!(shown.contains("say it beside `fields`") && shown.contains("1 mistake in"), "{shown}");
    }
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
      = help: change the update or the instance; or leave `code` out, and say `client: unknown`, if that is what you test

    1 mistake in 1 file
    "#);
}

#[test]
fn a_file_that_is_not_read_though_it_is_meant_is_told() {
    let text = "title: X\nupdate: { lead_id: F1, status: Funded }\ncode: 0\n";
    let other = "title: Y\nsteps:\n  - { name: a, update: { lead_id: F2, status: Funded }, code: 0 }\n";
    let outside = "this scenario lies outside scenarios/ and is not read";
    for (path, content, message, help) in [
        (
            "scenarios/codes/instance.yaml",
            INSTANCE,
            "this is an instance, not a scenario",
            "a pack has one, scenarios/instance.yaml",
        ),
        ("scenarios/instance.yml", INSTANCE, "there is scenarios/instance.yaml already", "remove one of the two"),
        ("scenarios/codes/x.yml", text, "there is scenarios/codes/x.yaml already", "remove one of the two"),
        ("codes/mine.yaml", other, outside, "move it to scenarios/codes/mine.yaml, or remove it"),
        ("mine.yml", other, outside, "move it to scenarios/<area>/mine.yml"),
        ("snapshots/mine.yaml", other, outside, "move it to scenarios/<area>/mine.yaml"),
        ("instance.yaml", INSTANCE, "this instance lies outside scenarios/", "a pack has one, scenarios/instance.yaml"),
    ] {
        let pack = pack(&[("codes/x.yaml", text)]);
        pack.write(path, content);
        let shown = mistakes(&pack);
        assert!(shown.contains(message) && shown.contains(help), "{path}: {shown}");
        assert!(shown.contains(&format!("PACK/{path}\n")) && shown.contains("1 mistake in 1 file"), "{path}: {shown}");
    }
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
    for (sample, message, help) in [
        (
            "status: Funded, fields: { notte: x }",
            "\"notte\" is not configured, so CAKE drops it",
            "did you mean \"note\"?",
        ),
        ("status: Funded, fields: { apr: x }", "\"apr\" is not configured", "add `fields: [{ name: apr }]`"),
        ("status: Funded, fields: { status: x }", "\"status\" is a parameter of the method", "say it beside `fields`"),
        (
            "status: Funded, fields: { note: <b> }",
            "the sample gets no code: ASP.NET refuses the value of note",
            "change `sample`",
        ),
        ("status: funded", "the sample gets code 3", "change `sample`, or the statuses"),
    ] {
        let pack = folder();
        pack.write("scenarios/instance.yaml", NETWORK.replace("status: Funded }\n", &format!("{sample} }}\n")));
        let shown = mistakes(&pack);
        assert!(shown.contains(message) && shown.contains(help), "{sample}: {shown}");
        assert!(shown.contains("instance.yaml:5:") && shown.contains("1 mistake in"), "{sample}: {shown}");
    }
}

#[test]
fn what_a_scenario_says_of_waiting_of_needs_and_of_recording_is_held_against_what_it_does() {
    let unknown = "client: unknown\n";
    let other = ("codes/other.yaml", "title: Y\nupdate: { lead_id: F2, status: Funded }\ncode: 0\n");
    let waits = "a client waits in this fault";
    for (rest, message, help) in [
        (format!("{unknown}fault: {{ kind: silent, phase: before_commit }}"), waits, "write `tags: [timed]`"),
        (
            format!("{unknown}tags: [time]\nfault: {{ kind: stall, phase: after_commit }}"),
            waits,
            "write `tags: [time, timed]`",
        ),
        ("code: 0\nclient: [updated, unknown]\nfault: { kind: dribble, phase: after_commit }".into(), waits, "[timed]"),
        (
            "code: 0\nclient: [updated, unknown]\nfault: { kind: slow_headers, phase: after_commit }".into(),
            waits,
            "[timed]",
        ),
        ("code: 0\nneeds: [values, fields]".into(), "no update of this scenario sends custom fields", "remove it"),
        ("code: 0\nneeds: [sub_status]".into(), "no update of this scenario sends a sub-status", "remove it"),
        (
            "code: 0\nclient: [updated, unknown]\nfault: { kind: expired_certificate, phase: before_commit }".into(),
            "`client` says updated, and what a client gets here means unknown",
            "write `client: unknown`",
        ),
        (
            format!(
                "{unknown}instance: {{ leads: {{ remove: [F1] }} }}\nfault: {{ kind: reset, phase: after_commit }}"
            ),
            "nothing is recorded of an update that CAKE refuses: no lead \"F1\"",
            "say `phase: before_commit`",
        ),
    ] {
        let text = format!("title: X\nupdate: {{ lead_id: F1, status: Funded }}\n{rest}\n");
        let shown = mistakes(&pack(&[("codes/x.yaml", &*text), other]));
        assert!(shown.contains(message) && shown.contains(help), "{rest}: {shown}");
        assert!(shown.contains("1 mistake in"), "{rest}: {shown}");
    }
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
    for (update, rest, meant) in [
        ("status: Fundde", own, "Funded"),
        ("status: 'Funded,'", reset, "Funded"),
        ("status: funded", absent, "Funded"),
        ("status: Funded, sub_status: Ful", absent, "Full"),
    ] {
        let needs = if update.contains("sub_status") { "needs: [sub_status]\n" } else { "" };
        let shown = mistakes_of(&format!("title: X\n{needs}update: {{ lead_id: F1, {update} }}\n{rest}\n"));
        assert!(shown.contains("is not configured, and no code tells of it"), "{update}: {shown}");
        assert!(
            shown.contains(&format!("did you mean {meant:?}?")) && shown.contains("1 mistake in"),
            "{update}: {shown}"
        );
    }
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
    let twice = told("F1", "[updated, updated]");
    assert!(twice.contains("`client` names updated twice") && twice.contains("keep one of the two"), "{twice}");
    for (lead, shown) in [("F1,", "`,`"), ("F 1", "U+0020"), ("F\u{200b}1", "U+200B"), ("F1\u{435}2", "U+0435")] {
        let told = told(lead, "updated");
        assert!(told.contains("the lead ID ") && told.contains(&format!(" holds {shown}\n")), "{lead}: {told}");
        assert!(told.contains("where it is meant, put the lead ID in quotes"), "{lead}: {told}");
    }
    let quoted = "title: X\nupdate: { lead_id: 'F 1,', status: Funded }\ncode: 0\n";
    lint(&pack(&[("codes/x.yaml", quoted)])).exits_with(0);
}

//! The certificate: what stands in it, when it is withheld, and the digest by which its pack can be known again.

use std::process::Command;

use crate::support::clients::{Played, checking};
use crate::support::page::{assert_snapshot, text_of};
use crate::support::{Folder, Ran, caketester, exported_pack, folder, get, skipped_without, small_pack};
use caketester::rules::RULES;
use serde_json::Value;

const KEY: &str = "BuyerAPIKeyHere";
const NAMED: [&str; 4] = ["--client-name", "Acme push", "--client-version", "4.2"];

/// A client that is asked for a certificate on a small pack, which its report would be; the certificate stands in the pack's folder.
fn certified(pack: &Folder, played: Played, options: &[&str]) -> Ran {
    let (directory, path) = (pack.path().display().to_string(), pack.at("certificate").display().to_string());
    let asked = ["--pack", &directory, "--certificate", &path];
    checking(played, asked.into_iter().chain(NAMED).chain(options.iter().copied())).run()
}

#[track_caller]
fn json(folder: &Folder, file: &str) -> Value {
    serde_json::from_str(&folder.read(file)).expect("a certificate is JSON")
}

fn digest(pack: &Folder) -> String {
    let ran = caketester(["pack", "digest", "--pack"]).arg(pack.path()).run();
    ran.exits_with(0).complains_of_nothing();
    ran.stdout.trim().to_owned()
}

/// No certificate was written; what is said of it.
#[track_caller]
fn is_withheld(pack: &Folder, ran: &Ran) -> String {
    ran.exits_with(1);
    assert!(!pack.at("certificate.html").exists() && !pack.at("certificate.json").exists(), "{}", ran.describe());
    ran.page_from("certificate withheld")
}

#[test]
fn no_file_of_a_run_takes_the_place_of_another() {
    let folder = folder();
    let at = |name: &str| folder.at(name).display().to_string();
    let mut pages = String::new();
    for pair in [
        vec![
            "--report".to_owned(),
            format!("json={}", at("a.json")),
            "--report".to_owned(),
            format!("html={}", at("a.json")),
        ],
        vec!["--report".to_owned(), format!("html={}", at("a.html")), "--certificate".to_owned(), at("a")],
    ] {
        let named = ["--client-name", "x", "--client-version", "1"];
        let ran = caketester(["client", "--builtin"]).args(named).args(&pair).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages, @r"
    $ caketester client --builtin --client-name x --client-version 1 --report 'json=[DIR]/a.json' --report 'html=[DIR]/a.json'
    exit code 2
    --- stderr
    error: two files of this run would be written to [DIR]/a.json; nothing was sent
      help: give each of them a name of its own
    $ caketester client --builtin --client-name x --client-version 1 --report 'html=[DIR]/a.html' --certificate [DIR]/a
    exit code 2
    --- stderr
    error: two files of this run would be written to [DIR]/a.html; nothing was sent
      help: give each of them a name of its own
    ");
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn who_passes_whole_gets_a_certificate_for_people_and_one_for_programs() {
    let pack = small_pack();
    let ran = certified(&pack, Played::Right, &["--name", "Funded=Closed - Paid"]);
    assert_snapshot!(ran.exits_with(0).page());
    let page = pack.read("certificate.html");
    let (before, _) = page.split_once("<section class=\"rules\">").expect("rules stand at the end");
    assert_snapshot!(text_of(before));
    assert!(page.contains(&digest(&pack)), "{page}");
    let certificate = json(&pack, "certificate.json");
    assert_eq!(certificate["version"], 2);
    assert_eq!(certificate["client"], serde_json::json!({ "name": "Acme push", "version": "4.2" }));
    assert_eq!(certificate["caketester"], env!("CARGO_PKG_VERSION"));
    assert_eq!(certificate["evidence"], "outcome");
    assert_eq!(certificate["scope"]["strict"], false);
    assert_eq!(certificate["scope"]["names"]["Funded"], "Closed - Paid");
    assert_eq!(certificate["scope"]["not_tested"].as_array().map(Vec::len), Some(3));
    assert_eq!(certificate["pack"]["digest"], digest(&pack));
    assert_eq!(certificate["tested"]["scenarios"], 12);
    let date = certificate["date"].as_str().expect("it has a date").parse::<jiff::civil::Date>();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    // Midnight may have passed in between.
    assert!([Ok(today), Ok(today.yesterday().expect("there was one"))].contains(&date.map_err(|_| ())));
    for statement in certificate["statements"].as_array().expect("there are statements") {
        let escaped = statement.as_str().expect("a text").replace('\'', "&#39;");
        assert!(page.contains(&format!("<li>{escaped}</li>")), "{escaped}");
    }
}

#[test]
fn the_page_has_one_word_for_one_thing_and_it_is_a_plain_one() {
    let pack = small_pack();
    certified(&pack, Played::Right, &["--cannot", "sub_status,fields"]).exits_with(0);
    let page = pack.read("certificate.html");
    // What a rule is called, a rule says; and the command is one.
    let (words, _) = page.split_once("<section class=\"rules\">").expect("rules stand at the end");
    let (before, repeat) = words.split_once("<pre>").expect("there is a command");
    let below = repeat.split_once("</pre>").expect("it ends").1;
    let words = format!("{before}{below}").replace("pack digest", "").replace(&pack.path().display().to_string(), "");
    let once = |word: &str| words.matches(word).count();
    assert_eq!((once("(scenarios)"), once("scenario")), (1, 1), "{words}");
    assert_eq!((once("(updates)"), once("update")), (1, 1), "{words}");
    for technical in ["digest", "sub_status", "out of scope", "MUST", "SHOULD", "the client", "Client"] {
        assert_eq!(once(technical), 0, "{technical}: {words}");
    }
    assert!(
        words.contains("<dt>Left out, as asked</dt><dd>sub-statuses, custom fields (what a network wants"),
        "{words}"
    );
}

#[test]
fn every_rule_stands_in_it_with_its_level_and_its_checks() {
    let pack = small_pack();
    let report = format!("json={}", pack.at("report.json").display());
    certified(&pack, Played::Right, &["--report", &report]).exits_with(0);
    let (certificate, report, page) =
        (json(&pack, "certificate.json"), json(&pack, "report.json"), pack.read("certificate.html"));
    let certified = certificate["rules"].as_array().expect("there are rules");
    let seen = report["rules"].as_array().expect("there are rules");
    assert_eq!(certified.len(), seen.len());
    assert!(RULES.iter().all(|known| certified.iter().any(|rule| rule["id"] == known.id.as_str())));
    let rows: Vec<&str> = page.split("<th scope=\"row\">").skip(1).collect();
    for ((rule, seen), row) in certified.iter().zip(seen).zip(rows) {
        for same in ["id", "title", "weight", "state", "checks"] {
            assert_eq!(rule[same], seen[same]);
        }
        assert_eq!(rule["asked"], rule["weight"] == "required", "{rule}");
        let id = rule["id"].as_str().expect("an ID is a text");
        let row = row.split("</tr>").next().expect("a row ends");
        assert!(row.starts_with(&format!("{id}</th>")), "{row}");
        let level = match rule["weight"].as_str() {
            Some("note") => "for information",
            weight => weight.expect("a weight is a text"),
        };
        assert!(row.contains(&format!("<td>{level}</td><td class=\"number\">{}</td>", rule["checks"])), "{row}");
        assert_eq!(row.contains("not counted"), level != "required" && rule["state"] != "not_exercised", "{row}");
    }
}

#[test]
fn the_page_needs_nothing_but_itself_and_a_hostile_name_stays_a_name() {
    let pack = small_pack();
    let name = format!("</title></style><script>fail()</script><img src=x>\u{202e}{}", "Long".repeat(500));
    let path = pack.at("certificate").display().to_string();
    let directory = pack.path().display().to_string();
    let asked = ["--pack", &directory, "--certificate", &path, "--client-version", "<b>&"];
    let report = format!("html={}", pack.at("report.html").display());
    let named = ["--client-name", &name, "--report", &report];
    checking(Played::Right, asked.into_iter().chain(named)).run().exits_with(0);
    let page = pack.read("certificate.html");
    assert!(page.starts_with("<!doctype html>"));
    for outside in ["<script", "<img", "<link", " src=\"", "href=", "url(", "@import", "\u{202e}", "<b>&"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    assert!(page.contains("<h1>&#60;/title&#62;&#60;/style&#62;&#60;script&#62;fail()&#60;/script&#62;"), "{page}");
    assert!(page.contains("[U+202E]LongLong") && page.contains("version &#60;b&#62;&#38;"));
    assert_eq!(json(&pack, "certificate.json")["client"]["name"], name);
    assert!(pack.read("report.html").contains("[U+202E]LongLong"));
}

#[test]
fn a_path_may_have_either_ending_and_both_files_are_written() {
    let pack = small_pack();
    for path in ["a.html", "b.json", "c-4.2"] {
        let path = pack.at(path).display().to_string();
        let directory = pack.path().display().to_string();
        let asked = ["--pack", &directory, "--certificate", &path];
        checking(Played::Right, asked.into_iter().chain(NAMED)).run().exits_with(0);
    }
    for file in ["a.html", "a.json", "b.html", "b.json", "c-4.2.html", "c-4.2.json"] {
        assert!(pack.at(file).is_file(), "{file}");
    }
    let mut pages = String::new();
    for path in ["", "folder/", ".html", ".."] {
        pages += &caketester(["client", "--builtin", "--certificate", path]).run().exits_with(2).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn without_a_name_and_a_version_nothing_is_sent() {
    let folder = folder();
    let mut pages = String::new();
    for given in [["--client-name", "x"], ["--client-version", " "]] {
        let asked = ["client", "--certificate", "certificate"];
        let ran = caketester(asked).args(given).args(["--", "touch", "started"]).in_dir(folder.path()).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages, @"
    $ caketester client --certificate certificate --client-name x -- touch started
    exit code 2
    --- stderr
    error: a certificate needs the client's name and version; nothing was sent
      help: give --client-name NAME and --client-version VERSION, or in caketester.yaml `client: { name: …, version: … }`
    $ caketester client --certificate certificate --client-version ' ' -- touch started
    exit code 2
    --- stderr
    error: a certificate needs the client's name and version; nothing was sent
      help: give --client-name NAME and --client-version VERSION, or in caketester.yaml `client: { name: …, version: … }`
    ");
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn name_and_version_come_from_the_file_the_environment_or_an_option_which_prevails() {
    let pack = small_pack();
    let config = pack.write("caketester.yaml", "client: { name: From the file, version: 4.10 }\n");
    let (config, directory) = (config.display().to_string(), pack.path().display().to_string());
    let path = pack.at("certificate").display().to_string();
    let asked = ["--config", &config, "--pack", &directory, "--certificate", &path];
    let client = || json(&pack, "certificate.json")["client"].clone();
    checking(Played::Right, asked).run().exits_with(0);
    assert_eq!(client(), serde_json::json!({ "name": "From the file", "version": "4.10" }));
    let in_environment = |ran: crate::support::Caketester| {
        ran.env("CAKETESTER_CLIENT_NAME", "From the environment")
            .env("CAKETESTER_CLIENT_VERSION", "5")
            .run()
            .exits_with(0);
        client()
    };
    let seen = in_environment(checking(Played::Right, asked));
    assert_eq!(seen, serde_json::json!({ "name": "From the environment", "version": "5" }));
    let seen = in_environment(checking(Played::Right, asked.into_iter().chain(["--client-name", "From an option"])));
    assert_eq!(seen, serde_json::json!({ "name": "From an option", "version": "5" }));
}

#[test]
fn it_is_withheld_where_one_must_is_broken() {
    let pack = small_pack();
    let ran = certified(&pack, Played::TrustsHttp200, &[]);
    assert_snapshot!(is_withheld(&pack, &ran));
}

#[test]
fn it_is_withheld_where_a_must_is_broken_in_an_assumed_scenario_though_core_lets_that_pass() {
    let pack = small_pack();
    for name in ["key-replaced", "lead-absent", "not-enabled", "status-absent"] {
        pack.edit(&format!("scenarios/codes/{name}.yaml"), "basis: documented", "basis: assumed");
    }
    let ran = certified(&pack, Played::TrustsHttp200, &[]);
    is_withheld(&pack, &ran);
    assert_snapshot!(ran.page_without_scenarios());
}

#[test]
fn it_is_withheld_where_a_scenario_was_not_selected_or_not_run() {
    let pack = small_pack();
    let ran = certified(&pack, Played::Right, &["--only", "codes"]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=Right caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 --only codes -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     5 of the pack's 12 scenarios were selected
        help      run the whole pack: leave out whatever selects a part of it
      because     not exercised: Q07, Q10, Q15, A07, A09, R06, S01, S02
        help      run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule
    --- stderr
    note: this run will get no certificate: 5 of the pack's 12 scenarios are selected
    ");
    let ran = certified(&pack, Played::Right, &["--shard", "1/2"]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=Right caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 --shard 1/2 -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     this is a part of a run
        help      leave out --shard; the reports of all shards together get none either
      because     6 of the pack's 12 scenarios were selected
        help      run the whole pack: leave out whatever selects a part of it
      because     not exercised: Q07, Q10, Q15, A03, A04, A09, S01
        help      run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule
    --- stderr
    note: this run will get no certificate: 6 of the pack's 12 scenarios are selected
    ");
    let ran = certified(&pack, Played::TrustsHttp200, &["--fail-fast", "--jobs", "1"]);
    is_withheld(&pack, &ran);
    assert_snapshot!(ran.page());
    // Its client speaks no TLS, so that nobody could tell from it whether it refuses a bad certificate.
    caketester(["pack", "export"]).arg(pack.at("whole")).run().exits_with(0);
    let bad = "scenarios/security/certificate-expired.yaml";
    pack.write(bad, pack.read(&format!("whole/{bad}")));
    let ran = certified(&pack, Played::SpeaksNoTls, &[]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=SpeaksNoTls caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     2 selected scenarios were not run, first security/certificate-expired
        help      the notes name the scenarios that could not run, and why
      because     not exercised: S02
        help      run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule
    ");
}

#[test]
fn it_is_withheld_where_nothing_showed_whether_a_must_is_kept() {
    let pack = small_pack();
    pack.remove("scenarios/answers/code-7.yaml");
    let ran = certified(&pack, Played::Right, &[]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=Right caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     not exercised: A07
        help      run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule
    ");
}

#[test]
fn it_is_withheld_where_the_baseline_knows_a_failure() {
    let pack = small_pack();
    let known = pack.at("known.yaml").display().to_string();
    let baseline = ["--baseline", &known, "--update-baseline"];
    let ran = certified(&pack, Played::TrustsHttp200, &baseline);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 --baseline [DIR]/known.yaml --update-baseline -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     the baseline knows 6 failures
        help      fix them, and take them out of the baseline
    ");
    let ran = certified(&pack, Played::TrustsHttp200, &baseline[..2]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=TrustsHttp200 caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 --baseline [DIR]/known.yaml -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     the baseline knows 6 failures
        help      fix them, and take them out of the baseline
    ");
}

#[test]
fn it_is_withheld_from_the_client_that_is_built_in() {
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let asked = ["client", "--builtin", "--certificate", &path, "--pack"];
    let ran = caketester(asked).arg(pack.path()).args(NAMED).run();
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ caketester client --builtin --certificate [DIR]/certificate --pack [DIR] --client-name 'Acme push' --client-version 4.2
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     the client under test is caketester's built-in one
        help      name your own program after `--`, in place of --builtin
    --- stderr
    note: this run will get no certificate: the built-in client gets none, so name your program after `--`
    ");
}

#[test]
fn it_is_withheld_where_the_run_itself_did_not_pass() {
    let pack = small_pack();
    // Snapshots that no scenario expects.
    let ran = certified(&pack, Played::Right, &["--ci"]);
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ PLAYED_CLIENT=Right caketester client --pack [DIR] --certificate [DIR]/certificate --client-name 'Acme push' --client-version 4.2 --ci -- [CLIENT]
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     the run ended with exit code 5: in CI: a snapshot is missing, pending or orphaned
        help      see above what is to be done
    ");
}

#[test]
#[cfg(unix)]
fn it_is_withheld_where_nobody_told_an_outcome() {
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let asked = ["client", "--observe", "--port", "0", "--only", "codes/success", "--certificate", &path, "--pack"];
    let mut running = caketester(asked).arg(pack.path()).args(NAMED).begins();
    let url = running.says("observing ").trim_start_matches("observing ").trim().to_owned();
    get(&format!("{url}?api_key={KEY}&lead_id=5A1E0000&status=Funded"));
    running.says("[?] lead_id=\"5A1E0000\"");
    let ran = running.ends_on("INT");
    assert_snapshot!(is_withheld(&pack, &ran), @"
    $ caketester client --observe --port 0 --only codes/success --certificate [DIR]/certificate --pack [DIR] --client-name 'Acme push' --client-version 4.2
    exit code 1
    --- stdout
    certificate withheld: none was written
      because     1 of the pack's 12 scenarios were selected
        help      run the whole pack: leave out whatever selects a part of it
      because     not exercised: Q07, Q10, Q15, A01, A02, A03, A04, A05, A07, A09, R06, S01, S02
        help      run the scenarios that exercise it, which the standard pack has; `caketester explain RULE` explains a rule
      because     evidence: in at least one step the client reported no outcome, and the wire alone shows no outcome
        help      report every outcome; in an observation, type it
    --- stderr
    note: this run will get no certificate: 1 of the pack's 12 scenarios are selected
    ");
}

#[test]
fn an_endpoint_is_no_client_and_has_no_such_option() {
    let ran = caketester(["endpoint", "http://127.0.0.1:1", "--certificate", "x"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester endpoint http://127.0.0.1:1 --certificate x
    exit code 2
    --- stderr
    error: unexpected argument '--certificate' found

      tip: a similar argument exists: '--ci'

    Usage: caketester endpoint --ci <URL>

    For more information, try '--help'.
    ");
}

#[test]
fn a_certificate_of_an_earlier_run_is_left_and_said_to_be_one() {
    let pack = small_pack();
    certified(&pack, Played::Right, &[]).exits_with(0);
    let before = (pack.read("certificate.html"), pack.read("certificate.json"));
    let ran = certified(&pack, Played::ClaimsSuccess, &[]);
    assert_snapshot!(ran.exits_with(1).page());
    assert_eq!(before, (pack.read("certificate.html"), pack.read("certificate.json")));
}

#[test]
fn what_the_client_does_not_do_withholds_nothing_and_stands_in_front() {
    let pack = small_pack();
    certified(&pack, Played::Right, &["--cannot", "fields"]).exits_with(0);
    let page = pack.read("certificate.html");
    let said = "this program does not report custom fields (what a network wants to know beside the status, such as an \
                amount). That was left out: 1 of 12 situations.";
    let at = page.find(said).unwrap_or_else(|| panic!("{page}"));
    assert!(at < page.find("What was tested").expect("that stands there"));
    let certificate = json(&pack, "certificate.json");
    assert_eq!(certificate["scope"]["out_of_scope"], serde_json::json!(["fields"]));
    assert_eq!(certificate["tested"]["out_of_scope"], 1);
}

#[test]
fn a_batch_gets_one_and_it_says_how_it_was_run() {
    if skipped_without("python3", &["python3", "--version"]) {
        return;
    }
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let asked = ["client", "--batch", "--settle", "0", "--certificate", &path, "--pack"];
    let ran = caketester(asked).arg(pack.path()).args(NAMED).args(["--", "python3", "tests/it/support/job.py"]).run();
    assert_snapshot!(ran.exits_with(0).page());
    let page = pack.read("certificate.html");
    let (before, _) = page.split_once("<section class=\"rules\">").expect("rules stand at the end");
    assert_snapshot!(text_of(before));
    assert_eq!(json(&pack, "certificate.json")["subject"]["kind"], "batch");
}

#[test]
fn a_key_in_a_name_or_a_command_is_masked() {
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let directory = pack.path().display().to_string();
    let name = format!("Push with {KEY}");
    let names = ["--client-name", &name, "--client-version", KEY];
    let asked = ["--pack", &directory, "--certificate", &path];
    let ran = checking(Played::Right, asked.into_iter().chain(names)).arg(KEY).run();
    ran.exits_with(0).never_says(KEY);
    for file in ["certificate.html", "certificate.json"] {
        let text = pack.read(file);
        assert!(!text.contains(KEY) && text.contains("Push with ***"), "{text}");
    }
}

#[test]
fn the_digest_of_a_pack_is_that_of_its_export_and_of_a_checkout_on_windows() {
    let standard = caketester(["pack", "digest"]).run();
    standard.exits_with(0).complains_of_nothing();
    let pack = exported_pack();
    assert_eq!(format!("{}\n", digest(&pack)), standard.stdout);
    let before = digest(&pack);
    for file in
        pack.files().iter().filter(|file| file.starts_with("snapshots/") || file.starts_with("scenarios/codes/"))
    {
        pack.write(file, pack.read(file).replace('\n', "\r\n"));
    }
    pack.write("snapshots/codes.success.snap.new", "awaits review");
    pack.write("README.md", "Ours.");
    assert_eq!(digest(&pack), before);
}

#[test]
fn another_text_another_name_or_another_snapshot_is_another_digest() {
    let pack = exported_pack();
    let mut seen = vec![digest(&pack)];
    let mut changed = |pack: &Folder| {
        let new = digest(pack);
        assert!(new.starts_with("sha256:") && new.len() == 71 && !seen.contains(&new), "{new}");
        seen.push(new);
    };
    pack.edit("scenarios/codes/success.yaml", "title: A status", "title: One status");
    changed(&pack);
    pack.edit("scenarios/instance.yaml", &format!("key: {KEY}"), "key: { env: NOT_SET }");
    changed(&pack);
    pack.edit("snapshots/codes.success.snap", "<code>0</code>", "<code>1</code>");
    changed(&pack);
    let text = pack.read("scenarios/codes/success.yaml");
    pack.remove("scenarios/codes/success.yaml");
    changed(&pack);
    pack.write("scenarios/codes/succeeded.yaml", text);
    changed(&pack);
    assert_snapshot!(caketester(["pack", "digest", "--pack", "nowhere"]).run().exits_with(2).page(), @"
    $ caketester pack digest --pack nowhere
    exit code 2
    --- stderr
    error: nowhere is not a pack: the directory does not exist
      help: the directory above it is one: `--pack .`
    ");
}

#[test]
#[cfg(unix)]
fn the_digest_can_be_counted_by_hand() {
    if skipped_without("sha256sum", &["sha256sum", "--version"]) {
        return;
    }
    let line = include_str!("../../docs/certificate.md")
        .lines()
        .find(|line| line.contains("sha256sum"))
        .expect("docs/certificate.md says how");
    let pack = exported_pack();
    let ran = Command::new("sh").args(["-c", line]).current_dir(pack.path()).output().expect("there is a shell");
    let counted = String::from_utf8(ran.stdout).expect("it is a text");
    assert_eq!(format!("sha256:{}", counted.split(' ').next().unwrap_or_default()), digest(&pack));
}

#[test]
fn shards_of_packs_with_another_digest_are_not_merged() {
    let pack = small_pack();
    let directory = pack.path().display().to_string();
    let shard = |number: u8| {
        let report = format!("json={}", pack.at(&format!("{number}.json")).display());
        let shard = format!("{number}/2");
        checking(Played::Right, ["--pack", &directory, "--shard", &shard, "--report", &report]).run().exits_with(0);
    };
    let merge = || {
        let files = ["whole.json", "1.json", "2.json"].map(|file| pack.at(file));
        caketester(["report", "merge"]).args(files).run()
    };
    shard(1);
    shard(2);
    merge().exits_with(0);
    pack.edit("scenarios/codes/success.yaml", "title: A status", "title: One status");
    shard(2);
    assert_snapshot!(merge().exits_with(2).page(), @r#"
    $ caketester report merge [DIR]/whole.json [DIR]/1.json [DIR]/2.json
    exit code 2
    --- stderr
    error: [DIR]/1.json and [DIR]/2.json are not of one run: the pack's digest is "sha256:[DIGEST]" in the one, and "sha256:[DIGEST]" in the other
    "#);
}

/// What is said of a certificate, in the folder of its pack.
fn checked(pack: &Folder, options: &[&str]) -> Ran {
    caketester(["certificate", "check", "certificate.json", "--pack", "."]).args(options).in_dir(pack.path()).run()
}

#[test]
fn a_certificate_is_held_against_its_report_and_its_pack() {
    let pack = small_pack();
    let report = format!("json={}", pack.at("report.json").display());
    certified(&pack, Played::Right, &["--report", &report]).exits_with(0);
    let mut pages = checked(&pack, &["--report", "report.json"]).exits_with(0).page();
    pages += &checked(&pack, &[]).exits_with(0).page();
    let (report, certificate) = (pack.read("report.json"), pack.read("certificate.json"));
    let mut changed = |what: &str, files: &[(&str, String)]| {
        for (file, text) in files {
            pack.write(file, text);
        }
        let page = checked(&pack, &["--report", "report.json"]).exits_with(1).page();
        pages.extend(["\n", what, ":\n", &page]);
        pack.write("report.json", &report);
        pack.write("certificate.json", &certificate);
    };
    let once = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "there is no {from}");
        text.replacen(from, to, 1)
    };
    changed("an answer that was not given", &[("report.json", once(&report, "<code>2</code>", "<code>3</code>"))]);
    changed(
        "an outcome that was not told",
        &[("report.json", once(&report, "\"outcome\": \"rejected\"", "\"outcome\": \"updated\""))],
    );
    changed(
        "a report that ends too soon",
        &[("report.json", report.split_inclusive("\"scenarios\": [").next().expect("there are some").to_owned())],
    );
    changed(
        "more scenarios than there were",
        &[("certificate.json", once(&certificate, "\"updates\": ", "\"updates\": 1"))],
    );
    changed("another client", &[("certificate.json", once(&certificate, "Acme push", "Apex push"))]);
    let forged = once(&report, "\"outcome\": \"rejected\"", "\"outcome\": \"updated\"");
    let fingerprint = |text: &str| caketester::snapshot::sha256(text.as_bytes());
    let refitted = once(&certificate, &fingerprint(&report), &fingerprint(&forged));
    changed(
        "an outcome that was not told, and a fingerprint that fits it",
        &[("report.json", forged), ("certificate.json", refitted)],
    );
    pack.edit("scenarios/codes/success.yaml", "title: ", "title: Changed. ");
    pages += &checked(&pack, &["--report", "report.json"]).exits_with(1).page();
    let day = json(&pack, "certificate.json")["date"].as_str().expect("a day").to_owned();
    assert_snapshot!(pages.replace(&day, "[DAY]"));
}

#[test]
fn what_is_no_certificate_is_said_to_be_none() {
    let folder = folder();
    let mut pages = String::new();
    for text in ["{}", "[]", "<html>", "{\"version\": 9, \"statements\": []}", "{\"version\": 3, \"scenarios\": []}"] {
        folder.write("certificate.json", text);
        let ran = caketester(["certificate", "check", "certificate.json"]).in_dir(folder.path()).run();
        pages += &ran.exits_with(2).page();
    }
    pages += &caketester(["certificate", "check", "none.json"]).in_dir(folder.path()).run().exits_with(2).page();
    assert_snapshot!(pages);
}

#[test]
fn a_cake_that_was_learnt_is_named_and_has_to_be_the_same_to_check_it() {
    let pack = small_pack();
    let learnt = pack.write("learnt.yaml", "policy: { refusal_http_status: 400 }\n").display().to_string();
    let report = format!("json={}", pack.at("report.json").display());
    let ran = certified(&pack, Played::Right, &["--instance", &learnt, "--report", &report]);
    ran.exits_with(0);
    let certificate = json(&pack, "certificate.json");
    assert_eq!(certificate["scope"]["behaviour"]["file"], learnt.replace('\\', "/"));
    assert!(pack.read("certificate.html").contains("as was seen of the network"));
    checked(&pack, &["--report", "report.json"]).exits_with(0);
    let serves = caketester(["serve", "--port", "0", "--instance", "learnt.yaml"]).in_dir(pack.path()).starts();
    let host = serves.base_url().replace("http://", "");
    let account = "{ key: { env: KEY }, permitted_by: Kim, permitted_on: 2026-01-31, leads: [{ lead_id: C8097F17, left_in: { status: Funded } }] }";
    pack.write("networks/acme.yaml", format!("host: {host}\naccount: {account}\n"));
    let preflight = caketester(["endpoint", "preflight", "--network", "acme", "--pace", "0", "--allow-updates"]);
    let preflight = preflight.args(["--certificate", "certificate.json"]).in_dir(pack.path());
    let ran = preflight.env("KEY", KEY).run();
    ran.exits_with(0).says("HTTP 400 for code 1 (refusal_http_status)").never_says(KEY);
    let page = pack.read("go-live.html");
    assert!(
        page.contains("Acme push, version 4.2") && page.contains("sha256") && !page.contains("not-yet\""),
        "{page}"
    );
    pack.write("learnt.yaml", "policy: { refusal_http_status: 500 }\n");
    let ran = checked(&pack, &["--report", "report.json"]);
    ran.exits_with(2).complains("and the file is another one\n  help: name the file of that run with --instance");
}

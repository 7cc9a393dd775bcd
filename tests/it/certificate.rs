//! The certificate: what stands in it, when it is withheld, and the digest by which its pack can be known again.

use std::process::Command;

use crate::support::clients::{Played, checking};
use crate::support::{Folder, Ran, caketester, exported_pack, folder, get, skipped_without, small_pack};
use caketester::rules::RULES;
use serde_json::Value;

const KEY: &str = "BuyerAPIKeyHere";
const NAMED: [&str; 4] = ["--client-name", "Acme push", "--client-version", "4.2"];

/// A client that is asked for a certificate on a small pack, which its report would be on the profile core; the
/// certificate stands in the pack's folder.
fn certified(pack: &Folder, played: Played, options: &[&str]) -> Ran {
    let (directory, path) = (pack.path().display().to_string(), pack.at("certificate").display().to_string());
    let asked = ["--pack", &directory, "--profile", "core", "--certificate", &path];
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

/// No certificate was written.
#[track_caller]
fn is_withheld(pack: &Folder, ran: &Ran, why: &str) {
    ran.exits_with(1).says("certificate withheld: none was written\n").says(&format!("  because     {why}"));
    ran.says("    help      ");
    assert!(!pack.at("certificate.html").exists() && !pack.at("certificate.json").exists(), "{}", ran.describe());
}

#[test]
fn no_file_of_a_run_takes_the_place_of_another() {
    let folder = folder();
    let at = |name: &str| folder.at(name).display().to_string();
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
        ran.exits_with(2).complains("two files of this run would be written to ").complains("nothing was sent");
    }
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn who_passes_whole_gets_a_certificate_for_people_and_one_for_programs() {
    let pack = small_pack();
    let ran = certified(&pack, Played::Right, &["--name", "Funded=Closed - Paid"]);
    let (html, json_path) = (pack.at("certificate.html"), pack.at("certificate.json"));
    ran.exits_with(0).says("the client conforms (profile core)").says(&format!(
        "certificate written to {}, and for programs to {}\n",
        html.display(),
        json_path.display()
    ));
    let page = pack.read("certificate.html");
    let mut rest = &*page;
    for told in [
        "<h1>Acme push</h1>",
        "version 4.2",
        "passed a test of its reports, against a simulated CAKE, on ",
        " rules that are required, ",
        "What is only recommended was not counted",
        "A program with which a buyer of leads reports",
        "in 10 situations that are not the standard ones of caketester. ",
        "Each time the program itself told what had become of the report, and caketester",
        "<b>Passed.</b> The program kept ",
        "What this document does not show",
        "It says what was seen on ",
        "It is no endorsement by the makers of CAKE.",
        "the network&#39;s own host, the buyer&#39;s real key",
        "which program, byte for byte, was run",
        "anybody can make one like it",
        "The tests are not the standard ones of caketester",
        "to break it would not have changed the result.",
        "<dt>Settings file</dt><dd>none</dd>",
        "the program; caketester compared it with its own answer",
        "<dd>those that are required (profile: core)",
        "“Closed - Paid” in place of “Funded”, as whoever ran the test said",
        "not the standard ones of caketester, but somebody’s own, from <code>",
        "10 of 10 situations (scenarios); ",
        " reports (updates)",
        "Fingerprint of the tests",
        &digest(&pack),
        "To repeat the test",
        "caketester client --pack ",
        " --profile core --name &#39;Funded=Closed - Paid&#39; -- ",
        "Every rule",
    ] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is missing, or in another place:\n{page}"));
        rest = &rest[at..];
    }
    let certificate = json(&pack, "certificate.json");
    assert_eq!(certificate["version"], 1);
    assert_eq!(certificate["client"], serde_json::json!({ "name": "Acme push", "version": "4.2" }));
    assert_eq!(certificate["caketester"], env!("CARGO_PKG_VERSION"));
    assert_eq!(certificate["evidence"], "outcome");
    assert_eq!(certificate["scope"]["profile"], "core");
    assert_eq!(certificate["scope"]["names"]["Funded"], "Closed - Paid");
    assert_eq!(certificate["scope"]["not_tested"].as_array().map(Vec::len), Some(3));
    assert_eq!(certificate["pack"]["digest"], digest(&pack));
    assert_eq!(certificate["tested"]["scenarios"], 10);
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
    for technical in ["digest", "sub_status", "out of scope", "MUST", "SHOULD", "profile core", "the client", "Client"]
    {
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
    assert_eq!(certified.len(), RULES.len());
    for (rule, seen) in certified.iter().zip(report["rules"].as_array().expect("there are rules")) {
        for same in ["id", "title", "level", "state", "checks"] {
            assert_eq!(rule[same], seen[same]);
        }
        assert_eq!(rule["asked"], rule["level"] == "must", "the profile is core: {rule}");
        let id = rule["id"].as_str().expect("an ID is a text");
        let row =
            page.split(&format!("<th scope=\"row\">{id}</th>")).nth(1).unwrap_or_else(|| panic!("{id} is missing"));
        let row = row.split("</tr>").next().expect("a row ends");
        let level = match rule["level"].as_str() {
            Some("must") => "required",
            Some("should") => "recommended",
            _ => "for information",
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
    let asked = ["--pack", &directory, "--profile", "core", "--certificate", &path, "--client-version", "<b>&"];
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
        let asked = ["--pack", &directory, "--profile", "core", "--certificate", &path];
        checking(Played::Right, asked.into_iter().chain(NAMED)).run().exits_with(0);
    }
    for file in ["a.html", "a.json", "b.html", "b.json", "c-4.2.html", "c-4.2.json"] {
        assert!(pack.at(file).is_file(), "{file}");
    }
    for path in ["", "folder/", ".html", ".."] {
        caketester(["client", "--builtin", "--certificate", path])
            .run()
            .exits_with(2)
            .complains("it is the name of a file");
    }
}

#[test]
fn without_a_name_and_a_version_nothing_is_sent() {
    let folder = folder();
    for (given, missing) in [
        (&["--client-name", "x"][..], "the version of this one"),
        (&["--client-version", " "], "the name and version of"),
    ] {
        let asked = ["client", "--certificate", "certificate"];
        let ran = caketester(asked).args(given).args(["--", "touch", "started"]).in_dir(folder.path()).run();
        ran.exits_with(2).says_nothing().complains(missing).complains("nothing was sent");
        ran.complains("--client-name NAME and --client-version VERSION").complains("`client: { name: …, version: … }`");
    }
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn name_and_version_come_from_the_file_the_environment_or_an_option_which_prevails() {
    let pack = small_pack();
    let config = pack.write("caketester.yaml", "client: { name: From the file, version: 4.10 }\n");
    let (config, directory) = (config.display().to_string(), pack.path().display().to_string());
    let path = pack.at("certificate").display().to_string();
    let asked = ["--config", &config, "--pack", &directory, "--profile", "core", "--certificate", &path];
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
    is_withheld(
        &pack,
        &ran,
        "A04 takes code 3 (status not recognised) as rejected, whatever the HTTP status: broken\n",
    );
}

#[test]
fn it_is_withheld_where_a_must_is_broken_in_an_assumed_scenario_though_core_lets_that_pass() {
    let pack = small_pack();
    for name in ["key-replaced", "lead-absent", "not-enabled", "status-absent"] {
        pack.edit(&format!("scenarios/codes/{name}.yaml"), "basis: documented", "basis: assumed");
    }
    let ran = certified(&pack, Played::TrustsHttp200, &[]);
    ran.says("the client conforms (profile core)");
    let rule = "A04 takes code 3 (status not recognised) as rejected, whatever the HTTP status";
    is_withheld(&pack, &ran, "A02 ");
    ran.says(&format!("  because     {rule}: broken where CAKE's behaviour is assumed\n"));
}

#[test]
fn it_is_withheld_where_a_scenario_was_not_selected_or_not_run() {
    let pack = small_pack();
    let ran = certified(&pack, Played::Right, &["--only", "codes"]);
    is_withheld(&pack, &ran, "5 of the pack's 10 scenarios were selected\n");
    let ran = certified(&pack, Played::Right, &["--shard", "1/2"]);
    is_withheld(&pack, &ran, "this is a part of a run\n");
    let ran = certified(&pack, Played::TrustsHttp200, &["--fail-fast", "--jobs", "1"]);
    is_withheld(&pack, &ran, "A");
    ran.says(" not run");
    // Its client speaks no TLS, so that nobody could tell from it whether it refuses a bad certificate.
    caketester(["pack", "export"]).arg(pack.at("whole")).run().exits_with(0);
    let bad = "scenarios/security/certificate-expired.yaml";
    pack.write(bad, pack.read(&format!("whole/{bad}")));
    let ran = certified(&pack, Played::Right, &[]);
    is_withheld(&pack, &ran, "1 scenario was not run, first security/certificate-expired\n");
}

#[test]
fn it_is_withheld_where_nothing_showed_whether_a_must_is_kept() {
    let pack = small_pack();
    pack.remove("scenarios/faults/reset-after-commit.yaml");
    is_withheld(&pack, &certified(&pack, Played::Right, &[]), "nothing showed whether it keeps R06\n");
}

#[test]
fn it_is_withheld_where_the_baseline_knows_a_failure() {
    let pack = small_pack();
    let known = pack.at("known.yaml").display().to_string();
    let baseline = ["--baseline", &known, "--update-baseline"];
    let ran = certified(&pack, Played::TrustsHttp200, &baseline);
    is_withheld(&pack, &ran, "4 failures that the baseline knows\n");
    let ran = certified(&pack, Played::TrustsHttp200, &baseline[..2]);
    is_withheld(&pack, &ran, "4 failures that the baseline knows\n");
}

#[test]
fn it_is_withheld_from_the_client_that_is_built_in() {
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let asked = ["client", "--builtin", "--profile", "core", "--certificate", &path, "--pack"];
    let ran = caketester(asked).arg(pack.path()).args(NAMED).run();
    is_withheld(&pack, &ran, "the client under test is the one that is built into caketester\n");
}

#[test]
fn it_is_withheld_where_the_run_itself_did_not_pass() {
    let pack = small_pack();
    // Snapshots that no scenario expects.
    let ran = certified(&pack, Played::Right, &["--ci"]);
    is_withheld(&pack, &ran, "the run ended with exit code 5: in CI: a snapshot is missing, pending or orphaned\n");
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
    is_withheld(&pack, &ran, "evidence: of a step at least, nobody told what the client concluded");
}

#[test]
fn an_endpoint_is_no_client_and_has_no_such_option() {
    let ran = caketester(["endpoint", "http://127.0.0.1:1", "--certificate", "x"]).run();
    ran.exits_with(2).complains("unexpected argument '--certificate'");
}

#[test]
fn a_certificate_of_an_earlier_run_is_left_and_said_to_be_one() {
    let pack = small_pack();
    certified(&pack, Played::Right, &[]).exits_with(0);
    let before = (pack.read("certificate.html"), pack.read("certificate.json"));
    let ran = certified(&pack, Played::ClaimsSuccess, &[]);
    ran.exits_with(1).says("certificate withheld: none was written\n").says(&format!(
        "  {} was left as it is: it is of an earlier run, and not of this one\n",
        pack.at("certificate.html").display()
    ));
    assert_eq!(before, (pack.read("certificate.html"), pack.read("certificate.json")));
}

#[test]
fn what_the_client_does_not_do_withholds_nothing_and_stands_in_front() {
    let pack = small_pack();
    certified(&pack, Played::Right, &["--cannot", "fields"]).exits_with(0);
    let page = pack.read("certificate.html");
    let said = "this program does not report custom fields (what a network wants to know beside the status, such as an \
                amount). That was left out: 1 of 10 situations.";
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
    let asked = ["client", "--batch", "--settle", "0", "--profile", "core", "--certificate", &path, "--pack"];
    let ran = caketester(asked).arg(pack.path()).args(NAMED).args(["--", "python3", "tests/it/support/job.py"]).run();
    ran.exits_with(0).says("certificate written to ");
    assert!(
        pack.read("certificate.html").contains("The program was started once, and made 10 reports in 10 situations")
    );
    assert_eq!(json(&pack, "certificate.json")["subject"]["kind"], "batch");
}

#[test]
fn a_key_in_a_name_or_a_command_is_masked() {
    let pack = small_pack();
    let path = pack.at("certificate").display().to_string();
    let directory = pack.path().display().to_string();
    let name = format!("Push with {KEY}");
    let names = ["--client-name", &name, "--client-version", KEY];
    let asked = ["--pack", &directory, "--profile", "core", "--certificate", &path];
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
    caketester(["pack", "digest", "--pack", "nowhere"]).run().exits_with(2).complains("nowhere is no pack");
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
    merge().exits_with(2).complains("are not of one run: the pack's digest is \"sha256:");
}

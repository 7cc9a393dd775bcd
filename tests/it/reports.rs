//! Reports from outside: what a run writes, what can be read back, and what is made of several.

use std::path::Path;

use crate::support::clients::{Played, checking};
use crate::support::page::assert_snapshot;
use crate::support::{Folder, Ran, caketester, exported_pack, folder, skipped_without, small_pack};
use serde_json::Value;

/// The formats that a report can be rendered in, besides the JSON it is made from.
const FORMATS: [&str; 3] = ["html", "junit", "markdown"];

/// Options that write `report.FORMAT` into a folder, in every format.
fn every_report(folder: &Folder) -> Vec<String> {
    let path = |format: &str| folder.at(&format!("report.{format}")).display().to_string();
    FORMATS.iter().chain(&["json"]).map(|format| format!("--report={format}={}", path(format))).collect()
}

/// A folder with the reports of a client on the scenarios about codes, and what was said on the way.
fn reports_of(played: Played) -> (Folder, Ran) {
    let folder = folder();
    let wanted = every_report(&folder);
    let options = ["--only", "codes"].into_iter().chain(wanted.iter().map(String::as_str));
    let ran = checking(played, options).run();
    (folder, ran)
}

/// The same of one that sends nothing, so that the run stops before its scenarios.
fn reports_of_nobody() -> (Folder, Ran) {
    let folder = folder();
    let ran = caketester(["client"]).args(every_report(&folder)).args(["--", "false"]).run();
    (folder, ran)
}

#[test]
fn a_stored_report_is_shown_as_the_run_showed_it_in_every_format() {
    for (run, ran) in [reports_of(Played::Right), reports_of(Played::ClaimsSuccess), reports_of_nobody()] {
        let again = folder();
        let shown = caketester(["report", "show"]).arg(run.at("report.json")).args(every_report(&again)).run();
        shown.exits_with(0).complains_of_nothing();
        assert!(ran.stdout.ends_with(&shown.stdout), "{}\n{}", ran.describe(), shown.describe());
        assert_eq!(run.files(), again.files());
        for file in run.files() {
            assert_eq!(run.read(&file), again.read(&file), "{file}");
        }
    }
}

#[test]
fn what_is_no_report_is_not_shown() {
    let folder = folder();
    let (missing, other) = (folder.at("missing.json"), folder.write("other.json", "{}"));
    assert_snapshot!(caketester(["report", "show"]).arg(missing).run().exits_with(2).page(), @r"
    $ caketester report show [DIR]/missing.json
    exit code 2
    --- stderr
    error: cannot read [DIR]/missing.json: [OS ERROR]
    ");
    assert_snapshot!(caketester(["report", "show"]).arg(other).run().exits_with(2).page(), @"
    $ caketester report show [DIR]/other.json
    exit code 2
    --- stderr
    error: cannot read [DIR]/other.json: not a report of caketester (missing field `version` at line 1 column 2)
      help: a run writes one with --report json=PATH
    ");
}

/// A workflow command of GitHub, read as its runner does: the level, the properties, the message.
type Command = (String, Vec<(String, String)>, String);

/// Every workflow command in an output.
#[track_caller]
fn commands(stdout: &str) -> Vec<Command> {
    let mut stopped_until = None;
    let mut found = Vec::new();
    for line in stdout.lines().filter(|line| line.trim_start().starts_with("::")) {
        if stopped_until.is_some() {
            stopped_until = stopped_until.filter(|word: &String| line != format!("::{word}::"));
        } else if let Some(word) = line.strip_prefix("::stop-commands::") {
            stopped_until = Some(word.to_owned());
        } else {
            found.push(command(line).unwrap_or_else(|| panic!("this is no workflow command: {line}")));
        }
    }
    assert_eq!(stopped_until, None, "commands are taken again at the end");
    found
}

fn command(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (level, properties) = head.split_once(' ')?;
    let is_known = ["error", "warning", "notice"].contains(&level);
    let decoded = |text: &str| {
        text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let property = |property: &str| {
        let (name, value) = property.split_once('=')?;
        let is_known = ["file", "line", "title"].contains(&name);
        (is_known && !value.contains(':')).then(|| (name.to_owned(), decoded(value)))
    };
    let properties: Option<Vec<_>> = properties.split(',').map(property).collect();
    is_known.then_some((level.to_owned(), properties?, decoded(message)))
}

#[test]
#[cfg(unix)]
fn annotations_stand_on_the_files_of_a_pack_whatever_it_is_called() {
    let repository = folder();
    let name = "sub/50%, a:b\n::error title=x::y %0A";
    caketester(["pack", "export"]).arg(repository.at(name)).run().exits_with(0);
    let scenario = format!("{name}/scenarios/codes/success.yaml");
    repository.edit(&scenario, "status: Funded", "status: \"50%, c: d\\n::error::e %0A\"");
    repository.edit(&scenario, "code: 0", "code: 3");
    let snapshot = format!("{name}/snapshots/codes.success.snap");
    repository.remove(&snapshot);
    let pack = repository.at(name);
    let ran = checking(Played::ClaimsSuccess, ["--only", "codes", "--no-ci", "--pack", &pack.to_string_lossy()])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", repository.path())
        .run();
    ran.exits_with(1);
    let commands = commands(&ran.stdout);
    assert!(!commands.is_empty(), "{}", ran.describe());
    for (level, properties, message) in commands {
        let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((&*level, &*names), ("error", &["file", "line", "title"][..]), "{message}");
        let file = &properties[0].1;
        assert!(file.starts_with("sub/") && repository.at(file).is_file(), "{file:?}");
    }
}

#[test]
fn the_built_in_pack_is_in_no_repository_and_its_annotations_name_no_file() {
    let ran = checking(Played::ClaimsSuccess, ["--only", "codes"]).env("GITHUB_ACTIONS", "true").run();
    let commands = commands(&ran.stdout);
    assert_eq!(commands.len(), 1, "{}", ran.describe());
    let (_, properties, message) = &commands[0];
    assert_eq!(properties.len(), 1);
    assert_snapshot!(format!("{}\n{message}", properties[0].1));
    let elsewhere = checking(Played::ClaimsSuccess, ["--only", "codes"]).run();
    assert_eq!(self::commands(&elsewhere.stdout), []);
}

#[test]
fn the_summary_of_a_job_is_added_to_what_others_wrote() {
    let folder = folder();
    let summary = folder.write("summary.md", "# Before\n");
    for actions in ["true", "false"] {
        let markdown = format!("markdown={}", folder.at("report.md").display());
        let ran = checking(Played::ClaimsSuccess, ["--only", "codes", "--report", &markdown]);
        ran.env("GITHUB_ACTIONS", actions).env("GITHUB_STEP_SUMMARY", &summary).run().exits_with(1);
    }
    let text = folder.read("summary.md");
    let summary = text.strip_prefix("# Before\n").expect("what was there is kept");
    assert!(summary.starts_with("## ❌ caketester: the client does not conform\n"), "{summary}");
    assert_eq!(summary.matches("## ❌").count(), 1);
    for told in ["### A02 takes code 1", "**Change:** read", "expected `rejected`, got `updated`", "api_key=***"] {
        assert!(folder.read("report.md").contains(told), "{told}");
    }
}

/// A report without what differs from run to run.
fn timeless(report: &Folder, file: &str) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                map.retain(|name, _| !crate::support::again::OF_THE_RUN.contains(&&**name));
                map.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(&report.read(file)).expect("a report is JSON");
    strip(&mut value);
    value
}

/// Four shards of a client on the scenarios about codes, as `1.json` to `4.json`.
fn four_shards(folder: &Folder, played: Played) -> Vec<String> {
    let file = |number: usize| folder.at(&format!("{number}.json")).display().to_string();
    for number in 1..=4 {
        let (shard, report) = (format!("{number}/4"), format!("json={}", file(number)));
        checking(played, ["--only", "codes", "--shard", &shard, "--report", &report]).run();
    }
    (1..=4).map(file).collect()
}

#[test]
fn a_run_in_four_shards_merged_equals_the_run_in_one() {
    let mut pages = String::new();
    for (played, exit) in [(Played::Right, 0), (Played::ClaimsSuccess, 1)] {
        let (whole, ran) = reports_of(played);
        ran.exits_with(exit);
        let folder = folder();
        let mut shards = four_shards(&folder, played);
        shards.reverse();
        let merged = caketester(["report", "merge"]).arg(folder.at("whole.json")).args(shards).run();
        pages += &merged.exits_with(exit).page();
        assert_eq!(timeless(&folder, "whole.json"), timeless(&whole, "report.json"));
    }
    assert_snapshot!(pages);
}

#[test]
fn shards_that_are_not_all_of_one_run_are_not_merged() {
    let folder = folder();
    let shards = four_shards(&folder, Played::Right);
    let report = |name: &str, options: &[&str]| {
        let json = format!("json={}", folder.at(name).display());
        caketester(["client", "--report", &json]).args(options).run();
        folder.at(name).display().to_string()
    };
    let whole = report("whole.json", &["--builtin", "--only", "codes"]);
    let builtin = report("builtin.json", &["--builtin", "--only", "codes", "--shard", "4/4"]);
    let of_three = report("three.json", &["--builtin", "--only", "codes", "--shard", "3/3"]);
    let [one, two, three, four] = &shards[..] else { panic!("there are four") };
    let mut pages = String::new();
    for files in [
        vec![one, two, four],
        vec![one, two, two, three, four],
        vec![one, two, three, &whole],
        vec![one, two, three, &builtin],
        vec![&builtin, &of_three],
    ] {
        let ran = caketester(["report", "merge"]).arg(folder.at("merged.json")).args(files).run();
        pages += &ran.exits_with(2).page();
        assert!(!folder.at("merged.json").exists());
    }
    let forgotten = caketester(["report", "merge"]).args([one, two, three, four]).run();
    forgotten.exits_with(2).complains("is taken as the file to write, and is a shard");
    assert_snapshot!(pages);
}

#[test]
fn a_shard_that_is_none_or_empty_runs_nothing() {
    let mut pages = String::new();
    for (shard, exit) in [("5/4", 2), ("2", 2), ("2/2", 4)] {
        let ran = caketester(["client", "--builtin", "--only", "codes/success", "--shard", shard]).run();
        pages += &ran.exits_with(exit).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn what_got_worse_and_better_is_named_and_worse_is_exit_code_1() {
    let ((good, _), (bad, _)) = (reports_of(Played::Right), reports_of(Played::ClaimsSuccess));
    let diff = |before: &Folder, after: &Folder| {
        caketester(["report", "diff"]).arg(before.at("report.json")).arg(after.at("report.json")).run()
    };
    assert_snapshot!(diff(&good, &good).exits_with(0).page(), @r"
    $ caketester report diff [DIR]/report.json [DIR]/report.json
    exit code 0
    --- stdout
    nothing got worse or better
    ");
    assert_snapshot!(diff(&good, &bad).exits_with(1).page(), @"
    $ caketester report diff [DIR]/report.json [DIR]/report.json
    exit code 1
    --- stdout
    worse   the verdict: partial, then does not conform
    worse   A02 takes code 1 (invalid API key) as rejected: broken in 7 scenarios: codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case, codes/key-replaced and 2 more
    worse   A03 takes code 2 (lead ID not found) as rejected: broken in 7 scenarios: codes/lead-absent, codes/lead-before-status, codes/lead-in-another-case, codes/lead-of-another-buyer, codes/refusals-in-many-words and 2 more
    worse   A04 takes code 3 (status not recognised) as rejected: broken in 13 scenarios: codes/no-status-configured, codes/refusals-in-many-words, codes/refusals-with-all-the-words, codes/refused-with-http-400, codes/status-absent and 8 more
    worse   A05 takes code 4 (Lead Statuses are not enabled) as rejected: broken in 5 scenarios: codes/enabled-before-lead, codes/not-enabled, codes/refusals-in-many-words, codes/refusals-with-all-the-words, codes/refused-with-http-500
    worse   26 scenarios that passed, fail: codes/enabled-before-lead, codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case and 21 more
    6 got worse, 0 got better
    ");
    assert_snapshot!(diff(&bad, &good).exits_with(0).page(), @"
    $ caketester report diff [DIR]/report.json [DIR]/report.json
    exit code 0
    --- stdout
    better  the verdict: does not conform, then partial
    better  A02 takes code 1 (invalid API key) as rejected: no longer broken in 7 scenarios: codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case, codes/key-replaced and 2 more
    better  A03 takes code 2 (lead ID not found) as rejected: no longer broken in 7 scenarios: codes/lead-absent, codes/lead-before-status, codes/lead-in-another-case, codes/lead-of-another-buyer, codes/refusals-in-many-words and 2 more
    better  A04 takes code 3 (status not recognised) as rejected: no longer broken in 13 scenarios: codes/no-status-configured, codes/refusals-in-many-words, codes/refusals-with-all-the-words, codes/refused-with-http-400, codes/status-absent and 8 more
    better  A05 takes code 4 (Lead Statuses are not enabled) as rejected: no longer broken in 5 scenarios: codes/enabled-before-lead, codes/not-enabled, codes/refusals-in-many-words, codes/refusals-with-all-the-words, codes/refused-with-http-500
    better  26 scenarios that failed, pass: codes/enabled-before-lead, codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case and 21 more
    0 got worse, 6 got better
    ");
    // Who looks at less has not got better.
    let less = folder();
    let json = format!("json={}", less.at("report.json").display());
    checking(Played::Right, ["--only", "codes/success", "--report", &json]).run().exits_with(0);
    assert_snapshot!(diff(&good, &less).exits_with(1).page(), @"
    $ caketester report diff [DIR]/report.json [DIR]/report.json
    exit code 1
    --- stdout
    worse   28 scenarios that passed, were not run: codes/enabled-before-lead, codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case and 23 more
    note    A02 takes code 1 (invalid API key) as rejected: was followed, and is no longer exercised
    note    A03 takes code 2 (lead ID not found) as rejected: was followed, and is no longer exercised
    note    A04 takes code 3 (status not recognised) as rejected: was followed, and is no longer exercised
    note    A05 takes code 4 (Lead Statuses are not enabled) as rejected: was followed, and is no longer exercised
    note    R01 does not repeat an update that CAKE rejected (recommended): was followed, and is no longer exercised
    1 got worse, 0 got better
    ");
    assert_snapshot!(diff(&bad, &less).exits_with(1).page(), @"
    $ caketester report diff [DIR]/report.json [DIR]/report.json
    exit code 1
    --- stdout
    worse   2 scenarios that passed, were not run: codes/lead-sold-to-several-buyers, codes/success-with-sub-status
    better  the verdict: does not conform, then partial
    note    R01 does not repeat an update that CAKE rejected (recommended): was followed, and is no longer exercised
    note    26 scenarios that failed, were not run: codes/enabled-before-lead, codes/key-before-enabled, codes/key-before-lead-and-status, codes/key-cut-short, codes/key-in-another-case and 21 more
    1 got worse, 1 got better
    ");
}

/// Holds a file against what the xunit plugin of Jenkins takes.
#[track_caller]
fn assert_is_junit(folder: &Folder, file: &str) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schemas/junit.xsd");
    let checked =
        std::process::Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).arg(folder.at(file)).output();
    let checked = checked.expect("xmllint was there a moment ago");
    assert!(checked.status.success(), "{}\n{}", String::from_utf8_lossy(&checked.stderr), folder.read(file));
}

#[test]
#[cfg(unix)]
fn junit_is_what_jenkins_takes_whatever_stands_in_it() {
    if skipped_without("xmllint", &["xmllint", "--version"]) {
        return;
    }
    for (run, _) in [reports_of(Played::Right), reports_of(Played::ClaimsSuccess), reports_of_nobody()] {
        assert_is_junit(&run, "report.junit");
    }
    let pack = exported_pack();
    let hostile = "]]></failure><testcase name='x'> \u{202e} & \" '";
    let title = serde_json::Value::from(hostile).to_string();
    pack.edit("scenarios/codes/success.yaml", "title: A status the network knows", &format!("title: {title}"));
    let report = format!("junit={}", pack.at("report.junit").display());
    let client = "printf ']]>\\000\\033<x>'; curl -s \"$CAKE_URL?api_key=$CAKE_API_KEY&lead_id=%00]]>%1b&status=%EF%BF%BE\"; exit 10";
    let ran = caketester(["client", "--only", "codes", "--report", &report, "--pack"]).arg(pack.path());
    ran.args(["--", "sh", "-c", client]).run().exits_with(1);
    assert_is_junit(&pack, "report.junit");
}

/// The report of a client on a pack that takes a second or two, changed.
fn reported(played: Played, change: impl Fn(&mut Value)) -> Folder {
    let (folder, pack) = (folder(), small_pack());
    let report = format!("--report=json={}", folder.at("report.json").display());
    let pack = pack.path().display().to_string();
    checking(played, ["--client-name", "acme", "--client-version", "1.0", "--pack", &pack, &report]).run();
    let mut value: Value = serde_json::from_str(&folder.read("report.json")).expect("it is JSON");
    // As if it were one and the same pack that grew.
    value["pack"] = "pack".into();
    change(&mut value);
    folder.write("report.json", value.to_string());
    folder
}

/// As if the pack of then had had none of these scenarios.
fn without(report: &mut Value, ids: &[String]) {
    let scenarios = report["scenarios"].as_array_mut().expect("there are scenarios");
    scenarios.retain(|scenario| !ids.iter().any(|id| scenario["id"] == **id));
    report["verdict"]["pack_size"] = scenarios.len().into();
    report["pack_digest"] = "sha256:of-then".into();
    report["started"] = "2026-01-02T03:04:05Z".into();
}

fn failing(report: &Folder) -> Vec<String> {
    let report: Value = serde_json::from_str(&report.read("report.json")).expect("it is JSON");
    let scenarios = report["scenarios"].as_array().expect("there are scenarios").iter();
    let failing = scenarios.filter(|scenario| scenario["state"] == "failed");
    failing.map(|scenario| scenario["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn reports_of_different_clients_are_said_to_be_so() {
    let (before, after) = (folder(), folder());
    let json = |folder: &Folder| format!("json={}", folder.at("report.json").display());
    let only = ["client", "--only", "codes/success", "--report"];
    caketester(only).args([&json(&before), "--builtin"]).run().exits_with(0);
    caketester(only).args([&json(&after), "--", "true"]).run().exits_with(1);
    let ran = caketester(["report", "diff"]).arg(before.at("report.json")).arg(after.at("report.json")).run();
    ran.exits_with(1).says("not the same client: the built-in client, then client `true`");
}

#[test]
fn what_fails_in_a_scenario_that_did_not_exist_is_new_and_no_worse() {
    let after = reported(Played::TrustsHttp200, |_| {});
    let failing = failing(&after);
    let before = reported(Played::Right, |report| without(report, &failing));
    let diff = |before: &Folder| {
        caketester(["report", "diff"]).arg(before.at("report.json")).arg(after.at("report.json")).run()
    };
    assert_snapshot!(diff(&before).exits_with(0).page());
    // One of them was there, and passed.
    let before = reported(Played::Right, |report| without(report, &failing[1..]));
    assert_snapshot!(diff(&before).exits_with(1).page());
}

#[test]
fn what_became_of_a_client_is_shown_from_run_to_run() {
    let last = reported(Played::TrustsHttp200, |report| report["started"] = "2026-02-03T04:05:06Z".into());
    let failing = failing(&last);
    let first = reported(Played::Right, |report| without(report, &failing));
    let second = reported(Played::Right, |report| {
        report["client"]["version"] = "1.1".into();
        report["started"] = "2026-03-04T05:06:07Z".into();
    });
    let page = last.at("trend.html");
    // In whichever order they are named.
    let ran = caketester(["report", "trend"])
        .args([&last, &second, &first].map(|folder| folder.at("report.json")))
        .arg("--html")
        .arg(&page)
        .run();
    assert_snapshot!(ran.exits_with(0).page());
    let page = last.read("trend.html");
    assert!(page.contains("<td>1.1</td>") && page.matches("<tr>").count() == 4, "{page}");
    assert!(!page.contains("<script") && !page.contains("http://"), "{page}");
}

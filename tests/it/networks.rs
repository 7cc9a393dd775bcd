//! A file for each network: what it says is used, everything it says is sent, and every mistake in it is answered.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::clients::{PLAYED, Played};
use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Folder, Ran, caketester, folder};

/// A network of which everything is known.
const NORTHGRID: &str = "\
host: northgrid.example.com
time_zone: America/Los_Angeles
contact: Kim Doe, integrations@northgrid.example
statuses:
  - { name: Closed - Paid, sub_statuses: [In Full, In Part] }
  - { name: Lost, sub_statuses: [] }
  - { name: Working, sub_statuses: [Called] }
  - { name: Charged Back }
fields:
  - { name: amount, label: Amount, type: number }
  - { name: remark, type: string }
  - { name: ref }
names:
  Funded: Closed - Paid
  Unqualified: Lost
  In Progress: Working
  Withdrawn: null
  Full Payment: In Full
  Partial Payment: In Part
  Duplicate: null
  Bad Credit: null
  Contacted: Called
  Documents Pending: null
  Underwriting: null
  loan_amount: amount
  note: remark
  policy_number: null
";

/// One that has little.
const BLUELAKE: &str = "\
statuses:
  - { name: sold, sub_statuses: [] }
  - { name: not sold, sub_statuses: [] }
fields: []
names: { Funded: sold, Unqualified: not sold, In Progress: null, Withdrawn: null }
";

/// One whose fields are all text.
const TEXTLAKE: &str = "fields: [{ name: note, type: string }]\nnames: { loan_amount: null, policy_number: null }\n";

/// A folder with both.
fn two_networks() -> Folder {
    let folder = folder();
    folder.write("networks/northgrid.yaml", NORTHGRID);
    folder.write("networks/bluelake.yaml", BLUELAKE);
    folder
}

fn builtin(folder: &Folder, options: &[&str]) -> Caketester {
    caketester(["client", "--builtin"]).args(options.iter().copied()).in_dir(folder.path())
}

/// All it said but for lines of single scenarios, and for how many rules there are.
fn page(ran: &Ran) -> String {
    let counts = ["required: ", "recommended: ", "partial: not exercised: "];
    let page = ran.page_without_scenarios();
    page.split_inclusive('\n').filter(|line| !counts.iter().any(|count| line.starts_with(count))).collect()
}

fn report(folder: &Folder, options: &[&str]) -> (Ran, Value) {
    let path = folder.at("report.json");
    let ran = builtin(folder, options).arg("--report").arg(format!("json={}", path.display())).run();
    let report = if path.exists() { folder.read("report.json") } else { "null".into() };
    (ran, serde_json::from_str(&report).expect("it is JSON"))
}

/// What a report says was sent of a kind.
fn sent<'r>(report: &'r Value, of: impl Fn(&'r Value) -> Vec<String>) -> BTreeSet<String> {
    let scenarios = report["scenarios"].as_array().expect("there are scenarios");
    let steps = scenarios.iter().flat_map(|scenario| scenario["steps"].as_array().expect("there are steps"));
    steps.flat_map(|step| of(&step["update"])).collect()
}

#[test]
fn everything_a_network_has_configured_is_sent() {
    let folder = two_networks();
    let (ran, report) = report(&folder, &["--network", "northgrid", "--only", "network"]);
    assert_snapshot!(page(&ran));
    assert_eq!(report["network"], "northgrid");
    let scenarios = report["scenarios"].as_array().expect("there are scenarios");
    let updates: Vec<String> = scenarios
        .iter()
        .map(|one| format!("{}: {} {}", one["id"], one["needs"], one["steps"][0]["update"]).replace('"', ""))
        .collect();
    assert_snapshot!(updates.join("\n"));
}

#[test]
fn the_pack_speaks_the_networks_words_and_no_others() {
    let folder = two_networks();
    let (ran, report) = report(&folder, &["--network", "northgrid"]);
    ran.exits_with(0).says("\nthe client conforms\n");
    let text = |value: &Value| value.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>();
    let statuses = sent(&report, |update| text(&update["status"]));
    let sub_statuses = sent(&report, |update| text(&update["sub_status"]));
    let fields =
        sent(&report, |update| update["fields"].as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect());
    for word in ["Funded", "Unqualified", "In Progress", "Withdrawn"] {
        assert!(!statuses.contains(word), "{word} is no status of the network");
    }
    for word in ["Closed - Paid", "Lost", "Working", "Charged Back"] {
        assert!(statuses.contains(word), "{word} was not sent: {statuses:?}");
    }
    for word in ["Full Payment", "Partial Payment", "Duplicate", "Bad Credit", "Contacted"] {
        assert!(!sub_statuses.contains(word), "{word} is no sub-status of the network");
    }
    assert!(fields.is_superset(&["amount", "remark", "ref"].map(str::to_owned).into()), "{fields:?}");
    assert!(["loan_amount", "note", "policy_number"].iter().all(|field| !fields.contains(*field)), "{fields:?}");
}

#[test]
fn all_networks_are_run_one_after_the_other_and_fold_into_one_exit_code() {
    let folder = two_networks();
    let reports = ["junit=o/all.xml", "markdown=o/all.md", "json=o/run.json", "html=o/run.html"];
    let options: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let ran = builtin(
        &folder,
        &[
            "--all-networks",
            "--only",
            "codes/status-hyphenated",
            "--only",
            "codes/sub-status-absent",
            "--only",
            "network",
        ],
    )
    .args(options)
    .run();
    assert_snapshot!(page(&ran));
    let mut files: Vec<String> = folder.files().into_iter().filter(|file| file.starts_with("o/")).collect();
    files.sort();
    assert_eq!(
        files,
        [
            "o/all.md",
            "o/all.xml",
            "o/run.bluelake.html",
            "o/run.bluelake.json",
            "o/run.northgrid.html",
            "o/run.northgrid.json"
        ]
    );
    let junit = folder.read("o/all.xml");
    let suites: Vec<&str> = junit.lines().filter(|line| line.contains("<testsuite ")).map(str::trim).collect();
    assert_snapshot!(suites.join("\n"));
    assert!(junit.contains("classname=\"caketester.northgrid.codes\""), "{junit}");
    assert!(junit.contains("the network has no status for &quot;In Progress&quot;"), "{junit}");
    assert_eq!(folder.read("o/all.md").matches("network `").count(), 2);
}

#[test]
fn one_network_that_fails_fails_all_and_each_is_asked_for_a_certificate_of_its_own() {
    let folder = two_networks();
    let itself = std::env::current_exe().expect("a process knows its program");
    let run = serde_json::json!([itself, "--exact", "support::clients::plays_a_client", "--nocapture"]);
    folder.write("caketester.yaml", format!("run: {run}\nclient: {{ name: Push, version: \"1\" }}\n"));
    let check = |played: Played, options: &[&str]| {
        caketester(["client", "--all-networks"])
            .args(options.iter().copied())
            .env(PLAYED, format!("{played:?}"))
            .in_dir(folder.path())
    };
    let only = ["--only", "codes/status-hyphenated", "--only", "codes/success"];
    let ran = check(Played::TrustsHttp200, &only).run();
    // At bluelake the one scenario in which it is wrong is out of scope.
    ran.exits_with(1).says("bluelake   everything passed\nnorthgrid  a scenario failed");
    let ran = check(Played::Right, &["--certificate", "o/certificate", "--only", "codes/success"]).run();
    assert_eq!(ran.exits_with(1).stdout.matches("certificate withheld: none was written\n").count(), 2);
}

#[test]
fn reports_of_different_networks_are_neither_compared_nor_merged() {
    let folder = two_networks();
    for (network, number) in [("northgrid", "1/2"), ("bluelake", "2/2")] {
        let report = format!("json={network}.json");
        let options = ["--network", network, "--only", "codes", "--shard", number, "--report", &report];
        builtin(&folder, &options).run().exits_with(0);
    }
    let of = |command: &[&str]| caketester(["report"]).args(command.iter().copied()).in_dir(folder.path()).run();
    assert_snapshot!(page(&of(&["diff", "northgrid.json", "bluelake.json"])));
    assert_snapshot!(page(&of(&["merge", "whole.json", "northgrid.json", "bluelake.json"])));
    builtin(&folder, &["--only", "codes", "--report", "json=none.json"]).run().exits_with(0);
    assert_snapshot!(page(&of(&["diff", "none.json", "northgrid.json"])));
}

#[test]
fn settings_merge_and_the_later_wins() {
    let folder = folder();
    folder.write("networks/acme.yaml", "names: { Funded: Network, Unqualified: Network 2, Withdrawn: Network 3 }\n");
    folder.write("caketester.yaml", "network: acme\nnames: { Funded: File, In Progress: File 2 }\n");
    let (_, report) = {
        let path = folder.at("report.json");
        let ran = builtin(&folder, &["--only", "codes/success", "--name", "Withdrawn=Flag"])
            .env("CAKETESTER_NAMES", "Withdrawn=Variable;Unqualified=Variable 2")
            .args(["--report", &format!("json={}", path.display())])
            .run();
        ran.exits_with(0);
        (ran, serde_json::from_str::<Value>(&folder.read("report.json")).expect("it is JSON"))
    };
    assert_snapshot!(report["names"].to_string());
    assert_eq!(report["network"], "acme");
}

#[test]
fn a_name_that_is_in_the_way_makes_room() {
    let folder = folder();
    let all = [
        "note=notes",
        "Funded=Closed",
        "Funded=funded",
        "In Progress=In-Progress",
        "Funded=Withdrawn",
        "loan_amount=note",
        "Unqualified=In Progress",
        "Full Payment=Funded",
        "loan_amount=LOAN_AMOUNT",
        "Funded=A status with a long name, as somebody may well write it who wants to be understood",
    ];
    for name in all {
        let areas = ["codes", "fields"];
        let only = areas.into_iter().flat_map(|area| ["--only", area]);
        let ran = builtin(&folder, &["--name", name]).args(only).run();
        // Nothing fails, and nothing is out of scope.
        ran.exits_with(0).says(" passed, 0 failed (").complains_of_nothing();
    }
}

#[test]
fn null_puts_a_name_out_of_scope() {
    let folder = folder();
    folder.write("caketester.yaml", "names: { In Progress: null, loan_amount: null }\n");
    let (ran, report) =
        report(&folder, &["--only", "codes/status-hyphenated", "--only", "codes/success", "--only", "fields/number"]);
    assert_snapshot!(page(&ran));
    assert_eq!(report["names"], serde_json::json!({ "In Progress": null, "loan_amount": null }));
}

#[test]
fn what_only_a_number_field_could_show_is_not_asked_of_a_network_without_one() {
    let folder = folder();
    folder.write("networks/textlake.yaml", TEXTLAKE);
    let (ran, report) = report(&folder, &["--network", "textlake"]);
    ran.exits_with(0).says("the client conforms");
    assert_eq!(report["verdict"]["because"], serde_json::json!([]), "{}", report["verdict"]);
}

#[test]
fn a_variant_of_a_spelling_is_derived_from_the_networks_name() {
    let folder = folder();
    folder.write(
        "caketester.yaml",
        "names: { Funded: Lost, In Progress: Pending, Unqualified: Bad, loan_amount: sum }\n",
    );
    let only = [
        "status-in-another-case",
        "status-hyphenated",
        "status-misspelt-by-the-network",
        "status-with-no-break-space",
        "status-with-trailing-space",
    ];
    let only = only.map(|name| format!("codes/{name}"));
    let options: Vec<&str> =
        only.iter().flat_map(|id| ["--only", id]).chain(["--only", "fields/name-in-another-case"]).collect();
    let (_, report) = report(&folder, &options);
    let why = |scenario: &Value| format!("{}: {}", scenario["id"], scenario["steps"][0]["exchanges"][0]["why"]);
    let whys: Vec<String> = report["scenarios"].as_array().expect("there are scenarios").iter().map(why).collect();
    assert_snapshot!(whys.join("\n"));
}

#[test]
fn names_that_cannot_be_one_are_answered_with_what_to_write() {
    let folder = folder();
    let told: Vec<String> =
        ["Funded=Closed%20-%20Paid", "Funded= ", "Funded=", "note=status", "funded=Closed", "Funded=A<B"]
            .iter()
            .map(|name| format!("{name}: {}", page(&builtin(&folder, &["--name", name]).run())))
            .chain([page(&builtin(&folder, &["--name", "Funded=X", "--name", "Withdrawn=X"]).run())])
            .collect();
    assert_snapshot!(told.join("\n\n"));
    folder.write("caketester.yaml", "names: { Funded: Closed%20Paid, note: ' ', In Progress: }\n");
    assert_snapshot!(page(&builtin(&folder, &[]).run()));
    folder.write("caketester.yaml", "names: { Funded: Closed%20Paid, note: ' ' }\n");
    assert_snapshot!(page(&builtin(&folder, &[]).run()));
    folder.write("caketester.yaml", "names: { Funded: null }\n");
    assert_snapshot!(page(&builtin(&folder, &[]).run()));
}

#[test]
fn every_mistake_in_a_networks_file_is_answered() {
    let folder = folder();
    let files = [
        "",
        "host: https://northgrid.example.com/api/1/\ntime_zone: Los Angeles\ncontact: ' '\nstatuses: []\n",
        "host: ''\ntime_zone: US/Pacifik\n",
        "time_zone: PST\n",
        "time_zone: EST\n",
        "status: [Funded]\n",
        "statuses: [Funded, Lost]\n",
        "statuses: { Funded: [Full] }\n",
        "statuses:\n  - name: Funded\n    sub_statuses: [Full, Full]\n  - name: Funded\n  - name: Closed%20-%20Paid\n  - name: ''\n",
        "fields:\n  - name: status\n  - { name: note }\n  - { name: NOTE, type: text }\n",
        "fields:\n  - name: status\n  - { name: note }\n  - { name: NOTE }\n",
        "names: { Fundet: Closed }\n",
        "names: { Funded: Closed, Withdrawn: Closed }\n",
        "names: { Funded: null }\n",
        "names: { In Progress: }\n",
        "names: { In Progress: ' ', note: my%20note }\n",
        "names: { note: lead_id }\n",
        "statuses: [{ name: Sold }, { name: Lost }]\nnames: { Funded: Sodl }\n",
        "statuses: [{ name: Sold, sub_statuses: [] }, { name: Lost, sub_statuses: [] }]\nfields: []\nnames: { Funded: Sodl }\n",
        "statuses: [{ name: Sold, sub_statuses: [Whole] }, { name: Lost }]\n",
        "statuses: [{ name: Funded, sub_statuses: [Whole] }]\nnames: { Unqualified: null, In Progress: null, Withdrawn: null, Full Payment: Hole, Partial Payment: null }\n",
        "statuses: [{ name: Funded }, { name: Withdrawn }]\nnames: { Unqualified: null, In Progress: null, Withdrawn: null }\n",
        "fields: [{ name: amount, type: number }]\n",
        "host: a\nhost: b\n",
        "api_key: K7M2QX94TB1D8RZ5\n",
    ];
    let told: Vec<String> = files
        .iter()
        .map(|text| {
            folder.write("networks/acme.yaml", text);
            format!("{text}---\n{}", page(&builtin(&folder, &["--network", "acme", "--only", "codes/success"]).run()))
        })
        .collect();
    assert_snapshot!(told.join("\n\n==========\n"));
}

#[test]
fn every_mistake_in_an_account_is_answered_and_no_key_is_shown() {
    let folder = folder();
    let statuses = "statuses: [{ name: Sold, sub_statuses: [Whole] }, { name: Lost }]\n";
    let permitted = "  permitted_by: Kim\n  permitted_on: 2026-11-20\n";
    let accounts = [
        format!("account:\n  key: K7M2QX94TB1D8RZ5\n{permitted}"),
        format!("account:\n  key: 1234567890123456\n{permitted}"),
        format!("account:\n  key: {{ env: K7M2QX94TB1D8RZ5 }}\n{permitted}"),
        format!("account:\n  key: {{ K7M2QX94TB1D8RZ5: env }}\n{permitted}"),
        format!("account:\n  key: {{ env: A_KEY, file: a.key }}\n{permitted}"),
        format!("account:\n  key: {{ file: ' ' }}\n{permitted}"),
        "account:\n  key: { env: A_KEY }\n".to_owned(),
        "account:\n  key: K7M2QX94TB1D8RZ5\n  permitted_on: 20.11.2026\n".to_owned(),
        format!(
            "{statuses}account:\n  key: {{ env: A_KEY }}\n  permitted_by: ' '\n  permitted_on: 2026-11-20\n  leads:\n    \
             - {{ lead_id: C8097F17, left_in: {{ status: Sodl }} }}\n    \
             - {{ lead_id: c8097f17, left_in: {{ status: Sold, sub_status: Hole }} }}\n    \
             - {{ lead_id: ' ', left_in: {{ status: Lost, sub_status: Any, fields: {{ status: x, amount: '1' }} }} }}\n"
        ),
    ];
    let told: Vec<String> = accounts
        .iter()
        .map(|text| {
            folder.write("networks/acme.yaml", text);
            let ran = builtin(&folder, &["--network", "acme", "--only", "codes/success"]).run();
            for key in ["K7M2QX94TB1D8RZ5", "1234567890123456"] {
                ran.exits_with(2).never_says(key);
            }
            format!("{text}---\n{}", page(&ran))
        })
        .collect();
    assert_snapshot!(told.join("\n\n==========\n"));
    // A right one is in nobody's way, and its key is not looked for where it is not needed.
    let right =
        "  leads: [{ lead_id: C8097F17, left_in: { status: Sold, sub_status: Whole, fields: { amount: '1' } } }]\n";
    for key in ["{ env: A_KEY }", "{ file: nowhere.key }"] {
        folder.write("networks/acme.yaml", format!("account:\n  key: {key}\n{permitted}{right}"));
        builtin(&folder, &["--network", "acme", "--only", "codes/success"]).run().exits_with(0);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_in_the_run_of_one_network_begins_no_other() {
    let folder = two_networks();
    let options = ["client", "--all-networks", "--builtin", "--jobs", "1", "--only", "codes/success"];
    let mut running = caketester(options).args(["--only", "faults/silent-*"]).in_dir(folder.path()).begins();
    running.says("codes/success");
    // The others wait for answers that do not come.
    let ran = running.ends_on("INT");
    ran.exits_with(3).says("network bluelake").never_says("northgrid");
}

#[cfg(unix)]
#[test]
fn an_interrupt_in_the_run_of_a_later_network_writes_its_reports_too() {
    let folder = two_networks();
    let options = ["client", "--all-networks", "--builtin", "--jobs", "1", "--only", "codes/success"];
    let reports = ["--only", "faults/silent-*", "--report", "json=report.json", "--report", "junit=all.xml"];
    let mut running = caketester(options).args(reports).in_dir(folder.path()).begins();
    running.says("network northgrid");
    running.says("codes/success");
    // The others wait for answers that do not come.
    running
        .ends_on("INT")
        .exits_with(3)
        .says("interrupted; what was running has been ended, and 2 scenarios did not run");
    let report: Value = serde_json::from_str(&folder.read("report.northgrid.json")).expect("the report is JSON");
    assert_eq!(report["interrupted"], true);
    assert!(folder.read("all.xml").contains("codes/success"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_a_report_waits_for_its_reader_leaves_nothing_of_the_runs_to_come() {
    let (folder, temporary) = (two_networks(), folder());
    let report = folder.at("report.bluelake.json");
    assert!(std::process::Command::new("mkfifo").arg(&report).status().unwrap().success());
    let options = ["client", "--all-networks", "--builtin", "--only", "codes/success", "--report", "json=report.json"];
    let mut running = caketester(options).in_dir(folder.path()).env("TMPDIR", temporary.path()).begins();
    running.says("1 scenario: 1 passed");
    running.ends_on("INT").exits_with(3).never_says("northgrid");
    assert!(temporary.path().read_dir().unwrap().next().is_none(), "nothing is left behind");
}

#[test]
fn a_network_that_is_not_there_is_answered_with_those_that_are() {
    let folder = two_networks();
    folder.write("networks/redwood.yml", BLUELAKE);
    let asked = ["northgird", "networks/northgrid.yaml", "northgrid.yaml", "../x", "redwood", "other", ""];
    let told: Vec<String> = asked
        .iter()
        .map(|name| format!("{name}: {}", page(&builtin(&folder, &["--network", name]).run())))
        .chain([page(&builtin(&folder, &["--all-networks", "--network", "northgrid"]).run())])
        .collect();
    assert_snapshot!(told.join("\n\n"));
    let empty = crate::support::folder();
    assert_snapshot!(page(&builtin(&empty, &["--network", "northgrid"]).run()));
    assert_snapshot!(page(&builtin(&empty, &["--all-networks"]).run()));
    folder.write("networks/my network.yaml", BLUELAKE);
    assert_snapshot!(page(&builtin(&folder, &["--all-networks"]).run()));
}

#[test]
fn a_mistake_in_one_network_stops_all_before_anything_is_sent() {
    let folder = two_networks();
    folder.edit("networks/northgrid.yaml", "  Withdrawn: null\n", "");
    assert_snapshot!(page(&builtin(&folder, &["--all-networks"]).run()));
}

#[test]
fn serve_speaks_the_words_of_the_network_and_of_the_file() {
    let folder = two_networks();
    folder.write("caketester.yaml", "network: bluelake\n");
    let code = |served: &crate::support::Running, query: &str| {
        let url = format!("{}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&{query}", served.url());
        let body = crate::support::get(&url).body;
        body.split_once("<code>").and_then(|(_, behind)| Some(behind.split_once('<')?.0.to_owned()))
    };
    let serve = |options: &[&str]| {
        caketester(["serve", "--port", "0"]).args(options.iter().copied()).in_dir(folder.path()).starts()
    };
    let served = serve(&[]);
    assert_eq!(served.ready["network"], "bluelake");
    assert_eq!(
        ["status=sold", "status=Funded", "status=Lost"].map(|query| code(&served, query).unwrap()),
        ["0", "3", "3"]
    );
    let served = serve(&["--network", "northgrid"]);
    let queries = [
        "status=Closed+-+Paid&sub_status=In+Part",
        "status=Charged+Back",
        "status=Funded",
        "status=Lost&sub_status=Called",
    ];
    assert_eq!(queries.map(|query| code(&served, query).unwrap()), ["0", "0", "3", "3"]);
    folder.write("caketester.yaml", "names: { Funded: Done }\n");
    let served = serve(&[]);
    assert_eq!(["status=Done", "status=Funded"].map(|query| code(&served, query).unwrap()), ["0", "3"]);
    folder.write("caketester.yaml", "nams: {}\n");
    caketester(["serve", "--port", "0"]).in_dir(folder.path()).run().exits_with(2).complains("did you mean `names`?");
}

#[test]
fn init_takes_what_a_network_hands_to_its_buyers() {
    let folder = folder();
    folder.write("bluelake.yaml", BLUELAKE);
    folder.write("northgrid.yaml", NORTHGRID);
    let init = |options: &[&str], input: &str| {
        caketester(["init"]).args(options.iter().copied()).in_dir(folder.path()).run_with_stdin(input)
    };
    assert_snapshot!(page(&init(&["--from", "bluelake.yaml", "--", "./push", "{lead_id}"], "")));
    assert_snapshot!(folder.read("caketester.yaml"));
    assert_eq!(folder.read("networks/bluelake.yaml"), BLUELAKE);
    assert_snapshot!(page(&init(&["--from", "northgrid.yaml"], "")));
    folder.write("northgrid.yaml", BLUELAKE);
    assert_snapshot!(page(&init(&["--from", "northgrid.yaml"], "")));
    folder.write("northgrid.yaml", "statuses: []\n");
    assert_snapshot!(page(&init(&["--from", "northgrid.yaml"], "")));
    assert_snapshot!(page(&init(&["--from", "nowhere.yaml"], "")));
    assert_snapshot!(page(&init(&["--from", "caketester.json"], "")));
    builtin(&folder, &["--only", "network"]).run().exits_with(0).says("network bluelake");
}

#[test]
fn the_schema_of_networks_is_the_types() {
    let printed = caketester(["scenarios", "schema", "--network"]).run();
    let command = "caketester scenarios schema --network";
    assert_eq!(
        printed.stdout,
        include_str!("../../network.schema.json"),
        "write network.schema.json anew: `{command}`"
    );
}

//! `caketester judge`: a run that is over is judged again, and nothing of it is lost.

use serde_json::Value;

use crate::support::clients::{Played, checking};
use crate::support::page::assert_snapshot;
use crate::support::{Folder, Ran, caketester, exported_pack, folder, skipped_without};

/// A client by hand, which sends letters as they are, in Latin-1.
const LATIN_1: &str = r#"
use Socket;
my ($host, $port) = $ENV{CAKE_BASE_URL} =~ m{//(.*):(\d+)};
my $note = $ENV{CAKE_FIELD_NOTE} // '';
$note =~ s/([^!-~])/sprintf('%%%02X', ord $1)/ge;
socket(S, PF_INET, SOCK_STREAM, 0);
connect(S, sockaddr_in($port, inet_aton($host)));
my $query = "api_key=$ENV{CAKE_API_KEY}&lead_id=$ENV{CAKE_LEAD_ID}&status=Financ\xe9&note=$note";
send(S, "GET /api/1/buyers.asmx/UpdateLeadStatus?$query HTTP/1.1\r\nHost: $host:$port\r\nConnection: close\r\n\r\n", 0);
1 while <S>;
exit 11;
"#;

/// A folder with the report of a run, and how that ended.
fn reported(played: Played, options: &[&str]) -> (Folder, Ran) {
    let folder = folder();
    let report = format!("--report=json={}", folder.at("report.json").display());
    let ran = checking(played, options.iter().copied().chain([&*report])).run();
    (folder, ran)
}

fn judged(folder: &Folder, options: &[&str]) -> Ran {
    caketester(["judge", "report.json"]).args(options).in_dir(folder.path()).run()
}

/// What was said of rules and of the run, without a line for each scenario.
fn verdict(ran: &Ran) -> String {
    ran.page_without_scenarios().split_once("--- stdout\n").expect("it said something").1.to_owned()
}

#[test]
fn a_run_is_judged_as_it_was_and_its_report_is_the_same_again() {
    for played in [Played::Right, Played::ClaimsSuccess, Played::WrongKey, Played::SendsRawSpaces, Played::PostsAForm] {
        let (folder, ran) = reported(played, &["--only", "codes", "--only", "security/redirect*"]);
        let again = judged(&folder, &["--report", "json=again.json"]);
        assert_eq!(verdict(&again), verdict(&ran), "{played:?}");
        assert_eq!(again.code, ran.code, "{played:?}");
        assert_eq!(folder.read("again.json"), folder.read("report.json"), "{played:?}");
    }
}

#[test]
fn so_is_one_of_several_runs_each_and_one_that_stopped() {
    let (folder, counts) = (folder(), crate::support::folder());
    let report = format!("--report=json={}", folder.at("report.json").display());
    let flaky = ["--only", "codes/status-absent", "--repeat", "4", "--jobs", "1", &report];
    let flaky = checking(Played::IsFlaky, flaky).env("COUNTS", counts.at("counts"));
    for ran in [flaky, caketester(["client", &report, "--", "false"])] {
        let ran = ran.run();
        let again = judged(&folder, &["--report", "json=again.json"]);
        assert_eq!((again.code, verdict(&again)), (ran.code, verdict(&ran)), "{}", ran.describe());
        assert_eq!(folder.read("again.json"), folder.read("report.json"), "{}", ran.describe());
    }
}

#[test]
fn what_was_only_recommended_decides_where_that_is_asked_for() {
    let (folder, ran) = reported(Played::SendsTwice, &["--only", "codes/success"]);
    ran.exits_with(0);
    judged(&folder, &[]).exits_with(0);
    assert_snapshot!(judged(&folder, &["--strict"]).exits_with(1).page());
}

#[test]
fn what_decided_only_because_it_was_asked_for_no_longer_decides_where_it_is_asked_not_to() {
    let (folder, ran) = reported(Played::SendsTwice, &["--only", "codes/success", "--strict"]);
    ran.exits_with(1);
    judged(&folder, &[]).exits_with(1);
    judged(&folder, &["--strict=false"]).exits_with(0);
}

#[test]
fn the_clients_name_is_the_one_that_is_given_and_else_the_one_of_the_run() {
    let (folder, _) =
        reported(Played::Right, &["--only", "codes/success", "--client-name", "Acme", "--client-version", "1"]);
    judged(&folder, &["--client-name", "Bolt", "--report", "json=again.json"]).exits_with(0);
    let report: Value = serde_json::from_str(&folder.read("again.json")).expect("the report is JSON");
    assert_eq!((&report["client"]["name"], &report["client"]["version"]), (&"Bolt".into(), &"1".into()));
}

#[test]
fn another_baseline_counts_and_can_be_written() {
    let (folder, ran) = reported(Played::TrustsHttp200, &["--only", "codes/status-absent"]);
    ran.exits_with(1);
    judged(&folder, &["--baseline", "known.json", "--update-baseline"]).exits_with(0);
    assert_snapshot!(judged(&folder, &["--baseline", "known.json"]).exits_with(0).page());
    judged(&folder, &[]).exits_with(1);
}

#[test]
fn the_pack_is_the_one_of_the_run_and_a_change_of_it_is_told() {
    let pack = exported_pack();
    let folder = folder();
    let report = format!("--report=json={}", folder.at("report.json").display());
    let options = ["client", "--builtin", "--only", "codes/success", "--pack"];
    caketester(options).arg(pack.path()).arg(report).run().exits_with(0);
    judged(&folder, &[]).exits_with(0).complains_of_nothing();
    pack.edit("scenarios/codes/success.yaml", "title: ", "title: Changed. ");
    assert_snapshot!(judged(&folder, &[]).exits_with(0).page());
    pack.remove("scenarios/codes/success.yaml");
    pack.remove("snapshots/codes.success.snap");
    assert_snapshot!(judged(&folder, &[]).exits_with(2).page());
}

#[test]
fn what_has_no_client_or_is_no_report_cannot_be_judged() {
    let folder = folder();
    let served = caketester(["serve", "--port", "0"]).starts();
    let report = format!("--report=json={}", folder.at("report.json").display());
    caketester(["endpoint", served.base_url(), "--only", "codes/success", &report]).run().exits_with(0);
    let mut pages = judged(&folder, &[]).exits_with(2).page();
    folder.write("report.json", "{}");
    pages += &judged(&folder, &[]).exits_with(2).page();
    folder.remove("report.json");
    pages += &judged(&folder, &[]).exits_with(2).page();
    assert_snapshot!(pages);
}

#[test]
fn bytes_that_are_no_text_and_values_that_look_like_keys_are_kept_as_they_came() {
    if skipped_without("perl", &["perl", "-v"]) {
        return;
    }
    let folder = folder();
    let report = format!("--report=json={}", folder.at("report.json").display());
    let only = ["--only", "encoding/accents", "--only", "encoding/field-that-looks-personal"];
    let script = folder.write("client.pl", LATIN_1);
    let ran = caketester(["client", &report]).args(only).args(["--", "perl"]).arg(script).run();
    ran.exits_with(1);
    let report: Value = serde_json::from_str(&folder.read("report.json")).expect("it is JSON");
    let heads: Vec<&Value> = exchanges(&report).into_iter().map(|exchange| &exchange["request"]["head"]).collect();
    assert!(heads.iter().any(|head| head["base64"].is_string()), "{heads:?}");
    assert!(!folder.read("report.json").contains("BuyerAPIKeyHere"));
    let again = judged(&folder, &["--report", "json=again.json"]);
    assert_eq!(verdict(&again), verdict(&ran));
    assert_eq!(folder.read("again.json"), folder.read("report.json"));
}

fn exchanges(report: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for scenario in report["scenarios"].as_array().into_iter().flatten() {
        for step in scenario["steps"].as_array().into_iter().flatten() {
            found.extend(step["exchanges"].as_array().into_iter().flatten());
        }
    }
    found
}

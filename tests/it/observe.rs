//! A system that nobody starts is observed: what arrives is told, a person says what the system showed, or somebody later.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::support::page::assert_snapshot;
use crate::support::terminal::Terminal;
use crate::support::{Folder, Ran, caketester, exchange_bytes, folder, get, skipped_without, small_pack, split_url};

const KEY: &str = "BuyerAPIKeyHere";

fn send(url: &str, lead: &str, status: &str) {
    get(&format!("{url}?api_key={KEY}&lead_id={lead}&status={status}"));
}

#[test]
fn a_person_at_a_terminal_works_through_the_checklist() {
    let only = ["--only", "codes/success", "--only", "codes/status-absent", "--only", "updates/several-leads"];
    let mut terminal = Terminal::new(&[&["client", "--observe", "--port", "0", "--settle", "1"][..], &only].concat());
    let url = terminal.sees("observing ");
    terminal.sees("   1 [ ] lead_id=\"5A1E0008\" status=\"Funded\"  (codes/status-absent)");
    terminal.sees("0 of 5 arrived, 0 with an outcome");

    // The lead in another letter case: a near miss is explained at once.
    send(&url, "5a1e0008", "Funded");
    terminal.sees("   1 [?]");
    terminal.sees("! 5a1e0008 arrived, 5A1E0008 was expected: Q04");
    terminal.sees("what did the system show for 1 (5A1E0008)?");
    terminal.types("rejectd");
    terminal.sees("\"rejectd\" is not an outcome; did you mean rejected?");
    terminal.types("rejected");
    terminal.sees("   1 [x]");
    terminal.sees("1 of 5 arrived, 1 with an outcome");

    send(&url, "5A1E0000", "Funded");
    terminal.sees("what did the system show for 2 (5A1E0000)?");
    terminal.types("u");
    terminal.sees("2 of 5 arrived, 2 with an outcome");
    terminal.types("done");
    terminal.sees("broken in 1 scenario: codes/status-absent");
    terminal.sees("3 scenarios: 1 passed, 1 failed, 1 not run");
    terminal.sees("evidence: attested (a person reported what the client concluded)");
    terminal.ends_with(1);
}

#[test]
fn an_observation_in_which_a_person_told_every_outcome_is_told_what_a_certificate_still_lacks() {
    let pack = small_pack();
    // One address shows one certificate, and every attempt is a row of the export.
    pack.remove("scenarios/security/certificate-untrusted.yaml");
    pack.remove("scenarios/security/redirect-to-another-host.yaml");
    let (directory, path) = (pack.path().display().to_string(), pack.at("certificate").display().to_string());
    let rows = caketester(["scenarios", "export", "--pack", &directory]).run();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&rows.stdout).expect("the export is JSON");
    let named = ["--certificate", &path, "--client-name", "Acme CRM", "--client-version", "2026"];
    let options = ["--observe", "--port", "0", "--settle", "1", "--pack", &directory];
    let mut terminal = Terminal::new(&[&["client"][..], &options, &named].concat());
    let url = terminal.sees("observing ");
    let (host, target) = split_url(&url);
    for (number, row) in (1..).zip(&rows) {
        let text = |name: &str| row[name].as_str().expect("it is a text").to_owned();
        let mut query = vec![("api_key".to_owned(), KEY.to_owned())];
        query.extend(["lead_id", "status"].map(|name| (name.to_owned(), text(name))));
        let fields = row["fields"].as_object().expect("fields are an object");
        query.extend(fields.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())));
        let query = caketester::protocol::encode(query.iter().map(|(name, value)| (&**name, &**value)));
        // One of them is answered by a reset.
        exchange_bytes(
            host,
            format!("GET {target}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        terminal.sees(&format!("{number} of {} arrived, {} with an outcome", rows.len(), number - 1));
        terminal.types(&format!("{number} {}", row["expected"][0].as_str().expect("an outcome is a word")));
        terminal.sees(&format!("arrived, {number} with an outcome"));
    }
    terminal.sees("evidence: attested (a person reported what the client concluded)");
    terminal.sees("partial: not exercised: S01, S02");
    terminal.sees("certificate withheld: none was written");
    terminal.ends_with(1);
}

#[test]
fn bad_certificates_are_shown_one_by_one_behind_the_list_and_who_takes_one_breaks_s02() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let only =
        ["codes/success", "security/certificate-expired", "security/certificate-untrusted"].map(|id| ["--only", id]);
    let options = ["client", "--observe", "--port", "0", "--settle", "0", "--tls", "--with-certificates"];
    let mut terminal = Terminal::new(&[&options[..], only.as_flattened()].concat());
    let url = terminal.sees("observing ");
    let ca_file = terminal.sees("trusting the certificate in ");
    let send = |lead: &str, trust: &[&str]| {
        let url = format!("{url}?api_key={KEY}&lead_id={lead}&status=Funded");
        let told = ["--silent", "--max-time", "60", "--output", "/dev/null"];
        Command::new("curl").args(told).args(trust).arg(url).status().expect("curl can be started")
    };
    terminal.sees("(security/certificate-expired): later, with a bad certificate");
    assert!(send("5A1E0000", &["--cacert", &ca_file]).success());
    terminal.sees("what did the system show for 1 (5A1E0000)?");
    terminal.types("updated");
    terminal.sees("(security/certificate-expired): send it now");
    terminal.sees("what did the system show for 2 (5A1E0802)?");
    assert!(!send("5A1E0802", &["--cacert", &ca_file]).success());
    terminal.types("unknown");
    terminal.sees("what did the system show for 3 (5A1E0801)?");
    assert!(send("5A1E0801", &["--insecure"]).success());
    terminal.types("updated");
    terminal.sees("S02");
    terminal.sees("3 scenarios: 2 passed, 1 failed");
    terminal.sees("evidence: attested (a person reported what the client concluded)");
    terminal.ends_with(1);
}

/// Sends both updates to an observation without a person, and ends it: the report stays.
fn observed(key: &str, report: &Path) -> Ran {
    let only = ["--only", "codes/success", "--only", "codes/status-absent"];
    let report = format!("--report=json={}", report.display());
    let mut running = caketester(["client", "--observe", "--port", "0", &report]).args(only).begins();
    let url = running.says("observing ").trim_start_matches("observing ").trim().to_owned();
    for lead in ["5A1E0000", "5A1E0008"] {
        get(&format!("{url}?api_key={key}&lead_id={lead}&status=Funded"));
        running.says(&format!("[?] lead_id=\"{lead}\""));
    }
    running.ends_on("INT")
}

/// Whether a question comes before an interrupt is a matter of chance.
fn page(ran: &Ran) -> String {
    ran.page().split_inclusive('\n').filter(|line| !line.starts_with("what did the system show for ")).collect()
}

fn judged(folder: &Folder, outcomes: &str) -> Ran {
    folder.write("outcomes", outcomes);
    let arguments = ["judge", "report.json", "--outcomes", "outcomes"];
    caketester(arguments).in_dir(folder.path()).run()
}

#[test]
fn where_nobody_tells_an_outcome_the_rules_about_outcomes_are_not_exercised() {
    let folder = folder();
    let ran = observed(KEY, &folder.at("report.json"));
    assert_snapshot!(page(ran.exits_with(0).never_says(KEY)));
    let wire = folder.read("report.json");
    assert!(!wire.contains(KEY), "{wire}");
    let report: serde_json::Value = serde_json::from_str(&wire).expect("it is JSON");
    let rules = report["scenarios"][0]["steps"][0]["rules"].to_string();
    assert!(rules.contains("Q03") && !rules.contains("A01") && !rules.contains("S04"), "{rules}");
}

#[test]
fn a_scenario_that_was_not_done_to_its_end_is_not_run_unless_something_in_it_is_wrong() {
    let mut pages = String::new();
    for (lead, exit) in [("5A1E0302", 4), ("5a1e0302", 1)] {
        let arguments = ["client", "--observe", "--port", "0", "--only", "updates/several-leads"];
        let mut running = caketester(arguments).begins();
        let url = running.says("observing ").trim_start_matches("observing ").trim().to_owned();
        send(&url, lead, "Funded");
        running.says("[?] lead_id=\"5A1E0302\"");
        pages += &page(running.ends_on("INT").exits_with(exit));
    }
    assert_snapshot!(pages);
}

#[test]
fn outcomes_are_handed_in_later() {
    let folder = folder();
    observed(KEY, &folder.at("report.json"));
    let right = "lead_id,outcome\n5A1E0000,updated\n5A1E0008,rejected\n";
    assert_snapshot!(judged(&folder, right).exits_with(0).page(), @"
    $ caketester judge report.json --outcomes outcomes
    exit code 0
    --- stdout
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 13 of 13 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 7 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: attested (a person reported what the client concluded)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
    assert_snapshot!(judged(&folder, &right.replace("rejected", "updated")).exits_with(1).page());
    assert_snapshot!(judged(&folder, "lead_id,outcome\n5A1E0000,updated\n").exits_with(0).page(), @"
    $ caketester judge report.json --outcomes outcomes
    exit code 0
    --- stdout
    note: no outcome was reported in 1 of 2 steps: the rules about outcomes were not exercised there
    2 scenarios: 2 passed, 0 failed (2 steps, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R04 and 3 more
    evidence: wire (in at least one step the client reported no outcome)
    partial: 2 of the pack's [N] scenarios were selected
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
}

#[test]
fn a_wrong_key_was_compared_before_it_was_masked() {
    const OTHER: &str = "buyerapikeyhere";
    let folder = folder();
    let ran = observed(OTHER, &folder.at("report.json"));
    assert_snapshot!(page(ran.exits_with(1).never_says(OTHER)));
    assert!(!folder.read("report.json").to_lowercase().contains(OTHER));
    let ran = judged(&folder, "lead_id,outcome\n5A1E0000,rejected\n5A1E0008,rejected\n");
    // The key was refused, and it was seen to be.
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn what_cannot_be_judged_is_refused_with_the_value() {
    let folder = folder();
    observed(KEY, &folder.at("report.json"));
    assert_snapshot!(judged(&folder, "lead_id,outcome\n5A1E0000,ok\n").exits_with(2).page(), @r#"
    $ caketester judge report.json --outcomes outcomes
    exit code 2
    --- stderr
    error: outcomes, row 1: lead 5A1E0000: "ok" is not an outcome; the outcomes are updated, rejected and unknown
      help: `caketester judge --help` shows how outcomes are written
    "#);
    assert_snapshot!(judged(&folder, "lead_id,outcome\n5A1E00O0,updated\n").exits_with(2).page(), @r#"
    $ caketester judge report.json --outcomes outcomes
    exit code 2
    --- stderr
    error: outcomes has an outcome for lead "5A1E00O0", but no request arrived for it
      help: did you mean "5A1E0000"?
    "#);
    folder.edit("report.json", "\"version\": 3", "\"version\": 99");
    assert_snapshot!(judged(&folder, "").exits_with(2).page());
    folder.write("report.json", "[]");
    assert_snapshot!(judged(&folder, "").exits_with(2).page());
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let ran = caketester(["client", "--observe", "--port", &port]).run();
    assert_snapshot!(ran.exits_with(3).page(), @r"
    $ caketester client --observe --port [PORT]
    exit code 3
    --- stderr
    error: cannot listen on 127.0.0.1:[PORT]: [OS ERROR]
      help: is another program using the port, and is it an address of this machine? --port and --bind name another
    ");
}

//! What is done with a real endpoint beyond the probes that write nothing: an account is written, updates are sent where that is
//! allowed, a CAKE is learnt, and its answers are kept.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use wiremock::{Request, ResponseTemplate};

use crate::support::foreign::{Foreign, foreign};
use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Folder, caketester, folder};

pub(crate) const CANARY: &str = "C4n4ryKeyOfThisTest";

pub(crate) fn code(code: u8) -> ResponseTemplate {
    let xml = format!("<result><code>{code}</code><msg>text {code}</msg></result>");
    ResponseTemplate::new(200).set_body_raw(xml.into_bytes(), "text/xml; charset=utf-8")
}

pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(is, _)| is == name).map(|(_, value)| value.into_owned())
}

/// CAKE with one lead: key, lead and status are checked in this order.
pub(crate) fn cake(request: &Request) -> ResponseTemplate {
    let of = |name: &str| parameter(request, name).unwrap_or_default();
    match (&*of("api_key"), &*of("lead_id"), &*of("status")) {
        ("", ..) => ResponseTemplate::new(500).set_body_raw(b"Missing parameter: api_key.\r\n".to_vec(), "text/plain"),
        (key, ..) if key != CANARY => code(1),
        (_, lead, _) if lead != "C8097F17" => code(2),
        (.., "Funded" | "In Progress") if of("sub_status") != "caketester-no-such-sub-status" => code(0),
        _ => code(3),
    }
}

const ACCOUNT: &str = "\
account:
  key: { env: ACME_KEY }
  permitted_by: Kim
  permitted_on: 2026-01-31
  leads:
    - { lead_id: C8097F17, left_in: { status: Funded, sub_status: Full Payment } }
    - { lead_id: 5A1E0001, left_in: { status: In Progress } }
";
const NAMES: &str = "\
statuses:
  - { name: Funded, sub_statuses: [Full Payment] }
  - { name: In Progress, sub_statuses: [] }
fields: [{ name: loan_amount, type: number }]
";

pub(crate) fn network(endpoint: &Foreign) -> Folder {
    let folder = folder();
    let host = endpoint.server.uri().replace("http://", "");
    folder.write("networks/acme.yaml", format!("host: {host}\n{NAMES}{ACCOUNT}"));
    folder
}

pub(crate) fn endpoint(folder: &Folder, command: &str, options: &[&str]) -> Caketester {
    let run = caketester(["endpoint", command, "--network", "acme", "--pace", "0"]).args(options);
    run.in_dir(folder.path()).env("ACME_KEY", CANARY)
}

#[test]
fn a_lead_is_changed_only_where_that_is_allowed_and_left_as_the_file_says() {
    let written = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&written);
    let cake = foreign(move |request: &Request| {
        let lead = parameter(request, "lead_id").unwrap_or_default();
        if lead.eq_ignore_ascii_case("C8097F17") {
            seen.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(request.url.query().unwrap_or_default().to_owned());
        }
        cake(request)
    });
    let folder = network(&cake);
    let ran = endpoint(&folder, "preflight", &[]).run();
    ran.exits_with(2).complains("the plan may change a lead, and nothing was sent").complains("--allow-updates");
    endpoint(&folder, "probe", &[]).run().exits_with(0);
    assert_eq!(*written.lock().unwrap_or_else(PoisonError::into_inner), Vec::<String>::new());
    let ran = endpoint(&folder, "probe", &["--allow-updates"]).run();
    assert_snapshot!(ran.exits_with(0).never_says(CANARY).page_from("lead "));
    let updates = written.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let last = format!("api_key={CANARY}&lead_id=C8097F17&status=Funded&sub_status=Full+Payment");
    assert_eq!((updates.len(), updates.last()), (9, Some(&last)));
}

#[test]
fn a_lead_that_the_file_does_not_name_is_not_touched() {
    let cake = foreign(cake);
    let folder = network(&cake);
    let ran = endpoint(&folder, "probe", &["--allow-updates", "--lead", "E0000001"]).run();
    ran.exits_with(2).complains("lead \"E0000001\" may not be touched, and nothing was sent");
    let url = cake.server.uri();
    let ran = caketester(["endpoint", "probe", &url, "--allow-updates", "--pace", "0"]).run();
    ran.exits_with(2).complains("no lead may be touched, and nothing was sent");
    assert_eq!(cake.received().len(), 0);
}

#[test]
fn a_run_that_stops_says_that_the_lead_may_not_be_left_as_the_file_says() {
    let requests = AtomicUsize::new(0);
    let tired = foreign(
        move |request: &Request| {
            if requests.fetch_add(1, Relaxed) < 14 { cake(request) } else { ResponseTemplate::new(429) }
        },
    );
    let folder = network(&tired);
    let ran = endpoint(&folder, "probe", &["--allow-updates"]).run();
    ran.exits_with(1)
        .says("may not be left as the file says")
        .says("HTTP 429")
        .says("left left-in            not sent");
}

#[test]
fn an_endpoint_that_takes_a_status_that_is_not_configured_does_not_answer_as_documented() {
    let lenient = foreign(|request: &Request| {
        let is_taken = parameter(request, "status").as_deref() == Some("caketester-no-such-status") && is_ours(request);
        if is_taken { code(0) } else { cake(request) }
    });
    let folder = network(&lenient);
    let ran = endpoint(&folder, "probe", &["--allow-updates"]).run();
    ran.exits_with(1).says("unknown-status \"caketester-no-such-status\": code 0, taken though it is not configured");
}

pub(crate) fn is_ours(request: &Request) -> bool {
    parameter(request, "lead_id").as_deref() == Some("C8097F17")
}

#[test]
fn what_a_cake_does_is_learnt_without_its_key() {
    let cake = foreign(cake);
    let folder = network(&cake);
    let ran = endpoint(&folder, "learn", &["--trace", "trace.jsonl"]).run();
    ran.exits_with(0).never_says(CANARY);
    let sent: Vec<String> =
        cake.received().iter().map(|request| format!("{} {}", request.method, request.url)).collect();
    assert_eq!(sent.len(), 12, "{sent:#?}");
    let learnt = folder.read("learnt.yaml");
    let (first, rest) = learnt.split_once('\n').expect("it has lines");
    assert!(first.starts_with("# Learnt from http://127.0.0.1:") && first.contains(" (network acme) on "), "{first}");
    assert_snapshot!(rest);
    for file in ["learnt.yaml", "trace.jsonl"] {
        let text = folder.read(file).to_lowercase();
        assert!(!text.contains(&CANARY.to_lowercase()), "{file}");
    }
    let run = caketester(["client", "--instance", "learnt.yaml", "--builtin", "--only", "codes/*"]);
    run.in_dir(folder.path()).run().exits_with(0);
}

#[test]
fn nothing_is_learnt_from_what_is_not_cake() {
    let page = foreign(ResponseTemplate::new(200).set_body_raw(b"<html>Please log on</html>".to_vec(), "text/html"));
    let folder = network(&page);
    let ran = endpoint(&folder, "learn", &["--output", "learnt.yaml"]).run();
    ran.exits_with(1).complains("nothing was learnt: ");
    assert!(!folder.files().contains(&"learnt.yaml".to_owned()));
    let elsewhere = foreign(ResponseTemplate::new(302).insert_header("Location", "/api/1/buyers.asmx"));
    let ran = endpoint(&network(&elsewhere), "learn", &["--output", "learnt.yaml"]).run();
    ran.exits_with(1).complains("the run stopped after 1 request: a redirect to /api/1/buyers.asmx");
}

#[test]
fn what_has_changed_since_it_was_recorded_is_told_and_can_be_accepted() {
    let message = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&message);
    let endpoint_of = foreign(move |request: &Request| match parameter(request, "api_key").as_deref() {
        Some(CANARY) => code(2),
        Some(_) if now.load(Relaxed) == 2 => {
            let xml = "<result><code>1</code><msg>unknown key</msg></result>";
            ResponseTemplate::new(200).set_body_raw(xml.as_bytes().to_vec(), "text/xml; charset=utf-8")
        }
        Some(_) => code(1),
        None => ResponseTemplate::new(500),
    });
    let folder = network(&endpoint_of);
    let run = || endpoint(&folder, "probe", &["--record", "kept"]).run();
    run().exits_with(0).says("recorded 10 kept for the first time, 0 as before, 0 changed");
    run().exits_with(0).says("recorded 0 kept for the first time, 10 as before, 0 changed");
    message.store(2, Relaxed);
    let ran = run();
    ran.exits_with(1).says("the endpoint no longer answers as recorded: ");
    ran.says("probe.made-up-key").says("msg: before \"text 1\", now \"unknown key\"");
    for file in folder.files().iter().filter(|file| file.starts_with("kept/")) {
        assert!(!folder.read(file).contains(CANARY), "{file}");
    }
    let accept = caketester(["snapshots", "accept", "--dir", "kept"]).in_dir(folder.path());
    accept.run().exits_with(0).says("accepted probe.made-up-key");
    run().exits_with(0).says("10 as before");
}

#[test]
fn headers_are_recorded_without_keys_and_those_that_clients_act_on_are_compared() {
    let version = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&version);
    let endpoint_of = foreign(move |request: &Request| {
        let now = now.load(Relaxed);
        let answer =
            cake(request).insert_header("X-Echo", request.url.as_str()).insert_header("CF-RAY", format!("{now}"));
        answer.insert_header("X-Powered-By", format!("ASP.NET {now}")).insert_header("Retry-After", format!("{now}"))
    });
    let folder = network(&endpoint_of);
    let run = || endpoint(&folder, "probe", &["--record", "kept"]).run();
    run().exits_with(0);
    let kept = folder.read("kept/probe.made-up-key.snap");
    assert!(kept.contains("    cf-ray: (changes)\n") && kept.contains("    x-powered-by: ASP.NET 1\n"), "{kept}");
    for file in folder.files().iter().filter(|file| file.starts_with("kept/")) {
        assert!(!folder.read(file).contains(CANARY), "{file}");
    }
    version.store(2, Relaxed);
    run()
        .exits_with(1)
        .says("header retry-after: \"1\" before, \"2\" now")
        .never_says("cf-ray")
        .never_says("x-powered");
}

#[test]
fn the_report_of_probes_is_written_as_json_and_as_junit() {
    let endpoint_of = foreign(|request: &Request| match parameter(request, "api_key") {
        Some(_) => code(0),
        None => cake(request),
    });
    let folder = network(&endpoint_of);
    let run = |report: &[&str]| endpoint(&folder, "probe", report).run();
    let ran = run(&["--report", "junit=probe.xml", "--report", "json=probe.json"]);
    ran.exits_with(1).says("does not answer as documented");
    let junit = folder.read("probe.xml").replace(&endpoint_of.server.uri(), "http://HOST");
    assert!(junit.contains("<testcase name=\"made-up-key\"") && junit.contains("<failure message="), "{junit}");
    let json: serde_json::Value = serde_json::from_str(&folder.read("probe.json")).expect("it is JSON");
    let failures = junit.matches("<failure ").count();
    let failed = json["probes"].as_array().expect("probes are a list").iter();
    let failed = failed.filter(|probe| probe["findings"].to_string().contains("\"documented\""));
    assert_eq!((failed.count(), json["exit"].as_u64()), (failures, Some(1)));
    for (argument, said) in
        [("html=x", "json or junit"), ("junit", "FORMAT=PATH"), ("junit=networks", "nothing was sent")]
    {
        run(&["--report", argument]).exits_with(2).complains(said);
    }
}

#[test]
fn an_account_is_written_from_answers() {
    let folder = folder();
    let run = |answers: &str| caketester(["endpoint", "init", "acme"]).in_dir(folder.path()).run_with_stdin(answers);
    let ran = run("cake.example.com\nthe key itself\n\nKim\n2026-01-31\nC8097F17\nFunded\n\n");
    ran.exits_with(0).never_says("the key itself").says("that may be a key, or is not the name of a variable");
    assert_snapshot!(folder.read("networks/acme.yaml"));
    run("").exits_with(2).complains("has an `account:` already");
    folder.write("networks/acme.yaml", "host: cake.example.com # theirs\nstatuses: [{ name: Lost }]\n");
    let ran = run("\nKim\n\nC8097F17\nFunded\n\n");
    ran.exits_with(2).complains("\"Funded\" is not under `statuses`");
    assert_eq!(folder.read("networks/acme.yaml"), "host: cake.example.com # theirs\nstatuses: [{ name: Lost }]\n");
    run("\nKim\n\nC8097F17\nLost\n\n").exits_with(0);
    assert!(folder.read("networks/acme.yaml").starts_with("host: cake.example.com # theirs\nstatuses: "));
    run("\n").exits_with(2);
}

#[test]
fn the_last_step_before_going_live_is_a_page() {
    let cake = foreign(cake);
    let folder = network(&cake);
    let ran = endpoint(&folder, "preflight", &["--allow-updates"]).run();
    ran.exits_with(0).says("C8097F17 is left as the file says").says("wrote go-live.html");
    let page = folder.read("go-live.html");
    assert!(page.contains("lead C8097F17 in the Lead Status Master Report"), "{page}");
    assert!(page.contains("No certificate was given") && !page.contains(CANARY), "{page}");
    assert!(!page.contains("verdict not-yet"), "{page}");
    let refusing = foreign(code(4));
    let folder_of_it = network(&refusing);
    endpoint(&folder_of_it, "preflight", &["--allow-updates"]).run().exits_with(1);
    assert!(folder_of_it.read("go-live.html").contains("verdict not-yet"));
    let ran = endpoint(&folder, "preflight", &["--allow-updates", "--certificate", "none.json"]).run();
    ran.exits_with(2).complains("cannot read none.json");
}

/// CAKE until the real key comes, which it then answers with `Restricted`.
fn restricted(request: &Request) -> ResponseTemplate {
    if parameter(request, "api_key").as_deref() == Some(CANARY) {
        let xml = "<result><code>1</code><msg>restricted</msg></result>";
        return ResponseTemplate::new(200).set_body_raw(xml.as_bytes().to_vec(), "text/xml; charset=utf-8");
    }
    cake(request)
}

#[test]
fn an_answer_that_stops_the_run_is_neither_kept_nor_held_against_the_key() {
    let endpoint_of = foreign(restricted);
    let folder = network(&endpoint_of);
    let ran = endpoint(&folder, "probe", &["--record", "kept"]).run();
    ran.exits_with(1).says("the message `Restricted`").says("key      not shown").never_says("wrong");
    assert!(!folder.files().contains(&"kept/probe.key.snap".to_owned()), "{:?}", folder.files());
}

#[test]
fn no_update_follows_what_is_not_as_documented() {
    let endpoint_of = foreign(|_: &Request| code(0));
    let folder = network(&endpoint_of);
    for command in ["probe", "preflight"] {
        let ran = endpoint(&folder, command, &["--allow-updates"]).run();
        ran.exits_with(1).says("does not answer as documented, so nothing was sent that names a lead").says("not sent");
    }
    assert!(endpoint_of.received().iter().all(|request| !is_ours(request)));
}

#[test]
fn a_lead_in_another_letter_case_gets_no_status_that_exists() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    endpoint(&folder, "probe", &["--allow-updates"]).run().exits_with(0);
    let sent = endpoint_of.received();
    let other: Vec<_> =
        sent.iter().filter(|request| parameter(request, "lead_id").as_deref() == Some("c8097f17")).collect();
    assert_eq!(other.len(), 1);
    assert_eq!(parameter(other[0], "status").as_deref(), Some("caketester-no-such-status"));
}

#[test]
fn what_may_be_left_beside_the_files_update_is_told() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    let ran = endpoint(&folder, "probe", &["--allow-updates"]).run();
    ran.exits_with(0).says("the file's update does not name loan_amount: what was sent may be left there");
}

#[test]
fn how_a_lead_was_left_is_told_where_nothing_can_be_written() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    // Nothing can be kept under a name that a folder has.
    folder.write("kept/.probe.key.snap.new/file", "");
    folder.write("kept/probe.key.snap.new/file", "");
    let ran = endpoint(&folder, "probe", &["--allow-updates", "--record", "kept"]).run();
    ran.says("C8097F17 is left as the file says").complains("keep the answers");
    for command in ["probe", "preflight"] {
        let other = if command == "probe" { "--report=json=x" } else { "--page=x" };
        let ran = endpoint(&folder, command, &["--trace", "x", other]).run();
        ran.exits_with(2).complains("two files of this run would be written to x; nothing was sent");
    }
}

//! Tickets and their causes: each folder of tickets says in a table what has to come out.

use std::fs;
use std::path::Path;

use caketester::pack::read_instance_file;
use caketester::source::SourceFile;
use caketester::support::{Knowledge, Request, diagnose, read};
use serde_json::Value;

use crate::support::{Folder, caketester, exchange_bytes, folder};

/// A row of a table: what has to come out of one ticket.
struct Row {
    file: String,
    forms: String,
    first: String,
    others: String,
    grade: String,
    keys: String,
    has_instance: bool,
}

fn rows(folder: &Path) -> Vec<Row> {
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the folder has a table");
    let lines = table.lines().skip(1).filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or("-").to_owned();
            Row {
                file: cell(0),
                forms: cell(1),
                first: cell(2),
                others: cell(3),
                grade: cell(4),
                keys: cell(5),
                has_instance: cell(6) == "a",
            }
        })
        .collect()
}

/// The alternatives of a cell, each a list.
fn alternatives(cell: &str) -> impl Iterator<Item = Vec<&str>> {
    cell.split('|').map(|one| one.split(',').filter(|part| *part != "-").collect())
}

fn mistakes(folder: &Path, row: &Row) -> Vec<String> {
    let ticket = folder.join(&row.file).display().to_string();
    let instance = folder.join("instance.yaml").display().to_string();
    let run = |more: &[&str]| {
        let mut arguments = vec!["why", &ticket];
        if row.has_instance {
            arguments.extend(["--instance", &instance]);
        }
        arguments.extend(more);
        caketester(arguments).run()
    };
    let ran = run(&["--format", "json"]);
    let told: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{ticket}: {error}\n{}", ran.stderr));
    let mut wrong = Vec::new();
    let mut insist = |is_right: bool, what: String| {
        if !is_right {
            wrong.push(format!("{}: {what}", row.file));
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let forms: Vec<String> = told["first"]["forms"].as_array().into_iter().flatten().map(text).collect();
    insist(alternatives(&row.forms).any(|one| one == forms), format!("forms {forms:?}, not {}", row.forms));
    let first = text(&told["first"]["id"]);
    insist(row.first.split('|').any(|one| one == first), format!("first {first}, not {}", row.first));
    let grade = text(&told["first"]["grade"]);
    insist(row.grade.split('|').any(|one| one == grade), format!("grade {grade} of {first}, not {}", row.grade));
    let causes: Vec<String> =
        told["tickets"][0]["causes"].as_array().into_iter().flatten().map(|cause| text(&cause["id"])).collect();
    for others in row.others.split(',').filter(|others| *others != "-") {
        let is_there = others.split('|').any(|other| causes.iter().any(|cause| cause == other));
        insist(is_there, format!("{others} is not among {causes:?}"));
    }
    let (for_people, reply) = (run(&[]), run(&["--reply"]));
    for key in row.keys.split(',').filter(|key| *key != "-") {
        for out in [&ran, &for_people, &reply] {
            insist(!out.stdout.contains(key) && !out.stderr.contains(key), "its key is printed".to_owned());
        }
    }
    wrong
}

fn assert_all(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets").join(folder);
    let wrong: Vec<String> = rows(&folder).iter().flat_map(|row| mistakes(&folder, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_first_tickets_get_their_causes_and_show_no_key() {
    assert_all("first");
}

#[test]
fn each_cause_is_found_in_its_ticket() {
    assert_all("more");
}

#[test]
fn tickets_of_other_tools_and_tempers_get_their_causes_too() {
    assert_all("varied");
}

#[test]
fn a_ticket_without_an_update_is_answered_with_four_questions() {
    let ran = caketester(["why", "-", "--reply"]).run_with_stdin("it does nothing, please help\n");
    insta::assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_ticket_is_answered_with_the_cause_the_place_and_what_to_do() {
    let ticket = "They log \"sent\" for each lead, but nothing is in the report:\n\n\
                  https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=q7RtV2mXb9LpZ4KsWc81&lead_id=9A41C07E&status=In+progress\n\n\
                  <result><code>3</code><msg>status not recognized</msg></result>\n";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets/first");
    let ran = caketester(["why", "-", "--instance", "instance.yaml"]).in_dir(&folder).run_with_stdin(ticket);
    insta::assert_snapshot!(ran.exits_with(0).page());
    let reply =
        caketester(["why", "-", "--instance", "instance.yaml", "--reply"]).in_dir(&folder).run_with_stdin(ticket);
    insta::assert_snapshot!(reply.exits_with(0).page());
}

/// A request of a ticket as it goes over the wire.
fn on_the_wire(request: &Request) -> Vec<u8> {
    let body = request.body.as_ref().map(|body| body.bytes().to_vec()).unwrap_or_default();
    let mut bytes = request.method.bytes().to_vec();
    bytes.push(b' ');
    bytes.extend_from_slice(request.target().bytes());
    bytes.extend_from_slice(b" HTTP/1.1\r\nHost: cake.example.com\r\nConnection: close\r\n");
    let framing = ["host", "connection", "content-length", "transfer-encoding", "expect", "accept-encoding"];
    for header in &request.headers {
        if !framing.contains(&&*header.name.to_ascii_lowercase()) {
            bytes.extend([header.name.as_bytes(), b": ", header.value.bytes(), b"\r\n"].concat());
        }
    }
    bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes());
    bytes.extend(body);
    bytes
}

#[test]
fn why_and_a_mock_of_the_same_instance_answer_alike() {
    let tickets = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets");
    let (mut compared, mut differ) = (0, Vec::new());
    for kind in ["first", "more", "varied"] {
        let instance =
            fs::read_to_string(tickets.join(kind).join("instance.yaml")).expect("the folder has an instance");
        let pack = folder();
        pack.write("scenarios/instance.yaml", &instance);
        pack.write("scenarios/codes/one.yaml", "title: One\nupdate: { lead_id: 5A1F0001, status: Funded }\ncode: 0\n");
        let served = caketester(["serve", "--port", "0", "--pack", "."]).in_dir(pack.path()).starts();
        let host = format!("127.0.0.1:{}", served.port());
        let no_variable = |_: &str| None;
        let instance =
            read_instance_file(&SourceFile::new("instance.yaml", instance), &no_variable).expect("it is right");
        let know = Knowledge::of_instance(instance);
        for row in rows(&tickets.join(kind)) {
            let ticket = read(&fs::read(tickets.join(kind).join(&row.file)).expect("the ticket is there"));
            for judged in diagnose(&ticket, &know).items {
                let (Some(request), Some(expected)) = (&ticket.items[judged.item].request, &judged.answer) else {
                    continue;
                };
                let answer = exchange_bytes(&host, &on_the_wire(request));
                let answer = String::from_utf8_lossy(&answer);
                let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                compared += 1;
                // HEAD is answered without a body.
                if body.trim() != expected.trim() && request.method.bytes() != b"HEAD" {
                    let target = request.target().text().into_owned();
                    differ.push(format!("{kind}/{}: {target}\n  why:  {expected}\n  mock: {answer}", row.file));
                }
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(compared > 150, "only {compared} requests were compared");
}

/// A pack on disk with one scenario, and the instance of the first tickets.
fn pack_for_tickets() -> Folder {
    let pack = folder();
    let tickets = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets");
    pack.write(
        "scenarios/instance.yaml",
        fs::read_to_string(tickets.join("first/instance.yaml")).expect("the folder has an instance"),
    );
    pack.write("scenarios/codes/one.yaml", "title: One\nupdate: { lead_id: 5A1F0001, status: Funded }\ncode: 0\n");
    pack
}

#[test]
fn each_failure_becomes_a_scenario_that_lints_and_that_a_right_client_passes() {
    let pack = pack_for_tickets();
    let tickets = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets/more");
    let mut saved = 0;
    for row in rows(&tickets) {
        let ticket = tickets.join(&row.file).display().to_string();
        let ran = caketester(["why", &ticket, "--save"]).in_dir(pack.path()).run();
        let is_none = ran.stderr.contains("no scenario can be made");
        assert!(is_none || ran.stderr.contains("and its snapshot"), "{}: {}", row.file, ran.stderr);
        saved += usize::from(!is_none);
    }
    assert!(saved > 55, "only {saved} were saved");
    caketester(["scenarios", "lint", "--pack", "."]).in_dir(pack.path()).run().exits_with(0);
    let ran = caketester(["client", "--pack", ".", "--builtin", "--only", "tickets/*"]).in_dir(pack.path()).run();
    ran.says(&format!("{saved} passed, 0 failed"));
    for name in pack.files().iter().filter(|name| name.contains("tickets")) {
        let text = pack.read(name);
        assert!(!text.contains("q7RtV2mXb9LpZ4KsWc81") && !text.contains("Zt7mQ2vX9kLp"), "{name}: {text}");
    }
}

#[test]
fn a_saved_scenario_fails_a_client_with_the_mistake_and_holds_nobodys_values() {
    let pack = pack_for_tickets();
    let query = "api_key=q7RtV2mXb9LpZ4KsWc81&lead_id=9A41C07E";
    let url = "https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus";
    let ticket = format!("{url}?{query}&status=Call+Attempt+#3&agent_notes=Jürgen+Öz,+0171+5550123\ncode 3\n");
    let ran = caketester(["why", "-", "--instance", "scenarios/instance.yaml", "--save", "."])
        .in_dir(pack.path())
        .run_with_stdin(&ticket);
    insta::assert_snapshot!(ran.exits_with(0).page());
    insta::assert_snapshot!(pack.read("scenarios/tickets/cut-at-hash.yaml"));
    let client = |encode: &str| {
        let program = format!(
            "import os, urllib.request as r, urllib.parse as p\n\
             e = os.environ\n\
             u = e['CAKE_URL'] + '?api_key=' + e['CAKE_API_KEY'] + '&lead_id=' + e['CAKE_LEAD_ID'] + '&status=' + {encode}\n\
             exit(0 if b'<code>0<' in r.urlopen(u).read() else 10)\n"
        );
        caketester([
            "client",
            "--pack",
            ".",
            "--only",
            "tickets/*",
            "--cannot",
            "fields",
            "--",
            "python3",
            "-c",
            &program,
        ])
        .in_dir(pack.path())
        .run()
    };
    client("p.quote(e['CAKE_STATUS'])").exits_with(0);
    client("e['CAKE_STATUS'].replace(' ', '+')").exits_with(1);
}

//! Tickets and their causes: each folder of tickets says in a table what has to come out.

use std::fs;
use std::path::Path;

use caketester::pack::read_instance_file;
use caketester::source::SourceFile;
use caketester::support::{Knowledge, Request, diagnose, read};
use serde_json::Value;

use crate::support::{Folder, caketester, exchange_bytes, folder, get, split_url};

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
fn tickets_of_which_support_knows_nothing_more_get_their_causes_too() {
    assert_all("heard");
}

#[test]
fn tickets_of_other_tools_and_tempers_get_their_causes_too() {
    assert_all("varied");
}

#[test]
fn code_that_handles_a_refusal_and_a_question_about_one_are_no_refusal() {
    let url = "https://leads.northgrid.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=9A41C07E&status=Sold";
    for text in [
        "code = int(root.findtext(\"code\"))\nif code == 2:\n    log.warning(\"lead not found\")\nIs it good like this? No problems so far.\n",
        "if [ \"$code\" = \"2\" ]; then echo \"Lead not found\"; fi\nWorks great.\n",
        "What does code 2 mean in the documentation?\n",
        "code 3 means unknown status, right? We have had no errors so far.\n",
        "Do we get code 2 or an HTTP error for a lead that does not exist?\n",
    ] {
        let ran = caketester(["why", "-"]).run_with_stdin(&format!("{text}{url}\n"));
        assert!(!ran.stdout.contains("code-") && !ran.stdout.contains("unknown:"), "{text}\n{}", ran.stdout);
    }
}

#[test]
fn a_template_that_somebody_asks_about_was_not_sent() {
    let url = "https://leads.northgrid.com/api/1/buyers.asmx/UpdateLeadStatus?";
    for (asked, query) in [
        (
            "Template we use, is that right for the new network too?",
            "api_key={api_key}&lead_id={lead_id}&status={status}",
        ),
        ("Is your example still current?", "api_key=YOUR_API_KEY&lead_id=LEAD_ID&status=Sold"),
    ] {
        let ran = caketester(["why", "-"]).run_with_stdin(&format!("{asked}\n{url}{query}\n"));
        assert!(!ran.stdout.contains("placeholder"), "{}", ran.stdout);
        let failed = caketester(["why", "-"]).run_with_stdin(&format!("{asked} We get code 1.\n{url}{query}\n"));
        failed.says("key-placeholder");
    }
}

#[test]
fn a_key_is_hidden_below_its_heading_and_under_a_misspelled_name() {
    for (ticket, key) in [
        ("lead_id,api_key,status,code\n5B0E2C7A,k3y9ZqW2,Sold,1\n", "k3y9ZqW2"),
        ("api_key\tlead_id\tcode\nq7Rt2-WnB8v-Xk4Lm\t5B0E2C7A\t1\n", "q7Rt2-WnB8v"),
        ("Our api key is qwmzxkvbtrplsdnhcjgf, lead 5B0E2C7A, status Sold, we get code 1\n", "qwmzxkvb"),
        ("https://h/api/1/buyers.asmx/UpdateLeadStatus?api_key={k3y9ZqW2}&lead_id=5B0E2C7A&status=Sold\n", "k3y9ZqW2"),
        ("https://h/api/1/buyers.asmx/UpdateLeadStatus?api_kye=k3y9ZqW2&lead_id=5B0E2C7A&status=Sold\n", "k3y9ZqW2"),
        (
            "https://h/api/1/buyers.asmx/UpdateLeadStatus?api_key=Sold&lead_id=5B0E2C7A&status=%71%37Rt2WnB8vXk4LmZ9sHd\n",
            "Rt2WnB8v",
        ),
    ] {
        for options in [&[][..], &["--reply"], &["--format", "json"]] {
            let ran = caketester(["why", "-"]).args(options.iter().copied()).run_with_stdin(ticket);
            ran.never_says(key);
        }
    }
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

#[test]
fn nothing_is_promised_for_a_key_that_no_buyer_has() {
    let ticket = "What is wrong?\nHEAD /api/1/buyers.asmx/UpdateLeadStatus?api_key=NobodysKey77x&lead_id=9A41C07E&status=Funded HTTP/1.1\n\
                  Host: track.northgrid.example.com\n\nHTTP/1.1 500 Internal Server Error\n\n";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets/first");
    let run =
        |options: &[&str]| caketester(["why", "-", "--reply"]).args(options).in_dir(&folder).run_with_stdin(ticket);
    let known = run(&["--instance", "instance.yaml"]);
    known.exits_with(0).says("send a GET").says("none of our buyers has this API key");
    known.never_says("Then send").never_says("new key");
    run(&[]).exits_with(0).says("Then send the update again").says("We will send you a new key");
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
    assert!(compared > 140, "only {compared} requests were compared");
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
            "import json, os, urllib.request as r, urllib.parse as p\n\
             e = os.environ\n\
             u = e['CAKE_URL'] + '?api_key=' + e['CAKE_API_KEY'] + '&lead_id=' + e['CAKE_LEAD_ID'] + '&status=' + {encode}\n\
             u += ''.join('&' + n + '=' + p.quote(v) for n, v in json.loads(e.get('CAKE_FIELDS') or '{{}}').items())\n\
             exit(0 if b'<code>0<' in r.urlopen(u).read() else 10)\n"
        );
        caketester(["client", "--pack", ".", "--only", "tickets/*", "--", "python3", "-c", &program])
            .in_dir(pack.path())
            .run()
    };
    client("p.quote(e['CAKE_STATUS'])").exits_with(0);
    client("e['CAKE_STATUS'].replace(' ', '+')").exits_with(1);
}

/// A log of IIS with this many requests of three buyers, one of which leaves the status out.
fn long_log(requests: u32) -> String {
    let mut log = String::from("#Fields: date time c-ip cs(User-Agent) cs-method cs-uri-stem cs-uri-query sc-status\n");
    for at in 0..requests {
        let (minute, second) = (at / 60 % 60, at % 60);
        let status = if at % 3 == 2 { "" } else { "Funded" };
        let line = format!(
            "2026-10-{:02} 07:{minute:02}:{second:02} 192.0.2.{} job/{} GET /api/1/buyers.asmx/UpdateLeadStatus api_key=q7RtV2mXb9LpZ4KsWc8{}&lead_id={:08X}&status={status} 200\n",
            1 + at / 3600,
            at % 3,
            at % 3,
            at % 3,
            0x9A41_0000_u32 + at
        );
        log.push_str(&line);
    }
    log
}

#[test]
fn a_long_log_is_counted_by_cause_and_by_sender_from_a_file_or_a_pipe() {
    let folder = folder();
    let log = long_log(4_000);
    folder.write("u_ex.log", &log);
    let ran = caketester(["why", "u_ex.log"]).in_dir(folder.path()).run();
    insta::assert_snapshot!(ran.exits_with(0).page());
    let piped = caketester(["why", "-"]).in_dir(folder.path()).run_with_stdin(&log);
    assert_eq!(piped.stdout, ran.stdout);
    let replies = caketester(["why", "u_ex.log", "--reply"]).in_dir(folder.path()).run();
    insta::assert_snapshot!(replies.exits_with(0).page());
    let told = caketester(["why", "u_ex.log", "--format", "json"]).in_dir(folder.path()).run();
    let told: Value = serde_json::from_str(&told.stdout).expect("it is JSON");
    assert_eq!((&told["log"]["requests"], &told["log"]["right"]), (&4_000.into(), &2_667.into()));
    assert_eq!(told["log"]["causes"][0]["count"], 1_333);
    assert!(!format!("{ran:?}{replies:?}{told}").contains("q7RtV2mXb9LpZ4KsWc8"));
}

#[test]
fn a_very_long_line_of_a_log_is_told_and_the_lines_below_it_are_read() {
    let folder = folder();
    let log = long_log(4_000);
    let at = log.find("&lead_id=9A410BB8").expect("the log has it");
    let (before, behind) = log.split_at(at);
    let padded = format!("{before}&note={}{behind}", "a".repeat(2_000_000));
    let why = |log: &str, arguments: &[&str]| {
        folder.write("u_ex.log", log);
        caketester([&["why", "u_ex.log"], arguments].concat()).in_dir(folder.path()).run()
    };
    assert_eq!(why(&log, &[]).stderr, "");
    let cut = why(&padded, &[]);
    assert_eq!(cut.stderr, "note: only the first 256 KiB were read of 1 very long line\n");
    // As far as it was read it is a request all the same, and no line is counted twice.
    let counted = ["4000 requests for CAKE in 4001 lines", "first in line 3002: the query has 262068 characters"];
    assert!(counted.iter().all(|told| cut.stdout.contains(told)), "{}", cut.stdout);
    // The line behind it is still a line of its own.
    let one = why(&padded, &["--lead", "9A410BB9"]);
    assert!(one.stdout.contains("1 request, 1 answer"), "{}", one.stdout);
}

#[test]
fn a_log_is_narrowed_to_a_lead_or_to_the_time_since() {
    let folder = folder();
    folder.write("u_ex.log", long_log(4_000));
    let ran =
        |arguments: &[&str]| caketester([&["why", "u_ex.log"], arguments].concat()).in_dir(folder.path()).run().page();
    insta::assert_snapshot!(ran(&["--lead", "9a410002"]));
    insta::assert_snapshot!(ran(&["--lead", "11111111"]));
    insta::assert_snapshot!(ran(&["--since", "2026-10-02 07:06"]));
    caketester(["why", "u_ex.log", "--since", "yesterday"]).in_dir(folder.path()).run().exits_with(2);
}

#[test]
fn the_log_of_serve_is_read_in_both_forms() {
    for form in ["text", "json"] {
        let mut served = caketester(["serve", "--port", "0", "--log", form]).starts();
        get(&format!("{}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=funded", served.url()));
        let log = served.logs("UpdateLeadStatus");
        served.ends_on("TERM");
        let ran = caketester(["why", "-", "--format", "json"]).run_with_stdin(&log);
        let told: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        assert_eq!(told["first"]["forms"], serde_json::json!(["journal"]), "{log}");
        assert_eq!(told["tickets"][0]["got"], "code 3", "{log}");
        assert_eq!(told["first"]["id"], "status-case", "{log}");
    }
}

#[test]
fn the_right_key_is_asked_for_and_shown_nowhere() {
    let folder = folder();
    let url = "https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=Gx5Pd1Wm7&lead_id=9A41C07E&status=Funded\ncode 1\n";
    folder.write("ticket.txt", url);
    let ran = caketester(["why", "ticket.txt", "--key"]).in_dir(folder.path()).run_with_stdin("Gx5Pd1Wm7u\n");
    insta::assert_snapshot!(ran.exits_with(0).page());
    let none = caketester(["why", "ticket.txt", "--key"]).in_dir(folder.path()).run_with_stdin("");
    none.exits_with(2).complains("there is no key");
}

#[cfg(target_os = "linux")]
#[test]
fn the_ticket_is_read_from_the_clipboard_and_the_reply_put_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let program =
        folder.write("bin/xclip", "#!/bin/sh\ncase \"$*\" in *-out*) cat ticket.txt;; *) cat > copied.txt;; esac\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
    folder.write("ticket.txt", "it does nothing, please help\n");
    let path = format!("{}:/usr/bin:/bin", folder.at("bin").display());
    let ran = caketester(["why", "--clipboard", "--reply"]).in_dir(folder.path()).env("PATH", &path).run();
    ran.exits_with(1).complains("the reply is in the clipboard");
    assert_eq!(folder.read("copied.txt"), ran.stdout);
    let none = caketester(["why", "--clipboard"]).in_dir(folder.path()).env("PATH", "").run();
    none.exits_with(2).complains("xclip");
}

#[test]
fn a_page_takes_a_ticket_and_answers_without_its_key() {
    let mut running = caketester(["why", "--page"]).env("PATH", "").begins();
    let url = running.says("http://127.0.0.1:");
    let (host, path) = split_url(url.trim());
    let key = "q7RtV2mXb9LpZ4KsWc81";
    let ticket = format!(
        "https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key={key}&lead_id=9A41C07E&status="
    );
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("ticket", &ticket).finish();
    let post = |host_name: &str, path: &str| {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {host_name}\r\nConnection: close\r\nContent-Length: {}", body.len());
        String::from_utf8_lossy(&exchange_bytes(host, format!("{head}\r\n\r\n{body}").as_bytes())).into_owned()
    };
    let answer = post(host, path);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("CERTAIN  status-empty"), "{answer}");
    assert!(answer.contains("Kind regards") && !answer.contains(key), "{answer}");
    for (host_name, path) in [("evil.example", path), (host, "/"), (host, "/0000")] {
        let answer = post(host_name, path);
        assert!(answer.starts_with("HTTP/1.1 404") && !answer.contains("status-empty"), "{answer}");
    }
    assert!(get(url.trim()).body.contains("<textarea"));
    running.ends_on("TERM").exits_with(0);
}

#[test]
fn what_is_not_there_is_said_and_what_looks_like_a_key_is_not_repeated() {
    let ran = caketester(["why", "-"]).run_with_stdin(" \n");
    ran.exits_with(2).complains("the ticket is empty");
    let ran = caketester(["why", "q7RtV2mXb9LpZ4KsWc81"]).run();
    ran.exits_with(2).complains("cannot read ***");
}

#[test]
fn a_list_of_statuses_that_is_something_else_is_refused() {
    let pack = pack_for_tickets();
    for (text, complaint) in [
        ("Funded\nhttps://h.example/p?api_key=K\n", "line 2 of list.txt is not a status"),
        ("<result><code>3</code></result>", "line 1 of list.txt is not a status"),
        ("\n\n", "has no statuses"),
    ] {
        pack.write("list.txt", text);
        let ran = caketester(["why", "https://h/p?status=a", "--statuses", "list.txt"]).in_dir(pack.path()).run();
        ran.exits_with(2).complains(complaint).complains("one status a line");
    }
}

#[test]
fn a_key_in_the_place_of_another_value_is_neither_in_replies_nor_in_scenarios() {
    let key = "q7RtV2mXb9LpZ4KsWc81";
    let pack = pack_for_tickets();
    let log = long_log(3_000).replace("api_key=q7RtV2mXb9LpZ4KsWc8", "api_key=9A4107F");
    let log = log.replace("lead_id=", &format!("lead_id={key}"));
    pack.write("swapped.log", log);
    let replies = caketester(["why", "swapped.log", "--reply"]).in_dir(pack.path()).run();
    replies.exits_with(0).says("whose first lead is").never_says("q7RtV2mXb9LpZ4KsWc8");
    let url = "https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus";
    for plain in ["pX7-q2.Lm~9Rz", "5b0c1d2e-77aa-4c3b-9f00-aabbccddeeff", "12345678901"] {
        let ticket = format!("{url}?api_key=9A41C07E&lead_id={plain}&status=Funded\ncode 1\n");
        for options in [&["why", "-"][..], &["why", "-", "--reply"], &["why", "-", "--format", "json"]] {
            caketester(options).run_with_stdin(&ticket).exits_with(0).never_says(plain);
        }
    }
    let ticket = format!("{url}?api_key=9A41C07E&lead_id=9A41C07E&status={key}\ncode 3\n");
    caketester(["why", "-", "--save", "."]).in_dir(pack.path()).run_with_stdin(&ticket).exits_with(0).never_says(key);
    for name in pack.files().iter().filter(|name| name.contains("tickets")) {
        assert!(!pack.read(name).contains(key), "{name}: {}", pack.read(name));
    }
}

#[test]
fn a_key_in_braces_in_a_column_or_without_its_name_is_shown_nowhere() {
    const GUID: &str = "3f2a9c1e-77b4-4d0a-9e55-a0b1c2d3e4f5";
    let url = "https://leads.northgrid.com/api/1/buyers.asmx/UpdateLeadStatus";
    for ticket in [
        format!(
            "api_key                               lead_id  status    code msg\n-------                               -------  ------    ---- ---\n{GUID}  A81F22C0 Contacted 1    Invalid API Key"
        ),
        format!("C:\\>curl \"{url}\" ^\nMore? -G -d api_key=^\nMore? {{{GUID}}} ^\nMore? -d lead_id=A81F22C0"),
        format!("key={{{GUID}}} lead=A81F22C0 code=1"),
        format!("curl '{url}?lead_id=A81F22C0&status=Contacted' # KEY={{{GUID}}}"),
        format!("** (Cake.Error) %{{api_key: \"{{{GUID}}}\", lead_id: \"A81F22C0\"}} timed out calling {url}"),
        format!(
            "{url}?api_key={{{GUID}}}&lead_id=A81F22C0&status=Sold\n{url}?api_key=x&lead_id={{{GUID}}}&status={{{GUID}}}"
        ),
        format!("{url}?{GUID}&lead_id=A81F22C0&status=Sold -> code 1"),
    ] {
        for more in [&[][..], &["--reply"], &["--format", "json"]] {
            let ran = caketester(["why", "-"].into_iter().chain(more.iter().copied())).run_with_stdin(&ticket);
            let out = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
            assert!(!out.contains("3f2a9c1e") && !out.contains("a0b1c2d3e4f5"), "{ticket}\n{out}");
        }
    }
}

#[test]
fn an_exception_is_about_the_call_right_above_it() {
    let url = "https://leads.northgrid.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=";
    let ticket = format!(
        "2026-01-15 10:00:00 calling {url}9A41C07E&status=Fundedd\n2026-01-15 10:00:01 answer with code 3\n2026-01-15 10:00:02 calling {url}F0E41C8D&status=Funded\n2026-01-15 10:00:05 java.net.SocketTimeoutException: Read timed out"
    );
    let ran = caketester(["why", "-"]).run_with_stdin(&ticket);
    ran.says("F0E41C8D      timeout").never_says("9A41C07E      timeout");
}

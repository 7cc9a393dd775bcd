//! `caketester serve` from outside: what it answers, what it logs, how it begins and how it ends.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::support::page::assert_snapshot;
use crate::support::{HttpAnswer, Running, caketester, exported_pack, folder, get};
use caketester::mock::{Limits, Mock, Options, Seen};
use caketester::pack::{Entry, Origin, World, Worlds, expected_answers, load, request_for};
use caketester::protocol::{Code, Delivery};
use caketester::scenario::Step;

const METHOD: &str = "/api/1/buyers.asmx/UpdateLeadStatus";
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
/// No test waits for this long; one that has to is broken.
const PATIENCE: Duration = Duration::from_mins(1);

fn serve() -> Running {
    caketester(["serve", "--port", "0"]).starts()
}

/// What the sample's buyer is answered when it reports this of a lead.
fn update(served: &Running, query: &str) -> HttpAnswer {
    get(&format!("{}?api_key=BuyerAPIKeyHere&{query}", served.url()))
}

fn connect(served: &Running) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
    stream
}

/// Sends these bytes, as far as they are taken, and reads to the end.
fn send(served: &Running, bytes: &[u8]) -> String {
    let mut stream = connect(served);
    // A server may refuse before it has read everything, and a reset then counts as the end.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends a request with a body that is whole, and reads the answer.
fn request(served: &Running, method: &str, target: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    send(served, &[head.as_bytes(), body.as_bytes()].concat())
}

/// Sends a GET, reads its answer, and leaves the connection open.
fn ask(stream: &mut TcpStream, target: &str) -> String {
    // In one piece: small pieces would wait for each other's acknowledgements.
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the request is taken");
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&answer) {
        let read = stream.read(&mut chunk).expect("the answer arrives");
        assert!(read > 0, "the answer breaks off: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whether a head is there, and as many bytes of body as it announces.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]);
    if ["HTTP/1.1 204 ", "HTTP/1.1 304 "].iter().any(|status| head.starts_with(status)) {
        // There is nothing to count.
        return answer.len() == end + 4;
    }
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    length.unwrap_or_else(|| panic!("no length: {head}")).parse() == Ok(answer.len() - end - 4)
}

#[track_caller]
fn assert_still_serves(served: &Running) {
    let answer = update(served, "lead_id=C8097F17&status=Funded");
    assert_eq!(answer.body, SUCCESS);
}

#[test]
fn the_sample_request_of_the_documentation_gets_the_documented_answer_byte_for_byte() {
    let served = serve();
    let answer = get(&format!(
        "{}{METHOD}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&sub_status=Full+Payment&loan_amount=25000",
        served.base_url()
    ));
    assert_eq!(answer.body, SUCCESS);
    let head = answer.head.split_once("\r\nDate: ").unwrap().0.replace("\r\n", "\n");
    insta::assert_snapshot!(head, @r"
    HTTP/1.1 200 OK
    Cache-Control: private, max-age=0
    Content-Type: text/xml; charset=utf-8
    X-AspNet-Version: 4.0.30319
    X-Powered-By: ASP.NET
    Connection: close
    Content-Length: 56
    ");
}

#[test]
fn the_magic_leads_of_the_standard_pack_get_each_code_for_the_same_right_request() {
    let served = serve();
    let answers = ["5A1E0000", "5A1E0002", "5A1E0005", "5A1E0008", "5A1E0012"]
        .map(|lead| update(&served, &format!("lead_id={lead}&status=Funded")).body);
    insta::assert_snapshot!(answers.join("\n"), @"
    <result>
      <code>0</code>
      <msg>success</msg>
    </result>
    <result>
      <code>1</code>
      <msg>invalid api key</msg>
    </result>
    <result>
      <code>2</code>
      <msg>lead id not found</msg>
    </result>
    <result>
      <code>3</code>
      <msg>status not recognized</msg>
    </result>
    <result>
      <code>4</code>
      <msg>lead statuses not enabled</msg>
    </result>
    ");
}

#[test]
fn a_wrong_request_to_the_plain_instance_gets_the_code_of_the_first_check_that_fails() {
    let served = serve();
    let code = |query: &str| {
        let body = get(&format!("{}?{query}", served.url())).body;
        body.split_once("<code>").and_then(|(_, rest)| rest.split_once("</code>")).map(|(code, _)| code.to_owned())
    };
    for (query, expected) in [
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded", "0"),
        ("api_key=NobodysKey&lead_id=C8097F17&status=Funded", "1"),
        ("api_key=buyerapikeyhere&lead_id=C8097F17&status=Funded", "1"),
        ("api_key=&lead_id=C8097F17&status=Funded", "1"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F18&status=Funded", "2"),
        ("api_key=BuyerAPIKeyHere&lead_id=c8097f17&status=Funded", "2"),
        ("api_key=R4TN8W2YH6JC0VSD&lead_id=C8097F17&status=Funded", "2"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=funded", "3"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=", "3"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&status=Funded", "3"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&sub_status=Nonsense", "3"),
        ("api_key=NobodysKey&lead_id=nowhere&status=nonsense", "1"),
        ("api_key=BuyerAPIKeyHere&lead_id=nowhere&status=nonsense", "2"),
    ] {
        assert_eq!(code(query).as_deref(), Some(expected), "{query}");
    }
}

#[test]
fn an_instance_without_lead_statuses_answers_code_4_to_everybody() {
    let pack = crate::support::folder();
    pack.write(
        "scenarios/instance.yaml",
        "enabled: false\nbuyers: [{ name: A, key: BuyerAPIKeyHere }]\nstatuses: [{ name: Funded }]\n\
         leads: [{ id: C8097F17 }]\nsample: { lead_id: C8097F17, status: Funded }\n",
    );
    let served = caketester(["serve", "--port", "0", "--pack"]).arg(pack.path()).starts();
    assert_eq!(served.ready["scenarios"], 0);
    let body = update(&served, "lead_id=C8097F17&status=Funded").body;
    assert_eq!(body, "<result>\n  <code>4</code>\n  <msg>lead statuses not enabled</msg>\n</result>");
}

#[test]
fn one_server_replays_every_scenario_of_the_pack_told_apart_by_lead() {
    let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
    let served = serve();
    let mut stream = connect(&served);
    let mut count = 0;
    // What only a mock can do has tests of its own.
    let whole = |entry: &&Entry| !entry.scenario.steps.iter().any(Step::needs_a_mock);
    for entry in pack.entries.iter().filter(whole) {
        for expected in expected_answers(&pack, entry) {
            let answer = ask(&mut stream, &request_for(&expected.step.update, &pack.key).target);
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert_eq!(body, expected.reply.answer.text(), "{}", entry.scenario.id);
            let status = format!("HTTP/1.1 {} ", expected.reply.answer.http_status);
            assert!(head.starts_with(&status), "{}: {head}", entry.scenario.id);
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_lead_finds_its_scenario_in_any_letter_case_and_with_spaces_around_it_but_is_matched_exactly() {
    let mut served = serve();
    let mut log = String::new();
    for sent in ["5a1e0000", "+5A1E0000+"] {
        let answer = update(&served, &format!("lead_id={sent}&status=Funded"));
        assert!(answer.body.contains("<code>2</code>"), "{}", answer.body);
        log += &served.logs("code 2");
    }
    assert_snapshot!(log, @r#"
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5a1e0000&status=Funded -> HTTP 200 code 2: no lead "5a1e0000"; "5A1E0000" is (only the letter case differs) [codes/success]
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=+5A1E0000+&status=Funded -> HTTP 200 code 2: no lead " 5A1E0000 "; "5A1E0000" is (only the spaces around it differ) [codes/success]
    "#);
}

#[test]
fn a_missing_parameter_is_told_as_the_platform_tells_it() {
    let served = serve();
    for (query, missing) in [
        ("", "api_key"),
        ("lead_id=C8097F17&status=Funded", "api_key"),
        ("api_key&lead_id=C8097F17&status=Funded", "api_key"),
        ("api_key=BuyerAPIKeyHere&status=Funded", "lead_id"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17", "status"),
        ("api_key=BuyerAPIKeyHere&lead_id=C8097F17&sub_status=Full+Payment", "status"),
    ] {
        let answer = get(&format!("{}?{query}", served.url()));
        assert_eq!((answer.status, &*answer.body), (500, &*format!("Missing parameter: {missing}.\r\n")), "{query}");
        assert!(answer.head.contains("Content-Type: text/plain; charset=utf-8"), "{}", answer.head);
    }
}

#[test]
fn a_method_in_another_case_is_named_with_the_right_one() {
    let served = serve();
    let wrong = served.url().replace("UpdateLeadStatus", "updateleadstatus");
    let answer = get(&format!("{wrong}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded"));
    assert_eq!(answer.status, 500);
    insta::assert_snapshot!(answer.body.replace("\r\n", "\n"), @"
    Invalid method name &#39;updateleadstatus&#39;,  method names are case sensitive.   The method name &#39;UpdateLeadStatus&#39; with the same name but different casing was found.
    Parameter name: methodName
    ");
}

#[test]
fn names_that_are_no_method_and_paths_that_are_no_service_get_the_platforms_pages() {
    let served = serve();
    for (path, status, body) in [
        ("/api/1/buyers.asmx/Foo", 500, "Foo Web Service method name is not valid."),
        ("/api/1/buyers.asmx/UpdateLeadStatus/", 500, "UpdateLeadStatus/ Web Service method name is not valid."),
        ("/api/1/buyers.asmx/UpdateLeadStatus/x", 500, "UpdateLeadStatus/x Web Service method name is not valid."),
        (
            "/api/1/buyers.asmx",
            200,
            "The following operations are supported: <a href=\"buyers.asmx?op=UpdateLeadStatus\">",
        ),
        ("/api/1/leads.asmx/UpdateLeadStatus", 404, "The resource cannot be found."),
        ("/api/1/buyers.asmxUpdateLeadStatus", 404, "The resource cannot be found."),
        ("/", 404, "The resource cannot be found."),
    ] {
        let answer = get(&format!("{}{path}?api_key=BuyerAPIKeyHere", served.base_url()));
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.contains(body), "{path}: {}", answer.body);
    }
}

#[test]
fn a_form_post_is_answered_by_its_body_alone() {
    let served = serve();
    let form = "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&sub_status=Full+Payment";
    let answer = request(&served, "POST", &format!("{METHOD}?status=nonsense"), FORM, form);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(SUCCESS), "{answer}");
    let answer = request(&served, "POST", &format!("{METHOD}?{form}"), FORM, "");
    assert!(answer.ends_with("Missing parameter: api_key.\r\n"), "{answer}");
}

#[test]
fn verbs_and_content_types_that_the_method_does_not_take_are_refused_as_the_platform_does() {
    let served = serve();
    let target = format!("{METHOD}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded");
    let text = request(&served, "POST", &target, "Content-Type: text/plain\r\n", "{}");
    assert!(
        text.starts_with("HTTP/1.1 500 ") && text.ends_with("Request format is invalid: text/plain.\r\n"),
        "{text}"
    );
    let head = request(&served, "HEAD", &target, "", "");
    assert!(head.starts_with("HTTP/1.1 500 ") && head.ends_with("\r\n\r\n"), "{head}");
    for verb in ["PUT", "DELETE"] {
        let answer = request(&served, verb, &target, "", "");
        assert!(
            answer.starts_with("HTTP/1.1 405 ") && answer.contains("verb used to access this page is not allowed"),
            "{answer}"
        );
    }
}

#[test]
fn the_ready_line_is_one_line_of_json_and_the_ready_file_holds_it_until_the_end() {
    let folder = folder();
    let file = folder.at("run/ready.json");
    let served = caketester(["serve", "--port", "0", "--ready-file"]).arg(&file).starts();
    let ready = served.ready.clone();
    assert_eq!(ready["event"], "ready");
    assert_eq!(ready["base_url"], format!("http://127.0.0.1:{}", ready["port"]));
    assert_eq!(ready["url"], format!("http://127.0.0.1:{}{METHOD}", ready["port"]));
    assert_eq!(ready["pack"], "standard");
    let told = std::fs::read_to_string(&file).unwrap();
    assert_still_serves(&served);
    // The signal goes to the process that the line names.
    assert!(crate::support::send_signal(served.pid(), "TERM"));
    let ran = served.ends_on("TERM");
    assert_eq!(ran.exits_with(0).stdout, told);
    assert_eq!(told.lines().count(), 1);
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn both_signals_end_it_cleanly_although_a_connection_idles_and_another_is_half_way() {
    let mut pages = String::new();
    for signal in ["INT", "TERM"] {
        let served = serve();
        let mut idle = connect(&served);
        ask(&mut idle, METHOD);
        let mut half_way = connect(&served);
        half_way.write_all(b"GET /api/1/buyers.asmx/Upd").unwrap();
        let started = Instant::now();
        let ran = served.ends_on(signal);
        pages += &ran.exits_with(0).page();
        assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
    }
    assert_snapshot!(pages, @r#"
    $ caketester serve --port 0
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus -> HTTP 500 code -: the parameter api_key was not sent
    stopped after 1 request
    $ caketester serve --port 0
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus -> HTTP 500 code -: the parameter api_key was not sent
    stopped after 1 request
    "#);
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = folder();
    let ran = caketester(["serve", "--port", &port, "--ready-file"]).arg(folder.at("ready")).run();
    assert_snapshot!(ran.exits_with(3).page(), @r"
    $ caketester serve --port [PORT] --ready-file [DIR]/ready
    exit code 3
    --- stderr
    error: cannot listen on 127.0.0.1:[PORT]: [OS ERROR]
      help: is another program using the port? `--port 0` takes a free one
    ");
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn every_request_is_logged_with_its_code_and_why_and_without_its_key() {
    let mut served = serve();
    update(&served, "lead_id=C8097F17&status=Funded&colour=blue");
    update(&served, "lead_id=C8097F17&status=funded");
    get(&format!("{}?API_KEY=SomebodysRealKey&lead_id=5A1E0000&status=Funded", served.url()));
    get(&format!("{}?api%5Fkey=SomebodysRealKey&lead_id=5A1E0000&status=Funded", served.url()));
    get(&format!("{}/nothing", served.base_url()));
    served.logs("/nothing");
    let log = served.ends_on("TERM").stderr;
    let without_times: String =
        log.lines().map(|line| line.split_once("Z ").map_or(line, |(_, rest)| rest).to_owned() + "\n").collect();
    insta::assert_snapshot!(without_times, @r#"
    GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded&colour=blue -> HTTP 200 code 0: every check passed; ignored, as no configured field: colour
    GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=funded -> HTTP 200 code 3: status "funded" is not configured; "Funded" is (only the letter case differs)
    GET /api/1/buyers.asmx/UpdateLeadStatus?API_KEY=***&lead_id=5A1E0000&status=Funded -> HTTP 200 code 1: no buyer has this API key (16 characters) [codes/success]
    GET /api/1/buyers.asmx/UpdateLeadStatus?api%5Fkey=***&lead_id=5A1E0000&status=Funded -> HTTP 200 code 1: no buyer has this API key (16 characters) [codes/success]
    GET /nothing -> HTTP 404 code -: no service at /nothing
    stopped after 5 requests
    "#);
}

#[test]
fn a_client_that_goes_away_before_the_answer_is_noticed() {
    let served = serve();
    let mut stream = connect(&served);
    write!(stream, "GET {METHOD}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded HTTP/1.1\r\n").unwrap();
    drop(stream);
    assert_still_serves(&served);
    let ran = served.ends_on("TERM");
    assert_snapshot!(ran.exits_with(0).page(), @r#"
    $ caketester serve --port 0
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 400 code -: this is no HTTP request: connection closed before message completed (the client did not take the answer)
    stopped after 2 requests
    "#);
}

#[test]
fn garbage_and_half_a_request_disturb_nobody() {
    let served = serve();
    for garbage in
        [&b"\x00\x01\x02\xff\xfe\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n\r\n\r\n", b"GET"]
    {
        send(&served, garbage);
        assert_still_serves(&served);
    }
    let mut half_way = connect(&served);
    half_way.write_all(format!("GET {METHOD} HTTP/1.1\r\nHost: loc").as_bytes()).unwrap();
    assert_still_serves(&served);
}

#[test]
fn requests_sent_without_waiting_are_answered_in_turn() {
    let served = serve();
    let one = |lead: &str, rest: &str| {
        format!("GET {METHOD}?api_key=BuyerAPIKeyHere&lead_id={lead}&status=Funded HTTP/1.1\r\nHost: x\r\n{rest}\r\n")
    };
    let all =
        one("5A1E0000", "") + &one("5A1E0005", "") + &one("5A1E0008", "") + &one("C8097F17", "Connection: close\r\n");
    let answers = send(&served, all.as_bytes());
    let codes: Vec<&str> = answers.split("<code>").skip(1).map(|rest| &rest[..1]).collect();
    assert_eq!(codes, ["0", "2", "3", "0"]);
}

#[test]
fn a_target_that_is_no_text_is_refused_and_the_next_request_is_answered() {
    let served = serve();
    let mut request = format!("GET {METHOD}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=").into_bytes();
    request.extend(b"\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = send(&served, &request);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_still_serves(&served);
}

#[test]
fn a_header_line_of_100_kilobytes_is_refused_and_told_and_one_of_15_is_taken() {
    let mut served = serve();
    let target = format!("{METHOD}?api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded");
    let long = request(&served, "GET", &target, &format!("X-Padding: {}\r\n", "a".repeat(15 * 1024)), "");
    assert!(long.ends_with(SUCCESS), "{long}");
    let longer = request(&served, "GET", &target, &format!("X-Padding: {}\r\n", "a".repeat(100 * 1024)), "");
    assert!(longer.starts_with("HTTP/1.1 431 "), "{longer}");
    assert_snapshot!(served.logs("HTTP 431"));
    assert_still_serves(&served);
}

#[test]
fn a_form_of_a_megabyte_is_refused_with_the_limit_and_the_next_request_is_answered() {
    let mut served = serve();
    let form = format!("api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&note={}", "a".repeat(1024 * 1024));
    let answer = request(&served, "POST", METHOD, FORM, &form);
    // The refusal may be lost in the reset of a connection on which the rest of the form is still under way.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_snapshot!(served.logs("HTTP 413"), @r"[TIMESTAMP] POST /api/1/buyers.asmx/UpdateLeadStatus -> HTTP 413 code -: the form is too large: the limit is 65536 bytes");
    assert_still_serves(&served);
}

#[test]
fn twelve_thousand_updates_of_one_lead_over_eight_connections_are_all_answered_and_counted_once() {
    const THREADS: usize = 8;
    const EACH: usize = 1_500;
    const KEPT: usize = 1_000;
    let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
    let world = Arc::new(World::plain(pack.instance.clone()));
    let answered = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&answered);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let kept = runtime.block_on(async {
        let watcher = Box::new(move |seen: Seen| {
            let Seen::Exchange(exchange) = seen else { return };
            if exchange.code == Some(Code::SUCCESS) && exchange.delivery == Delivery::Delivered {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let worlds = Worlds::only(Arc::clone(&world));
        let limits = Limits { journal_entries: KEPT, ..Limits::default() };
        let options = Options { limits, watcher: Some(watcher), ..Options::default() };
        let mock = Mock::start(free_port, worlds, options).await.unwrap();
        let address = mock.address();
        let target = request_for(&pack.sample, &pack.key).target;
        let senders: Vec<_> = (0..THREADS)
            .map(|_| {
                let target = target.clone();
                tokio::task::spawn_blocking(move || {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    (0..EACH).for_each(|_| assert!(ask(&mut stream, &target).ends_with(SUCCESS)));
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        mock.finish().await
    });
    let counted = world.ledger().count(&pack.sample.lead_id).unwrap().load(Ordering::Relaxed);
    assert_eq!(counted, (THREADS * EACH) as u64);
    assert_eq!(answered.load(Ordering::Relaxed), (THREADS * EACH) as u64);
    assert_eq!((kept.exchanges().len(), kept.total()), (KEPT, (THREADS * EACH) as u64));
}

#[test]
fn a_network_that_changes_on_disk_is_reloaded_too() {
    let pack = exported_pack();
    let network = "names: { Funded: Closed - Paid }\n";
    pack.write("networks/northgrid.yaml", network);
    let options = ["serve", "--port", "0", "--reload", "--network", "northgrid", "--pack", "."];
    let mut served = caketester(options).in_dir(pack.path()).starts();
    let code = |served: &Running, status: &str| update(served, &format!("lead_id=C8097F17&status={status}")).body;
    assert!(code(&served, "Closed+-+Paid").contains("<code>0</code>"));
    pack.write("networks/northgrid.yaml", "names: { Funded: Won }\n");
    served.logs("reloaded: ");
    assert!(code(&served, "Won").contains("<code>0</code>"));
    served.ends_on("TERM").exits_with(0);
}

#[cfg(unix)]
#[test]
fn being_asked_to_end_ends_it_at_once_however_long_a_changed_pack_takes_to_read() {
    let pack = exported_pack();
    let settings = pack.write("caketester.yaml", "client: { name: Acme }\n");
    let ready = pack.at("ready");
    let served = caketester(["serve", "--port", "0", "--reload", "--pack", ".", "--ready-file", "ready"])
        .in_dir(pack.path())
        .starts();
    // From here on its settings take as long to read as this test likes.
    std::fs::remove_file(&settings).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&settings).status().unwrap().success());
    pack.edit("scenarios/codes/success.yaml", "title: ", "title: Changed. ");
    // This waits until it reads them.
    let _unfinished = std::fs::File::options().write(true).open(&settings).unwrap();
    let ran = served.ends_on("TERM");
    ran.exits_with(0).complains("stopped after 0 requests").never_says("reloaded");
    assert!(!ready.exists(), "it took its ready file away");
}

#[test]
fn it_listens_where_it_is_told_to_for_a_container_everywhere() {
    let served = caketester(["serve", "--port", "0", "--bind", "0.0.0.0"]).starts();
    assert!(served.base_url().starts_with("http://0.0.0.0:"), "{}", served.base_url());
    // Every address of this network is this machine's.
    let mut stream = TcpStream::connect((Ipv4Addr::new(127, 0, 0, 2), served.port())).unwrap();
    write!(stream, "GET {METHOD} HTTP/1.0\r\n\r\n").unwrap();
    assert!(stream.read(&mut [0; 9]).is_ok_and(|read| read == 9));
}

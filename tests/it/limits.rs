//! The bounds of `caketester serve`: each can be set, who goes beyond one is refused or waits, everybody else is served on, and
//! what is dropped is told.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

use crate::support::page::assert_snapshot;
use crate::support::{Running, caketester, exported_pack, get};
use caketester::mock::Limits;
use tokio::net::TcpSocket;

const METHOD: &str = "/api/1/buyers.asmx/UpdateLeadStatus";
const GOOD: &str = "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded";
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
/// No test waits for this long; one that has to is broken.
const PATIENCE: Duration = Duration::from_mins(1);

fn serve_with(limits: &[&str]) -> Running {
    caketester(["serve", "--port", "0"]).args(limits).starts()
}

fn connect(served: &Running) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
    stream
}

/// Little is under way on such a connection, and the rest waits.
fn connect_with_small_buffers(served: &Running) -> TcpStream {
    let address = (Ipv4Addr::LOCALHOST, served.port()).into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    let connected = runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        socket.set_send_buffer_size(4096)?;
        socket.connect(address).await?.into_std()
    });
    let stream = connected.expect("it listens");
    stream.set_nonblocking(false).expect("a socket can block");
    stream
}

fn good_request() -> String {
    format!("GET {METHOD}?{GOOD} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// Reads the answer to a good request, which ends like every success.
fn success(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !answer.ends_with(SUCCESS.as_bytes()) {
        let read = stream.read(&mut chunk).expect("an answer arrives");
        assert!(read > 0, "no success: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&chunk[..read]);
    }
}

fn ask(stream: &mut TcpStream) {
    stream.write_all(good_request().as_bytes()).expect("the request is taken");
    success(stream);
}

/// Sends bytes and reads until the mock closes.
fn send(served: &Running, bytes: &[u8]) -> String {
    let mut stream = connect(served);
    stream.write_all(bytes).expect("the request is taken");
    stream.shutdown(Shutdown::Write).expect("it is open");
    to_the_end(&mut stream)
}

fn to_the_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the mock closes");
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn assert_still_serves(served: &Running) {
    assert_eq!(get(&format!("{}?{GOOD}", served.url())).body, SUCCESS);
}

#[test]
fn one_connection_too_many_takes_the_place_of_the_longest_idle_one() {
    // No connection is closed for its patience in this test's time.
    let served = serve_with(&["--max-connections", "3", "--patience", "600"]);
    let [mut longest_idle, mut busy, mut idle] = [(); 3].map(|()| connect(&served));
    ask(&mut longest_idle);
    busy.write_all(&good_request().as_bytes()[..20]).unwrap();
    ask(&mut idle);
    let mut further = connect(&served);
    ask(&mut further);
    assert_eq!(to_the_end(&mut longest_idle), "");
    // Nobody else has lost anything, half a request included.
    busy.write_all(&good_request().as_bytes()[20..]).unwrap();
    success(&mut busy);
    ask(&mut idle);
}

#[test]
fn connections_over_which_nothing_was_ever_sent_make_room_too() {
    let served = serve_with(&["--max-connections", "2", "--patience", "600"]);
    let mut silent = [(); 2].map(|()| connect(&served));
    assert_still_serves(&served);
    assert_eq!(to_the_end(&mut silent[0]), "");
}

#[test]
fn where_none_is_idle_one_connection_too_many_waits_until_another_ends() {
    let served = serve_with(&["--max-connections", "1", "--patience", "600"]);
    let mut busy = connect(&served);
    ask(&mut busy);
    busy.write_all(&good_request().as_bytes()[..20]).unwrap();
    let mut second = connect(&served);
    second.write_all(good_request().as_bytes()).unwrap();
    second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let read = second.read(&mut [0]);
    assert!(matches!(read.map_err(|error| error.kind()), Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)));
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    drop(busy);
    success(&mut second);
}

#[test]
fn a_head_may_be_as_long_as_it_is_said_and_no_longer() {
    let head = |length: usize| {
        let start = format!("GET {METHOD}?{GOOD} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Padding: ");
        format!("{start}{}\r\n\r\n", "a".repeat(length - start.len() - 4))
    };
    let mut narrow = serve_with(&["--max-head", "8192"]);
    assert!(send(&narrow, head(8_000).as_bytes()).ends_with(SUCCESS));
    let refused = send(&narrow, head(9_000).as_bytes());
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    // What is left unread of a head does not cost the client its answer.
    let refused = send(&narrow, head(300_000).as_bytes());
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert_snapshot!(narrow.logs("HTTP 431"), @r"[TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 431 code -: this is no HTTP request: message head is too large");
    assert_still_serves(&narrow);
    let wide = serve_with(&["--max-head", "16384"]);
    assert!(send(&wide, head(9_000).as_bytes()).ends_with(SUCCESS));
    // Whatever the mock takes, IIS takes 16,384 bytes.
    let wider = serve_with(&["--max-head", "65536"]);
    assert!(send(&wider, head(16_384).as_bytes()).ends_with(SUCCESS));
    let refused = send(&wider, head(16_385).as_bytes());
    assert!(refused.starts_with("HTTP/1.1 400 ") && refused.contains("Request Too Long"), "{refused}");
}

#[test]
fn a_form_may_be_as_long_as_it_is_said_and_no_longer() {
    let mut served = serve_with(&["--max-form", "100"]);
    let form = |length: usize| {
        let body = format!("{GOOD}&note={}", "a".repeat(length - GOOD.len() - "&note=".len()));
        let head = format!("POST {METHOD} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n");
        format!("{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}")
    };
    assert!(send(&served, form(100).as_bytes()).ends_with(SUCCESS));
    let refused = send(&served, form(101).as_bytes());
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    served.logs("the form is too large: the limit is 100 bytes");
    assert_still_serves(&served);
}

#[test]
fn an_idle_connection_is_closed_and_that_is_no_request() {
    let served = serve_with(&["--patience", "1"]);
    let mut idle = connect(&served);
    ask(&mut idle);
    assert_eq!(to_the_end(&mut idle), "");
    assert_snapshot!(served.ends_on("TERM").page(), @r#"
    $ caketester serve --port 0 --patience 1
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    stopped after 1 request
    "#);
}

#[test]
fn half_a_request_is_waited_for_no_longer_than_that_and_is_told() {
    let mut served = serve_with(&["--patience", "1"]);
    let mut slow = connect(&served);
    write!(slow, "GET {METHOD}?lead_id=C8097F17 HTTP/1.1\r\nHost: x\r\n").unwrap();
    to_the_end(&mut slow);
    assert_snapshot!(served.logs("lead_id=C8097F17"), @r"[TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?lead_id=C8097F17 -> HTTP 400 code -: this is no HTTP request: read header from client timeout (the client did not take the answer)");
    assert_still_serves(&served);
}

#[test]
fn a_form_that_does_not_come_is_waited_for_no_longer_than_that() {
    let mut served = serve_with(&["--patience", "1"]);
    let mut slow = connect(&served);
    let head = format!("POST {METHOD} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n");
    write!(slow, "{head}Content-Type: application/x-www-form-urlencoded\r\n\r\napi_").unwrap();
    let answer = to_the_end(&mut slow);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    served.logs("the form did not arrive within 1s");
    assert_still_serves(&served);
}

#[test]
fn a_client_that_takes_no_answer_is_cut_off_and_told() {
    let pack = exported_pack();
    let body = "x".repeat(1024 * 1024);
    let scenario = format!(
        "title: long\nupdate: {{ lead_id: B0A70001, status: Funded }}\nclient: unknown\nanswer: {{ body: {body} }}\n"
    );
    pack.write("scenarios/own/long.yaml", &scenario);
    let mut served =
        caketester(["serve", "--port", "0", "--patience", "1", "--pack"]).arg(pack.path()).within(PATIENCE).starts();
    let mut deaf = connect_with_small_buffers(&served);
    deaf.write_all(good_request().replace("C8097F17", "B0A70001").repeat(10).as_bytes()).unwrap();
    served.logs("(the client did not take the answer)");
    assert_still_serves(&served);
}

#[test]
fn the_journal_keeps_so_many_requests_and_tells_how_many_made_room() {
    let served = serve_with(&["--journal-entries", "2"]);
    (0..5).for_each(|_| assert_still_serves(&served));
    assert_snapshot!(served.ends_on("TERM").page(), @r#"
    $ caketester serve --port 0 --journal-entries 2
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    stopped after 5 requests; the journal kept the first and the latest, 2 in all, and dropped 3
    "#);
}

#[test]
fn the_journal_keeps_so_many_bytes_and_tells_how_many_requests_made_room() {
    let served = serve_with(&["--journal-bytes", "1"]);
    (0..3).for_each(|_| assert_still_serves(&served));
    assert_snapshot!(served.ends_on("TERM").page(), @r#"
    $ caketester serve --port 0 --journal-bytes 1
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    stopped after 3 requests; the journal kept the first and the latest, 0 in all, and dropped 3
    "#);
}

#[test]
fn the_help_tells_each_limit_with_its_unit_and_its_default() {
    let help = caketester(["serve", "--help"]).run().stdout;
    let limits = help.split_once("Limits:\n").expect("the limits stand together").1;
    let words = limits.split_whitespace().collect::<Vec<_>>().join(" ");
    let Limits { connections, head_bytes, form_bytes, patience, journal_entries, journal_bytes } = Limits::default();
    for (option, unit, default) in [
        ("--max-connections", "Maximum number of simultaneous connections", connections),
        ("--max-head", "Maximum size of the request line and headers in bytes", head_bytes),
        ("--max-form", "Maximum size of a request body in bytes", form_bytes),
        ("--patience", "How many seconds", usize::try_from(patience.as_secs()).unwrap()),
        ("--journal-entries", "How many requests", journal_entries),
        ("--journal-bytes", "How many bytes", journal_bytes),
    ] {
        let told = words.split_once(option).unwrap_or_else(|| panic!("{option} is missing")).1;
        let told = told.split_once(']').expect("a default ends it").0;
        let (_, told) = told.split_once("> ").expect("it takes a value");
        assert!(told.starts_with(unit) && told.ends_with(&format!("[default: {default}")), "{option}: {told}");
    }
}

#[test]
fn a_limit_that_lets_nothing_through_is_refused() {
    let mut pages = String::new();
    for limit in [["--max-connections", "0"], ["--max-head", "100"], ["--patience", "0"]] {
        pages += &caketester(["serve", "--port", "0"]).args(limit).run().exits_with(2).page();
    }
    assert_snapshot!(pages);
}

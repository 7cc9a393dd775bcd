//! Faults as they look from the other end of the socket: which bytes arrive, how the connection ends, and what CAKE has
//! recorded by then.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::support::framing::{Framing, framed};
use crate::support::page::assert_snapshot;
use crate::support::{Folder, Running, caketester, folder};
use caketester::mock::{Mock, Options, State, StateFile, Watcher};
use caketester::pack::{Origin, Worlds, load};
use caketester::protocol::{Code, Delivery, Exchange};

const INSTANCE: &str = "buyers: [{ name: A, key: k }]\nstatuses: [{ name: Funded }]\nleads: [{ id: PLAIN }]\n\
                        sample: { lead_id: PLAIN, status: Funded }\n";
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const HEAD: &str = "HTTP/1.1 200 OK\r\nCache-Control: private, max-age=0\r\nContent-Type: text/xml; charset=utf-8\r\n\
                    X-AspNet-Version: 4.0.30319\r\nX-Powered-By: ASP.NET\r\nConnection: close\r\n";
/// No test waits for this long; one that has to is broken.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// In an orderly way.
    Closed,
    /// By a reset.
    Reset,
}

/// A pack with one scenario, whose lead is `LEAD`; `rest` is what it gets.
fn pack(rest: &str) -> Folder {
    let folder = folder();
    folder.write("scenarios/instance.yaml", INSTANCE);
    let text = format!("title: x\nupdate: {{ lead_id: LEAD, status: Funded }}\nclient: [updated, unknown]\n{rest}\n");
    folder.write("scenarios/f/x.yaml", text);
    folder
}

fn serve(pack: &Folder) -> Running {
    caketester(["serve", "--port", "0", "--pack"]).arg(pack.path()).starts()
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
    stream
}

fn get(lead: &str, host: &str) -> String {
    let target = format!("/api/1/buyers.asmx/UpdateLeadStatus?api_key=k&lead_id={lead}&status=Funded");
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

/// Sends bytes.
fn send(port: u16, bytes: &str) -> TcpStream {
    let mut stream = connect(port);
    stream.write_all(bytes.as_bytes()).expect("the mock reads");
    stream
}

/// Reads to the end, whichever that is.
#[track_caller]
fn read(stream: &mut TcpStream) -> (String, End) {
    let mut bytes = Vec::new();
    let end = match stream.read_to_end(&mut bytes) {
        Ok(_) => End::Closed,
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("neither an end nor a reset: {error}"),
    };
    (without_date(&bytes), end)
}

/// Waits as short as a client may, and closes.
fn give_up(mut stream: TcpStream) {
    stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a socket takes a timeout");
    // Whatever comes, nobody is there for what comes next.
    let _ = stream.read_to_end(&mut Vec::new());
}

/// Reads until this has arrived.
#[track_caller]
fn read_until(stream: &mut TcpStream, ends_with: &str) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(ends_with.as_bytes()) {
        let read = stream.read(&mut byte).expect("it goes on");
        assert_eq!(read, 1, "it ended with {:?}", String::from_utf8_lossy(&bytes));
        bytes.push(byte[0]);
    }
    without_date(&bytes)
}

fn without_date(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split_inclusive("\r\n").filter(|line| !line.starts_with("Date: "));
    lines.collect()
}

/// What a client gets that meets this fault, and how the connection ends.
#[track_caller]
fn met(fault: &str) -> (String, End) {
    let served = serve(&pack(&format!("fault: {{ {fault} }}")));
    read(&mut send(served.port(), &get("LEAD", "x")))
}

fn whole(length: &str, body: &str) -> String {
    format!("{HEAD}{length}\r\n\r\n{body}")
}

#[test]
fn a_reset_is_a_reset_and_a_close_is_not_wherever_they_strike() {
    let cut = whole("Content-Length: 56", &SUCCESS[..20]);
    for (after, sent) in [("", ""), (", after: 0", &*whole("Content-Length: 56", "")), (", after: 20", &cut)] {
        let reset = met(&format!("kind: reset, phase: after_commit{after}"));
        assert_eq!(reset, (sent.to_owned(), End::Reset), "{after}");
        let closed = met(&format!("kind: close, phase: after_commit{after}"));
        assert_eq!(closed, (sent.to_owned(), End::Closed), "{after}");
    }
}

#[test]
fn a_broken_chunk_follows_good_ones() {
    let head = |body: &str| whole("Transfer-Encoding: chunked", body);
    let cut = head(&format!("14\r\n{}\r\nno length\r\n", &SUCCESS[..20]));
    assert_eq!(met("kind: broken_chunk, phase: after_commit, after: 20"), (cut, End::Closed));
    let behind = head(&format!("38\r\n{SUCCESS}\r\nno length\r\n"));
    assert_eq!(met("kind: broken_chunk, phase: after_commit"), (behind, End::Closed));
    let at_once = head("no length\r\n");
    assert_eq!(met("kind: broken_chunk, phase: after_commit, after: 0"), (at_once, End::Closed));
}

#[test]
fn garbage_is_no_http_and_holds_the_answer() {
    let (bytes, end) = met("kind: garbage, phase: before_commit");
    assert_eq!((&*bytes, end), (&*format!("\u{15}\u{3}\u{3}\0\u{2}\u{2}F\r\n\r\n{SUCCESS}"), End::Closed));
}

#[test]
fn a_dribble_and_slow_headers_bring_the_whole_answer_to_whoever_waits() {
    for (kind, bytes) in [("dribble", SUCCESS.len()), ("slow_headers", HEAD.len())] {
        let started = Instant::now();
        let (answer, end) = met(&format!("kind: {kind}, phase: after_commit, every_ms: 3 }}\ncode: 0 # {{"));
        assert_eq!((answer, end), (whole("Content-Length: 56", SUCCESS), End::Closed), "{kind}");
        let least = Duration::from_millis(3) * u32::try_from(bytes).unwrap();
        assert!(started.elapsed() >= least, "{kind} was quicker than a byte every 3 ms");
    }
}

#[test]
fn a_flood_is_as_long_as_it_says_and_never_held_in_memory() {
    let served = serve(&pack("fault: { kind: flood, phase: before_commit }"));
    let mut stream = send(served.port(), &get("LEAD", "x"));
    let head = read_until(&mut stream, "\r\n\r\n");
    assert_eq!(head, whole("Content-Length: 100000000", ""));
    let mut begins = [0; 40];
    stream.read_exact(&mut begins).expect("it begins");
    assert_eq!(String::from_utf8_lossy(&begins), "<result>\n  <code>0</code>\n  <msg>xxxxxxx");
    let rest = io::copy(&mut stream, &mut io::sink()).expect("it is sent to its end");
    assert_eq!(rest, 100_000_000 - 40);
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", served.pid())) {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let peak: u64 = peak.expect("the system knows the peak").parse().expect("it is a number");
        assert!(peak < 80_000, "{peak} kB");
    }
}

#[test]
fn a_client_that_gives_up_a_flood_does_not_disturb_the_next() {
    let served = serve(&pack("fault: { kind: flood, phase: before_commit }"));
    for _ in 0..3 {
        let mut stream = send(served.port(), &get("LEAD", "x"));
        read_until(&mut stream, "<code>0</code>");
    }
    assert!(
        read(&mut send(served.port(), &get("PLAIN", "x").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")))
            .0
            .ends_with(SUCCESS)
    );
}

#[test]
fn a_stall_keeps_the_connection_open_until_the_mock_is_asked_to_end_and_that_is_at_once() {
    let mut pages = String::new();
    for (fault, sent) in [
        ("kind: silent, phase: before_commit", String::new()),
        ("kind: stall, phase: before_commit", whole("Content-Length: 56", "")),
        ("kind: stall, phase: before_commit, after: 20", whole("Content-Length: 56", &SUCCESS[..20])),
    ] {
        let served = serve(&pack(&format!("fault: {{ {fault} }}")));
        let mut stream = send(served.port(), &get("LEAD", "x"));
        let came = read_until(&mut stream, sent.split("\r\n").last().unwrap_or_default());
        stream.set_nonblocking(true).expect("a socket can do that");
        let more = stream.peek(&mut [0]).map_err(|error| error.kind());
        assert!(
            sent.is_empty() || came.len() < sent.len() || more == Err(io::ErrorKind::WouldBlock),
            "{fault}: {more:?}"
        );
        stream.set_nonblocking(false).expect("a socket can do that");
        pages += &served.ends_on("TERM").exits_with(0).page();
        let (rest, end) = read(&mut stream);
        assert_eq!((came + &rest, end), (sent, End::Closed), "{fault}");
    }
    assert_snapshot!(pages);
}

#[test]
fn a_redirect_keeps_the_query_and_one_away_leads_to_another_port_where_nobody_is_served() {
    let target = "/api/1/buyers.asmx/UpdateLeadStatus?api_key=k&lead_id=LEAD&status=Funded";
    for (fault, host, status, location) in [
        ("to: same_host", "127.0.0.1:81", "302 Found", String::new()),
        (
            "to: another_host, http_status: 307",
            "127.0.0.1:81",
            "307 Temporary Redirect",
            "http://localhost:".to_owned(),
        ),
        ("to: another_host, http_status: 301", "LocalHost:81", "301 Moved Permanently", "http://127.0.0.1:".to_owned()),
        ("to: another_host, http_status: 308", "127.0.0.1", "308 Permanent Redirect", "http://localhost:".to_owned()),
        ("to: without_tls", "127.0.0.1:81", "302 Found", "http://127.0.0.1:".to_owned()),
        ("to: another_host", "cake.example", "302 Found", "http://another-host.invalid".to_owned()),
    ] {
        let served = serve(&pack(&format!("fault: {{ kind: redirect, phase: before_commit, {fault} }}")));
        let mut stream = send(served.port(), &get("LEAD", host));
        let head = read_until(&mut stream, "\r\n\r\n");
        assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{head}");
        let led = head.lines().find_map(|line| line.strip_prefix("Location: ")).expect("it leads somewhere");
        let port = led.strip_prefix(&*location).and_then(|rest| rest.strip_suffix(target)).expect("the query is kept");
        if let Ok(port) = port.parse::<u16>() {
            assert!(port != served.port() && port != 81, "{led}");
            // Whatever host it names.
            let mut stream = send(port, &get("LEAD", host));
            assert!(read_until(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 403 Forbidden\r\n"));
        }
    }
}

#[test]
fn an_external_entity_leads_to_a_port_where_nobody_is_served() {
    let answer = "answer: { body: '<!DOCTYPE result SYSTEM \"http://another-host.invalid/entity\"><result/>' }";
    let served = serve(&pack(answer));
    let mut stream = send(served.port(), &get("LEAD", "x"));
    let text = read_until(&mut stream, "<result/>");
    let url =
        text.split_once("SYSTEM \"http://127.0.0.1:").and_then(|(_, rest)| rest.split_once('"')).expect("a URL").0;
    let (port, path) = url.split_once('/').expect("a path");
    assert_eq!(path, "entity");
    let mut stream = send(port.parse().expect("a port"), "GET /entity HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(read_until(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 403 Forbidden\r\n"));
}

#[test]
fn a_whole_body_may_come_in_chunks_or_end_with_the_connection() {
    for kind in ["chunked", "until_close"] {
        let served = serve(&pack(&format!("code: 0\nfault: {{ kind: {kind}, phase: after_commit }}")));
        let (bytes, end) = read(&mut send(served.port(), &get("LEAD", "x")));
        let (head, body) = bytes.split_once("\r\n\r\n").expect("there is a head");
        assert!(!head.contains("Content-Length"), "{head}");
        let (framing, body, is_whole) = framed(head, body.as_bytes());
        assert_eq!((String::from_utf8(body).as_deref(), is_whole, end), (Ok(SUCCESS), true, End::Closed));
        assert_eq!(framing, if kind == "chunked" { Framing::Chunks } else { Framing::Close });
    }
}

#[test]
fn http_1_0_which_has_no_chunks_gets_the_same_body_until_the_connection_closes() {
    let served = serve(&pack("code: 0\nfault: { kind: chunked, phase: after_commit }"));
    let request = get("LEAD", "x").replace("HTTP/1.1", "HTTP/1.0");
    let (bytes, end) = read(&mut send(served.port(), &request));
    let (head, body) = bytes.split_once("\r\n\r\n").expect("there is a head");
    assert_eq!((body, end), (SUCCESS, End::Closed));
    for length in ["Transfer-Encoding", "Content-Length"] {
        assert!(!head.contains(length), "{head}");
    }
}

#[test]
fn an_answer_may_bring_headers_and_suffer_a_fault_in_its_middle() {
    let answer =
        "answer: { http_status: 503, content_type: text/plain, body: busy today, headers: { Retry-After: 1 } }";
    let served = serve(&pack(&format!("{answer}\nfault: {{ kind: close, phase: before_commit, after: 4 }}")));
    let (bytes, end) = read(&mut send(served.port(), &get("LEAD", "x")));
    assert!(bytes.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{bytes}");
    assert!(bytes.contains("\r\nRetry-After: 1\r\n") && bytes.ends_with("Content-Length: 10\r\n\r\nbusy"), "{bytes}");
    assert_eq!(end, End::Closed);

    let served = serve(&pack(answer));
    let head = read_until(&mut send(served.port(), &get("LEAD", "x")), "\r\n\r\n");
    assert!(head.contains("\r\nRetry-After: 1\r\n"), "{head}");
}

#[test]
fn answers_before_a_fault_on_the_same_connection_stay_whole() {
    for fault in ["kind: reset, phase: after_commit", "kind: close, phase: after_commit"] {
        let served = serve(&pack(&format!("fault: {{ {fault} }}")));
        let reset = fault.contains("reset");
        // One after the other,
        let mut stream = connect(served.port());
        for _ in 0..2 {
            stream.write_all(get("PLAIN", "x").as_bytes()).expect("the mock reads");
            assert!(read_until(&mut stream, "</result>").ends_with(SUCCESS));
        }
        stream.write_all(get("LEAD", "x").as_bytes()).expect("the mock reads");
        let end = if reset { End::Reset } else { End::Closed };
        assert_eq!(read(&mut stream), (String::new(), end), "{fault}");
    }
    // and all at once. What a reset leaves unread is lost on some systems, so this one is a close.
    let served = serve(&pack("fault: { kind: close, phase: after_commit, after: 20 }"));
    let requests = [get("PLAIN", "x"), get("PLAIN", "x"), get("LEAD", "x"), get("PLAIN", "x")].concat();
    let (bytes, _) = read(&mut send(served.port(), &requests));
    assert_eq!(bytes.matches(SUCCESS).count(), 2, "{bytes}");
    assert!(bytes.ends_with(&whole("Content-Length: 56", &SUCCESS[..20])), "{bytes}");
}

#[test]
fn the_log_names_the_fault_and_says_whether_the_update_was_recorded() {
    let mut served = serve(&pack(
        "attempts:\n  - fault: { kind: reset, phase: after_commit }\n  - fault: { kind: reset, phase: before_commit, after: 1 }",
    ));
    for logged in [
        "fault: reset before any byte, update recorded: every check passed [f/x]",
        "fault: reset after 1 byte of the body, no update recorded: every check passed [f/x]",
    ] {
        read(&mut send(served.port(), &get("LEAD", "x")));
        served.logs(logged);
    }
}

/// What a mock in this process kept of it, once each of so many requests is over: how many updates were recorded, and the
/// exchanges.
fn kept(rest: &str, requests: usize, talk: impl Fn(u16)) -> (usize, Vec<Arc<Exchange>>) {
    let folder = pack(rest);
    let (pack, mistakes) = load(Origin::Directory(folder.path().to_owned()), &|_| None).expect("the pack can be read");
    assert!(mistakes.is_empty(), "{}", mistakes[0]);
    let worlds = Worlds::of(&pack);
    let file = folder.at("state.db");
    let state = State::open(&file, &worlds, Box::new(str::to_owned)).expect("the state file is made");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("the runtime starts");
    let (over, seen) = channel();
    let watcher: Watcher = Box::new(move |_| over.send(()).expect("somebody waits"));
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    let options = Options { watcher: Some(watcher), state: Some(state), ..Options::default() };
    let mock = runtime.block_on(Mock::start(address, worlds, options));
    let mock = mock.expect("there is a free port");
    talk(mock.address().port());
    for _ in 0..requests {
        seen.recv_timeout(PATIENCE).expect("the request is over");
    }
    let journal = runtime.block_on(mock.finish());
    let mut recorded = 0;
    let state = StateFile::read_only(&file).expect("the state file can be read");
    state.each(|decided| recorded += usize::from(decided.update.is_some())).expect("each update can be read");
    (recorded, journal.exchanges())
}

#[test]
fn before_commit_nothing_is_recorded_and_after_commit_only_the_reply_is_lost() {
    for kind in ["silent", "reset", "close", "stall", "garbage", "flood", "broken_chunk", "redirect, to: same_host"] {
        for (phase, expected) in [("before_commit", 0), ("after_commit", 1)] {
            let (recorded, exchanges) = kept(&format!("fault: {{ kind: {kind}, phase: {phase} }}"), 1, |port| {
                let mut stream = send(port, &get("LEAD", "x"));
                match kind {
                    "reset" | "close" | "garbage" | "broken_chunk" => drop(read(&mut stream)),
                    "silent" | "stall" => give_up(stream),
                    _ => {}
                }
            });
            assert_eq!(recorded, expected, "{kind} {phase}");
            let told = exchanges[0].fault.expect("the exchange has its fault").to_string();
            assert_eq!(told.ends_with(", update recorded"), recorded == 1, "{told}");
            assert_eq!((exchanges.len(), exchanges[0].code), (1, None), "{kind} {phase}");
        }
    }
}

#[test]
fn a_repeat_after_a_lost_reply_gets_an_answer_and_both_are_recorded() {
    let (recorded, exchanges) =
        kept("code: 0\nattempts: [{ fault: { kind: reset, phase: after_commit } }, {}]", 2, |port| {
            assert_eq!(read(&mut send(port, &get("LEAD", "x"))), (String::new(), End::Reset));
            read_until(&mut send(port, &get("LEAD", "x")), SUCCESS);
        });
    let codes: Vec<_> = exchanges.iter().map(|exchange| exchange.code).collect();
    assert_eq!((recorded, codes), (2, vec![None, Some(Code(0))]));
}

#[test]
fn of_an_update_that_is_refused_no_fault_says_it_was_recorded() {
    let (recorded, exchanges) = kept("fault: { kind: reset, phase: after_commit }", 1, |port| {
        read(&mut send(port, &get("LEAD", "x").replace("Funded", "Nonsense")));
    });
    let fault = exchanges[0].fault.expect("the exchange has its fault");
    assert_eq!((recorded, fault.to_string()), (0, "reset before any byte, no update recorded".into()));
}

#[test]
fn giving_up_a_fault_that_lasts_is_the_clients_part_and_leaves_no_code() {
    for kind in ["dribble, every_ms: 60000 }\ncode: 0 # {", "slow_headers, every_ms: 60000 }\ncode: 0 # {", "silent"] {
        let (_, exchanges) = kept(&format!("fault: {{ phase: after_commit, kind: {kind} }}"), 1, |port| {
            give_up(send(port, &get("LEAD", "x")));
        });
        assert_eq!((exchanges[0].code, exchanges[0].delivery), (None, Delivery::Delivered), "{kind}");
        assert!(exchanges[0].ended >= exchanges[0].at);
    }
    let (_, exchanges) = kept("code: 0\nfault: { phase: after_commit, kind: dribble, every_ms: 1 }", 1, |port| {
        read(&mut send(port, &get("LEAD", "x")));
    });
    assert_eq!((exchanges[0].code, exchanges[0].delivery), (Some(Code(0)), Delivery::Delivered));
    assert!(exchanges[0].ended.duration_since(exchanges[0].at) >= jiff::SignedDuration::from_millis(56));
}

#[test]
fn a_client_that_half_closes_behind_its_request_gets_the_whole_fault() {
    for (rest, sent) in [
        ("fault: { phase: after_commit, kind: late, wait_ms: 400 }", SUCCESS),
        ("fault: { phase: after_commit, kind: dribble, every_ms: 10 }", SUCCESS),
        ("fault: { phase: after_commit, kind: stall, after: 20 }", &SUCCESS[..20]),
    ] {
        let code = if sent == SUCCESS { "code: 0\n" } else { "" };
        let (_, exchanges) = kept(&format!("{code}{rest}"), usize::from(sent == SUCCESS), |port| {
            let mut stream = send(port, &get("LEAD", "x"));
            stream.shutdown(std::net::Shutdown::Write).expect("it is open");
            assert!(read_until(&mut stream, sent).ends_with(sent), "{rest}");
            // Of a stall nothing more comes, neither bytes nor an end.
            stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a socket takes a timeout");
            let more = stream.read(&mut [0; 9]).map_err(|error| error.kind());
            assert_eq!(more.is_ok(), sent == SUCCESS, "{rest}: {more:?}");
        });
        assert_eq!(exchanges[0].code.is_some(), sent == SUCCESS, "{rest}");
    }
}

#[test]
fn who_leaves_as_soon_as_it_has_every_byte_that_was_promised_has_the_answer() {
    let (_, exchanges) = kept("code: 0\nfault: { phase: after_commit, kind: dribble, every_ms: 200 }", 1, |port| {
        drop(read_until(&mut send(port, &get("LEAD", "x")), "</result>"));
    });
    assert_eq!((exchanges[0].code, exchanges[0].delivery), (Some(Code(0)), Delivery::Delivered));
}

#[test]
fn the_built_in_client_asks_once_and_follows_nowhere() {
    let folder = folder();
    let report = folder.at("report.json");
    let written = format!("json={}", report.display());
    caketester(["client", "--builtin", "--only", "security", "--report", &written]).run().exits_with(0);
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("the report is JSON");
    let scenarios = report["scenarios"].as_array().expect("there are scenarios").iter();
    let redirects = |scenario: &&serde_json::Value| scenario["id"].to_string().contains("redirect");
    for scenario in scenarios.filter(redirects) {
        assert_eq!(scenario["steps"][0]["requests"], 1, "{}", scenario["id"]);
        let fault = &scenario["steps"][0]["exchanges"][0]["fault"]["kind"];
        assert!(fault["Redirect"].is_object(), "{fault}");
    }
}

#[test]
fn every_scenario_in_which_a_client_has_to_wait_is_tagged_timed() {
    let (pack, _) = load(Origin::Standard, &|_| None).expect("the standard pack can be read");
    for entry in &pack.entries {
        let attempts = entry.scenario.steps.iter().flat_map(|step| &step.attempts);
        let waits = |attempt: &caketester::scenario::Attempt| {
            let floods = format!("{:?}", attempt.fault).contains("Flood");
            let later = attempt
                .answer
                .as_ref()
                .is_some_and(|answer| answer.headers.iter().any(|(name, _)| name == "Retry-After"));
            later || attempt.fault.is_some_and(|fault| fault.kind.lasts()) && !floods
        };
        assert_eq!(attempts.into_iter().any(waits), entry.scenario.is_timed(), "{}", entry.scenario.id);
    }
}

#[cfg(unix)]
#[test]
fn timed_scenarios_run_together_unless_a_number_of_jobs_is_asked_for() {
    let folder = folder();
    folder.write("scenarios/instance.yaml", INSTANCE);
    for (name, tags) in [("a", "[timed]"), ("b", "[timed]"), ("c", "[timed]"), ("d", "[]")] {
        let text = format!("title: x\ntags: {tags}\nupdate: {{ lead_id: {name}, status: Funded }}\ncode: 0\n");
        folder.write(&format!("scenarios/f/{name}.yaml"), text);
    }
    // Each of the three waits until it has seen the two others, which one after the other they never would.
    let meet = folder.write(
        "meet.sh",
        "curl --silent --get \"$CAKE_URL\" --data-urlencode api_key=k --data-urlencode \"lead_id=$CAKE_LEAD_ID\" \
         --data-urlencode status=Funded >/dev/null\n\
         case $CAKE_LEAD_ID in [abc]) cd \"$1\"; : >\"met-$CAKE_LEAD_ID\"\n\
         until [ -e met-a ] && [ -e met-b ] && [ -e met-c ]; do sleep 0.02; done;; esac\n",
    );
    if crate::support::skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let run = caketester(["client", "--pack"]).arg(folder.path()).args(["--", "sh"]).arg(meet);
    assert_snapshot!(run.arg(folder.path()).run().exits_with(0).page(), @"
    $ caketester client --pack [DIR] -- sh [DIR]/meet.sh [DIR]
    exit code 0
    --- stdout
    pass f/a [TIME]
    pass f/b [TIME]
    pass f/c [TIME]
    pass f/d [TIME]
    snapshots: pending review: f.a, f.b, f.c, f.d; run `caketester snapshots review --pack [DIR]`
    4 scenarios: 4 passed, 0 failed (4 steps, [N] checks, [TIME])
    required: 12 of 12 rules followed; not exercised: Q07, Q10, Q15, A02, A03 and 8 more
    recommended: 6 of 6 rules followed; not exercised: A10, A08, A12, A06, R01 and 3 more
    evidence: outcome (the client itself reported what it concluded)
    partial: not exercised: Q07, Q10, Q15, A02, A03, A04, A05, A07, A09, R06, S01, S02
    not tested: the network's own host, the buyer's real key, the names the network has configured
    partial: no required rule broken, but not everything was checked
    ");
}

#[test]
fn a_scenario_with_a_fault_is_not_sent_to_an_endpoint_and_it_is_said_so() {
    let folder = pack("fault: { kind: reset, phase: after_commit }");
    let served = serve(&folder);
    let endpoint = |options: &[&str]| {
        caketester(["endpoint", served.base_url()]).args(["--key-env", "KEY"]).env("KEY", "k").args(options)
    };
    let ran = endpoint(&["--pack"]).arg(folder.path()).run();
    assert_snapshot!(ran.exits_with(4).page(), @"
    $ KEY=k caketester endpoint http://127.0.0.1:[PORT] --key-env KEY --pack [DIR]
    exit code 4
    --- stdout
    note: f/x was left out: only a mock can do what happens there, such as a fault
    1 scenario: 0 passed, 0 failed, 1 not run (0 steps, 0 checks, [TIME])
    no scenario was selected or run
    ");
    assert_snapshot!(served.ends_on("TERM").page(), @r#"
    $ caketester serve --port 0 --pack [DIR]
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"[DIR]","scenarios":1}
    --- stderr
    stopped after 0 requests
    "#);
}

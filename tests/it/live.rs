//! `caketester endpoint probe` from outside: what is sent stands in the plan, nothing is sent that is not allowed, and no key is
//! shown. No test contacts another machine: what looks like one is reached by a proxy on this one.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::Value;
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::foreign::{Foreign, foreign};
use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Ran, caketester, folder, raw_server};

/// A key that must appear nowhere. Its special characters are spelled in several ways on the wire.
const CANARY: &str = "C4n4ry/key+of=this&test";
const XML: &str = "text/xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

impl Foreign {
    /// Each request so far: the method, the whole URL and the body, with keys masked as in the plan.
    fn sent(&self) -> Vec<String> {
        let shown = |request: &Request| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let body = if body.is_empty() { body } else { format!(" {body}") };
            // wiremock knows no host of its own, and calls itself localhost.
            let url = request.url.as_str().replace("http://localhost", &self.server.uri());
            masked(&format!("{} {url}{body}", request.method))
        };
        self.received().iter().map(shown).collect()
    }

    fn probe(&self, options: &[&str]) -> Caketester {
        probe(&self.server.uri(), options)
    }
}

fn masked(request: &str) -> String {
    let Some((before, behind)) = request.split_once("api_key=") else { return request.to_owned() };
    let rest = behind.find('&').map_or("", |end| &behind[end..]);
    format!("{before}api_key=***{rest}")
}

fn probe(url: &str, options: &[&str]) -> Caketester {
    caketester(["endpoint", "probe", url, "--pace", "0"]).args(options).env("CANARY", CANARY)
}

/// The requests of a plan.
fn planned(plan: &str) -> Vec<String> {
    let is_request = |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let request = |line: &str| {
        let mut words = line.trim_start().splitn(3, char::is_whitespace).skip(2);
        let (_, request) = words.next().expect("a request follows").trim_start().split_once(' ').expect("a name, too");
        request.trim_start().to_owned()
    };
    plan.lines().filter(is_request).map(request).collect()
}

fn answer(http_status: u16, content_type: &str, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(http_status).set_body_raw(body.as_bytes(), content_type)
}

fn code(code: u8) -> ResponseTemplate {
    answer(200, XML, &format!("<result><code>{code}</code><msg>a text</msg></result>"))
}

/// CAKE as it may well be: the key is checked first, then the lead.
fn like_cake(key: &'static str) -> impl Fn(&Request) -> ResponseTemplate {
    move |request| {
        let sent = request.url.query_pairs().find(|(name, _)| name == "api_key").map(|(_, value)| value.into_owned());
        match sent {
            Some(sent) if sent == key => code(2),
            Some(_) => code(1),
            None => answer(500, "text/plain; charset=utf-8", "Missing parameter: api_key.\r\n"),
        }
    }
}

#[test]
fn our_own_mock_passes_and_its_key_is_shown_to_be_right() {
    let served = caketester(["serve", "--port", "0"]).starts();
    let ran = probe(served.base_url(), &["--key-env", "KEY"]).env("KEY", "BuyerAPIKeyHere").run();
    assert_snapshot!(ran.exits_with(0).page());
    let ran = probe(served.base_url(), &["--key-env", "CANARY"]).run();
    assert_snapshot!(ran.exits_with(1).page_from("FAIL"));
    let ran = probe(served.base_url(), &["--key-env", "KEY", "--no-made-up-key"]).env("KEY", "BuyerAPIKeyHere").run();
    ran.exits_with(0).says("your key is not shown to be right\n").says("no made-up key was sent on the same query");
    probe(served.base_url(), &["--no-made-up-key"])
        .run()
        .exits_with(4)
        .says("no documented behaviour could be checked");
}

#[test]
fn what_is_sent_is_the_plan_and_nothing_more() {
    let endpoint = foreign(like_cake(CANARY));
    let ran = endpoint.probe(&["--key-env", "CANARY", "--dry-run"]).run();
    ran.exits_with(0).says("nothing was sent").complains_of_nothing();
    assert_eq!(endpoint.sent(), Vec::<String>::new());
    let plan = planned(&ran.stdout);
    assert_eq!(plan.len(), 10, "{}", ran.describe());
    let ran = endpoint.probe(&["--key-env", "CANARY"]).run();
    ran.exits_with(0).says("and your key is right");
    assert_eq!(endpoint.sent(), plan);
    assert_eq!(planned(&ran.stderr), plan);
}

#[test]
fn a_production_url_without_allow_live_opens_no_connection_at_all() {
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    proxy.set_nonblocking(true).expect("a listener takes that");
    let port = proxy.local_addr().expect("a listener has an address").port();
    let by_proxy = |url: &str, options: &[&str]| {
        let url_of_proxy = format!("http://somebody:s3cretWord@127.0.0.1:{port}");
        let run = caketester(["endpoint", "probe", url, "--key-env", "CANARY"]).args(options).env("CANARY", CANARY);
        run.env("https_proxy", &url_of_proxy).env("http_proxy", &url_of_proxy).run()
    };
    // The last would reach the proxy itself.
    let itself = format!("http://0.0.0.0:{port}");
    for url in ["https://track.northgrid.example", "http://10.0.0.1", "https://[2001:db8::1]", &itself] {
        let ran = by_proxy(url, &["--yes"]);
        ran.exits_with(2).complains("and nothing was sent\n  help: ").complains("--allow-live").says_nothing();
        by_proxy(url, &["--dry-run"]).exits_with(0);
    }
    let ran = by_proxy("https://track.northgrid.example", &["--allow-live", "--pace", "0"]);
    ran.exits_with(2).complains("--pace 1");
    let ran = by_proxy("https://track.northgrid.example", &["--allow-live", "--max-requests", "12"]);
    ran.exits_with(2).complains("--max-requests 13");
    assert!(proxy.accept().is_err(), "somebody connected");
    // A connection would have been seen: with consent there is one for each request, and after three nobody tries again.
    proxy.set_nonblocking(false).expect("a listener takes that");
    let hanging_up = std::thread::spawn(move || {
        let said = |stream: std::io::Result<TcpStream>| {
            let mut said = [0; 3];
            let read = stream.and_then(|mut stream| stream.read(&mut said));
            said[..read.unwrap_or_default()].to_vec()
        };
        proxy.incoming().map(said).take_while(|said| said != b"end").count()
    });
    let ran = by_proxy("https://track.northgrid.example", &["--allow-live"]);
    ran.exits_with(3).says("three requests in a row had no answer").complains("proxy    127.0.0.1:");
    ran.never_says("s3cretWord");
    let mut last = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the proxy listens");
    last.write_all(b"end").expect("the proxy reads");
    assert_eq!(hanging_up.join().expect("it does not panic"), 3);
}

#[test]
fn this_machine_is_reached_without_a_proxy() {
    let (endpoint, proxy) = (foreign(like_cake(CANARY)), foreign(code(1)));
    let ran = endpoint.probe(&["--key-env", "CANARY"]).env("http_proxy", proxy.server.uri()).run();
    ran.exits_with(0).never_says("proxy ");
    assert_eq!(proxy.sent(), Vec::<String>::new());
}

#[test]
fn another_machine_is_reached_by_the_proxy_that_the_plan_names() {
    let proxy = foreign(like_cake(CANARY));
    let with_password = proxy.server.uri().replace("http://", "http://somebody:s3cretWord@");
    let by_proxy = |none_for: &str| {
        let options = ["probe", "http://track.northgrid.invalid", "--no-made-up-key", "--allow-live", "--yes"];
        let run = caketester(["endpoint"]).args(options).env("http_proxy", &with_password);
        run.env("no_proxy", none_for).run()
    };
    let named = format!("proxy    {}", proxy.server.address());
    let ran = by_proxy("");
    ran.exits_with(4).complains(&named).never_says("s3cretWord");
    assert_eq!(proxy.sent(), planned(&ran.stderr));
    let ran = by_proxy("northgrid.invalid");
    ran.exits_with(3).says("three requests in a row had no answer").complains("but not for northgrid.invalid");
    assert_eq!(proxy.sent().len(), 5);
}

#[test]
fn without_a_place_for_the_trace_nothing_is_sent() {
    let endpoint = foreign(like_cake(CANARY));
    let folder = folder();
    folder.write("file", "");
    for (place, why) in [(folder.path().to_owned(), "directory"), (folder.at("file/below"), "cannot write")] {
        let ran = endpoint.probe(&["--trace"]).arg(place).run();
        ran.exits_with(2).complains(why).complains("nothing was sent").says_nothing();
    }
    if cfg!(target_os = "linux") {
        let ran = endpoint.probe(&["--trace", "/dev/full"]).run();
        ran.exits_with(3).says("No space left").says("left help-page          not sent");
    }
    assert_eq!(endpoint.sent(), Vec::<String>::new());
}

#[test]
fn endpoints_that_are_not_cake_are_reported_as_what_they_are() {
    const OLD_IIS: &str =
        "<html><head><title>The resource cannot be found.</title></head><body>Server Error</body></html>";
    const WAF: &str = "<html><head><title>Attention Required! | Cloudflare</title></head></html>";
    const LOGIN: &str = "<html><form><input name=user><input type=\"password\" name=word></form></html>";
    let endpoints: [(&str, ResponseTemplate); 9] = [
        ("an old IIS", answer(404, HTML, OLD_IIS)),
        ("a WAF", answer(403, HTML, WAF)),
        ("a login page", answer(200, HTML, LOGIN)),
        ("200 to all", answer(200, HTML, "<html>OK</html>")),
        ("success to all", code(0)),
        ("too many requests", answer(429, "text/plain", "")),
        ("restricted", answer(200, XML, "<result><code>1</code><msg>Restricted</msg></result>")),
        ("another host", answer(302, HTML, "").insert_header("location", "https://elsewhere.example/cake")),
        ("another path", answer(302, HTML, "").insert_header("location", "/cake")),
    ];
    let told: Vec<String> = endpoints
        .into_iter()
        .map(|(name, answer)| {
            let endpoint = foreign(answer);
            let ran = endpoint.probe(&["--key-env", "CANARY"]).run();
            ran.never_says(CANARY);
            let shown: Vec<&str> = ran.stdout.lines().filter(|line| !line.starts_with("left ")).collect();
            format!("{name}: exit {:?}, {} requests\n{}", ran.code, endpoint.sent().len(), shown.join("\n"))
        })
        .collect();
    assert_snapshot!(told.join("\n\n==========\n"));
}

#[test]
fn a_slow_endpoint_is_left_after_three_requests() {
    let endpoint = foreign(code(1).set_delay(Duration::from_mins(1)));
    let ran = endpoint.probe(&["--timeout", "1"]).run();
    ran.exits_with(3).says(
        "the run stopped after 3 of 9 requests: three requests in a row had no answer: no whole answer within 1 s",
    );
    assert_eq!(endpoint.sent().len(), 3);
}

#[test]
fn an_endpoint_that_writes_on_code_3_writes_to_no_lead_that_exists() {
    let leads = Arc::new(Mutex::new(BTreeMap::from([("C8097F17".to_owned(), "Funded".to_owned())])));
    let written = Arc::clone(&leads);
    let endpoint = foreign(move |request: &Request| {
        let of = |name: &str| request.url.query_pairs().find(|(is, _)| is == name).map(|(_, value)| value.into_owned());
        if let (Some(lead), Some(status)) = (of("lead_id"), of("status")) {
            written.lock().unwrap_or_else(PoisonError::into_inner).insert(lead, status);
        }
        code(3)
    });
    let ran = endpoint.probe(&["--key-env", "CANARY"]).run();
    ran.exits_with(0).says("key      not shown: a made-up key does not get code 1 on the same query");
    ran.says("code 3 for a made-up key: another check comes before the key's");
    let leads = leads.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(leads["C8097F17"], "Funded");
    assert_eq!(leads.keys().collect::<Vec<_>>(), ["C8097F17", "caketester-no-such-lead"]);
}

#[test]
#[cfg(unix)]
fn after_ctrl_c_nothing_more_is_sent_and_the_trace_has_all_that_was() {
    let (arrived, arrivals) = channel();
    let answers = like_cake(CANARY);
    let endpoint = foreign(move |request: &Request| {
        let _ = arrived.send(());
        answers(request)
    });
    let folder = folder();
    let trace = folder.at("trace.jsonl");
    let run = caketester(["endpoint", "probe", &endpoint.server.uri(), "--key-env", "CANARY"]).env("CANARY", CANARY);
    let running = run.arg("--trace").arg(&trace).begins();
    for _ in 0..2 {
        arrivals.recv_timeout(Duration::from_mins(1)).expect("a request arrives");
    }
    let ran = running.ends_on("INT");
    ran.exits_with(3).says("of 10 requests: interrupted").says("left unknown-type       not sent");
    let sent = endpoint.sent();
    assert_eq!(sent, planned(&ran.stderr)[..sent.len()]);
    assert!(sent.len() < 5, "{sent:?}");
    assert_eq!(endpoint.sent(), sent);
    assert_eq!(traced(&trace), sent);
}

/// The requests of a trace.
fn traced(trace: &Path) -> Vec<String> {
    let lines = std::fs::read_to_string(trace).expect("there is a trace");
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let requests = lines.filter(|line| line["request"].is_number());
    requests
        .map(|line| {
            format!("{} {} {}", text(&line, "method"), text(&line, "url"), text(&line, "body")).trim_end().to_owned()
        })
        .collect()
}

#[test]
fn the_key_is_in_no_trace_no_output_and_no_error() {
    let folder = folder();
    let echo = foreign(|request: &Request| {
        let url = request.url.to_string();
        let said = format!("<result><code>1</code><msg>{} is {CANARY}</msg></result>", url.replace('&', "&amp;"));
        answer(
            500,
            &format!("text/xml; {}", request.url.query().unwrap_or_default()),
            &said.replace("&test", "&amp;test"),
        )
        .insert_header("x-echo", url)
    });
    let spellings = [CANARY, "C4n4ry%2Fkey%2Bof%3Dthis%26test", "C4n4ry/key", "C4n4ry%2F", "C4n4ry\\/"];
    let check = |ran: &Ran| {
        for key in spellings {
            ran.never_says(key);
        }
    };
    for format in ["text", "json"] {
        let trace = folder.at(&format!("{format}.jsonl"));
        let ran = echo.probe(&["--key-env", "CANARY", "--format", format, "--trace"]).arg(&trace).run();
        check(ran.exits_with(1));
        let text = folder.read(&format!("{format}.jsonl"));
        assert!(spellings.iter().all(|key| !text.contains(key)), "{text}");
        assert_eq!(traced(&trace), echo.sent()[..10]);
        if format == "json" {
            let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
            assert_eq!((&report["exit"], &report["key"]["kind"]), (&1.into(), &"wrong".into()));
        }
    }
    let hangs_up =
        raw_server(|mut stream: TcpStream| drop(stream.write_all(b"HTTP/1.1 what C4n4ry/key+of=this&test\r\n\r\n")));
    check(probe(&hangs_up.base_url(), &["--key-env", "CANARY"]).run().exits_with(3));
    // Somebody gives the key itself in place of a name.
    check(probe(&hangs_up.base_url(), &["--key-env", CANARY]).run().exits_with(2));
}

#[test]
fn the_account_is_that_of_the_networks_file() {
    let endpoint = foreign(like_cake(CANARY));
    let folder = folder();
    let host = endpoint.server.uri().replace("http://", "");
    let network = |account: &str| folder.write("networks/acme.yaml", format!("host: {host}\n{account}"));
    let permitted = "  permitted_by: Kim\n  permitted_on: 2026-01-31\n";
    let run = || caketester(["endpoint", "probe", "--network", "acme", "--pace", "0"]).in_dir(folder.path());
    let mut pages = Vec::new();
    network(&format!("account:\n  key: {{ env: ACME_KEY }}\n{permitted}"));
    pages.push(run().run().exits_with(2).page());
    let ran = run().env("ACME_KEY", CANARY).run();
    ran.exits_with(0).says(" (network acme)\n").says("your key is right").complains("permit   Kim, 2026-01-31\n");
    network(&format!("account:\n  key: {{ file: ../acme.key }}\n{permitted}"));
    pages.push(run().run().exits_with(2).page());
    folder.write("acme.key", " \n");
    pages.push(run().run().exits_with(2).page());
    folder.write("acme.key", format!("{CANARY}\n"));
    run().run().exits_with(0).says("your key is right").never_says(CANARY);
    network("account:\n  key: { env: ACME_KEY }\n  permitted_by: Kim\n  permitted_on: 2999-01-31\n");
    pages.push(run().env("ACME_KEY", CANARY).run().exits_with(2).page());
    folder.write("networks/acme.yaml", "contact: Kim\n");
    pages.push(run().run().exits_with(2).page());
    pages.push(run().arg("http://127.0.0.1:1").run().exits_with(2).page());
    pages.push(caketester(["endpoint", "probe"]).run().exits_with(2).page());
    assert_snapshot!(pages.join("\n"));
}

#[test]
fn tls_is_verified_and_the_key_does_not_reach_a_stranger() {
    let folder = folder();
    let authority = folder.at("ca.pem");
    let served = caketester(["serve", "--port", "0", "--tls", "--ca-file"]).arg(&authority).starts();
    let key = |run: Caketester| run.env("KEY", "BuyerAPIKeyHere");
    let ran = key(probe(served.base_url(), &["--key-env", "KEY", "--ca-file"]).arg(&authority)).run();
    ran.exits_with(0).says("your key is right").says("TLS 1.2 works").says("TLS 1.3 works");
    ran.says("the chain has 1 certificate, issued by caketester: ").says(" days; for localhost, ");
    let other = folder.at("other.pem");
    let _other = caketester(["serve", "--port", "0", "--tls", "--ca-file"]).arg(&other).starts();
    let ran = key(probe(served.base_url(), &["--key-env", "KEY", "--ca-file"]).arg(&other)).run();
    ran.exits_with(1).says("the run stopped after 1 of 12 requests: the certificate is not trusted: ");
    folder.write("none.pem", "none");
    let ran = probe(served.base_url(), &["--ca-file"]).arg(folder.at("none.pem")).run();
    ran.exits_with(2).complains("--ca-file takes a PEM file");
}

#[test]
fn an_ipv6_address_is_an_address() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return };
    let runtime = Runtime::new().expect("a runtime starts");
    let server = runtime.block_on(MockServer::builder().listener(listener).start());
    runtime.block_on(Mock::given(any()).respond_with(like_cake(CANARY)).mount(&server));
    probe(&server.uri(), &["--key-env", "CANARY"]).run().exits_with(0).says("endpoint http://[::1]:");
}

#[test]
fn on_a_terminal_it_asks_and_no_is_no() {
    for (typed, exit, requests) in [("n\n", 2, 0), ("\n", 2, 0), ("y\n", 0, 9)] {
        let endpoint = foreign(like_cake(CANARY));
        let pty = native_pty_system().openpty(PtySize::default()).expect("there is a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caketester"));
        command.args(["endpoint", "probe", &endpoint.server.uri(), "--pace", "0"]);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        let mut child = pty.slave.spawn_command(command).expect("caketester starts");
        drop(pty.slave);
        let mut screen = pty.master.try_clone_reader().expect("a terminal can be read");
        let mut keyboard = pty.master.take_writer().expect("a terminal can be typed at");
        let (mut shown, mut chunk, mut has_typed) = (String::new(), [0; 4096], false);
        while let Ok(read @ 1..) = screen.read(&mut chunk) {
            shown.push_str(&String::from_utf8_lossy(&chunk[..read]));
            if !has_typed && shown.contains("? [y/N] ") {
                assert_eq!(endpoint.sent(), Vec::<String>::new());
                keyboard.write_all(typed.as_bytes()).expect("a terminal can be typed at");
                has_typed = true;
            }
        }
        assert_eq!(child.wait().expect("it ends").exit_code(), exit, "{shown}");
        assert_eq!(shown.contains("and nothing was sent"), requests == 0, "{shown}");
        assert_eq!(endpoint.sent().len(), requests, "{shown}");
    }
}

/// The types hold this within the crate; here it is held that no second way to the wire grows beside them.
#[test]
fn only_one_file_of_live_can_write_to_the_wire() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/live");
    for file in std::fs::read_dir(folder).expect("src/live can be read").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a file can be read");
        let ways = ["reqwest::Client", "Client::", "TcpStream", "std::net::Udp", "tokio::net", ".send()", "hyper"];
        let found: Vec<_> = ways.into_iter().filter(|way| text.contains(way)).collect();
        assert!(found.is_empty() || file.file_name() == "wire.rs", "{}: {found:?}", file.path().display());
        if file.file_name() == "wire.rs" {
            assert_eq!(text.matches(".send()").count(), 1);
            assert!(text.contains("async fn fetch(client: &Client, permitted: Permitted)"));
        }
    }
}

#[test]
fn the_walk_in_the_documentation_works() {
    const PAGE: &str = include_str!("../../docs/endpoint.md");
    let served = caketester(["serve", "--port", "0"]).starts();
    let asked = folder();
    let answers = format!("{}\n\nKim Doe\n\n\n", served.base_url().replace("http://", ""));
    let init = PAGE.split('`').find(|command| command.starts_with("caketester endpoint init ")).expect("it is named");
    let init: Vec<&str> = init.split(' ').skip(1).collect();
    caketester(init).in_dir(asked.path()).run_with_stdin(&answers).exits_with(0);
    let probe = caketester(["endpoint", "probe", "--network", "northgrid", "--dry-run"]).in_dir(asked.path());
    probe.env("NORTHGRID_KEY", "BuyerAPIKeyHere").run().exits_with(0);
    let folder = folder();
    let file = PAGE.split("```yaml\n").nth(1).and_then(|behind| behind.split("```").next()).expect("there is a file");
    let host = served.base_url().replace("http://", "");
    folder.write("networks/northgrid.yaml", file.replace("northgrid.example.com", &host));
    let walk = PAGE.split("```sh\n").nth(1).and_then(|behind| behind.split("```").next()).expect("there is a walk");
    let commands: Vec<&str> = walk.lines().map(|line| line.strip_prefix("caketester ").expect("a command")).collect();
    assert_eq!(commands.len(), 9);
    for command in commands {
        let pace: &[&str] = if command.starts_with("endpoint ") { &["--pace", "0"] } else { &[] };
        let run = caketester(command.split(' ')).args(pace).in_dir(folder.path());
        run.env("NORTHGRID_KEY", "BuyerAPIKeyHere").run().exits_with(0).never_says("BuyerAPIKeyHere");
    }
    for file in ["probe.jsonl", "learnt.yaml", "go-live.html"] {
        assert!(!folder.read(file).contains("BuyerAPIKeyHere"), "{file}");
    }
}

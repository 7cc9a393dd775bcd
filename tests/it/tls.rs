//! TLS from outside: `serve --tls`, `client --tls`, certificates that no client may take, and `--intercept`.

#![cfg(unix)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::support::page::assert_snapshot;
use crate::support::{Caketester, Running, caketester, folder, skipped_without};
use caketester::mock::{Authority, Incident, InterceptedHost, Mock, Options, Reach};
use caketester::pack::{Origin, World, Worlds, load, request_for};
use caketester::protocol::{Code, Delivery, Obstacle, Outcome};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const SAMPLE: &str = "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded";
/// A client as it may stand in any shell script; what curl is to be told beside comes as its arguments.
const CURL: &str = r#"
    answer=$(curl --silent --get --write-out ' %{exitcode} %{ssl_verify_result}' "$@" "$CAKE_URL" \
        --data-urlencode "api_key=$CAKE_API_KEY" --data-urlencode "lead_id=$CAKE_LEAD_ID" \
        --data-urlencode "status=$CAKE_STATUS" --data-urlencode "sub_status=$CAKE_SUB_STATUS")
    echo "$answer"
    case $answer in *'<code>0<'*) exit 0;; *'<code>'[1-4]'<'*) exit 10;; esac
    exit 11
"#;

fn without_curl() -> bool {
    skipped_without("curl", &["curl", "--version"])
}

fn serve(more: &[&str]) -> Running {
    caketester(["serve", "--port", "0", "--tls"]).args(more).starts()
}

fn ca_file(served: &Running) -> &str {
    served.ready["ca_file"].as_str().expect("the ready line names the authority's certificate")
}

/// What curl got, with its exit code.
#[track_caller]
fn curl(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new("curl").args(["--silent", "--max-time", "60"]).args(arguments).output();
    let output = output.expect("curl can be started");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

/// `caketester client OPTIONS -- sh -c CURL sh MORE`
fn checking(options: &[&str], more: &[&str]) -> Caketester {
    caketester(["client"]).args(options).args(["--", "sh", "-c", CURL, "sh"]).args(more)
}

#[test]
fn who_trusts_the_authority_is_answered_as_over_plain_http() {
    if without_curl() {
        return;
    }
    let mut served = serve(&[]);
    assert!(served.base_url().starts_with("https://127.0.0.1:"), "{}", served.ready);
    assert!(served.url().starts_with("https://127.0.0.1:"), "{}", served.ready);
    for host in ["127.0.0.1", "localhost"] {
        for version in ["--tlsv1.3", "--tls-max=1.2"] {
            let version: Vec<&str> = version.split('=').collect();
            let url = format!("https://{host}:{}/api/1/buyers.asmx/UpdateLeadStatus?{SAMPLE}", served.port());
            let told = ["--cacert", ca_file(&served), "--http2", "--write-out", " HTTP/%{http_version}", &url];
            let (body, exit) = curl(&[&version[..], &told].concat());
            assert_eq!((body, exit), (format!("{SUCCESS} HTTP/1.1"), Some(0)), "{version:?} {host}");
        }
    }
    assert_snapshot!(served.logs("C8097F17"), @r"[TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed");
}

#[test]
fn who_does_not_trust_the_authority_is_logged_with_its_alert() {
    if without_curl() {
        return;
    }
    let mut served = serve(&[]);
    let (body, exit) = curl(&[served.url()]);
    assert_eq!((&*body, exit), ("", Some(60)));
    served.logs("a TLS handshake failed: the client ended it with the alert UnknownCA");
}

#[test]
fn a_client_that_offers_http_1_0_alone_is_taken_over_tls() {
    if without_curl() {
        return;
    }
    let served = serve(&[]);
    let url = format!("{}?{SAMPLE}", served.url());
    let (body, exit) = curl(&["--cacert", ca_file(&served), "--http1.0", &url]);
    assert_eq!((&*body, exit), (SUCCESS, Some(0)));
}

#[test]
fn the_certificate_of_the_authority_is_written_and_its_key_is_not() {
    let folder = folder();
    let served = serve(&[]);
    let own = std::path::PathBuf::from(ca_file(&served));
    let named = folder.at("ca.pem");
    let also = serve(&["--ca-file", &named.to_string_lossy()]);
    assert_eq!(ca_file(&also), named.to_string_lossy());
    for file in [&own, &named] {
        let directory = file.parent().expect("it stands in a directory");
        for entry in std::fs::read_dir(directory).expect("it can be read") {
            let text = std::fs::read_to_string(entry.expect("it can be read").path()).expect("it is text");
            assert!(text.starts_with("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE"), "{text}");
        }
    }
    served.ends_on("TERM").exits_with(0);
    also.ends_on("TERM").exits_with(0);
    assert!(!own.exists() && !own.parent().unwrap().exists(), "{} is left", own.display());
    assert!(named.exists(), "who names a file wants to have it");
}

#[test]
fn the_file_of_the_authority_needs_tls_and_a_place_to_stand_in() {
    assert_snapshot!(caketester(["serve", "--port", "0", "--ca-file", "ca.pem"]).run().exits_with(2).page(), @r"
    $ caketester serve --port 0 --ca-file ca.pem
    exit code 2
    --- stderr
    error: the following required arguments were not provided:
      --tls

    Usage: caketester serve --tls --port <PORT> --ca-file <PATH>

    For more information, try '--help'.
    ");
    let ran = caketester(["serve", "--port", "0", "--tls", "--ca-file", "/nowhere/ca.pem"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester serve --port 0 --tls --ca-file /nowhere/ca.pem
    exit code 2
    --- stderr
    error: cannot write the authority's certificate to /nowhere/ca.pem: [OS ERROR]
    ");
}

#[test]
fn plain_http_on_the_port_of_tls_is_told_what_is_wrong_and_logged() {
    let mut served = serve(&[]);
    let port = served.port();
    let answer = crate::support::get(&format!("http://127.0.0.1:{port}/api/1/buyers.asmx/UpdateLeadStatus?{SAMPLE}"));
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, "a request came without TLS, and here TLS is spoken: its URL begins with https://");
    served.logs("a request came without TLS");
    assert_snapshot!(served.logs("HTTP 400"), @r"[TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 400 code -: a request came without TLS, and here TLS is spoken: its URL begins with https://");
}

#[test]
fn tls_on_the_port_of_plain_http_is_logged_as_such() {
    if without_curl() {
        return;
    }
    let mut served = caketester(["serve", "--port", "0"]).starts();
    let (_, exit) = curl(&["--insecure", &format!("https://127.0.0.1:{}/", served.port())]);
    assert_eq!(exit, Some(35));
    served.logs("TLS came where plain HTTP is spoken: the URL begins with http://");
}

#[test]
fn who_begins_no_handshake_or_none_that_ends_holds_nobody_up_and_is_let_go() {
    if without_curl() {
        return;
    }
    let mut served = serve(&["--patience", "1"]);
    let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
    let (mut silent, mut slow) = (connect(), connect());
    // The head of a record that never comes.
    slow.write_all(&[0x16, 3, 1, 2, 0]).expect("it is taken");
    let (body, _) = curl(&["--cacert", ca_file(&served), &format!("{}?{SAMPLE}", served.url())]);
    assert_eq!(body, SUCCESS);
    for stream in [&mut silent, &mut slow] {
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a socket takes a timeout");
        assert!(matches!(stream.read(&mut [0; 100]), Ok(0)), "the connection is ended");
    }
    served.logs("a TLS handshake failed: it did not come to its end within 1s");
}

#[test]
fn the_builtin_client_passes_the_whole_pack_over_tls_and_behind_a_proxy() {
    let mut pages = String::new();
    for way in [&["--tls"][..], &["--intercept", "YourDomain.com"], &["--intercept", "cake.example:8443"]] {
        let ran = caketester(["client", "--builtin"]).args(way).run();
        pages += &ran.exits_with(0).page_without_scenarios();
    }
    assert_snapshot!(pages);
}

#[test]
fn a_client_that_has_its_host_built_in_passes_the_whole_pack_as_it_is() {
    if without_curl() || skipped_without("xmllint", &["xmllint", "--version"]) {
        return;
    }
    let fields = ["loan_amount={field:loan_amount}", "note={field:note}", "policy_number={field:policy_number}"];
    let ran = caketester(["client", "--intercept", "YourDomain.com", "--", "sh", "examples/clients/sh/hard-coded.sh"])
        .args(["{lead_id}", "{status}", "{sub_status}"])
        .args(fields)
        // Whatever stands here must not lead it past the proxy.
        .env("NO_PROXY", "*")
        .env("no_proxy", ".com")
        .within(Duration::from_mins(10))
        .run();
    assert_snapshot!(ran.exits_with(0).page_without_scenarios(), @"
    $ NO_PROXY='*' no_proxy=.com caketester client --intercept YourDomain.com -- sh examples/clients/sh/hard-coded.sh {lead_id} {status} {sub_status} 'loan_amount={field:loan_amount}' 'note={field:note}' 'policy_number={field:policy_number}'
    exit code 0
    --- stdout
    recommended, and fails nothing (with --strict it does):
      Q07 sends custom fields by their field names
        broken in 3 scenarios: encoding/field-names, encoding/field-names-of-other-shapes, fields/many
        × agent was not sent
        help      the client sent loan_amount, note, policy_number, and not agent: send each field under the field name that the network configured; if the client knows a fixed set of fields, say so: `can: { values: false }` in caketester.yaml, or --cannot values

    [N] scenarios: [N] passed, 0 failed ([N] steps, [N] checks, [TIME])
    required: 24 of 24 rules followed; not exercised: R05
    recommended: 32 of 33 rules followed; not exercised: A06, R03
    evidence: outcome (the client itself reported what it concluded)
    not tested: the network's own host, the buyer's real key, the names the network has configured
    the client conforms
    ");
}

#[test]
fn certificates_that_no_client_may_take_are_what_curl_says_of_them() {
    if without_curl() {
        return;
    }
    let mut pages = String::new();
    for way in [&[][..], &["--tls"], &["--intercept", "YourDomain.com"]] {
        let folder = folder();
        let report = format!("json={}", folder.at("report.json").display());
        let ran = checking(&[way, &["--tag", "certificate", "--report", &report]].concat(), &[]).run();
        pages += &ran.exits_with(0).page();
        let report: Value = serde_json::from_str(&folder.read("report.json")).expect("the report is JSON");
        let said = |id: &str| {
            let scenarios = report["scenarios"].as_array().expect("there are scenarios");
            let found = scenarios.iter().find(|scenario| scenario["id"] == id).expect("it was run");
            found["steps"][0]["trace"]["stdout"].as_str().expect("it said something").trim().to_owned()
        };
        // curl's exit code for a certificate it does not take, and OpenSSL's reason.
        assert_eq!(said("security/certificate-expired"), "60 10", "{way:?}");
        assert_eq!(said("security/certificate-untrusted"), "60 20", "{way:?}");
        // With this one OpenSSL finds no fault; the name is curl's to compare.
        let another_host = said("security/certificate-for-another-host");
        assert!(another_host == "60 0" || another_host == "60 1", "{way:?}: {another_host}");
    }
    assert_snapshot!(pages);
}

#[test]
fn a_client_that_takes_any_certificate_is_told_so() {
    if without_curl() {
        return;
    }
    let ran = checking(&["--tag", "certificate"], &["--insecure"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    // One cause, one finding.
    assert_eq!(ran.stdout.matches('×').count(), 1, "{}", ran.stdout);
}

#[test]
fn who_never_looks_at_a_certificate_has_refused_none() {
    if without_curl() {
        return;
    }
    let evades = format!("case $CAKE_LEAD_ID in 5A1E08*) exit 11;; esac\n{CURL}");
    let ran = caketester(["client", "--tag", "certificate", "--", "sh", "-c", &evades, "sh"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    let claims = CURL.replace("exit 11", "exit 0");
    let ran = caketester(["client", "--tag", "certificate", "--", "sh", "-c", &claims, "sh"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_client_that_does_not_take_the_authority_is_not_blamed_and_told_what_to_do() {
    if without_curl() {
        return;
    }
    let deaf = format!("unset CURL_CA_BUNDLE SSL_CERT_FILE\n{CURL}");
    let deaf = ["--", "sh", "-c", &deaf, "sh"];
    let ran =
        caketester(["client", "--only", "codes/success", "--only", "security/certificate-expired"]).args(deaf).run();
    assert_snapshot!(ran.exits_with(1).page());
    let ran = caketester(["client", "--tls", "--tag", "smoke"]).args(deaf).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_client_that_speaks_tls_where_it_should_not_or_does_not_where_it_should_is_told_once() {
    if without_curl() {
        return;
    }
    let always = CURL.replace("\"$CAKE_URL\"", "\"https://${CAKE_URL#*://}\"");
    let ran = caketester(["client", "--tag", "smoke", "--", "sh", "-c", &always, "sh", "--insecure"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    let never = CURL.replace("\"$CAKE_URL\"", "\"http://${CAKE_URL#*://}\"");
    let ran = caketester(["client", "--tls", "--tag", "smoke", "--", "sh", "-c", &never, "sh"]).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_client_is_given_the_certificate_by_every_name_it_may_know() {
    let said = |options: &[&str]| {
        let tell = "for name in CAKE_CA_FILE CURL_CA_BUNDLE SSL_CERT_FILE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS DENO_CERT PERL_LWP_SSL_CA_FILE
            do eval \"echo $name=\\$$name\"; done; echo \"argument=$1\"; grep -c BEGIN \"$1\"; env | grep -i proxy | sort; exit 7";
        let ran = caketester(["client"])
            .args(options)
            .args(["--", "sh", "-c", tell, "sh", "{ca_file}"])
            .env("REQUEST_METHOD", "GET");
        ran.env("CAKE_CA_FILE", "/stale").env("NO_PROXY", "*").run().stdout
    };
    let over_tls = said(&["--tls"]);
    let file = over_tls.lines().find_map(|line| line.split_once("argument=")).expect("it says so").1.to_owned();
    assert!(file.ends_with("ca.pem") && !std::path::Path::new(&file).exists(), "{file} is left behind");
    assert!(said(&[]).contains("| argument=\n"), "there is none without TLS");
}

#[test]
fn a_proxy_is_named_by_every_variable_and_nothing_exempts_the_host() {
    let told = |host: &str| {
        let folder = folder();
        let report = folder.at("out");
        let tell = "env | grep -i -E '_proxy=|^REQUEST_METHOD|^CAKE_(BASE_URL|CA_FILE)' | sort > \"$OUT\"; exit 7";
        let ran = caketester(["client", "--intercept", host, "--", "sh", "-c", tell]);
        ran.env("OUT", &report)
            .env("NO_PROXY", "*")
            .env("no_proxy", host)
            .env("REQUEST_METHOD", "GET")
            .run()
            .exits_with(1);
        folder.read("out")
    };
    let text = told("YourDomain.com");
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("{name}=http://127.0.0.1:"))), "{name}: {text}");
    }
    for line in [
        "CAKE_BASE_URL=https://YourDomain.com",
        "NO_PROXY=127.0.0.1,localhost,::1",
        "no_proxy=127.0.0.1,localhost,::1",
        "NODE_USE_ENV_PROXY=1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert!(!text.contains("REQUEST_METHOD"), "{text}");
    assert!(told("localhost:8443").contains("NO_PROXY=127.0.0.1,::1\n"));
}

#[test]
fn nothing_is_forwarded_and_what_was_asked_for_is_told() {
    if without_curl() {
        return;
    }
    let elsewhere = crate::support::server_that_answers(crate::support::http("200 OK", "text/xml", SUCCESS));
    let script = format!(
        "curl --silent --noproxy '' \"$OTHER/x?api_key=$CAKE_API_KEY\"; curl --silent https://elsewhere.example:8443/; {CURL}"
    );
    let ran =
        caketester(["client", "--intercept", "YourDomain.com", "--only", "codes/status-absent", "--", "sh", "-c"])
            .arg(script.replace("exit 10", "exit 0"))
            .env("OTHER", elsewhere.base_url())
            .run();
    assert_snapshot!(ran.exits_with(1).page());
    assert_eq!(elsewhere.requests(), [""; 0], "it was forwarded");
}

#[test]
fn a_client_that_follows_a_redirect_away_from_its_host_is_seen_behind_the_proxy_too() {
    if without_curl() {
        return;
    }
    for (more, exit) in [(&["--location"][..], 1), (&[], 0)] {
        let only = ["--only", "security/redirect-to-another-host"];
        let ran = checking(&[&["--intercept", "YourDomain.com"], &only[..]].concat(), more).run();
        ran.exits_with(exit);
        let told = ran.stdout.contains("× the client followed a redirect to another host, by a URL that holds the key");
        assert_eq!(told, exit == 1, "{}", ran.describe());
    }
}

#[test]
fn a_client_that_asks_the_proxy_for_plain_http_of_the_host_is_answered_too() {
    if without_curl() {
        return;
    }
    let script = format!("CAKE_URL=http://yourdomain.com${{CAKE_URL#https://YourDomain.com}}\n{CURL}");
    let ran =
        caketester(["client", "--intercept", "YourDomain.com", "--tag", "smoke", "--", "sh", "-c", &script]).run();
    assert_snapshot!(ran.exits_with(0).page());
}

#[test]
fn one_asks_for_tls_or_for_a_host_that_is_one() {
    let ran = caketester(["client", "--builtin", "--tls", "--intercept", "x.example"]).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester client --builtin --tls --intercept x.example
    exit code 2
    --- stderr
    error: the argument '--tls' cannot be used with '--intercept <HOST[:PORT]>'

    Usage: caketester client --builtin --tls [-- <PROGRAM>...]

    For more information, try '--help'.
    ");
    let mut pages = String::new();
    for host in ["https://x.example/", "x.example:0", ""] {
        let ran = caketester(["client", "--builtin", &format!("--intercept={host}")]).run();
        pages += &ran.exits_with(2).page();
    }
    assert_snapshot!(pages);
}

/// A mock in this process, and what it saw in the end.
struct Seen {
    exchanges: Vec<(Delivery, Option<Code>)>,
    incidents: Vec<Incident>,
}

fn seen_of(reach: Reach, client: impl FnOnce(SocketAddr, String) + Send + 'static) -> Seen {
    let (pack, _) = load(Origin::Standard, &|_| None).expect("the standard pack can be loaded");
    let target = request_for(&pack.sample, &pack.key).target;
    let runtime = tokio::runtime::Runtime::new().expect("there is a runtime");
    runtime.block_on(async {
        let worlds = Worlds::only(Arc::new(World::plain(pack.instance.clone())));
        let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let options = Options { reach, ..Options::default() };
        let mock = Mock::start(free_port, worlds, options).await.expect("it starts");
        let address = mock.address();
        tokio::task::spawn_blocking(move || client(address, target)).await.expect("the client does not panic");
        let journal = mock.finish().await;
        let exchanges = journal.exchanges().iter().map(|exchange| (exchange.delivery, exchange.code)).collect();
        Seen { exchanges, incidents: journal.incidents() }
    })
}

/// A socket that is read one record of TLS at a time, so that what follows stays unread.
struct Records {
    socket: TcpStream,
    record: std::io::Cursor<Vec<u8>>,
}

impl Read for Records {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.record.position() == self.record.get_ref().len() as u64 {
            let mut head = [0; 5];
            self.socket.read_exact(&mut head)?;
            let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
            self.socket.read_exact(&mut record)?;
            self.record = std::io::Cursor::new([&head[..], &record].concat());
        }
        self.record.read(buf)
    }
}

impl Write for Records {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.socket.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.socket.flush()
    }
}

fn tls(authority: &Authority, host: &str, socket: TcpStream) -> StreamOwned<ClientConnection, Records> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der().to_vec())).expect("it is a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("ring has them");
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let name = ServerName::try_from(host.to_owned()).expect("it is a name");
    let socket = Records { socket, record: std::io::Cursor::default() };
    StreamOwned::new(ClientConnection::new(config, name).expect("it can begin"), socket)
}

fn request(target: &str, connection: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: {connection}\r\n\r\n")
}

fn read_to_the_answers_end(stream: &mut impl Read) {
    let mut text = Vec::new();
    let mut chunk = [0; 1024];
    while !text.ends_with(b"</result>") {
        match stream.read(&mut chunk) {
            Ok(read @ 1..) => text.extend_from_slice(&chunk[..read]),
            ended => panic!("{ended:?} after {}", String::from_utf8_lossy(&text)),
        }
    }
}

#[test]
fn an_answer_that_was_read_counts_as_taken_however_the_connection_ends() {
    for (connection, says_farewell) in [("close", true), ("close", false), ("keep-alive", true), ("keep-alive", false)]
    {
        let authority = Authority::new(None).unwrap();
        let reach = Reach::Tls(authority.identity(None));
        let seen = seen_of(reach, move |address, target| {
            let mut stream = tls(&authority, "localhost", TcpStream::connect(address).unwrap());
            stream.write_all(request(&target, connection).as_bytes()).unwrap();
            read_to_the_answers_end(&mut stream);
            if connection == "close" {
                // The server's farewell has come, and closing over it resets the connection.
                stream.sock.socket.peek(&mut [0; 1]).unwrap();
            }
            if says_farewell {
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        });
        assert_eq!(seen.exchanges, [(Delivery::Delivered, Some(Code::SUCCESS))], "{connection} {says_farewell}");
        assert_eq!(seen.incidents, []);
    }
}

#[test]
fn an_answer_that_was_left_unread_is_seen_to_be_reset() {
    let authority = Authority::new(None).unwrap();
    let reach = Reach::Tls(authority.identity(None));
    let seen = seen_of(reach, move |address, target| {
        let mut stream = tls(&authority, "localhost", TcpStream::connect(address).unwrap());
        stream.write_all(request(&target, "keep-alive").as_bytes()).unwrap();
        // It has come, and closing over it resets the connection.
        assert!(stream.sock.socket.peek(&mut [0; 1]).unwrap() > 0);
    });
    assert_eq!(seen.exchanges, [(Delivery::Reset, Some(Code::SUCCESS))]);
}

#[test]
fn the_certificate_for_another_host_begins_with_the_name_of_the_right_one() {
    let authority = Authority::new(Some("northgrid.example")).expect("there is randomness");
    let reach = Reach::Tls(authority.identity(Some(Obstacle::AnotherHost)));
    seen_of(reach, move |address, _| {
        let mut stream = tls(&authority, "northgrid.example", TcpStream::connect(address).expect("it listens"));
        let refused = stream.read(&mut [0]).expect_err("the name is another").to_string();
        assert!(refused.contains("northgrid.example.another-host.invalid"), "{refused}");
    });
}

#[test]
fn a_handshake_and_no_request_is_evidence_too() {
    let authority = Authority::new(None).unwrap();
    let reach = Reach::Tls(authority.identity(Some(Obstacle::AnotherHost)));
    let seen = seen_of(reach, move |address, _| {
        let mut stream = tls(&authority, "127.0.0.1.another-host.invalid", TcpStream::connect(address).unwrap());
        stream.conn.complete_io(&mut stream.sock).expect("the certificate is right for that name");
    });
    assert!(seen.exchanges.is_empty());
    assert_eq!(seen.incidents, [Incident::NothingAsked]);
}

#[test]
fn a_tunnel_carries_a_handshake_that_came_along_with_the_question_for_it() {
    let host: InterceptedHost = "cake.example".parse().unwrap();
    let authority = Authority::new(Some(host.name())).unwrap();
    let reach = Reach::Proxy(host, authority.identity(None));
    let seen = seen_of(reach, move |address, target| {
        let mut stream = tls(&authority, "cake.example", TcpStream::connect(address).unwrap());
        let mut first = b"CONNECT cake.example:443 HTTP/1.1\r\nHost: cake.example:443\r\n\r\n".to_vec();
        stream.conn.write_tls(&mut first).unwrap();
        stream.sock.write_all(&first).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.sock.socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&head));
        stream.write_all(request(&target, "close").as_bytes()).unwrap();
        read_to_the_answers_end(&mut stream);
    });
    assert_eq!(seen.exchanges, [(Delivery::Delivered, Some(Code::SUCCESS))]);
    assert_eq!(seen.exchanges[0].1.and_then(Code::outcome), Some(Outcome::Updated));
}

#[test]
fn a_tunnel_to_another_host_or_port_is_refused() {
    for asked in ["cake.example:80", "other.example:443"] {
        let host: InterceptedHost = "cake.example".parse().unwrap();
        let authority = Authority::new(Some(host.name())).unwrap();
        let seen = seen_of(Reach::Proxy(host, authority.identity(None)), move |address, _| {
            let answer = crate::support::exchange_bytes(
                &address.to_string(),
                format!("CONNECT {asked} HTTP/1.1\r\nHost: {asked}\r\nConnection: close\r\n\r\n").as_bytes(),
            );
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("nothing is ever forwarded"), "{answer}");
        });
        assert!(seen.exchanges.is_empty());
        assert_eq!(seen.incidents, [Incident::AnotherHost(asked.to_owned())]);
    }
}

#[test]
fn a_fault_strikes_through_tls_as_it_does_without() {
    if without_curl() {
        return;
    }
    let served = serve(&[]);
    let (base, authority) = (served.url(), ca_file(&served));
    let exit = |lead: &str| {
        let url = format!("{base}?api_key=BuyerAPIKeyHere&lead_id={lead}&status=Funded");
        let error = ["--show-error", "--stderr", "-"];
        let (said, exit) = curl(&[&["--cacert", authority], &error[..], &[&url]].concat());
        (exit, said)
    };
    let lead_of = |id: &str| {
        let table = include_str!("../../docs/lead-ids.md");
        let row = table.lines().find(|row| row.contains(&format!("`{id}`"))).expect("the scenario has a lead");
        row.split('`').nth(1).expect("its row begins with it").to_owned()
    };
    let (code, said) = exit(&lead_of("faults/reset-after-commit"));
    assert!(code == Some(35) || code == Some(56), "{code:?}: {said}");
    assert!(said.contains("reset by peer"), "{said}");
    let (code, said) = exit(&lead_of("faults/closed-short-of-its-length"));
    assert_eq!(code, Some(18), "{said}");
}

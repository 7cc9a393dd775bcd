//! What the mock corrects against CAKE and its platform, byte by byte: names of headers, calls by scripts, SOAP, compressed
//! answers, leads with several buyers.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::path::Path;

use crate::support::{Running, caketester, folder};

const METHOD: &str = "/api/1/buyers.asmx/UpdateLeadStatus";
const FUNDED: &str = "api_key=BuyerAPIKeyHere&status=Funded&lead_id=";
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const SCRIPT_ERROR: &str =
    r#"{"Message":"There was an error processing the request.","StackTrace":"","ExceptionType":""}"#;

fn serve() -> Running {
    caketester(["serve", "--port", "0"]).starts()
}

/// Sends requests over one connection, and reads to the end.
fn bytes(served: &Running, requests: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
    stream.write_all(requests.as_bytes()).expect("it reads");
    stream.shutdown(Shutdown::Write).expect("it is open");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    answer
}

/// What comes back, with the date taken out.
fn answer(served: &Running, request_line: &str, headers: &str, body: &str) -> String {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let request = format!("{request_line} HTTP/1.1\r\nHost: x\r\n{headers}{length}\r\n{body}");
    undated(&String::from_utf8(bytes(served, &request)).expect("the answer is UTF-8"))
}

fn undated(text: &str) -> String {
    let lines = text.split('\n').map(|line| if line.starts_with("Date: ") { "Date: …\r" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_names_of_headers_are_written_as_iis_writes_them() {
    let served = serve();
    let plain = answer(&served, &format!("GET {METHOD}?{FUNDED}C8097F17"), "", "");
    // The same name in a body stays as it is, wherever the body ends and the next head begins.
    let echo = format!("GET {METHOD}?{FUNDED}C8097F17 HTTP/1.1\r\nHost: x\r\n\r\n");
    let echoed = "GET /api/1/buyers.asmx/x-aspnet-version:content-type: HTTP/1.1\r\nHost: x\r\n\r\n".to_owned();
    let thrice = String::from_utf8(bytes(&served, &[&*echo, &echoed, &echo].concat())).expect("the answers are UTF-8");
    let unparsable = answer(&served, "GET / / /", "", "");
    insta::assert_snapshot!([plain, undated(&thrice), unparsable].join("\n=====\n").replace('\r', ""));
}

#[test]
fn faults_and_answers_of_scenarios_have_such_heads_too() {
    let served = serve();
    let heads: Vec<String> =
        ["faults/dribbled-body", "retries/retry-after-a-second", "security/redirect-to-the-same-host"]
            .map(|scenario| {
                let lead = lead_of(scenario);
                let answer = answer(&served, &format!("GET {METHOD}?{FUNDED}{lead}"), "", "");
                answer.split("\r\n\r\n").next().unwrap_or_default().replace('\r', "")
            })
            .into();
    insta::assert_snapshot!(heads.join("\n=====\n"));
}

/// The lead of a scenario's first step.
fn lead_of(scenario: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{scenario}.yaml"));
    let text = fs::read_to_string(path).expect("there is such a scenario");
    let (_, behind) = text.split_once("lead_id: ").expect("it names a lead");
    behind[..8].to_owned()
}

#[test]
fn a_call_with_a_content_type_of_json_is_one_by_a_script() {
    let served = serve();
    let with = |request: &str, content_type: &str| {
        let answer = answer(&served, request, &format!("Content-Type: {content_type}\r\nConnection: close\r\n"), "");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let content_type = head.lines().find_map(|line| line.strip_prefix("Content-Type: ")).unwrap_or_default();
        format!("{} | {content_type} | {body}", head.lines().next().unwrap_or_default())
    };
    let get = |lead: &str| format!("GET {METHOD}?{FUNDED}{lead}");
    let [answered, refused] = ["5A1E0918", "5A1E0919"];
    for (request, content_type, expected) in [
        (get("C8097F17"), "application/json", format!("500 | {SCRIPT_ERROR}")),
        (get("C8097F17"), "application/json; charset=utf-8", format!("500 | {SCRIPT_ERROR}")),
        (format!("POST {METHOD}"), "application/json", format!("500 | {SCRIPT_ERROR}")),
        ("GET /api/1/buyers.asmx/Foo".to_owned(), "application/json", format!("500 | {SCRIPT_ERROR}")),
        (get("C8097F17"), "text/json", format!("200 | {SUCCESS}")),
        (get(answered), "application/json", r#"200 | {"d":{"code":0,"msg":"success"}}"#.to_owned()),
        (get(refused), "application/json", r#"200 | {"d":{"code":2,"msg":"lead id not found"}}"#.to_owned()),
        (format!("GET {METHOD}?lead_id={answered}"), "application/json", format!("500 | {SCRIPT_ERROR}")),
        (format!("POST {METHOD}?{FUNDED}{answered}"), "application/json", format!("500 | {SCRIPT_ERROR}")),
        (get(answered), "text/plain", format!("200 | {SUCCESS}")),
    ] {
        let (status, body) = expected.split_once(" | ").expect("a status and a body");
        let got = with(&request, content_type);
        assert!(
            got.starts_with(&format!("HTTP/1.1 {status} ")) && got.ends_with(&format!("| {body}")),
            "{request}: {got}"
        );
        assert_eq!(got.contains("application/json; charset=utf-8"), body.starts_with('{'), "{request}: {got}");
    }
}

#[test]
fn only_a_get_of_the_bare_service_gets_the_help_page() {
    let served = serve();
    let soap = "Content-Type: text/xml; charset=utf-8\r\nConnection: close\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    let service = "/api/1/buyers.asmx";
    let answers = [
        answer(&served, &format!("POST {service}"), soap, "<x/>"),
        answer(&served, &format!("POST {service}"), &format!("{soap}SOAPAction: \"http://x/<y>\"\r\n"), "<x/>"),
        answer(&served, &format!("POST {service}"), form, &format!("{FUNDED}C8097F17")),
        answer(&served, &format!("HEAD {service}"), "Connection: close\r\n", ""),
    ];
    insta::assert_snapshot!(answers.join("\n=====\n").replace('\r', ""));
}

#[test]
fn an_answer_is_compressed_for_whoever_asks_and_for_nobody_else() {
    let served = serve();
    let get = |lead: &str, accepted: &str| {
        let request = format!("GET {METHOD}?{FUNDED}{lead} HTTP/1.1\r\nHost: x\r\n{accepted}Connection: close\r\n\r\n");
        let answer = bytes(&served, &request);
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("there is a head");
        (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
    };
    let gzip = "Accept-Encoding: gzip, deflate\r\n";
    let (head, body) = get("5A1E091A", gzip);
    assert!(
        head.contains("\r\nContent-Encoding: gzip\r\n") && head.contains("\r\nVary: Accept-Encoding\r\n"),
        "{head}"
    );
    assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())), "{head}");
    let mut plain = String::new();
    flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut plain).expect("it is gzip");
    assert_eq!(plain, SUCCESS);
    for (lead, accepted) in [("5A1E091A", ""), ("5A1E091A", "Accept-Encoding: gzip;q=0\r\n"), ("C8097F17", gzip)] {
        let (head, body) = get(lead, accepted);
        assert_eq!(String::from_utf8_lossy(&body), SUCCESS);
        assert!(!head.contains("Content-Encoding"), "{head}");
    }
}

#[test]
fn a_content_encoding_that_the_body_does_not_have_is_a_mistake() {
    let pack = folder();
    pack.write("scenarios/instance.yaml", "buyers: [{ name: A, key: the-key-of-a }]\nstatuses: [{ name: Funded }]\nleads: [{ id: A0 }]\nsample: { lead_id: A0, status: Funded }\n");
    pack.write(
        "scenarios/a/x.yaml",
        "title: x\nupdate: { lead_id: A1, status: Funded }\ncode: 0\nanswer: { headers: { Content-Encoding: gzip } }\n",
    );
    pack.write("scenarios/a/y.yaml", "title: y\ninstance: { leads: [{ id: A2, buyers: [A, B] }] }\nupdate: { lead_id: A2, status: Funded }\ncode: 0\n");
    let ran = caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).run();
    insta::assert_snapshot!(format!("{}{}", ran.stdout, ran.stderr).replace(&*pack.path().to_string_lossy(), "PACK"));
}

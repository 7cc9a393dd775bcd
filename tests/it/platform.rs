//! What ASP.NET and IIS do around the method, row by row, against the running mock: status, content type, bytes.
//! The facts come from the platform's published reference source and from recorded answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

use crate::support::page::assert_snapshot;
use crate::support::{Running, caketester};

const METHOD: &str = "/api/1/buyers.asmx/UpdateLeadStatus";
const GOOD: &str = "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded";
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// An answer, taken apart.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(": ").map(|(_, value)| value)
    }
}

fn serve() -> Running {
    caketester(["serve", "--port", "0"]).starts()
}

/// Sends bytes as they are and reads to the end.
fn send(served: &Running, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a socket takes a timeout");
    stream.write_all(bytes).expect("it reads");
    stream.shutdown(Shutdown::Write).expect("it is open");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8(answer).expect("the answer is UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer { status: status.expect("there is a status line"), head: head.to_owned(), body: body.to_owned() }
}

fn request(served: &Running, method: &str, target: &str, headers: &str, body: &str) -> Answer {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}{length}Connection: close\r\n\r\n{body}");
    send(served, head.as_bytes())
}

#[test]
fn a_success_has_the_recorded_headers_and_the_documented_bytes() {
    let answer = request(&serve(), "GET", &format!("{METHOD}?{GOOD}"), "", "");
    assert_eq!((answer.status, answer.body.as_str()), (200, SUCCESS));
    for (name, value) in [
        ("content-type", Some(XML)),
        ("cache-control", Some("private, max-age=0")),
        ("x-aspnet-version", Some("4.0.30319")),
        ("x-powered-by", Some("ASP.NET")),
        // Recorded answers since 2017 have none.
        ("server", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[test]
fn every_decoding_rule_of_the_query_decides_what_cake_reads() {
    let served = serve();
    let code = |query: &str| {
        let answer = request(&served, "GET", &format!("{METHOD}?{query}"), "", "");
        let code = answer.body.split_once("<code>").and_then(|(_, rest)| rest.split_once("</code>"));
        code.map_or_else(|| answer.body.trim_end().to_owned(), |(code, _)| code.to_owned())
    };
    let with = |status: &str| code(&GOOD.replace("Funded", status));
    for (rule, answered, expected) in [
        ("+ is a space", with("In+Progress"), "0"),
        ("%20 is a space", with("In%20Progress"), "0"),
        ("%uXXXX is a UTF-16 unit", with("%u0046unded"), "0"),
        ("a malformed escape stays", with("Funded%zz"), "3"),
        ("; does not separate", with("Funded;x=1"), "3"),
        ("& separates", with("Funded&x=1"), "0"),
        ("values are not trimmed", with("Funded+"), "3"),
        ("invalid UTF-8 is no error", with("Funded%FF"), "3"),
        ("repeated values are joined with a comma", with("Funded&STATUS=Funded"), "3"),
        ("names match in any case", code(&GOOD.replace("status", "STATUS").replace("api_key", "Api_Key")), "0"),
        ("an empty value is there", code("api_key=&lead_id=C8097F17&status=Funded"), "1"),
        ("a bare name is not", code("api_key&lead_id=C8097F17&status=Funded"), "Missing parameter: api_key."),
    ] {
        assert_eq!(answered, expected, "{rule}");
    }
}

#[test]
fn everything_that_fails_before_the_method_gets_the_platforms_answer() {
    let served = serve();
    let query = format!("{METHOD}?{GOOD}");
    let long = |length: usize| format!("{METHOD}?{}", "x".repeat(length));
    let rows: &[(&str, &str, &str, &str, u16, &str, &str)] = &[
        ("GET", METHOD, "", "", 500, TEXT, "Missing parameter: api_key.\r\n"),
        ("GET", &format!("{METHOD}?api_key=x&status=y"), "", "", 500, TEXT, "Missing parameter: lead_id.\r\n"),
        ("GET", &format!("{METHOD}?api_key=x&lead_id=y"), "", "", 500, TEXT, "Missing parameter: status.\r\n"),
        (
            "GET",
            "/api/1/buyers.asmx/updateleadstatus",
            "",
            "",
            500,
            TEXT,
            "Invalid method name &#39;updateleadstatus&#39;,  method names are case sensitive.   The method name \
             &#39;UpdateLeadStatus&#39; with the same name but different casing was found.\r\nParameter name: methodName\r\n",
        ),
        ("GET", "/api/1/buyers.asmx/Foo", "", "", 500, TEXT, "Foo Web Service method name is not valid.\r\n"),
        (
            "GET",
            &format!("{METHOD}/"),
            "",
            "",
            500,
            TEXT,
            "UpdateLeadStatus/ Web Service method name is not valid.\r\n",
        ),
        (
            "GET",
            &format!("{METHOD}/x"),
            "",
            "",
            500,
            TEXT,
            "UpdateLeadStatus/x Web Service method name is not valid.\r\n",
        ),
        ("POST", METHOD, "Content-Type: text/plain\r\n", "{}", 500, TEXT, "Request format is invalid: text/plain.\r\n"),
        ("POST", METHOD, FORM, GOOD, 200, XML, SUCCESS),
        ("POST", &query, FORM, "x=y", 500, TEXT, "Missing parameter: api_key.\r\n"),
        ("PUT", &query, "", "", 405, HTML, "HTTP verb used to access this page is not allowed."),
        ("DELETE", &query, "", "", 405, HTML, "HTTP verb used to access this page is not allowed."),
        ("HEAD", &query, "", "", 500, HTML, ""),
        ("GET", "/api/1/buyers.asmx", "", "", 200, HTML, "UpdateLeadStatus"),
        ("GET", "/api/1/buyers.asmx?WSDL", "", "", 200, XML, "<wsdl:operation name=\"UpdateLeadStatus\" />"),
        ("GET", "/api/1/nothing.asmx/UpdateLeadStatus", "", "", 404, HTML, "The resource cannot be found."),
        ("GET", "/API/1/BUYERS.ASMX/Foo", "", "", 500, TEXT, "Foo Web Service method name is not valid.\r\n"),
        (
            "GET",
            &format!("{METHOD}?{}", GOOD.replace("Funded", "%3Cscript%3E")),
            "",
            "",
            500,
            TEXT,
            "A potentially dangerous Request.QueryString value was detected from the client \
             (status=&quot;&lt;script&gt;&quot;).\r\n",
        ),
        (
            "POST",
            METHOD,
            FORM,
            "status=%26%2365;",
            500,
            TEXT,
            "dangerous Request.Form value was detected from the client",
        ),
        ("GET", &long(2_049), "", "", 404, HTML, "404.15"),
        ("GET", &long(2_048), "", "", 500, TEXT, "Missing parameter: api_key.\r\n"),
        ("GET", &format!("/{}", "x".repeat(261)), "", "", 400, HTML, "Bad Request"),
        ("GET", &format!("/{}", "x".repeat(260)), "", "", 404, HTML, "The resource cannot be found."),
    ];
    for (method, target, headers, body, status, content_type, text) in rows {
        let answer = request(&served, method, target, headers, body);
        let shown = format!("{method} {target} {headers}{body}");
        assert_eq!(answer.status, *status, "{shown}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some(*content_type), "{shown}");
        // Our pages are as long as they need to be; the platform's texts are exact.
        let is_exact = *content_type != HTML && text.ends_with(['\n', '>']) && !text.starts_with("<wsdl");
        assert!(if is_exact { answer.body == *text } else { answer.body.contains(text) }, "{shown}: {:?}", answer.body);
    }
}

#[test]
fn raw_requests_get_a_right_answer_or_a_clean_close_and_each_is_told() {
    let mut served = serve();
    for (what, bytes, status) in [
        ("a raw space", format!("GET {METHOD}?{GOOD}&sub_status=Full Payment HTTP/1.1\r\nHost: x\r\n\r\n"), 400),
        ("a fragment", format!("GET {METHOD}?{GOOD}#rest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 200),
        ("bare line feeds", format!("GET {METHOD}?{GOOD} HTTP/1.1\nHost: x\nConnection: close\n\n"), 200),
        ("an empty line before it", format!("\r\nGET {METHOD}?{GOOD} HTTP/1.1\r\nConnection: close\r\n\r\n"), 200),
        ("HTTP/1.0", format!("GET {METHOD}?{GOOD} HTTP/1.0\r\n\r\n"), 200),
        (
            "an absolute target",
            format!("GET http://x{METHOD}?{GOOD} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            200,
        ),
    ] {
        let answer = send(&served, bytes.as_bytes());
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        assert_eq!(answer.body, if status == 200 { SUCCESS } else { "" }, "{what}");
    }
    let log = served.logs(&format!("http://x{METHOD}"));
    assert!(log.contains("code 0"), "{log}");
    let ran = served.ends_on("TERM");
    assert_snapshot!(ran.never_says("BuyerAPIKeyHere").page(), @r#"
    $ caketester serve --port 0
    exit code 0
    --- stdout
    {"event":"ready","base_url":"http://127.0.0.1:[PORT]","url":"http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus","port":[PORT],"pid":[PID],"pack":"standard","scenarios":[N]}
    --- stderr
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded#rest -> HTTP 200 code 0: every check passed
    [TIMESTAMP] GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded&sub_status=Full Payment -> HTTP 400 code -: this is no HTTP request: invalid HTTP version parsed
    [TIMESTAMP] GET http://x/api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=C8097F17&status=Funded -> HTTP 200 code 0: every check passed
    stopped after 6 requests
    "#);
}

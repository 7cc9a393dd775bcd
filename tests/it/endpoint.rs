//! `caketester endpoint` from outside: against our own mock, and against endpoints that are anything but CAKE.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

use crate::support::foreign::{Foreign, foreign};
use crate::support::page::assert_snapshot;
use crate::support::{Ran, caketester, exported_pack, folder, http, raw_server, server_that_answers};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, ResponseTemplate};

const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const XML: &str = "text/xml; charset=utf-8";

impl Foreign {
    /// Each request so far.
    fn requests(&self) -> Vec<String> {
        let target = |url: &wiremock::http::Url| format!("{}?{}", url.path(), url.query().unwrap_or_default());
        self.received().iter().map(|request| format!("{} {}", request.method, target(&request.url))).collect()
    }

    /// Checks it with the one scenario that asks for a success.
    fn is_checked(&self, arguments: &[&str]) -> Ran {
        check(&self.server.uri(), arguments)
    }
}

fn xml(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, XML)
}

fn check(url: &str, arguments: &[&str]) -> Ran {
    caketester(["endpoint", url, "--only", "codes/success"]).args(arguments).run()
}

/// What is said of a failure, without what differs from run to run.
fn finding(ran: &Ran) -> String {
    let from = ran.stdout.find("\nFAIL ").unwrap_or_else(|| panic!("nothing failed\n{}", ran.describe()));
    let said = &ran.stdout[from + 1..];
    let lines = said.lines().filter(|line| !line.trim_start().starts_with("repeat ") && !line.contains(" scenario: "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn our_own_mock_passes_the_whole_pack_twice_in_a_row_also_byte_by_byte() {
    let served = caketester(["serve", "--port", "0"]).starts();
    let mut pages = String::new();
    for arguments in [&[][..], &["--exact"], &["--ci"]] {
        let ran = caketester(["endpoint", served.base_url()]).args(arguments).run();
        pages += &ran.exits_with(0).page_without_scenarios();
    }
    assert_snapshot!(pages);
}

#[test]
fn an_endpoint_is_sent_one_get_with_the_update_as_the_documentation_has_it() {
    let endpoint = foreign(xml(SUCCESS));
    endpoint.is_checked(&[]).exits_with(0);
    let target = "/api/1/buyers.asmx/UpdateLeadStatus?api_key=BuyerAPIKeyHere&lead_id=5A1E0000&status=Funded";
    assert_eq!(endpoint.requests(), [format!("GET {target}")]);
}

#[test]
fn a_url_with_a_path_is_taken_as_it_is() {
    let endpoint = foreign(ResponseTemplate::new(404));
    let elsewhere = Mock::given(method("GET")).and(path("/cake/status")).and(query_param("lead_id", "5A1E0000"));
    endpoint.also(elsewhere.respond_with(xml(SUCCESS)).with_priority(1));
    check(&format!("{}/cake/status", endpoint.server.uri()), &[]).exits_with(0);
}

#[test]
fn the_key_comes_from_the_environment_where_that_is_asked_for() {
    let endpoint = foreign(xml(SUCCESS));
    let ask = || caketester(["endpoint", &endpoint.server.uri(), "--only", "codes/success", "--key-env", "ACME_KEY"]);
    assert_snapshot!(ask().run().exits_with(2).page(), @r"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/success --key-env ACME_KEY
    exit code 2
    --- stderr
    error: the environment variable that --key-env names is not set
      help: it takes the name of a variable, not the key
    ");
    assert_snapshot!(ask().env("ACME_KEY", "").run().exits_with(2).page(), @r"
    $ ACME_KEY='' caketester endpoint http://127.0.0.1:[PORT] --only codes/success --key-env ACME_KEY
    exit code 2
    --- stderr
    error: the environment variable that --key-env names is not set
      help: it takes the name of a variable, not the key
    ");
    assert_eq!(endpoint.requests(), Vec::<String>::new());
    ask().env("ACME_KEY", "s3cret key").run().exits_with(0);
    assert!(endpoint.requests()[0].contains("?api_key=s3cret+key&"), "{:?}", endpoint.requests());
}

#[test]
fn whatever_is_not_this_machine_is_refused_before_anything_is_sent() {
    let mut pages = String::new();
    for url in [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://169.254.169.254/",
        "http://[2001:db8::1]:8080/",
    ] {
        pages += &check(url, &[]).exits_with(2).page();
    }
    assert_snapshot!(pages);
    // This address, though no loopback, would reach us.
    let reachable = server_that_answers(http("200 OK", XML, SUCCESS));
    let url = reachable.base_url().replace("127.0.0.1", "0.0.0.0");
    assert_snapshot!(check(&url, &[]).exits_with(2).page(), @r"
    $ caketester endpoint http://0.0.0.0:[PORT] --only codes/success
    exit code 2
    --- stderr
    error: 0.0.0.0 is not this machine, and nothing was sent
      help: an update sent to a real CAKE changes a real lead, so the updates are sent to loopback only (127.0.0.1, [::1], localhost); `caketester endpoint probe` checks a real endpoint without writing
    ");
    assert_eq!(reachable.requests(), Vec::<String>::new());
}

#[test]
fn an_endpoint_on_this_machine_may_speak_tls() {
    let folder = folder();
    let authority = folder.at("ca.pem");
    let served = caketester(["serve", "--port", "0", "--tls", "--ca-file"]).arg(&authority).starts();
    let run = |options: &[&str]| {
        caketester(["endpoint", served.base_url(), "--only", "codes/*"]).args(options).in_dir(folder.path()).run()
    };
    run(&["--ca-file", "ca.pem"]).exits_with(0).says("the endpoint answers as expected");
    run(&[])
        .exits_with(2)
        .complains("no certificate would be trusted\n  help: name the authority's PEM file with --ca-file");
    folder.write("other.pem", "none");
    run(&["--ca-file", "other.pem"]).exits_with(2).complains("cannot use the certificate of other.pem");
}

#[test]
fn a_url_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let endpoint = server_that_answers(http("200 OK", XML, SUCCESS));
    let base = endpoint.base_url();
    let host = base.strip_prefix("http://").unwrap();
    let mut pages = String::new();
    for url in [
        "https://example.com".to_owned(),
        format!("https://{host}"),
        "ftp://127.0.0.1".to_owned(),
        host.to_owned(),
        String::new(),
        format!("{base}/?lead_id=1"),
        format!("{base}/#there"),
        format!("http://me:secret@{host}/"),
    ] {
        pages += &check(&url, &[]).exits_with(2).never_says("secret@").page();
    }
    assert_snapshot!(pages);
    assert_eq!(endpoint.requests(), Vec::<String>::new());
}

#[test]
fn where_nobody_listens_it_says_so_and_how_to_start_a_mock() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let ran = check(&format!("http://127.0.0.1:{port}"), &[]);
    assert_snapshot!(ran.exits_with(3).never_says("BuyerAPIKeyHere").page(), @"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/success
    exit code 3
    --- stderr
    error: cannot reach http://127.0.0.1:[PORT]/api/1/buyers.asmx/UpdateLeadStatus: [OS ERROR]
      help: is it running? `caketester serve` starts a mock to try this with
    ");
}

#[test]
fn an_endpoint_that_never_answers_is_given_up_on_when_its_time_is_over() {
    let silent = raw_server(|mut stream| {
        let _ = stream.read(&mut [0]);
    });
    let ran = check(&silent.base_url(), &["--timeout", "1"]);
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_endpoint_that_stops_half_way_is_given_up_on_when_its_time_is_over() {
    let stalling = raw_server(|mut stream| {
        let _ = stream.write_all(&http("200 OK", XML, SUCCESS).as_bytes()[..120]);
        let _ = stream.read(&mut [0]);
    });
    let ran = check(&stalling.base_url(), &["--timeout", "1"]);
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_endpoint_whose_answer_has_no_end_is_cut_off_at_a_megabyte() {
    let endless = raw_server(|mut stream| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\n\r\n<result>");
        let _ = stream.write_all(head.as_bytes());
        while stream.write_all(&[b' '; 8 * 1024]).is_ok() {}
    });
    let ran = check(&endless.base_url(), &[]);
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_endpoint_that_closes_before_it_has_sent_what_it_announced_is_told_apart() {
    let short = format!("HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\nContent-Length: 100\r\n\r\n{SUCCESS}");
    let endpoint = server_that_answers(short);
    let ran = check(&endpoint.base_url(), &[]);
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn an_endpoint_that_does_not_speak_http_or_hangs_up_is_at_fault() {
    let mut pages = String::new();
    for bytes in [&b"SSH-2.0-OpenSSH_9.9\r\n"[..], b"\x15\x03\x01\x00\x02\x02\x46", b""] {
        let ran = check(&server_that_answers(bytes).base_url(), &[]);
        pages += &ran.exits_with(1).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn an_answer_with_another_code_is_shown_against_the_expected_one() {
    let endpoint = foreign(xml("<result>\n  <code>1</code>\n  <msg>invalid api key</msg>\n</result>"));
    let ran = endpoint.is_checked(&[]);
    ran.exits_with(1);
    insta::assert_snapshot!(finding(&ran), @r#"
    FAIL codes/success: A status the network knows

      × the answer differs from the snapshot codes.success: code: expected 0, got 1; msg: expected "success", got "invalid api key"
            <result>
          -   <code>0</code>
          -   <msg>success</msg>
          +   <code>1</code>
          +   <msg>invalid api key</msg>
            </result>
        help      if the new answer is right, run this outside CI against a pack on disk (--pack DIR), and review the snapshot it writes

        scenario  codes/success: A status the network knows
        file      scenarios/codes/success.yaml in the standard pack, basis: documented
        why       The plainest update there is. A client that cannot report this one as updated will send it again every night, or raise an alarm over nothing.
        update    lead_id="5A1E0000" status="Funded"
        request   GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5A1E0000&status=Funded
        answer    HTTP 200 text/xml; charset=utf-8
          | <result>
          |   <code>1</code>
          |   <msg>invalid api key</msg>
          | </result>
        code 1    invalid API key: no buyer of this instance has it

    the endpoint does not answer as expected
    "#);
}

#[test]
fn an_answer_that_is_no_xml_is_a_failure_and_not_a_crash() {
    let mut pages = String::new();
    for body in ["success", "", "{\"code\": 0}", "<result><code>0</code>", "<code>0</code>", "\u{0}"] {
        let ran = foreign(xml(body)).is_checked(&[]);
        pages += &ran.exits_with(1).page_of_lines("  × ");
    }
    assert_snapshot!(pages);
}

#[test]
fn a_server_that_is_no_cake_at_all_is_one_message() {
    let other = foreign(ResponseTemplate::new(404).set_body_raw("<h1>Not found</h1>", "text/html"));
    let ran = caketester(["endpoint", &other.server.uri()]).run();
    ran.exits_with(1).says("does not answer as CAKE does: HTTP 404 with text/html, and no code in any answer");
    ran.never_says("the answer differs");
    // Three scenarios have a few steps each; the pack has hundreds.
    assert!(other.requests().len() < 50, "the rest was not sent");
}

#[test]
fn a_page_of_html_with_status_200_is_no_success() {
    let page = "<!DOCTYPE html>\r\n<html><body><h1>Welcome</h1><br></body></html>\r\n";
    let ran = foreign(ResponseTemplate::new(200).set_body_raw(page, "text/html")).is_checked(&[]);
    ran.exits_with(1);
    insta::assert_snapshot!(finding(&ran), @r#"
    FAIL codes/success: A status the network knows

      × the answer differs from the snapshot codes.success: the answer has a document type declaration
          - <result>
          -   <code>0</code>
          -   <msg>success</msg>
          - </result>
          + <!DOCTYPE html>
          + <html><body><h1>Welcome</h1><br></body></html>
        help      if the new answer is right, run this outside CI against a pack on disk (--pack DIR), and review the snapshot it writes

        scenario  codes/success: A status the network knows
        file      scenarios/codes/success.yaml in the standard pack, basis: documented
        why       The plainest update there is. A client that cannot report this one as updated will send it again every night, or raise an alarm over nothing.
        update    lead_id="5A1E0000" status="Funded"
        request   GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5A1E0000&status=Funded
        answer    HTTP 200 text/html
          | <!DOCTYPE html>
          | <html><body><h1>Welcome</h1><br></body></html>

    the endpoint does not answer as expected
    "#);
}

#[test]
fn the_same_meaning_in_other_bytes_is_a_note_and_fails_only_where_bytes_are_asked_for() {
    let folder = folder();
    let report = format!("json={}", folder.at("report.json").display());
    let other = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<result xmlns=\"http://cakemarketing.com/api/1/\">\r\n  <code>0</code><msg>success</msg></result>\r\n";
    let endpoint = foreign(xml(other));
    assert_snapshot!(endpoint.is_checked(&["--report", &report]).exits_with(0).page(), @r"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/success --report 'json=[DIR]/report.json'
    exit code 0
    --- stdout
    pass codes/success [TIME]
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    the endpoint answers as expected
    ");
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    insta::assert_snapshot!(report["scenarios"][0]["steps"][0]["notes"], @r#"["the same code and message, written in other bytes"]"#);
    let ran = endpoint.is_checked(&["--exact"]);
    ran.exits_with(1);
    insta::assert_snapshot!(finding(&ran), @r#"
    FAIL codes/success: A status the network knows

      × the answer differs from the snapshot codes.success: length: expected 56 bytes, was 135 bytes; line ends: expected LF, was CRLF; final newline: expected no, was yes; SHA-256: expected 763f3c1e5a2a3a794e38a9438c1ba3d92273b781aba7c9426f822e66ed06b3b4, was ea7b9a9c3f9d4b3cd65f60a2030dfff4c018b5f84e2efacc0bbfeedbf55e2627
          - <result>
          -   <code>0</code>
          -   <msg>success</msg>
          - </result>
          + <?xml version="1.0" encoding="utf-8"?>
          + <result xmlns="http://cakemarketing.com/api/1/">
          +   <code>0</code><msg>success</msg></result>
        help      if the new answer is right, run this outside CI against a pack on disk (--pack DIR), and review the snapshot it writes

        scenario  codes/success: A status the network knows
        file      scenarios/codes/success.yaml in the standard pack, basis: documented
        why       The plainest update there is. A client that cannot report this one as updated will send it again every night, or raise an alarm over nothing.
        update    lead_id="5A1E0000" status="Funded"
        request   GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=***&lead_id=5A1E0000&status=Funded
        answer    HTTP 200 text/xml; charset=utf-8
          | <?xml version="1.0" encoding="utf-8"?>
          | <result xmlns="http://cakemarketing.com/api/1/">
          |   <code>0</code><msg>success</msg></result>
        code 0    success: the lead's status was updated

    the endpoint does not answer as expected
    "#);
}

#[test]
fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let endpoint = foreign(ResponseTemplate::new(500));
    let uri = endpoint.server.uri();
    let here = Mock::given(path("/api/1/buyers.asmx/UpdateLeadStatus"));
    let redirect =
        ResponseTemplate::new(302).insert_header("Location", format!("{uri}/elsewhere")).set_body_raw(SUCCESS, XML);
    endpoint.also(here.respond_with(redirect).with_priority(1));
    endpoint.also(Mock::given(path("/elsewhere")).respond_with(xml(SUCCESS)).with_priority(1));
    let ran = endpoint.is_checked(&[]);
    assert_eq!(endpoint.requests().len(), 1, "{:?}", endpoint.requests());
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_difference_is_written_beside_a_snapshot_on_disk_outside_ci_and_nowhere_else() {
    let pack = exported_pack();
    let before = pack.files();
    let endpoint = foreign(xml("<result>\n  <code>0</code>\n  <msg>done</msg>\n</result>"));
    let uri = endpoint.server.uri();
    let on_disk = |arguments: &[&str]| {
        caketester(["endpoint", &uri, "--only", "codes/success", "--pack"]).arg(pack.path()).args(arguments)
    };

    assert_snapshot!(on_disk(&["--ci"]).run().exits_with(1).page());
    on_disk(&[]).env("CI", "true").run().exits_with(1);
    assert_snapshot!(endpoint.is_checked(&[]).exits_with(1).page());
    assert_eq!(pack.files(), before);

    assert_snapshot!(on_disk(&["--no-ci"]).env("CI", "true").run().exits_with(1).page());
    let new: Vec<String> = pack.files().into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(new, ["snapshots/codes.success.snap.new"]);
    insta::assert_snapshot!(pack.read("snapshots/codes.success.snap.new"), @r#"
    ---
    source: scenarios/codes/success.yaml
    expression: "lead_id=\"5A1E0000\" status=\"Funded\""
    info:
      http_status: 200
      content_type: text/xml; charset=utf-8
      length: 53
      line_ends: lf
      final_newline: false
      sha256: d11d40155bb2fd9a632c4236ba8f03be80e82c63cc6fd2f544fc8e226ac5de8d
    ---
    <result>
      <code>0</code>
      <msg>done</msg>
    </result>
    "#);

    let accept = caketester(["snapshots", "accept", "--pack"]).arg(pack.path()).run();
    assert_snapshot!(accept.exits_with(0).page(), @r"
    $ caketester snapshots accept --pack [DIR]
    exit code 0
    --- stdout
    accepted codes.success
    1 accepted
    ");
    on_disk(&["--exact"]).run().exits_with(0);
}

#[test]
fn a_missing_snapshot_is_written_outside_ci_and_a_reason_to_fail_in_ci() {
    let pack = exported_pack();
    pack.remove("snapshots/codes.success.snap");
    let endpoint = foreign(xml(SUCCESS));
    let uri = endpoint.server.uri();
    let on_disk =
        |ci: &str| caketester(["endpoint", &uri, "--only", "codes/success", ci, "--pack"]).arg(pack.path()).run();
    let ran = on_disk("--ci");
    assert!(!pack.files().contains(&"snapshots/codes.success.snap.new".to_owned()));
    ran.exits_with(5);
    assert_snapshot!(on_disk("--no-ci").exits_with(0).page(), @"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/success --no-ci --pack [DIR]
    exit code 0
    --- stdout
    pass codes/success [TIME]
    snapshots: pending review: codes.success; run `caketester snapshots review --pack [DIR]`
    1 scenario: 1 passed, 0 failed (1 step, [N] checks, [TIME])
    the endpoint answers as expected
    ");
    assert!(pack.files().contains(&"snapshots/codes.success.snap.new".to_owned()));
}

#[test]
fn the_first_failure_is_the_last_where_that_is_asked_for() {
    let endpoint = foreign(xml("<result><code>7</code></result>"));
    let uri = endpoint.server.uri();
    let ran = caketester(["endpoint", &uri, "--only", "codes", "--fail-fast"]).run();
    assert_snapshot!(ran.exits_with(1).page());
    assert_eq!(endpoint.requests().len(), 1);
}

#[test]
fn a_selection_that_fits_nothing_sends_nothing() {
    let endpoint = foreign(xml(SUCCESS));
    let ran = caketester(["endpoint", &endpoint.server.uri(), "--only", "codes/sucess"]).run();
    assert_snapshot!(ran.exits_with(4).page(), @r#"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/sucess
    exit code 4
    --- stderr
    error: no scenario of this pack fits "codes/sucess"
      help: did you mean --only codes/success?
    "#);
    assert_eq!(endpoint.requests(), Vec::<String>::new());
}

#[test]
fn a_later_attempt_without_a_snapshot_excuses_no_wrong_answer_to_the_first() {
    let pack = exported_pack();
    pack.remove("snapshots/updates.retry-after-503@attempt-2.snap");
    let endpoint = foreign(xml("<result>\n  <code>4</code>\n</result>"));
    let only = ["endpoint", &endpoint.server.uri(), "--only", "updates/retry-after-503", "--pack"];
    let ran = caketester(only).arg(pack.path()).run();
    assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_snapshot_that_cannot_be_read_stops_the_run_with_its_path() {
    let pack = exported_pack();
    pack.write("snapshots/codes.success.snap", "no snapshot\n");
    let endpoint = foreign(xml(SUCCESS));
    let only = ["endpoint", &endpoint.server.uri(), "--only", "codes/success", "--pack"];
    let ran = caketester(only).arg(pack.path()).run();
    assert_snapshot!(ran.exits_with(2).page(), @r"
    $ caketester endpoint http://127.0.0.1:[PORT] --only codes/success --pack [DIR]
    exit code 2
    --- stderr
    error: failed to read [DIR]/snapshots/codes.success.snap: it does not begin with a line of `---`, as a snapshot does; mend it by hand, or delete it and let a run write it anew
    ");
}

//! What a run against a real endpoint must not do: show a key or a lead to what is not CAKE, conclude what nothing shows, or write
//! over what it reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use wiremock::{Request, ResponseTemplate};

use crate::real_endpoint::{CANARY, cake, code, endpoint, is_ours, network, parameter};
use crate::support::foreign::foreign;
use crate::support::{caketester, folder};

fn has_key(request: &Request) -> bool {
    request.url.query().unwrap_or_default().contains(CANARY)
}

fn page(http_status: u16, text: &str) -> ResponseTemplate {
    ResponseTemplate::new(http_status)
        .set_body_raw(format!("<html><body>{text}</body></html>").into_bytes(), "text/html")
}

#[test]
fn learning_names_no_lead_where_a_made_up_key_succeeds() {
    let endpoint_of = foreign(|_: &Request| code(0));
    let folder = network(&endpoint_of);
    let ran = endpoint(&folder, "learn", &[]).run();
    ran.exits_with(1).complains("nothing was learnt").complains("so nothing was sent that names a lead");
    assert!(endpoint_of.received().iter().all(|request| !request.url.as_str().to_uppercase().contains("C8097F17")));
}

#[test]
fn a_call_without_a_code_is_the_last_and_has_no_key() {
    let login = |to: &'static str| ResponseTemplate::new(302).insert_header("Location", to);
    let pages = [
        (page(403, "Error 1020. Ray ID: 8a2f"), "a call is answered without a code (HTTP 403 and a page)"),
        (page(200, "Access Denied. Reference #18.2"), "a call is answered without a code (HTTP 200 and a page)"),
        (ResponseTemplate::new(511), "a call is answered without a code (HTTP 511)"),
        (login("/Account/Login.aspx?ReturnUrl=%2f"), "a login page"),
        (login("/other"), "a redirect to /other"),
        (login("http://127.0.0.1:1/x"), "a redirect to another host, 127.0.0.1:1"),
    ];
    for (answer, said) in pages {
        let endpoint_of = foreign(answer);
        let folder = network(&endpoint_of);
        for (command, options) in
            [("probe", &["--allow-updates"][..]), ("preflight", &["--allow-updates"]), ("learn", &[])]
        {
            let ran = endpoint(&folder, command, options).run();
            ran.exits_with(1);
            assert!(ran.describe().contains(said), "{command}: {said}\n{}", ran.describe());
        }
        assert!(!endpoint_of.received().iter().any(has_key), "{said}");
    }
}

#[test]
fn a_page_in_the_middle_of_updates_ends_them() {
    let requests = AtomicUsize::new(0);
    let endpoint_of =
        foreign(
            move |request: &Request| {
                if requests.fetch_add(1, Relaxed) < 12 { cake(request) } else { page(403, "Access Denied") }
            },
        );
    let folder = network(&endpoint_of);
    let ran = endpoint(&folder, "probe", &["--allow-updates"]).run();
    ran.exits_with(1).says("the run stopped after 13 of ").says("C8097F17 may not be left as the file says");
    assert_eq!(endpoint_of.received().len(), 13);
}

#[test]
fn a_lead_is_named_as_the_file_names_it() {
    let endpoint_of = foreign(|request: &Request| match parameter(request, "lead_id").as_deref() {
        Some("c8097f17") => ResponseTemplate::new(429),
        _ => cake(request),
    });
    let ran = endpoint(&network(&endpoint_of), "probe", &["--allow-updates"]).run();
    ran.exits_with(1).says("lead     C8097F17 may not be left").never_says("lead     c8097f17");
}

#[test]
fn a_success_that_a_client_cannot_read_is_told() {
    let json = || ResponseTemplate::new(200).set_body_raw(b"{\"d\":{\"code\":0}}".to_vec(), "application/json");
    let error = || {
        let xml = "<result><code>0</code><msg>x</msg></result>";
        ResponseTemplate::new(500).set_body_raw(xml.as_bytes().to_vec(), "text/xml; charset=utf-8")
    };
    let succeeding = |answer: fn() -> ResponseTemplate| {
        foreign(move |request: &Request| {
            let is_update = is_ours(request) && parameter(request, "status").as_deref() == Some("Funded");
            if is_update { answer() } else { cake(request) }
        })
    };
    let preflight = |answer| endpoint(&network(&succeeding(answer)), "preflight", &["--allow-updates"]).run();
    preflight(json).exits_with(1).says("the answer is not XML: \"application/json\"");
    let ran = preflight(error);
    ran.says("warn left-in").says("HTTP 500 for code 0").never_says("is left as the file says");
}

#[test]
fn what_the_run_reads_is_not_written_over() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    let before = folder.read("networks/acme.yaml");
    folder.write("c.json", "{}");
    for (command, options) in [
        ("probe", &["--trace", "networks/acme.yaml"][..]),
        ("probe", &["--report", "json=networks/acme.yaml"]),
        ("learn", &["--output", "networks/../networks/acme.yaml"]),
        ("preflight", &["--page", "networks/acme.yaml"]),
        ("preflight", &["--certificate", "c.json", "--page", "c.json"]),
    ] {
        endpoint(&folder, command, options)
            .run()
            .exits_with(2)
            .complains("is read by this run, and would be overwritten");
    }
    assert_eq!((folder.read("networks/acme.yaml"), folder.read("c.json")), (before, "{}".to_owned()));
    assert_eq!(endpoint_of.received().len(), 0);
}

#[test]
fn a_record_that_cannot_be_read_or_kept_is_found_before_anything_is_sent() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    folder.write("file", "");
    folder.write("kept/probe.key.snap", "no snapshot");
    for kept in ["file", "file/kept", "kept"] {
        let ran = endpoint(&folder, "probe", &["--record", kept]).run();
        ran.exits_with(2).complains("nothing was sent");
    }
    assert_eq!(endpoint_of.received().len(), 0);
}

#[test]
fn what_failed_is_not_kept_to_compare_with() {
    let is_right = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&is_right);
    let endpoint_of = foreign(
        move |request: &Request| if has_key(request) && now.load(Relaxed) == 0 { code(1) } else { cake(request) },
    );
    let folder = network(&endpoint_of);
    let run = || endpoint(&folder, "probe", &["--record", "kept"]).run();
    run().exits_with(1).says("recorded 9 kept");
    is_right.store(1, Relaxed);
    run().exits_with(0).says("recorded 1 kept for the first time, 9 as before, 0 changed");
    is_right.store(0, Relaxed);
    run().exits_with(1).says("DRIFT probe.key").says("next: caketester snapshots review --dir kept");
}

#[test]
fn an_answer_to_head_has_no_body_to_unzip() {
    let endpoint_of = foreign(|request: &Request| match request.method.as_str() {
        "HEAD" => ResponseTemplate::new(500).insert_header("Content-Encoding", "gzip"),
        _ => cake(request),
    });
    endpoint(&network(&endpoint_of), "probe", &[]).run().exits_with(0).never_says("no answer");
}

#[test]
fn nothing_is_concluded_from_a_refusal_that_the_right_name_gets_too() {
    let refusing = |code_of_all: u8| {
        foreign(move |request: &Request| {
            if request.url.as_str().to_uppercase().contains("C8097F17") { code(code_of_all) } else { cake(request) }
        })
    };
    for code_of_all in [2, 3] {
        let ran = endpoint(&network(&refusing(code_of_all)), "probe", &["--allow-updates"]).run();
        ran.exits_with(1).says("the endpoint refuses `left_in` of the file; correct it");
        ran.says("its answer shows nothing: the same update with the right name was not taken either");
        ran.never_says("unknown_sub_status: ").never_says("lead_id_case: ");
    }
    let ran = endpoint(&network(&foreign(cake)), "probe", &["--allow-updates"]).run();
    ran.exits_with(0).says("unknown_sub_status: refused").says("lead_id_case: matters");
}

#[test]
fn a_wrong_key_teaches_nothing() {
    let endpoint_of = foreign(|request: &Request| if has_key(request) { code(1) } else { cake(request) });
    let folder = network(&endpoint_of);
    let ran = endpoint(&folder, "learn", &[]).run();
    ran.exits_with(1).complains("your key gets code 1, so CAKE does not know it").never_says(CANARY);
    assert!(!folder.files().contains(&"learnt.yaml".to_owned()));
}

#[test]
fn a_message_with_control_characters_is_learnt_as_yaml() {
    let endpoint_of = foreign(|request: &Request| {
        if parameter(request, "api_key").is_some_and(|key| key != CANARY) {
            let xml = "<result><code>1</code><msg>\u{9b}31m \u{2028}\u{feff}</msg></result>";
            return ResponseTemplate::new(200).set_body_raw(xml.as_bytes().to_vec(), "text/xml; charset=utf-8");
        }
        cake(request)
    });
    let folder = network(&endpoint_of);
    endpoint(&folder, "learn", &[]).run().exits_with(0);
    let run = caketester(["client", "--instance", "learnt.yaml", "--builtin", "--only", "codes/*"]);
    run.in_dir(folder.path()).run().exits_with(0);
}

#[test]
fn a_plan_is_shown_before_anybody_hands_out_the_key() {
    let endpoint_of = foreign(cake);
    let folder = network(&endpoint_of);
    let run = |options: &[&str]| {
        caketester(["endpoint", "probe", "--network", "acme", "--pace", "0"]).args(options).in_dir(folder.path()).run()
    };
    run(&["--dry-run"]).exits_with(0).says("ACME_KEY is not set; this is the plan with a key").says("  7  key ");
    run(&[]).exits_with(2).complains("from ACME_KEY, which is not set");
    for (key, said) in [("", "which is empty"), ("\"K3yOfNobody\"", "between quotation marks")] {
        let ran = endpoint(&folder, "probe", &[]).env("ACME_KEY", key).run();
        ran.exits_with(2).complains(said).never_says("K3yOfNobody");
    }
    assert_eq!(endpoint_of.received().len(), 0);
}

#[test]
fn a_url_that_is_none_is_refused_without_what_stands_before_its_host() {
    let folder = folder();
    for given in ["acme", "127.0.0.1:8080", "u:S3cretOfThis@cake.example.com"] {
        let ran = caketester(["endpoint", "probe", given]).in_dir(folder.path()).run();
        ran.exits_with(2)
            .complains("it does not begin with https:// or http://")
            .complains("--network")
            .never_says("S3cretOfThis");
    }
}

#[test]
fn init_asks_again_where_an_answer_cannot_be_right() {
    let folder = folder();
    let ran = caketester(["endpoint", "init", "acme"]).in_dir(folder.path());
    let ran = ran
        .run_with_stdin("https://cake.example.com/x\ncake.example.com\n\nKim\nyesterday\n2999-01-01\n2026-01-31\n\n");
    ran.exits_with(0).says("is not a host").says("write the day as 2026-01-31").says("that day is still to come");
    assert!(folder.read("networks/acme.yaml").contains("permitted_on: 2026-01-31"));
}

#[test]
fn a_key_that_is_refused_at_times_is_not_called_right() {
    let endpoint_of = foreign(|request: &Request| {
        let is_refused = has_key(request) && parameter(request, "sub_status").is_some();
        if is_refused { code(1) } else { cake(request) }
    });
    let ran = endpoint(&network(&endpoint_of), "probe", &["--allow-updates"]).run();
    ran.exits_with(1).says("key      not shown: it gets code 1 at times").never_says("key      right");
}

#[test]
fn an_endpoint_that_takes_no_sub_status_refuses_more_than_unknown_ones() {
    let endpoint_of = foreign(|request: &Request| {
        let is_refused = is_ours(request) && parameter(request, "sub_status").is_some();
        if is_refused { code(3) } else { cake(request) }
    });
    let ran = endpoint(&network(&endpoint_of), "probe", &["--allow-updates"]).run();
    ran.exits_with(1).never_says("unknown_sub_status: refused");
}

#[test]
fn a_key_that_an_endpoint_repeats_in_another_case_is_hidden() {
    let key = "Schl\u{fc}ssel\u{c4}4711x";
    let endpoint_of = foreign(|request: &Request| {
        let sent = parameter(request, "api_key").unwrap_or_default();
        let xml = format!("<result><code>1</code><msg>{} {}</msg></result>", sent.to_uppercase(), sent.to_lowercase());
        ResponseTemplate::new(200).set_body_raw(xml.into_bytes(), "text/xml; charset=utf-8")
    });
    let folder = network(&endpoint_of);
    let run = endpoint(&folder, "probe", &["--trace", "t.jsonl", "--record", "kept"]).env("ACME_KEY", key);
    let ran = run.run();
    let files: String = folder.files().iter().map(|file| folder.read(file)).collect();
    for spelling in [key.to_owned(), key.to_uppercase(), key.to_lowercase()] {
        ran.never_says(&spelling);
        assert!(!files.contains(&spelling), "{spelling}");
    }
}

#[test]
fn a_key_written_in_the_place_of_a_host_or_a_file_is_not_shown() {
    let folder = folder();
    let run = || caketester(["endpoint", "probe", "--network", "acme"]).in_dir(folder.path()).run();
    for host in ["https://u:S3cretOfThis@cake.example.com", "u:S3cretOfThis@cake.example.com"] {
        folder.write("networks/acme.yaml", format!("host: {host}\n"));
        run().exits_with(2).complains("is not a host").never_says("S3cretOfThis");
    }
    let account = "account: { key: { file: S3cretOfThis }, permitted_by: Kim, permitted_on: 2026-01-31 }";
    folder.write("networks/acme.yaml", format!("host: cake.example.com\n{account}\n"));
    run().exits_with(2).complains("cannot be read").never_says("S3cretOfThis");
}

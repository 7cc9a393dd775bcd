//! `caketester serve --report-port`: the Lead Status Master Report of what arrives, on a page of its own.

use serde_json::{Value, json};

use crate::html::{in_browser, is_without_browser};
use crate::support::{HttpAnswer, Running, caketester, exchange_bytes, folder, get};

fn serving(arguments: &[&str]) -> Running {
    caketester(["serve", "--port", "0", "--report-port", "0"]).args(arguments).starts()
}

fn send(served: &Running, query: &str) {
    assert_eq!(get(&format!("{}?{query}", served.url())).status, 200);
}

/// What every test here sends: the sample, what follows from it, a mistake, and somebody else's key.
fn sample() -> Running {
    let served = serving(&[]);
    let of_buyer = |query: &str| send(&served, &format!("api_key=BuyerAPIKeyHere&{query}"));
    of_buyer("lead_id=C8097F17&status=Funded&sub_status=Full+Payment&loan_amount=25000");
    of_buyer("lead_id=C8097F17&status=funded");
    send(&served, "api_key=SomebodysKey123&lead_id=C8097F17&status=Funded");
    served
}

fn page(served: &Running, below: &str) -> HttpAnswer {
    get(&format!("{}{below}", served.ready["report"].as_str().expect("the ready line tells it")))
}

fn report(served: &Running, query: &str) -> Value {
    let answer = page(served, &format!("report.json?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[test]
fn what_arrives_is_in_the_report_at_once_also_without_a_state_file() {
    let served = sample();
    let shown = report(&served, "by=buyer");
    assert_eq!(shown["report"]["total"]["fields"][0]["sum"], "25000");
    assert_eq!(
        shown["report"]["arrived"],
        json!([
            { "buyer": "Acme Lending", "recorded": 1, "not_recorded": 1 },
            { "buyer": "Borealis Credit", "recorded": 0, "not_recorded": 0 },
            { "buyer": "", "recorded": 0, "not_recorded": 1 },
        ])
    );
    send(&served, "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Withdrawn&loan_amount=0.50");
    let shown = report(&served, "lead=C8097F17");
    assert_eq!(shown["report"]["total"]["fields"][0]["sum"], "25000.50");
    let causes: Vec<_> =
        shown["lead"]["updates"].as_array().expect("updates").iter().map(|update| update["causes"].clone()).collect();
    assert_eq!(causes, [json!(["overwritten"]), json!(["code-3"]), json!(["code-1"]), Value::Null]);
    assert_eq!(report(&served, "from=2020-01-01&to=2020-02-01")["report"]["total"]["updates"], 0);
    assert!(page(&served, "report.csv").body.starts_with("Campaign,Leads,"));
    served.ends_on("TERM").exits_with(0).never_says("panicked");
}

#[test]
fn a_report_goes_on_where_its_state_file_ends() {
    let folder = folder();
    let file = folder.at("cake.db").display().to_string();
    let served = serving(&["--state", &file]);
    send(&served, "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&loan_amount=25000");
    served.ends_on("TERM").exits_with(0);
    let served = serving(&["--state", &file]);
    send(&served, "api_key=BuyerAPIKeyHere&lead_id=C8097F17&status=Funded&loan_amount=1");
    assert_eq!(report(&served, "")["report"]["total"]["fields"][0]["sum"], "25001");
    served.ends_on("TERM").exits_with(0);
}

#[test]
fn every_cause_of_a_lead_that_is_not_there_can_be_explained() {
    let of_codes = (1..=4).map(|code| format!("code-{code}"));
    let others = ["missing-parameter", "overwritten", "report-date", "field-ignored", "never-arrived"];
    for cause in of_codes.chain(others.map(str::to_owned)) {
        caketester(["explain", &cause]).run().exits_with(0).says("who");
    }
}

#[test]
fn the_page_shows_the_setup_and_what_arrived_and_no_key() {
    let served = sample();
    let page = page(&served, "?by=buyer&lead=C8097F17").body;
    for text in [
        "Lead Statuses are enabled",
        "<caption>Buyers</caption>",
        "Acme Lending",
        "never sent an update that was recorded",
        "Documents Pending",
        "<code>loan_amount</code>",
        "missing_sub_status",
        "documented",
        "only the letter case differs",
        "[code-3]",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    for key in ["BuyerAPIKeyHere", "SomebodysKey123", "R4TN8W2YH6JC0VSD"] {
        assert!(!page.contains(key), "{key}");
    }
    served.ends_on("TERM");
}

#[test]
fn a_question_that_has_no_answer_is_told_above_one_that_has() {
    let served = sample();
    for (query, told) in [
        ("by=month", "known: campaign, buyer, offer, vertical, day"),
        ("from=2026-02-30", "write a day as 2026-01-15"),
        ("from=2026-02-02&to=2026-02-02", "the last day is excluded"),
        ("buyer=Acme+Lendin", "did you mean &#34;Acme Lending&#34;?"),
        ("campaign=Search", "is not a parameter of this report"),
        ("lead=BuyerAPIKeyHere", "never sent: no request named it"),
    ] {
        let answer = page(&served, &format!("?{query}"));
        assert_eq!(answer.status, if query.starts_with("lead") { 200 } else { 400 }, "{query}");
        assert!(answer.body.contains(told) && answer.body.contains("<caption>Buyers</caption>"), "{}", answer.body);
        assert!(!answer.body.contains("BuyerAPIKeyHere"), "{query}");
    }
    assert_eq!(page(&served, "report.json?by=month").status, 400);
    assert_eq!(page(&served, "other").status, 404);
    served.ends_on("TERM");
}

#[test]
fn only_a_page_of_this_machine_may_look() {
    let served = sample();
    let port = served.ready["report"].as_str().and_then(|url| url.strip_prefix("http://127.0.0.1:"));
    let port = port.expect("it listens on this machine").trim_end_matches('/');
    let answer = |host: &str, method: &str| {
        let request = format!("{method} / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        String::from_utf8_lossy(&exchange_bytes(&format!("127.0.0.1:{port}"), request.as_bytes())).into_owned()
    };
    assert!(answer("cake.example.com", "GET").starts_with("HTTP/1.1 421"), "a name that leads here from elsewhere");
    assert!(answer(&format!("localhost:{port}"), "GET").contains("default-src 'none'"));
    assert!(answer(&format!("127.0.0.1:{port}"), "POST").starts_with("HTTP/1.1 405"));
    let other = caketester(["serve", "--port", "0", "--report-port", port]).run();
    other.exits_with(3).complains(&format!("cannot listen on 127.0.0.1:{port}")).complains("--report-port 0");
    served.ends_on("TERM");
}

#[test]
fn a_browser_asks_and_takes_the_report_along() {
    if is_without_browser() {
        return;
    }
    let served = sample();
    let probe = "const form = document.forms[0]; const asked = Object.fromEntries(new FormData(form));\
        const [csv, json] = document.querySelectorAll('.exports a');\
        const text = link => new TextDecoder().decode(Uint8Array.from(atob(link.href.split(',')[1]), c => c.charCodeAt(0)));\
        const sum = JSON.parse(text(json)).report.total.fields[0].sum; csv.click();\
        return { asked, action: form.method + ' ' + form.getAttribute('action'), csv: csv.download + ' ' + text(csv).split(',')[0], sum };";
    let seen = in_browser(&page(&served, "?by=day&lead=C8097F17").body, "", probe);
    assert_eq!(
        seen,
        json!({ "failures": [], "seen": {
            "asked": { "by": "day", "from": "", "to": "", "buyer": "", "offer": "", "vertical": "", "lead": "C8097F17" },
            "action": "get /", "csv": "lead-status.csv Day", "sum": "25000",
        } })
    );
    served.ends_on("TERM");
}

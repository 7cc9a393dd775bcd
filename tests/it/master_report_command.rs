//! `caketester master-report`: the report in each format, and why a lead is not in it.

use serde_json::{Value, json};

use crate::html::{in_browser, is_without_browser};
use crate::support::page::assert_snapshot;
use crate::support::{Folder, Ran, caketester, folder};

/// What a spreadsheet, a browser or a terminal would act upon.
const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://x\")",
    "<script>alert(1)</script>\"'>",
    "+1+cmd|' /C calc'!A0",
    "red\u{1b}[31m\u{7}",
    "abc\u{202e}txt.exe",
    "two\nlines\ttab",
];

fn policy(changes: &Value) -> Value {
    let mut policy = json!({ "time_zone": "UTC" });
    for (name, value) in changes.as_object().expect("a map") {
        policy[name] = value.clone();
    }
    policy
}

fn setup(policy: &Value, statuses: &[&str]) -> Value {
    let statuses: Vec<Value> =
        statuses.iter().map(|name| json!({ "name": name, "sub_statuses": ["Full Payment"] })).collect();
    json!({ "version": 1, "setup": {
        "enabled": true,
        "buyers": ["Acme Lending", "Borealis Credit", "Silent Partner"],
        "statuses": statuses,
        "fields": [
            { "label": "Loan Amount", "name": "loan_amount", "kind": "number" },
            { "label": "Note", "name": "note", "kind": "string" },
        ],
        "policy": policy,
    } })
}

/// A decided update: day of January 2026, buyer, lead, what it reports, and what is different.
fn decided(day: u8, buyer: &str, lead: &str, update: &Value, changes: &Value) -> Value {
    let mut decided = json!({
        "at": format!("2026-01-{day:02}T09:30:00Z"), "lead_id": lead, "buyer": buyer, "attempt": 1, "code": 0,
        "why": "every check passed", "update": null,
        "origin": { "campaign": "Search", "offer": "Personal Loan", "vertical": "Lending", "sold": "2026-01-10" },
        "scenario": null,
    });
    if !update.is_null() {
        decided["update"] = update.clone();
        decided["update"]["lead_id"] = lead.into();
    }
    for (name, value) in changes.as_object().expect("a map") {
        decided[name] = value.clone();
    }
    json!({ "version": 1, "decided": decided })
}

fn state(folder: &Folder, lines: &[Value]) -> std::path::PathBuf {
    let file = folder.at("state.db");
    let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    caketester(["state", "import"]).arg(&file).run_with_stdin(&text).exits_with(0);
    file
}

fn sample(folder: &Folder) -> std::path::PathBuf {
    let none = json!({});
    let full = json!({ "status": "Funded", "sub_status": "Full Payment", "fields": { "loan_amount": "25000" } });
    let search = |update: Value, day| decided(day, "Acme Lending", "C8097F17", &update, &none);
    let lines = [
        setup(&policy(&none), &["Funded", "Unqualified"]),
        search(json!({ "status": "Unqualified", "fields": { "loan_amount": "100.50", "note": "x" } }), 15),
        search(full, 16),
        decided(
            17,
            "Borealis Credit",
            "5A1E0001",
            &json!({ "status": "Unqualified", "fields": { "loan_amount": "n/a" } }),
            &json!({ "origin": { "campaign": "Email", "offer": "Mortgage", "vertical": "Lending", "sold": "2026-01-12" } }),
        ),
        decided(
            18,
            "Acme Lending",
            "5A1E0001",
            &Value::Null,
            &json!({ "code": 3, "why": "status \"funded\" is not configured; \"Funded\" is (only the letter case differs)" }),
        ),
        decided(18, "Acme Lending", "5A1E0002", &Value::Null, &none),
        decided(
            18,
            "Acme Lending",
            "5A1E0003",
            &json!({ "status": "Funded" }),
            &json!({ "why": "every check passed; ignored, as no configured field: loan, term" }),
        ),
    ];
    state(folder, &lines)
}

fn report(file: &std::path::Path, arguments: &[&str]) -> Ran {
    let ran = caketester(["master-report", "--state"]).arg(file).args(arguments).run();
    ran.exits_with(0);
    ran
}

#[test]
fn the_table_has_a_line_for_each_campaign_and_says_who_sent_nothing() {
    let folder = folder();
    let file = sample(&folder);
    assert_snapshot!(report(&file, &[]).stdout);
    assert_snapshot!(report(&file, &["--by", "day", "--from", "2026-01-16", "--to", "2026-01-18"]).stdout);
    assert_snapshot!(report(&file, &["--by", "buyer", "--offer", "Mortgage"]).stdout);
}

#[test]
fn csv_has_sub_statuses_and_shares_in_columns_of_their_own() {
    let folder = folder();
    assert_snapshot!(report(&sample(&folder), &["--format", "csv"]).stdout);
}

#[test]
fn json_holds_what_the_schema_says() {
    let folder = folder();
    let page: Value =
        serde_json::from_str(&report(&sample(&folder), &["--format", "json", "--lead", "C8097F17"]).stdout)
            .expect("JSON");
    assert_eq!(page["report"]["total"]["fields"][0]["sum"], "25100.50");
    assert_eq!(page["lead"]["updates"][0]["fate"]["is"], "overwritten");
    let schema: Value = serde_json::from_str(include_str!("../../master-report.schema.json")).expect("JSON");
    let known = schema["properties"].as_object().expect("a map");
    assert!(page.as_object().expect("a map").keys().all(|key| known.contains_key(key)), "{page}");
}

#[test]
fn a_lead_that_is_not_there_has_a_reason() {
    let folder = folder();
    let file = sample(&folder);
    let why = |lead: &str, arguments: &[&str]| {
        let ran = report(&file, &[&["--lead", lead], arguments].concat());
        ran.stdout.split_once("\nlead ").map(|(_, lead)| lead.to_owned()).expect("it tells of the lead")
    };
    let told = [
        why("C8097F17", &[]),
        why("c8097f17 ", &["--by", "buyer", "--to", "2026-01-16"]),
        why("5A1E0001", &["--buyer", "Acme Lending"]),
        why("5A1E0001", &["--vertical", "Insurance"]),
        why("5A1E0002", &[]),
        why("5A1E0003", &[]),
        why("C8097F18", &[]),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn mistakes_in_the_question_are_reported() {
    let folder = folder();
    let file = sample(&folder);
    let refused = |arguments: &[&str], text: &str| {
        let ran = caketester(["master-report", "--state"]).arg(&file).args(arguments).run();
        ran.exits_with(2).complains(text);
    };
    refused(&["--buyer", "Acme Lendin"], "did you mean \"Acme Lending\"?");
    refused(&["--from", "2026-01-16", "--to", "2026-01-16"], "the last day is excluded");
    refused(&["--from", "16.1.2026"], "--from");
    caketester(["master-report"]).run().exits_with(2).complains("--state");
    caketester(["master-report", "--state", "nowhere.db"]).run().exits_with(2).complains("there is no state file");
}

/// A report in which every name is hostile.
fn hostile(folder: &Folder) -> std::path::PathBuf {
    let mut lines = vec![setup(&policy(&json!({})), &HOSTILE)];
    for name in HOSTILE {
        let origin = json!({ "campaign": name, "offer": name, "vertical": name, "sold": "2026-01-10" });
        let update = json!({ "status": name, "sub_status": name, "fields": { "note": name } });
        lines.push(decided(15, name, name, &update, &json!({ "origin": origin })));
    }
    state(folder, &lines)
}

#[test]
fn hostile_names_are_harmless_in_every_format() {
    let folder = folder();
    let file = hostile(&folder);
    for by in ["campaign", "buyer", "offer", "vertical"] {
        let csv = report(&file, &["--by", by, "--format", "csv"]).stdout;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        for cell in reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        let table = report(&file, &["--by", by, "--lead", HOSTILE[3]]).stdout;
        assert!(table.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{table:?}");
        let page = report(&file, &["--by", by, "--lead", HOSTILE[1], "--format", "html"]).stdout;
        assert_eq!(page.matches("<script>").count(), 1, "{page}");
        assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
        assert!(page.contains("&#60;script&#62;alert(1)") || page.contains("&lt;script&gt;alert(1)"));
    }
}

#[test]
fn the_page_needs_nothing_but_itself_and_is_whole_without_its_script() {
    let folder = folder();
    let page = report(&sample(&folder), &["--format", "html"]).stdout;
    assert!(page.starts_with("<!doctype html>") && page.contains("default-src 'none'"), "{page}");
    assert!(!page.contains("src="), "{page}");
    assert!(page.split("href=\"").skip(1).all(|link| link.starts_with("data:")), "{page}");
    for text in ["Full Payment", "25100.50", "Silent Partner", "1 not summed", "not configured"] {
        assert_eq!(page.contains(text), text != "not configured", "{text}");
    }
}

#[test]
fn a_browser_sorts_filters_and_drills_down_without_an_error() {
    if is_without_browser() {
        return;
    }
    let folder = folder();
    let names = "const names = () => [...document.querySelectorAll('.master tbody tr:not([hidden]) th')].map(th => th.textContent);";
    let probe = format!(
        "{names} const first = names(); document.querySelectorAll('thead button')[1].click(); const most = names();\
         document.querySelector('thead button').click(); const sorted = names();\
         const input = document.querySelector('input'); input.value = 'EMAIL'; input.dispatchEvent(new Event('input'));\
         const details = document.querySelectorAll('tbody details'); details[0].querySelector('summary').click();\
         return {{ first, most, sorted, found: names(), told: document.querySelector('output').value, open: details[0].open }};"
    );
    let page = report(&sample(&folder), &["--format", "html"]).stdout;
    assert_eq!(
        in_browser(&page, "", &probe),
        json!({ "failures": [], "seen": {
            "first": ["Email", "Search"], "most": ["Search", "Email"], "sorted": ["Email", "Search"],
            "found": ["Email"], "told": "1 of 2 lines; the total is of all", "open": true,
        } })
    );
    let other = crate::support::folder();
    let seen = in_browser(&report(&hostile(&other), &["--format", "html"]).stdout, "", "return 0;");
    assert_eq!(seen, json!({ "failures": [], "seen": 0 }));
}

#[test]
fn a_run_has_a_report_too() {
    let folder = folder();
    let run = folder.at("run.json");
    let json = format!("json={}", run.display());
    caketester(["client", "--builtin", "--only", "codes/success*", "--only", "codes/key-replaced", "--report", &json])
        .run();
    let report = caketester(["master-report", "--by", "buyer", "--report"]).arg(&run).run();
    report.exits_with(0).says("Acme Lending").never_says("BuyerAPIKeyHere");
    let page = caketester(["master-report", "--format", "json", "--report"]).arg(&run).run();
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    assert!(page["report"]["total"]["leads"].as_u64() >= Some(2), "{page}");
}

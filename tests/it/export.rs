//! What is exported for mocks inside other tests: each answer with its update and what may be concluded from it.

use crate::support::caketester;

fn rows(only: &[&str]) -> Vec<serde_json::Value> {
    let ran = caketester(["scenarios", "export"]).args(only.iter().flat_map(|only| ["--only", only])).run();
    ran.exits_with(0).never_says("BuyerAPIKeyHere");
    serde_json::from_str(&ran.stdout).expect("the export is JSON")
}

#[test]
fn a_row_has_all_that_a_mock_needs() {
    let row = &rows(&["codes/refused-with-http-400"])[0];
    assert_eq!(row["path"], "/api/1/buyers.asmx/UpdateLeadStatus");
    assert_eq!((row["http_status"].as_u64(), row["code"].as_u64()), (Some(400), Some(3)));
    assert_eq!(row["headers"]["content-type"], "text/xml; charset=utf-8");
    assert!(row["body"].as_str().expect("a body is a text").contains("<code>3</code>"), "{row}");
    assert_eq!((&row["lead_id"], &row["expected"]), (&"5A1E0017".into(), &serde_json::json!(["rejected", "unknown"])));
}

#[test]
fn each_attempt_is_a_row_with_what_follows_from_it_alone() {
    let rows = rows(&["retries/reset-after-commit-then-ok"]);
    let told: Vec<_> = rows.iter().map(|row| (row["attempt"].as_u64(), row["expected"][0].as_str())).collect();
    assert_eq!(told, [(Some(1), Some("unknown")), (Some(2), Some("updated"))]);
    assert!(rows[0]["body"].is_null() && rows[0]["http_status"].is_null(), "{}", rows[0]);
    assert!(rows[0]["fault"].as_str().expect("a fault is a text").starts_with("reset"), "{}", rows[0]);
}

#[test]
fn every_answer_of_the_pack_is_there_and_what_is_expected_is_what_its_scenario_says() {
    let rows = rows(&[]);
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row["scenario"].as_str()).collect();
    assert!(ids.len() > 170 && rows.iter().all(|row| !row["expected"].as_array().expect("a list").is_empty()));
    assert!(rows.iter().all(|row| row["body"].is_null() == row["http_status"].is_null()));
}

#[test]
fn a_table_says_the_same() {
    let ran = caketester(["scenarios", "export", "--format", "csv", "--only", "answers/compact"]).run();
    let mut lines = ran.stdout.lines();
    assert!(
        lines.next().is_some_and(|names| names.starts_with("scenario,title,step,attempt,lead_id,")),
        "{}",
        ran.stdout
    );
    ran.says("answers/compact,XML on a single line,refusal,1,5A1E0405,Funded,,{},")
        .says(r#"{""content-type"":""text/xml"#);
}

//! What is generated is current: the schemas, the table of lead IDs and the rules, each a file in the repository.

use std::fs;
use std::path::Path;

use crate::support::caketester;

/// What a command prints has to be what a file of the repository ends with.
fn assert_is_current(file: &str, arguments: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let ran = caketester(arguments.iter().copied()).run();
    let committed = fs::read_to_string(path).expect("the file is in the repository");
    let command = arguments.join(" ");
    assert!(committed.ends_with(&ran.stdout), "{file} is not what `caketester {command}` prints: write it anew");
}

#[test]
fn the_schema_of_scenarios_is_the_types() {
    assert_is_current("scenario.schema.json", &["scenarios", "schema"]);
}

#[test]
fn the_schema_of_instances_is_the_types() {
    assert_is_current("instance.schema.json", &["scenarios", "schema", "--instance"]);
}

#[test]
fn the_schema_of_the_report_is_the_types() {
    assert_is_current("report.schema.json", &["report", "schema"]);
}

#[test]
fn the_schema_of_the_certificate_is_the_types() {
    assert_is_current("certificate.schema.json", &["report", "schema", "--certificate"]);
}

#[test]
fn the_schema_of_why_is_the_types() {
    assert_is_current("why.schema.json", &["report", "schema", "--why"]);
}

#[test]
fn the_schema_of_the_probe_report_is_the_types() {
    assert_is_current("probe.schema.json", &["report", "schema", "--probe"]);
}

#[test]
fn the_schema_of_the_master_report_is_the_types() {
    assert_is_current("master-report.schema.json", &["report", "schema", "--master-report"]);
}

#[test]
fn the_schema_of_the_configuration_is_the_types() {
    assert_is_current("config.schema.json", &["scenarios", "schema", "--config"]);
}

#[test]
fn the_table_of_lead_ids_is_the_packs() {
    assert_is_current("docs/lead-ids.md", &["scenarios", "list", "--leads"]);
}

#[test]
fn the_page_of_causes_is_their_own_text() {
    assert_is_current("docs/causes.md", &["explain", "causes"]);
}

#[test]
fn the_page_of_rules_is_their_own_text() {
    assert_is_current("docs/rules.md", &["explain", "rules"]);
}

//! Tickets and their causes: each folder of tickets says in a table what has to come out.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::caketester;

/// A row of a table: what has to come out of one ticket.
struct Row {
    file: String,
    forms: String,
    first: String,
    others: String,
    grade: String,
    keys: String,
    has_instance: bool,
}

fn rows(folder: &Path) -> Vec<Row> {
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the folder has a table");
    let lines = table.lines().skip(1).filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or("-").to_owned();
            Row {
                file: cell(0),
                forms: cell(1),
                first: cell(2),
                others: cell(3),
                grade: cell(4),
                keys: cell(5),
                has_instance: cell(6) == "a",
            }
        })
        .collect()
}

/// The alternatives of a cell, each a list.
fn alternatives(cell: &str) -> impl Iterator<Item = Vec<&str>> {
    cell.split('|').map(|one| one.split(',').filter(|part| *part != "-").collect())
}

fn mistakes(folder: &Path, row: &Row) -> Vec<String> {
    let ticket = folder.join(&row.file).display().to_string();
    let instance = folder.join("instance.yaml").display().to_string();
    let run = |more: &[&str]| {
        let mut arguments = vec!["why", &ticket];
        if row.has_instance {
            arguments.extend(["--instance", &instance]);
        }
        arguments.extend(more);
        caketester(arguments).run()
    };
    let ran = run(&["--format", "json"]);
    let told: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{ticket}: {error}\n{}", ran.stderr));
    let mut wrong = Vec::new();
    let mut insist = |is_right: bool, what: String| {
        if !is_right {
            wrong.push(format!("{}: {what}", row.file));
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let forms: Vec<String> = told["first"]["forms"].as_array().into_iter().flatten().map(text).collect();
    insist(alternatives(&row.forms).any(|one| one == forms), format!("forms {forms:?}, not {}", row.forms));
    let first = text(&told["first"]["id"]);
    insist(row.first.split('|').any(|one| one == first), format!("first {first}, not {}", row.first));
    let grade = text(&told["first"]["grade"]);
    insist(row.grade.split('|').any(|one| one == grade), format!("grade {grade} of {first}, not {}", row.grade));
    let causes: Vec<String> =
        told["tickets"][0]["causes"].as_array().into_iter().flatten().map(|cause| text(&cause["id"])).collect();
    for others in row.others.split(',').filter(|others| *others != "-") {
        let is_there = others.split('|').any(|other| causes.iter().any(|cause| cause == other));
        insist(is_there, format!("{others} is not among {causes:?}"));
    }
    let (for_people, reply) = (run(&[]), run(&["--reply"]));
    for key in row.keys.split(',').filter(|key| *key != "-") {
        for out in [&ran, &for_people, &reply] {
            insist(!out.stdout.contains(key) && !out.stderr.contains(key), "its key is printed".to_owned());
        }
    }
    wrong
}

fn assert_all(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets").join(folder);
    let wrong: Vec<String> = rows(&folder).iter().flat_map(|row| mistakes(&folder, row)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_first_tickets_get_their_causes_and_show_no_key() {
    assert_all("first");
}

#[test]
fn each_cause_is_found_in_its_ticket() {
    assert_all("more");
}

#[test]
fn tickets_of_other_tools_and_tempers_get_their_causes_too() {
    assert_all("varied");
}

#[test]
fn a_ticket_without_an_update_is_answered_with_four_questions() {
    let ran = caketester(["why", "-", "--reply"]).run_with_stdin("it does nothing, please help\n");
    insta::assert_snapshot!(ran.exits_with(1).page());
}

#[test]
fn a_ticket_is_answered_with_the_cause_the_place_and_what_to_do() {
    let ticket = "They log \"sent\" for each lead, but nothing is in the report:\n\n\
                  https://track.northgrid.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=q7RtV2mXb9LpZ4KsWc81&lead_id=9A41C07E&status=In+progress\n\n\
                  <result><code>3</code><msg>status not recognized</msg></result>\n";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tickets/first");
    let ran = caketester(["why", "-", "--instance", "instance.yaml"]).in_dir(&folder).run_with_stdin(ticket);
    insta::assert_snapshot!(ran.exits_with(0).page());
    let reply =
        caketester(["why", "-", "--instance", "instance.yaml", "--reply"]).in_dir(&folder).run_with_stdin(ticket);
    insta::assert_snapshot!(reply.exits_with(0).page());
}

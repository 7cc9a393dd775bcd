//! What other programs write down is read as it was meant: Python's own writers of JSON, CSV and mail, over 100 nasty values.

use std::process::Command;

use caketester::support::read;
use serde_json::Value;

use crate::support::skipped_without;

#[test]
fn each_form_is_read_as_an_independent_writer_wrote_it() {
    if skipped_without("python3", &["python3", "--version"]) {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/writers.py");
    let written = Command::new("python3").arg(script).output().expect("python3 starts");
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let (mut count, mut wrong) = (0, Vec::new());
    for line in String::from_utf8(written.stdout).expect("it writes UTF-8").lines() {
        let case: Value = serde_json::from_str(line).expect("each line is JSON");
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let ticket = read(text("text").as_bytes());
        let forms: Vec<&str> = ticket.forms.iter().map(|form| form.id()).collect();
        let targets: Vec<String> =
            ticket.items.iter().filter_map(|item| Some(item.request.as_ref()?.target().text().into_owned())).collect();
        count += 1;
        if forms.first() != Some(&&*text("form")) || targets != [text("target")] {
            wrong.push(format!("{forms:?} {targets:?}\n{}", text("text")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} were read otherwise:\n{}",
        wrong.len(),
        wrong.first().map_or("", |one| one)
    );
    assert!(count > 2_000, "only {count} were written");
}

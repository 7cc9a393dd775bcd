//! Reports from outside: what a run writes, what can be read back, and what is made of several.

#[path = "support/clients.rs"]
mod clients;
mod support;

use clients::{Played, checking};
use support::{Folder, Ran, caketester, folder};

/// The formats that a report can be rendered in, besides the JSON it is made from.
const FORMATS: [&str; 2] = ["html", "junit"];

/// Options that write `report.FORMAT` into a folder, in every format.
fn every_report(folder: &Folder) -> Vec<String> {
    let path = |format: &str| folder.at(&format!("report.{format}")).display().to_string();
    FORMATS.iter().chain(&["json"]).map(|format| format!("--report={format}={}", path(format))).collect()
}

/// A folder with the reports of a client on the scenarios about codes, and what was said on the way.
fn reports_of(played: Played) -> (Folder, Ran) {
    let folder = folder();
    let wanted = every_report(&folder);
    let options = ["--only", "codes"].into_iter().chain(wanted.iter().map(String::as_str));
    let ran = checking(played, options).run();
    (folder, ran)
}

/// The same of one that sends nothing, so that the run stops before its scenarios.
fn reports_of_nobody() -> (Folder, Ran) {
    let folder = folder();
    let ran = caketester(["client"]).args(every_report(&folder)).args(["--", "false"]).run();
    (folder, ran)
}

#[test]
fn a_stored_report_is_shown_as_the_run_showed_it_in_every_format() {
    for (run, ran) in [reports_of(Played::Right), reports_of(Played::ClaimsSuccess), reports_of_nobody()] {
        let again = folder();
        let shown = caketester(["report", "show"]).arg(run.at("report.json")).args(every_report(&again)).run();
        shown.exits_with(0).complains_of_nothing();
        assert!(ran.stdout.ends_with(&shown.stdout), "{}\n{}", ran.describe(), shown.describe());
        assert_eq!(run.files(), again.files());
        for file in run.files() {
            assert_eq!(run.read(&file), again.read(&file), "{file}");
        }
    }
}

#[test]
fn what_is_no_report_is_not_shown() {
    let folder = folder();
    let (missing, other) = (folder.at("missing.json"), folder.write("other.json", "{}"));
    caketester(["report", "show"]).arg(missing).run().exits_with(2).complains("missing.json: No such file");
    caketester(["report", "show"]).arg(other).run().exits_with(2).complains("it is no report of caketester");
}

//! The clients of examples/ordinary conform: what a competent developer writes who has read CAKE's documentation and the
//! contract in the README, and nothing of the rules. What is only recommended, and they do not do, is in the snapshots.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use insta::assert_snapshot;

use crate::support::{Folder, folder, skipped_without, whole_pack};

/// Runs the client over the whole standard pack. It conforms; returned are the rules that it does not keep all the same.
#[track_caller]
fn conforms_without(options: &[&str], program: &[&str]) -> String {
    let _alone = whole_pack();
    let folder = folder();
    let report = format!("json={}", folder.at("report.json").display());
    let client = crate::support::caketester(["client", "--report", &report]).args(options).arg("--").args(program);
    // A slow machine needs minutes for the whole pack.
    client.within(Duration::from_mins(15)).run().exits_with(0).says("the client conforms");

    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("a report is JSON");
    let rules = report["rules"].as_array().expect("a report has rules").iter();
    let not_kept = rules.filter(|rule| rule["broken"].as_array().is_some_and(|broken| !broken.is_empty()));
    let lines = not_kept.map(|rule| match (rule["id"].as_str(), rule["title"].as_str()) {
        (Some(id), Some(title)) => format!("{id} {title}\n"),
        _ => panic!("a rule has an id and a title: {rule}"),
    });
    lines.collect()
}

/// Builds a program, which a test then starts.
#[track_caller]
fn builds(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(output.status.success(), "{command:?} fails\n{}", String::from_utf8_lossy(&output.stderr));
}

/// A path in a folder as an argument.
fn in_folder(folder: &Folder, below: &str) -> String {
    folder.at(below).display().to_string()
}

#[test]
fn go_net_http() {
    if skipped_without("Go", &["go", "version"]) {
        return;
    }
    let folder = folder();
    let program = in_folder(&folder, "push");
    builds(Command::new("go").args(["build", "-o", &program, "."]).current_dir("examples/ordinary/go"));
    assert_snapshot!(conforms_without(&[], &[&program]), @"
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    S04 prints no key
    ");
}

#[test]
fn ruby_net_http() {
    if skipped_without("Ruby with REXML", &["ruby", "-e", "require 'rexml/document'"]) {
        return;
    }
    assert_snapshot!(conforms_without(&[], &["ruby", "examples/ordinary/ruby/push.rb"]), @"
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    R04 gives up on a server that stalls
    R03 waits between retries
    ");
}

#[test]
fn perl_lwp() {
    let needed = ["perl", "-MLWP::UserAgent", "-MLWP::Protocol::https", "-MXML::LibXML", "-e", "1"];
    if skipped_without("Perl with LWP and XML::LibXML", &needed) {
        return;
    }
    assert_snapshot!(conforms_without(&[], &["perl", "examples/ordinary/perl/push.pl"]), @"
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    R04 gives up on a server that stalls
    S05 asks for no external entity
    ");
}

#[test]
fn python_requests() {
    if skipped_without("Python with requests", &["python3", "-c", "import requests"]) {
        return;
    }
    assert_snapshot!(conforms_without(&[], &["python3", "examples/ordinary/python/push.py"]), @"
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    R04 gives up on a server that stalls
    S04 prints no key
    ");
}

#[test]
fn php_guzzle() {
    let has_all =
        "require 'GuzzleHttp/autoload.php'; exit(extension_loaded('curl') && extension_loaded('simplexml') ? 0 : 1);";
    if skipped_without("PHP with Guzzle, curl and SimpleXML", &["php", "-r", has_all]) {
        return;
    }
    assert_snapshot!(conforms_without(&[], &["php", "examples/ordinary/php/push.php"]), @"
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    S04 prints no key
    ");
}

#[test]
fn node_axios() {
    let (folder, source) = (folder(), Path::new("examples/ordinary/node"));
    for file in ["package.json", "package-lock.json", "push.js"] {
        let text = std::fs::read(source.join(file)).unwrap_or_else(|error| panic!("cannot read {file}: {error}"));
        folder.write(file, text);
    }
    let here = in_folder(&folder, ".");
    let install = ["npm", "ci", "--prefix", &here, "--ignore-scripts", "--no-audit", "--no-fund"];
    if skipped_without("axios, which npm installs", &install) {
        return;
    }
    assert_snapshot!(conforms_without(&[], &["node", &in_folder(&folder, "push.js")]), @"
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    ");
}

#[test]
fn rust_ureq() {
    let manifest = "examples/ordinary/rust/Cargo.toml";
    if skipped_without("ureq, which cargo fetches", &["cargo", "fetch", "--locked", "--manifest-path", manifest]) {
        return;
    }
    // Below `target`, so that the next run has it already.
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ordinary-rust");
    let build = ["build", "--locked", "--manifest-path", manifest, "--target-dir"];
    builds(Command::new("cargo").args(build).arg(&target));
    let program = target.join("debug/push-lead-status").display().to_string();
    assert_snapshot!(conforms_without(&[], &[&program]), @"
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    ");
}

#[test]
fn csharp_http_client() {
    let newtonsoft = "/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll";
    let needed = format!("mcs --version && mono --version && openssl version && test -e {newtonsoft}");
    if skipped_without("Mono with mcs and Newtonsoft.Json, and openssl", &["sh", "-c", &needed]) {
        return;
    }
    let folder = folder();
    let program = in_folder(&folder, "Push.exe");
    let references = ["-r:System.Net.Http", "-r:System.Xml.Linq", &format!("-r:{newtonsoft}")];
    let source = "examples/ordinary/csharp/Push.cs";
    builds(Command::new("mcs").arg(format!("-out:{program}")).args(references).arg(source));
    // Mono takes no certificate for an address, only for a name.
    let options = ["--intercept", "YourDomain.com"];
    assert_snapshot!(conforms_without(&options, &["sh", "examples/ordinary/csharp/run.sh", &program]), @"
    Q15 sends the value of a custom field unchanged
    A08 reads the answer in any XML shape with the same meaning
    A09 takes nothing that is no CAKE answer as success
    A12 reports unknown if it cannot know
    ");
}

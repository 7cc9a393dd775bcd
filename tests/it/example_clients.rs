//! The example clients pass the whole standard pack, with the very commands of their README.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::support::{folder, skipped_without, whole_pack};

/// The arguments behind `caketester` in the README's row of a client.
#[track_caller]
fn command_of(client: &str) -> Vec<String> {
    let readme = std::fs::read_to_string("examples/clients/README.md").expect("the clients have a README");
    let row = readme.lines().find(|line| line.starts_with(&format!("| {client} |")));
    let row = row.unwrap_or_else(|| panic!("the README has no row for {client}"));
    let command = row.rsplit('`').nth(1).unwrap_or_else(|| panic!("no command stands in {row}"));
    let words = shell_words::split(command).expect("a command is quoted for a shell");
    assert_eq!(words[..2], ["caketester", "client"], "{command}");
    words[1..].to_vec()
}

#[track_caller]
fn passes(arguments: impl IntoIterator<Item = String>) {
    let _alone = whole_pack();
    // A slow machine needs minutes for the whole pack, and now and then two seconds to start one client.
    let ran = crate::support::caketester(arguments).env("CAKE_TIMEOUT", "5").within(Duration::from_mins(20)).run();
    ran.exits_with(0).says("the client conforms").complains_of_nothing();
}

#[test]
fn every_client_of_the_readme_is_tested_here() {
    let readme = std::fs::read_to_string("examples/clients/README.md").expect("the clients have a README");
    let rows = readme.lines().filter(|line| line.contains("| `caketester client -- "));
    let clients: Vec<&str> = rows.filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    assert_eq!(clients, ["PHP", "Python", "Node", "Ruby", "Go", "Java", ".NET", "shell"]);
}

/// The same command over TLS, as far as the codes and the certificates that no client may take.
#[track_caller]
fn passes_over_tls(mut arguments: Vec<String>) {
    arguments.splice(1..1, ["--tls", "--tag", "smoke", "--tag", "certificate"].map(str::to_owned));
    let ran = crate::support::caketester(arguments).within(Duration::from_mins(10)).run();
    ran.exits_with(0).says(" passed, 0 failed (").complains_of_nothing();
}

#[test]
fn the_php_client_passes() {
    let has_all = "exit(extension_loaded('curl') && extension_loaded('dom') ? 0 : 1);";
    if skipped_without("php with its extensions curl and dom", &["php", "-r", has_all]) {
        return;
    }
    passes_over_tls(command_of("PHP"));
    passes(command_of("PHP"));
}

#[test]
fn the_python_client_passes() {
    if skipped_without("python3", &["python3", "--version"]) {
        return;
    }
    passes_over_tls(command_of("Python"));
    let (folder, mut arguments) = (folder(), command_of("Python"));
    let path = folder.at("certificate").display().to_string();
    let certified = ["--certificate", &path, "--client-name", "push.py", "--client-version", "1"];
    arguments.splice(1..1, certified.map(str::to_owned));
    passes(arguments);
    assert_eq!(folder.files(), ["certificate.html", "certificate.json"]);
    assert!(folder.read("certificate.html").contains("<dt>Tests</dt><dd>the standard ones of caketester</dd>"));
    assert!(folder.read("certificate.json").contains("\"standard\": true"));
}

#[test]
fn the_node_client_passes() {
    if skipped_without("node", &["node", "--version"]) {
        return;
    }
    passes_over_tls(command_of("Node"));
    passes(command_of("Node"));
}

#[test]
fn the_ruby_client_passes() {
    if skipped_without("ruby", &["ruby", "-r", "rexml/document", "-e", ""]) {
        return;
    }
    passes_over_tls(command_of("Ruby"));
    passes(command_of("Ruby"));
}

#[test]
fn the_go_client_passes() {
    if skipped_without("go", &["go", "version"]) {
        return;
    }
    let (folder, arguments) = (folder(), command_of("Go"));
    let built = folder.at("push").display().to_string();
    let compiled = Command::new("go").args(["build", "-o", &built]).current_dir("examples/clients/go").status();
    assert!(compiled.is_ok_and(|status| status.success()), "it builds");
    let in_place = "examples/clients/go/push";
    assert!(arguments.iter().any(|argument| argument == in_place), "the README starts what was built");
    let built_here = |argument: String| if argument == in_place { built.clone() } else { argument };
    let arguments: Vec<String> = arguments.into_iter().map(built_here).collect();
    passes_over_tls(arguments.clone());
    passes(arguments);
}

#[test]
fn the_shell_client_passes() {
    if skipped_without("curl", &["curl", "--version"]) || skipped_without("xmllint", &["xmllint", "--version"]) {
        return;
    }
    passes_over_tls(command_of("shell"));
    passes(command_of("shell"));
}

/// Compiled and run by Mono, since .NET itself is seldom at hand. Mono takes no certificate for an address, only for a name.
#[test]
fn the_dotnet_client_passes_with_mono() {
    if skipped_without("Mono with mcs", &["sh", "-c", "mcs --version && mono --version && openssl version"]) {
        return;
    }
    let (folder, mut arguments) = (folder(), command_of(".NET"));
    let program = folder.at("push.exe").display().to_string();
    let compiled = Command::new("mcs")
        .args([
            &format!("-out:{program}"),
            "-r:System.Net.Http",
            "-r:System.Xml.Linq",
            "examples/clients/dotnet/Push.cs",
        ])
        .status();
    assert!(compiled.is_ok_and(|status| status.success()), "it compiles");
    let built = arguments.iter().position(|argument| argument == "examples/clients/dotnet/out/push");
    let built = built.expect("the README starts what was built");
    arguments.splice(built..=built, ["sh", "examples/ordinary/csharp/run.sh", &program].map(str::to_owned));
    let _alone = whole_pack();
    // Mono is slow to start, with TLS above all: all of the pack would take five minutes.
    let areas = ["--only", "answers,codes,encoding,fields,platform,updates"];
    let over_tls = ["--tag", "smoke", "--tag", "certificate"];
    let check = |options: &[&[&str]]| {
        let mut arguments = arguments.clone();
        arguments.splice(1..1, options.concat().into_iter().map(str::to_owned));
        crate::support::caketester(arguments).env("CAKE_TIMEOUT", "5").within(Duration::from_mins(15)).run()
    };
    let path = folder.at("report.json").display().to_string();
    let report = format!("json={path}");
    let behind_a_proxy = ["--intercept", "YourDomain.com"];
    for (reach, options) in [(&[][..], &areas[..]), (&behind_a_proxy[..], &over_tls[..])] {
        let ran = check(&[reach, options, &["--report", &report]]);
        // In a few of a thousand starts Mono has its answer and does not end. What failed is run once more, and passes then.
        let ran = if ran.code == Some(1) { check(&[reach, &["--last-failed", &path]]) } else { ran };
        ran.exits_with(0).says(" passed, 0 failed (");
    }
}

/// The source launcher compiles anew for every step, which takes a second and more: two scenarios show that the
/// command is right.
#[test]
fn the_java_client_passes_where_it_is_started_from_its_source() {
    if skipped_without("a JDK", &["javac", "--version"]) {
        return;
    }
    let mut arguments = command_of("Java");
    arguments.splice(1..1, ["--only", "codes/success", "--only", "codes/status-absent"].map(str::to_owned));
    let ran = crate::support::caketester(arguments).within(Duration::from_mins(10)).run();
    ran.exits_with(0).says("2 scenarios: 2 passed, 0 failed").complains_of_nothing();
}

/// Compiled once and its classes kept in an archive, or the whole pack would take a slow machine ten minutes.
#[test]
fn the_java_client_passes() {
    if skipped_without("a JDK", &["javac", "--version"]) {
        return;
    }
    let folder = folder();
    let source = Path::new("examples/clients/java/PushLeadStatus.java");
    let [jar, archive] = ["client.jar", "client.jsa"].map(|name| folder.at(name).display().to_string());
    let classes = folder.path().display().to_string();
    let compiled = Command::new("javac").args(["-encoding", "UTF-8", "-d", &classes]).arg(source).status();
    assert!(compiled.is_ok_and(|status| status.success()), "{} compiles", source.display());
    let packed = Command::new("jar").args(["cf", &jar, "-C", &classes, "."]).status();
    assert!(packed.is_ok_and(|status| status.success()), "{} is packed", source.display());

    let arguments = command_of("Java");
    let from_source = source.to_string_lossy();
    let at = arguments.iter().position(|argument| *argument == from_source).expect("the README starts the source");
    let share = format!("-XX:SharedArchiveFile={archive}");
    let make = format!("-XX:ArchiveClassesAtExit={archive}");
    let started_with = |first: &str| {
        let mut arguments = arguments.clone();
        let quickly = [first, "-Xlog:disable", "-XX:TieredStopAtLevel=1", "-cp", &jar, "PushLeadStatus"];
        arguments.splice(at..=at, quickly.map(str::to_owned));
        arguments
    };
    let mut once = started_with(&make);
    once.splice(1..1, ["--only", "codes/success"].map(str::to_owned));
    let ran = crate::support::caketester(once).within(Duration::from_mins(10)).run();
    ran.exits_with(0).says("1 scenario: 1 passed, 0 failed");
    assert!(folder.files().contains(&"client.jsa".to_owned()), "the classes are kept");
    passes_over_tls(started_with(&share));
    passes(started_with(&share));
}

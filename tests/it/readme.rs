//! The README and the pages that go on from it do what they say: every command in its `console` and `sh` blocks is run, section by section, in a
//! clone of its own, and what it shows as output has to come.
//!
//! In a `console` block a command stands behind `$ `, and the lines below it are its output. `…` alone in a line
//! stands for any lines. Durations, times and numbers above 99, which grow with the pack, may differ. A command has to
//! succeed, unless the next one is `echo $?`. `caketester serve` stays in its terminal, and so in the background,
//! until the section ends; the port is whatever was free. What follows `[q]uit? ` is typed by the reader.

#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Folder, Running, caketester, folder, skipped_without};

const README: &str = include_str!("../../README.md");
const PAGES: [(&str, &str); 3] = [
    ("README.md", README),
    ("docs/failures.md", include_str!("../../docs/failures.md")),
    ("docs/writing.md", include_str!("../../docs/writing.md")),
];

/// The port that the README serves on.
const PORT: &str = "8080";

/// What a reader's clone has that the README's commands use.
const CLONE: [&str; 7] = ["Cargo.toml", "Cargo.lock", "build.rs", "src", "examples", "scenarios", "snapshots"];

/// Commands that are listed and not run, with the reason.
const NOT_RUN: [(&str, &str); 2] = [
    ("cargo test", "this is cargo test"),
    ("cargo install --path .", "it would build everything once more, and change the machine"),
];

/// What a command needs, by a word of it, and how to find out whether it is there.
const NEEDS: [(&str, &str, &[&str]); 11] = [
    (
        "php",
        "PHP with curl and dom",
        &["php", "-r", "exit((int) !(extension_loaded('curl') && extension_loaded('dom')));"],
    ),
    (
        "examples/nightly-php/bin/check.php",
        "PHP with pdo_sqlite",
        &["php", "-r", "exit((int) !extension_loaded('pdo_sqlite'));"],
    ),
    ("python3", "Python 3", &["python3", "--version"]),
    ("node", "Node 20", &["node", "-e", "process.exit(+(parseInt(process.versions.node) < 20))"]),
    ("java", "a JDK", &["javac", "-version"]),
    ("examples/clients/sh/push.sh", "xmllint", &["xmllint", "--version"]),
    ("examples/clients/sh/push.sh", "curl", &["curl", "--version"]),
    ("examples/clients/sh/hard-coded.sh", "xmllint", &["xmllint", "--version"]),
    ("examples/clients/sh/hard-coded.sh", "curl", &["curl", "--version"]),
    ("careless.sh", "curl", &["curl", "--version"]),
    ("curl", "curl", &["curl", "--version"]),
];

#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    /// What has to come; none where the README shows nothing, because it is a script.
    output: Option<String>,
    exit: i32,
}

#[derive(Debug)]
struct Section {
    title: String,
    steps: Vec<Step>,
}

#[test]
fn every_command_does_what_the_readme_says() {
    let of_page = |(page, text)| sections(text).into_iter().map(move |section| (page, section));
    let sections: Vec<(&str, Section)> = PAGES.into_iter().flat_map(of_page).collect();
    assert!(
        sections.iter().map(|(_, section)| section.steps.len()).sum::<usize>() > 25,
        "the README lost its commands"
    );
    let failed: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = sections.iter().map(|(_, section)| scope.spawn(|| try_section(section))).collect();
        let ended = sections.iter().zip(running).map(|((page, section), thread)| {
            let problem = thread.join().unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<String>().cloned();
                Err(text.unwrap_or_else(|| "it panicked".into()))
            });
            problem.map_err(|problem| format!("{page}, {}: {problem}", section.title))
        });
        ended.filter_map(Result::err).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn the_two_commands_that_do_everything_are_there() {
    let commands: Vec<String> =
        sections(README).into_iter().flat_map(|section| section.steps).map(|step| step.command).collect();
    assert!(commands.contains(&"cargo run --release -- client --builtin".to_owned()));
    for (command, _) in NOT_RUN {
        assert!(commands.iter().any(|listed| listed == command), "{command} is not in the README");
    }
}

fn try_section(section: &Section) -> Result<(), String> {
    let clone = clone();
    let mut served: Option<(Running, &Step)> = None;
    let mut something_was_skipped = false;
    for step in &section.steps {
        if let Some((_, why)) = NOT_RUN.iter().find(|(command, _)| *command == step.command) {
            eprintln!("not run: {} ({why})", step.command);
        } else if let Some(arguments) = step.command.strip_prefix("caketester serve") {
            let arguments = arguments.replace(PORT, "0");
            let serve = caketester(["serve"]).args(arguments.split_whitespace()).in_dir(clone.path());
            served = Some((serve.starts(), step));
        } else if something_was_skipped && step.output.is_some() {
            eprintln!("not run: {} (what it shows may build on what was skipped)", step.command);
        } else if needs(&step.command).iter().any(|(what, probe)| skipped_without(what, probe)) {
            something_was_skipped = true;
        } else {
            let port = served.as_ref().map_or(PORT.to_owned(), |(running, _)| running.port().to_string());
            try_step(step, clone.path(), &port)?;
        }
    }
    match served {
        Some((running, step)) if !something_was_skipped => end_of_serving(running, step),
        _ => Ok(()),
    }
}

fn try_step(step: &Step, directory: &Path, port: &str) -> Result<(), String> {
    let command = step.command.replace(PORT, port).replace("cargo run --release --", "caketester");
    // What the reader types is part of what is shown, and no part of what comes.
    let mut shown = step.output.clone();
    let mut typed = String::new();
    if let Some((before, (answer, after))) = step
        .output
        .as_ref()
        .and_then(|text| text.split_once("[q]uit? "))
        .and_then(|(b, rest)| Some((b, rest.split_once('\n')?)))
    {
        typed = format!("{answer}\n");
        shown = Some(format!("{before}[q]uit? {after}"));
    }
    let (exit, output) = shell(&command, &typed, directory)?;
    let told = || format!("$ {command}\n{output}");
    if exit != step.exit {
        return Err(format!("exit code {exit}, where the README has {}\n{}", step.exit, told()));
    }
    match shown {
        Some(shown) if !matches(&shown.replace(PORT, port), &output) => {
            Err(format!("this is not what the README shows:\n{shown}\n--- but\n{}", told()))
        }
        _ => Ok(()),
    }
}

/// Runs a command with the built binary in `PATH`. Both streams come as one, as on a terminal.
fn shell(command: &str, typed: &str, directory: &Path) -> Result<(i32, String), String> {
    let binary = Path::new(env!("CARGO_BIN_EXE_caketester")).parent().ok_or("the binary stands nowhere")?;
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let input = directory.join(".typed");
    let failed = |error: std::io::Error| format!("cannot run {command}: {error}");
    std::fs::write(&input, typed).map_err(failed)?;
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(directory)
        .env("PATH", path)
        .env_remove("CI")
        .env_remove("CAKETESTER_PACK")
        .env_remove("INSTA_WORKSPACE_ROOT")
        .stdin(Stdio::from(std::fs::File::open(&input).map_err(failed)?))
        .output()
        .map_err(failed)?;
    Ok((output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn end_of_serving(running: Running, step: &Step) -> Result<(), String> {
    let port = running.port().to_string();
    let ended = running.ends_on("INT");
    let all: Vec<String> = ended.stdout.lines().chain(ended.stderr.lines()).map(normal).collect();
    let shown = step.output.clone().unwrap_or_default().replace(PORT, &port);
    let absent = shown.lines().find(|line| !all.contains(&normal(line)));
    match absent {
        _ if ended.code != Some(0) => Err(ended.describe()),
        Some(line) => Err(format!("`{}` never said {line:?}\n{}", step.command, ended.describe())),
        None => Ok(()),
    }
}

fn needs(command: &str) -> Vec<(&'static str, &'static [&'static str])> {
    let mut needs: Vec<_> = NEEDS
        .iter()
        .filter(|(word, _, _)| {
            command.lines().next().is_some_and(|line| line.split_whitespace().any(|found| found == *word))
        })
        .filter(|_| !command.starts_with("cat >"))
        .map(|(_, what, probe)| (*what, *probe))
        .collect();
    if command.starts_with("cargo insta") {
        needs.push(("cargo-insta", &["cargo", "insta", "--version"]));
    }
    needs
}

fn clone() -> Folder {
    let folder = folder();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in CLONE {
        copy(&root.join(name), &folder.at(name));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).expect("a directory can be made");
        for entry in std::fs::read_dir(from).expect("a directory can be read") {
            let name = entry.expect("a directory can be read").file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        std::fs::copy(from, to).expect("a file can be copied");
    }
}

/// The README's sections with their commands.
fn sections(text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut lines = text.lines();
    let mut section = Section { title: "the beginning".into(), steps: Vec::new() };
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(std::mem::replace(&mut section, Section { title: title.into(), steps: Vec::new() }));
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "console" => section.steps.extend(console(&block)),
            "sh" => section.steps.extend(script(&block)),
            _ => {}
        }
    }
    sections.push(section);
    sections.retain(|section| !section.steps.is_empty());
    sections
}

fn console(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.into(), output: Some(String::new()), exit: 0 });
            }
            (None, Some(step)) => {
                let output = step.output.get_or_insert_default();
                output.push_str(line);
                output.push('\n');
            }
            (None, None) => panic!("a console block begins with a command, not with {line:?}"),
        }
    }
    // The code belongs to the command before.
    let mut with_codes: Vec<Step> = Vec::new();
    for step in steps {
        match with_codes.last_mut() {
            Some(before) if step.command == "echo $?" => {
                before.exit = step.output.unwrap_or_default().trim().parse().expect("an exit code is a number");
            }
            _ => with_codes.push(step),
        }
    }
    with_codes
}

/// A line is a command, with what continues it and the text it reads from here.
fn script(block: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = block.iter();
    while let Some(line) = lines.next() {
        let mut command = (*line).to_owned();
        while command.ends_with('\\')
            && let Some(next) = lines.next()
        {
            command = format!("{command}\n{next}");
        }
        if let Some((_, end)) = line.split_once("<<'") {
            let end = end.trim_end_matches('\'');
            for text in lines.by_ref() {
                command = format!("{command}\n{text}");
                if *text == end {
                    break;
                }
            }
        }
        if !command.trim().is_empty() {
            steps.push(Step { command, output: None, exit: 0 });
        }
    }
    steps
}

/// Whether an output is the one shown.
fn matches(shown: &str, output: &str) -> bool {
    let lines = |text: &str| text.trim_end().lines().map(normal).collect::<Vec<_>>();
    lines_match(&lines(shown), &lines(output))
}

fn lines_match(shown: &[String], output: &[String]) -> bool {
    match (shown, output) {
        ([], []) => true,
        ([any, rest @ ..], _) if any == "…" => (0..=output.len()).any(|at| lines_match(rest, &output[at..])),
        ([first, shown @ ..], [line, output @ ..]) => first == line && lines_match(shown, output),
        _ => false,
    }
}

/// A line without what differs from run to run.
fn normal(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let numeric = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let mut shown = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let bare = word.trim_start_matches('(');
        let is_duration = numeric(bare) && matches!(next, "ms" | "s" | "s)");
        let is_count = numeric(bare) && bare.len() > 2 && at.checked_sub(1).is_none_or(|at| words[at] != "HTTP");
        let is_time = word.len() > 19 && word.ends_with('Z') && word.starts_with("20") && word.contains('T');
        shown.push(if is_duration || is_count || is_time { "N".to_owned() } else { without_counts(word) });
    }
    // How far a line is indented says something.
    let indent = line.len() - line.trim_start_matches(' ').len();
    format!("{}{}", " ".repeat(indent), shown.join(" "))
}

/// The ready line has numbers of its own.
fn without_counts(word: &str) -> String {
    let mut word = word.to_owned();
    for key in ["\"pid\":", "\"scenarios\":"] {
        if let Some(start) = word.find(key).map(|at| at + key.len()) {
            let length = word[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len() - start);
            word.replace_range(start..start + length, "N");
        }
    }
    word
}

#[test]
fn the_reader_of_the_readme_reads_it_rightly() {
    let text = "## One\n```console\n$ a b\nout\n$ c\n$ echo $?\n2\n```\n```sh\nd \\\n  e\ncat > x <<'END'\nf\nEND\ng\n```\n## Two\n```yaml\nh\n```\n";
    let found = sections(text);
    assert_eq!(found.len(), 1);
    let step = |command: &str, output: Option<&str>, exit| Step {
        command: command.into(),
        output: output.map(Into::into),
        exit,
    };
    let expected = [
        step("a b", Some("out\n"), 0),
        step("c", Some(""), 2),
        step("d \\\n  e", None, 0),
        step("cat > x <<'END'\nf\nEND", None, 0),
        step("g", None, 0),
    ];
    assert_eq!(found[0].steps, expected);
    assert!(matches("a\n…\nz 12 ms", "a\nb\nc\nz     3 ms\n"));
    assert!(matches("(159 steps, 0.03 s)", "(160 steps, 1.20 s)"));
    assert!(!matches("HTTP 200", "HTTP 500"));
    assert!(!matches("3 failed", "4 failed"));
    assert!(!matches("a\n", "a\nb\n"));
    assert!(!matches("  a", "    a"));
}

//! The documents agree with the program: formats, flags, exit codes, placeholders, modules and links.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{caketester, exported_pack, get};
use caketester::cli::definition;
use caketester::judge::Exit;
use clap::error::ErrorKind;

const README: &str = include_str!("../../README.md");
const SCENARIOS: &str = include_str!("../../docs/scenarios.md");
const ARCHITECTURE: &str = include_str!("../../docs/architecture.md");

/// Every document, by its path from the root.
const DOCUMENTS: [(&str, &str); 20] = [
    ("README.md", README),
    ("CONTRIBUTING.md", include_str!("../../CONTRIBUTING.md")),
    ("CHANGELOG.md", include_str!("../../CHANGELOG.md")),
    ("docs/architecture.md", ARCHITECTURE),
    ("docs/certificate.md", include_str!("../../docs/certificate.md")),
    ("docs/clients.md", include_str!("../../docs/clients.md")),
    ("docs/endpoint.md", include_str!("../../docs/endpoint.md")),
    ("docs/failures.md", include_str!("../../docs/failures.md")),
    ("docs/install.md", include_str!("../../docs/install.md")),
    ("docs/writing.md", include_str!("../../docs/writing.md")),
    ("docs/fidelity.md", include_str!("../../docs/fidelity.md")),
    ("docs/scenarios.md", SCENARIOS),
    ("docs/tls.md", include_str!("../../docs/tls.md")),
    ("docs/config.md", include_str!("../../docs/config.md")),
    ("docs/mutants.md", include_str!("../../docs/mutants.md")),
    ("docs/reports.md", include_str!("../../docs/reports.md")),
    ("docs/rules.md", include_str!("../../docs/rules.md")),
    ("docs/runs.md", include_str!("../../docs/runs.md")),
    ("examples/clients/README.md", include_str!("../../examples/clients/README.md")),
    ("examples/nightly-php/README.md", include_str!("../../examples/nightly-php/README.md")),
];

/// A heading of docs/scenarios.md, and a scenario that has a key or a word there which nobody knows.
const KEYS: [(&str, &str); 18] = [
    ("## A scenario", "unknown_key: 1"),
    ("### A step", "title: x\nsteps: [{ unknown_key: 1 }]"),
    ("### An update", "title: x\nupdate: { unknown_key: 1 }"),
    ("### An answer", "title: x\nanswer: { unknown_key: 1 }"),
    ("### A fault", "title: x\nfault: { unknown_key: 1 }"),
    ("### Kinds of faults", "title: x\nfault: { kind: unknown_word }"),
    ("### Attempts", "title: x\nattempts: [{ unknown_key: 1 }]"),
    ("## An instance", "title: x\ninstance: { unknown_key: 1 }"),
    ("### A named list", "title: x\ninstance: { buyers: { unknown_key: 1 } }"),
    ("### A buyer", "title: x\ninstance: { buyers: [{ unknown_key: 1 }] }"),
    ("### A key from the environment", "title: x\ninstance: { buyers: [{ name: x, key: { unknown_key: 1 } }] }"),
    ("### A status", "title: x\ninstance: { statuses: [{ unknown_key: 1 }] }"),
    ("### A custom field", "title: x\ninstance: { fields: [{ unknown_key: 1 }] }"),
    ("### A lead", "title: x\ninstance: { leads: [{ unknown_key: 1 }] }"),
    ("### Lead defaults", "title: x\ninstance: { lead_defaults: { unknown_key: 1 } }"),
    ("### Policy", "title: x\ninstance: { policy: { unknown_key: 1 } }"),
    ("### Basis", "title: x\nbasis: unknown_word"),
    ("### Needs", "title: x\nneeds: [unknown_word]"),
];

/// A key that takes words, and a scenario with a word it does not take.
const WORDS: [(&str, &str); 16] = [
    ("client", "title: x\nupdate: { lead_id: x, status: x }\nclient: unknown_word"),
    ("phase", "title: x\nfault: { phase: unknown_word }"),
    ("to", "title: x\nfault: { to: unknown_word }"),
    ("type", "title: x\ninstance: { fields: [{ name: x, type: unknown_word }] }"),
    ("check_order", "title: x\ninstance: { policy: { check_order: [unknown_word] } }"),
    ("key_case", "title: x\ninstance: { policy: { key_case: unknown_word } }"),
    ("lead_id_case", "title: x\ninstance: { policy: { lead_id_case: unknown_word } }"),
    ("foreign_lead", "title: x\ninstance: { policy: { foreign_lead: unknown_word } }"),
    ("unknown_sub_status", "title: x\ninstance: { policy: { unknown_sub_status: unknown_word } }"),
    ("missing_parameter", "title: x\ninstance: { policy: { missing_parameter: unknown_word } }"),
    ("missing_sub_status", "title: x\ninstance: { policy: { missing_sub_status: unknown_word } }"),
    ("form_post", "title: x\ninstance: { policy: { form_post: unknown_word } }"),
    ("shape", "title: x\ninstance: { policy: { shape: unknown_word } }"),
    ("report_sums", "title: x\ninstance: { policy: { report_sums: unknown_word } }"),
    ("report_dates", "title: x\ninstance: { policy: { report_dates: unknown_word } }"),
    ("report_end_date", "title: x\ninstance: { policy: { report_end_date: unknown_word } }"),
];

#[test]
fn every_key_of_the_format_is_documented_and_no_other() {
    for (heading, scenario) in KEYS {
        let documented: BTreeSet<String> = rows(part(SCENARIOS, heading)).map(|row| code_of(row[0])).collect();
        assert_eq!(documented, known_here(scenario), "docs/scenarios.md, {heading}");
    }
}

#[test]
fn every_word_that_a_key_takes_stands_in_its_row() {
    for (key, scenario) in WORDS {
        let row = SCENARIOS.lines().find(|line| line.starts_with(&format!("| `{key}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/scenarios.md has no row for {key}"));
        for word in known_here(scenario) {
            let stands_there = row.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|found| found == word);
            assert!(stands_there, "docs/scenarios.md, `{key}`: {word} is missing");
        }
    }
}

/// What lint says is known where an unknown key or word stands.
fn known_here(scenario: &str) -> BTreeSet<String> {
    let pack = exported_pack();
    pack.write("scenarios/codes/x.yaml", scenario);
    let ran = caketester(["scenarios", "lint", "--pack", "."]).in_dir(pack.path()).run();
    ran.exits_with(2);
    let known = ran.stderr.lines().find_map(|line| line.split_once("s here are "));
    let (_, known) = known.unwrap_or_else(|| panic!("lint does not say what is known\n{}", ran.describe()));
    known.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_scenario_in_the_documentation_is_right() {
    let pack = exported_pack();
    let mut scenarios = 0;
    for block in blocks(SCENARIOS, "yaml").filter(|block| block.starts_with("title:")) {
        scenarios += 1;
        pack.write(&format!("scenarios/documented/example-{scenarios}.yaml"), block);
    }
    assert_eq!(scenarios, 4);
    caketester(["scenarios", "lint", "--pack", "."]).in_dir(pack.path()).run().exits_with(0);
}

#[test]
fn the_readmes_exit_codes_are_the_programs() {
    let told: Vec<(u8, String)> = rows(part(README, "## Exit codes"))
        .map(|row| (row[0].parse().expect("an exit code is a number"), row[1].to_owned()))
        .collect();
    let mut exits = Exit::BY_PRECEDENCE.map(|exit| (u8::from(exit), exit.meaning().to_owned()));
    exits.sort();
    assert_eq!(told, exits);
    let order: Vec<String> = Exit::BY_PRECEDENCE.map(|exit| u8::from(exit).to_string()).into();
    let order = order.strip_suffix(&["0".to_owned()]).expect("success yields to all others").join(", ");
    assert!(README.contains(&format!("comes first in this list: {order}.")), "the order is {order}");
}

#[test]
fn the_readmes_placeholders_and_variables_are_those_of_the_help() {
    let help = caketester(["client", "--help"]).run();
    let words = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_{}:".contains(c));
        let words = words.map(|word| word.trim_end_matches(':'));
        words
            .filter(|word| word.starts_with('{') && word.ends_with('}') || word.starts_with("CAKE_"))
            .map(str::to_owned)
            .collect()
    };
    let in_help: BTreeSet<String> = words(&help.stdout);
    let section = part(README, "## Check your client");
    let table = section.lines().filter(|line| line.starts_with("| `{")).collect::<Vec<_>>().join("\n");
    let in_table: BTreeSet<String> = words(&table);
    assert!(in_help.len() > 12, "{in_help:?}");
    assert_eq!(in_table, in_help);
}

#[test]
fn the_readmes_lead_ids_get_the_codes_it_says() {
    let mock = caketester(["serve", "--port", "0"]).starts();
    let rows: Vec<_> = rows(part(README, "## Run the mock")).collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let url = format!("{}?api_key=BuyerAPIKeyHere&lead_id={}&status=Funded", mock.url(), code_of(row[0]));
        let answer = get(&url);
        assert!(answer.body.contains(&format!("<code>{}</code>", row[1])), "{row:?}: {}", answer.body);
    }
}

#[test]
fn every_command_that_is_mentioned_can_be_parsed() {
    let mut mentioned = 0;
    for (path, text) in DOCUMENTS {
        for command in commands(text) {
            mentioned += 1;
            let words = shell_words::split(&command).unwrap_or_else(|error| panic!("{path}: {command}: {error}"));
            let is_name_only = words.len() <= 3 && words.iter().all(|word| !word.starts_with('-'));
            if let Err(error) = definition().try_get_matches_from(&words) {
                let fits = match error.kind() {
                    ErrorKind::DisplayHelp => true,
                    // Running text may name a command without what it needs.
                    ErrorKind::MissingRequiredArgument | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                        is_name_only
                    }
                    _ => false,
                };
                assert!(fits, "{path}: {command}: {error}");
            }
        }
        for span in spans(text).filter(|span| span.starts_with("--")) {
            for flag in span.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
                mentioned += 1;
                let name = flag.trim_start_matches('-').split('=').next().unwrap_or_default();
                assert!(has_flag(&definition(), name), "{path}: there is no {flag}");
            }
        }
    }
    assert!(mentioned > 40, "only {mentioned} commands and flags were found");
}

fn has_flag(command: &clap::Command, name: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(name))
        || command.get_subcommands().any(|below| has_flag(below, name))
}

/// Every command line of ours, in blocks and in running text.
fn commands(text: &str) -> Vec<String> {
    let ours = |line: &str| {
        let line = line.trim_start().trim_start_matches("$ ");
        let line =
            line.strip_prefix("cargo run --release -- ").map_or(line.to_owned(), |rest| format!("caketester {rest}"));
        line.starts_with("caketester ").then_some(line)
    };
    let in_blocks = ["console", "sh"].into_iter().flat_map(|language| blocks(text, language).collect::<Vec<_>>());
    let in_blocks: Vec<String> =
        in_blocks.flat_map(|block| block.lines().filter_map(ours).collect::<Vec<_>>()).collect();
    in_blocks.into_iter().chain(spans(text).filter_map(|span| ours(&span))).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in DOCUMENTS {
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let target = rest.split(')').next().unwrap_or_default();
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let from = root.join(path).parent().expect("a document stands in a directory").join(file);
            let to = if file.is_empty() { root.join(path) } else { from };
            assert!(to.exists(), "{path}: {target} leads nowhere");
            if !heading.is_empty() {
                let text = std::fs::read_to_string(&to).expect("a linked document can be read");
                let headings = text.lines().filter(|line| line.starts_with('#')).map(anchor).collect::<Vec<_>>();
                assert!(headings.contains(&heading.to_owned()), "{path}: {target}: {headings:?}");
            }
        }
    }
}

fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_module_that_the_architecture_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named: Vec<String> = spans(ARCHITECTURE)
        .filter(|span| {
            ["src/", "tests/", "examples/", "scenarios/", ".ci/"].iter().any(|place| span.starts_with(place))
        })
        .collect();
    assert!(named.len() > 20, "only {named:?}");
    for path in named {
        assert!(root.join(&path).exists(), "docs/architecture.md names {path}, which is not there");
    }
    let modules = std::fs::read_dir(root.join("src"))
        .expect("src can be read")
        .map(|entry| entry.expect("it can be read").path());
    for module in modules.filter(|path| path.is_dir() || !path.ends_with("lib.rs") && !path.ends_with("main.rs")) {
        let name = module.file_stem().expect("a module has a name").to_string_lossy().into_owned();
        let floors = part(ARCHITECTURE, "## The floors");
        assert!(floors.contains(&format!("`{name}`")), "docs/architecture.md puts {name} on no floor");
    }
}

/// The text below a heading, up to the next one.
fn part<'t>(text: &'t str, heading: &str) -> &'t str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("there is no heading {heading:?}"));
    let below = &text[start + heading.len() + 2..];
    below.find("\n#").map_or(below, |end| &below[..end])
}

/// The rows of the tables in a text, without their heads.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_row = move |at: &usize| {
        lines[*at].starts_with('|')
            && !lines[*at].starts_with("|---")
            && !lines.get(at + 1).is_some_and(|next| next.starts_with("|---"))
    };
    let lines: Vec<&str> = text.lines().collect();
    (0..lines.len())
        .filter(is_row)
        .map(|at| lines[at].trim_matches('|').split(" | ").map(str::trim).collect())
        .collect::<Vec<_>>()
        .into_iter()
}

/// A cell without the marks of code.
fn code_of(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

/// The blocks of a language. Between fences, every other piece is the inside of one.
fn blocks<'t>(text: &'t str, language: &str) -> impl Iterator<Item = &'t str> {
    let inside = text.split("```").skip(1).step_by(2);
    inside.filter_map(move |block| block.strip_prefix(language)?.strip_prefix('\n'))
}

/// What stands as code in running text.
fn spans(text: &str) -> impl Iterator<Item = String> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " ")))
}

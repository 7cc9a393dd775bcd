//! `caketester init`: asks how the client is started, and writes `caketester.yaml` and what a CI system needs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::asked::Asked;
use crate::cli::setup::config::FILE;
use crate::cli::setup::networks::{Handed, NETWORKS};
use crate::cli::setup::transport::guarded;
use crate::judge::Exit;
use crate::scenario::Need;
use crate::source::to_text;
use crate::subject::Template;

const EXAMPLES: &str = "\
Examples:
  caketester init
  caketester init --from northgrid.yaml
  caketester init --ci github -- php bin/push.php {lead_id} {status} {sub_status} {fields}";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Also write a file for this CI system
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Option<Ci>,
    /// The file a network hands to its buyers: copied to networks/, and used by default
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The program and its arguments; if left out, `init` asks for it
    #[arg(last = true, value_name = "PROGRAM")]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ci {
    Github,
    Gitlab,
}

pub(in crate::cli) fn run(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    let network = arguments.from.as_deref().map(Handed::read).transpose()?;
    if let (Some(network), true) = (&network, Path::new(FILE).exists()) {
        network.copy(output)?;
        output.out(&format!("next: caketester client --network {}\n", network.name()));
        return Ok(Exit::Success);
    }
    if Path::new(FILE).exists() {
        let help = "edit it, or remove it and begin anew";
        return Err(Failure::usage(format!("{FILE} is there already\n  help: {help}")));
    }
    let mut asked = Asked::new(output, "answer on standard input, or name the program behind `--`");
    let command = if arguments.command.is_empty() { self::command(&mut asked)? } else { arguments.command };
    for argument in &command {
        Template::parse(argument)?;
    }
    // There is no question about what the network does not have.
    let has = |need| network.as_ref().is_none_or(|network| network.has(need));
    let sub_status =
        has(Need::SubStatus).then(|| yes(&mut asked, "Does your client send a sub-status?")).transpose()?;
    let fields = has(Need::Fields).then(|| yes(&mut asked, "Does your client send custom fields?")).transpose()?;
    if let Some(network) = &network {
        network.copy(output)?;
    }
    let name = network.as_ref().map(Handed::name);
    output.file(Path::new(FILE), &config(&command, name, sub_status, fields)?)?;
    output.out(&format!("wrote {FILE}\n"));
    if let Some(ci) = arguments.ci {
        let (path, text) = ci.file();
        if Path::new(path).exists() {
            let help = format!("add this to it:\n\n{text}");
            return Err(Failure::usage(format!("{path} is there already\n  help: {help}")));
        }
        output.file(Path::new(path), text)?;
        output.out(&format!("wrote {path}\n"));
    }
    output.out(&format!("note: {}\n", guarded()));
    output.out("next: caketester client --tag smoke\n");
    Ok(Exit::Success)
}

/// The program and its arguments.
fn command(asked: &mut Asked<'_>) -> Result<Vec<String>, Failure> {
    let question =
        "How is your client started? For example: php bin/push.php {lead_id} {status} {sub_status} {fields}\n>";
    loop {
        let line = asked.line(question)?;
        match shell_words::split(&line) {
            Ok(words) if !words.is_empty() => return Ok(words),
            Ok(_) => {}
            Err(error) => asked.output.out(&format!("{line:?} cannot be taken apart: {error}\n")),
        }
    }
}

/// Yes, unless the answer is no; so is no answer at all.
fn yes(asked: &mut Asked<'_>, question: &str) -> Result<bool, Failure> {
    loop {
        match asked.line(&format!("{question} [Y/n]")) {
            Err(_) => return Ok(true),
            Ok(answer) => match answer.to_lowercase().as_str() {
                "" | "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                other => asked.output.out(&format!("{other:?} is neither y nor n\n")),
            },
        }
    }
}

fn config(
    command: &[String],
    network: Option<&str>,
    sub_status: Option<bool>,
    fields: Option<bool>,
) -> Result<String, Failure> {
    let unwritable = |reason| Failure::new(Exit::Harness, reason);
    let run = to_text(&command).map_err(unwritable)?;
    let run: Vec<String> = run.lines().map(|line| format!("  {line}")).collect();
    let can = |what: &str, can: Option<bool>| can.map_or_else(String::new, |can| format!("  {what}: {can}\n"));
    let can = can("sub_status", sub_status) + &can("fields", fields);
    let can = if can.is_empty() {
        "# can: { sub_status: false, fields: false }\n".to_owned()
    } else {
        format!("can:\n{can}")
    };
    let names = match network {
        Some(name) => format!("# The network. Its file, {NETWORKS}/{name}.yaml, names its statuses and fields.\nnetwork: {name}\n"),
        None => "# The network's names, where they are not those of caketester's pack; `caketester explain networks` for several.\n\
                 # names: { Funded: Closed - Paid, loan_amount: amount }\n"
            .to_owned(),
    };
    Ok(format!(
        "# How caketester checks this client: `caketester client` reads it. `caketester explain config` has every key.\n\
         run:\n{}\n\
         # What your client does. What it does not do is out of scope, and no failure.\n\
         {can}{names}\
         # Exit codes of your own; without this, 0 is updated, 10 rejected and 11 unknown.\n\
         # outcome: {{ exit: {{ updated: [0], rejected: [2], unknown: [3] }} }}\n\
         # What a certificate calls your client (caketester explain certificate).\n\
         # client: {{ name: Acme push, version: \"4.2\" }}\n",
        run.join("\n"),
    ))
}

impl Ci {
    /// Where the file for it stands, and what it holds.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Github => (
                ".github/workflows/caketester.yml",
                "name: caketester
on: [push, pull_request]
jobs:
  caketester:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # This takes caketester from crates.io, once it is released there. Until then, or for another version, take
      # `cargo install --git URL --locked` with the URL of its repository, or `cargo install --path DIR --locked` with a
      # clone of it.
      - run: cargo install caketester --locked
      - run: caketester client --report html=caketester.html --report junit=caketester.xml --report json=caketester.json
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: caketester
          path: |
            caketester.html
            caketester.json
            caketester.xml
",
            ),
            Self::Gitlab => (
                ".gitlab-ci.yml",
                "caketester:
  image: rust:latest
  script:
    # This takes caketester from crates.io, once it is released there. Until then, or for another version, take
    # `cargo install --git URL --locked` with the URL of its repository, or `cargo install --path DIR --locked` with a
    # clone of it.
    - cargo install caketester --locked
    - caketester client --report html=caketester.html --report junit=caketester.xml --report json=caketester.json
  artifacts:
    when: always
    paths: [caketester.html, caketester.json]
    reports: { junit: caketester.xml }
",
            ),
        }
    }
}

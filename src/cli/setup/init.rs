//! `caketester init`: asks how the client is started, and writes `caketester.yaml` and what a CI system needs.

use std::io::{IsTerminal as _, stdin};
use std::path::{Path, PathBuf};

use askama::Template;
use clap::Args;

use crate::cli::checking::one_update::try_one_update;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::setup::asked::Asked;
use crate::cli::setup::ci::Ci;
use crate::cli::setup::command_line::{gets_nothing, gets_the_update, without_a_key};
use crate::cli::setup::config::FILE;
use crate::cli::setup::networks::{Chosen, NETWORKS};
use crate::cli::setup::transport::guarded;
use crate::cli::setup::wrapper;
use crate::judge::Exit;
use crate::scenario::Need;
use crate::source::to_text;
use crate::subject::{ExitCodes, ExitMeaning};

const EXAMPLES: &str = "\
Examples:
  caketester init
  caketester init --from northgrid.yaml
  caketester init --outcome-exit rejected=2 --outcome-exit unknown=3 -- ./push {lead_id} {status}
  caketester init --ci github -- php bin/push.php {lead_id} {status} {sub_status} {fields}

In a terminal, it also asks for the network, the exit codes, and whether the program handles a
batch of updates; then it runs the program once, with a test update. No key is written to the
file: the program gets it as {api_key} or CAKE_API_KEY.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Also write a file for this CI system
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Option<Ci>,
    /// The settings file that the network gives to its buyers; it is copied to networks/ and used by default
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The network to use; its settings are read from networks/NAME.yaml
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    network: Option<String>,
    /// The program is started once, for a batch of updates
    #[arg(long, conflicts_with = "outcome_exit")]
    batch: bool,
    /// Which exit codes stand for which outcome, such as rejected=2; by default updated=0, rejected=10, unknown=11; repeatable
    #[arg(long, value_name = "OUTCOME=CODES")]
    outcome_exit: Vec<ExitMeaning>,
    /// The program and its arguments; if left out, `init` asks for it
    #[arg(last = true, value_name = "PROGRAM")]
    command: Vec<String>,
}

/// What the file is to hold.
struct Answers {
    network: Option<Chosen>,
    command: Vec<String>,
    batch: bool,
    sub_status: Option<bool>,
    fields: Option<bool>,
    exits: Vec<ExitMeaning>,
}

pub(in crate::cli) fn run(arguments: Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let network = match (&arguments.from, &arguments.network) {
        (Some(file), _) => Some(Chosen::handed(file)?),
        (None, name) => name.as_deref().map(Chosen::named).transpose()?,
    };
    if Path::new(FILE).exists() {
        let Some(network) = network.filter(Chosen::is_handed_over) else {
            let help = "edit it, or remove it and begin anew";
            return Err(Failure::usage(format!("{FILE} is there already\n  help: {help}")));
        };
        network.copy(output)?;
        output.out(&format!("next: caketester client --network {}\n", network.name()));
        return Ok(Exit::Success);
    }
    ExitCodes::new(&arguments.outcome_exit).map_err(Failure::usage)?;
    let is_a_person = context.live && !context.ci && stdin().is_terminal();
    let ci = arguments.ci;
    let mut asked = Asked::new(output, "answer on standard input, or name the program after `--`");
    let mut answers = Answers::of(arguments, network, &mut asked, is_a_person)?;
    if let Some(network) = &answers.network {
        network.copy(output)?;
    }
    let can_be_started = !is_a_person || answers.try_once(&mut asked, context)?;
    output.file(Path::new(FILE), &answers.config()?)?;
    output.out(&format!("wrote {FILE}\n"));
    if let Some(ci) = ci {
        ci.write(answers.batch, output)?;
    }
    output.out(&format!("note: {}\n", guarded()));
    if let Some(doubt) = ExitMeaning::doubt(&answers.exits) {
        output.out(&format!("note: {doubt}\n"));
    }
    let correct = if can_be_started { String::new() } else { format!("correct `run` in {FILE}, then ") };
    let batch = if answers.batch { " --batch" } else { "" };
    output.out(&format!("next: {correct}caketester client{batch} --tag smoke\n"));
    Ok(Exit::Success)
}

impl Answers {
    /// What was given, and for the rest what is asked. Of a pipe less is asked than of a person.
    fn of(
        given: Arguments,
        network: Option<Chosen>,
        asked: &mut Asked<'_>,
        is_a_person: bool,
    ) -> Result<Self, Failure> {
        let network = if network.is_none() && is_a_person { ask_for_network(asked)? } else { network };
        let is_given = !given.command.is_empty();
        let mut batch = given.batch;
        let command = loop {
            let command = if is_given { given.command.clone() } else { ask_for_command(asked)? };
            if is_a_person && !given.batch {
                batch = !asked.yes("Is it started once per update? (No: it is started once for a whole batch.)", true);
            }
            match taken(&command, batch, asked, is_a_person) {
                Ok(()) => break command,
                Err(failure) if is_a_person && !is_given => asked.output.out(&format!("{failure}\n")),
                Err(failure) => return Err(failure),
            }
        };
        // A program that gets its status as an argument gets the rest so too.
        let is_in = |placeholder: &&str| command.iter().any(|argument| argument.contains(placeholder));
        let by_arguments = is_in(&"{status}");
        let mut sends = |need, question: &str, placeholders: &[&str]| {
            // What the network does not have is not asked about.
            let has = network.as_ref().is_none_or(|network| network.has(need));
            has.then(|| asked.yes(question, !by_arguments || placeholders.iter().any(is_in)))
        };
        let sub_status = sends(Need::SubStatus, "Does your client send a sub-status?", &["{sub_status}"]);
        let fields = sends(Need::Fields, "Does your client send custom fields?", &["{fields}", "{field:"]);
        let exits = given.outcome_exit;
        let exits = if is_a_person && !batch && exits.is_empty() { ask_for_exits(asked)? } else { exits };
        Ok(Self { network, command, batch, sub_status, fields, exits })
    }

    /// Tries one update, and offers a script where the program reports no outcome; whether the program could be started.
    fn try_once(&mut self, asked: &mut Asked<'_>, context: &Context<'_>) -> Result<bool, Failure> {
        if !asked.yes("Try one update now, with a mock CAKE on this machine?", true) {
            return Ok(true);
        }
        let output = &context.output;
        let tried = match try_one_update(&self.as_options(), context) {
            Ok(tried) => tried,
            Err(failure) => {
                output.out(&format!("{failure}\n"));
                return Ok(false);
            }
        };
        output.out(&format!("tried: {}", tried.text));
        let question =
            format!("Write {}, a script that turns what your program prints into an outcome?", wrapper::FILE);
        if !tried.reports && !self.batch && asked.yes(&question, true) {
            self.command = wrapper::wrap(&self.command, output)?;
            self.exits.clear();
        }
        Ok(true)
    }

    /// As options of `caketester client`.
    fn as_options(&self) -> Vec<String> {
        let mut options: Vec<String> = self.batch.then(|| "--batch".to_owned()).into_iter().collect();
        options.extend(self.network.iter().map(|network| format!("--network={}", network.name())));
        options.extend(self.exits.iter().map(|meaning| format!("--outcome-exit={meaning}")));
        options.push("--".to_owned());
        options.extend(self.command.iter().cloned());
        options
    }

    /// The file's text.
    fn config(&self) -> Result<String, Failure> {
        let run = to_text(&self.command).map_err(|reason| Failure::new(Exit::Harness, reason))?;
        let exits: Vec<String> =
            self.exits.iter().map(|meaning| meaning.to_string().replacen('=', ": [", 1) + "]").collect();
        let (network, exits) = (self.network.as_ref().map(Chosen::name), exits.join(", "));
        let (batch, sub_status, fields) = (self.batch, self.sub_status, self.fields);
        let text = ConfigText { batch, run, sub_status, fields, network, exits }.render();
        text.map(|text| text + "\n").map_err(Failure::cannot(format!("make {FILE}")))
    }
}

/// `caketester.yaml` as it begins.
#[derive(Template)]
#[template(path = "caketester.yaml", escape = "none")]
struct ConfigText<'a> {
    batch: bool,
    run: String,
    sub_status: Option<bool>,
    fields: Option<bool>,
    network: Option<&'a str>,
    /// As they stand between the braces.
    exits: String,
}

/// Whether a client can be started so.
fn taken(command: &[String], batch: bool, asked: &mut Asked<'_>, is_a_person: bool) -> Result<(), Failure> {
    without_a_key(command)?;
    let question = "No placeholder is in it. Does the program read the update from its environment?";
    if gets_the_update(command, batch)? || is_a_person && asked.yes(question, true) {
        return Ok(());
    }
    Err(Failure::usage(gets_nothing(batch)))
}

/// The network, where there is one.
fn ask_for_network(asked: &mut Asked<'_>) -> Result<Option<Chosen>, Failure> {
    let question = format!(
        "Which network do you report to? The file it gave you, the name of one in {NETWORKS}/, or Enter for none\n>"
    );
    asked.until(&question, |answer| {
        let path = Path::new(answer);
        match path.extension() {
            _ if answer.is_empty() => Ok(None),
            Some(extension) if extension == "yaml" => Chosen::handed(path).map(Some),
            _ => Chosen::named(answer).map(Some),
        }
    })
}

/// The program and its arguments.
fn ask_for_command(asked: &mut Asked<'_>) -> Result<Vec<String>, Failure> {
    let question =
        "How is your client started? For example: php bin/push.php {lead_id} {status} {sub_status} {fields}\n>";
    asked.until(question, |line| match shell_words::split(line) {
        Ok(words) if words.is_empty() => Err("a command is needed here".to_owned()),
        words => words.map_err(|error| format!("{line:?} cannot be taken apart: {error}")),
    })
}

/// What exit codes mean, where it is not what they mean by default.
fn ask_for_exits(asked: &mut Asked<'_>) -> Result<Vec<ExitMeaning>, Failure> {
    let question = "What do its exit codes mean? Enter: 0 updated, 10 rejected, 11 unknown. Others like this: updated=0 rejected=2 \
                    unknown=3,4\n>";
    asked.until(question, |answer| {
        let meanings = answer.split_whitespace().map(str::parse).collect::<Result<Vec<ExitMeaning>, String>>()?;
        ExitCodes::new(&meanings).map(|_| meanings)
    })
}

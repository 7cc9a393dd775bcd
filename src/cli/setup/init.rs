//! `caketester init`: asks how the client is started, and writes `caketester.yaml` and what a CI system needs.

use std::io::{IsTerminal as _, stdin};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::checking::one_update::try_one_update;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::asked::Asked;
use crate::cli::setup::ci::Ci;
use crate::cli::setup::command_line::{complain, gets_nothing, gets_the_update, without_a_key};
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

On a terminal it also asks for the network and the exit codes, and whether the program takes
a whole batch; then it runs the program once, with a test update. No key is written to the
file: the program gets it as {api_key} or CAKE_API_KEY.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Also write a file for this CI system
    #[arg(long, value_enum, value_name = "SYSTEM")]
    ci: Option<Ci>,
    /// The file a network hands to its buyers: copied to networks/, and used by default
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The network to use: NAME stands for networks/NAME.yaml
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

pub(in crate::cli) fn run(arguments: Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let network = Chosen::of(arguments.from.as_deref(), arguments.network.as_deref())?;
    if let Some(network) = network.as_ref().filter(|network| network.is_handed_over() && Path::new(FILE).exists()) {
        network.copy(output)?;
        output.out(&format!("next: caketester client --network {}\n", network.name()));
        return Ok(Exit::Success);
    }
    if Path::new(FILE).exists() {
        let help = "edit it, or remove it and begin anew";
        return Err(Failure::usage(format!("{FILE} is there already\n  help: {help}")));
    }
    ExitCodes::new(&arguments.outcome_exit).map_err(Failure::usage)?;
    let is_a_person = context.live && !context.ci && stdin().is_terminal();
    let ci = arguments.ci;
    let mut asked = Asked::new(output, "answer on standard input, or name the program after `--`");
    let answers = Answers::of(arguments, network, &mut asked, is_a_person)?;
    if let Some(network) = &answers.network {
        network.copy(output)?;
    }
    let (answers, has_failed) = if is_a_person { answers.tried(&mut asked, context)? } else { (answers, false) };
    output.file(Path::new(FILE), &answers.config()?)?;
    output.out(&format!("wrote {FILE}\n"));
    if let Some(ci) = ci {
        ci.write(answers.batch, output)?;
    }
    output.out(&format!("note: {}\n", guarded()));
    if let Some(doubt) = ExitMeaning::doubt(&answers.exits) {
        output.out(&format!("note: {doubt}\n"));
    }
    let correct = if has_failed { format!("correct `run` in {FILE}, then ") } else { String::new() };
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
        let network = if network.is_none() && is_a_person { self::network(asked)? } else { network };
        let is_given = !given.command.is_empty();
        let mut batch = given.batch;
        let command = loop {
            let command = if is_given { given.command.clone() } else { self::command(asked)? };
            if is_a_person && !given.batch {
                batch = !yes(asked, "Is it started once per update? (No: it is started once for a whole batch.)")?;
            }
            match taken(&command, batch, asked, is_a_person) {
                Ok(()) => break command,
                Err(failure) if is_a_person && !is_given => complain(&failure, &asked.output),
                Err(failure) => return Err(failure),
            }
        };
        // There is no question about what the network does not have.
        let has = |need| network.as_ref().is_none_or(|network| network.has(need));
        // A program that gets its status as an argument gets the rest so too.
        let by_arguments = command.iter().any(|argument| argument.contains("{status}"));
        let gets = |names: &[&str]| {
            !by_arguments || command.iter().any(|argument| names.iter().any(|name| argument.contains(name)))
        };
        let sub_status = has(Need::SubStatus)
            .then(|| asks(asked, "Does your client send a sub-status?", gets(&["{sub_status}"])))
            .transpose()?;
        let fields = has(Need::Fields)
            .then(|| asks(asked, "Does your client send custom fields?", gets(&["{fields}", "{field:"])))
            .transpose()?;
        let exits = given.outcome_exit;
        let exits = if is_a_person && !batch && exits.is_empty() { self::exits(asked)? } else { exits };
        Ok(Self { network, command, batch, sub_status, fields, exits })
    }

    /// Tries one update, and offers a script where the program reports no outcome; also whether it could not be tried.
    fn tried(mut self, asked: &mut Asked<'_>, context: &Context<'_>) -> Result<(Self, bool), Failure> {
        if !yes(asked, "Try one update now, with a mock CAKE on this machine?")? {
            return Ok((self, false));
        }
        let output = asked.output.clone();
        let mut has_failed = false;
        let reports = match try_one_update(&self.as_options(), context, &output) {
            Ok(tried) => {
                output.out(&format!("tried: {}", tried.text));
                tried.reports
            }
            Err(failure) => {
                complain(&failure, &output);
                has_failed = true;
                true
            }
        };
        let question =
            format!("Write {}, a script that turns what your program prints into an outcome?", wrapper::FILE);
        if !reports && !self.batch && yes(asked, &question)? {
            self.command = wrapper::wrap(&self.command, &output)?;
            self.exits.clear();
        }
        Ok((self, has_failed))
    }

    /// As options of `caketester client`.
    fn as_options(&self) -> Vec<String> {
        let batch = self.batch.then(|| "--batch".to_owned());
        let network = self.network.iter().map(|network| format!("--network={}", network.name()));
        let exits = self.exits.iter().map(|meaning| format!("--outcome-exit={meaning}"));
        batch
            .into_iter()
            .chain(network)
            .chain(exits)
            .chain(["--".to_owned()])
            .chain(self.command.iter().cloned())
            .collect()
    }
}

/// Whether a client can be started so.
fn taken(command: &[String], batch: bool, asked: &mut Asked<'_>, is_a_person: bool) -> Result<(), Failure> {
    without_a_key(command)?;
    if gets_the_update(command, batch)? {
        return Ok(());
    }
    let question = "No placeholder is in it. Does the program read the update from its environment?";
    if is_a_person && yes(asked, question)? { Ok(()) } else { Err(Failure::usage(gets_nothing(batch))) }
}

/// The network, where there is one.
fn network(asked: &mut Asked<'_>) -> Result<Option<Chosen>, Failure> {
    let question = format!(
        "Which network do you report to? The file it gave you, the name of one in {NETWORKS}/, or Enter for none\n>"
    );
    loop {
        let answer = asked.line(&question)?;
        let path = Path::new(&answer);
        let is_file = path.extension().is_some_and(|extension| extension == "yaml");
        let (file, name) = if is_file { (Some(path), None) } else { (None, Some(&*answer)) };
        match Chosen::of(file, name.filter(|name| !name.is_empty())) {
            Ok(chosen) => return Ok(chosen),
            Err(failure) => complain(&failure, &asked.output),
        }
    }
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

/// What exit codes mean, where it is not what they mean by default.
fn exits(asked: &mut Asked<'_>) -> Result<Vec<ExitMeaning>, Failure> {
    let question = "What do its exit codes mean? Enter: 0 updated, 10 rejected, 11 unknown. Others like this: updated=0 rejected=2 \
                    unknown=3,4\n>";
    loop {
        let answer = asked.line(question)?;
        let meanings: Result<Vec<ExitMeaning>, String> = answer.split_whitespace().map(str::parse).collect();
        match meanings.and_then(|meanings| ExitCodes::new(&meanings).map(|_| meanings)) {
            Ok(meanings) => return Ok(meanings),
            Err(why) => asked.output.out(&format!("{why}\n")),
        }
    }
}

/// Yes, unless the answer is no; so is no answer at all.
fn yes(asked: &mut Asked<'_>, question: &str) -> Result<bool, Failure> {
    asks(asked, question, true)
}

/// The same with what counts where nothing is answered.
fn asks(asked: &mut Asked<'_>, question: &str, usual: bool) -> Result<bool, Failure> {
    let choice = if usual { "[Y/n]" } else { "[y/N]" };
    loop {
        match asked.line(&format!("{question} {choice}")) {
            Err(_) => return Ok(usual),
            Ok(answer) => match answer.to_lowercase().as_str() {
                "" => return Ok(usual),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                other => asked.output.out(&format!("{other:?} is neither y nor n\n")),
            },
        }
    }
}

impl Answers {
    /// The file's text.
    fn config(&self) -> Result<String, Failure> {
        let unwritable = |reason| Failure::new(Exit::Harness, reason);
        let run = to_text(&self.command).map_err(unwritable)?;
        let run: Vec<String> = run.lines().map(|line| format!("  {line}")).collect();
        let can = |what: &str, can: Option<bool>| can.map_or_else(String::new, |can| format!("  {what}: {can}\n"));
        let can = can("sub_status", self.sub_status) + &can("fields", self.fields);
        let can = if can.is_empty() {
            "# can: { sub_status: false, fields: false }\n".to_owned()
        } else {
            format!("can:\n{can}")
        };
        let names = match self.network.as_ref().map(Chosen::name) {
            Some(name) => format!("# The network. Its file, {NETWORKS}/{name}.yaml, names its statuses and fields.\nnetwork: {name}\n"),
            None => "# The network's names, where they are not those of caketester's pack; `caketester explain networks` for several.\n\
                     # names: { Funded: Closed - Paid, loan_amount: amount }\n"
                .to_owned(),
        };
        let exits: Vec<String> =
            self.exits.iter().map(|meaning| meaning.to_string().replacen('=', ": [", 1) + "]").collect();
        let exits = if exits.is_empty() {
            "# outcome: { exit: { updated: [0], rejected: [2], unknown: [3] } }\n".to_owned()
        } else {
            format!("outcome: {{ exit: {{ {} }} }}\n", exits.join(", "))
        };
        Ok(format!(
            "# How caketester checks this client: `caketester client` reads it. `caketester explain config` has every key.\n\
             {}run:\n{}\n\
             # What your client does. What it does not do is out of scope, and no failure.\n\
             {can}{names}\
             # Exit codes of your own; without this, 0 is updated, 10 rejected and 11 unknown.\n\
             {exits}\
             # What a certificate calls your client (caketester explain certificate).\n\
             # client: {{ name: Acme push, version: \"4.2\" }}\n",
            if self.batch { "# It is started once for all updates: `caketester client --batch`.\n" } else { "" },
            run.join("\n"),
        ))
    }
}

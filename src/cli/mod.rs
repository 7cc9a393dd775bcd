//! The command line: what is asked for becomes settings, and what comes of it becomes an exit code.

mod checking;
mod context;
mod failure;
mod files;
mod options;
mod output;
mod packs;
mod reporting;
mod scratch;
mod serving;
mod setup;
mod signals;
mod tickets;

use std::error::Error;
use std::ffi::OsString;
use std::num::ParseIntError;

use checking::check::Command::Check;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use options::given::Given;
use setup::config_show::Command::Show;

pub use context::Context;
use failure::Failure;

use crate::judge::Exit;

/// A mock CAKE server and conformance tests for lead buyers' UpdateLeadStatus integrations.
#[derive(Debug, Parser)]
#[command(name = "caketester", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  everything passed
  1  a scenario failed, no request reached the mock, or a requested certificate was not issued
  2  the command line, the configuration, a scenario or the pack is invalid; nothing was sent
  3  caketester itself or the connection failed
  4  no scenario was selected or run
  5  in CI: a snapshot is missing, pending or orphaned
Failures listed in a baseline do not count; violations of recommended rules count only with --strict.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a client: run it once per update against a mock CAKE of its own
    Client(Box<checking::client::Arguments>),
    /// Write caketester.yaml, which says how to check this project's client
    Init(setup::init::Arguments),
    /// Check an endpoint: send every update and compare each answer with its snapshot
    Endpoint(checking::endpoint::Arguments),
    /// Verify a certificate that `client --certificate` wrote
    #[command(subcommand)]
    Certificate(checking::check::Command),
    /// Evaluate a stored run again, with the current rules, different options, or outcomes reported later
    Judge(Box<checking::judge::Arguments>),
    /// Run a mock CAKE that serves all scenarios
    Serve(Box<serving::serve::Arguments>),
    /// Show the Lead Status Master Report for a state file or a run
    MasterReport(Box<reporting::master_report::Arguments>),
    /// Export or import the state file of `serve --state`
    #[command(subcommand)]
    State(serving::state::Command),
    /// Show the settings for a client, and where each value comes from
    #[command(subcommand)]
    Config(setup::config_show::Command),
    /// List, show and check scenarios
    #[command(subcommand)]
    Scenarios(packs::scenarios::Command),
    /// Explain a code, a rule or a scenario: what it means, who has to act, what to try
    Explain(packs::explain::Arguments),
    /// Copy the standard pack to a directory so that you can edit it, or print a pack's digest
    #[command(subcommand)]
    Pack(packs::pack::Command),
    /// List and review the expected answers
    #[command(subcommand)]
    Snapshots(packs::snapshots::Command),
    /// Find out from a ticket why an update failed
    Why(tickets::why::Arguments),
    /// Show, compare and merge JSON reports
    #[command(subcommand)]
    Report(reporting::report::Command),
    /// Print a completion script for a shell
    Completions(setup::completions::Arguments),
    /// Write the man pages
    #[command(hide = true)]
    Man(setup::completions::ManArguments),
}

/// Advice for the likeliest slip: a program without the `--` before it.
fn with_advice(mut message: clap::Error) -> clap::Error {
    let takes_a_program = message.to_string().contains("-- <PROGRAM>");
    if let Some(ContextValue::String(first)) = message.get(ContextKind::InvalidArg)
        && takes_a_program
        && !first.starts_with('-')
    {
        let advice = format!("put the client's command after `--`: `-- {first} …`");
        message.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![advice.into()]));
    }
    message
}

/// What the standard library says of a number that is none, for people.
fn in_plain_words(message: &clap::Error, text: String) -> String {
    match message.source().and_then(|reason| reason.downcast_ref::<ParseIntError>()) {
        Some(reason) => text.replace(&reason.to_string(), "it has to be a whole number"),
        None => text,
    }
}

/// An empty variable says nothing: CI systems set those that a job leaves open.
fn without_empty_variables(command: clap::Command, context: &Context<'_>) -> clap::Command {
    let is_empty = |argument: &clap::Arg| {
        let name = argument.get_env().and_then(std::ffi::OsStr::to_str);
        name.and_then(context.env).is_some_and(|value| value.trim().is_empty())
    };
    command
        .mut_args(|argument| if is_empty(&argument) { argument.env("CAKETESTER_").hide_env(true) } else { argument })
        .mut_subcommands(|below| without_empty_variables(below, context))
}

/// Runs the command line and returns the exit code.
pub fn run(context: &Context<'_>, arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let output = &context.output;
    output.guard_panics();
    let command = without_empty_variables(definition(), context);
    let matches = command.clone().try_get_matches_from(arguments);
    let parsed = matches.and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, matches)));
    let exit = match parsed.map_err(with_advice) {
        Err(message) => {
            let rendered = message.render();
            let text = if context.color { rendered.ansi().to_string() } else { rendered.to_string() };
            let text = in_plain_words(&message, text);
            if message.use_stderr() {
                output.err(&text);
                Exit::Usage
            } else {
                output.out(&text);
                Exit::Success
            }
        }
        Ok((arguments, matches)) => {
            output.err(&setup::variables::misspelt(context, &definition()));
            dispatch(arguments.command, &Given::of(&command, &matches), context).unwrap_or_else(|failure| {
                output.err(&failure.render(context.color));
                failure.exit()
            })
        }
    };
    let Some(reason) = output.broken() else { return exit };
    output.err(&format!("error: cannot write the output: {reason}\n"));
    exit.and(Exit::Harness)
}

fn dispatch(command: Command, given: &Given<'_>, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    match command {
        Command::Client(arguments) => checking::client::run(&arguments, given, context),
        Command::Init(arguments) => setup::init::run(arguments, context),
        Command::Config(Show(arguments)) => setup::config_show::run(&arguments, &given.below(), context),
        Command::Endpoint(arguments) => checking::endpoint::run(arguments, given, context),
        Command::Explain(arguments) => packs::explain::run(&arguments, context),
        Command::Certificate(Check(arguments)) => checking::check::run(arguments, context),
        Command::Judge(arguments) => checking::judge::run(*arguments, context),
        Command::Serve(arguments) => serving::serve::run(*arguments, context),
        Command::MasterReport(arguments) => reporting::master_report::run(&arguments, context),
        Command::State(command) => serving::state::run(&command, output),
        Command::Scenarios(command) => packs::scenarios::run(command, context),
        Command::Pack(command) => packs::pack::run(&command, output),
        Command::Snapshots(command) => packs::snapshots::run(command, context),
        Command::Why(arguments) => tickets::why::run(&arguments, context),
        Command::Report(command) => reporting::report::run(&command, context),
        Command::Completions(arguments) => Ok(setup::completions::completions(&arguments, definition(), output)),
        Command::Man(arguments) => setup::completions::man(&arguments, definition(), output),
    }
}

/// The command line's definition, for completions, man pages and the tests of the documentation.
pub fn definition() -> clap::Command {
    Arguments::command()
}

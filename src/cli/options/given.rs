//! A command line as it was given, to be given again.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use crate::cli::options::headings::{REPORTS, WHICH};

/// Beside what says which scenarios are run and where reports go: how fast, and what ends early or writes files.
const NOT_REPEATED: [&str; 5] = ["jobs", "ci", "no_ci", "fail_fast", "update_baseline"];
/// What stands elsewhere in the command, or in other words.
const ELSEWHERE: [&str; 4] = ["builtin", "all_networks", "client_name", "client_version"];

/// The options of a command, by how it was given.
pub(in crate::cli) struct Given<'m> {
    command: &'m Command,
    matches: &'m ArgMatches,
}

impl<'m> Given<'m> {
    /// The options of the command that was given.
    pub(in crate::cli) fn of(command: &'m Command, matches: &'m ArgMatches) -> Self {
        match matches.subcommand() {
            Some((name, below)) => Self { command: command.find_subcommand(name).unwrap_or(command), matches: below },
            None => Self { command, matches },
        }
    }

    /// The options of the command below it.
    pub(in crate::cli) fn below(&self) -> Self {
        Self::of(self.command, self.matches)
    }

    /// Whether an option was given.
    pub(in crate::cli) fn has(&self, id: &str) -> bool {
        self.source(id).is_some()
    }

    /// Where an option has its value from, where it was given: the option itself, or its variable.
    pub(in crate::cli) fn source(&self, id: &str) -> Option<String> {
        let argument = self.command.get_arguments().find(|argument| argument.get_id() == id)?;
        match self.matches.value_source(id)? {
            ValueSource::CommandLine => Some(format!("--{}", argument.get_long()?)),
            ValueSource::EnvVariable => Some(argument.get_env()?.to_string_lossy().into_owned()),
            _ => None,
        }
    }

    /// The options that bear on a verdict, each with a space before it.
    pub(in crate::cli) fn options(&self) -> String {
        let is_meant = |argument: &&Arg| {
            let id = argument.get_id().as_str();
            let is_of_this_run = matches!(argument.get_help_heading(), Some(WHICH | REPORTS));
            !is_of_this_run && !NOT_REPEATED.contains(&id) && !ELSEWHERE.contains(&id) && self.has(id)
        };
        let mut words: Vec<String> = Vec::new();
        for argument in self.command.get_arguments().filter(is_meant) {
            let Some(long) = argument.get_long() else { continue };
            if !argument.get_action().takes_values() {
                words.push(format!(" --{long}"));
                continue;
            }
            let values = self.matches.get_raw(argument.get_id().as_str()).into_iter().flatten();
            words.extend(values.map(|value| match (argument.is_require_equals_set(), &*value.to_string_lossy()) {
                (true, "true") => format!(" --{long}"),
                (true, value) => format!(" --{long}={value}"),
                (false, value) => format!(" --{long} {}", shell_words::quote(value)),
            }));
        }
        words.concat()
    }
}

//! Tries one update with a client before its settings are written, and says the result in a sentence.

use clap::{Args as _, FromArgMatches as _};

use super::client::Arguments;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::given::Given;
use crate::judge::Report;
use crate::protocol::Outcome;
use crate::subject::Concluded;

/// The result of one update with a client.
pub(in crate::cli) struct Tried {
    /// In words.
    pub(in crate::cli) text: String,
    /// Whether the client reported an outcome.
    pub(in crate::cli) reports: bool,
}

/// Tries the update of `codes/success`. The options are those of `caketester client`, with the program behind `--`.
pub(in crate::cli) fn try_one_update(options: &[String], context: &Context<'_>) -> Result<Tried, Failure> {
    let command = Arguments::augment_args(clap::Command::new("client"));
    let words =
        ["client", "--no-ci", "--only", "codes/success"].map(str::to_owned).into_iter().chain(options.iter().cloned());
    let unread = |error: clap::Error| Failure::usage(error.to_string());
    let matches = command.clone().try_get_matches_from(words).map_err(unread)?;
    let arguments = Arguments::from_arg_matches(&matches).map_err(unread)?;
    Ok(Tried::of(&arguments.prepare(&Given::of(&command, &matches), context)?.conduct(context)?))
}

impl Tried {
    fn of(report: &Report) -> Self {
        if let Some(stop) = &report.stop {
            return Self { text: format!("{}\n  help: {}\n", stop.message, stop.help), reports: true };
        }
        let Some(step) = report.scenarios.first().and_then(|scenario| scenario.steps.first()) else {
            return Self { text: "the update was not tried\n".to_owned(), reports: true };
        };
        let arrived =
            if step.seen.requests == 0 { "no update arrived" } else { "the update arrived, CAKE answered with code 0" };
        let (told, reports) = match &step.told {
            Concluded::Outcome(Outcome::Updated) => (", and the program reported updated".to_owned(), true),
            Concluded::Outcome(other) => (format!(", but the program reported {other}"), true),
            Concluded::None(why) => (format!(", but the program reported no outcome: {why}"), false),
            Concluded::Untold => (", and nobody reported an outcome".to_owned(), true),
        };
        let wrong = step.findings.iter().map(|finding| {
            let rule = finding.rule.map_or_else(String::new, |rule| format!("{rule}: "));
            format!("  {rule}{}\n", finding.message)
        });
        Self { text: format!("{arrived}{told}\n{}", wrong.collect::<String>()), reports }
    }
}

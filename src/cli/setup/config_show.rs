//! `caketester config show`: what holds for a client, and where each value comes from.

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::given::Given;
use crate::cli::options::open::PackArgument;
use crate::cli::output::Output;
use crate::cli::setup::settings::{SettingArguments, Settings};
use crate::judge::Exit;

const EXAMPLES: &str = "\
Later sources override earlier ones: caketester.yaml, the network's file, variables, options.
Add the options listed above to see what they would change in `caketester client`:
  caketester config show --network acme --strict";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Show the settings for a client, and where each value comes from
    Show(Box<Arguments>),
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pack: PackArgument,
    #[command(flatten)]
    settings: SettingArguments,
}

pub(in crate::cli) fn run(
    arguments: &Arguments,
    given: &Given<'_>,
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    let settings = arguments.settings.settle(context)?;
    settings.note(output);
    let option = arguments.pack.pack.as_ref();
    let rows = rows(&settings, option.or(settings.pack.as_ref()).map(|path| path.display().to_string()), given);
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let values = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or_default().min(WIDEST);
    let lines = rows.iter().map(|(name, value, from)| format!("{name:<width$}  {value:<values$}  {from}\n"));
    output.out(&lines.collect::<String>());
    Ok(Exit::Success)
}

/// Values that are longer move what stands behind them.
const WIDEST: usize = 40;

/// A setting, its value, and where that comes from.
type SettingRow = (String, String, String);

fn rows(settings: &Settings, pack: Option<String>, given: &Given<'_>) -> Vec<SettingRow> {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let listed = |items: Vec<String>, separator: &str| (!items.is_empty()).then(|| items.join(separator));
    let mut rows: Vec<SettingRow> = Vec::new();
    // `id` is the option's; the row of a key below another has the key's whole path.
    let mut row = |name: &str, id: &str, value: String| {
        let source =
            given.source(id).or_else(|| settings.sources.of(name).or(settings.sources.of(id)).map(str::to_owned));
        rows.push((name.to_owned(), value, source.unwrap_or_else(|| "default".to_owned())));
    };
    row("run", "run", or_none((!settings.run.is_empty()).then(|| shell_words::join(&settings.run))));
    row("pack", "pack", pack.unwrap_or_else(|| "standard".to_owned()));
    let network = settings.network.as_ref().map(|network| format!("{} ({})", network.name, network.file));
    row("network", "network", or_none(network));
    for (pack, bound) in &settings.names {
        let to = bound.as_deref().map_or_else(|| "null".to_owned(), |name| format!("{name:?}"));
        row(&format!("names.{pack}"), "", to);
    }
    let cannot = settings.cannot.iter().map(|need| need.word().to_owned()).collect();
    row("cannot", "cannot", or_none(listed(cannot, ", ")));
    row("strict", "strict", settings.strict.unwrap_or_default().to_string());
    let timeout = settings.timeout.map_or_else(|| "30 s, a batch 600 s".to_owned(), |seconds| format!("{seconds} s"));
    row("timeout", "timeout", timeout);
    let exits = listed(settings.outcome_exit.iter().map(ToString::to_string).collect(), " ");
    row("outcome.exit", "outcome_exit", exits.unwrap_or_else(|| "updated=0 rejected=10 unknown=11".to_owned()));
    row("baseline", "baseline", or_none(settings.baseline.as_ref().map(|path| path.display().to_string())));
    row("client.name", "client_name", or_none(settings.client.name.clone()));
    row("client.version", "client_version", or_none(settings.client.version.clone()));
    rows
}

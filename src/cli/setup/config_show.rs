//! `caketester config show`: what holds for a client, and where each value comes from.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::given::Given;
use crate::cli::options::open::PackArgument;
use crate::cli::setup::settings::{SettingArguments, Settings, Words};
use crate::judge::Exit;

const EXAMPLES: &str = "\
Later sources override earlier ones: caketester.yaml, the network's file, variables, options.
Add any of the options above to see the settings that `caketester client` would use with them:
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

pub(in crate::cli) fn run(arguments: &Arguments, given: &Given<'_>, context: &Context<'_>) -> Result<Exit, Failure> {
    let settings = arguments.settings.settle(context)?;
    settings.note(&context.output);
    let rows = rows(&settings, arguments.pack.pack.as_ref().or(settings.pack.as_ref()), given);
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let values = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or_default().min(WIDEST);
    let lines = rows.iter().map(|(name, value, from)| format!("{name:<width$}  {value:<values$}  {from}\n"));
    context.output.out(&lines.collect::<String>());
    Ok(Exit::Success)
}

/// Values that are longer move what stands behind them.
const WIDEST: usize = 40;

/// A setting, its value, and where that comes from.
type SettingRow = (String, String, String);

fn rows(settings: &Settings, pack: Option<&PathBuf>, given: &Given<'_>) -> Vec<SettingRow> {
    let Settings { words: Words { network, names, sources, .. }, .. } = settings;
    let mut rows: Vec<SettingRow> = Vec::new();
    // `id` is the option's; the row of a key below another has the key's whole path.
    let mut row = |name: &str, id: &str, value: Option<String>, otherwise: &str| {
        let source = given.source(id).or_else(|| sources.of(name).or(sources.of(id)).map(str::to_owned));
        let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| otherwise.to_owned());
        rows.push((name.to_owned(), value, source.unwrap_or_else(|| "default".to_owned())));
    };
    row("run", "run", Some(shell_words::join(&settings.run)), "none");
    row("pack", "pack", pack.map(|path| path.display().to_string()), "standard");
    let named = network.as_ref().map(|network| format!("{} ({})", network.name, network.file));
    row("network", "network", named, "none");
    for (pack, bound) in names {
        row(&format!("names.{pack}"), "", bound.as_deref().map(|name| format!("{name:?}")), "null");
    }
    let cannot: Vec<&str> = settings.cannot.iter().map(|need| need.word()).collect();
    row("cannot", "cannot", Some(cannot.join(", ")), "none");
    row("strict", "strict", settings.strict.map(|strict| strict.to_string()), "false");
    row("timeout", "timeout", settings.timeout.map(|seconds| format!("{seconds} s")), "30 s, a batch 600 s");
    let exits: Vec<String> = settings.outcome_exit.iter().map(ToString::to_string).collect();
    row("outcome.exit", "outcome_exit", Some(exits.join(" ")), "updated=0 rejected=10 unknown=11");
    row("baseline", "baseline", settings.baseline.as_ref().map(|path| path.display().to_string()), "none");
    row("client.name", "client_name", settings.client.name.clone(), "none");
    row("client.version", "client_version", settings.client.version.clone(), "none");
    rows
}

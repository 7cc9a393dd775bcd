//! `caketester config show`: what holds for a client, and where each value comes from.

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::given::Given;
use crate::cli::options::open::PackArgument;
use crate::cli::output::Output;
use crate::cli::setup::settings::{SettingArguments, Settings};
use crate::cli::setup::words::Words;
use crate::judge::Exit;
use crate::pack::NetworkName;

const EXAMPLES: &str = "\
Later ones prevail: caketester.yaml, the network's file, variables, options. Put the options of
`caketester client` behind it to see what they would change:
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

/// Where a value comes from, where it is not the default.
struct Sources<'s> {
    given: &'s Given<'s>,
    words: &'s Words,
}

impl Sources<'_> {
    /// The option, or the variable that stands for it; else the variable of ours, where it says so; else the file.
    fn of(&self, id: &str, variable: Option<&str>, in_the_file: bool) -> String {
        let option = self.given.source(id).or_else(|| variable.map(str::to_owned));
        let file = || self.words.config.file.clone().filter(|_| in_the_file);
        option.or_else(file).unwrap_or_else(|| "default".to_owned())
    }

    /// The same of a name that is bound.
    fn of_name(&self, pack: &str, bound: &NetworkName) -> String {
        let says = |names: &crate::pack::Names| names.get(pack) == Some(bound);
        let network = self.words.network.as_ref().filter(|network| says(&network.names));
        if says(&self.words.variables.names) {
            "CAKETESTER_NAMES".to_owned()
        } else if let Some(network) = network {
            network.file.clone()
        } else if says(&self.words.config.names) {
            self.words.config.file.clone().unwrap_or_default()
        } else {
            "--name".to_owned()
        }
    }
}

pub(in crate::cli) fn run(
    arguments: &Arguments,
    given: &Given<'_>,
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    let settings = arguments.settings.settle(context)?;
    settings.note(output);
    let words = arguments.settings.words.settle(context)?;
    let rows = rows(
        &settings,
        arguments.pack.pack.as_ref().map(|path| path.display().to_string()),
        &Sources { given, words: &words },
    );
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let values = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or_default().min(WIDEST);
    let lines = rows.iter().map(|(name, value, from)| format!("{name:<width$}  {value:<values$}  {from}\n"));
    output.out(&lines.collect::<String>());
    Ok(Exit::Success)
}

/// Values that are longer move what stands behind them.
const WIDEST: usize = 40;

/// A setting, its value, and where that comes from.
type Row = (String, String, String);

fn rows(settings: &Settings, pack: Option<String>, sources: &Sources<'_>) -> Vec<Row> {
    let Words { config, variables, network, .. } = sources.words;
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let said = |is_said: bool, name: &'static str| is_said.then_some(name);
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |name: &str, value: String, from: String| rows.push((name.to_owned(), value, from));
    let run = (!settings.run.is_empty()).then(|| shell_words::join(&settings.run));
    row("run", or_none(run), sources.of("", said(!variables.run.is_empty(), "CAKETESTER_RUN"), !config.run.is_empty()));
    let of_config = config.pack.as_ref().map(|path| path.display().to_string());
    row(
        "pack",
        pack.or(of_config).unwrap_or_else(|| "standard".to_owned()),
        sources.of("pack", None, config.pack.is_some()),
    );
    let name = network.as_ref().map(|network| format!("{} ({})", network.name, network.file));
    let of_variable = said(variables.network.is_some(), "CAKETESTER_NETWORK");
    row("network", or_none(name), sources.of("network", of_variable, config.network.is_some()));
    for (pack, bound) in &settings.names {
        let to = bound.as_deref().map_or_else(|| "null".to_owned(), |name| format!("{name:?}"));
        row(&format!("names.{pack}"), to, sources.of_name(pack, bound));
    }
    let cannot: Vec<&str> = settings.cannot.iter().map(|need| need.word()).collect();
    let of_network = network.as_ref().filter(|network| network.cannot().next().is_some());
    let of_network = of_network.map(|network| &*network.file);
    row(
        "cannot",
        or_none((!cannot.is_empty()).then(|| cannot.join(", "))),
        sources.of("cannot", of_network, config.cannot().next().is_some()),
    );
    row("strict", settings.strict.to_string(), sources.of("strict", None, config.strict.is_some()));
    let of_variable = said(variables.timeout.is_some(), "CAKETESTER_TIMEOUT");
    let timeout = settings.timeout.map_or_else(|| "30 s, a batch 600 s".to_owned(), |seconds| format!("{seconds} s"));
    row("timeout", timeout, sources.of("timeout", of_variable, config.timeout().is_some()));
    let exits: Vec<String> = settings.outcome_exit.iter().map(ToString::to_string).collect();
    let exits = if exits.is_empty() { "updated=0 rejected=10 unknown=11".to_owned() } else { exits.join(" ") };
    let of_variable = said(!variables.outcome_exit.is_empty(), "CAKETESTER_OUTCOME_EXIT");
    row("outcome.exit", exits, sources.of("outcome_exit", of_variable, !config.outcome_exit().is_empty()));
    let baseline = settings.baseline.as_ref().map(|path| path.display().to_string());
    row("baseline", or_none(baseline), sources.of("baseline", None, config.baseline.is_some()));
    row(
        "client.name",
        or_none(settings.client.name.clone()),
        sources.of("client_name", None, config.client.name.is_some()),
    );
    row(
        "client.version",
        or_none(settings.client.version.clone()),
        sources.of("client_version", None, config.client.version.is_some()),
    );
    rows
}

//! What a client is held to, and in which words: from the command line, the environment and `caketester.yaml`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::headings::{CLIENT, DECIDES};
use crate::cli::output::Output;
use crate::cli::setup::variables::Variables;
use crate::cli::setup::words::{Sources, WordArguments, Words};
use crate::judge::ClientName;
use crate::pack::{Names, Network, NetworkName};
use crate::scenario::Need;
use crate::subject::ExitMeaning;

/// What may also stand in `caketester.yaml`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SettingArguments {
    /// Also fail the run if a recommended rule is broken (one that is good practice, or rests on an assumption about CAKE)
    #[arg(help_heading = DECIDES, long, env = "CAKETESTER_STRICT", value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", hide_env_values = true)]
    strict: Option<bool>,
    /// What this client cannot send; scenarios that need it are left out; repeatable
    #[arg(help_heading = CLIENT, long,
        value_enum,
        value_name = "WHAT",
        value_delimiter = ',',
        env = "CAKETESTER_CANNOT",
        hide_env_values = true
    )]
    cannot: Vec<NeedName>,
    #[command(flatten)]
    pub(in crate::cli) words: WordArguments,
    /// The file of known failures, which do not fail the run
    #[arg(help_heading = DECIDES, long, value_name = "FILE", env = "CAKETESTER_BASELINE", hide_env_values = true)]
    baseline: Option<PathBuf>,
    /// Write this run's failures to the baseline, by default caketester-known.yaml, and exit with 0
    #[arg(help_heading = DECIDES, long)]
    pub(in crate::cli) update_baseline: bool,
    /// The client's name, for the certificate
    #[arg(help_heading = CLIENT, long, value_name = "NAME", env = "CAKETESTER_CLIENT_NAME", hide_env_values = true)]
    client_name: Option<String>,
    /// The client's version, for the certificate
    #[arg(help_heading = CLIENT, long, value_name = "VERSION", env = "CAKETESTER_CLIENT_VERSION", hide_env_values = true)]
    client_version: Option<String>,
}

/// What holds after the file was read.
pub(in crate::cli) struct Settings {
    pub(in crate::cli) run: Vec<String>,
    pub(in crate::cli) pack: Option<PathBuf>,
    pub(in crate::cli) names: Names,
    /// The network, where one was named.
    pub(in crate::cli) network: Option<Network>,
    pub(in crate::cli) cannot: Vec<Need>,
    pub(in crate::cli) outcome_exit: Vec<ExitMeaning>,
    /// Whether what is only recommended decides too, where anything says so.
    pub(in crate::cli) strict: Option<bool>,
    /// What to say of settings that another replaces.
    notes: Vec<String>,
    pub(in crate::cli) timeout: Option<u64>,
    pub(in crate::cli) baseline: Option<PathBuf>,
    pub(in crate::cli) client: ClientName,
    /// The file that all this was read from, where there is one.
    pub(in crate::cli) file: Option<String>,
    /// What variables say, which a command that is shown has to say too.
    pub(in crate::cli) variables: Variables,
    pub(in crate::cli) sources: Sources,
}

impl Settings {
    /// Says which settings another replaces.
    pub(in crate::cli) fn note(&self, output: &Output) {
        self.notes.iter().for_each(|note| output.err(&format!("note: {note}\n")));
    }
}

impl SettingArguments {
    /// Reads the file, and lets the environment prevail over it, and over both what was given here.
    pub(in crate::cli) fn settle(&self, context: &Context<'_>) -> Result<Settings, Failure> {
        let Words { config, variables, network, names, mut sources } = self.words.settle(context)?;
        let file = config.file.as_deref();
        let given: Vec<Need> = self.cannot.iter().map(|name| name.need()).collect();
        let of_network: Vec<Need> = network.iter().flat_map(Network::cannot).collect();
        let network_file = network.as_ref().map(|network| &*network.file);
        let tried =
            [(some(given), None), (some(config.cannot().collect()), file), (some(of_network.clone()), network_file)];
        let mut cannot = sources.pick("cannot", tried).unwrap_or_default();
        cannot.extend(of_network.into_iter().filter(|need| !cannot.contains(need)).collect::<Vec<_>>());
        let notes = variables.names.iter().filter_map(joined).collect();
        let strict = sources.pick("strict", [(self.strict, None), (config.strict, file)]);
        let says = |text: &String| !text.trim().is_empty();
        let mut of_client = |setting: &str, given: Option<&String>, written: Option<String>| {
            sources.pick(setting, [(given.cloned().filter(says), None), (written.filter(says), file)])
        };
        let name = of_client("client.name", self.client_name.as_ref(), config.client.name.clone());
        let version = of_client("client.version", self.client_version.as_ref(), config.client.version.clone());
        let variable = |name| Some(name);
        let run = [(some(variables.run.clone()), variable("CAKETESTER_RUN")), (some(config.run.clone()), file)];
        let exits = [
            (some(variables.outcome_exit.clone()), variable("CAKETESTER_OUTCOME_EXIT")),
            (some(config.outcome_exit()), file),
        ];
        let timeout = [(variables.timeout, variable("CAKETESTER_TIMEOUT")), (config.timeout(), file)];
        Ok(Settings {
            run: sources.pick("run", run).unwrap_or_default(),
            pack: sources.pick("pack", [(config.pack.clone(), file)]),
            names,
            network,
            cannot,
            outcome_exit: sources.pick("outcome_exit", exits).unwrap_or_default(),
            strict,
            notes,
            timeout: sources.pick("timeout", timeout),
            baseline: sources.pick("baseline", [(self.baseline.clone(), None), (config.baseline.clone(), file)]),
            client: ClientName { name, version },
            file: config.file,
            variables,
            sources,
        })
    }
}

/// A list, unless it is empty.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// What to say of a name in a variable that probably holds two pairs, with a comma between them.
fn joined((pack, network): (&String, &NetworkName)) -> Option<String> {
    let network = network.as_deref()?;
    network.split_once(',').filter(|(_, rest)| rest.contains('='))?;
    Some(format!("CAKETESTER_NAMES binds {pack:?} to the one name {network:?}; several names are separated by `;`"))
}

/// What a scenario may need of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum NeedName {
    /// Unusual statuses and texts (it sends only a fixed set)
    Values,
    /// Sub-statuses
    SubStatus,
    /// Custom fields
    Fields,
}

impl NeedName {
    fn need(self) -> Need {
        match self {
            Self::Values => Need::Values,
            Self::SubStatus => Need::SubStatus,
            Self::Fields => Need::Fields,
        }
    }
}

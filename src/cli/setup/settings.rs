//! What a client is held to, and in which words: from the command line, variables, the network's file and `caketester.yaml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::headings::{CLIENT, DECIDES, NETWORK};
use crate::cli::output::Output;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::open_network;
use crate::cli::setup::variables::{Variables, name_pair};
use crate::judge::ClientName;
use crate::pack::{Names, Network, NetworkName};
use crate::scenario::Need;
use crate::subject::ExitMeaning;

/// `--network`, `--name` and `--config`
#[derive(Debug, Clone, Args)]
#[expect(clippy::doc_markdown, reason = "--help shows this text as it is")]
pub(in crate::cli) struct WordArguments {
    /// The network to use; its settings are read from networks/NAME.yaml, next to caketester.yaml [env: CAKETESTER_NETWORK]
    #[arg(help_heading = NETWORK, long, value_name = "NAME")]
    pub(in crate::cli) network: Option<String>,
    /// What the network calls a status, sub-status or field of the pack, such as Funded="Closed - Paid"; repeatable [env:
    /// CAKETESTER_NAMES]
    #[arg(help_heading = NETWORK, long = "name", value_name = "PACK_NAME=NETWORK_NAME", value_parser = name_pair)]
    names: Vec<(String, NetworkName)>,
    /// The settings file; by default caketester.yaml in the working directory
    #[arg(help_heading = NETWORK, long, value_name = "FILE", env = "CAKETESTER_CONFIG", hide_env_values = true)]
    pub(in crate::cli) config: Option<PathBuf>,
}

/// What may also stand in `caketester.yaml`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SettingArguments {
    /// Also fail the run if a recommended rule is broken (one that is good practice, or rests on an assumption about CAKE)
    #[arg(help_heading = DECIDES, long, env = "CAKETESTER_STRICT", value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", hide_env_values = true)]
    strict: Option<bool>,
    /// What this client cannot send; scenarios that need it are left out; repeatable
    #[arg(help_heading = CLIENT, long,
        value_parser = need(),
        value_name = "WHAT",
        value_delimiter = ',',
        env = "CAKETESTER_CANNOT",
        hide_env_values = true
    )]
    cannot: Vec<Need>,
    #[command(flatten)]
    pub(in crate::cli) words: WordArguments,
    /// A file that lists known failures; these do not make the run fail
    #[arg(help_heading = DECIDES, long, value_name = "FILE", env = "CAKETESTER_BASELINE", hide_env_values = true)]
    baseline: Option<PathBuf>,
    /// Write this run's failures to the baseline, by default caketester-known.yaml, so that they no longer fail the run
    #[arg(help_heading = DECIDES, long)]
    pub(in crate::cli) update_baseline: bool,
    /// The client's name, for the certificate
    #[arg(help_heading = CLIENT, long, value_name = "NAME", env = "CAKETESTER_CLIENT_NAME", hide_env_values = true)]
    client_name: Option<String>,
    /// The client's version, for the certificate
    #[arg(help_heading = CLIENT, long, value_name = "VERSION", env = "CAKETESTER_CLIENT_VERSION", hide_env_values = true)]
    client_version: Option<String>,
}

/// What a client may lack.
fn need() -> impl TypedValueParser<Value = Need> {
    let words = PossibleValuesParser::new([
        PossibleValue::new("values").help("Unusual statuses and text values (the client sends only a fixed set)"),
        PossibleValue::new("sub_status").help("Sub-statuses"),
        PossibleValue::new("fields").help("Custom fields"),
    ]);
    words.try_map(|word| serde_json::from_value(word.into()))
}

/// Where each setting has its value from, by the setting's name. Defaults are left out, and so are options: clap knows those.
pub(in crate::cli) struct Sources {
    of: BTreeMap<String, String>,
    /// `caketester.yaml`, where there is one.
    file: Option<String>,
}

impl Sources {
    /// Takes the first value there is, and remembers where it was.
    fn pick<T>(&mut self, setting: &str, option: Option<T>, variable: Option<T>, written: Option<T>) -> Option<T> {
        let source = match (&option, &variable, &written) {
            (None, Some(_), _) => Some(format!("CAKETESTER_{}", setting.to_uppercase())),
            (None, None, Some(_)) => self.file.clone(),
            _ => None,
        };
        self.of.extend(source.map(|source| (setting.to_owned(), source)));
        option.or(variable).or(written)
    }

    /// The file or variable that a setting was read from.
    pub(in crate::cli) fn of(&self, setting: &str) -> Option<&str> {
        self.of.get(setting).map(String::as_str)
    }
}

/// The network's words, and the files and variables they were read from.
pub(in crate::cli) struct Words {
    pub(in crate::cli) config: Config,
    /// What variables say, which a command that is shown has to say too.
    pub(in crate::cli) variables: Variables,
    /// The network, where one was named.
    pub(in crate::cli) network: Option<Network>,
    pub(in crate::cli) names: Names,
    pub(in crate::cli) sources: Sources,
}

impl WordArguments {
    /// Reads the files. Later names win: those of caketester.yaml, of the network, of variables, of options.
    pub(in crate::cli) fn settle(&self, context: &Context<'_>) -> Result<Words, Failure> {
        let config = Config::open(self.config.as_deref())?;
        let variables = Variables::read(context.env)?;
        let mut sources = Sources { of: BTreeMap::new(), file: config.file.clone() };
        let name = sources.pick("network", self.network.clone(), variables.network.clone(), config.network.clone());
        let network = name.map(|name| open_network(&config.folder, &name)).transpose()?;
        let (of_network, network_file) =
            network.as_ref().map(|network| (network.names.clone(), &*network.file)).unwrap_or_default();
        let mut names = Names::new();
        for (layer, source) in [
            (config.names.clone(), config.file.as_deref().unwrap_or_default()),
            (of_network, network_file),
            (variables.names.clone(), "CAKETESTER_NAMES"),
            (self.names.iter().cloned().collect(), "--name"),
        ] {
            sources.of.extend(layer.keys().map(|pack| (format!("names.{pack}"), source.to_owned())));
            names.extend(layer);
        }
        Ok(Words { config, variables, network, names, sources })
    }
}

/// What holds after the file was read.
pub(in crate::cli) struct Settings {
    pub(in crate::cli) words: Words,
    pub(in crate::cli) run: Vec<String>,
    pub(in crate::cli) pack: Option<PathBuf>,
    pub(in crate::cli) cannot: Vec<Need>,
    pub(in crate::cli) outcome_exit: Vec<ExitMeaning>,
    /// Whether what is only recommended decides too, where anything says so.
    pub(in crate::cli) strict: Option<bool>,
    pub(in crate::cli) timeout: Option<u64>,
    pub(in crate::cli) baseline: Option<PathBuf>,
    pub(in crate::cli) client: ClientName,
}

impl Settings {
    /// Says what of the settings is probably not meant so.
    pub(in crate::cli) fn note(&self, output: &Output) {
        self.words.variables.doubts().for_each(|doubt| output.err(&format!("note: {doubt}\n")));
    }
}

impl SettingArguments {
    /// Reads the file, and lets the environment prevail over it, and over both what was given here.
    pub(in crate::cli) fn settle(&self, context: &Context<'_>) -> Result<Settings, Failure> {
        let mut words = self.words.settle(context)?;
        let Words { config, variables, network, sources, .. } = &mut words;
        let of_network: Vec<Need> = network.iter().flat_map(Network::cannot).collect();
        let written = some(config.cannot().collect());
        if let Some(network) = network.as_ref().filter(|_| self.cannot.is_empty() && written.is_none()) {
            sources.of.extend(some(of_network.clone()).map(|_| ("cannot".to_owned(), network.file.clone())));
        }
        let mut cannot = sources.pick("cannot", some(self.cannot.clone()), None, written).unwrap_or_default();
        for need in of_network {
            if !cannot.contains(&need) {
                cannot.push(need);
            }
        }
        let says = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let client = ClientName {
            name: sources.pick("client.name", says(&self.client_name), None, says(&config.client.name)),
            version: sources.pick("client.version", says(&self.client_version), None, says(&config.client.version)),
        };
        let exits = (some(variables.outcome_exit.clone()), some(config.outcome_exit.clone()));
        let (run, written_run) = (some(variables.run.clone()), some(config.run.clone()));
        Ok(Settings {
            run: sources.pick("run", None, run, written_run).unwrap_or_default(),
            pack: sources.pick("pack", None, None, config.pack.clone()),
            cannot,
            outcome_exit: sources.pick("outcome_exit", None, exits.0, exits.1).unwrap_or_default(),
            strict: sources.pick("strict", self.strict, None, config.strict),
            timeout: sources.pick("timeout", None, variables.timeout, config.timeout()),
            baseline: sources.pick("baseline", self.baseline.clone(), None, config.baseline.clone()),
            client,
            words,
        })
    }
}

/// A list, unless it is empty.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

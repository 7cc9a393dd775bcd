//! In whose words: `--network`, `--name`, and what `caketester.yaml`, the network's file and variables say of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::headings::NETWORK;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::open_network;
use crate::cli::setup::variables::{Variables, name_pair};
use crate::pack::{Names, Network, NetworkName};

/// `--network`, `--name` and `--config`
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct WordArguments {
    /// The network to use: NAME stands for networks/NAME.yaml, beside caketester.yaml [env: `CAKETESTER_NETWORK`]
    #[arg(help_heading = NETWORK, long, value_name = "NAME")]
    pub(in crate::cli) network: Option<String>,
    /// What the network calls a status, sub-status or field of the pack, such as Funded="Closed - Paid"; repeatable [env:
    /// `CAKETESTER_NAMES`]
    #[arg(help_heading = NETWORK, long = "name", value_name = "PACK_NAME=NETWORK_NAME", value_parser = name_pair)]
    names: Vec<(String, NetworkName)>,
    /// The settings file; by default caketester.yaml in the working directory
    #[arg(help_heading = NETWORK, long, value_name = "FILE", env = "CAKETESTER_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
}

/// Where each setting has its value from, by the setting's name. Defaults are left out, and so are options: clap knows those.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Sources(BTreeMap<String, String>);

impl Sources {
    /// Takes the first value there is, and remembers where it was.
    pub(in crate::cli) fn pick<'s, T>(
        &mut self,
        setting: &str,
        tried: impl IntoIterator<Item = (Option<T>, Option<&'s str>)>,
    ) -> Option<T> {
        let (value, source) = tried.into_iter().find_map(|(value, source)| Some((value?, source)))?;
        self.0.extend(source.map(|source| (setting.to_owned(), source.to_owned())));
        Some(value)
    }

    /// The file or variable that a setting was read from.
    pub(in crate::cli) fn of(&self, setting: &str) -> Option<&str> {
        self.0.get(setting).map(String::as_str)
    }
}

/// The network's words, and the files and variables they were read from.
pub(in crate::cli) struct Words {
    pub(in crate::cli) config: Config,
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
        let mut sources = Sources::default();
        let tried = [
            (self.network.as_ref(), None),
            (variables.network.as_ref(), Some("CAKETESTER_NETWORK")),
            (config.network.as_ref(), config.file.as_deref()),
        ];
        let network = sources.pick("network", tried).map(|name| open_network(&config.folder, name)).transpose()?;
        let of_network =
            network.iter().flat_map(|network| network.names.iter().map(|name| (name, Some(&*network.file))));
        let of_file = config.names.iter().map(|name| (name, config.file.as_deref()));
        let of_variable = variables.names.iter().map(|name| (name, Some("CAKETESTER_NAMES")));
        let mut names = Names::new();
        for ((pack, bound), source) in of_file.chain(of_network).chain(of_variable) {
            names.extend(
                sources
                    .pick(&format!("names.{pack}"), [(Some(bound.clone()), source)])
                    .map(|bound| (pack.clone(), bound)),
            );
        }
        for (pack, bound) in &self.names {
            sources.pick(&format!("names.{pack}"), [(Some(()), Some("--name"))]);
            names.insert(pack.clone(), bound.clone());
        }
        Ok(Words { config, variables, network, names, sources })
    }

    /// The directory with `caketester.yaml`.
    pub(in crate::cli) fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(Config::open(self.config.as_deref())?.folder)
    }
}

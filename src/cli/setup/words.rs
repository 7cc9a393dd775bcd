//! In whose words: `--network`, `--name`, and what `caketester.yaml`, the network's file and variables say of them.

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
    /// The network, by the name of its file: networks/NAME.yaml, beside caketester.yaml (variable `CAKETESTER_NETWORK`)
    #[arg(help_heading = NETWORK, long, value_name = "NAME")]
    pub(in crate::cli) network: Option<String>,
    /// The network's name for a status, sub-status or field of the pack: Funded="Closed - Paid"; repeatable (variable
    /// `CAKETESTER_NAMES`)
    #[arg(help_heading = NETWORK, long = "name", value_name = "PACKS=NETWORKS", value_parser = name_pair)]
    names: Vec<(String, NetworkName)>,
    /// The settings file; by default caketester.yaml in the working directory
    #[arg(help_heading = NETWORK, long, value_name = "FILE", env = "CAKETESTER_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
}

/// The words that hold, and where they stand.
pub(in crate::cli) struct Words {
    pub(in crate::cli) config: Config,
    pub(in crate::cli) variables: Variables,
    /// The network, where one was named.
    pub(in crate::cli) network: Option<Network>,
    pub(in crate::cli) names: Names,
}

impl WordArguments {
    /// Reads the files; of the names the network's own prevail over those of caketester.yaml, then those of variables,
    /// then
    /// those that were given here.
    pub(in crate::cli) fn settle(&self, context: &Context<'_>) -> Result<Words, Failure> {
        let config = Config::open(self.config.as_deref())?;
        let variables = Variables::read(context.env)?;
        let network_asked = self.network.as_ref().or(variables.network.as_ref());
        let network =
            network_asked.or(config.network.as_ref()).map(|name| open_network(&config.folder, name)).transpose()?;
        let mut names = config.names.clone();
        names.extend(network.iter().flat_map(|network| network.names.clone()));
        names.extend(variables.names.clone());
        names.extend(self.names.iter().cloned());
        Ok(Words { config, variables, network, names })
    }

    /// The directory with `caketester.yaml`.
    pub(in crate::cli) fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(Config::open(self.config.as_deref())?.folder)
    }
}

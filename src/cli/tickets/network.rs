//! What `caketester why` knows of the network, and where from.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use console::Term;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{all_networks, open_network};
use crate::pack::{Network, read_instance_file};
use crate::secret::{Redactor, Secret};
use crate::source::SourceFile;
use crate::support::{Knowledge, Ticket};

/// What is said of the network.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is known about the network")]
pub(super) struct NetworkArguments {
    /// The network to use; its settings are read from networks/NAME.yaml; by default the network whose host is in the ticket's URL
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// A file with the network's statuses, one per line
    #[arg(long, value_name = "FILE")]
    statuses: Option<PathBuf>,
    /// A file with all the settings of the network's CAKE instance, in the format of a pack's instance.yaml
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
    /// Prompt for the buyer's correct API key; what you type is not shown
    #[arg(long)]
    key: bool,
}

/// Whether a line is a URL, XML, or longer than any status.
fn is_no_status(line: &str) -> bool {
    line.chars().count() > 100 || line.contains("://") || line.contains('<')
}

/// What is known, and where from.
pub(super) struct Known {
    pub(super) knowledge: Knowledge,
    pub(super) source: Option<String>,
}

impl NetworkArguments {
    /// Asks for the key, where it was said to. From then on it is shown nowhere.
    pub(super) fn ask_for_the_key(&self, output: &Output) -> Result<Option<Secret>, Failure> {
        if !self.key {
            return Ok(None);
        }
        let failed = |error| Failure::usage(format!("cannot read the key: {error}"));
        let key = if std::io::stdin().is_terminal() {
            output.err("the right API key (it is not shown): ");
            Term::stderr().read_secure_line().map_err(failed)?
        } else {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
            line
        };
        let key = key.trim_end_matches(['\r', '\n']);
        if key.is_empty() {
            let help = "type it, or leave --key out; without a terminal it is the first line of standard input";
            return Err(Failure::usage(format!("--key: there is no key\n  help: {help}")));
        }
        let key = Secret::new(key);
        output.learn_more(&Redactor::new([key.clone()]));
        Ok(Some(key))
    }

    /// What is known of the network of this ticket.
    pub(super) fn known(&self, ticket: &Ticket, key: Option<Secret>, context: &Context<'_>) -> Result<Known, Failure> {
        let (mut knowledge, mut sources) = (Knowledge::default(), Vec::new());
        if let Some(path) = &self.instance {
            let file = SourceFile::new(path.display().to_string(), text_of(path)?);
            let instance = read_instance_file(&file, context.env).map_err(Failure::mistakes)?;
            context.output.learn_more(&Redactor::new(instance.settings.buyers.iter().map(|buyer| buyer.key.clone())));
            sources.push(format!("{}, the whole instance", path.display()));
            knowledge = Knowledge::of_instance(instance);
        } else if let Some((network, how)) = self.by_network(ticket, context)? {
            sources.push(format!("{}, {how}", network.name));
            knowledge = Knowledge::of_network(&network);
        }
        if let (Some(path), None) = (&self.statuses, &self.instance) {
            let text = text_of(path)?;
            let names = text.lines().map(|line| line.trim().trim_start_matches(['-', '*']).trim().trim_matches('"'));
            let names: Vec<_> = names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), None)).collect();
            let wrong = match text.lines().position(is_no_status) {
                Some(at) => Some(format!("line {} of {} is not a status", at + 1, path.display())),
                None => names.is_empty().then(|| format!("{} has no statuses", path.display())),
            };
            if let Some(wrong) = wrong {
                return Err(Failure::usage(format!("{wrong}\n  help: write one status a line, and nothing else")));
            }
            let of = if sources.is_empty() { "" } else { "statuses of " };
            sources.push(format!("{of}{}", path.display()));
            knowledge.statuses = Some(names);
        }
        knowledge.key = key;
        Ok(Known { knowledge, source: (!sources.is_empty()).then(|| sources.join("; ")) })
    }

    fn by_network(&self, ticket: &Ticket, context: &Context<'_>) -> Result<Option<(Network, String)>, Failure> {
        let folder = Config::open(None).map(|config| config.folder).unwrap_or_default();
        if let Some(name) = &self.network {
            return Ok(Some((open_network(&folder, name)?, "by --network".to_owned())));
        }
        let requests = ticket.items.iter().take(100).filter_map(|item| item.request.as_ref());
        let hosts: Vec<String> = requests.map(|request| request.host.text().to_ascii_lowercase()).collect();
        for name in all_networks(&folder).unwrap_or_default() {
            let network = match open_network(&folder, &name) {
                Ok(network) => network,
                Err(failure) => {
                    context
                        .output
                        .err(&format!("note: networks/{name}.yaml was left out:\n{}", failure.render(context.color)));
                    continue;
                }
            };
            let of = network.host.as_deref().map(|host| host.split(':').next().unwrap_or(host).to_ascii_lowercase());
            if of.is_some_and(|of| hosts.contains(&of)) {
                return Ok(Some((network, "by its host".to_owned())));
            }
        }
        Ok(None)
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

//! The pack a command works on.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::headings::{NETWORK, PACK};
use crate::cli::output::Output;
use crate::pack::{BehaviourUsed, Names, Network, Origin, Pack, load};
use crate::source::SourceFile;

/// In a network's own words.
pub(in crate::cli) fn in_words(pack: Pack, names: &Names, network: Option<&Network>) -> Result<Pack, Failure> {
    pack.in_network(names, network).map_err(|wrong| Failure::usage(wrong.to_string()))
}

/// `--pack`
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct PackArgument {
    /// The pack's directory; by default the built-in standard pack
    #[arg(help_heading = PACK, long, value_name = "DIR", env = "CAKETESTER_PACK", hide_env_values = true)]
    pub(in crate::cli) pack: Option<PathBuf>,
}

/// `--instance`
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct InstanceArgument {
    /// A file, written by `caketester endpoint learn`, that describes how the network's CAKE behaves where the documentation is silent
    #[arg(help_heading = NETWORK, long, value_name = "FILE")]
    pub(in crate::cli) instance: Option<PathBuf>,
}

impl InstanceArgument {
    /// The pack on that CAKE.
    pub(in crate::cli) fn under(&self, pack: Pack) -> Result<Pack, Failure> {
        let Some(path) = &self.instance else { return Ok(pack) };
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let help = "`caketester endpoint learn` writes one";
            Failure::usage(format!("cannot read {shown}: {error}\n  help: {help}"))
        })?;
        pack.behaving_as(&SourceFile::new(shown.replace('\\', "/"), text)).map_err(Failure::mistakes)
    }

    /// The pack on the CAKE of a run that was: that of the same file.
    pub(in crate::cli) fn of_run(self, used: Option<&BehaviourUsed>, pack: Pack) -> Result<Pack, Failure> {
        let instance = self.instance.or_else(|| used.map(|used| PathBuf::from(&used.file)));
        let pack = Self { instance }.under(pack)?;
        let digest = |of: Option<&BehaviourUsed>| of.map(|of| of.sha256.clone());
        if digest(pack.behaviour.as_ref()) == digest(used) {
            return Ok(pack);
        }
        let message = match used {
            Some(used) => format!("the run was on the CAKE of {used}, and the file is another one"),
            None => "the run was on the CAKE of the pack, without --instance".to_owned(),
        };
        Err(Failure::usage(format!("{message}\n  help: name the file of that run with --instance")))
    }
}

impl PackArgument {
    pub(in crate::cli) fn origin(&self) -> Origin {
        self.pack.clone().map_or(Origin::Standard, Origin::Directory)
    }

    /// Loads the pack; a mistake in it is a failure.
    pub(in crate::cli) fn open(&self, context: &Context<'_>, output: &Output) -> Result<Arc<Pack>, Failure> {
        self.open_as_written(context, output).map(Arc::new)
    }

    /// Loads the pack as it is written. A mistake in it is a failure.
    pub(in crate::cli) fn open_as_written(&self, context: &Context<'_>, output: &Output) -> Result<Pack, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        output.learn(pack.redactor.clone());
        if mistakes.is_empty() { Ok(pack) } else { Err(Failure::mistakes(mistakes)) }
    }

    /// Loads the pack again. The keys of the old one stay known: the journal may hold them.
    pub(in crate::cli) fn reopen(&self, context: &Context<'_>, output: &Output) -> Result<Pack, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        output.learn_more(&pack.redactor);
        if mistakes.is_empty() { Ok(pack) } else { Err(Failure::mistakes(mistakes)) }
    }

    /// `--pack DIR` as it was given, for a command that is shown.
    pub(in crate::cli) fn as_given(&self) -> String {
        self.pack
            .as_ref()
            .map_or_else(String::new, |pack| format!(" --pack {}", shell_words::quote(&pack.to_string_lossy())))
    }
}

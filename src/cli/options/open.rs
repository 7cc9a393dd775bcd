//! The pack a command works on.

use std::path::PathBuf;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::files::read_text;
use crate::cli::options::headings::{NETWORK, PACK};
use crate::pack::{BehaviourUsed, Origin, Pack, load};
use crate::source::SourceFile;

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
    /// A file written by `caketester endpoint learn` that says how the network's CAKE instance behaves where the
    /// documentation does not say
    #[arg(help_heading = NETWORK, long, value_name = "FILE")]
    pub(in crate::cli) instance: Option<PathBuf>,
}

impl InstanceArgument {
    /// The pack on that CAKE.
    pub(in crate::cli) fn under(&self, pack: Pack) -> Result<Pack, Failure> {
        let Some(path) = &self.instance else { return Ok(pack) };
        let text = read_text(path, "`caketester endpoint learn` writes one")?;
        let file = SourceFile::new(path.display().to_string().replace('\\', "/"), text);
        pack.behaving_as(&file).map_err(Failure::mistakes)
    }

    /// The pack on the CAKE of a run that was: that of the same file.
    pub(in crate::cli) fn of_run(self, used: Option<&BehaviourUsed>, pack: Pack) -> Result<Pack, Failure> {
        let instance = self.instance.or_else(|| used.map(|used| PathBuf::from(&used.file)));
        let pack = Self { instance }.under(pack)?;
        if pack.behaviour.as_ref().map(|is| &is.sha256) == used.map(|was| &was.sha256) {
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

    /// Loads the pack; a mistake in it is a failure. The keys of those loaded before stay known: a journal may hold them.
    pub(in crate::cli) fn open(&self, context: &Context<'_>) -> Result<Pack, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        context.output.learn_more(&pack.redactor);
        if mistakes.is_empty() { Ok(pack) } else { Err(Failure::mistakes(mistakes)) }
    }

    /// The same where it has to be on disk, to be changed.
    pub(in crate::cli) fn open_writable(&self, context: &Context<'_>) -> Result<Pack, Failure> {
        let pack = self.open(context)?;
        if pack.snapshots.is_read_only() { Err(read_only()) } else { Ok(pack) }
    }

    /// The same, or by what a report or a certificate calls the pack of its run.
    pub(in crate::cli) fn or_of_run(self, name: &str) -> Self {
        let of_run = (name != Origin::Standard.to_string()).then(|| PathBuf::from(name));
        Self { pack: self.pack.or(of_run) }
    }

    /// `--pack DIR` as it was given, for a command that is shown.
    pub(in crate::cli) fn as_given(&self) -> String {
        self.pack
            .as_ref()
            .map_or_else(String::new, |pack| format!(" --pack {}", shell_words::quote(&pack.to_string_lossy())))
    }
}

/// What is said where the built-in pack would be changed.
pub(in crate::cli) fn read_only() -> Failure {
    let help = "write it out with `caketester pack export DIR` and use that with `--pack DIR`";
    Failure::usage(format!("the standard pack is built in and read-only\n  help: {help}"))
}

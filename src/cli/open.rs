//! The pack a command works on, and which of its scenarios.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::output::Output;
use crate::pack::{Names, Origin, Pack, Selection, load};
use crate::run::Exit;

/// `--pack`
#[derive(Debug, Args)]
pub(super) struct PackArgument {
    /// The pack's directory; without it, the standard pack that is built in
    #[arg(long, value_name = "DIR", env = "CAKETESTER_PACK", hide_env_values = true)]
    pub(super) pack: Option<PathBuf>,
}

impl PackArgument {
    pub(super) fn origin(&self) -> Origin {
        self.pack.clone().map_or(Origin::Standard, Origin::Directory)
    }

    /// Loads the pack; a mistake in it is a failure.
    pub(super) fn open(&self, context: &Context<'_>, output: &Output) -> Result<Arc<Pack>, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        output.learn(pack.redactor.clone());
        if mistakes.is_empty() { Ok(Arc::new(pack)) } else { Err(Failure::mistakes(mistakes)) }
    }

    /// Loads the pack in a network's own words.
    pub(super) fn open_renamed(
        &self,
        names: &Names,
        context: &Context<'_>,
        output: &Output,
    ) -> Result<Arc<Pack>, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        output.learn(pack.redactor.clone());
        if !mistakes.is_empty() {
            return Err(Failure::mistakes(mistakes));
        }
        pack.renamed(names).map(Arc::new).map_err(|unknown| Failure::usage(unknown.to_string()))
    }

    /// Loads the pack again. The keys of the old one stay known: the journal may hold them.
    pub(super) fn reopen(&self, context: &Context<'_>, output: &Output) -> Result<Pack, Failure> {
        let (pack, mistakes) = load(self.origin(), context.env)?;
        output.learn_more(pack.redactor.clone());
        if mistakes.is_empty() { Ok(pack) } else { Err(Failure::mistakes(mistakes)) }
    }

    /// `--pack DIR` as it was given, for a command that is shown.
    pub(super) fn as_given(&self) -> String {
        self.pack
            .as_ref()
            .map_or_else(String::new, |pack| format!(" --pack {}", shell_words::quote(&pack.to_string_lossy())))
    }
}

/// `--only` and `--tag`
#[derive(Debug, Clone, Args)]
pub(super) struct SelectionArguments {
    /// Only this scenario (codes/success) or area (codes); may be given several times
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Only scenarios with this tag; may be given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

impl SelectionArguments {
    /// The selection; one that fits nothing is a failure.
    pub(super) fn select(self, pack: &Pack) -> Result<Selection, Failure> {
        let selection = Selection { only: self.only, tags: self.tag };
        if let Some(unmatched) = selection.unmatched(pack).first() {
            let help = match &unmatched.nearest {
                Some(nearest) => format!("did you mean {nearest:?}?"),
                None if !unmatched.tags.is_empty() => {
                    format!("the tags of this pack are: {}", unmatched.tags.join(", "))
                }
                None => "`caketester scenarios list` shows what there is".to_owned(),
            };
            let message = format!("no scenario of this pack fits {:?}\n  help: {help}", unmatched.asked);
            return Err(Failure::new(Exit::NothingDone, message));
        }
        if selection.of(pack).is_empty() {
            let message = "no scenario of this pack fits all that was asked for\n  help: `caketester scenarios list` shows what there is";
            return Err(Failure::new(Exit::NothingDone, message));
        }
        Ok(selection)
    }
}

//! `caketester snapshots`

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::output::Output;
use crate::cli::packs::review::review;
use crate::judge::{Exit, Recording, survey};
use crate::nearest::nearest;
use crate::pack::{Pack, expected_answers};
use crate::plural::plural;
use crate::snapshot::{SnapshotName, Store, StoreError};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// List every snapshot that is missing, pending, orphaned or different from the mock's answer
    List {
        #[command(flatten)]
        pack: PackArgument,
    },
    /// Go through the pending snapshots, and accept or reject each
    Review {
        #[command(flatten)]
        of: StoreArgument,
    },
    /// Accept pending snapshots: all, or those named
    Accept {
        #[command(flatten)]
        of: StoreArgument,
        /// Snapshots, as `snapshots list` names them
        names: Vec<String>,
    },
    /// Reject pending snapshots: all, or those named
    Reject {
        #[command(flatten)]
        of: StoreArgument,
        /// Snapshots, as `snapshots list` names them
        names: Vec<String>,
    },
    /// Remove snapshots that belong to no step
    Prune {
        #[command(flatten)]
        pack: PackArgument,
    },
}

/// Whose snapshots are decided over.
#[derive(Debug, Args)]
pub(in crate::cli) struct StoreArgument {
    #[command(flatten)]
    pack: PackArgument,
    /// Use the snapshots that `endpoint probe --record` wrote to this directory instead of a pack's
    #[arg(long, value_name = "DIR", conflicts_with = "pack")]
    dir: Option<PathBuf>,
}

impl StoreArgument {
    /// The snapshots, with the pack where they are a pack's.
    fn open(&self, context: &Context<'_>, output: &Output) -> Result<(Store, Option<Arc<Pack>>), Failure> {
        let Some(directory) = &self.dir else {
            let pack = writable(&self.pack, context, output)?;
            return Ok((pack.snapshots.clone(), Some(pack)));
        };
        if !directory.is_dir() {
            let help = "name the directory that was given to `endpoint probe --record`";
            return Err(Failure::usage(format!("there is no directory {}\n  help: {help}", directory.display())));
        }
        Ok((Store::directory(directory), None))
    }
}

pub(in crate::cli) fn run(command: Command, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::List { pack } => return list(&*pack.open(context, output)?, &pack, context, output),
        Command::Review { of } => {
            let (store, _) = of.open(context, output)?;
            review(&store, context, output)?;
        }
        Command::Accept { of, names } => {
            let (store, pack) = of.open(context, output)?;
            each((&store, pack.as_deref()), &names, &of, output, "accepted", |name| store.accept(name))?;
        }
        Command::Reject { of, names } => {
            let (store, pack) = of.open(context, output)?;
            each((&store, pack.as_deref()), &names, &of, output, "rejected", |name| store.reject(name))?;
        }
        Command::Prune { pack } => {
            let pack = writable(&pack, context, output)?;
            let orphans = pack.snapshots.orphans(&expected_names(&pack))?;
            let removed = pack.snapshots.prune(&orphans)?;
            for path in &removed {
                output.out(&format!("removed {}\n", path.display()));
            }
            output.out(&format!("{} removed\n", plural(removed.len(), "file")));
        }
    }
    Ok(Exit::Success)
}

fn expected_names(pack: &Pack) -> BTreeSet<SnapshotName> {
    pack.entries.iter().flat_map(|entry| expected_answers(pack, entry)).filter_map(|expected| expected.name).collect()
}

/// The built-in pack cannot be changed, which is better said before anything is asked.
fn writable(pack: &PackArgument, context: &Context<'_>, output: &Output) -> Result<Arc<Pack>, Failure> {
    let opened = pack.open(context, output)?;
    if opened.snapshots.is_read_only() {
        let help = "write it out with `caketester pack export DIR` and use that with `--pack DIR`";
        return Err(Failure::usage(format!("the standard pack is built in and read-only\n  help: {help}")));
    }
    Ok(opened)
}

fn list(pack: &Pack, argument: &PackArgument, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let told = tell(pack, argument, output)?;
    let expected = expected_names(pack).len();
    output.out(&format!("{} of {expected} snapshots are what the mock answers\n", expected - told.wrong));
    Ok(told.exit(context))
}

/// What was told of a pack's snapshots.
pub(in crate::cli) struct Told {
    /// How many are missing or differ.
    wrong: usize,
    needs_attention: bool,
}

impl Told {
    pub(in crate::cli) fn exit(&self, context: &Context<'_>) -> Exit {
        if context.ci && self.needs_attention { Exit::Snapshot } else { Exit::Success }
    }
}

/// Tells of every snapshot that is not in order, and what to do about it.
pub(in crate::cli) fn tell(pack: &Pack, argument: &PackArgument, output: &Output) -> Result<Told, Failure> {
    let look = Recording { exact: false, write: false };
    let (report, different) = survey(pack, look, &pack.redactor)?;
    let unwritten = report.unwritten();
    let states = [("missing", &unwritten), ("pending", &report.pending), ("orphaned", &report.orphaned)];
    for (state, names) in states {
        for name in names {
            output.out(&format!("{state:<9} {name}\n"));
        }
    }
    for difference in &different {
        output.out(&format!("{:<9} {}: {}\n", "different", difference.name, difference.differences.join("; ")));
    }
    let given = argument.as_given();
    let is_pending = |name: &SnapshotName| report.pending.contains(&name.to_string());
    let is_due = !unwritten.is_empty() || different.iter().any(|difference| !is_pending(&difference.name));
    for (applies, advice) in [
        (is_due, format!("`caketester client{given} --builtin` writes snapshots of what the mock answers, for review")),
        (!report.pending.is_empty(), format!("`caketester snapshots review{given}`")),
        (
            !report.orphaned.is_empty(),
            format!(
                "`caketester snapshots prune{given}` removes what no step expects; first see whether its scenario is to come back"
            ),
        ),
    ] {
        if applies {
            output.out(&format!("next: {advice}\n"));
        }
    }
    let needs_attention = report.needs_attention() || !different.is_empty();
    Ok(Told { wrong: report.missing.len() + different.len(), needs_attention })
}

/// Does something to all that is pending, or to the ones named.
fn each(
    (store, pack): (&Store, Option<&Pack>),
    names: &[String],
    of: &StoreArgument,
    output: &Output,
    done: &str,
    act: impl Fn(&SnapshotName) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let pending = store.pending()?;
    let find = |asked: &String| {
        let plain = asked.replace('/', ".");
        let found = pending.iter().find(|name| name.to_string() == plain);
        found.cloned().ok_or_else(|| {
            let shown: Vec<String> = pending.iter().map(ToString::to_string).collect();
            let help = match nearest(&plain, shown.iter().map(String::as_str)) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None if shown.is_empty() => "nothing is pending".to_owned(),
                None => format!("pending: {}", shown.join(", ")),
            };
            Failure::usage(format!("no snapshot {asked:?} is pending\n  help: {help}"))
        })
    };
    let chosen: Vec<SnapshotName> = if names.is_empty() {
        pending.iter().cloned().collect()
    } else {
        names.iter().map(find).collect::<Result<_, _>>()?
    };
    for name in &chosen {
        act(name)?;
        output.out(&format!("{done} {name}\n"));
    }
    if !chosen.is_empty() {
        output.out(&format!("{} {done}\n", chosen.len()));
        return Ok(());
    }
    output.out("nothing is pending\n");
    let Some(pack) = pack else { return Ok(()) };
    let (report, different) = survey(pack, Recording { exact: false, write: false }, &pack.redactor)?;
    let given = of.pack.as_given();
    for (count, what) in
        [(report.missing.len(), "missing"), (different.len(), "different")].into_iter().filter(|it| it.0 > 0)
    {
        let first =
            format!("`caketester client{given} --builtin` writes snapshots of what the mock answers, for review");
        output.out(&format!("{} {what}: {first}\n", plural(count, "snapshot")));
    }
    Ok(())
}

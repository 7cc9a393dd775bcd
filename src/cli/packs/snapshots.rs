//! `caketester snapshots`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::setup::asked::Asked;
use crate::judge::{Exit, Recording, survey};
use crate::nearest::nearest;
use crate::pack::{Pack, expected_answers};
use crate::plural::plural;
use crate::render::pending_snapshot;
use crate::snapshot::{Snapshot, SnapshotName, Store, StoreError};

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
    /// Accept all pending snapshots, or only those named
    Accept {
        #[command(flatten)]
        of: StoreArgument,
        /// Snapshots, as `snapshots list` names them
        names: Vec<String>,
    },
    /// Reject all pending snapshots, or only those named
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
    /// Instead of a pack's snapshots, use those that `endpoint probe --record` wrote to this directory
    #[arg(long, value_name = "DIR", conflicts_with = "pack")]
    dir: Option<PathBuf>,
}

impl StoreArgument {
    /// The snapshots, with the pack where they are a pack's. The built-in pack cannot be changed, which is better said before
    /// anything is asked.
    fn open(&self, context: &Context<'_>) -> Result<(Store, Option<Pack>), Failure> {
        let Some(directory) = &self.dir else {
            let pack = self.pack.open_writable(context)?;
            return Ok((pack.snapshots.clone(), Some(pack)));
        };
        if !directory.is_dir() {
            let help = "name the directory that was given to `endpoint probe --record`";
            return Err(Failure::usage(format!("there is no directory {}\n  help: {help}", directory.display())));
        }
        Ok((Store::directory(directory), None))
    }
}

pub(in crate::cli) fn run(command: Command, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    match command {
        Command::List { pack: argument } => {
            let pack = argument.open(context)?;
            let (wrong, exit) = tell(&pack, &argument, context)?;
            let expected = expected_names(&pack).len();
            output.out(&format!("{} of {expected} snapshots are what the mock answers\n", expected - wrong));
            return Ok(exit);
        }
        Command::Review { of } => review(&of.open(context)?.0, context)?,
        Command::Accept { of, names } => each(&of, context, &names, "accepted", Store::accept)?,
        Command::Reject { of, names } => each(&of, context, &names, "rejected", Store::reject)?,
        Command::Prune { pack } => {
            let pack = pack.open_writable(context)?;
            let removed = pack.snapshots.prune(&pack.snapshots.orphans(&expected_names(&pack))?)?;
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

/// Prints every snapshot that is missing, pending, orphaned or different, and what to do about it. Returns how many are
/// missing or different, and the exit code.
pub(in crate::cli) fn tell(
    pack: &Pack,
    argument: &PackArgument,
    context: &Context<'_>,
) -> Result<(usize, Exit), Failure> {
    let output = &context.output;
    let look = Recording { exact: false, write: false };
    let (report, different) = survey(pack, look, &pack.redactor)?;
    let unwritten = report.unwritten();
    for (state, names) in [("missing", &unwritten), ("pending", &report.pending), ("orphaned", &report.orphaned)] {
        for name in names {
            output.out(&format!("{state:<9} {name}\n"));
        }
    }
    for difference in &different {
        output.out(&format!("{:<9} {}: {}\n", "different", difference.name, difference.differences.join("; ")));
    }
    let given = argument.as_given();
    let is_pending = |name: &SnapshotName| report.pending.contains(&name.to_string());
    if !unwritten.is_empty() || different.iter().any(|difference| !is_pending(&difference.name)) {
        let what = "writes snapshots of what the mock answers, for review";
        output.out(&format!("next: `caketester client{given} --builtin` {what}\n"));
    }
    if !report.pending.is_empty() {
        output.out(&format!("next: `caketester snapshots review{given}`\n"));
    }
    if !report.orphaned.is_empty() {
        let what = "removes what no step expects; first see whether its scenario is to come back";
        output.out(&format!("next: `caketester snapshots prune{given}` {what}\n"));
    }
    let fails = context.ci && (report.needs_attention() || !different.is_empty());
    Ok((report.missing.len() + different.len(), if fails { Exit::Snapshot } else { Exit::Success }))
}

/// Does something to all that is pending, or to the ones named.
fn each(
    of: &StoreArgument,
    context: &Context<'_>,
    names: &[String],
    done: &str,
    act: fn(&Store, &SnapshotName) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let (output, (store, pack)) = (&context.output, of.open(context)?);
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
        act(&store, name)?;
        output.out(&format!("{done} {name}\n"));
    }
    if chosen.is_empty() {
        output.out("nothing is pending\n");
        let Some(pack) = pack else { return Ok(()) };
        let (report, different) = survey(&pack, Recording { exact: false, write: false }, &pack.redactor)?;
        for (count, what) in [(report.missing.len(), "missing"), (different.len(), "different")] {
            if count > 0 {
                let run = format!("`caketester client{} --builtin`", of.pack.as_given());
                let writes = "writes snapshots of what the mock answers, for review";
                output.out(&format!("{} {what}: {run} {writes}\n", plural(count, "snapshot")));
            }
        }
    } else {
        output.out(&format!("{} {done}\n", chosen.len()));
    }
    Ok(())
}

/// What may be answered; the first letter is enough.
const CHOICES: [&str; 4] = ["accept", "reject", "skip", "quit"];

/// Shows each pending snapshot until there is an answer. The end of the input is `quit`.
fn review(store: &Store, context: &Context<'_>) -> Result<(), Failure> {
    let output = &context.output;
    let names = store.pending()?;
    let mut asked = Asked::new(output, "");
    let (mut accepted, mut rejected) = (0, 0);
    let mut waiting = names.iter().zip(1..).peekable();
    while let Some(&(name, position)) = waiting.peek() {
        let pending = store.read_pending(name);
        let shown = match &pending {
            Ok(Some(pending)) => page(store, name, pending, context.color),
            Ok(None) => "  it is no longer pending\n".to_owned(),
            Err(error) => format!("  {error}\n"),
        };
        output.out(&format!("\n[{position}/{}] {name}\n{shown}", names.len()));
        let choice = if matches!(pending, Ok(None)) { "skip" } else { choose(&mut asked, pending.is_ok())? };
        // Nobody accepts or rejects what another run has replaced since; it is shown again.
        if matches!(choice, "accept" | "reject") && store.read_pending(name).ok() != pending.ok() {
            output.out("it has changed since it was shown\n");
            continue;
        }
        match choice {
            "accept" => {
                store.accept(name)?;
                accepted += 1;
            }
            "reject" => {
                store.reject(name)?;
                rejected += 1;
            }
            "skip" => {}
            _ => break,
        }
        waiting.next();
    }
    let left = store.pending()?.len();
    output.out(&format!("{accepted} accepted, {rejected} rejected, {left} still pending\n"));
    Ok(())
}

fn page(store: &Store, name: &SnapshotName, pending: &Snapshot, color: bool) -> String {
    match store.read(name) {
        Ok(accepted) => pending_snapshot(accepted.as_ref(), pending, color),
        Err(error) => {
            format!("  {error}; accepting the new snapshot replaces it\n{}", pending_snapshot(None, pending, color))
        }
    }
}

/// What cannot be read can be rejected, not accepted.
fn choose(asked: &mut Asked<'_>, can_accept: bool) -> Result<&'static str, Failure> {
    let choices = if can_accept { &CHOICES[..] } else { &CHOICES[1..] };
    let letters: Vec<String> = choices.iter().map(|choice| format!("[{}]{}", &choice[..1], &choice[1..])).collect();
    loop {
        let Some(answer) = asked.answer(&format!("{}?", letters.join(", ")))? else {
            asked.output.out("\n");
            return Ok("quit");
        };
        let answer = answer.to_ascii_lowercase();
        if let Some(choice) = choices.iter().find(|choice| answer == **choice || answer == choice[..1]) {
            return Ok(choice);
        }
    }
}

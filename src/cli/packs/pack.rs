//! `caketester pack`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::pack::{STANDARD_SCENARIOS, STANDARD_SNAPSHOTS, digest};
use crate::scenario::{instance_schema, scenario_schema};
use crate::write_whole::write_whole;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Write the standard pack into an empty or new directory
    Export {
        /// The directory
        directory: PathBuf,
    },
    /// Print the digest of a pack's instance, scenarios and snapshots
    Digest {
        #[command(flatten)]
        pack: PackArgument,
    },
}

pub(in crate::cli) fn run(command: &Command, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Export { directory } => export(directory, output)?,
        Command::Digest { pack } => output.out(&format!("{}\n", digest(&pack.origin())?)),
    }
    Ok(Exit::Success)
}

fn export(directory: &Path, output: &Output) -> Result<(), Failure> {
    if directory.exists() {
        let cannot_list =
            |error| Failure::usage(format!("cannot write to the directory {}: {error}", directory.display()));
        if std::fs::read_dir(directory).map_err(cannot_list)?.next().is_some() {
            let help = "name a new directory";
            let message = format!("{} is not empty, and nothing was written\n  help: {help}", directory.display());
            return Err(Failure::usage(message));
        }
    }
    let write = |path: PathBuf, text: &str| {
        let path = directory.join(path);
        write_whole(&path, text).map_err(|error| Failure::cannot_write(&path, error))
    };
    for (below, table) in [("scenarios", STANDARD_SCENARIOS), ("snapshots", STANDARD_SNAPSHOTS)] {
        table.iter().try_for_each(|(path, text)| write(Path::new(below).join(path), text))?;
    }
    write("scenario.schema.json".into(), &format!("{:#}\n", scenario_schema().as_value()))?;
    write("instance.schema.json".into(), &format!("{:#}\n", instance_schema().as_value()))?;
    let given = directory.to_string_lossy();
    let quoted = shell_words::quote(&given);
    output.out(&format!(
        "wrote {} scenarios, their instance.yaml and {} snapshots to {quoted}\nnext: caketester client --pack {quoted} --builtin\n",
        STANDARD_SCENARIOS.len() - 1,
        STANDARD_SNAPSHOTS.len()
    ));
    Ok(())
}

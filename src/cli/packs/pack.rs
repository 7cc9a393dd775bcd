//! `caketester pack`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::pack::{STANDARD_SCENARIOS, STANDARD_SNAPSHOTS, digest};
use crate::scenario::{instance_schema, scenario_schema};

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
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| Failure::new(Exit::Harness, format!("cannot write {path}: {error}"))
    };
    if directory.exists() {
        let mut entries = std::fs::read_dir(directory).map_err(|error| {
            Failure::usage(format!("cannot write to the directory {}: {error}", directory.display()))
        })?;
        if entries.next().is_some() {
            let message =
                format!("{} is not empty, and nothing was written\n  help: name a new directory", directory.display());
            return Err(Failure::usage(message));
        }
    }
    for (below, table) in [("scenarios", STANDARD_SCENARIOS), ("snapshots", STANDARD_SNAPSHOTS)] {
        for (path, text) in table {
            let path = directory.join(below).join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(failed(parent))?;
            }
            std::fs::write(&path, text).map_err(failed(&path))?;
        }
    }
    for (name, schema) in [("scenario", scenario_schema()), ("instance", instance_schema())] {
        let path = directory.join(format!("{name}.schema.json"));
        std::fs::write(&path, format!("{:#}\n", schema.as_value())).map_err(failed(&path))?;
    }
    let given = directory.to_string_lossy();
    let quoted = shell_words::quote(&given);
    output.out(&format!(
        "wrote {} scenarios, their instance.yaml and {} snapshots to {quoted}\nnext: caketester client --pack {quoted} --builtin\n",
        STANDARD_SCENARIOS.len() - 1,
        STANDARD_SNAPSHOTS.len()
    ));
    Ok(())
}

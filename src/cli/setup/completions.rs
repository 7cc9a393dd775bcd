//! What a shell completes, and the man pages: both made from the command line's own definition.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;

const EXAMPLES: &str = "\
Examples:
  caketester completions bash > ~/.local/share/bash-completion/completions/caketester
  caketester completions zsh > \"${fpath[1]}/_caketester\"
  caketester completions powershell >> $PROFILE";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Where man pages go.
#[derive(Debug, Args)]
pub(in crate::cli) struct ManArguments {
    /// The directory; it is created if it does not exist
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(in crate::cli) fn completions(arguments: &Arguments, mut definition: Command, output: &Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition, "caketester", &mut script);
    output.out(&String::from_utf8_lossy(&script));
    Exit::Success
}

/// Writes a page for each command.
pub(in crate::cli) fn man(arguments: &ManArguments, definition: Command, output: &Output) -> Result<Exit, Failure> {
    let directory = &arguments.directory;
    let written = std::fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(definition, directory));
    written.map_err(|error| Failure::cannot_write(directory, error))?;
    output.out(&format!("wrote the man pages to {}\n", directory.display()));
    Ok(Exit::Success)
}

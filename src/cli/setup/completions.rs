//! What a shell completes, and the man pages: both made from the command line's own definition.

use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::plural::plural;

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
    /// The directory; it is made if there is none
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
pub(in crate::cli) fn man(arguments: &ManArguments, mut definition: Command, output: &Output) -> Result<Exit, Failure> {
    // Each command below then knows its whole name.
    definition.build();
    let written = pages(&definition, &arguments.directory, output)?;
    output.out(&format!("wrote {} to {}\n", plural(written, "page"), arguments.directory.display()));
    Ok(Exit::Success)
}

fn pages(command: &Command, directory: &Path, output: &Output) -> Result<usize, Failure> {
    let page = Man::new(command.clone());
    let path = directory.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text).map_err(Failure::cannot("make a man page"))?;
    output.file(&path, &String::from_utf8_lossy(&text))?;
    let below = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    below.map(|below| pages(below, directory, output)).try_fold(1, |sum, written| Ok(sum + written?))
}

//! `caketester state`

use std::io;
use std::mem;
use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::mock::{StateFile, export, import};
use crate::plural::plural;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Print a state file as JSON lines: the setup, then one update per line
    Export {
        /// The state file that `caketester serve --state` wrote
        file: PathBuf,
    },
    /// Create a state file from JSON lines on standard input
    Import {
        /// The file to create
        file: PathBuf,
    },
}

/// How much is printed at once: keys are looked for in each piece.
const PIECE: usize = 64 * 1024;

pub(in crate::cli) fn run(command: &Command, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Export { file } => {
            let file = StateFile::read_only(file)?;
            let mut piece = String::new();
            let exported = export(&file, |line| {
                piece += &line;
                if piece.len() >= PIECE {
                    output.out(&mem::take(&mut piece));
                }
            });
            output.out(&piece);
            let exported = exported?;
            output.err(&format!("exported {}\n", plural(exported, "update")));
        }
        Command::Import { file } => {
            let imported = import(file, io::stdin().lock())?;
            output.err(&format!("imported {} into {}\n", plural(imported, "update"), file.display()));
        }
    }
    Ok(Exit::Success)
}

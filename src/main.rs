//! The binary: the process's surroundings are handed to the command line, and its exit code to the system.

use std::process::ExitCode;

use caketester::cli::{Context, run};
use caketester::judge::Exit;

fn main() -> ExitCode {
    let env = |name: &str| std::env::var(name).ok();
    // A panic has been told by then; as an exit code it is a failure of the harness.
    let exit = std::panic::catch_unwind(|| run(&Context::of_process(&env), std::env::args_os()));
    ExitCode::from(u8::from(exit.unwrap_or(Exit::Harness)))
}

//! How fast the mock is, held against other servers that give the same answer. docs/performance.md says how to
//! run it and what came of it.
//!
//! Every server is a process of its own (this program again, with another argument), so that its memory and its
//! processor time can be told apart from those of the load.

mod child;
mod client_run;
mod compare;
mod figures;
mod generated;
mod instructions;
mod load;
mod memory;
mod packs;
mod scale;
mod servers;
mod start;

use std::error::Error;

use clap::{Parser, Subcommand};

use servers::Kind;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Measures caketester. Without a command: everything.
#[derive(Parser)]
#[command(name = "cargo bench --bench mock --")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// How often each measurement is repeated
    #[arg(long, global = true, default_value_t = 21)]
    rounds: usize,
    /// Milliseconds of load in each round
    #[arg(long, global = true, default_value_t = 400)]
    load: u64,
    /// Connections at once
    #[arg(long, global = true, default_value_t = 8)]
    connections: usize,
    /// Requests in the measurement of memory
    #[arg(long, global = true, default_value_t = 500_000)]
    requests: u64,
    /// Leads in the large pack
    #[arg(long, global = true, default_value_t = 1_000_000)]
    leads: usize,
    /// Scenarios in the large pack
    #[arg(long, global = true, default_value_t = 10_000)]
    scenarios: usize,
    /// Compare with the mock of another build of this benchmark too
    #[arg(long, global = true, value_name = "PROGRAM")]
    against: Option<std::path::PathBuf>,
    /// Given by cargo
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Subcommand)]
enum Command {
    /// The mock, bare hyper, wiremock and httpmock on the same stub
    Compare,
    /// Instructions a request, where valgrind is there
    Instructions,
    /// Ten leads and ten scenarios against very many
    Scale,
    /// Whether memory grows with requests
    Memory,
    /// Until the ready line, and what loading takes
    Start,
    /// What a step of a client run costs beyond starting the program
    Client,
    /// One of the servers; for the benchmark itself
    #[command(hide = true)]
    Serve { kind: Kind },
    /// A client that sends one update; for the benchmark itself
    #[command(hide = true)]
    Send,
}

fn main() -> Outcome {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Serve { kind }) => return servers::serve(kind),
        Some(Command::Send) => return client_run::send(),
        _ => {}
    }
    if !arguments.bench {
        // `cargo test --all-targets` gets here, and a test measures nothing.
        println!("run it with `cargo bench --bench mock`");
        return Ok(());
    }
    figures::conditions();
    let wanted = |command: Command| {
        arguments.command.is_none_or(|asked| std::mem::discriminant(&asked) == std::mem::discriminant(&command))
    };
    if wanted(Command::Compare) {
        compare::run(&arguments)?;
    }
    if wanted(Command::Instructions) {
        instructions::run()?;
    }
    if wanted(Command::Scale) {
        scale::run(&arguments)?;
    }
    if wanted(Command::Memory) {
        memory::run(&arguments)?;
    }
    if wanted(Command::Start) {
        start::run(&arguments)?;
    }
    if wanted(Command::Client) {
        client_run::run(&arguments)?;
    }
    Ok(())
}

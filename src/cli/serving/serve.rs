//! `caketester serve`

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::{InstanceArgument, PackArgument};
use crate::cli::output::Output;
use crate::cli::scratch::{Scratch, write_certificate};
use crate::cli::serving::log::{Log, LogForm, json_line};
use crate::cli::serving::pack_changes::Changes;
use crate::cli::setup::networks::NETWORKS;
use crate::cli::setup::settings::WordArguments;
use crate::cli::signals::{asked_to_end, runtime};
use crate::console::Console;
use crate::judge::Exit;
use crate::mock::{Authority, Clock, Limits, Masks, Mock, Options, Reach, State, Watcher};
use crate::pack::{Origin, Pack, Worlds};
use crate::plural::plural;

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pack: PackArgument,
    #[command(flatten)]
    words: WordArguments,
    #[command(flatten)]
    instance: InstanceArgument,
    /// The port; 0 picks a free port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on; in a container, use 0.0.0.0 (every address)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Also write the first line of output to this file, once the mock accepts connections; the file is removed on exit
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// Reload the pack when it changes on disk; if the new version is invalid, the previous one stays in use
    #[arg(long)]
    reload: bool,
    /// The format in which requests are logged on standard error; `caketester why` reads either
    #[arg(long, value_enum, default_value_t = LogForm::Text)]
    log: LogForm,
    /// Store every answered update in this SQLite file, and resume from it; it is created if missing
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Serve the Lead Status Master Report on this port of 127.0.0.1; 0 picks a free port
    #[arg(long, value_name = "PORT")]
    report_port: Option<u16>,
    /// Use TLS, with a certificate from a temporary certificate authority (CA)
    #[arg(long)]
    tls: bool,
    /// Write the CA's certificate to this file, which remains after exit; by default a temporary file is used
    #[arg(long, value_name = "PATH", requires = "tls")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
}

/// Bounds, so that no client takes the mock from the others.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
struct LimitArguments {
    /// Maximum number of simultaneous connections; at the limit, a new connection replaces the one that has been idle
    /// longest, or waits if none is idle
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = Limits::default().connections, value_parser = |text: &str| at_least(1, text))]
    max_connections: usize,
    /// Maximum size of the request line and headers in bytes (at least 8192); a larger request gets HTTP 431
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().head_bytes, value_parser = |text: &str| at_least(Limits::SMALLEST_HEAD, text))]
    max_head: usize,
    /// Maximum size of a request body in bytes; a larger one gets HTTP 413
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().form_bytes)]
    max_form: usize,
    /// How many seconds a client may take to complete a TLS handshake, to send a request or to read the answer, and how
    /// long it may stay idle
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
    /// How many requests are kept in memory; older ones are dropped, and the number dropped is printed at exit
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = Limits::default().journal_entries)]
    journal_entries: usize,
    /// How many bytes of requests and answers are kept in memory
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().journal_bytes)]
    journal_bytes: usize,
}

impl LimitArguments {
    fn limits(&self) -> Limits {
        Limits {
            connections: self.max_connections,
            head_bytes: self.max_head,
            form_bytes: self.max_form,
            patience: Duration::from_secs(self.patience),
            journal_entries: self.journal_entries,
            journal_bytes: self.journal_bytes,
        }
    }
}

fn at_least(least: usize, text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= least => Ok(number),
        Ok(number) => Err(format!("{number} is too little; {least} is the least")),
        Err(_) => Err("it has to be a whole number".to_owned()),
    }
}

/// The pack in the network's words, as the files of the moment have it; and where networks are, where one is named.
fn open(arguments: &mut Arguments, context: &Context<'_>) -> Result<(Pack, Option<PathBuf>), Failure> {
    let words = arguments.words.settle(context)?;
    // It stays the one to be opened again, whatever caketester.yaml says by then: its directory is watched.
    arguments.pack.pack = arguments.pack.pack.take().or(words.config.pack);
    let pack = arguments.instance.under(arguments.pack.open(context)?)?;
    let pack = pack.in_network(&words.names, words.network.as_ref())?;
    Ok((pack, words.network.map(|_| words.config.folder.join(NETWORKS))))
}

/// Opens the pack again, in a thread of its own: also while somebody asks the process to end, so it needs nothing of others.
async fn reopen(mut arguments: Arguments, output: Output) -> Result<Pack, Failure> {
    let pack = tokio::task::spawn_blocking(move || {
        let env = |name: &str| std::env::var(name).ok();
        open(&mut arguments, &Context { output, ..Context::of_process(&env) })
    });
    // A panic has been told by then.
    let pack = pack.await.unwrap_or_else(|_| Err(Failure::new(Exit::Harness, "the pack could not be read")));
    pack.map(|(pack, _)| pack)
}

pub(in crate::cli) fn run(mut arguments: Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let (pack, networks) = open(&mut arguments, context)?;
    let changes = match (arguments.reload, &pack.origin) {
        (false, _) => None,
        (true, Origin::Directory(directory)) => Some(Changes::of(directory, networks)?),
        (true, Origin::Standard) => {
            let help = "name one with --pack DIR; `caketester pack export DIR` writes the standard pack out";
            return Err(Failure::usage(format!("--reload needs a pack on disk\n  help: {help}")));
        }
    };
    let runtime = runtime()?;
    let served = runtime.block_on(serve(&arguments, &pack, changes, context));
    // A pack that is being read is of no use any more, however long that takes.
    runtime.shutdown_background();
    served
}

/// Serves until the process is asked to end.
async fn serve(
    arguments: &Arguments,
    pack: &Pack,
    changes: Option<Changes>,
    context: &Context<'_>,
) -> Result<Exit, Failure> {
    let output = &context.output;
    // What nobody said where to keep goes with the mock: the certificate, and the state file that a report is made of.
    let is_kept = (!arguments.tls || arguments.ca_file.is_some())
        && (arguments.report_port.is_none() || arguments.state.is_some());
    let scratch = if is_kept { None } else { Some(Scratch::new()?) };
    let own = |name: &str| scratch.as_ref().map(|scratch| scratch.path().join(name));
    let ca_file = arguments.ca_file.clone().or_else(|| own("ca.pem")).filter(|_| arguments.tls);
    let reach = match &ca_file {
        None => Reach::Plain,
        Some(path) => {
            let authority = Authority::new(None)?;
            write_certificate(path, authority.pem())?;
            Reach::Tls(authority.identity(None))
        }
    };
    let worlds = Worlds::of(pack);
    let masks = || -> Masks {
        let output = output.clone();
        Box::new(move |text| output.redact_known(text))
    };
    let path = arguments.state.clone().or_else(|| own("state.db").filter(|_| arguments.report_port.is_some()));
    let state = path.as_ref().map(|path| State::open(path, &worlds, masks())).transpose()?;
    let restored = state.as_ref().map(State::restored);
    let console = match (&path, arguments.report_port) {
        (Some(path), Some(port)) => {
            let since_the_start = || "what arrived since caketester serve was started".to_owned();
            let source = arguments.state.as_ref().map_or_else(since_the_start, |path| path.display().to_string());
            Some(Console::start(path, source, port, masks()).await?)
        }
        _ => None,
    };
    let log = Log::new(arguments.log, output);
    let writer = log.writer();
    let watcher: Watcher = Box::new(move |seen| writer.seen(seen));
    let limits = arguments.limits.limits();
    let address = SocketAddr::new(arguments.bind, arguments.port);
    let options = Options { reach, limits, watcher: Some(watcher), clock: Clock::System, state };
    let mock = Mock::start(address, worlds, options).await.map_err(|error| {
        let help = "is another program using the port? `--port 0` takes a free one";
        Failure::new(Exit::Harness, format!("cannot listen on {address}: {error}\n  help: {help}"))
    })?;
    // Signals count from here on: who reads the ready line may already send one.
    let stopped = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    let ready = json_line(json!({
        "event": "ready",
        "base_url": mock.base_url(),
        "url": mock.url(),
        "port": mock.address().port(),
        "pid": std::process::id(),
        "pack": pack.origin.to_string(),
        "scenarios": pack.entries.len(),
        "network": pack.network,
        "ca_file": ca_file.as_ref().map(shown),
        "state": arguments.state.as_ref().map(shown),
        "restored": restored.filter(|_| arguments.state.is_some()),
        "report": console.as_ref().map(Console::url),
    }));
    if let Some(path) = &arguments.ready_file {
        output.file(path, &ready)?;
    }
    output.out(&ready);
    tokio::pin!(stopped);
    match changes {
        None => stopped.await,
        Some(mut changes) => loop {
            tokio::select! {
                () = &mut stopped => break,
                pack = async { changes.next().await; reopen(arguments.clone(), output.clone()).await } => {
                    log.writer().line(reload(pack, &mock, context));
                }
            }
        },
    }
    let journal = mock.finish().await;
    log.writer().line(last_line(journal.total(), journal.exchanges().len() as u64));
    log.finish();
    if let Some(path) = arguments.ready_file.as_ref().filter(|path| path.is_file()) {
        // It has been taken away already, which is as well.
        let _ = std::fs::remove_file(path);
    }
    Ok(Exit::Success)
}

/// Takes a changed pack up as a whole, or says why not.
fn reload(opened: Result<Pack, Failure>, mock: &Mock, context: &Context<'_>) -> String {
    match opened {
        Ok(pack) => {
            mock.replace(|worlds| worlds.replaced_by(&pack));
            format!("reloaded: {} scenarios\n", pack.entries.len())
        }
        Err(failure) => {
            format!("{}not reloaded: what was served before is served still\n", failure.render(context.color))
        }
    }
}

/// What there was, and what of it the journal had to drop.
fn last_line(total: u64, kept: u64) -> String {
    let told = format!("stopped after {}", plural(total, "request"));
    match total - kept {
        0 => format!("{told}\n"),
        dropped => format!("{told}; the journal kept the first and the latest, {kept} in all, and dropped {dropped}\n"),
    }
}

//! `caketester serve`

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::open::PackArgument;
use super::output::Output;
use super::signals::asked_to_end;
use crate::mock::{Journal, Mock, Watcher};
use crate::pack::Worlds;
use crate::protocol::{Delivery, Exchange};
use crate::run::Exit;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pack: PackArgument,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Write the ready line to this file too, once connections are accepted; it is removed at the end
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let pack = arguments.pack.open(context, output)?;
    let failed =
        |what: String| move |error: std::io::Error| Failure::new(Exit::Harness, format!("cannot {what}: {error}"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed("start the runtime".into()))?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let log = output.clone();
        let watcher: Watcher = Box::new(move |exchange| log.err(&log_line(exchange)));
        let started = Mock::start(address, Worlds::of(&pack), Journal::default(), Some(watcher)).await;
        let mock = started.map_err(|error| {
            let help = "is another program using the port? `--port 0` takes a free one";
            Failure::new(Exit::Harness, format!("cannot listen on {address}: {error}\n  help: {help}"))
        })?;
        // Signals count from here on: who reads the ready line may already send one.
        let stopped = asked_to_end().map_err(failed("listen for signals".into()))?;
        let ready = ready_line(&mock, &pack.origin.to_string(), pack.entries.len());
        if let Some(path) = &arguments.ready_file {
            output.file(path, &ready)?;
        }
        output.out(&ready);
        stopped.await;
        let exchanges = mock.finish().await;
        output.err(&format!("stopped; the journal holds {} requests\n", exchanges.len()));
        if let Some(path) = &arguments.ready_file {
            // It has been taken away already, which is as well.
            let _ = std::fs::remove_file(path);
        }
        Ok(Exit::Success)
    })
}

fn ready_line(mock: &Mock, pack: &str, scenarios: usize) -> String {
    let ready = serde_json::json!({
        "event": "ready",
        "base_url": mock.base_url(),
        "url": mock.url(),
        "port": mock.address().port(),
        "pid": std::process::id(),
        "pack": pack,
        "scenarios": scenarios,
    });
    format!("{ready}\n")
}

fn log_line(exchange: &Exchange) -> String {
    let code = exchange.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let scenario = exchange.scenario.as_ref().map_or_else(String::new, |id| format!(" [{id}]"));
    let broken = if exchange.delivery == Delivery::Broken { " (the client did not take the answer)" } else { "" };
    format!(
        "{:.3} {} {} -> HTTP {} code {code}: {}{scenario}{broken}\n",
        exchange.at, exchange.request.method, exchange.request.target, exchange.answer.http_status, exchange.why
    )
}

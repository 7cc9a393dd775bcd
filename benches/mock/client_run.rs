//! What a step of a client run costs beyond starting the client: the same program is started as often, by itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use caketester::judge::{Baseline, SnapshotReport, SubjectReport, Terms};
use caketester::mock::Authority;
use caketester::pack::{Origin, Selection, load};
use caketester::rules::Rules;
use caketester::run::{ClientRun, Ending, Transport, Way, check_client};
use caketester::subject::{ExitCodes, Launch, Program};
use tokio::process::Command;

use crate::child::Server;
use crate::figures::spread;
use crate::servers::Kind;
use crate::start::timed;
use crate::{Arguments, Outcome};

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    println!("\n## A step of a client run beyond starting the client, {} rounds", arguments.rounds);
    let (pack, _) = load(Origin::Standard, &|_| None)?;
    let pack = Arc::new(pack);
    // Where the server stalls or breaks an answer off, a client waits or tries again, and that is no cost of ours.
    let selection =
        Selection { only: ["codes", "fields", "updates"].map(str::to_owned).to_vec(), ..Selection::default() };
    let steps: usize = selection.of(&pack).iter().map(|entry| entry.scenario.steps.len()).sum();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let server = Server::start(Kind::Hyper, None)?;
    let scratch = tempfile::tempdir()?;
    let program = std::env::current_exe()?;
    let transport = Arc::new(Transport {
        way: Way::Plain,
        authority: Authority::new(None)?,
        ca_file: scratch.path().join("ca.pem"),
        guard: None,
    });
    #[expect(clippy::cast_precision_loss, reason = "a pack has fewer than 2^52 steps")]
    let starts = (steps + 1) as f64;
    let mut added = Vec::new();
    let mut alone = Vec::new();
    for _ in 0..arguments.rounds {
        let by_itself = timed(|| {
            runtime.block_on(async {
                for _ in 0..=steps {
                    let mut command = Command::new(&program);
                    command.arg("send").env("CAKE_URL", format!("http://{}/", server.address));
                    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().await?;
                }
                Ok(())
            })
        })?;
        let in_a_run = timed(|| {
            let run = ClientRun {
                terms: Terms {
                    rules: Rules::default(),
                    strict: false,
                    baseline: Baseline::default(),
                    today: jiff::civil::date(2026, 1, 1),
                    cannot: vec![],
                    pack: Arc::clone(&pack),
                    selection: selection.clone(),
                    ci: false,
                    snapshots: SnapshotReport::default(),
                    subject: SubjectReport::Builtin,
                },
                jobs: 1,
                waiting_jobs: 1,
                runs: 1,
                fail_fast: false,
                transport: Arc::clone(&transport),
            };
            let (arguments, directory) = (["send".to_owned()], scratch.path().to_owned());
            let launch =
                Launch::new(program.clone().into(), (&arguments, false), Duration::from_secs(30), directory, &|_| {
                    None
                })?;
            let subject = Program { launch, exit_codes: ExitCodes::new(&[])? };
            let report = runtime.block_on(check_client(run, Arc::new(subject), &mut |_: &_| {}, Ending::never()))?;
            if report.stop.is_some() { Err("the client was not run".into()) } else { Ok(()) }
        })?;
        alone.push(by_itself / starts);
        added.push((in_a_run - by_itself) / starts);
    }
    println!("| what, for each of {} starts, one at a time | ms, median (middle half) |", steps + 1);
    println!("|---|---|");
    println!("| the client by itself, against a server that is there | {} |", spread(&alone, 2));
    println!("| what a run adds | {} |", spread(&added, 2));
    Ok(())
}

/// Sends one update as a plain client would, and tells its outcome.
pub(crate) fn send() -> Outcome {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let url = variable("CAKE_URL");
    let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).ok_or("no CAKE_URL")?;
    let pairs = [("api_key", "CAKE_API_KEY"), ("lead_id", "CAKE_LEAD_ID"), ("status", "CAKE_STATUS")];
    let values = pairs.map(|(name, from)| (name, variable(from)));
    let query = caketester::protocol::encode(values.iter().map(|(name, value)| (*name, &**value)));
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /{path}?{query} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let code = if answer.contains("<code>0</code>") { 0 } else { 10 };
    drop(stream);
    std::process::exit(code)
}

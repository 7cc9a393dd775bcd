//! `caketester client --observe`: a checklist that is ticked off as requests arrive, and a person who says what the system showed.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cli::checking::all_at_once::AllAtOnceArguments;
use crate::cli::checking::checklist::{
    Looks, Typed, asked_for, changes, checklist, command, is_over, is_shown, screen,
};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::signals::{asked_to_end, runtime};
use crate::judge::{Exit, Report};
use crate::mock::Watcher;
use crate::run::{ChecklistItem, ClientRun, Observation, Transport, With};

/// Observes until everything is told, until the person is done, or until the process is asked to end.
pub(in crate::cli) fn observe(
    arguments: &AllAtOnceArguments,
    run: ClientRun,
    context: &Context<'_>,
) -> Result<Report, Failure> {
    let transport = Arc::clone(&run.transport);
    if arguments.with_certificates && !transport.is_secured() {
        let help = "add --tls, or --intercept HOST where the system has its host built in";
        return Err(Failure::usage(format!("--with-certificates needs TLS\n  help: {help}")));
    }
    let address = SocketAddr::new(arguments.bind, arguments.port.unwrap_or_default());
    let with = With { timed: arguments.with_timed, certificates: arguments.with_certificates };
    runtime()?.block_on(async {
        let heard = Arc::new(Notify::new());
        let watcher: Watcher = Box::new({
            let heard = Arc::clone(&heard);
            move |_| heard.notify_one()
        });
        let observation = Observation::begin(run, address, with, watcher).await.map_err(|error| {
            let help = "is another program using the port, and is it an address of this machine? --port and --bind name another";
            Failure::new(Exit::Harness, format!("cannot listen on {address}: {error}\n  help: {help}"))
        })?;
        let ended = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
        let heading = heading(&observation, &transport);
        let (skipped, said) = (BTreeSet::new(), Vec::new());
        let desk = Desk { observation, heading, skipped, said, live: context.live, output: &context.output };
        desk.work(Duration::from_secs(arguments.settle), &heard, ended).await
    })
}

/// Where the system has to send to, and how it gets there.
fn heading(observation: &Observation, transport: &Transport) -> String {
    let proxy = observation.proxy().map(|proxy| format!("by the proxy {proxy}\n")).unwrap_or_default();
    let trust = format!("trusting the certificate in {}\n", transport.ca_file.display());
    let trust = if transport.is_secured() { &trust } else { "" };
    let what = "have the system send each of these, with the API key of the pack:";
    format!("observing {}\n{proxy}{trust}{what}\n", observation.url())
}

/// The terminal of an observation: what is shown, and what was typed.
struct Desk<'o> {
    observation: Observation,
    heading: String,
    /// What the person did not want to be asked again.
    skipped: BTreeSet<usize>,
    /// Replies to what was typed.
    said: Vec<String>,
    live: bool,
    output: &'o Output,
}

impl Desk<'_> {
    /// `settle` is how long nothing may arrive, once everything has been told, before it is over.
    async fn work(
        mut self,
        settle: Duration,
        heard: &Notify,
        ended: impl Future<Output = ()>,
    ) -> Result<Report, Failure> {
        let mut typed = typed();
        let mut is_anybody_there = true;
        let mut before = self.observation.look();
        if !self.live {
            self.output.out(&checklist(&self.heading, &before.0));
            self.observation.notes().iter().for_each(|note| self.output.out(&format!("note: {note}\n")));
        }
        tokio::pin!(ended);
        loop {
            let now = self.observation.look();
            self.show(&before, &now, is_anybody_there);
            let all_told = is_over(&now.0, &self.skipped);
            let goes_on = tokio::select! {
                () = &mut ended => break,
                () = heard.notified() => true,
                () = tokio::time::sleep(settle), if all_told => false,
                line = typed.recv(), if is_anybody_there => match line {
                    None => { is_anybody_there = false; true }
                    Some(line) => {
                        let goes_on = self.act(&line, &now.0);
                        if !goes_on && now.0.iter().any(is_shown) {
                            break;
                        }
                        goes_on
                    }
                },
            };
            before = now;
            if !goes_on {
                // Without a person, there is no outcome for the next certificate.
                let next = if is_anybody_there { self.observation.next().await } else { Ok((self.observation, false)) };
                let (observation, is_more) = next.map_err(Failure::cannot("listen again"))?;
                self.observation = observation;
                if !is_more {
                    break;
                }
            }
        }
        Ok(self.observation.end().await)
    }

    fn show(&mut self, before: &Looks, now: &Looks, is_anybody_there: bool) {
        let asked = if is_anybody_there { asked_for(&now.0, &self.skipped) } else { None };
        let said = std::mem::take(&mut self.said);
        if self.live {
            let (height, width) = console::Term::stdout().size();
            let text = screen(&self.heading, now, asked, &said, (height.into(), width.into()));
            // Home, and everything below it away.
            self.output.out(&format!("\u{1b}[H\u{1b}[J{text}"));
        } else {
            self.output.out(&changes(before, now, asked, &said));
        }
    }

    /// Does what was typed; whether to go on.
    fn act(&mut self, line: &str, looks: &[ChecklistItem]) -> bool {
        let asked = asked_for(looks, &self.skipped);
        match command(line, looks, asked) {
            Ok(Typed::Done) => return false,
            Ok(Typed::Tell(number, outcome)) => self.observation.tell(number, outcome),
            Ok(Typed::Skip) => self.skipped.extend(asked),
            Err(why) => self.said.push(why),
        }
        true
    }
}

/// The lines of standard input as they are typed.
fn typed() -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    // A thread of its own: a read that waits for a person cannot be called off, and must not hold up the end.
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

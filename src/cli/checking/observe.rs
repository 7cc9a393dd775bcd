//! `caketester client --observe`: a checklist that is ticked off as requests arrive, and a person who says what the system showed.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cli::checking::checklist::{Typed, asked_for, changes, checklist, command, is_over, is_shown, screen};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::signals::asked_to_end;
use crate::judge::{Exit, Report};
use crate::mock::Watcher;
use crate::run::{ChecklistItem, ClientRun, Observation, With};
use crate::subject::SubjectError;

/// What is asked of an observation, beside what is asked of every run.
pub(in crate::cli) struct Observe {
    pub(in crate::cli) address: SocketAddr,
    pub(in crate::cli) with: With,
    /// How long nothing may arrive, once everything has been told, before it is over.
    pub(in crate::cli) settle: Duration,
    /// The file with the certificate to trust, where TLS is spoken.
    pub(in crate::cli) ca_file: Option<String>,
}

/// Observes until everything is told, until the person is done, or until the process is asked to end.
pub(in crate::cli) fn observe(
    observe: &Observe,
    run: ClientRun,
    context: &Context<'_>,
    output: &Output,
) -> Result<Report, Failure> {
    let harness = |what| move |source| Failure::from(SubjectError::Harness { what, source });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(harness("start the runtime"))?.block_on(async {
        let heard = Arc::new(Notify::new());
        let watcher: Watcher = Box::new({
            let heard = Arc::clone(&heard);
            move |_| heard.notify_one()
        });
        let begun = Observation::begin(run, observe.address, observe.with, watcher).await;
        let observation = begun.map_err(|error| {
            let help = "is another program using the port, and is it an address of this machine? --port and --bind name another";
            Failure::new(Exit::Harness, format!("cannot listen on {}: {error}\n  help: {help}", observe.address))
        })?;
        let ended = asked_to_end().map_err(harness("listen for signals"))?;
        let desk = Desk { observation, skipped: BTreeSet::new(), said: Vec::new(), live: context.live, output };
        desk.work(observe, &heard, ended).await
    })
}

/// The terminal of an observation: what is shown, and what was typed.
struct Desk<'o> {
    observation: Observation,
    /// What the person did not want to be asked again.
    skipped: BTreeSet<usize>,
    /// Replies to what was typed.
    said: Vec<String>,
    live: bool,
    output: &'o Output,
}

impl Desk<'_> {
    async fn work(
        mut self,
        observe: &Observe,
        heard: &Notify,
        ended: impl Future<Output = ()>,
    ) -> Result<Report, Failure> {
        let mut typed = typed();
        let mut is_anybody_there = true;
        let mut before = self.observation.look();
        if !self.live {
            self.output.out(&checklist(&self.heading(observe), &before.0));
            self.observation.notes().iter().for_each(|note| self.output.out(&format!("note: {note}\n")));
        }
        tokio::pin!(ended);
        loop {
            let now = self.observation.look();
            self.show(observe, &before, &now, is_anybody_there);
            let all_told = is_over(&now.0, &self.skipped);
            let goes_on = tokio::select! {
                () = &mut ended => break,
                () = heard.notified() => true,
                () = tokio::time::sleep(observe.settle), if all_told => false,
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
                let (observation, is_more) = next.map_err(|error| {
                    Failure::new(Exit::Harness, format!("cannot listen on {} again: {error}", observe.address))
                })?;
                self.observation = observation;
                if !is_more {
                    break;
                }
            }
        }
        Ok(self.observation.end().await)
    }

    /// Where the system has to send to, and how it gets there.
    fn heading(&self, observe: &Observe) -> String {
        let proxy = self.observation.proxy().map(|proxy| format!("by the proxy {proxy}\n"));
        let ca_file = observe.ca_file.as_ref().map(|file| format!("trusting the certificate in {file}\n"));
        let way = [proxy, ca_file].into_iter().flatten().collect::<String>();
        format!(
            "observing {}\n{way}have the system send each of these, with the API key of the pack:\n",
            self.observation.url()
        )
    }

    fn show(
        &mut self,
        observe: &Observe,
        before: &(Vec<ChecklistItem>, Vec<String>),
        now: &(Vec<ChecklistItem>, Vec<String>),
        is_anybody_there: bool,
    ) {
        let asked = if is_anybody_there { asked_for(&now.0, &self.skipped) } else { None };
        let said = std::mem::take(&mut self.said);
        if self.live {
            let (height, width) = console::Term::stdout().size();
            let text = screen(&self.heading(observe), now, asked, &said, (height.into(), width.into()));
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

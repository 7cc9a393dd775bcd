//! One thread writes the state file. Whatever has arrived while it wrote is decided and written together next, and answered
//! once it is on the disk.

use std::collections::HashMap;
use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::error::StateError;
use super::file::StateFile;
use crate::cake::{Decided, Setup, lead_key, runtime_error};
use crate::pack::{Reply, Worlds};
use crate::protocol::Request;

/// How many updates are written together at most.
const MOST_TOGETHER: usize = 1_000;

/// Takes known keys out of a text.
pub type Masks = Box<dyn Fn(&str) -> String + Send>;

/// A state file, and what was in it restored.
pub struct State {
    file: StateFile,
    masks: Masks,
    restored: u64,
}

impl State {
    /// Opens a state file, or makes one, and restores what it holds in these worlds.
    pub fn open(path: &Path, worlds: &Worlds, masks: Masks) -> Result<Self, StateError> {
        let mut file = StateFile::open(path)?;
        let restored = file.each(|decided| worlds.restore(&decided))?;
        file.append([], Some(&Setup::from(&*worlds.plain().settings)), &masks)?;
        Ok(Self { file, masks, restored })
    }

    /// How many updates it held.
    pub fn restored(&self) -> u64 {
        self.restored
    }
}

/// What the writing thread is to do.
enum Job {
    Update(Box<Update>),
    Configure(Box<Setup>),
}

/// A request that is to be decided, and who waits for the answer.
struct Update {
    worlds: Arc<Worlds>,
    request: Request,
    at: Timestamp,
    answer: oneshot::Sender<Reply>,
}

/// The way to the writing thread. It ends, and closes the file, when this goes.
pub(in crate::mock) struct Keeper {
    jobs: Option<Sender<Job>>,
    writing: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Begins to write.
    pub(in crate::mock) fn start(state: State) -> Self {
        let (jobs, to_do) = channel();
        let writing = thread::spawn(move || write(state, &to_do));
        Self { jobs: Some(jobs), writing: Some(writing) }
    }

    /// From here on the instance is set up like this.
    pub(in crate::mock) fn configure(&self, setup: Setup) {
        self.send(Job::Configure(Box::new(setup)));
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Where the thread has ended, whoever waits for an answer learns of it by that.
            let _ = jobs.send(job);
        }
    }

    /// Has a request decided together with what else has arrived; it is on the disk then.
    pub(in crate::mock) async fn decide(&self, worlds: &Arc<Worlds>, request: &Request, at: Timestamp) -> Reply {
        let (answer, answered) = oneshot::channel();
        let (worlds, request) = (Arc::clone(worlds), request.clone());
        self.send(Job::Update(Box::new(Update { worlds, request, at, answer })));
        answered
            .await
            .unwrap_or_else(|_| failed("the thread that writes the state file has ended; start caketester again"))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(writing) = self.writing.take() {
            // A panic in there was shown already.
            let _ = writing.join();
        }
    }
}

fn failed(why: &str) -> Reply {
    Reply::new(runtime_error(), None, format!("nothing was recorded: {why}"))
}

fn write(state: State, jobs: &Receiver<Job>) {
    let State { mut file, masks, .. } = state;
    // One that could not be kept is kept with the next updates.
    let mut setup = None;
    while let Ok(first) = jobs.recv() {
        let mut updates = Vec::new();
        for job in iter::once(first).chain(jobs.try_iter().take(MOST_TOGETHER - 1)) {
            match job {
                Job::Update(update) => updates.push(update),
                Job::Configure(new) => setup = Some(new),
            }
        }
        let weighed = weigh(&updates);
        let kept = file.append(weighed.iter().map(|(_, decided)| decided), setup.as_deref(), &masks);
        if kept.is_ok() {
            setup = None;
        }
        for (update, (reply, decided)) in updates.into_iter().zip(weighed) {
            let reply = match &kept {
                Ok(()) => {
                    update.worlds.restore(&decided);
                    reply
                }
                Err(error) => failed(&error.in_short()),
            };
            // Whoever has gone away meanwhile has been decided on all the same.
            let _ = update.answer.send(reply);
        }
    }
}

/// Decides on updates in their order. Nobody else decides meanwhile, so none of them has to be taken back.
fn weigh(updates: &[Box<Update>]) -> Vec<(Reply, Decided)> {
    let mut queued: HashMap<String, u64> = HashMap::new();
    let mut decide = |update: &Update| {
        let Update { worlds, request, at, .. } = update;
        let params = request.params();
        let lead = lead_key(&params.get("lead_id").unwrap_or_default()).into_owned();
        let before = queued.entry(lead).or_default();
        let weighed = worlds.route(&params).weigh(request, &params, *at, *before);
        *before += 1;
        weighed
    };
    updates.iter().map(|update| decide(update)).collect()
}

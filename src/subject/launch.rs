//! How a client that is a program is started: its arguments, its environment, and how long it may take.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::process::Command;

use super::conclusion::{Case, SubjectError, Trace};
use super::environment::Environment;
use super::placeholders::{PlaceholderError, Template};
use super::running::{Running, describe};

/// A program with its arguments, which can be started any number of times.
#[derive(Debug)]
pub struct Launch {
    program: OsString,
    arguments: Vec<Template>,
    pub(super) timeout: Duration,
    scratch: PathBuf,
    environment: Environment,
    starts: AtomicUsize,
}

impl Launch {
    /// A program with its arguments, that is started for each update or `once` for all. `scratch` is a directory that exists; every
    /// start gets one of its own in it. `env` looks up variables that the program would inherit.
    pub fn new(
        program: OsString,
        (arguments, once): (&[String], bool),
        timeout: Duration,
        scratch: PathBuf,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PlaceholderError> {
        let arguments = arguments.iter().map(|argument| Template::parse(argument, once)).collect::<Result<_, _>>()?;
        let (environment, starts) = (Environment::new(env), AtomicUsize::new(0));
        Ok(Self { program, arguments, timeout, scratch, environment, starts })
    }

    /// A directory for the files of one start, under a name that no other start can guess.
    pub(super) fn new_directory(&self) -> Result<PathBuf, SubjectError> {
        // The standard library seeds each of these at random.
        let name = RandomState::new().hash_one(self.starts.fetch_add(1, Ordering::Relaxed));
        let directory = self.scratch.join(format!("start-{name:016x}"));
        let what = "make a directory for the client's files";
        std::fs::create_dir(&directory).map_err(|source| SubjectError::Harness { what, source })?;
        Ok(directory)
    }

    /// Runs the program once, with these values in the place of names. `told` is what its environment says of what is to be
    /// reported. What it started may go on until `settled`. There is no exit status if its time was up.
    pub(super) async fn run(
        &self,
        case: &Case,
        value: impl Fn(&str) -> String,
        told: &[(&str, &OsStr)],
        settled: impl Future<Output = ()>,
    ) -> Result<(Option<ExitStatus>, Trace), SubjectError> {
        let arguments: Vec<String> = self.arguments.iter().map(|argument| argument.fill(&value)).collect();
        let mut command = Command::new(&self.program);
        command.args(&arguments).env_remove("CAKE_SUB_STATUS").envs(told.iter().copied());
        self.environment.apply(&mut command, case);
        let program = self.program.to_string_lossy().into_owned();
        let command_line = shell_words::join(std::iter::once(&program).chain(&arguments));
        let started = Instant::now();
        let (exit, trace) = Running::start(command)?.watch(self.timeout, &case.key, settled).await?;
        let trace = Trace {
            command: Some(command_line),
            exit: Some(exit.map_or_else(|| "ended by caketester".into(), describe)),
            timed_out: exit.is_none(),
            elapsed: started.elapsed(),
            ..trace
        };
        Ok((exit, trace))
    }
}

//! A client that is a program: started once a step, ended with all it started when its time is up.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::process::Command;

use super::conclusion::{Case, Concluded, Conclusion, Subject, SubjectError};
use super::environment::Environment;
use super::exit_codes::ExitCodes;
use super::outcome_file;
use super::placeholders::{PlaceholderError, Template, fields_json};
use super::running::{Running, describe};
use crate::protocol::Outcome;

/// A program with its arguments.
#[derive(Debug)]
pub struct Program {
    name: OsString,
    arguments: Vec<Template>,
    exit_codes: ExitCodes,
    timeout: Duration,
    scratch: PathBuf,
    environment: Environment,
    started: AtomicU64,
}

impl Program {
    /// A program with its arguments. `scratch` is a directory for outcome files; it has to exist. `env` looks
    /// variables up that the program would inherit.
    pub fn new(
        name: OsString,
        arguments: &[String],
        exit_codes: ExitCodes,
        timeout: Duration,
        scratch: PathBuf,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PlaceholderError> {
        let arguments = arguments.iter().map(|argument| Template::parse(argument)).collect::<Result<_, _>>()?;
        Ok(Self {
            name,
            arguments,
            exit_codes,
            timeout,
            scratch,
            environment: Environment::new(env),
            started: AtomicU64::new(0),
        })
    }

    fn command(&self, arguments: &[String], case: &Case, outcome_file: &Path) -> Command {
        let mut command = Command::new(&self.name);
        let update = &case.update;
        command
            .args(arguments)
            .env("CAKE_LEAD_ID", &update.lead_id)
            .env("CAKE_STATUS", &update.status)
            .env("CAKE_FIELDS", fields_json(case))
            .env("CAKETESTER_OUTCOME", outcome_file);
        match &update.sub_status {
            Some(sub_status) => command.env("CAKE_SUB_STATUS", sub_status),
            None => command.env_remove("CAKE_SUB_STATUS"),
        };
        self.environment.apply(&mut command, case);
        command
    }
}

impl Subject for Program {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let outcome_file = self.scratch.join(format!("outcome-{number}.json"));
        let arguments: Vec<String> = self.arguments.iter().map(|argument| argument.fill(&case)).collect();
        let program = self.name.to_string_lossy().into_owned();
        let command_line = shell_words::join(std::iter::once(&program).chain(&arguments));
        let started = Instant::now();

        let mut running = Running::start(self.command(&arguments, &case, &outcome_file))?;
        let (exit, mut trace) = running.watch(self.timeout, &case.key, std::future::ready(())).await?;
        trace.command = Some(command_line);
        trace.timed_out = exit.is_none();
        trace.patience = Some(self.timeout);
        trace.elapsed = started.elapsed();

        let said = read_outcome_file(&outcome_file);
        let (verdict, code) = match (exit, said) {
            (None, _) => (Concluded::None(format!("it did not end within {:?} and was ended", self.timeout)), None),
            (Some(_), Err(broken)) => (Concluded::None(broken), None),
            (Some(status), Ok(Some(said))) if status.code().is_some() => {
                trace.notes.extend(self.contradiction(status, said.outcome));
                (Concluded::Outcome(said.outcome), said.code)
            }
            (Some(status), Ok(_)) => (self.by_exit_code(status), None),
        };
        trace.exit = Some(exit.map_or_else(|| "ended by caketester".into(), describe));
        Ok(Conclusion { verdict, code, trace })
    }
}

impl Program {
    /// The file counts; but who says two things may mean either. Exit code 0 is also what a program that says its
    /// outcome in the file ends with.
    fn contradiction(&self, status: ExitStatus, said: Outcome) -> Option<String> {
        let other =
            self.exit_codes.outcome(status.code()?).filter(|meant| *meant != said && *meant != Outcome::Updated)?;
        Some(format!("its outcome file has {said}, but its exit code means {other}; the file counts"))
    }

    fn by_exit_code(&self, status: ExitStatus) -> Concluded {
        let known = self.exit_codes.in_words();
        match status.code() {
            None => Concluded::None(format!("it crashed: {}", describe(status))),
            Some(code) => match self.exit_codes.outcome(code) {
                Some(outcome) => Concluded::Outcome(outcome),
                None => Concluded::None(format!("it crashed: exit code {code} means no outcome; these do: {known}")),
            },
        }
    }
}

fn read_outcome_file(path: &Path) -> Result<Option<outcome_file::Said>, String> {
    let unreadable = |error: io::Error| format!("the outcome file cannot be read: {error}");
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        // Opening a named pipe would wait for a writer that is gone.
        Ok(metadata) if !metadata.is_file() => return Err("the outcome file is not a regular file".into()),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(outcome_file::LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    // It has served its purpose; the directory goes at the end of the run in any case.
    let _ = std::fs::remove_file(path);
    outcome_file::read(&bytes)
}

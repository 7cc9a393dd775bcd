//! A client that is a program: started once a step, ended with all it started when its time is up.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::Command;

use super::conclusion::{Case, Concluded, Conclusion, Subject, SubjectError};
use super::exit_codes::ExitCodes;
use super::launch::Launch;
use super::outcome_file;
use super::placeholders::{PlaceholderError, Template, fields_json};
use super::running::describe;
use crate::protocol::{Outcome, Update};

/// A program with its arguments.
#[derive(Debug)]
pub struct Program {
    launch: Launch,
    exit_codes: ExitCodes,
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
        Ok(Self { launch: Launch::new(name, arguments, timeout, scratch, env), exit_codes })
    }
}

impl Subject for Program {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let directory = self.launch.new_directory()?;
        let outcome_file = directory.join("outcome");
        let Update { lead_id, status, sub_status, .. } = &case.update;
        let tell = |command: &mut Command| {
            command
                .env("CAKE_LEAD_ID", lead_id)
                .env("CAKE_STATUS", status)
                .env("CAKE_FIELDS", fields_json(&case))
                .env("CAKETESTER_OUTCOME", &outcome_file);
            match sub_status {
                Some(sub_status) => command.env("CAKE_SUB_STATUS", sub_status),
                None => command.env_remove("CAKE_SUB_STATUS"),
            };
        };
        let fill = |argument: &Template| argument.fill(&case);
        let (exit, mut trace) = self.launch.run(&case, fill, tell, std::future::ready(())).await?;
        let patience = self.launch.timeout;
        trace.patience = Some(patience);

        let said = outcome_file::read_file(&outcome_file);
        // It has served its purpose; what is left goes at the end of the run in any case.
        let _ = std::fs::remove_dir_all(&directory);
        let (verdict, code) = match (exit, said) {
            (None, _) => (Concluded::None(format!("it did not end within {patience:?} and was ended")), None),
            (Some(_), Err(broken)) => (Concluded::None(broken), None),
            (Some(status), Ok(Some(said))) if status.code().is_some() => {
                trace.notes.extend(self.contradiction(status, said.outcome));
                (Concluded::Outcome(said.outcome), said.code)
            }
            (Some(status), Ok(_)) => (self.by_exit_code(status), None),
        };
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

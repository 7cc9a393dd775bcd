//! A client that is a program: started once a step, ended with all it started when its time is up.

use std::ffi::OsStr;
use std::process::ExitStatus;

use super::conclusion::{Case, Concluded, Conclusion, Subject, SubjectError};
use super::exit_codes::ExitCodes;
use super::launch::Launch;
use super::outcome_file;
use super::running::describe;
use crate::protocol::Outcome;

/// A program, and what its exit codes mean.
#[derive(Debug)]
pub struct Program {
    /// The program, to be started for each update.
    pub launch: Launch,
    /// What its exit codes mean.
    pub exit_codes: ExitCodes,
}

impl Subject for Program {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let directory = self.launch.new_directory()?;
        let outcome_file = directory.join("outcome");
        let fields = case.value("fields");
        let mut told = vec![
            ("CAKE_LEAD_ID", OsStr::new(&case.update.lead_id)),
            ("CAKE_STATUS", OsStr::new(&case.update.status)),
            ("CAKE_FIELDS", OsStr::new(&fields)),
            ("CAKETESTER_OUTCOME", outcome_file.as_os_str()),
        ];
        told.extend(case.update.sub_status.as_ref().map(|sub_status| ("CAKE_SUB_STATUS", OsStr::new(sub_status))));
        let ready = std::future::ready(());
        let (exit, mut trace) = self.launch.run(&case, |name| case.value(name), &told, ready).await?;
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
        match status.code().map(|code| (code, self.exit_codes.outcome(code))) {
            None => Concluded::None(format!("it crashed: {}", describe(status))),
            Some((_, Some(outcome))) => Concluded::Outcome(outcome),
            Some((code, None)) => {
                let known = self.exit_codes.in_words();
                Concluded::None(format!("it crashed: exit code {code} means no outcome; these do: {known}"))
            }
        }
    }
}

//! A client that is a program and runs once, as a nightly job or a test suite does: it finds every update in a file, and
//! hands every outcome back in another.

use super::cases::{BatchCase, TableFormat, write};
use super::conclusion::{Case, SubjectError, Trace};
use super::launch::Launch;
use super::outcomes::Outcomes;
use super::running::describe;

/// A program, and the form of its file of cases.
#[derive(Debug)]
pub struct BatchProgram {
    /// The program, to be started once for all updates.
    pub launch: Launch,
    /// The form of the file.
    pub format: TableFormat,
}

/// What came of a batch.
#[derive(Debug)]
pub struct BatchEnd {
    /// What the program told; nothing of an update is a mistake of the program's, not of the file's.
    pub outcomes: Outcomes,
    /// How it went.
    pub trace: Trace,
    /// What is to be said of its exit code and of the file of outcomes.
    pub notes: Vec<String>,
}

impl BatchProgram {
    /// Runs the program once. Its place is that of `at`, whose update does not count. What it started may go on until
    /// `settled`.
    pub async fn run(
        &self,
        at: &Case,
        cases: &[BatchCase],
        settled: impl Future<Output = ()>,
    ) -> Result<BatchEnd, SubjectError> {
        // A program may leave more than its outcomes there, such as a table, and no later start is to find that.
        let directory = self.launch.new_directory()?;
        let cases_file = directory.join(format!("cases.{}", self.format.ending()));
        // Either form is understood in it, so its name promises none.
        let outcomes_file = directory.join("outcomes");
        let harness = |source| SubjectError::Harness { what: "write the file of cases", source };
        std::fs::write(&cases_file, write(cases, self.format)).map_err(harness)?;
        let value = |name: &str| match name {
            "cases" => cases_file.to_string_lossy().into_owned(),
            "outcomes" => outcomes_file.to_string_lossy().into_owned(),
            other => at.value(other),
        };
        let told = [("CAKETESTER_CASES", cases_file.as_os_str()), ("CAKETESTER_OUTCOMES", outcomes_file.as_os_str())];
        let (exit, mut trace) = self.launch.run(at, value, &told, settled).await?;
        let mut notes = Vec::new();
        match exit {
            None => trace.notes.push(format!(
                "the program did not end within {:?} and was ended; --timeout gives it longer",
                self.launch.timeout
            )),
            Some(status) if status.success() => {}
            // A test suite whose own assertions fail ends with another code than 0, and that says nothing of its requests.
            Some(status) => notes.push(format!(
                "the program ended with {}; in a batch that alone fails nothing: its requests and outcomes are judged",
                describe(status)
            )),
        }
        let outcomes = Outcomes::read(&outcomes_file, at.key.redactor());
        let nothing = "the program wrote no outcomes: it has to write them into the file that CAKETESTER_OUTCOMES names (or {outcomes})";
        let outcomes =
            outcomes.map_err(|error| error.to_string()).and_then(|told| told.ok_or_else(|| nothing.to_owned()));
        let outcomes = outcomes.unwrap_or_else(|why| {
            notes.push(why);
            Outcomes::default()
        });
        notes.extend(outcomes.mistake().map(|mistake| format!("the outcomes, {mistake}")));
        Ok(BatchEnd { outcomes, trace, notes })
    }
}

//! Questions on standard output, answers on standard input.

use std::io::{BufRead, StdinLock, Write as _, stdin};

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Asks a person, or whatever is piped in.
pub(in crate::cli) struct Asked<'h> {
    input: StdinLock<'static>,
    pub(in crate::cli) output: Output,
    /// What to do where no answer comes.
    help: &'h str,
}

impl<'h> Asked<'h> {
    pub(in crate::cli) fn new(output: &Output, help: &'h str) -> Self {
        Self { input: stdin().lock(), output: output.clone(), help }
    }

    /// The answer to a question; it may be blank.
    pub(in crate::cli) fn line(&mut self, question: &str) -> Result<String, Failure> {
        let broken = |error: std::io::Error| Failure::usage(format!("cannot read an answer: {error}"));
        write!(self.output, "{question} ").map_err(broken)?;
        let mut line = String::new();
        if self.input.read_line(&mut line).map_err(broken)? == 0 {
            let help = self.help;
            return Err(Failure::usage(format!("there was no answer to {question:?}\n  help: {help}")));
        }
        Ok(line.trim().to_owned())
    }

    /// An answer that is not blank; the question is put until it comes.
    pub(in crate::cli) fn needed(&mut self, question: &str) -> Result<String, Failure> {
        loop {
            let line = self.line(question)?;
            if !line.is_empty() {
                return Ok(line);
            }
        }
    }
}

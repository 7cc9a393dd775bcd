//! Questions on standard output, answers on standard input.

use std::io::{BufRead, StdinLock, stdin};

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

    /// The answer to a question, which may be blank, or nothing where the input has ended.
    pub(in crate::cli) fn answer(&mut self, question: &str) -> Result<Option<String>, Failure> {
        self.output.out(&format!("{question} "));
        let mut line = String::new();
        let read = self.input.read_line(&mut line);
        let read = read.map_err(|error| Failure::usage(format!("cannot read an answer: {error}")))?;
        if read == 0 {
            self.output.out("\n");
        }
        Ok((read > 0).then(|| line.trim().to_owned()))
    }

    /// The answer to a question; it may be blank.
    pub(in crate::cli) fn line(&mut self, question: &str) -> Result<String, Failure> {
        let help = self.help;
        let asked = question.trim_end_matches(['>', '\n']);
        let no_answer = || Failure::usage(format!("there was no answer to: {asked}\n  help: {help}"));
        self.answer(question)?.ok_or_else(no_answer)
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

//! Questions on standard output, answers on standard input.

use std::fmt::Display;
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

    /// The answer to a question that is put until the answer can be read; why another cannot is printed.
    pub(in crate::cli) fn until<T, E: Display>(
        &mut self,
        question: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Failure> {
        loop {
            match read(&self.line(question)?) {
                Ok(read) => return Ok(read),
                Err(why) => self.output.out(&format!("{why}\n")),
            }
        }
    }

    /// An answer that is not blank.
    pub(in crate::cli) fn needed(&mut self, question: &str) -> Result<String, Failure> {
        let given = |line: &str| Some(line.to_owned()).filter(|line| !line.is_empty());
        self.until(question, |line| given(line).ok_or("an answer is needed here"))
    }

    /// Yes or no; the usual one where nothing is answered.
    pub(in crate::cli) fn yes(&mut self, question: &str, usual: bool) -> bool {
        let choice = if usual { "[Y/n]" } else { "[y/N]" };
        let read = |answer: &str| match &*answer.to_lowercase() {
            "" => Ok(usual),
            "y" | "yes" => Ok(true),
            "n" | "no" => Ok(false),
            other => Err(format!("{other:?} is neither y nor n")),
        };
        self.until(&format!("{question} {choice}"), read).unwrap_or(usual)
    }
}

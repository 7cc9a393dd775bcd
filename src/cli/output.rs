//! Everything that leaves the program passes here, and keys are taken out of it.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde_json::Value;

use crate::cli::failure::Failure;
use crate::judge::Report;
use crate::secret::Redactor;
use crate::visible::for_terminal;
use crate::write_whole::{beside, write_whole};

/// The part of a report that is without keys from the beginning.
const EXCHANGES: &str = "exchanges";

/// Standard output, standard error and files, all redacted.
#[derive(Clone)]
pub(in crate::cli) struct Output(Arc<Sink>);

struct Sink {
    redactor: RwLock<Redactor>,
    /// The first failure to write that is not the reader's going away.
    broken: Mutex<Option<String>>,
}

impl Output {
    pub(in crate::cli) fn new() -> Self {
        Self(Arc::new(Sink { redactor: RwLock::default(), broken: Mutex::default() }))
    }

    /// From here on these keys are known by value.
    pub(in crate::cli) fn learn_more(&self, redactor: &Redactor) {
        let mut known = self.0.redactor.write().unwrap_or_else(PoisonError::into_inner);
        *known = std::mem::take(&mut *known).with(redactor);
    }

    /// Prints panics through here too.
    pub(in crate::cli) fn guard_panics(&self) {
        let output = self.clone();
        std::panic::set_hook(Box::new(move |panic| {
            output.err(&format!("this is a bug in caketester; please report it:\n{panic}\n"));
        }));
    }

    pub(in crate::cli) fn redact(&self, text: &str) -> String {
        self.0.redactor.read().unwrap_or_else(PoisonError::into_inner).redact(text).into_owned()
    }

    pub(in crate::cli) fn redact_known(&self, text: &str) -> String {
        self.0.redactor.read().unwrap_or_else(PoisonError::into_inner).redact_known(text).into_owned()
    }

    /// The same report without keys. A rendering may cut texts, and half a key is not recognised afterwards.
    pub(in crate::cli) fn masked(&self, report: &Report) -> Report {
        let masked = serde_json::to_value(report).map(|value| self.mask(value, false));
        let masked = masked.and_then(serde_json::from_value);
        // It is written and read by the same types; if they ever differ, all output is masked as text all the same.
        masked.unwrap_or_else(|_| report.clone())
    }

    fn mask(&self, value: Value, only_known: bool) -> Value {
        match value {
            Value::String(text) if only_known => self.redact_known(&text).into(),
            Value::String(text) => self.redact(&text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.mask(item, only_known)).collect(),
            Value::Object(map) => {
                let masked = map.into_iter().map(|(name, value)| {
                    // The exchanges are without keys already; what only looks like one is a value of an update.
                    let only_known = only_known || name == EXCHANGES;
                    (name, self.mask(value, only_known))
                });
                masked.collect()
            }
            other => other,
        }
    }

    pub(in crate::cli) fn out(&self, text: &str) {
        let text = self.redact(text);
        // Whatever else reads it may want each character as it is.
        let shown = if io::stdout().is_terminal() { for_terminal(&text) } else { text.as_str().into() };
        self.keep_failure(write_all(&mut io::stdout().lock(), &shown));
    }

    pub(in crate::cli) fn err(&self, text: &str) {
        // If standard error cannot be written, there is no other place for a message.
        let _ = self.err_or_fail(text);
    }

    /// What has to be seen before the run goes on.
    pub(in crate::cli) fn err_or_fail(&self, text: &str) -> io::Result<()> {
        write_all(&mut io::stderr().lock(), &for_terminal(&self.redact(text)))
    }

    /// Writes a file whole, or not at all.
    pub(in crate::cli) fn file(&self, path: &Path, text: &str) -> Result<(), Failure> {
        Self::put(path, &self.redact(text))
    }

    /// The same of a text that has been masked part by part, by what each part is.
    pub(in crate::cli) fn file_of_masked(&self, path: &Path, text: &str) -> Result<(), Failure> {
        Self::put(path, &self.redact_known(text))
    }

    fn put(path: &Path, text: &str) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::cannot_write(path, error);
        if path.is_dir() {
            return Err(failed(is_a_directory()));
        }
        // A link stays a link, and what it leads to is written.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.exists() && !path.is_file() {
            // A pipe or a device is written to; something else in its place would be of no use.
            let mut device = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            return device.write_all(text.as_bytes()).map_err(failed);
        }
        write_whole(path, text).map_err(failed)
    }

    /// Adds to the end of a file that others write to as well.
    pub(in crate::cli) fn append(&self, path: &Path, text: &str) -> Result<(), String> {
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let written = opened.and_then(|mut file| file.write_all(self.redact(text).as_bytes()));
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// Why standard output could not be written, if it could not.
    pub(in crate::cli) fn broken(&self) -> Option<String> {
        self.0.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A reader that has gone away (`| head`) has seen what it wanted.
    fn keep_failure(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.0.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.to_string());
        }
    }
}

/// Refuses to begin where a file that is written at the end would take another's place, or could not be written: the
/// run takes minutes. Leaves nothing behind, and touches no file that exists.
pub(in crate::cli) fn insist_on_a_place_for_each(paths: &[&Path]) -> Result<(), Failure> {
    if let Some((_, path)) = paths.iter().enumerate().find(|(at, path)| paths[..*at].contains(path)) {
        let message = format!("two files of this run would be written to {}; nothing was sent", path.display());
        return Err(Failure::usage(format!("{message}\n  help: give each of them a name of its own")));
    }
    for path in paths {
        try_place(path).map_err(|error| {
            let help = "name a file in a directory that can be written to; a directory that is not there is made";
            Failure::usage(format!("cannot write {}: {error}; nothing was sent\n  help: {help}", path.display()))
        })?;
    }
    Ok(())
}

/// Finds what would stop a file from being written, without writing it.
fn try_place(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(is_a_directory());
    }
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        // Opening a pipe would wait for its reader, or end its reading.
        return Ok(());
    }
    let mut missing = beside(&path);
    let absolute = std::path::absolute(&path)?;
    for directory in absolute.ancestors().skip(1) {
        match directory.metadata() {
            Ok(found) if found.is_dir() => break,
            Ok(_) => return Err(io::Error::other(format!("{} is not a directory", directory.display()))),
            // It would be made, under the name it has.
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing = beside(directory),
            Err(error) => return Err(error),
        }
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(&missing)?;
    std::fs::remove_file(&missing)
}

fn is_a_directory() -> io::Error {
    io::Error::other("it is a directory")
}

fn write_all(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Output;
    use crate::secret::{Redactor, Secret};

    #[test]
    fn every_text_of_a_report_is_masked_before_it_is_rendered() {
        let output = Output::new();
        output.learn_more(&Redactor::new([Secret::new("a-key-of-this-test")]));
        let text = json!({
            "texts": ["x a-key-of-this-test, api_key=b", { "deep": "a%2Dkey-of-this-test" }],
            "exchanges": [{ "head": "note=api_key=b&x=a-key-of-this-test" }],
            "number": 1
        });
        let masked = json!({
            "texts": ["x ***, api_key=***", { "deep": "***" }],
            "exchanges": [{ "head": "note=api_key=b&x=***" }],
            "number": 1
        });
        assert_eq!(output.mask(text, false), masked);
    }
}

//! How a client is started, as a person wrote it: what could not work, or would put a key into a file, is refused.

use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::secret::Redactor;
use crate::subject::Template;
use crate::support::without_random_words;

/// The variables that hold the update, for a client that is started once per update, and for a batch.
const UPDATE: &str = "CAKE_LEAD_ID";
const CASES: &str = "CAKETESTER_CASES";

/// Whether the words hold a placeholder, or one of the files they name reads a variable with the update. A placeholder
/// that is probably misspelled is an error.
pub(in crate::cli) fn gets_the_update(words: &[String], batch: bool) -> Result<bool, Failure> {
    let templates = words.iter().map(|word| Template::parse(word, batch)).collect::<Result<Vec<_>, _>>()?;
    let variable = if batch { CASES } else { UPDATE };
    Ok(templates.iter().any(Template::has_placeholder) || words.iter().any(|word| mentions(word, variable)))
}

/// What to say of a command line that gives the client nothing.
pub(in crate::cli) fn gets_nothing(batch: bool) -> String {
    let (variable, placeholders) = if batch { (CASES, "{cases} {outcomes}") } else { (UPDATE, "{lead_id} {status}") };
    format!(
        "the program gets no update: there is no placeholder in its arguments, and no file named there reads {variable}\n  help: add \
         {placeholders} behind it, or have it read {variable}; `caketester client --help` has all of both"
    )
}

/// Refuses a key: what is written is a file that goes into a repository.
pub(in crate::cli) fn without_a_key(words: &[String]) -> Result<(), Failure> {
    let line = words.join(" ");
    let by_name = Redactor::default().redact(&line) != line;
    // In a path such words are the names of directories.
    let is_path = |word: &String| word.contains(['/', '\\']) || Path::new(word).exists();
    let by_look = words.iter().any(|word| !is_path(word) && without_random_words(word) != *word);
    if !by_name && !by_look {
        return Ok(());
    }
    let help =
        "write {api_key} in its place, or have the program read CAKE_API_KEY; caketester gives it the key of the mock";
    Err(Failure::usage(format!(
        "the command line holds what looks like an API key, which no file may hold\n  help: {help}"
    )))
}

/// Whether a word names a file with this text in it. A program may be in a directory of `PATH`.
fn mentions(word: &str, text: &str) -> bool {
    /// A larger file is hardly a script, and would take long to read.
    const LARGEST: u64 = 64 << 20;
    let path = PathBuf::from(word);
    let is_read = path.metadata().is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
    is_read && std::fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

//! What `caketester why` prints: nothing leaves without having been looked through for keys.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::support::without_random_words;

/// Prints something for programs.
pub(super) fn print_json(told: &impl Serialize, output: &Output) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(told).map_err(|error| Failure::new(Exit::Harness, error.to_string()))?;
    output.out(&format!("{}\n", hidden(&text, output)));
    Ok(())
}

/// A text without keys, and without words that could be keys.
pub(super) fn hidden(text: &str, output: &Output) -> String {
    without_random_words(&output.redact(text)).into_owned()
}

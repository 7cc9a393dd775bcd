//! Environment and terminal, as the command line sees them, and the way out.

use std::io::IsTerminal;
use std::num::NonZero;

use jiff::civil::Date;

use crate::cli::output::Output;

/// What is known of the process's surroundings.
pub struct Context<'c> {
    /// Looks a variable of the environment up.
    pub env: &'c dyn Fn(&str) -> Option<String>,
    /// The names of its variables.
    pub variables: Vec<String>,
    /// Whether this is a CI system.
    pub ci: bool,
    /// Whether output is coloured.
    pub color: bool,
    /// Whether a person watches: both streams are terminals.
    pub live: bool,
    /// How many processors there are.
    pub processors: usize,
    /// Everything that leaves the program.
    pub(in crate::cli) output: Output,
}

impl<'c> Context<'c> {
    /// The surroundings of this process.
    pub fn of_process(env: &'c dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let off = |value: &str| value.is_empty() || value == "0" || value.eq_ignore_ascii_case("false");
        let live = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        Self {
            env,
            variables: std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect(),
            ci: env("CI").is_some_and(|value| !off(&value)),
            color: live && !is_set("NO_COLOR") && env("TERM").as_deref() != Some("dumb"),
            live,
            processors: std::thread::available_parallelism().map_or(1, NonZero::get),
            output: Output::new(),
        }
    }
}

/// The day, wherever on earth it is.
pub(in crate::cli) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

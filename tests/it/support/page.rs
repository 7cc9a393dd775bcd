//! A run as one text that a snapshot holds: the command, the exit code and all it said. What differs from run to run and
//! from machine to machine is given a name; whatever else changes has to be looked at and accepted.

use super::Ran;

/// What is replaced in every snapshot: a pattern, and what stands in its place.
pub(crate) const FILTERS: &[(&str, &str)] = &[
    // Any temporary directory, and where caketester itself is.
    (r#"[^\s"'=:(,]*[/\\]\.tmp[A-Za-z0-9]{6}"#, "[DIR]"),
    (r#"[^\s"'=:(,]*[/\\]target[/\\]debug[/\\]caketester(\.exe)?"#, "caketester"),
    // The client is a test binary, and says so.
    (r"\[CLIENT\] --exact support::clients::plays_a_client --nocapture", "[CLIENT]"),
    (r"(?m)^ +stdout\n +\| \n +\| running 1 test\n", ""),
    (r" +\d+ ms\b", " [TIME]"),
    (r"\b\d+\.\d+ s\b", "[TIME]"),
    (r"\b(127\.0\.0\.1|localhost|\[::1\]):\d{4,5}\b", "$1:[PORT]"),
    (r"\b20\d\d-\d\d-\d\d(T[\d:.]+Z)?\b", "[DATE]"),
    (r"\b[0-9a-f]{64}\b", "[DIGEST]"),
    (r"\bcaketester \d+\.\d+\.\d+[-+.\w]*", "caketester [VERSION]"),
    // Each system has its own words.
    (r"[^:\n]+ \(os error \d+\)", " [OS ERROR]"),
    // Each new scenario and rule changes how many there are; none at all stays visible.
    (r"\b\d{3,} (scenarios|steps|passed|not run)\b", "[N] $1"),
    (r"\b[1-9]\d* checks?\b", "[N] checks"),
    (r"\b[1-9]\d* rules: ", "[N] rules: "),
    (r"\b[1-9]\d* kept,", "[N] kept,"),
    (r"\b[1-9]\d* not exercised\n", "[N] not exercised\n"),
];

/// Compares with a snapshot, filtered by [`FILTERS`]: `assert_snapshot!(ran.exits_with(1).page())`, with `@""` behind it
/// for one that stands in the test.
macro_rules! assert_snapshot {
    ($($arguments:tt)*) => {
        insta::with_settings!(
            { filters => $crate::support::page::FILTERS.iter().copied(), omit_expression => true },
            { insta::assert_snapshot!($($arguments)*) }
        )
    };
}
pub(crate) use assert_snapshot;

impl Ran {
    /// The command, its exit code and all it said.
    pub(crate) fn page(&self) -> String {
        self.page_of(&self.stdout)
    }

    /// The same without the lines of the scenarios that passed, for a run of many.
    pub(crate) fn page_without_passes(&self) -> String {
        self.page_of(&self.stdout.split_inclusive('\n').filter(|line| !line.starts_with("pass ")).collect::<String>())
    }

    fn page_of(&self, stdout: &str) -> String {
        let code = self.code.map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit code {code}"));
        let mut page = format!("$ {}\n{code}\n", self.command);
        for (stream, text) in [("stdout", &*in_order(stdout)), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                page += &format!("--- {stream}\n{text}");
            }
        }
        let itself = std::env::current_exe().expect("a process knows its program");
        page.replace(&*shell_words::quote(&itself.to_string_lossy()), "[CLIENT]")
    }
}

/// Scenarios that run at once end in any order: lines of theirs that follow each other are sorted.
fn in_order(stdout: &str) -> String {
    let is_of_scenario = |line: &&str| ["pass ", "FAIL "].iter().any(|word| line.starts_with(word));
    let mut lines: Vec<&str> = stdout.split_inclusive('\n').collect();
    lines.chunk_by_mut(|one, next| is_of_scenario(&one) == is_of_scenario(&next)).for_each(|lines| {
        if lines.first().is_some_and(is_of_scenario) {
            lines.sort_unstable();
        }
    });
    lines.concat()
}

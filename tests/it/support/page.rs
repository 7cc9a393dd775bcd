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
    // A script of many lines, and how curl's TLS library numbers what it minds.
    (r"sh -c '(?:[^'\n]|'\\'')*\n(?:[^']|'\\'')*'", "sh -c [SCRIPT]"),
    (r"(?m)^( +\| .*)\b\d{1,2} \d{1,2}$", "$1[CURL]"),
    (r" +\d+ ms\b", " [TIME]"),
    (r"\b\d+\.\d+ s\b", "[TIME]"),
    (r"\b(127\.0\.0\.1|0\.0\.0\.0|localhost|\[::1\]):\d{4,5}\b", "$1:[PORT]"),
    (r#""port":\d+,"pid":\d+,"#, r#""port":[PORT],"pid":[PID],"#),
    (r#""scenarios":\d{3,}"#, r#""scenarios":[N]"#),
    (r"\bcaketester-[0-9a-f]{16}\b", "caketester-[TOKEN]"),
    (r"--port \d{4,5}\b", "--port [PORT]"),
    (r"known since 20\d\d-\d\d-\d\d\b", "known since [DATE]"),
    (r"\b20\d\d-\d\d-\d\d(T[\d:.]+Z| \d\d:\d\d UTC)", "[TIMESTAMP]"),
    (r"\b\d{1,2} [A-Z][a-z]+ 20\d\d(, \d\d:\d\d UTC)?", "[DATE]"),
    (r"\b[0-9a-f]{64}\b", "[DIGEST]"),
    (r"\bcaketester \d+\.\d+\.\d+[-+.\w]*", "caketester [VERSION]"),
    (r"\(\d+\.\d+\.\d+\)", "([VERSION])"),
    // Each system has its own words.
    (r"[^:\n]+ \(os error \d+\)", " [OS ERROR]"),
    // Each new scenario and rule changes how many there are; none at all stays visible.
    (r"\b\d{3,} (scenarios|steps|passed|not run|more)\b", "[N] $1"),
    (r"\b\d{3,} snapshots to\b", "[N] snapshots to"),
    (r"\b\d{3,} of \d{3,} snapshots are\b", "[N] of [N] snapshots are"),
    (
        r"\b\d{2,} scenarios were left out: only a mock (.*) and \d{2,} more\)",
        "[N] scenarios were left out: only a mock $1 and [N] more)",
    ),
    (r"\b\d{2,} not run\b", "[N] not run"),
    (r"partial: \d{2,} of the pack's", "partial: [N] of the pack's"),
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

    /// The same without a line for each scenario, for a run of many.
    pub(crate) fn page_without_scenarios(&self) -> String {
        self.page_of(&self.stdout.split_inclusive('\n').filter(|line| !is_of_scenario(line)).collect::<String>())
    }

    /// The same from the first line on its standard output that begins with this, for the end of a long one.
    #[track_caller]
    pub(crate) fn page_from(&self, beginning: &str) -> String {
        let lines = self.stdout.split_inclusive('\n').skip_while(|line| !line.starts_with(beginning));
        let rest: String = lines.collect();
        assert!(!rest.is_empty(), "no line begins with {beginning:?}\n{}", self.describe());
        self.page_of(&rest)
    }

    /// The same with those lines of its standard output alone that begin with this.
    #[track_caller]
    pub(crate) fn page_of_lines(&self, beginning: &str) -> String {
        let lines: String = self.stdout.split_inclusive('\n').filter(|line| line.starts_with(beginning)).collect();
        assert!(!lines.is_empty(), "no line begins with {beginning:?}\n{}", self.describe());
        self.page_of(&lines)
    }

    fn page_of(&self, stdout: &str) -> String {
        let code = self.code.map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit code {code}"));
        let mut page = format!("$ {}\n{code}\n", self.command);
        for (stream, text) in [("stdout", in_order(stdout)), ("stderr", in_order(&self.stderr))] {
            if !text.is_empty() {
                page += &["--- ", stream, "\n", &text].concat();
            }
        }
        with_client_named(&page)
    }
}

/// A text with `[CLIENT]` in place of the test binary, which plays the clients.
pub(crate) fn with_client_named(text: &str) -> String {
    let itself = std::env::current_exe().expect("a process knows its program");
    text.replace(&*shell_words::quote(&itself.to_string_lossy()), "[CLIENT]")
}

/// What a person reads of an HTML page: its body without the tags, line by line.
pub(crate) fn text_of(html: &str) -> String {
    let (_, body) = html.split_once("<body>").expect("a page has a body");
    let mut text = String::new();
    for piece in body.split('<') {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or(piece, |(_, rest)| rest));
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    with_client_named(&lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// Scenarios that run at once end in any order, and connections that are open at once are logged in any: lines of theirs
/// that follow each other are sorted.
fn in_order(text: &str) -> String {
    let is_of_one = |line: &&str| is_of_scenario(line) || logged(line).is_some();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.chunk_by_mut(|one, next| is_of_one(one) && is_of_one(next)).for_each(|lines| {
        lines.sort_by_key(|line| logged(line).unwrap_or(line).to_owned());
    });
    lines.concat()
}

fn is_of_scenario(line: &str) -> bool {
    ["pass ", "FAIL ", "FLAKY ", "known "].iter().any(|word| line.starts_with(word))
}

/// What is logged on a line, without when.
fn logged(line: &str) -> Option<&str> {
    line.split_once("Z ").filter(|(when, _)| when.starts_with("20") && !when.contains(' ')).map(|(_, what)| what)
}

//! The clipboard, by the programs that each system has for it. What a library puts there under X11 is gone when the program
//! that asked for it ends.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::cli::failure::Failure;

/// A program with its arguments.
type Line = &'static [&'static str];

/// What prints the clipboard and what fills it, in the order in which they are tried.
const PROGRAMS: &[(Line, Line)] = if cfg!(target_os = "macos") {
    &[(&["pbpaste"], &["pbcopy"])]
} else if cfg!(windows) {
    &[(&["powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw"], &["clip"])]
} else {
    &[
        (&["wl-paste", "--no-newline"], &["wl-copy"]),
        (&["xclip", "-selection", "clipboard", "-out"], &["xclip", "-selection", "clipboard"]),
        (&["xsel", "--clipboard", "--output"], &["xsel", "--clipboard", "--input"]),
    ]
};

const HELP: &str = if cfg!(any(windows, target_os = "macos")) {
    "save the ticket as a file, or paste it: caketester why"
} else {
    "install wl-clipboard, xclip or xsel; or paste the ticket: caketester why"
};

/// The text in the clipboard.
pub(super) fn paste() -> Result<Vec<u8>, Failure> {
    let output = first_that_works("read the clipboard", PROGRAMS.iter().map(|(paste, _)| *paste), b"")?;
    Ok(output.stdout)
}

/// Puts a text there.
pub(super) fn copy(text: &str) -> Result<(), Failure> {
    first_that_works("write to the clipboard", PROGRAMS.iter().map(|(_, copy)| *copy), text.as_bytes()).map(|_| ())
}

fn first_that_works(what: &str, lines: impl Iterator<Item = Line>, input: &[u8]) -> Result<Output, Failure> {
    let mut tried = Vec::new();
    for line in lines {
        match run(line, input) {
            Ok(output) if output.status.success() => return Ok(output),
            Ok(output) => tried.push(format!("{}: {}", line[0], String::from_utf8_lossy(&output.stderr).trim())),
            Err(error) => tried.push(format!("{}: {error}", line[0])),
        }
    }
    Err(Failure::usage(format!("cannot {what}: {}\n  help: {HELP}", tried.join("; "))))
}

fn run(line: Line, input: &[u8]) -> std::io::Result<Output> {
    let is_copy = !input.is_empty();
    // What fills the clipboard stays in the background, and would hold a pipe open.
    let out = || if is_copy { Stdio::null() } else { Stdio::piped() };
    let mut command = Command::new(line[0]);
    let mut child = command.args(&line[1..]).stdin(Stdio::piped()).stdout(out()).stderr(out()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    child.wait_with_output()
}

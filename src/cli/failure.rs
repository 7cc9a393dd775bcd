//! Why a command could not do what it was asked: a text for a person, and an exit code.

use std::fmt;
use std::path::Path;

use crate::cake::QuestionError;
use crate::console::ConsoleError;
use crate::judge::Exit;
use crate::mock::{AuthorityError, KeptError, LinesError, StateError};
use crate::pack::{NamesError, PackError};
use crate::plural::plural;
use crate::run::EndpointRunError;
use crate::snapshot::StoreError;
use crate::source::Diagnostic;
use crate::subject::{EndpointError, OutcomesError, PlaceholderError, SubjectError};

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub(in crate::cli) enum Failure {
    Message(Exit, String),
    /// Each brings its own `error:`.
    Mistakes(Vec<Diagnostic>),
}

impl Failure {
    pub(in crate::cli) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self::Message(exit, message.into())
    }

    pub(in crate::cli) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file that cannot be written.
    pub(in crate::cli) fn cannot_write(path: &Path, reason: impl fmt::Display) -> Self {
        Self::new(Exit::Harness, format!("cannot write {}: {reason}", path.display()))
    }

    /// What the system did not let us do, for `map_err`.
    pub(in crate::cli) fn cannot<E: fmt::Display>(what: impl fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self::new(Exit::Harness, format!("cannot {what}: {error}"))
    }

    pub(in crate::cli) fn mistakes(found: Vec<Diagnostic>) -> Self {
        Self::Mistakes(found)
    }

    /// The same, of one of several networks. Diagnostics name its file.
    pub(in crate::cli) fn of_network(self, name: &str) -> Self {
        match self {
            Self::Message(exit, message) => Self::Message(exit, format!("network {name}: {message}")),
            mistakes @ Self::Mistakes(_) => mistakes,
        }
    }

    pub(in crate::cli) fn exit(&self) -> Exit {
        match self {
            Self::Message(exit, _) => *exit,
            Self::Mistakes(_) => Exit::Usage,
        }
    }

    pub(in crate::cli) fn render(&self, color: bool) -> String {
        let style = anstyle::AnsiColor::Red.on_default().bold();
        match self {
            Self::Message(_, message) if color => format!("{style}error{style:#}: {message}\n"),
            Self::Message(_, message) => format!("error: {message}\n"),
            Self::Mistakes(found) => {
                let shown: Vec<String> = found.iter().take(MOST_SHOWN).map(ToString::to_string).collect();
                let more = found.len().saturating_sub(MOST_SHOWN);
                let more = if more > 0 { format!("and {more} more\n\n") } else { String::new() };
                format!("{}\n\n{more}{}\n", shown.join("\n\n"), count(found))
            }
        }
    }
}

/// Without colour, as one answer among others to a person.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

/// How many mistakes are shown: who has more has made the same one over and over.
const MOST_SHOWN: usize = 100;

/// How many mistakes in how many files.
fn count(found: &[Diagnostic]) -> String {
    let mut files: Vec<&str> = found.iter().map(Diagnostic::path).collect();
    files.sort_unstable();
    files.dedup();
    format!("{} in {}", plural(found.len(), "mistake"), plural(files.len(), "file"))
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Mistakes(found) => Self::mistakes(found),
            other => Self::usage(other.to_string()),
        }
    }
}

/// Each kind of error with the exit code that it ends with.
macro_rules! failures {
    ($($error:ty => $exit:expr,)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let exit: fn(&$error) -> Exit = $exit;
                Self::new(exit(&error), error.to_string())
            }
        }
    )*};
}

failures! {
    StoreError => |_| Exit::Usage,
    PlaceholderError => |_| Exit::Usage,
    EndpointError => |_| Exit::Usage,
    NamesError => |_| Exit::Usage,
    QuestionError => |_| Exit::Usage,
    OutcomesError => |_| Exit::Usage,
    KeptError => |_| Exit::Usage,
    AuthorityError => |_| Exit::Harness,
    StateError => of_state,
    ConsoleError => |error| match error {
        ConsoleError::State(error) => of_state(error),
        ConsoleError::Listen { .. } => Exit::Harness,
    },
    LinesError => |error| match error {
        LinesError::State(error) => of_state(error),
        LinesError::Line { .. } => Exit::Usage,
    },
    EndpointRunError => |error| match error {
        EndpointRunError::Unreachable { .. } => Exit::Harness,
        EndpointRunError::Store(_) => Exit::Usage,
    },
    SubjectError => |error| match error {
        SubjectError::CannotStart { .. } => Exit::Usage,
        SubjectError::Harness { .. } | SubjectError::Interrupted => Exit::Harness,
    },
}

fn of_state(error: &StateError) -> Exit {
    match error {
        StateError::Full { .. } | StateError::Locked { .. } | StateError::Unusable { .. } => Exit::Harness,
        _ => Exit::Usage,
    }
}

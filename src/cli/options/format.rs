//! How a result is printed, where nothing but these two makes sense.

use clap::ValueEnum;

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

//! The headings under which `--help` lists options.

/// What is replayed.
pub(in crate::cli) const PACK: &str = "The pack";
/// What of it is run.
pub(in crate::cli) const WHICH: &str = "Which scenarios";
/// What is under test, and how it is reached.
pub(in crate::cli) const CLIENT: &str = "The client";
/// Whose words are spoken.
pub(in crate::cli) const NETWORK: &str = "The network";
/// What passes and what fails.
pub(in crate::cli) const DECIDES: &str = "Verdict";
/// What is written.
pub(in crate::cli) const REPORTS: &str = "Reports";

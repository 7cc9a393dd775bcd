//! The headings under which `--help` lists options.

/// What is put to the client.
pub(super) const WHICH: &str = "Which scenarios";
/// What is under test, and how it is reached.
pub(super) const CLIENT: &str = "The client";
/// Whose words are spoken.
pub(super) const NETWORK: &str = "The network";
/// What passes and what fails.
pub(super) const DECIDES: &str = "What decides";
/// What is written.
pub(super) const REPORTS: &str = "Reports";

//! How much of what a client may have, so that no client takes it from the others.

use std::time::Duration;

/// The bounds of a mock. Whoever goes beyond one loses its connection, or its oldest entry, and nobody else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; for a further one the longest idle one is closed, and where none is idle, it waits until one is.
    pub connections: usize,
    /// Bytes of a request's head; at least 8,192.
    pub head_bytes: usize,
    /// Bytes of a form.
    pub form_bytes: usize,
    /// How long a client may take for a TLS handshake and to send a request, and how long an idle connection stays open.
    pub patience: Duration,
    /// Exchanges in the journal.
    pub journal_entries: usize,
    /// Bytes of the exchanges in the journal.
    pub journal_bytes: usize,
}

impl Limits {
    /// The least that hyper takes for a head.
    pub const SMALLEST_HEAD: usize = 8 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            head_bytes: 64 * 1024,
            form_bytes: 64 * 1024,
            patience: Duration::from_secs(30),
            journal_entries: 10_000,
            journal_bytes: 64 * 1024 * 1024,
        }
    }
}

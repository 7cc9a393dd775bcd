//! What is seen of clients goes to the journal, and to whoever watches.

use std::sync::Arc;

use jiff::Timestamp;

use super::clock::Clock;
use super::connection::Witness;
use super::incident::Incident;
use super::journal::Journal;
use crate::protocol::{Delivery, Exchange};

/// What a watcher is told of.
#[derive(Debug, Clone)]
pub enum Seen {
    /// An exchange that is over.
    Exchange(Arc<Exchange>),
    /// Something else that happened.
    Incident(Incident),
}

/// Called with whatever is seen.
pub type Watcher = Box<dyn Fn(Seen) + Send + Sync>;

/// Keeps the journal, and tells the watcher.
pub(super) struct Notes {
    pub(super) journal: Arc<Journal>,
    pub(super) watcher: Option<Watcher>,
    pub(super) clock: Clock,
}

impl Witness for Notes {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn finished(&self, exchange: Arc<Exchange>) {
        // The journal first: who hears of an exchange can look it up.
        self.journal.add(Arc::clone(&exchange));
        if let Some(watcher) = &self.watcher {
            watcher(Seen::Exchange(exchange));
        }
    }

    fn happened(&self, incident: Incident) {
        self.journal.note(incident.clone());
        if let Some(watcher) = &self.watcher {
            watcher(Seen::Incident(incident));
        }
    }

    fn reset(&self, exchange: &Arc<Exchange>) {
        let reset = Arc::new(Exchange { delivery: Delivery::Reset, ..Exchange::clone(exchange) });
        self.journal.replace(exchange, reset);
    }
}

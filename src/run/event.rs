//! The events of a run, for a live view of it.

use crate::judge::ScenarioReport;

/// Something that happened in a run.
#[derive(Debug)]
pub enum Event<'r> {
    /// The run begins.
    Started {
        /// How many scenarios it has.
        scenarios: usize,
    },
    /// A scenario begins.
    ScenarioStarted {
        /// Its id.
        id: &'r str,
    },
    /// A scenario is over.
    ScenarioFinished(&'r ScenarioReport),
    /// The run is over.
    Finished,
}

/// Watches a run: it is called with each event.
pub type Observer<'o> = dyn FnMut(&Event<'_>) + Send + 'o;

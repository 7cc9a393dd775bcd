//! Without the command line no state is kept, and SQLite is not built: what `state` offers to the mock, of a state that nobody
//! can have.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cake::Setup;
use crate::pack::{Reply, Worlds};
use crate::protocol::Request;

/// A state that is kept; there is none here.
pub enum State {}

/// Who keeps it.
pub(super) enum Keeper {}

impl Keeper {
    pub(super) fn start(state: State) -> Self {
        match state {}
    }

    pub(super) fn configure(&self, _: Setup) {
        match *self {}
    }

    #[expect(clippy::unused_async, reason = "the one that keeps a state waits")]
    pub(super) async fn decide(&self, _: &Arc<Worlds>, _: &Request, _: Timestamp) -> Reply {
        match *self {}
    }
}

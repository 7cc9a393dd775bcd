//! `caketester serve`, and what it keeps.

pub(super) mod log;
pub(super) mod pack_changes;
pub(super) mod serve;
pub(super) mod state;

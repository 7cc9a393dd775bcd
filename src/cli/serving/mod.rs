//! `caketester serve`.

pub(super) mod log;
pub(super) mod pack_changes;
pub(super) mod serve;

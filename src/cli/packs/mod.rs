//! The commands that look at a pack, or change it, and those that explain.

pub(super) mod explain;
pub(super) mod export;
pub(super) mod lead_table;
pub(super) mod new_scenario;
pub(super) mod pack;
pub(super) mod scenarios;
pub(super) mod snapshots;
pub(super) mod topics;

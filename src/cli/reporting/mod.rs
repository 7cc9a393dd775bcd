//! The reports of a run: where they are written, and the commands that read them again.

pub(super) mod master_report;
pub(super) mod report;
pub(super) mod sinks;

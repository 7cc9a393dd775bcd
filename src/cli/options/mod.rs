//! Options that several commands share.

pub(super) mod every_run;
pub(super) mod format;
pub(super) mod given;
pub(super) mod headings;
pub(super) mod open;
pub(super) mod seconds;
pub(super) mod selection;

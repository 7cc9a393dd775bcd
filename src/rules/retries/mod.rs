//! When a client sends an update again, and what.

pub(super) mod answered;
pub(super) mod r02;
pub(super) mod r03;
pub(super) mod r04;
pub(super) mod r05;
pub(super) mod r06;
pub(super) mod r07;

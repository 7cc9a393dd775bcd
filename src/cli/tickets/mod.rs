//! Commands for whoever answers tickets.

mod clipboard;
mod input;
mod log;
mod network;
pub(in crate::cli) mod why;

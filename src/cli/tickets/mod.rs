//! Commands for whoever answers tickets.

mod clipboard;
mod input;
mod log;
mod network;
mod save;
pub(in crate::cli) mod why;

//! Commands for whoever answers tickets.

mod clipboard;
mod input;
mod log;
mod network;
mod page;
mod save;
mod shown;
pub(in crate::cli) mod why;

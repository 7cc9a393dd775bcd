//! Pages over a running instance, on a listener of their own.

mod live_report;
mod server;

pub use server::{Console, ConsoleError};

//! Pages over a running instance, on a listener of their own.

mod live_report;
mod response;
mod server;

pub use response::{HTML, response};
pub use server::{Console, ConsoleError};

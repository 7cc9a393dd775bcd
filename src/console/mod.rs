//! Pages over a running instance, on a listener of their own.

mod http;
mod live_report;
mod server;

pub use http::{HTML, response, serve};
pub use server::{Console, ConsoleError};

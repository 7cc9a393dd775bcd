//! The mock CAKE server: worlds behind a socket, and a journal of what crossed it.

mod capture;
mod connection;
mod fault;
mod head;
mod journal;
mod limits;
mod server;

pub use journal::Journal;
pub use limits::Limits;
pub use server::{Mock, Watcher};

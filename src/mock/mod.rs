//! The mock CAKE server: worlds behind a socket, and a journal of what crossed it.

mod accept;
mod bind;
mod capture;
mod clock;
mod connection;
mod conversation;
mod elsewhere;
mod fault;
mod form;
mod head;
mod heads;
mod incident;
mod journal;
mod kept;
mod limits;
#[cfg(not(feature = "cli"))]
mod no_state;
mod notes;
mod reach;
mod refused;
mod seat;
mod server;
#[cfg(feature = "cli")]
mod state;
mod stream;
mod tls;

#[cfg(not(feature = "cli"))]
use no_state as state;

pub use clock::Clock;
pub use incident::Incident;
pub use journal::Journal;
pub use kept::{Kept, KeptError};
pub use limits::Limits;
pub use notes::{Seen, Watcher};
pub use reach::{HostError, InterceptedHost, Reach};
pub use server::{Mock, Options};
pub use state::State;
#[cfg(feature = "cli")]
pub use state::{LinesError, Masks, StateError, StateFile, export, import};
pub use tls::{Authority, AuthorityError, Identity};

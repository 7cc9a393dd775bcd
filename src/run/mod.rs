//! The drivers: each runs the steps of a pack with a client or an endpoint, and makes one report.

mod batch;
mod client;
mod ending;
mod endpoint;
mod event;
mod gather;
mod lacking;
mod observe;
mod once;
mod transport;
mod trial;

pub use batch::{Batch, check_batch};
pub use client::{ClientRun, check_client};
pub use ending::Ending;
pub use endpoint::{EndpointRun, EndpointRunError, check_endpoint};
pub use event::{Event, Observer};
pub use gather::With;
pub use observe::{ChecklistItem, Observation, Trap};
pub use transport::{Transport, Way, is_about_certificates};

//! A run: the steps of a pack are put to a client or an endpoint, what comes of them is judged, and
//! everything is folded into one report.

mod batch;
mod client;
mod endpoint;
mod event;
mod fold;
mod gather;
mod lacking;
mod observe;
mod once;
mod transport;
mod trial;

pub use batch::{Batch, check_batch};
pub use client::{ClientRun, check_client};
pub use endpoint::{EndpointRun, EndpointRunError, check_endpoint};
pub use event::{Event, Observer};
pub use gather::With;
pub use observe::{Look, Observation, Trap};
pub use transport::{Transport, Way, is_about_certificates};

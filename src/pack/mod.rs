//! A pack: an instance, the scenarios laid over it, and their snapshots; on disk, or built into the binary.

mod expect;
mod files;
mod lint;
mod load;
mod select;
mod world;

pub use expect::{Expected, expected_answers, request_for};
pub use files::{Origin, STANDARD_SCENARIOS, STANDARD_SNAPSHOTS, Table};
pub use load::{Entry, Pack, PackError, load};
pub use select::{Selection, Unmatched};
pub use world::{Reply, World, Worlds};

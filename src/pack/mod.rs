//! A pack: an instance, the scenarios laid over it, and their snapshots; on disk, or built into the binary.

mod digest;
mod error;
mod expect;
mod faults;
mod files;
mod lint;
mod load;
mod model;
mod names;
mod select;
mod sense;
mod stray;
mod world;

pub use digest::digest;
pub use error::PackError;
pub use expect::{Expected, expected_answers, request_for};
pub use files::{Origin, STANDARD_SCENARIOS, STANDARD_SNAPSHOTS, Table};
pub use load::load;
pub use model::{Entry, Pack};
pub use names::{Names, UnknownName};
pub use select::{Selection, Shard, Unmatched, check_glob, nearest_scenario};
pub use world::{Reply, World, Worlds};

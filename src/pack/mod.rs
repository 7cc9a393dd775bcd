//! A pack: an instance, the scenarios laid over it, and their snapshots; on disk, or built into the binary.

mod account;
mod behaviour;
mod bindings;
mod digest;
mod error;
mod expect;
mod faults;
mod files;
mod generated;
mod lint;
mod load;
mod model;
mod names;
mod network;
mod renamed;
mod select;
mod sense;
mod spelling;
mod stray;
mod words;
mod world;

pub use account::{Account, AccountKey};
pub use bindings::NamesError;
pub use digest::digest;
pub use error::PackError;
pub use expect::{Expected, expected_answers, request_for};
pub use files::{Origin, STANDARD_SCENARIOS, STANDARD_SNAPSHOTS, Table};
pub use load::{load, read_instance_file};
pub use model::{BehaviourUsed, Entry, Pack};
pub use names::{Names, NetworkName, WrongName, wrong_name};
pub use network::{Network, NetworkField, NetworkStatus, network_schema};
pub use select::{Selection, Shard, Unmatched, check_glob, nearest_scenario};
pub use world::{Reply, World, Worlds};

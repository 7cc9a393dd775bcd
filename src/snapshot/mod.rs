//! The expected answers of a pack: one insta `.snap` file per step, so that `cargo insta review` works on them as well as we do.
//!
//! | file | what it holds |
//! |---|---|
//! | `text.rs` | the normal form of a body |
//! | `info.rs` | what is known of a body's bytes, for `--exact` |
//! | `file.rs` | one snapshot, and the reader of the format |
//! | `write.rs` | the writer of the format |
//! | `name.rs` | which file belongs to which step |
//! | `error.rs` | why a file could not be read or written |
//! | `disk.rs` | reading, replacing, deleting and listing files |
//! | `store.rs` | the snapshots of a pack, on disk or built in |
//! | `change.rs` | laying answers beside, accepting, rejecting, pruning |
//!
//! `cargo insta` finds these files only below a directory with a `Cargo.toml`, and not in one that is
//! git-ignored; a pending file that it cannot read stops it from showing any. `cargo insta test
//! --unreferenced=delete` deletes all of them, since no assertion of a Rust test names them.

mod change;
mod disk;
mod error;
mod file;
mod info;
mod name;
mod store;
mod text;
mod write;

pub use error::StoreError;
pub use file::Snapshot;
pub use info::{Info, LineEnds, sha256};
pub use name::SnapshotName;
pub use store::Store;

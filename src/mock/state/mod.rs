//! What survives the mock: every decided update, in a SQLite file.

mod error;
mod file;
mod keeper;
mod lines;
mod row;

pub use error::StateError;
pub use file::StateFile;
pub(super) use keeper::Keeper;
pub use keeper::{Masks, State};
pub use lines::{LinesError, export, import};

//! The files people write: YAML read with the place of every value, and mistakes shown where they stand.

mod diagnostic;
mod mistakes;
mod node;
mod place;
mod scanner;
mod schema;
mod shape;
mod shown;
mod slips;
mod tree;
mod yaml;

pub use diagnostic::{Diagnostic, SourceFile};
pub use mistakes::Mistakes;
pub use place::{Located, Place, place_of};
pub use schema::{schema_of, written_schema};
pub use yaml::{quoted, read, read_written_by_program, to_text};

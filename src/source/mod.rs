//! The files people write: YAML read with the place of every value, and mistakes shown where they stand.

mod diagnostic;
mod instead;
mod meant;
mod node;
mod scanner;
mod schema;
mod shape;
mod shown;
mod slips;
mod yaml;

pub use diagnostic::{Diagnostic, Place, SourceFile};
pub use schema::schema_of;
pub use yaml::{Located, place_of, read, read_written_by_program, to_text};

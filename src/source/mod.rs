//! The files people write: YAML read with the place of every value, and mistakes shown where they stand.

mod diagnostic;
mod node;
mod scanner;
mod shape;
mod yaml;

pub use diagnostic::{Diagnostic, Place, SourceFile};
pub use yaml::{Located, place_of, read, to_text};

//! The XML of an answer: written in CAKE's shapes, read by meaning, compared by meaning.

mod compare;
mod read;
mod write;

pub use compare::{Comparison, compare, compare_called};
pub use read::{Reading, Unreadable, read};
pub use write::{Shape, write};

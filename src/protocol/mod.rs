//! What goes over the wire between a buyer and CAKE: the update, its query, and the XML answer.

mod answer;
mod as_text;
mod code;
mod exchange;
mod fault;
mod keys;
mod outcome;
mod query;
mod script;
mod update;
pub mod xml;

pub use answer::Answer;
pub use code::Code;
pub use exchange::{Delivery, Exchange, Request, key_value};
pub use fault::{Fault, FaultKind, FaultPhase, Obstacle, RedirectTo};
pub use keys::{KeyDifference, KeyPlace, KeySent, Keys};
pub use outcome::Outcome;
pub use query::{Params, decode, encode};
pub use script::{JSON, SCRIPT_ERROR, write_for_scripts};
pub use update::{METHOD_NAME, METHOD_PATH, SERVICE_PATH, Update};

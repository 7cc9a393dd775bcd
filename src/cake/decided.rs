//! What CAKE decided on one update. An append-only sequence of these is all that is ever kept of an instance; everything else
//! is a fold over it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::instance::Origin;
use crate::protocol::{Code, Update};

/// One update, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// When it was decided.
    pub at: Timestamp,
    /// The lead ID as it was sent.
    pub lead_id: String,
    /// The buyer whose key it came with; none for a key that is nobody's.
    pub buyer: Option<Arc<str>>,
    /// Which request for this lead it was, refused ones included, from 1; 0 for a lead that the instance does not have.
    pub attempt: u64,
    /// The code that CAKE answers; none where the request lacked a parameter.
    pub code: Option<Code>,
    /// Which check decided, in words without a key.
    pub why: String,
    /// What was recorded; nothing of what was refused, or struck by a fault before.
    pub update: Option<Update>,
    /// Where the lead came from, where the instance has it.
    pub origin: Option<Origin>,
    /// The scenario that the lead belongs to, where it belongs to one.
    pub scenario: Option<Arc<str>>,
}

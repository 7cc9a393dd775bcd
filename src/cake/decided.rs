//! What CAKE decided on one update. An append-only sequence of these is all that is ever kept of an instance; everything else
//! is a fold over it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::instance::{Lead, Sale};
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

/// Where a lead came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The campaign that generated it.
    pub campaign: Arc<str>,
    /// The offer it came through.
    pub offer: Arc<str>,
    /// The vertical it belongs to.
    pub vertical: Arc<str>,
    /// The day it was sold, in the instance's time zone.
    pub sold: Date,
}

impl From<&Lead> for Origin {
    fn from(lead: &Lead) -> Self {
        let Sale { campaign, offer, vertical, sold, .. } = &*lead.sale;
        let [campaign, offer, vertical] = [campaign, offer, vertical].map(Arc::clone);
        Self { campaign, offer, vertical, sold: *sold }
    }
}

//! A simulated CAKE instance. No I/O, no clock, no async: what it is told decides what it answers.

mod decide;
mod instance;
mod ledger;
mod platform;
mod policy;

pub use decide::{Decision, Reason, decide, is_parameter};
pub use instance::{Buyer, Field, FieldKind, Instance, Lead, LeadDefaults, Settings, Status, lead_key};
pub use ledger::{HistoryEntry, HistoryRoom, Ledger, Record, SharedRecord};
pub use platform::{LONGEST_HEAD, LONGEST_QUERY, MISSING_PARAMETER, before_the_method, script_error};
pub use policy::{
    Check, Compression, ForeignLead, FormPost, JsonCall, LetterCase, Messages, MissingParameter, MissingSubStatus,
    Policy, UnknownSubStatus,
};

//! The commands that check a client or an endpoint, and the parts they share.

pub(super) mod account;
pub(super) mod all_at_once;
pub(super) mod baseline;
pub(super) mod certificate;
pub(super) mod check;
pub(super) mod checklist;
pub(super) mod client;
pub(super) mod endpoint;
pub(super) mod fields;
pub(super) mod judge;
pub(super) mod learn;
mod live;
pub(super) mod observe;
pub(super) mod one_update;
pub(super) mod preflight;
pub(super) mod probe;

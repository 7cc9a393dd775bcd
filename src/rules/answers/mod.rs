//! What a client concludes from an answer.

pub(super) mod a06;
pub(super) mod a12;
pub(super) mod codes;
pub(super) mod unusual;

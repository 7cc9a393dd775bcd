//! What a client concludes from an answer.

pub(super) mod a06;
pub(super) mod a07;
pub(super) mod a08;
pub(super) mod a09;
pub(super) mod a10;
pub(super) mod a12;
pub(super) mod codes;

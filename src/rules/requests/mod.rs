//! What a request has to be.

pub(super) mod fields;
pub(super) mod parameters;
pub(super) mod q01;
pub(super) mod q02;
pub(super) mod q03;
pub(super) mod q08;
pub(super) mod q09;
pub(super) mod q11;
pub(super) mod q12;
pub(super) mod q13;
pub(super) mod q14;
pub(super) mod q16;

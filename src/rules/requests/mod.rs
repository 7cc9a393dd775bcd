//! What a request has to be.

pub(super) mod q01;
pub(super) mod q02;
pub(super) mod q03;
pub(super) mod q04;
pub(super) mod q05;
pub(super) mod q06;
pub(super) mod q07;
pub(super) mod q08;
pub(super) mod q09;
pub(super) mod q10;
pub(super) mod q11;
pub(super) mod q12;
pub(super) mod q13;
pub(super) mod q14;
pub(super) mod q15;
pub(super) mod q16;

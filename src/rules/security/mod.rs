//! What becomes of the key, and whom a client trusts.

pub(super) mod s01;
pub(super) mod s02;
pub(super) mod s03;
pub(super) mod s04;
pub(super) mod s05;

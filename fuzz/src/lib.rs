//! What has to hold whatever arrives: one file for each door to the outside. The fuzz targets look for bytes that
//! break it, and `tests/fuzz_smoke.rs` holds what was found, and some thousand bytes more, against it.

pub mod answer;
pub mod query;
pub mod request_head;
pub mod scenario;
pub mod snapshot;
pub mod ticket;

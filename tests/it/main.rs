//! Every black-box test in one binary, so that the library is linked once. What needs an interpreter or a browser says
//! so and is skipped where that is missing, unless `CAKETESTER_REQUIRE_ALL` is 1.

mod architecture;
mod bad_clients;
mod batch;
mod certificate;
mod client;
mod config;
mod docs;
mod endpoint;
mod example_clients;
mod explain;
mod export;
mod faults;
mod fidelity;
mod generated;
mod guard;
mod html;
mod last_failed;
mod limits;
mod mutants;
mod networks;
mod observe;
mod ordinary_clients;
mod platform;
mod readme;
mod repeat;
mod reports;
mod rules;
mod scenarios;
mod secrets;
mod serve;
mod snapshots;
mod stalled;
mod support;
mod tls;
mod true_to_cake;

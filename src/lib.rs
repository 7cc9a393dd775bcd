//! caketester checks a lead buyer's integration with CAKE: a mock CAKE server that replays scenarios,
//! and a runner that holds a client or an endpoint against them.
//!
//! The modules are floors of a house: each imports only from those above it in this list.

pub mod nearest;
mod plural;
pub mod secret;

pub mod protocol;
pub mod source;

pub mod cake;

pub mod scenario;
pub mod snapshot;

pub mod pack;

pub mod mock;
pub mod rules;
pub mod subject;

pub mod judge;

pub mod live;
pub mod run;
pub mod support;

pub mod render;

pub mod console;

pub mod cli;

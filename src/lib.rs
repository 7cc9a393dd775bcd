//! caketester checks a lead buyer's integration with CAKE: a mock CAKE server that replays scenarios,
//! and a runner that holds a client or an endpoint against them.
//!
//! The modules are floors of a house: each imports only from those above it in this list.

#![cfg_attr(not(feature = "cli"), allow(dead_code, reason = "the command line uses more of the mock than tests do"))]

pub mod nearest;
mod plural;
pub mod secret;
mod visible;
mod write_whole;

pub mod protocol;
pub mod source;

pub mod cake;

pub mod scenario;
pub mod snapshot;

pub mod pack;

pub mod mock;
#[cfg(feature = "cli")]
pub mod rules;
#[cfg(feature = "cli")]
pub mod subject;

pub mod cake_mock;
#[cfg(feature = "cli")]
pub mod judge;

#[cfg(feature = "cli")]
pub mod live;
#[cfg(feature = "cli")]
pub mod run;
#[cfg(feature = "cli")]
pub mod support;

#[cfg(feature = "cli")]
pub mod render;

#[cfg(feature = "cli")]
pub mod console;

#[cfg(feature = "cli")]
pub mod cli;

pub use cake_mock::CakeMock;

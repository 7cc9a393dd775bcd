//! What holds for a client: from the command line, variables, the network's file and `caketester.yaml`.

pub(super) mod asked;
pub(super) mod ci;
pub(super) mod command_line;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod config_show;
pub(super) mod init;
pub(super) mod networks;
pub(super) mod settings;
pub(super) mod transport;
pub(super) mod variables;
pub(super) mod wrapper;

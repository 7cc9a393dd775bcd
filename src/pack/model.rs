//! A pack as the rest of the program knows it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digest::{self, Sum};
use super::error::PackError;
use super::files::Origin;
use crate::cake::Instance;
use crate::protocol::Update;
use crate::scenario::Scenario;
use crate::secret::{Redactor, Secret};
use crate::snapshot::Store;

/// A pack, ready to be served or run.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Where it came from.
    pub origin: Origin,
    /// The network whose words it speaks, where it does.
    pub network: Option<String>,
    /// The file that says how its CAKE behaves, where one was laid over it.
    pub behaviour: Option<BehaviourUsed>,
    /// The plain instance: it answers for every lead no scenario owns.
    pub instance: Instance,
    /// The update that shows whether a client sends anything at all.
    pub sample: Update,
    /// The API key a client is given: that of the buyer who buys by default.
    pub key: Secret,
    /// The scenarios, by id.
    pub entries: Vec<Entry>,
    /// The expected answers.
    pub snapshots: Store,
    /// Knows every key of the pack.
    pub redactor: Redactor,
    /// The sums of the files it was loaded from.
    pub(super) sums: Vec<Sum>,
}

impl Pack {
    /// The digest of the pack as it was loaded; later changes of its files do not count.
    pub fn digest(&self) -> Result<String, PackError> {
        digest::of(self.sums.clone(), &self.snapshots)
    }
}

/// A file that says how a CAKE behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourUsed {
    /// Its path.
    pub file: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl fmt::Display for BehaviourUsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (sha256 {})", self.file, self.sha256)
    }
}

/// A scenario with the instance it makes of the pack's.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The scenario.
    pub scenario: Scenario,
    /// Its instance; it holds only the leads the scenario owns.
    pub instance: Instance,
}

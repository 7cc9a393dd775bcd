//! Packs of any size, written to a temporary directory.

use std::path::Path;
use std::rc::Rc;

use tempfile::TempDir;

use crate::Outcome;
use crate::generated::{self, lead_id, owned_lead};
use crate::load::request;

/// How many different requests are sent to a pack.
const REQUESTS: usize = 20_000;

/// A pack with the standard instance, so many leads beside the sample's, and so many scenarios.
pub(crate) struct Generated {
    directory: TempDir,
    leads: usize,
    scenarios: usize,
}

impl Generated {
    pub(crate) fn new(leads: usize, scenarios: usize) -> Outcome<Self> {
        let directory = tempfile::tempdir()?;
        generated::write(directory.path(), leads, scenarios)?;
        Ok(Self { directory, leads, scenarios })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Updates of leads from all over the pack, half of them of scenarios.
    pub(crate) fn requests(&self) -> Rc<[Vec<u8>]> {
        let spread = |at: usize, count: usize| at.wrapping_mul(7_919) % count;
        let update = |at: usize| {
            let lead = if at.is_multiple_of(2) {
                lead_id(spread(at, self.leads))
            } else {
                owned_lead(spread(at, self.scenarios))
            };
            let rest = [("status", "Funded"), ("sub_status", "Full Payment"), ("loan_amount", "25000")];
            request([("api_key", "BuyerAPIKeyHere"), ("lead_id", &lead)].into_iter().chain(rest))
        };
        (0..REQUESTS).map(update).collect()
    }
}

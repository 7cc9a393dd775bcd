//! Packs of any size, written to a temporary directory.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use caketester::pack::STANDARD_SCENARIOS;
use tempfile::TempDir;

use crate::Outcome;
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
        let root = directory.path().join("scenarios");
        fs::create_dir(&root)?;
        let instance = STANDARD_SCENARIOS.iter().find(|(path, _)| *path == "instance.yaml").ok_or("no instance")?.1;
        let mut added = String::from("leads:\n");
        for lead in 0..leads {
            writeln!(added, "  - {{ id: {} }}", lead_id(lead))?;
        }
        fs::write(root.join("instance.yaml"), instance.replace("leads:\n", &added))?;
        for scenario in 0..scenarios {
            let area = root.join(format!("area-{}", scenario / 100));
            fs::create_dir_all(&area)?;
            let text = format!(
                "title: Scenario {scenario}\nwhy: One of many.\nbasis: documented\ntags: [many]\n\
                 update: {{ lead_id: {}, status: Funded, sub_status: Full Payment, fields: {{ loan_amount: 25000 }} }}\n\
                 needs: [sub_status, fields]\ncode: 0\n",
                owned_lead(scenario)
            );
            fs::write(area.join(format!("scenario-{scenario}.yaml")), text)?;
        }
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

fn lead_id(number: usize) -> String {
    format!("A{number:07X}")
}

fn owned_lead(scenario: usize) -> String {
    format!("B{scenario:07X}")
}

//! A pack of any size: the standard instance with many leads, and many scenarios.

use std::fmt::Write as _;
use std::io::{Error, Result};
use std::path::Path;

use caketester::pack::STANDARD_SCENARIOS;

/// Writes it to a directory.
pub(crate) fn write(directory: &Path, leads: usize, scenarios: usize) -> Result<()> {
    let root = directory.join("scenarios");
    std::fs::create_dir(&root)?;
    let instance = STANDARD_SCENARIOS.iter().find(|(path, _)| *path == "instance.yaml");
    let (_, instance) = instance.ok_or_else(|| Error::other("the standard pack has no instance"))?;
    let mut added = String::from("leads:\n");
    for lead in 0..leads {
        // Writing into a String cannot fail.
        let _ = writeln!(added, "  - {{ id: {} }}", lead_id(lead));
    }
    std::fs::write(root.join("instance.yaml"), instance.replace("leads:\n", &added))?;
    for scenario in 0..scenarios {
        let area = root.join(format!("area-{}", scenario / 100));
        std::fs::create_dir_all(&area)?;
        let text = format!(
            "title: Scenario {scenario}\nwhy: One of many.\nbasis: documented\ntags: [many]\n\
             update: {{ lead_id: {}, status: Funded, sub_status: Full Payment, fields: {{ loan_amount: 25000 }} }}\n\
             needs: [sub_status, fields]\ncode: 0\n",
            owned_lead(scenario)
        );
        std::fs::write(area.join(format!("scenario-{scenario}.yaml")), text)?;
    }
    Ok(())
}

pub(crate) fn lead_id(number: usize) -> String {
    format!("A{number:07X}")
}

pub(crate) fn owned_lead(scenario: usize) -> String {
    format!("B{scenario:07X}")
}

//! `caketester scenarios new`: a file that lints, with lead IDs nobody else uses.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use crate::cake::lead_key;
use crate::cli::failure::Failure;
use crate::cli::options::open::read_only;
use crate::pack::{Origin, Pack};
use crate::scenario::ScenarioId;
use crate::source::quoted;

/// A scenario to be written.
pub(in crate::cli) struct NewScenario {
    pub(in crate::cli) id: ScenarioId,
    pub(in crate::cli) text: String,
}

impl NewScenario {
    /// A scenario with this title, in this area, with as many steps as it is to have.
    pub(in crate::cli) fn new(pack: &Pack, title: &str, area: &str, steps: u8) -> Result<Self, Failure> {
        let name = slug(title);
        if name.is_empty() {
            return Err(Failure::usage(format!("the title {title:?} has no letter or digit to make a file name of")));
        }
        let id = ScenarioId::new(&format!("{area}/{name}")).map_err(Failure::usage)?;
        if pack.entries.iter().any(|entry| entry.scenario.id == id) {
            return Err(Failure::usage(format!("there is a scenario {id} already\n  help: give it another title")));
        }
        let status = quoted(&pack.sample.status);
        let sent =
            |lead: &String, indent: &str| format!("update: {{ lead_id: {lead}, status: {status} }}\n{indent}code: 0\n");
        let leads = free_leads(pack, usize::from(steps));
        let sent = match &leads[..] {
            [lead] => sent(lead, ""),
            leads => {
                let steps =
                    (1..).zip(leads).map(|(at, lead)| format!("  - name: step-{at}\n    {}", sent(lead, "    ")));
                format!("steps:\n{}", steps.collect::<String>())
            }
        };
        let title = quoted(title);
        let text = format!(
            "# yaml-language-server: $schema=../../scenario.schema.json\n\
             title: {title}\n\
             basis: assumed # documented, platform or assumed: what CAKE's behaviour here rests on\n\
             why: What goes wrong for a buyer whose client gets this wrong.\n\
             # instance: {{ statuses: {{ remove: [{status}] }} }} # how this CAKE differs from the pack's\n\
             {sent}"
        );
        Ok(Self { id, text })
    }

    /// Writes the file; one that is there already is never overwritten.
    pub(in crate::cli) fn write(&self, pack: &Pack) -> Result<PathBuf, Failure> {
        let Origin::Directory(root) = &pack.origin else { return Err(read_only()) };
        let path = root.join("scenarios").join(format!("{}.yaml", self.id));
        let folder = path.parent().unwrap_or(root);
        let made = std::fs::create_dir_all(folder).and_then(|()| std::fs::File::create_new(&path));
        let written = made.and_then(|mut file| file.write_all(self.text.as_bytes()));
        written.map_err(|error| Failure::cannot_write(&path, error))?;
        Ok(path)
    }
}

/// `A "new" Title` becomes `a-new-title`.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Lead IDs that no scenario owns and the instance does not have, in the range above the standard pack's.
pub(in crate::cli) fn free_leads(pack: &Pack, count: usize) -> Vec<String> {
    let owned = pack.entries.iter().flat_map(|entry| entry.scenario.steps.iter().map(|step| &*step.update.lead_id));
    let taken: BTreeSet<String> =
        owned.chain(pack.instance.leads().map(|lead| &*lead.id)).map(|id| lead_key(id).into_owned()).collect();
    let ids = (0x5A1F_0000_u32..=0x5AFF_FFFF).map(|number| format!("{number:08X}"));
    ids.filter(|id| !taken.contains(id)).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::{NewScenario, slug};
    use crate::pack::{Origin, load};
    use crate::scenario::read_scenario;
    use crate::source::SourceFile;
    use proptest::prelude::*;

    #[test]
    fn a_title_becomes_a_file_name() {
        assert_eq!(slug("A \"new\" Title: 100% + ü"), "a-new-title-100");
        assert_eq!(slug("¿?"), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn whatever_the_title_the_file_can_be_read(title in "[a-z]\\PC{0,20}", steps in 1_u8..4) {
            let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
            let new = NewScenario::new(&pack, &title, "own", steps).unwrap();
            let scenario = read_scenario(new.id, &SourceFile::new("x.yaml", new.text)).unwrap();
            prop_assert_eq!(scenario.title, title);
            prop_assert_eq!(scenario.steps.len(), usize::from(steps));
        }
    }
}

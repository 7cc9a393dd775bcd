//! `caketester scenarios new`: a file that lints, with lead IDs nobody else uses.

use std::collections::BTreeSet;

use crate::cake::lead_key;
use crate::cli::failure::Failure;
use crate::pack::{Origin, Pack};
use crate::scenario::ScenarioId;

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
        let leads = free_leads(pack, usize::from(steps));
        let status = plain_or_quoted(&pack.sample.status);
        let update = |lead: &String| format!("update: {{ lead_id: {lead}, status: {status} }}");
        let sent = match &leads[..] {
            [lead] => format!("{}\ncode: 0\n", update(lead)),
            leads => {
                let step = |(at, lead): (usize, &String)| {
                    format!("  - name: step-{}\n    {}\n    code: 0\n", at + 1, update(lead))
                };
                format!("steps:\n{}", leads.iter().enumerate().map(step).collect::<String>())
            }
        };
        let title = plain_or_quoted(title);
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
    pub(in crate::cli) fn write(&self, pack: &Pack) -> Result<std::path::PathBuf, Failure> {
        let Origin::Directory(root) = &pack.origin else {
            let help = "write it out with `caketester pack export DIR` and use that with `--pack DIR`";
            return Err(Failure::usage(format!("the standard pack is built in and read-only\n  help: {help}")));
        };
        let path = root.join("scenarios").join(format!("{}.yaml", self.id));
        if let Some(area) = path.parent() {
            std::fs::create_dir_all(area).map_err(|error| Failure::cannot_write(area, error))?;
        }
        let file = std::fs::File::create_new(&path).map_err(|error| Failure::cannot_write(&path, error))?;
        std::io::Write::write_all(&mut &file, self.text.as_bytes())
            .map_err(|error| Failure::cannot_write(&path, error))?;
        Ok(path)
    }
}

/// `A "new" Title` becomes `a-new-title`.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// A text as a YAML scalar, in quotes where it would otherwise be read as something else.
fn plain_or_quoted(text: &str) -> String {
    let starts_with_a_letter = text.starts_with(|c: char| c.is_alphabetic());
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-') && text.trim() == text;
    let is_word = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if starts_with_a_letter && is_plain && !is_word {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
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

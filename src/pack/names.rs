//! A network calls its statuses and fields what it likes: the pack's names become the network's.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::Pack;
use crate::cake::Instance;
use crate::nearest::nearest;
use crate::protocol::Update;

/// The pack's names of statuses, sub-statuses and fields, each with the network's.
pub type Names = BTreeMap<String, String>;

/// A name that stands nowhere in the pack: a misspelling, most likely.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pack has no status, sub-status or field called {asked:?}{}", .nearest.as_ref().map_or_else(String::new, |n| format!("\n  help: did you mean {n:?}?")))]
pub struct UnknownName {
    /// The name.
    pub asked: String,
    /// What resembles it.
    pub nearest: Option<String>,
}

impl Pack {
    /// The same pack in the network's words.
    pub fn renamed(mut self, names: &Names) -> Result<Self, UnknownName> {
        let known: Vec<String> = known(&self.instance).collect();
        for asked in names.keys() {
            if !known.contains(asked) {
                let nearest = nearest(asked, known.iter().map(String::as_str)).map(str::to_owned);
                return Err(UnknownName { asked: asked.clone(), nearest });
            }
        }
        rename_instance(&mut self.instance, names);
        rename_update(&mut self.sample, names);
        for entry in &mut self.entries {
            rename_instance(&mut entry.instance, names);
            entry.scenario.steps.iter_mut().for_each(|step| rename_update(&mut step.update, names));
        }
        Ok(self)
    }
}

fn known(instance: &Instance) -> impl Iterator<Item = String> {
    let settings = &instance.settings;
    let statuses =
        settings.statuses.iter().flat_map(|status| std::iter::once(&status.name).chain(&status.sub_statuses));
    statuses.chain(settings.fields.iter().map(|field| &field.name)).cloned()
}

fn rename(name: &mut String, names: &Names) {
    if let Some(new) = names.get(name) {
        name.clone_from(new);
    }
}

fn rename_instance(instance: &mut Instance, names: &Names) {
    let settings = Arc::make_mut(&mut instance.settings);
    for status in &mut settings.statuses {
        rename(&mut status.name, names);
        status.sub_statuses.iter_mut().for_each(|sub_status| rename(sub_status, names));
    }
    settings.fields.iter_mut().for_each(|field| rename(&mut field.name, names));
}

fn rename_update(update: &mut Update, names: &Names) {
    rename(&mut update.status, names);
    if let Some(sub_status) = &mut update.sub_status {
        rename(sub_status, names);
    }
    let fields = std::mem::take(&mut update.fields);
    update.fields = fields
        .into_iter()
        .map(|(mut name, value)| {
            rename(&mut name, names);
            (name, value)
        })
        .collect();
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::pack::{Origin, load};

    fn names(pairs: &[(&str, &str)]) -> Names {
        pairs.iter().map(|(pack, network)| ((*pack).to_owned(), (*network).to_owned())).collect()
    }

    #[test]
    fn every_update_and_every_instance_speaks_the_networks_words() {
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        let pack = pack.renamed(&names(&[("Funded", "Closed - Paid"), ("loan_amount", "amount")])).unwrap();
        assert_eq!(pack.sample.status, "Closed - Paid");
        assert!(pack.sample.fields.contains_key("amount") && !pack.sample.fields.contains_key("loan_amount"));
        let updates = pack.entries.iter().flat_map(|entry| &entry.scenario.steps).map(|step| &step.update);
        assert!(updates.clone().all(|update| update.status != "Funded"));
        assert!(updates.filter(|update| update.status == "Closed - Paid").count() > 100);
        assert!(pack.instance.settings.statuses.iter().any(|status| status.name == "Closed - Paid"));
    }

    #[test]
    fn a_name_that_the_pack_does_not_have_is_told_with_the_nearest() {
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        let error = pack.renamed(&names(&[("funded", "Closed")])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the pack has no status, sub-status or field called \"funded\"\n  help: did you mean \"Funded\"?"
        );
    }
}

//! Which scenarios of a pack are meant.

use super::model::{Entry, Pack};
use crate::nearest::nearest;

/// Which scenarios are meant: all, or those that every kind of condition admits.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids (`codes/wrong-case`) or areas (`codes`); one of them has to fit.
    pub only: Vec<String>,
    /// Tags; one of them has to be there.
    pub tags: Vec<String>,
}

/// A condition that fits no scenario of the pack: a misspelling, most likely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// What was asked for.
    pub asked: String,
    /// What there is that resembles it.
    pub nearest: Option<String>,
}

impl Selection {
    /// The scenarios that are meant, in the pack's order.
    pub fn of<'p>(&self, pack: &'p Pack) -> Vec<&'p Entry> {
        pack.entries.iter().filter(|entry| self.admits(entry)).collect()
    }

    /// Whether a scenario is meant.
    pub fn admits(&self, entry: &Entry) -> bool {
        let scenario = &entry.scenario;
        let id_fits = self.only.iter().any(|only| is_id_or_area(only, entry));
        let tag_fits = self.tags.iter().any(|tag| scenario.tags.contains(tag));
        (self.only.is_empty() || id_fits) && (self.tags.is_empty() || tag_fits)
    }

    /// Every condition that fits nothing.
    pub fn unmatched(&self, pack: &Pack) -> Vec<Unmatched> {
        let scenarios = || pack.entries.iter().map(|entry| &entry.scenario);
        let ids = scenarios().flat_map(|scenario| [scenario.id.as_str(), scenario.id.area()]);
        let tags = scenarios().flat_map(|scenario| scenario.tags.iter().map(String::as_str));
        let only = self.only.iter().filter(|only| !pack.entries.iter().any(|entry| is_id_or_area(only, entry)));
        let tag = self.tags.iter().filter(|tag| scenarios().all(|scenario| !scenario.tags.contains(tag)));
        let unmatched =
            |asked: &String, known: Option<&str>| Unmatched { asked: asked.clone(), nearest: known.map(str::to_owned) };
        only.map(|asked| unmatched(asked, nearest(asked, ids.clone())))
            .chain(tag.map(|asked| unmatched(asked, nearest(asked, tags.clone()))))
            .collect()
    }
}

fn is_id_or_area(asked: &str, entry: &Entry) -> bool {
    let id = &entry.scenario.id;
    asked == id.as_str() || asked.trim_end_matches('/') == id.area()
}

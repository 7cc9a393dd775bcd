//! Which scenarios of a pack are meant.

use std::collections::BTreeSet;

use super::model::{Entry, Pack};
use crate::nearest::nearest;
use crate::scenario::ScenarioId;

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
    /// Every tag there is, where a tag was asked for.
    pub tags: Vec<String>,
}

/// The scenario that an id was probably meant to be. Its name alone, without the area, is one of the likeliest mistakes.
pub fn nearest_scenario<'p>(pack: &'p Pack, asked: &str) -> Option<&'p str> {
    let ids = || pack.entries.iter().map(|entry| &entry.scenario.id);
    let called = |name: &str| ids().find(|id| id.name() == name).map(ScenarioId::as_str);
    called(asked)
        .or_else(|| nearest(asked, ids().map(ScenarioId::as_str)))
        .or_else(|| called(nearest(asked, ids().map(ScenarioId::name))?))
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
        let areas = || scenarios().map(|scenario| scenario.id.area());
        let tags: BTreeSet<&str> = scenarios().flat_map(|scenario| scenario.tags.iter().map(String::as_str)).collect();
        let only = self.only.iter().filter(|only| !pack.entries.iter().any(|entry| is_id_or_area(only, entry)));
        let only = only.map(|asked| Unmatched {
            asked: asked.clone(),
            nearest: nearest(asked, areas()).or_else(|| nearest_scenario(pack, asked)).map(str::to_owned),
            tags: Vec::new(),
        });
        let tag = self.tags.iter().filter(|tag| !tags.contains(tag.as_str()));
        let tag = tag.map(|asked| Unmatched {
            asked: asked.clone(),
            nearest: nearest(asked, tags.iter().copied()).map(str::to_owned),
            tags: tags.iter().map(ToString::to_string).collect(),
        });
        only.chain(tag).collect()
    }
}

fn is_id_or_area(asked: &str, entry: &Entry) -> bool {
    let id = &entry.scenario.id;
    asked == id.as_str() || asked.trim_end_matches('/') == id.area()
}

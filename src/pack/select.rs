//! Which scenarios of a pack are meant.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Which part of all that, where it is spread over several machines.
    pub shard: Option<Shard>,
}

/// One of several parts of a selection, `2/4` for example. Scenarios are dealt out in turn, so that the parts are of one
/// size, and neighbours, which are often alike, are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which one, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// Whether the scenario at this place of the selection belongs to it.
    fn has(self, place: usize) -> bool {
        place % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            Some((_, 0)) => Err("a run has one shard at least: 1/1".into()),
            Some((number, of)) => {
                Err(format!("there is no shard {number} of {of}: the first is 1/{of}, the last {of}/{of}"))
            }
            None => Err("it is of the form NUMBER/OF, for example 2/4".into()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
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
        self.positions(pack).into_iter().map(|at| &pack.entries[at]).collect()
    }

    /// Where they stand in the pack.
    pub fn positions(&self, pack: &Pack) -> Vec<usize> {
        let admitted = (0..pack.entries.len()).filter(|at| self.admits(&pack.entries[*at]));
        let in_shard = |(place, _): &(usize, usize)| self.shard.is_none_or(|shard| shard.has(*place));
        admitted.enumerate().filter(in_shard).map(|(_, at)| at).collect()
    }

    /// Whether a scenario is meant, in whichever shard.
    fn admits(&self, entry: &Entry) -> bool {
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

#[cfg(test)]
mod tests {
    use super::{Selection, Shard};
    use crate::pack::{Origin, Pack, load};

    fn pack() -> Pack {
        load(Origin::Standard, &|_| None).unwrap().0
    }

    #[test]
    fn the_shards_of_a_selection_have_each_of_its_scenarios_once() {
        let pack = pack();
        for only in [vec![], vec!["codes".to_owned()], vec!["codes/success".to_owned()]] {
            let whole = Selection { only, ..Selection::default() };
            for of in [1, 2, 3, 7] {
                let shards: Vec<Vec<usize>> = (1..=of)
                    .map(|number| Selection { shard: Some(Shard { number, of }), ..whole.clone() }.positions(&pack))
                    .collect();
                let (least, most) = (shards.iter().map(Vec::len).min(), shards.iter().map(Vec::len).max());
                assert!(most.unwrap() - least.unwrap() <= 1);
                let mut all = shards.concat();
                all.sort_unstable();
                assert_eq!(all, whole.positions(&pack));
            }
        }
    }

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        assert_eq!("2/4".parse(), Ok(Shard { number: 2, of: 4 }));
        for wrong in ["0/4", "5/4", "0/0", "1", "1/", "a/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}

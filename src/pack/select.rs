//! Which scenarios of a pack are meant.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use glob::{MatchOptions, Pattern};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expect::expected_answers;
use super::model::{Entry, Pack};
use crate::nearest::nearest;
use crate::protocol::Code;
use crate::scenario::ScenarioId;

/// Which scenarios are meant: all, or those that every kind of condition admits.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids (`codes/wrong-case`), areas (`codes`) or globs of either (`*/wrong-*`); one of them has to fit.
    pub only: Vec<String>,
    /// Tags; one of them has to be there.
    pub tags: Vec<String>,
    /// Codes; CAKE has to answer one of them to a step or an attempt.
    pub codes: Vec<Code>,
    /// The ids that each further condition admits, where there are any: what is known of rules and of reports is worked
    /// out elsewhere.
    pub among: Vec<BTreeSet<String>>,
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
            None => Err("write N/TOTAL, for example 2/4".into()),
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
    /// The option that was probably meant.
    pub nearest: Option<String>,
    /// What there is of its kind, where that is no long list: the tags, or the codes.
    pub known: Option<(&'static str, Vec<String>)>,
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
        let admitted = (0..pack.entries.len()).filter(|at| self.admits(pack, &pack.entries[*at]));
        let in_shard = |(place, _): &(usize, usize)| self.shard.is_none_or(|shard| shard.has(*place));
        admitted.enumerate().filter(in_shard).map(|(_, at)| at).collect()
    }

    /// Whether a scenario is meant, in whichever shard.
    fn admits(&self, pack: &Pack, entry: &Entry) -> bool {
        let scenario = &entry.scenario;
        (self.only.is_empty() || self.only.iter().any(|only| fits(only, entry)))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| scenario.tags.contains(tag)))
            && (self.codes.is_empty() || answers(pack, entry).any(|code| self.codes.contains(&code)))
            && self.among.iter().all(|ids| ids.contains(scenario.id.as_str()))
    }

    /// Every condition that fits nothing.
    pub fn unmatched(&self, pack: &Pack) -> Vec<Unmatched> {
        let scenarios = || pack.entries.iter().map(|entry| &entry.scenario);
        let areas = || scenarios().map(|scenario| scenario.id.area());
        let ids = || scenarios().map(|scenario| scenario.id.as_str());
        let tags: BTreeSet<&str> = scenarios().flat_map(|scenario| scenario.tags.iter().map(String::as_str)).collect();
        let only = self.only.iter().filter(|only| !pack.entries.iter().any(|entry| fits(only, entry)));
        let only = only.map(|asked| Unmatched {
            asked: format!("fits {asked:?}"),
            nearest: tags.contains(asked.as_str()).then(|| format!("--tag {asked}")).or_else(|| {
                let id = asked.trim_start_matches("scenarios/").trim_end_matches(".yaml");
                let named = areas().chain(ids()).find(|known| *known == id);
                let named = named.or_else(|| nearest(asked, areas())).or_else(|| nearest_scenario(pack, id));
                named.map(|named| format!("--only {named}"))
            }),
            known: None,
        });
        let tag = self.tags.iter().filter(|tag| !tags.contains(tag.as_str()));
        let tag = tag.map(|asked| Unmatched {
            asked: format!("has the tag {asked:?}"),
            nearest: nearest(asked, tags.iter().copied())
                .map(|tag| format!("--tag {tag}"))
                .or_else(|| areas().find(|area| area == asked).map(|area| format!("--only {area}"))),
            known: (!tags.is_empty()).then(|| ("tags", tags.iter().map(ToString::to_string).collect())),
        });
        let codes: BTreeSet<Code> = if self.codes.is_empty() {
            BTreeSet::new()
        } else {
            pack.entries.iter().flat_map(|entry| answers(pack, entry)).collect()
        };
        let code = self.codes.iter().filter(|code| !codes.contains(code)).map(|asked| Unmatched {
            asked: format!("answers with code {asked}"),
            nearest: None,
            known: (!codes.is_empty()).then(|| ("codes", codes.iter().map(ToString::to_string).collect())),
        });
        only.chain(tag).chain(code).collect()
    }
}

/// Whether this is a pattern and no name; the error says what is wrong with it.
pub fn check_glob(asked: &str) -> Result<bool, String> {
    if is_glob(asked) {
        Pattern::new(asked).map_err(|error| format!("{} (character {})", error.msg, error.pos + 1))?;
    }
    Ok(is_glob(asked))
}

fn is_glob(asked: &str) -> bool {
    asked.contains(['*', '?', '['])
}

/// Whether a scenario is the one, is in the area, or fits the glob. A `*` stays on its side of the `/`.
fn fits(asked: &str, entry: &Entry) -> bool {
    const OPTIONS: MatchOptions =
        MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };
    let id = &entry.scenario.id;
    let area = asked.trim_end_matches('/');
    let is_like = |glob: &str, name: &str| Pattern::new(glob).is_ok_and(|glob| glob.matches_with(name, OPTIONS));
    asked == id.as_str()
        || area == id.area()
        || is_glob(asked) && (is_like(asked, id.as_str()) || is_like(area, id.area()))
}

/// The codes that a client which does everything right is answered.
fn answers(pack: &Pack, entry: &Entry) -> impl Iterator<Item = Code> {
    expected_answers(pack, entry).into_iter().filter_map(|expected| expected.reply.code)
}

#[cfg(test)]
mod tests {
    use super::{Selection, Shard, check_glob};
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

    fn selected(pack: &Pack, only: &str) -> Vec<String> {
        let selection = Selection { only: vec![only.to_owned()], ..Selection::default() };
        selection.of(pack).into_iter().map(|entry| entry.scenario.id.to_string()).collect()
    }

    #[test]
    fn a_glob_fits_ids_and_areas_and_its_star_stays_on_its_side_of_the_slash() {
        let pack = pack();
        assert_eq!(selected(&pack, "codes/*"), selected(&pack, "codes"));
        assert_eq!(selected(&pack, "c?des/succes?"), ["codes/success"]);
        assert_eq!(selected(&pack, "[c]ode*"), selected(&pack, "codes"));
        assert_eq!(selected(&pack, "*").len(), pack.entries.len());
        assert_eq!(selected(&pack, "codes*success"), Vec::<String>::new());
        let wrong = selected(&pack, "*/status-*");
        assert!(wrong.iter().all(|id| id.contains("/status-")) && wrong.len() > 1, "{wrong:?}");
        assert_eq!((check_glob("codes"), check_glob("codes/*")), (Ok(false), Ok(true)));
        assert!(check_glob("codes/[").unwrap_err().ends_with(" (character 7)"));
    }
}

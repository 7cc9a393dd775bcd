//! The rules that a conforming client keeps, a file for each, or for a few that are alike: what a rule asks, why, an example of either kind, and how
//! it is checked. Which rules apply to a step follows from what happens in it.

mod answers;
mod breach;
mod concluded;
mod evidence;
mod follows;
mod id;
mod keyless;
mod libraries;
mod requests;
mod retries;
mod rule;
mod security;
mod values;

use std::collections::BTreeSet;

pub use breach::{Breach, Weight};
pub use evidence::{Evidence, FollowedAway, ObstacleMet};
pub use follows::follows;
pub use id::RuleId;
pub use keyless::keyless;
pub use libraries::InLibraries;
pub use rule::{Level, Rule, Takes};

/// Every rule, the most basic first.
pub static RULES: [Rule; 40] = [
    requests::q13::RULE,
    requests::q02::RULE,
    requests::q01::RULE,
    requests::q16::RULE,
    requests::q08::RULE,
    requests::q03::RULE,
    requests::parameters::Q04,
    requests::parameters::Q05,
    requests::parameters::Q06,
    requests::fields::Q07,
    requests::q09::RULE,
    requests::fields::Q10,
    requests::fields::Q15,
    requests::q11::RULE,
    requests::q12::RULE,
    requests::q14::RULE,
    answers::codes::A01,
    answers::codes::A02,
    answers::codes::A03,
    answers::codes::A04,
    answers::codes::A05,
    answers::unusual::A10,
    answers::unusual::A08,
    answers::unusual::A07,
    answers::unusual::A09,
    answers::a12::RULE,
    answers::a06::RULE,
    retries::r05::RULE,
    retries::r06::RULE,
    retries::answered::R01,
    retries::r02::RULE,
    retries::r04::RULE,
    retries::r03::RULE,
    retries::r07::RULE,
    retries::answered::R08,
    security::s03::RULE,
    security::s04::RULE,
    security::s05::RULE,
    security::s01::RULE,
    security::s02::RULE,
];

/// The rules of a run: all of them, unless some are muted.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    muted: BTreeSet<RuleId>,
}

impl Rules {
    /// The same with one rule switched off. Tests use it to show that each rule is needed.
    #[must_use]
    pub fn muting(mut self, rule: RuleId) -> Self {
        self.muted.insert(rule);
        self
    }

    /// Every rule that applies to a step, with the ways in which it was broken there.
    pub fn check(&self, seen: &Evidence) -> impl Iterator<Item = (&'static Rule, Vec<Breach>)> {
        RULES.iter().filter_map(|rule| {
            let breaches = (rule.check)(seen)?;
            Some((rule, if self.muted.contains(&rule.id) { vec![] } else { breaches }))
        })
    }
}

/// The rule with this ID, in any letter case.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.as_str().eq_ignore_ascii_case(id))
}

impl RuleId {
    /// What the rule takes to be judged.
    pub fn takes(self) -> Takes {
        RULES.iter().find(|rule| rule.id == self).map_or(Takes::Wire, |rule| rule.takes)
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, follows, rule};

    #[test]
    fn each_rule_has_an_id_of_its_own_and_follows_only_more_basic_ones() {
        for (at, rule) in RULES.iter().enumerate() {
            let before: Vec<_> = RULES[..at].iter().map(|rule| rule.id).collect();
            assert!(!before.contains(&rule.id), "{} twice", rule.id);
            for follows in follows(rule.id) {
                assert!(before.contains(follows), "{} follows {follows}, which is not more basic", rule.id);
            }
        }
    }

    #[test]
    fn what_to_do_names_where_the_options_of_http_libraries_are_listed() {
        for id in ["S01", "S02", "Q08", "R04"] {
            let help = rule(id).unwrap().help(None);
            let place = format!("; `caketester explain {id}` has the option in 10 HTTP libraries");
            assert!(help.ends_with(&place), "{help}");
        }
    }

    #[test]
    fn each_rule_is_told_in_whole_words() {
        for rule in &RULES {
            for text in [rule.title, rule.why, rule.bad, rule.good, rule.change] {
                assert!(text.len() > 8 || text == "uses GET", "{}: {text:?}", rule.id);
                assert!(!text.contains('\n') && text.trim() == text, "{}: {text:?}", rule.id);
            }
            assert!(!rule.title.ends_with('.') && rule.why.ends_with(['.', '?']), "{}", rule.id);
        }
    }
}

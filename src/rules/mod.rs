//! The rules that a conforming client keeps, one file each: what a rule asks, why, an example of either kind, and how
//! it is checked. Which rules apply to a step follows from what happens in it.

mod a01;
mod a02;
mod a03;
mod a04;
mod a05;
mod a06;
mod a07;
mod a08;
mod a09;
mod a10;
mod a12;
mod disguise;
mod evidence;
mod outcomes;
mod q01;
mod q02;
mod q03;
mod q04;
mod q05;
mod q06;
mod q07;
mod q08;
mod q09;
mod q10;
mod q11;
mod q12;
mod q13;
mod q14;
mod q15;
mod q16;
mod r01;
mod r02;
mod r03;
mod r04;
mod r05;
mod r06;
mod r07;
mod r08;
mod rule;
mod s01;
mod s02;
mod s03;
mod s04;
mod s05;
mod values;

use std::collections::BTreeSet;

pub use evidence::{Evidence, Guard};
pub use rule::{Breach, Level, Rule, RuleId, Weight};

/// Every rule, the most basic first.
pub static RULES: [Rule; 40] = [
    q13::RULE,
    q02::RULE,
    q01::RULE,
    q16::RULE,
    q08::RULE,
    q03::RULE,
    q04::RULE,
    q05::RULE,
    q06::RULE,
    q07::RULE,
    q09::RULE,
    q10::RULE,
    q15::RULE,
    q11::RULE,
    q12::RULE,
    q14::RULE,
    a01::RULE,
    a02::RULE,
    a03::RULE,
    a04::RULE,
    a05::RULE,
    a10::RULE,
    a08::RULE,
    a07::RULE,
    a09::RULE,
    a12::RULE,
    a06::RULE,
    r05::RULE,
    r06::RULE,
    r01::RULE,
    r02::RULE,
    r04::RULE,
    r03::RULE,
    r07::RULE,
    r08::RULE,
    s03::RULE,
    s04::RULE,
    s05::RULE,
    s01::RULE,
    s02::RULE,
];

/// The rules of a run: all of them, unless some are muted.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    muted: BTreeSet<RuleId>,
}

impl Rules {
    /// The same with a rule that nobody breaks any more. Tests show with it that each rule is needed.
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

/// The rule of this ID, in whatever letter case.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.0.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn each_rule_has_an_id_of_its_own_and_follows_only_more_basic_ones() {
        for (at, rule) in RULES.iter().enumerate() {
            let before: Vec<_> = RULES[..at].iter().map(|rule| rule.id).collect();
            assert!(!before.contains(&rule.id), "{} twice", rule.id);
            for follows in rule.follows {
                assert!(before.contains(follows), "{} follows {follows}, which is not more basic", rule.id);
            }
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

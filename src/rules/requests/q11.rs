//! Q11: keeps the query to 2,048 characters.

use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Breach, Level, Rule};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q11,
    title: "keeps the query to 2,048 characters",
    level: Level::Should,
    basis: Basis::Platform,
    why: "IIS answers HTTP 404 to a longer query, before CAKE sees it.",
    bad: "every letter percent-encoded, or parameters nobody asked for",
    good: "only what the update needs, letters and digits as they are",
    change: "encode only what has to be encoded, and send only the parameters of the update",
    check,
    ..Rule::PLAIN
};

/// What IIS takes by default.
const LONGEST_QUERY: usize = 2_048;

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if seen.step.update.query(seen.key).len() > LONGEST_QUERY {
        // Nobody can report this one.
        return None;
    }
    Evidence::each(seen.readable(), |exchange| {
        let length = exchange.request.query().len();
        let breach = || {
            Breach::new("the query is longer than IIS takes")
                .instead(format!("{LONGEST_QUERY} characters at most"), format!("{length} characters"))
        };
        if length > LONGEST_QUERY { vec![breach()] } else { vec![] }
    })
}

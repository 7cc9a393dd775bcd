//! Q11: keeps the query to 2,048 characters and the whole head to 16 KB.

use crate::cake::{LONGEST_HEAD, LONGEST_QUERY};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q11,
    title: "keeps the query to 2,048 characters, and all headers to 16 KB",
    level: Level::Should,
    basis: Basis::Platform,
    why: "IIS answers HTTP 404 to a longer query and HTTP 400 to longer headers, before CAKE sees them.",
    bad: "every letter percent-encoded, needless parameters, or a cookie jar that grows",
    good: "only what the update needs, letters and digits as they are",
    change: "encode only what has to be encoded, and send only the parameters of the update and the headers it needs",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if seen.step.update.query(seen.key).len() > LONGEST_QUERY {
        // Nobody can report this one.
        return None;
    }
    Evidence::each(seen.readable(), |exchange| {
        let hidden = exchange.keys.as_ref().map_or((0, 0), |keys| (keys.hidden_in_query, keys.hidden_in_head));
        let query = exchange.request.query().len().saturating_add_signed(hidden.0);
        let head = exchange.request.raw_head.len().saturating_add_signed(hidden.1);
        let too_long = |what: &str, limit: usize, length: usize, unit: &str| {
            let breach = Breach::new(format!("{what} longer than IIS takes"));
            breach.instead(format!("{limit} {unit} at most"), format!("{length} {unit}"))
        };
        let of_query = (query > LONGEST_QUERY).then(|| too_long("the query is", LONGEST_QUERY, query, "characters"));
        let of_head = (head > LONGEST_HEAD).then(|| too_long("the headers are", LONGEST_HEAD, head, "bytes"));
        of_query.into_iter().chain(of_head).collect()
    })
}

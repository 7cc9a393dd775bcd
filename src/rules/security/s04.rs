//! S04: prints no key.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Takes};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S04,
    title: "prints no key",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Output ends up in log files, CI pages and tickets.",
    bad: "a log line with the whole URL, its query included",
    good: "a log line without the query, or with the key masked",
    change: "leave the query out of the log, or mask the key in it; mind what the HTTP library prints with an error",
    restrains: true,
    takes: Takes::Output,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let breach = |stream| {
        Breach::new(format!(
            "the client printed the key to its {stream} (what is shown of it below has the key masked)"
        ))
    };
    (seen.requests > 0 || seen.obstacle.is_some()).then(|| seen.printed_key.iter().map(breach).collect())
}

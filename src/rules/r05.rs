//! R05: repeats the same update, not a changed one.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::Params;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("R05"),
    title: "repeats the same update, not a changed one",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Calling again sets the status anew. A repeat with another status, or with a field left out, silently replaces what the first one recorded.",
    bad: "the second attempt leaves out sub_status, or takes the next lead of the queue",
    good: "the same query again",
    change: "build the query once, and send the same one with each attempt",
    follows: &[super::q04::RULE.id, super::q05::RULE.id, super::q06::RULE.id, super::q07::RULE.id, super::q08::RULE.id],
    restrains: false,
    optional: true,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let calls = seen.calls();
    let (first, others) = calls.split_first()?;
    if others.is_empty() {
        return None;
    }
    let changed = |other: &&Params| !same(first, other);
    let breach = |_| Breach::new("the client repeated the update with other parameters");
    Some(others.iter().find(changed).map(breach).into_iter().collect())
}

/// Whether two requests say the same, in whatever order.
fn same(a: &Params, b: &Params) -> bool {
    let within = |a: &Params, b: &Params| a.names().all(|name| a.get(name) == b.get(name));
    within(a, b) && within(b, a)
}

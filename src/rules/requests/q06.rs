//! Q06: sends `sub_status` exactly where the update has one, and none where it has none.

use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::{NOTHING, parameter};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q06,
    title: "sends sub_status exactly where the update has one, and none where it has none",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A sub-status belongs to its status and is compared letter by letter too. One that is left over from another lead is refused, or worse, recorded.",
    bad: "sub_status=full+payment; sub_status=None or null if the update has none",
    good: "sub_status=Full+Payment; no sub_status, or an empty one, if the update has none",
    change: "send the sub-status exactly, and leave it out or empty if the update has none",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let expected = seen.step.update.sub_status.as_deref();
    let is_missing = |breach: &Breach| breach.instead.as_ref().is_some_and(|(_, seen)| seen == NOTHING);
    let ask = |breach: Breach| {
        if !is_missing(&breach) {
            return breach;
        }
        breach.change(
            "does the client send sub-statuses? If it does not, say so: `can: { sub_status: false }` in caketester.yaml, or \
             --cannot sub_status; if it does, send it as sub_status",
        )
    };
    Evidence::each(seen.first_call(), |params| parameter("sub_status", params, expected).into_iter().map(ask).collect())
}

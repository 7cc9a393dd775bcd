//! Q05: sends status exactly as configured.

use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::parameter;
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q05,
    title: "sends status exactly as configured",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE looks for a status of exactly this name. Another letter case or another space is another name: code 3.",
    bad: "status=funded, status=FUNDED, status=InProgress",
    good: "status=Funded, status=In+Progress",
    change: "send the status exactly as the network spells it: no trimming, no change of case, no code of your own",
    check: |seen| {
        Evidence::each(seen.first_call(), |params| parameter("status", params, Some(&seen.step.update.status)))
    },
    ..Rule::PLAIN
};

//! Q04: sends `lead_id` once, as given.

use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::parameter;
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q04,
    title: "sends lead_id once, as given",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The CAKE Lead ID is a name, not a number, usually eight upper-case hexadecimal digits. Another spelling is another lead, or none.",
    bad: "lead_id=c8097f17 for C8097F17; 5 for 00000005; 1E5 read as a number",
    good: "lead_id=C8097F17, as it came with the lead",
    change: "keep the lead ID as a text, in the letter case and with the zeros it came with",
    check: |seen| {
        Evidence::each(seen.first_call(), |params| parameter("lead_id", params, Some(&seen.step.update.lead_id)))
    },
    ..Rule::PLAIN
};

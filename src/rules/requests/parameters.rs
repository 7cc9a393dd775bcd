//! Q04 to Q06: sends the lead ID, the status and the sub-status as the update has them.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};
use crate::rules::values::{NOTHING, parameter};

pub(in crate::rules) const Q04: Rule = Rule {
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

pub(in crate::rules) const Q05: Rule = Rule {
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

pub(in crate::rules) const Q06: Rule = Rule {
    id: RuleId::Q06,
    title: "sends sub_status exactly where the update has one, and none where it has none",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A sub-status belongs to its status and is compared letter by letter too. One that is left over from another lead is refused, or worse, recorded.",
    bad: "sub_status=full+payment; sub_status=None or null if the update has none",
    good: "sub_status=Full+Payment; no sub_status, or an empty one, if the update has none",
    change: "send the sub-status exactly, and leave it out or empty if the update has none",
    check: sub_status,
    ..Rule::PLAIN
};

fn sub_status(seen: &Evidence) -> Option<Vec<Breach>> {
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

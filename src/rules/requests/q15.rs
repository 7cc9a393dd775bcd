//! Q15: sends the value of a custom field unchanged.

use crate::protocol::Params;
use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::{Sent, changed, sent};
use crate::scenario::{Basis, Need};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q15,
    title: "sends the value of a custom field unchanged",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE records what arrives. A value that was trimmed, cut, rounded or tidied on its way is a different value, and no error shows it.",
    bad: "policy_number=417 for 00417; note=Signed for \"Signed \"",
    good: "policy_number=00417",
    change: "keep the value as a text from where it comes from to the query: no trimming, no conversion to a number, no cutting to a length",
    needs: Some(Need::Fields),
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let fields = &seen.step.update.fields;
    if fields.is_empty() {
        return None;
    }
    let wrong = |params: &Params, (name, value): (&String, &String)| match sent(name, params, value) {
        // What is done to a number is a matter of another rule.
        Sent::Formatted(_) | Sent::Rewritten(_) if seen.is_number(name) => None,
        Sent::Formatted(got) | Sent::Rewritten(got) => Some(changed(name, value, &got, None)),
        Sent::Other(got, how) => Some(changed(name, value, &got, how)),
        Sent::Right | Sent::Missing | Sent::Repeated | Sent::Misencoded(..) => None,
    };
    Evidence::each(seen.first_call(), |params| fields.iter().filter_map(|field| wrong(params, field)).collect())
}

//! Q07: sends custom fields by their field names.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use super::values::parameter;
use crate::scenario::{Basis, Need};

pub(super) const RULE: Rule = Rule {
    id: RuleId("Q07"),
    title: "sends custom fields by their field names",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A field arrives under its field name, not its label. CAKE ignores a name it does not know, and nobody hears of it.",
    bad: "Loan+Amount=25000, loanAmount=25000",
    good: "loan_amount=25000",
    change: "send each custom field under the field name the network configured, with its value as it is",
    follows: &[],
    restrains: false,
    optional: false,
    needs: Some(Need::Fields),
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let fields = &seen.step.update.fields;
    if fields.is_empty() {
        return None;
    }
    Evidence::each(seen.first_call(), |params| {
        fields.iter().flat_map(|(name, value)| parameter(name, params, Some(value))).collect()
    })
}

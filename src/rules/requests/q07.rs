//! Q07: sends custom fields by their field names.

use crate::cake::is_parameter;
use crate::protocol::Params;
use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::{Sent, quoted, sent};
use crate::scenario::{Basis, Need};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q07,
    title: "sends custom fields by their field names",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A field arrives under its field name, not its label. CAKE ignores an unknown name without an error.",
    bad: "Loan+Amount=25000, loanAmount=25000",
    good: "loan_amount=25000",
    change: "send each custom field under the field name that the network configured",
    needs: Some(Need::Fields),
    check,
    ..Rule::PLAIN
};

/// The custom fields that were sent.
fn others<'p>(params: &'p Params<'_>) -> Vec<&'p str> {
    params.names().filter(|name| !is_parameter(name)).collect()
}

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let fields = &seen.step.update.fields;
    if fields.is_empty() {
        return None;
    }
    let missing = |params: &Params, (name, value): (&String, &String)| match sent(name, params, value) {
        Sent::Missing => {
            let breach = Breach::new(format!("{name} was not sent")).instead(quoted(value), "nothing");
            Some(match others(params).join(", ") {
                none if none.is_empty() => breach.change(
                    "does the client send custom fields? If it does, send each under the field name that the network configured; if it \
                     knows a fixed set of fields, say so: `can: { values: false }` in caketester.yaml, or --cannot values; if it sends \
                     none at all: `can: { fields: false }`, or --cannot fields",
                ),
                sent => breach.change(format!(
                    "the client sent {sent}, and not {name}: send each field under the field name that the network configured; if \
                     the client knows a fixed set of fields, say so: `can: {{ values: false }}` in caketester.yaml, or --cannot values"
                )),
            })
        }
        _ => None,
    };
    Evidence::each(seen.first_call(), |params| fields.iter().filter_map(|field| missing(params, field)).collect())
}

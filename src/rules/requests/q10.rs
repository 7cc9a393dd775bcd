//! Q10: sends numbers as plain decimals.

use crate::protocol::Params;
use crate::rules::breach::{Breach, Weight};
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::{Sent, quoted, sent};
use crate::scenario::{Basis, Need};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q10,
    title: "sends numbers as plain decimals",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The article's example is loan_amount=25000 for $25,000. CAKE adds up what it can read as a number; a currency sign or a grouping comma drops out of the sum.",
    bad: "loan_amount=$25,000",
    good: "loan_amount=25000",
    change: "send digits, at most one decimal point and no grouping, whatever the locale of the program",
    needs: Some(Need::Fields),
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let numbers = || seen.step.update.fields.iter().filter(|(name, _)| seen.is_number(name));
    if !numbers().any(|(_, value)| value.parse::<f64>().is_ok()) {
        return None;
    }
    let wrong = |params: &Params, (name, value): (&String, &String)| match sent(name, params, value) {
        Sent::Formatted(got) => {
            Some(Breach::new(format!("{name} was not sent as a plain number")).instead(quoted(value), quoted(&got)))
        }
        // CAKE adds up the same number.
        Sent::Rewritten(got) => {
            let breach = Breach::new(format!("{name} arrived as the same number, written in another way"));
            Some(breach.instead(quoted(value), quoted(&got)).weighs(Weight::Recommended))
        }
        _ => None,
    };
    Evidence::each(seen.first_call(), |params| numbers().filter_map(|number| wrong(params, number)).collect())
}

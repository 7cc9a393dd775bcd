//! Q07, Q10 and Q15: sends custom fields by their field names, numbers as plain decimals, and every value unchanged.

use crate::cake::is_parameter;
use crate::protocol::Params;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Need, Rule, RuleId, Weight};
use crate::rules::values::{Sent, changed, quoted, sent};

pub(in crate::rules) const Q07: Rule = Rule {
    id: RuleId::Q07,
    title: "sends custom fields by their field names",
    level: Level::Must,
    basis: Basis::Documented,
    why: "A field arrives under its field name, not its label. CAKE ignores an unknown name without an error.",
    bad: "Loan+Amount=25000, loanAmount=25000",
    good: "loan_amount=25000",
    change: "send each custom field under the field name that the network configured",
    needs: Some(Need::Fields),
    check: |seen| each_field(seen, missing),
    ..Rule::PLAIN
};

pub(in crate::rules) const Q10: Rule = Rule {
    id: RuleId::Q10,
    title: "sends numbers as plain decimals",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The article's example is loan_amount=25000 for $25,000. CAKE adds up what it can read as a number; a currency sign or a grouping comma drops out of the sum.",
    bad: "loan_amount=$25,000",
    good: "loan_amount=25000",
    change: "send digits, at most one decimal point and no grouping, whatever the locale of the program",
    needs: Some(Need::Fields),
    check: numbers,
    ..Rule::PLAIN
};

pub(in crate::rules) const Q15: Rule = Rule {
    id: RuleId::Q15,
    title: "sends the value of a custom field unchanged",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE records what arrives. A value that was trimmed, cut, rounded or tidied on its way is a different value, and no error shows it.",
    bad: "policy_number=417 for 00417; note=Signed for \"Signed \"",
    good: "policy_number=00417",
    change: "keep the value as a text from where it comes from to the query: no trimming, no conversion to a number, no cutting to a length",
    needs: Some(Need::Fields),
    check: others,
    ..Rule::PLAIN
};

/// What is wrong with each field of the update; nothing where it has none.
fn each_field(seen: &Evidence, wrong: impl Fn(&Params, &str, &str) -> Option<Breach>) -> Option<Vec<Breach>> {
    let fields = &seen.step.update.fields;
    let call = seen.first_call().filter(|_| !fields.is_empty());
    Evidence::each(call, |params| fields.iter().filter_map(|(name, value)| wrong(params, name, value)).collect())
}

fn missing(params: &Params, name: &str, value: &str) -> Option<Breach> {
    let Sent::Missing = sent(name, params, value) else { return None };
    let breach = Breach::new(format!("{name} was not sent")).instead(quoted(value), "nothing");
    let others: Vec<&str> = params.names().filter(|name| !is_parameter(name)).collect();
    Some(match others.join(", ") {
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

fn numbers(seen: &Evidence) -> Option<Vec<Breach>> {
    let mut fields = seen.step.update.fields.iter();
    if !fields.any(|(name, value)| seen.is_number(name) && value.parse::<f64>().is_ok()) {
        return None;
    }
    each_field(seen, |params, name, value| match sent(name, params, value) {
        Sent::Formatted(got) if seen.is_number(name) => {
            Some(Breach::new(format!("{name} was not sent as a plain number")).instead(quoted(value), quoted(&got)))
        }
        // CAKE adds up the same number.
        Sent::Rewritten(got) if seen.is_number(name) => {
            let breach = Breach::new(format!("{name} arrived as the same number, written in another way"));
            Some(breach.instead(quoted(value), quoted(&got)).weighs(Weight::Recommended))
        }
        _ => None,
    })
}

fn others(seen: &Evidence) -> Option<Vec<Breach>> {
    each_field(seen, |params, name, value| match sent(name, params, value) {
        // What is done to a number is a matter of another rule.
        Sent::Formatted(_) | Sent::Rewritten(_) if seen.is_number(name) => None,
        Sent::Formatted(got) | Sent::Rewritten(got) => Some(changed(name, value, &got, None)),
        Sent::Other(got, how) => Some(changed(name, value, &got, how)),
        Sent::Right | Sent::Missing | Sent::Repeated | Sent::Misencoded(..) => None,
    })
}

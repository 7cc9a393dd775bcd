//! Q12: sends only parameters that the update has.

use crate::cake::is_parameter;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Weight};
use crate::rules::values::misencoded;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q12,
    title: "sends only parameters that the update has",
    level: Level::Should,
    basis: Basis::Assumed,
    why: "CAKE is assumed to ignore unknown parameters, but a network may configure a field of that name one day.",
    bad: "…&debug=1&source=crm",
    good: "the four documented parameters and the custom fields of the update",
    change: "leave out what the update does not have",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let update = &seen.step.update;
    let is_asked =
        |name: &str| is_parameter(name) || update.fields.keys().any(|known| known.eq_ignore_ascii_case(name));
    let is_configured = |name: &str| seen.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    Evidence::each(seen.first_call(), |params| {
        if !misencoded(update, params).is_empty() {
            return vec![];
        }
        let is_empty = |name: &str| params.get(name).is_none_or(|value| value.is_empty());
        let (empty, sent_with_a_value): (Vec<&str>, Vec<&str>) =
            params.names().filter(|name| !is_asked(name)).partition(|name| is_empty(name));
        let (fields, others): (Vec<&str>, Vec<&str>) =
            sent_with_a_value.into_iter().partition(|name| is_configured(name));
        let empty: Vec<&str> = empty.into_iter().filter(|name| is_configured(name)).collect();
        let sent = |names: &[&str]| {
            Breach::new(format!("the client also sent {}, which the update does not have", names.join(", ")))
        };
        let mut breaches = Vec::new();
        if !fields.is_empty() {
            // CAKE records it, and adds up a number on every update.
            let help =
                "send a custom field only with an update that has it; the value of another update may be left over";
            breaches.push(sent(&fields).change(help).weighs(Weight::Required));
        }
        if !empty.is_empty() {
            let message = format!("the client sent {} empty, which the update does not have", empty.join(", "));
            let help = "leave the parameter out: an empty one may clear what CAKE holds";
            breaches.push(Breach::new(message).change(help));
        }
        if !others.is_empty() {
            breaches.push(sent(&others));
        }
        breaches
    })
}

//! Q09: sends no parameter twice.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};
use crate::rules::values::misencoded;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q09,
    title: "sends no parameter twice",
    level: Level::Must,
    basis: Basis::Platform,
    why: "ASP.NET joins the values of a repeated parameter with a comma, whatever the letter case of its name: status=Funded&status=Funded is the status Funded,Funded.",
    bad: "status=Funded&Status=Funded",
    good: "status=Funded",
    change: "send each parameter once; a base URL that has a query already is a likely cause",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    Evidence::each(seen.first_call(), |params| {
        // Out of a value that was not encoded, a second parameter may come.
        if !misencoded(&seen.step.update, params).is_empty() {
            return vec![];
        }
        let is_repeated = |name: &&str| params.values(name).count() > 1;
        let breach =
            |name| Breach::new(format!("{name} was sent more than once, and CAKE joins the values with a comma"));
        params.names().filter(is_repeated).map(breach).collect()
    })
}

//! Q16: sends no Content-Type of JSON.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q16,
    title: "sends no Content-Type of JSON",
    level: Level::Must,
    basis: Basis::Platform,
    why: "ASP.NET takes any call with Content-Type: application/json, a GET included, for one by a script, and answers it in JSON: mostly with HTTP 500, before CAKE sees the update.",
    bad: "GET …/UpdateLeadStatus?… with Content-Type: application/json, as HTTP clients made for JSON send by default",
    good: "a GET without Content-Type: it has no body",
    change: "send no Content-Type: a GET has no body; where the HTTP client sets application/json by default, unset it for CAKE",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    Evidence::each(seen.readable(), |exchange| {
        // Where CAKE answers in JSON what it would have answered in XML, nothing went wrong.
        let went_wrong = exchange.request.is_script_call() && exchange.code.is_none() && exchange.fault.is_none();
        let breach = || {
            let what = "the Content-Type made the request a call by a script, which CAKE does not answer";
            Breach::new(what).instead("no Content-Type", &*exchange.request.content_type)
        };
        if went_wrong { vec![breach()] } else { vec![] }
    })
}

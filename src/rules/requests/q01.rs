//! Q01: uses GET.

use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q01,
    title: "uses GET",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE documents one GET per lead. Whether the method takes a form POST is up to the instance, and another verb never reaches it.",
    bad: "POST /api/1/buyers.asmx/UpdateLeadStatus",
    good: "GET /api/1/buyers.asmx/UpdateLeadStatus?api_key=…&lead_id=…&status=…",
    change: "send a GET with the parameters in the query",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let breach = |method: &str| Breach::new("the request was no GET").instead("GET", method);
    Evidence::each(seen.readable(), |exchange| {
        let method = &*exchange.request.method;
        if method == "GET" { vec![] } else { vec![breach(method)] }
    })
}

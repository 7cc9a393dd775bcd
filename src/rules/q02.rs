//! Q02: calls /api/1/buyers.asmx/UpdateLeadStatus.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::METHOD_PATH;
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("Q02"),
    title: "calls /api/1/buyers.asmx/UpdateLeadStatus",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Another path is another page of the web server. ASP.NET matches the letter case of the method's name alone: it answers updateleadstatus with HTTP 500.",
    bad: "GET /api/1/buyers.asmx/updateleadstatus?…",
    good: "GET /api/1/buyers.asmx/UpdateLeadStatus?…",
    change: "append /api/1/buyers.asmx/UpdateLeadStatus to the base URL, or use the URL as given; the letter case of UpdateLeadStatus counts, and no slash may follow",
    follows: &[],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    Evidence::each(seen.readable(), |exchange| {
        let path = exchange.request.path();
        let breach = || Breach::new("the request went to another path").instead(METHOD_PATH, path);
        if Evidence::is_method(path) { vec![] } else { vec![breach()] }
    })
}

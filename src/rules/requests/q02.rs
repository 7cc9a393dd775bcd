//! Q02: calls /api/1/buyers.asmx/UpdateLeadStatus.

use crate::protocol::METHOD_PATH;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q02,
    title: "calls /api/1/buyers.asmx/UpdateLeadStatus",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Another path is another page of the web server. ASP.NET matches the letter case of the method's name alone: it answers updateleadstatus with HTTP 500.",
    bad: "GET /api/1/buyers.asmx/updateleadstatus?…",
    good: "GET /api/1/buyers.asmx/UpdateLeadStatus?…",
    change: "append /api/1/buyers.asmx/UpdateLeadStatus to the base URL, or use the URL as given; the letter case of UpdateLeadStatus counts, and no slash may follow",
    check,
    ..Rule::PLAIN
};

const HOST: &str =
    "use the address in CAKE_URL (or {url}) as it is, and let the HTTP library take the header Host from it";

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    Evidence::each(seen.readable(), |exchange| {
        let path = exchange.request.path();
        if !Evidence::is_method(path) {
            return vec![Breach::new("the request went to another path").instead(METHOD_PATH, path)];
        }
        let name = |host: &str| host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        let Some(named) = exchange.request.authority().or((!exchange.request.is_http_1_0()).then(String::new)) else {
            // HTTP/1.0 has no Host.
            return vec![];
        };
        if Evidence::headers(exchange).iter().filter(|(name, _)| name.eq_ignore_ascii_case("host")).count() > 1 {
            return vec![Breach::new("the request has more than one Host header").change(HOST)];
        }
        let asked = seen.host.filter(|asked| name(asked) != name(&named));
        let breach = |asked| Breach::new("the request names another host than its URL").instead(asked, named.clone());
        asked.map(breach).map(|breach| breach.change(HOST)).into_iter().collect()
    })
}

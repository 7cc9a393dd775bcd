//! S03: sends the key nowhere but in `api_key`.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("S03"),
    title: "sends the key nowhere but in api_key",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Servers and proxies log headers, paths and parameters. A key in a place nobody masks is a key given away.",
    bad: "Authorization: Bearer KEY; User-Agent: acme/KEY",
    good: "api_key=KEY and nothing else",
    change: "send the key as the parameter api_key alone",
    follows: &[super::q03::RULE.id],
    restrains: true,
    optional: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    Evidence::each(seen.attempts(), |exchange| {
        let mut places = Vec::new();
        let request = &exchange.request;
        if seen.key.is_in(request.path()) {
            places.push("the path".to_owned());
        }
        places.extend(
            Evidence::headers(exchange)
                .into_iter()
                .filter(|(_, value)| seen.key.is_in(value))
                .map(|(name, _)| format!("the header {name}")),
        );
        let params = request.params();
        let is_other = |name: &&str| {
            !name.eq_ignore_ascii_case("api_key") && params.get(name).is_some_and(|value| seen.key.is_in(&value))
        };
        places.extend(params.names().filter(is_other).map(|name| format!("the parameter {name}")));
        places.into_iter().map(|place| Breach::new(format!("the key was sent in {place}"))).collect()
    })
}

//! S03: sends the key nowhere but in `api_key`.

use crate::protocol::{Exchange, KeyPlace};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S03,
    title: "sends the key nowhere but in api_key",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Servers and proxies log headers, paths and parameters, and mask only the usual ones. A key elsewhere leaks.",
    bad: "the key in a header as well: X-Api-Key, Authorization, User-Agent",
    good: "api_key=KEY and nothing else",
    change: "send the key as the parameter api_key alone",
    restrains: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let is_redirect = |exchange: &Exchange| matches!(exchange.answer.http_status, 300..400);
    let behind_redirects = seen.attempts().scan(false, |redirected, exchange| {
        let before = *redirected;
        *redirected |= is_redirect(exchange);
        Some((exchange, before))
    });
    Evidence::each(behind_redirects, |&(exchange, redirected)| {
        // An HTTP library that follows a redirect names where it comes from; to follow is the mistake.
        let is_automatic = |place: &&KeyPlace| matches!(place, KeyPlace::Header(name) if redirected && name.eq_ignore_ascii_case("referer"));
        let places = exchange.keys.iter().flat_map(|keys| &keys.elsewhere).filter(|place| !is_automatic(place));
        places.map(|place| Breach::new(format!("the key was sent in {}", told(place)))).collect()
    })
}

fn told(place: &KeyPlace) -> String {
    match place {
        KeyPlace::Path => "the path".to_owned(),
        KeyPlace::Header(name) => format!("the header {name}"),
        KeyPlace::Bare => "the query, without a name".to_owned(),
        KeyPlace::Name => "the name of a parameter".to_owned(),
        KeyPlace::Parameter(name) => format!("the parameter {name}"),
    }
}

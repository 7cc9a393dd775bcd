//! S03: sends the key nowhere but in `api_key`.

use crate::protocol::Exchange;
use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S03,
    title: "sends the key nowhere but in api_key",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Servers and proxies log headers, paths and parameters. A key in a place nobody masks is a key given away.",
    bad: "the key in a header as well: X-Api-Key, Authorization, User-Agent",
    good: "api_key=KEY and nothing else",
    change: "send the key as the parameter api_key alone",
    restrains: true,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let has_key = |text: &str| seen.key.redactor().finds(text);
    let is_redirect = |exchange: &Exchange| matches!(exchange.answer.http_status, 300..400);
    let behind_redirects = seen.attempts().scan(false, |redirected, exchange| {
        let before = *redirected;
        *redirected |= is_redirect(exchange);
        Some((exchange, before))
    });
    Evidence::each(behind_redirects, |&(exchange, redirected)| {
        let mut places = Vec::new();
        let request = &exchange.request;
        // An HTTP library that follows a redirect names where it comes from; to follow is the mistake.
        let is_automatic = |name: &str| redirected && name.eq_ignore_ascii_case("referer");
        if has_key(request.path()) {
            places.push("the path".to_owned());
        }
        places.extend(
            Evidence::headers(exchange)
                .into_iter()
                .filter(|(name, value)| !is_automatic(name) && has_key(value))
                .map(|(name, _)| format!("the header {name}")),
        );
        let params = request.params();
        let is_other = |name: &&str| {
            !name.eq_ignore_ascii_case("api_key") && params.get(name).is_some_and(|value| has_key(&value))
        };
        places.extend(params.bare().find(|bare| has_key(bare)).map(|_| "the query, without a name".to_owned()));
        places.extend(params.names().find(|name| has_key(name)).map(|_| "the name of a parameter".to_owned()));
        places.extend(params.names().filter(is_other).map(|name| format!("the parameter {name}")));
        places.into_iter().map(|place| Breach::new(format!("the key was sent in {place}"))).collect()
    })
}

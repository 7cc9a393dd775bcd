//! S01: gives the key to no other host.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId, Weight};
use crate::protocol::{Exchange, Fault, FaultKind, RedirectTo};
use crate::scenario::Basis;
use crate::secret::Redactor;
use std::sync::Arc;

pub(super) const RULE: Rule = Rule {
    id: RuleId("S01"),
    title: "gives the key to no other host",
    level: Level::Must,
    basis: Basis::Platform,
    why: "The query holds the key. Who follows a redirect to another host hands it to whoever answers there, and takes that answer for CAKE's.",
    bad: "curl --location, or an HTTP library's default",
    good: "take a redirect as no answer: unknown",
    change: "switch the following of redirects off for this call",
    follows: &[],
    restrains: true,
    optional: false,
    everywhere: true,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let is_away = |exchange: &&Arc<Exchange>| {
        matches!(exchange.fault, Some(Fault { kind: FaultKind::Redirect { to: RedirectTo::AnotherHost, .. }, .. }))
    };
    if let Some(host) = seen.key_sent_to {
        let breach = Breach::new(format!("the client sent the key to {host}; caketester refused the request"));
        return Some(vec![breach.change("send the key to CAKE alone, and to no other service")]);
    }
    let redirect = seen.exchanges.iter().position(|exchange| is_away(&exchange))?;
    let asked = seen.exchanges[redirect].request.host();
    let elsewhere: Vec<_> = seen.exchanges[redirect..].iter().filter(|it| it.request.host() != asked).collect();
    let Some(first) = elsewhere.first() else {
        // Of a client behind a proxy, only the host that it asked for is seen; the URL that led there holds the key.
        let followed = || Breach::new("the client followed a redirect to another host, by a URL that holds the key");
        return Some(if seen.followed_away { vec![followed()] } else { vec![] });
    };
    let key = Redactor::new([seen.key.clone()]);
    let hosts = (asked.unwrap_or_default(), first.request.host().unwrap_or_default());
    let params = |exchange: &Exchange| exchange.request.params().get("api_key").is_some_and(|sent| key.finds(&sent));
    let referer = |exchange: &Exchange| Evidence::referer(exchange).is_some_and(|referer| key.finds(&referer));
    let given_in = if elsewhere.iter().any(|exchange| params(exchange)) {
        Some("with the key in the query")
    } else if elsewhere.iter().any(|exchange| referer(exchange)) {
        Some("with the key in its Referer header")
    } else {
        None
    };
    let breach = match given_in {
        Some(how) => Breach::new(format!("the client followed a redirect to another host, {how}")),
        None => Breach::new("the client followed a redirect to another host").weighs(Weight::Recommended),
    };
    Some(vec![breach.instead(hosts.0, hosts.1)])
}

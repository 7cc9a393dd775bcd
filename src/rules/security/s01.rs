//! S01: gives the key to no other host.

use std::sync::Arc;

use crate::protocol::{Exchange, RedirectTo};
use crate::rules::evidence::FollowedAway;
use crate::rules::libraries::NO_REDIRECTS;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Weight};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S01,
    title: "gives the key to no other host",
    level: Level::Must,
    basis: Basis::Platform,
    why: "The query holds the key. A client that follows a redirect to another host gives it the key, and takes its answer for CAKE's.",
    bad: "curl --location, or an HTTP library's default",
    good: "take a redirect as no answer: unknown",
    change: "switch the following of redirects off for this call",
    restrains: true,
    everywhere: true,
    in_libraries: NO_REDIRECTS,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if let Some(host) = seen.key_sent_to {
        let breach = Breach::new(format!("the client sent the key to {host}; caketester refused the request"));
        return Some(vec![breach.change("send the key to CAKE alone, and to no other service")]);
    }
    let led_away = |exchange: &'_ Arc<Exchange>| Some((Arc::clone(exchange), exchange.fault?.kind.leads_away()?));
    let (redirect, to) = seen.exchanges.iter().find_map(led_away)?;
    let Some(followed_away) = seen.followed_away else { return Some(vec![]) };
    let to_what = if to == RedirectTo::WithoutTls { "to plain HTTP" } else { "to another host" };
    let followed = format!("the client followed a redirect {to_what}");
    let breach = match followed_away {
        // Of a client behind a proxy, only the host that it asked for is seen.
        FollowedAway::Unseen => Breach::new(format!("{followed}, by a URL that holds the key")),
        FollowedAway::WithKeyIn(place) => Breach::new(format!("{followed}, with the key in {place}")),
        FollowedAway::WithoutKey => Breach::new(followed).weighs(Weight::Recommended),
    };
    let scheme = if to == RedirectTo::WithoutTls { "https://" } else { "" };
    let asked = format!("{scheme}{}", redirect.request.host().unwrap_or_default());
    Some(vec![breach.instead(asked, leads_to(&redirect, to).unwrap_or_default())])
}

/// The host that a redirect leads to, with the scheme where that is the point.
fn leads_to(redirect: &Exchange, to: RedirectTo) -> Option<&str> {
    let location = redirect.answer.link()?;
    let (scheme, rest) = location.split_once("//")?;
    let host = rest.split('/').next()?;
    Some(if to == RedirectTo::WithoutTls { &location[..scheme.len() + 2 + host.len()] } else { host })
}

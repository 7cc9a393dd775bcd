//! What CAKE decided in a run, worked out again from the evidence: what the Lead Status Master Report of a run is made of.

use std::sync::Arc;

use super::report::Report;
use crate::cake::Decided;
use crate::pack::{Pack, World};
use crate::protocol::{Exchange, KeySent, Request, encode, key_value};
use crate::secret::{MASK, Secret};

/// Every update of a run that CAKE decided on, in the order of the scenarios, and how many scenarios the pack does not have.
pub fn decided_in(report: &Report, pack: &Pack) -> (Vec<Decided>, usize) {
    let (mut decided, mut unknown) = (Vec::new(), 0);
    for scenario in &report.scenarios {
        let mut exchanges: Vec<&Arc<Exchange>> = scenario.steps.iter().flat_map(|step| &step.seen.exchanges).collect();
        if exchanges.is_empty() {
            continue;
        }
        exchanges.sort_by_key(|exchange| exchange.at);
        let Some(entry) = pack.entries.iter().find(|entry| entry.scenario.id.as_str() == scenario.id) else {
            unknown += 1;
            continue;
        };
        let world = World::of(entry);
        for exchange in exchanges.into_iter().filter(|exchange| !exchange.is_unparsable()) {
            let request = with_key(exchange, &pack.key);
            let params = request.params();
            if world.before_the_method(&request, &params).is_some() {
                continue;
            }
            let (_, update) = world.weigh(&request, &params, exchange.at, 0);
            world.ledger().apply(&update);
            decided.push(update);
        }
    }
    (decided, unknown)
}

/// The request with the key that evidence leaves out, where it was the right one.
fn with_key(exchange: &Exchange, key: &Secret) -> Request {
    let mut request = exchange.request.clone();
    if !matches!(exchange.api_key(), KeySent::Right) {
        return request;
    }
    let encoded = encode([("", key.expose())]);
    let put = |part: &str| match key_value(part).filter(|at| &part[*at..] == MASK) {
        Some(at) => format!("{}{}", &part[..at], encoded.trim_start_matches('=')),
        None => part.to_owned(),
    };
    let fill = |parameters: &str| parameters.split('&').map(put).collect::<Vec<_>>().join("&");
    if request.is_form_post() {
        request.body = fill(&String::from_utf8_lossy(&request.body)).into();
    } else if let Some((path, query)) = request.target.split_once('?') {
        request.target = format!("{path}?{}", fill(query));
    }
    request
}

//! What was seen of a client in one step: everything that its judgement rests on, but for what it concluded. No key stands
//! in what is written of it, so it can be kept, and judged again.

use std::collections::HashSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mock::Incident;
use crate::protocol::{Exchange, KeySent, Keys, Update};
use crate::rules::{FollowedAway, keyless};
use crate::secret::Secret;

/// What was seen on the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that was seen or not, and any may go with any")]
pub struct Seen {
    /// How many requests arrived.
    pub requests: usize,
    /// How many of them, such as a look whether the server is there, report nothing.
    #[serde(default, skip_serializing_if = "is_none")]
    pub asides: usize,
    /// What crossed the wire; of very many requests the first, the last, and what is like none before.
    pub exchanges: Vec<Arc<Exchange>>,
    /// Whether the client looked at the mock's certificate and turned away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turned_away: bool,
    /// Whether a request came without TLS where TLS is spoken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_clear: bool,
    /// Whether what the client prints was seen as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub output: bool,
    /// How the client followed a redirect away from CAKE, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followed_away: Option<FollowedAway>,
    /// Whether the client asked for an external entity that an answer names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resolved_an_entity: bool,
    /// The host that it was to send to, where nothing may stand between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The host that a request with the key was sent to, and that is not the mock's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_sent_to: Option<String>,
    /// Other keys that were sent, so that they can be taken out of whatever is shown: a client may have a real one configured.
    #[serde(skip)]
    pub keys: Vec<Secret>,
}

impl Seen {
    /// What these exchanges and the incidents beside them show, of a step that was to report this.
    pub(crate) fn of(exchanges: &[Arc<Exchange>], incidents: &[&Incident], key: &Secret, update: &Update) -> Self {
        let requests = exchanges.len();
        let (mut exchanges, keys): (Vec<_>, Vec<_>) =
            exchanges.iter().map(|exchange| keyless(exchange, key, update)).unzip();
        let first = keys.iter().flatten().next();
        for (exchange, other) in exchanges.iter_mut().zip(&keys) {
            if let (Some(keys), Some(other)) = (&mut exchange.keys, other) {
                keys.is_changed = Some(other) != first;
            }
        }
        let (asides, updates) = apart(exchanges.into_iter().map(Arc::new).collect());
        let kept = [telling(&asides), telling(&updates)].concat();
        let mut keys: Vec<Secret> = keys.into_iter().flatten().collect();
        keys.dedup();
        let followed_away = incidents.iter().find_map(|incident| incident.followed_away());
        Self {
            requests,
            asides: asides.len(),
            exchanges: kept,
            keys,
            followed_away: followed_away.map(|head| FollowedAway::of(head, key)),
            resolved_an_entity: incidents.iter().any(|incident| incident.resolved_an_entity()),
            ..Self::default()
        }
    }
}

/// How many of the first and of the last exchanges are kept of a client that sends without end.
const ENDS: usize = 50;
/// And how many of those between that are like none before.
const DIFFERENT: usize = 100;

/// The exchanges that a step is judged by: all, unless a client sends without end. Then the same request again tells nothing new.
fn telling(exchanges: &[Arc<Exchange>]) -> Vec<Arc<Exchange>> {
    if exchanges.len() <= 2 * ENDS {
        return exchanges.to_vec();
    }
    let (first, rest) = exchanges.split_at(ENDS);
    let (between, last) = rest.split_at(rest.len() - ENDS);
    let said = |exchange: &Arc<Exchange>| (exchange.request.raw_head.clone(), exchange.request.body.clone());
    let mut known: HashSet<_> = first.iter().map(said).collect();
    let different = between.iter().filter(|exchange| known.insert(said(exchange))).take(DIFFERENT);
    first.iter().chain(different).chain(last).cloned().collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it may leave out like this")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// Requests that report nothing, such as a look whether the server is there, and all others. Where nothing else came, there
/// is no update beside which they could stand.
pub(crate) fn apart(exchanges: Vec<Arc<Exchange>>) -> (Vec<Arc<Exchange>>, Vec<Arc<Exchange>>) {
    let holds_no_key = |keys: &Keys| keys.api_key == KeySent::Missing && keys.elsewhere.is_empty();
    let reports_nothing = |exchange: &&Arc<Exchange>| {
        let request = &exchange.request;
        matches!(&*request.method, "GET" | "HEAD" | "OPTIONS")
            && !request.query().contains('=')
            && request.body.is_empty()
            && !exchange.is_unparsable()
            && exchange.keys.as_ref().is_none_or(holds_no_key)
    };
    let (asides, updates): (Vec<_>, Vec<_>) = exchanges.into_iter().partition(|exchange| reports_nothing(&exchange));
    if updates.is_empty() { (vec![], asides) } else { (asides, updates) }
}

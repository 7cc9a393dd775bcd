//! What was seen of a client in one step, and what kind of answer it had to deal with.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::breach::Breach;
use super::values::{Sent, sent};
use crate::cake::{Field, FieldKind};
use crate::protocol::{
    Answer, Code, Delivery, Exchange, Fault, FaultKind, KeySent, METHOD_NAME, METHOD_PATH, Obstacle, Outcome, Params,
    xml,
};
use crate::scenario::Step;
use crate::secret::Secret;

/// What was seen of a client in one step.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// What the client was asked to do.
    pub step: &'e Step,
    /// The API key it was given.
    pub key: &'e Secret,
    /// The custom fields that the network has configured.
    pub fields: &'e [Field],
    /// What crossed the wire, in order.
    pub exchanges: &'e [Arc<Exchange>],
    /// What was seen where something kept the client from sending anything; then nothing is among the exchanges.
    pub obstacle: Option<ObstacleMet>,
    /// How many requests arrived; of very many, not all are among the exchanges.
    pub requests: usize,
    /// How it followed a redirect away from CAKE, where it did.
    pub followed_away: Option<&'e FollowedAway>,
    /// Whether it asked for an external entity that an answer names.
    pub resolved_an_entity: bool,
    /// The host that it was to send to, where nothing may stand between.
    pub host: Option<&'e str>,
    /// The host that a request with the key was sent to, and that is not the mock's.
    pub key_sent_to: Option<&'e str>,
    /// What the client concluded, or why it concluded nothing.
    pub concluded: Result<Outcome, &'e str>,
    /// Whether it had to be ended because it did not end by itself.
    pub timed_out: bool,
    /// How long it was given, where anybody ends it.
    pub patience: Option<Duration>,
    /// The code that CAKE gave, by what the client says.
    pub said_code: Option<Code>,
    /// To which of its streams it printed the key.
    pub printed_key: &'e [String],
}

/// How a client followed a redirect away from CAKE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowedAway {
    /// A proxy was asked for the host, and saw no more; the URL that led there holds the key.
    Unseen,
    /// With the key in this place.
    WithKeyIn(String),
    /// Without the key.
    WithoutKey,
}

impl FollowedAway {
    /// What the head of the request shows; an empty one is of a request that was not seen.
    pub fn of(head: &str, key: &Secret) -> Self {
        let key = key.redactor();
        let mut lines = head.lines();
        if head.is_empty() {
            return Self::Unseen;
        }
        if lines.next().is_some_and(|line| key.finds(line)) {
            return Self::WithKeyIn("the query".to_owned());
        }
        let header = lines.find(|line| key.finds(line)).and_then(|line| line.split_once(':'));
        header.map_or(Self::WithoutKey, |(name, _)| Self::WithKeyIn(format!("its header {name}")))
    }
}

/// What was seen of a client that had no connection to send anything by, or none that it may use.
#[derive(Debug, Clone, Copy)]
pub struct ObstacleMet {
    /// What kept it from sending anything.
    pub shown: Obstacle,
    /// How many requests arrived all the same.
    pub requests: usize,
    /// Whether the client began a handshake and turned away.
    pub turned_away: bool,
    /// Whether a request came without TLS.
    pub in_clear: bool,
}

/// What kind of answer the client had to deal with last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// A code from 0 to 4, in the documented shape. Whatever message comes with a refusal is as good as any.
    Plain(Code),
    /// A success with a message that is not the documented one, or a refusal that speaks of success.
    OtherMessage,
    /// A code from 0 to 4 in other bytes, or under another content type.
    OtherShape,
    /// A code that CAKE does not document.
    UnknownCode,
    /// An answer that holds no code.
    NoCode,
}

impl<'e> Evidence<'e> {
    /// What is known of a step by the wire alone.
    pub fn of_wire(step: &'e Step, exchanges: &'e [Arc<Exchange>], key: &'e Secret) -> Self {
        Self {
            step,
            key,
            fields: &[],
            exchanges,
            obstacle: None,
            requests: exchanges.len(),
            followed_away: None,
            resolved_an_entity: false,
            host: None,
            key_sent_to: None,
            concluded: Err(""),
            timed_out: false,
            patience: None,
            said_code: None,
            printed_key: &[],
        }
    }

    /// Every request, in order.
    pub(super) fn attempts(&self) -> impl Iterator<Item = &'e Exchange> {
        self.exchanges.iter().map(|exchange| &**exchange)
    }

    /// The attempts that are HTTP.
    pub(super) fn readable(&self) -> impl Iterator<Item = &'e Exchange> {
        self.attempts().filter(|exchange| !exchange.is_unparsable())
    }

    /// Whether a path leads to the method: before its name IIS does not mind the letter case.
    pub(super) fn is_method(path: &str) -> bool {
        path.eq_ignore_ascii_case(METHOD_PATH) && path.ends_with(METHOD_NAME)
    }

    /// Whether CAKE would look for parameters in this request.
    pub fn is_call(exchange: &Exchange) -> bool {
        let request = &exchange.request;
        // A call by a script that is not answered goes no further than its Content-Type.
        let is_heard = !request.is_script_call() || exchange.code.is_some() || exchange.fault.is_some();
        Self::is_method(request.path()) && is_heard && (request.method == "GET" || request.is_form_post())
    }

    /// The parameters of every attempt that CAKE would look for parameters in.
    pub(super) fn calls(&self) -> Vec<Params<'_>> {
        self.attempts().filter(|exchange| Self::is_call(exchange)).map(|exchange| exchange.request.params()).collect()
    }

    /// The parameters of the first of these; that those behind it say the same is a matter of another rule.
    pub(super) fn first_call(&self) -> Option<Params<'_>> {
        self.calls().into_iter().next()
    }

    /// What is wrong with each of these, every mistake once; nothing where there are none to look at.
    pub(super) fn each<T>(
        looked_at: impl IntoIterator<Item = T>,
        wrong: impl Fn(&T) -> Vec<Breach>,
    ) -> Option<Vec<Breach>> {
        let mut looked_at = looked_at.into_iter().peekable();
        looked_at.peek()?;
        let mut breaches: Vec<Breach> = Vec::new();
        for breach in looked_at.flat_map(|one| wrong(&one)) {
            // A repeated mistake is one mistake.
            if !breaches.contains(&breach) {
                breaches.push(breach);
            }
        }
        Some(breaches)
    }

    /// Whether the network has configured a field of this name as a number.
    pub(super) fn is_number(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name) && field.kind == FieldKind::Number)
    }

    /// Whether the last answer was lost on its way, or part of it.
    pub(super) fn is_reply_lost(&self) -> bool {
        // What is no answer of CAKE's has arrived, whole or not.
        let is_other = |fault: &Fault| {
            matches!(fault.kind, FaultKind::Garbage | FaultKind::Flood { .. } | FaultKind::Redirect { .. })
        };
        self.last().is_some_and(|last| last.code.is_none() && last.fault.as_ref().is_some_and(|fault| !is_other(fault)))
    }

    /// Whether nothing arrived for an update that cannot be sent as it is: a run begins only with a client that sends
    /// something, and many libraries refuse a URL with a space in it.
    pub(super) fn is_refused_unencoded(&self) -> bool {
        let update = &self.step.update;
        let values =
            [&update.lead_id, &update.status].into_iter().chain(&update.sub_status).chain(update.fields.values());
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"#%&+<>?[\\]^`{|}".contains(c);
        self.obstacle.is_none()
            && self.exchanges.is_empty()
            && !values.into_iter().all(|value| value.chars().all(is_plain))
    }

    /// Whether the client sent nothing, because it could not or turned away.
    pub(super) fn turned_away(&self) -> bool {
        self.obstacle.is_some_and(|met| (met.turned_away || !met.shown.is_seen()) && met.requests == 0)
    }

    /// Whether one program reports all updates: then no single update has a time limit.
    pub(super) fn is_batch(&self) -> bool {
        self.patience.is_none()
    }

    /// The headers of a request; of one that no parser would read, what looks like headers.
    pub(super) fn headers(exchange: &Exchange) -> Vec<(String, String)> {
        let head = String::from_utf8_lossy(&exchange.request.raw_head);
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    }

    /// The last answer, where there is one.
    pub(super) fn last(&self) -> Option<&'e Exchange> {
        self.exchanges.last().map(|exchange| &**exchange)
    }

    /// Whether the client read an answer to its end. Where it reset the connection behind the last byte, what it concluded
    /// shows whether it did.
    pub(super) fn is_taken(&self, exchange: &Exchange) -> bool {
        match exchange.delivery {
            Delivery::Delivered => true,
            Delivery::Reset => self.concluded.is_ok_and(|outcome| self.expected().contains(&outcome)),
            Delivery::Broken => false,
        }
    }

    /// Whether an answer came without a fault, however its end was told.
    pub(super) fn is_given_whole(exchange: &Exchange) -> bool {
        exchange.fault.is_none_or(|fault| fault.kind.is_framing())
    }

    /// What kind of answer the client had to deal with last; nothing where it did not take it.
    pub(super) fn given(&self) -> Option<Given> {
        let last = self.last().filter(|last| !Self::is_given_whole(last) || self.is_taken(last));
        let last = last.filter(|_| !self.is_reply_lost())?;
        let Some(code) = last.code else { return Some(Given::NoCode) };
        if code.meaning().is_none() {
            return Some(Given::UnknownCode);
        }
        let msg = xml::read(&last.answer.body).map(|reading| reading.msg).unwrap_or_default();
        let misleads = if code == Code::SUCCESS { msg != "success" } else { msg.to_lowercase().contains("success") };
        let is_usual = last.answer.content_type == Answer::XML
            && !last.answer.is_compressed
            && last.answer.body == xml::write(xml::Shape::Documented, code, &msg);
        Some(match (is_usual, misleads) {
            (false, _) => Given::OtherShape,
            (true, true) => Given::OtherMessage,
            (true, false) => Given::Plain(code),
        })
    }

    /// Whether the client claims success although no answer with code 0 was on its way to it.
    pub(super) fn claims_success_without_code_0(&self) -> bool {
        self.concluded == Ok(Outcome::Updated) && self.attempts().all(|exchange| exchange.code != Some(Code::SUCCESS))
    }

    /// What a conforming client may conclude: what the scenario says, where it follows from the answer that came last.
    /// Where the requests were not the right ones, only the answer counts.
    pub fn expected(&self) -> Vec<Outcome> {
        if self.obstacle.is_some() {
            return self.step.client.clone();
        }
        let follows = self.follows();
        if !self.is_asked_rightly() {
            return follows;
        }
        let client = &self.step.client;
        let both: Vec<Outcome> = client.iter().copied().filter(|outcome| follows.contains(outcome)).collect();
        // A client that gave up before the answer came has not seen it.
        let was_lost = self.last().is_some_and(|last| last.fault.is_some() && last.code.is_none());
        let mut expected = match (both.is_empty(), self.step.attempts.len() > 1 || was_lost) {
            // The answer is not the one the scenario is about; else what the scenario says prevails.
            (true, _) if self.last().map(|last| last.code) != Some(self.step.code) => return follows,
            (false, true) => both,
            _ => client.clone(),
        };
        if self.last().is_some_and(|last| !last.answer.is_success()) {
            expected.extend(follows.into_iter().filter(|outcome| !client.contains(outcome)));
        }
        expected
    }

    /// What follows from the last answer. Under an HTTP status that is not 2xx, a client need not read the body.
    fn follows(&self) -> Vec<Outcome> {
        let Some(last) = self.last() else { return vec![] };
        match (last.code.map(Code::outcome), last.answer.is_success()) {
            (Some(Some(outcome)), true) => vec![outcome],
            (Some(Some(outcome)), false) => vec![outcome, Outcome::Unknown],
            (Some(None), _) => vec![Outcome::Rejected, Outcome::Unknown],
            (None, _) => vec![Outcome::Unknown],
        }
    }

    /// Whether every request says what it has to say.
    pub fn is_asked_rightly(&self) -> bool {
        let update = &self.step.update;
        let calls = self.calls();
        let all_right = |params: &Params| {
            let is = |name, value| matches!(sent(name, params, value), Sent::Right);
            is("lead_id", &update.lead_id)
                && is("status", &update.status)
                && is("sub_status", update.sub_status.as_deref().unwrap_or_default())
                && update.fields.iter().all(|(name, value)| is(name, value))
        };
        let has_key = |exchange: &Exchange| *exchange.api_key() == KeySent::Right;
        !calls.is_empty()
            && calls.len() == self.exchanges.len()
            && self.attempts().all(has_key)
            && calls.iter().all(all_right)
    }
}

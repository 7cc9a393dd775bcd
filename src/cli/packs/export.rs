//! `caketester scenarios export`: every answer with what belongs to it, for mocks inside the tests of other languages.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::pack::{Entry, Expected, Pack, expected_answers, request_for};
use crate::protocol::{Exchange, FaultKind, METHOD_PATH, Outcome, Update};
use crate::rules::{Evidence, keyless};
use crate::scenario::Step;
use crate::subject::TableFormat;

/// The columns.
const COLUMNS: [&str; 15] = [
    "scenario",
    "title",
    "step",
    "attempt",
    "lead_id",
    "status",
    "sub_status",
    "fields",
    "path",
    "http_status",
    "headers",
    "body",
    "fault",
    "code",
    "expected",
];

/// A row for each answer of each step.
pub(in crate::cli) fn export(pack: &Pack, entries: &[&Entry], format: TableFormat) -> String {
    let rows = entries.iter().flat_map(|entry| {
        expected_answers(pack, entry).into_iter().map(|expected| row(pack, entry, &expected)).collect::<Vec<_>>()
    });
    format.write(&COLUMNS, rows)
}

fn row(pack: &Pack, entry: &Entry, expected: &Expected<'_>) -> Vec<Value> {
    let (step, reply) = (expected.step, &expected.reply);
    let obstacle = step.obstacle();
    let fault = match (reply.fault, obstacle) {
        (Some(fault), _) => Some(fault.to_string()),
        (None, Some(obstacle)) => Some(FaultKind::Obstacle(obstacle).to_string()),
        (None, None) => None,
    };
    let answer = &reply.answer;
    // Where a fault strikes, the answer does not come, or not like this.
    let arrives = reply.arrives_whole() && obstacle.is_none();
    let of_the_answer = |value: Value| if arrives { value } else { Value::Null };
    let content_type = ("content-type".to_owned(), answer.content_type.to_string());
    // A redirect names its own server, which is unknown here.
    let others = answer.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("location")).cloned();
    let headers: Map<String, Value> =
        std::iter::once(content_type).chain(others).map(|(name, value)| (name, value.into())).collect();
    let Update { lead_id, status, sub_status, fields } = &step.update;
    vec![
        json!(entry.scenario.id.as_str()),
        json!(entry.scenario.title),
        json!(step.name),
        json!(expected.attempt + 1),
        json!(lead_id),
        json!(status),
        json!(sub_status),
        json!(fields),
        json!(METHOD_PATH),
        of_the_answer(json!(answer.http_status)),
        of_the_answer(Value::Object(headers)),
        of_the_answer(json!(answer.text())),
        json!(fault),
        of_the_answer(json!(reply.code)),
        json!(outcomes(pack, step, expected)),
    ]
}

/// What a client may conclude that gets this answer, and no other behind it.
fn outcomes(pack: &Pack, step: &Step, expected: &Expected<'_>) -> Vec<Outcome> {
    if step.obstacle().is_some() {
        return step.client.clone();
    }
    let reply = &expected.reply;
    let exchange = Exchange {
        request: request_for(&step.update, &pack.key),
        answer: reply.answer.clone(),
        code: reply.code,
        fault: reply.fault,
        ..Exchange::default()
    };
    let (exchange, _) = keyless(&exchange, &pack.key, &step.update);
    let exchanges = [Arc::new(exchange)];
    Evidence::of_wire(step, &exchanges, &pack.key).expected()
}

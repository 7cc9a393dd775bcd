//! `caketester scenarios export`: every answer with what belongs to it, for mocks inside the tests of other languages.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::pack::{Entry, Expected, Pack, expected_answers, request_for};
use crate::protocol::{Exchange, FaultKind, METHOD_PATH, Outcome, Update};
use crate::rules::{Evidence, keyless};
use crate::scenario::Step;
use crate::subject::TableFormat;

/// A row for each answer of each step.
pub(in crate::cli) fn export(pack: &Pack, entries: &[&Entry], format: TableFormat) -> String {
    let mut rows = Vec::new();
    for entry in entries {
        rows.extend(expected_answers(pack, entry).iter().map(|expected| row(pack, entry, expected)));
    }
    let columns: Vec<&str> = rows.first().map(|row| row.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
    format.write(&columns, rows.into_iter().map(|row| row.into_iter().map(|(_, value)| value).collect()))
}

/// Each column with what stands in it.
fn row(pack: &Pack, entry: &Entry, expected: &Expected<'_>) -> Vec<(&'static str, Value)> {
    let (step, reply) = (expected.step, &expected.reply);
    let obstacle = step.obstacle();
    let fault = reply.fault.map(|fault| fault.to_string());
    let fault = fault.or(obstacle.map(|obstacle| FaultKind::Obstacle(obstacle).to_string()));
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
        ("scenario", json!(entry.scenario.id.as_str())),
        ("title", json!(entry.scenario.title)),
        ("step", json!(step.name)),
        ("attempt", json!(expected.attempt + 1)),
        ("lead_id", json!(lead_id)),
        ("status", json!(status)),
        ("sub_status", json!(sub_status)),
        ("fields", json!(fields)),
        ("path", json!(METHOD_PATH)),
        ("http_status", of_the_answer(json!(answer.http_status))),
        ("headers", of_the_answer(Value::Object(headers))),
        ("body", of_the_answer(json!(answer.text()))),
        ("fault", json!(fault)),
        ("code", of_the_answer(json!(reply.code))),
        ("expected", json!(outcomes(pack, step, expected))),
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

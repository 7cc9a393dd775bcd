//! Which rules a scenario puts to a client, told before any is run: what a client that does everything right would send
//! and get is put before them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::seen::Seen;
use super::step::Judge;
use crate::pack::{Entry, Expected, Pack, Reply, expected_answers, request_for};
use crate::protocol::Exchange;
use crate::rules::{RuleId, Rules, Weight, rule};
use crate::subject::{Concluded, Conclusion, Trace};

/// The ids of the scenarios that put a rule to a client which does everything right. It may ask again where no
/// code came, and say which code it read: rules that ask something only of who does count there too.
pub fn scenarios_about(rule: RuleId, pack: &Pack) -> BTreeSet<String> {
    let is_about = |entry: &&Entry| exercised(pack, entry).contains(&rule);
    pack.entries.iter().filter(is_about).map(|entry| entry.scenario.id.to_string()).collect()
}

/// The rules that only these scenarios of a pack put to a client which does everything right, by how much they weigh there.
pub(crate) fn rules_only_of(pack: &Pack, is_one: impl Fn(&str) -> bool) -> BTreeSet<(RuleId, Weight)> {
    let (theirs, others): (Vec<&Entry>, Vec<&Entry>) =
        pack.entries.iter().partition(|entry| is_one(entry.scenario.id.as_str()));
    let rules = |entry: &Entry| {
        let (basis, eased) = (entry.scenario.basis, entry.scenario.recommends.is_some());
        let weighed = |id: RuleId| Some((id, rule(id.as_str())?.weight_in(basis, eased)));
        exercised(pack, entry).into_iter().filter_map(weighed).collect::<Vec<_>>()
    };
    let others: BTreeSet<_> = others.into_iter().flat_map(rules).collect();
    theirs.into_iter().flat_map(rules).filter(|rule| !others.contains(rule)).collect()
}

/// The rules that apply to a client which does everything right.
fn exercised(pack: &Pack, entry: &Entry) -> BTreeSet<RuleId> {
    let rules = Rules::default();
    let judge = Judge { rules: &rules, key: &pack.key };
    let mut exercised = BTreeSet::new();
    for answers in expected_answers(pack, entry).chunk_by(|one, next| std::ptr::eq(one.step, next.step)) {
        let Some(Expected { step, .. }) = answers.first() else { continue };
        let mut put = |exchanges: &[Arc<Exchange>]| {
            let turned_away = exchanges.is_empty();
            let seen = Seen { turned_away, output: true, ..Seen::of(exchanges, &[], &pack.key, &step.update) };
            let verdict = step.client.first().map_or(Concluded::Untold, |outcome| Concluded::Outcome(*outcome));
            let code = exchanges.last().and_then(|last| last.code);
            exercised
                .extend(judge.judge(entry, step, seen, Conclusion { verdict, code, trace: Trace::default() }).rules);
        };
        if step.obstacle().is_some() {
            put(&[]);
            continue;
        }
        let mut exchanges = Vec::new();
        // Once more than there are attempts, since the last of them repeats.
        for expected in answers.iter().chain(answers.last()) {
            let exchange = exchange(pack, expected);
            let code = exchange.code;
            exchanges.push(Arc::new(exchange.clone()));
            put(&exchanges);
            // What comes slowly is whole for who has the patience, and lost for who has not.
            let is_lost = expected.reply.fault.is_some_and(|fault| fault.kind.lasts()) && code.is_some();
            if is_lost {
                exchanges.pop();
                exchanges.push(Arc::new(Exchange { code: None, ..exchange }));
                put(&exchanges);
            } else if code.is_some() {
                break;
            }
        }
    }
    exercised
}

/// What crosses the wire for an attempt, if all goes as it should.
fn exchange(pack: &Pack, expected: &Expected<'_>) -> Exchange {
    let Reply { answer, code, why, fault } = expected.reply.clone();
    Exchange { request: request_for(&expected.step.update, &pack.key), answer, code, why, fault, ..Exchange::default() }
}

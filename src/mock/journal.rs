//! The first and the latest exchanges, bounded by number and by bytes. What has to make room between them is counted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::incident::Incident;
use crate::protocol::Exchange;

/// How many incidents are kept; they are there to explain, not to be counted.
const MOST_INCIDENTS: usize = 20;

/// The latest exchanges.
#[derive(Debug)]
pub struct Journal {
    kept: Mutex<Kept>,
    most_entries: usize,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Kept {
    /// The first ones, which never make room: what a client did wrong at the beginning is not pushed out by what it did right.
    first: Vec<Arc<Exchange>>,
    first_bytes: usize,
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
    dropped: u64,
    incidents: Vec<Incident>,
}

impl Journal {
    /// An empty journal that keeps at most so many exchanges, and at most so many bytes of them.
    pub fn new(most_entries: usize, most_bytes: usize) -> Self {
        Self { kept: Mutex::default(), most_entries, most_bytes }
    }

    /// Adds an exchange, and drops the oldest ones where there is no room.
    pub fn add(&self, exchange: Arc<Exchange>) {
        // What goes is freed after the lock is given back: that takes longer than all else here.
        let mut oldest_of_all = None;
        let mut kept = self.lock();
        let bytes = size(&exchange);
        let has_room = kept.first.len() < self.most_entries / 2 && kept.first_bytes + bytes <= self.most_bytes / 2;
        if has_room && kept.exchanges.is_empty() {
            kept.first_bytes += bytes;
            kept.first.push(exchange);
            return;
        }
        kept.bytes += bytes;
        kept.exchanges.push_back(exchange);
        let (entries, bytes) = (self.most_entries - kept.first.len(), self.most_bytes.saturating_sub(kept.first_bytes));
        while kept.exchanges.len() > entries || kept.bytes > bytes {
            let Some(oldest) = kept.exchanges.pop_front() else {
                break;
            };
            kept.bytes -= size(&oldest);
            kept.dropped += 1;
            oldest_of_all.get_or_insert(oldest);
        }
        drop(kept);
    }

    /// Puts an exchange in place of another that is still kept.
    pub fn replace(&self, old: &Arc<Exchange>, new: Arc<Exchange>) {
        let kept = &mut *self.lock();
        if let Some(slot) =
            kept.exchanges.iter_mut().rev().chain(kept.first.iter_mut().rev()).find(|kept| Arc::ptr_eq(kept, old))
        {
            *slot = new;
        }
    }

    /// Takes note of an incident, once.
    pub fn note(&self, incident: Incident) {
        let mut kept = self.lock();
        // Other hosts may be many; of what the client is judged by there is little, and it is kept.
        let is_evidence = incident.turned_away() || incident.followed_away().is_some() || incident.resolved_an_entity();
        let has_room = kept.incidents.len() < if is_evidence { 2 * MOST_INCIDENTS } else { MOST_INCIDENTS };
        if has_room && !kept.incidents.contains(&incident) {
            kept.incidents.push(incident);
        }
    }

    /// What happened beside the exchanges, each thing once.
    pub fn incidents(&self) -> Vec<Incident> {
        self.lock().incidents.clone()
    }

    /// The exchanges that are kept, in the order in which they were decided.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        let kept = self.lock();
        let mut exchanges: Vec<_> = kept.first.iter().chain(&kept.exchanges).cloned().collect();
        drop(kept);
        exchanges.sort_by_key(|exchange| exchange.at);
        exchanges
    }

    /// How many exchanges there were, those that had to make room included.
    pub fn total(&self) -> u64 {
        let kept = self.lock();
        kept.dropped + (kept.first.len() + kept.exchanges.len()) as u64
    }

    /// The journal is whole between any two of its statements, so a panic elsewhere spoils nothing.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an exchange holds of memory, its fixed part included.
fn size(exchange: &Exchange) -> usize {
    let request = &exchange.request;
    size_of::<Exchange>()
        + request.target.len()
        + request.content_type.len()
        + request.body.len()
        + request.raw_head.len()
        + exchange.answer.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
        + exchange.answer.body.len()
        + exchange.answer.content_type.len()
        + exchange.why.len()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::Journal;
    use crate::protocol::{Answer, Exchange, Request};

    fn exchange(second: i64, body: &'static str) -> Arc<Exchange> {
        Arc::new(Exchange {
            at: Timestamp::from_second(second).unwrap(),
            ended: Timestamp::from_second(second).unwrap(),
            request: Request { method: "GET".into(), target: "/".into(), ..Request::default() },
            answer: Answer::new(200, "", body),
            ..Exchange::default()
        })
    }

    fn seconds(journal: &Journal) -> Vec<i64> {
        journal.exchanges().iter().map(|exchange| exchange.at.as_second()).collect()
    }

    #[test]
    fn those_between_the_first_and_the_latest_make_room_and_are_counted() {
        let journal = Journal::new(2, usize::MAX);
        (1..=5).for_each(|second| journal.add(exchange(second, "")));
        assert_eq!((seconds(&journal), journal.total()), (vec![1, 5], 5));
    }

    #[test]
    fn large_exchanges_make_room_too() {
        let journal = Journal::new(100, super::size(&exchange(0, "")) + 10);
        journal.add(exchange(1, "12345"));
        journal.add(exchange(2, "123456"));
        assert_eq!((seconds(&journal), journal.total()), (vec![2], 2));
        journal.add(exchange(3, "longer than the bound"));
        assert_eq!((seconds(&journal), journal.total()), (vec![], 3));
    }

    #[test]
    fn the_first_are_no_more_than_half_of_the_bytes() {
        let journal = Journal::new(100, 4 * super::size(&exchange(0, "")));
        (1..=6).for_each(|second| journal.add(exchange(second, "")));
        assert_eq!((seconds(&journal), journal.total()), (vec![1, 2, 5, 6], 6));
    }

    #[test]
    fn whatever_a_client_makes_long_takes_room() {
        let long = "x".repeat(1000);
        let (request, answer) = (Request::default(), Answer::new(200, "", ""));
        for (request, answer) in [
            (Request { target: long.clone(), ..request.clone() }, answer.clone()),
            (Request { content_type: long.clone(), ..request.clone() }, answer.clone()),
            (Request { body: long.clone().into(), ..request.clone() }, answer.clone()),
            (Request { raw_head: long.clone().into(), ..request.clone() }, answer.clone()),
            (request.clone(), Answer { body: long.clone().into(), ..answer.clone() }),
        ] {
            let journal = Journal::new(100, super::size(&exchange(0, "")) + 500);
            journal.add(Arc::new(Exchange { request, answer, ..Exchange::clone(&exchange(1, "")) }));
            assert_eq!((journal.exchanges().len(), journal.total()), (0, 1));
        }
    }

    #[test]
    fn exchanges_are_told_in_the_order_of_their_decision() {
        let journal = Journal::new(10, usize::MAX);
        journal.add(exchange(2, ""));
        journal.add(exchange(1, ""));
        assert_eq!(seconds(&journal), [1, 2]);
    }
}

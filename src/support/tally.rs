//! A long log, request by request: how often each cause occurs, when, and from whom. Nothing of a line is kept but an example.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

use super::diagnose::causes_of;
use super::knowledge::Knowledge;
use super::look::{Found, Grade};
use super::ticket::{Item, Request};

/// Senders that are told apart; further ones count as one.
const MOST_SENDERS: usize = 10_000;

/// What was counted in a log.
#[derive(Debug, Default)]
pub struct Tally {
    /// Requests for CAKE.
    pub requests: u64,
    /// Requests of other kinds.
    pub others: u64,
    /// Those without a cause.
    pub right: u64,
    /// What is wrong with the rest.
    causes: Vec<Counted>,
    senders: HashMap<String, Sender>,
}

/// How often a cause occurred, with the first one as the example.
#[derive(Debug, Clone)]
pub struct Counted {
    /// How often.
    pub count: u64,
    /// When first and last, as the log writes it.
    pub times: Times,
    /// The line of the first one.
    pub line: u64,
    /// The lead of the first one.
    pub lead: String,
    /// What was wrong there.
    pub found: Found,
}

/// When something occurred first and last, as the log writes it.
pub type Times = Option<(String, String)>;

/// The requests of one buyer: by its name where its key is known, else by address and program.
#[derive(Debug, Clone, Default)]
pub struct Sender {
    /// How many requests.
    pub count: u64,
    /// How many with a cause.
    pub failed: u64,
    /// The first lead.
    pub lead: String,
    /// When the first and the last request came.
    pub times: Times,
    causes: Vec<Counted>,
}

impl Tally {
    /// Counts the items of these lines. To examine them takes nearly all of the time, so every processor examines some.
    pub fn add(&mut self, items: &[(u64, Box<Item>)], know: &Knowledge) {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let examine =
            |some: &[(u64, Box<Item>)]| some.iter().map(|(_, item)| causes_of(item, know)).collect::<Vec<_>>();
        let examined = thread::scope(|scope| {
            let shares = items.chunks(items.len().div_ceil(processors).max(1));
            let working: Vec<_> = shares.map(|share| scope.spawn(move || examine(share))).collect();
            let ended = |share: ScopedJoinHandle<'_, _>| share.join().unwrap_or_else(|panic| resume_unwind(panic));
            working.into_iter().flat_map(ended).collect::<Vec<_>>()
        });
        for ((line, item), (causes, is_for_cake)) in items.iter().zip(examined) {
            self.count(*line, item, causes, is_for_cake, know);
        }
    }

    fn count(&mut self, line: u64, item: &Item, causes: Vec<Found>, is_for_cake: bool, know: &Knowledge) {
        if !is_for_cake {
            self.others += 1;
            return;
        }
        self.requests += 1;
        // What is only possible is no finding in a log of thousands.
        let first = causes.into_iter().next().filter(|found| found.grade != Grade::Possible);
        let time = item.logged.time.as_deref();
        let lead = || item.request.as_ref().and_then(Request::lead_id).unwrap_or_default();
        let mut name = sender_of(item, know);
        if self.senders.len() >= MOST_SENDERS && !self.senders.contains_key(&name) {
            "others".clone_into(&mut name);
        }
        let sender = self.senders.entry(name).or_default();
        sender.count += 1;
        extend(&mut sender.times, time);
        if sender.lead.is_empty() {
            sender.lead = lead();
        }
        let Some(found) = first else {
            self.right += 1;
            return;
        };
        sender.failed += 1;
        for causes in [&mut sender.causes, &mut self.causes] {
            if let Some(counted) = causes.iter_mut().find(|counted| counted.found.id == found.id) {
                counted.count += 1;
                extend(&mut counted.times, time);
            } else {
                let times = time.map(|time| (time.to_owned(), time.to_owned()));
                causes.push(Counted { count: 1, times, line, lead: lead(), found: found.clone() });
            }
        }
    }

    /// The causes, the most frequent first.
    pub fn causes(&self) -> Vec<&Counted> {
        by_count(&self.causes)
    }

    /// The senders with the most failures first.
    pub fn senders(&self) -> Vec<(&str, &Sender)> {
        let mut senders: Vec<(&str, &Sender)> =
            self.senders.iter().map(|(name, sender)| (name.as_str(), sender)).collect();
        senders.sort_by_key(|(name, sender)| (std::cmp::Reverse((sender.failed, sender.count)), *name));
        senders
    }
}

impl Sender {
    /// Its causes, the most frequent first.
    pub fn causes(&self) -> Vec<&Counted> {
        by_count(&self.causes)
    }
}

fn by_count(causes: &[Counted]) -> Vec<&Counted> {
    let mut causes: Vec<&Counted> = causes.iter().collect();
    causes.sort_by_key(|counted| (std::cmp::Reverse(counted.count), counted.line));
    causes
}

fn extend(times: &mut Times, time: Option<&str>) {
    match (times, time) {
        (Some((_, last)), Some(time)) => time.clone_into(last),
        (times, Some(time)) => *times = Some((time.to_owned(), time.to_owned())),
        (_, None) => {}
    }
}

/// Who sent a request: the buyer whose key it has, else the address, the program and the user, as far as they are logged.
fn sender_of(item: &Item, know: &Knowledge) -> String {
    if let Some(buyer) = item.request.as_ref().and_then(|request| know.buyer_of(request)) {
        return buyer.to_owned();
    }
    let logged = &item.logged;
    let parts = [logged.client.as_deref(), logged.user_agent.as_deref(), logged.user_name.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::support::{Knowledge, Line, Lines};

    #[test]
    fn each_sender_has_its_own_causes_and_the_first_and_last_time() {
        let log = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status\n\
            2025-01-01 01:00:00 1.1.1.1 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0001 200\n\
            2025-01-01 02:00:00 1.1.1.1 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0002 200\n\
            2025-01-01 03:00:00 2.2.2.2 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0003&status=Sold 200\n\
            2025-01-01 04:00:00 2.2.2.2 GET /favicon.ico - 404\n";
        let (mut lines, mut tally) = (Lines::default(), Tally::default());
        let items = (1..).zip(log.lines()).filter_map(|(at, line)| match lines.next(line.as_bytes()) {
            Line::Item(item) => Some((at, item)),
            _ => None,
        });
        tally.add(&items.collect::<Vec<_>>(), &Knowledge::default());
        assert_eq!((tally.requests, tally.others, tally.right), (3, 1, 1));
        let causes: Vec<_> = tally.causes().iter().map(|one| (one.found.id, one.count, one.line)).collect();
        assert_eq!(causes, [("status-missing", 2, 2)]);
        let senders = tally.senders();
        let [(name, first), (_, second)] = &senders[..] else { panic!("{senders:?}") };
        assert_eq!((*name, first.count, first.failed, &*first.lead), ("1.1.1.1", 2, 2, "5A1E0001"));
        assert_eq!(first.times, Some(("2025-01-01 01:00:00".into(), "2025-01-01 02:00:00".into())));
        assert_eq!((second.count, second.failed, second.causes().len()), (1, 0, 0));
    }
}

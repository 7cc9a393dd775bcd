//! A long log, request by request: how often each cause occurs, when, and from whom. Nothing of a line is kept but an example.

use std::collections::HashMap;

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

/// The request of a line, as it is counted.
#[derive(Debug)]
pub struct Diagnosed {
    line: u64,
    item: Box<Item>,
    /// What is wrong with it, if anything is for sure.
    found: Option<Found>,
    /// Who sent it; nobody where it is not for CAKE.
    sender: Option<String>,
}

impl Diagnosed {
    /// Examines the request of a line.
    pub fn new(line: u64, item: Box<Item>, know: &Knowledge) -> Self {
        let (causes, is_for_cake) = causes_of(&item, know);
        // What is only possible is no finding in a log of thousands.
        let found = causes.into_iter().next().filter(|found| found.grade != Grade::Possible);
        let sender = is_for_cake.then(|| sender_of(&item, know));
        Self { line, item, found, sender }
    }
}

impl Tally {
    /// Counts the next request.
    pub fn add(&mut self, diagnosed: Diagnosed) {
        let Diagnosed { line, item, found, sender } = diagnosed;
        let Some(mut name) = sender else {
            self.others += 1;
            return;
        };
        self.requests += 1;
        let time = item.logged.time.as_deref();
        let lead = || item.request.as_ref().and_then(Request::lead_id).unwrap_or_default();
        if self.senders.len() >= MOST_SENDERS && !self.senders.contains_key(&name) {
            "others".clone_into(&mut name);
        }
        let sender = self.senders.entry(name).or_default();
        sender.count += 1;
        extend(&mut sender.times, time);
        if sender.lead.is_empty() {
            sender.lead = lead();
        }
        let Some(found) = found else {
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
    use super::{Diagnosed, Tally};
    use crate::support::{Knowledge, Line, Lines};

    #[test]
    fn each_sender_has_its_own_causes_and_the_first_and_last_time() {
        let log = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status\n\
            2025-01-01 01:00:00 1.1.1.1 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0001 200\n\
            2025-01-01 02:00:00 1.1.1.1 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0002 200\n\
            2025-01-01 03:00:00 2.2.2.2 GET /api/1/buyers.asmx/UpdateLeadStatus api_key=K1111111&lead_id=5A1E0003&status=Sold 200\n\
            2025-01-01 04:00:00 2.2.2.2 GET /favicon.ico - 404\n";
        let (mut lines, mut tally) = (Lines::default(), Tally::default());
        for (at, line) in (1..).zip(log.lines()) {
            if let Line::Item(item) = lines.next(line.as_bytes()) {
                tally.add(Diagnosed::new(at, item, &Knowledge::default()));
            }
        }
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

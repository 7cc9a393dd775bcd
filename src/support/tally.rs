//! A long log, request by request: how often each cause occurs, when, and from whom. Nothing of a line is kept but an example.

use std::collections::HashMap;

use super::diagnose::causes_of;
use super::knowledge::Knowledge;
use super::look::Grade;
use super::ticket::Item;

/// Senders that are told apart; further ones count as one.
const MOST_SENDERS: usize = 10_000;

/// What was counted in a log.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many requests for CAKE there were.
    pub requests: u64,
    /// How many of other kinds.
    pub others: u64,
    causes: Vec<Counted>,
    senders: HashMap<String, Sender>,
}

/// How often a cause occurred.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The ID of the cause.
    pub id: &'static str,
    /// How often.
    pub count: u64,
    /// When first and last, as the log writes it.
    pub times: Option<(String, String)>,
    /// The line of the first one.
    pub line: u64,
    /// What was wrong there.
    pub message: String,
}

/// Requests from one address and program.
#[derive(Debug, Clone, Default)]
pub struct Sender {
    /// How many requests.
    pub count: u64,
    /// How many with a cause.
    pub failed: u64,
    /// The first lead.
    pub lead: String,
    /// The cause of the first that has one.
    pub cause: Option<&'static str>,
}

impl Tally {
    /// Counts a line.
    pub fn add(&mut self, line: u64, item: &Item, know: &Knowledge) {
        let (causes, is_for_cake) = causes_of(item, know);
        if !is_for_cake {
            self.others += 1;
            return;
        }
        self.requests += 1;
        // What is only possible is no finding in a log of thousands.
        let first = causes.first().filter(|found| found.grade != Grade::Possible);
        let (id, message) = first.map_or(("nothing-wrong", String::new()), |found| (found.id, found.message.clone()));
        let time = item.logged.time.clone();
        match self.causes.iter_mut().find(|counted| counted.id == id) {
            Some(counted) => {
                counted.count += 1;
                if let (Some((_, last)), Some(time)) = (&mut counted.times, time) {
                    *last = time;
                }
            }
            None => {
                self.causes.push(Counted { id, count: 1, times: time.map(|time| (time.clone(), time)), line, message });
            }
        }
        let logged = &item.logged;
        let sender = [logged.client.as_deref(), logged.user_agent.as_deref(), logged.user_name.as_deref()];
        let sender = sender.into_iter().flatten().collect::<Vec<_>>().join("  ");
        let is_full = self.senders.len() >= MOST_SENDERS && !self.senders.contains_key(&sender);
        let sender = self.senders.entry(if is_full { "others".to_owned() } else { sender }).or_default();
        sender.count += 1;
        if id != "nothing-wrong" {
            sender.failed += 1;
            sender.cause = sender.cause.or(Some(id));
        }
        if sender.lead.is_empty() {
            let lead = item
                .request
                .as_ref()
                .and_then(|request| request.params().get("lead_id").map(|lead| lead.chars().take(40).collect()));
            sender.lead = lead.unwrap_or_default();
        }
    }

    /// The causes, the most frequent first.
    pub fn causes(&self) -> Vec<&Counted> {
        let mut causes: Vec<&Counted> = self.causes.iter().collect();
        causes.sort_by_key(|counted| (std::cmp::Reverse(counted.count), counted.line));
        causes
    }

    /// The senders with the most failures first.
    pub fn senders(&self) -> Vec<(&str, &Sender)> {
        let mut senders: Vec<(&str, &Sender)> =
            self.senders.iter().map(|(name, sender)| (name.as_str(), sender)).collect();
        senders.sort_by_key(|(name, sender)| (std::cmp::Reverse((sender.failed, sender.count)), *name));
        senders
    }
}

//! What the instance has recorded of each lead. Each lead has a lock of its own: deciding and recording is
//! one step for a lead, and no lead waits for another.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;

use super::decide::{Decision, Reason, buyer_of, decide, decide_on};
use super::decided::{Decided, Origin};
use super::instance::{Instance, Lead, lead_key};
use crate::protocol::{Params, Update};

/// What a field takes beside its name and its value: two strings, and its place in the map.
const FIELD_BYTES: usize = 2 * size_of::<String>() + 3 * size_of::<usize>();

/// What is recorded of every lead of one instance.
#[derive(Debug)]
pub struct Ledger {
    instance: Instance,
    /// The record of each lead of the instance, by its number; made when the lead is first named.
    records: Box<[OnceLock<SharedRecord>]>,
    /// Those of watched leads that the instance does not have, by key.
    watched: HashMap<String, SharedRecord>,
    room: Arc<HistoryRoom>,
}

/// A lead's record; a ledger that takes the place of another goes on with the same one.
pub type SharedRecord = Arc<Mutex<Record>>;

/// How many history entries all ledgers of a mock may keep together, and how many bytes of them. Beyond either a lead drops its
/// oldest for each new one, so every lead keeps its latest whatever happens.
#[derive(Debug)]
pub struct HistoryRoom {
    most_entries: usize,
    most_bytes: usize,
    entries: AtomicUsize,
    bytes: AtomicUsize,
}

impl HistoryRoom {
    /// Room for so many entries, and for so many bytes of them.
    pub fn new(most_entries: usize, most_bytes: usize) -> Arc<Self> {
        Arc::new(Self { most_entries, most_bytes, entries: AtomicUsize::new(0), bytes: AtomicUsize::new(0) })
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.entries.load(Ordering::Relaxed) < self.most_entries
            && self.bytes.load(Ordering::Relaxed).saturating_add(bytes) <= self.most_bytes
    }

    fn take(&self, bytes: usize) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn give_back(&self, bytes: usize) {
        self.entries.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What is recorded of one lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The recorded updates, the latest last; the oldest may have been dropped.
    pub history: VecDeque<HistoryEntry>,
    /// How many entries were dropped.
    pub dropped: u64,
    /// How many requests named the lead, refused ones included.
    pub requests: u64,
}

impl Record {
    /// The update that stands: each one sets the status anew (documented).
    pub fn latest(&self) -> Option<&HistoryEntry> {
        self.history.back()
    }

    /// Adds an entry, and returns those that made room for it.
    fn add(&mut self, entry: HistoryEntry, room: &HistoryRoom) -> Vec<HistoryEntry> {
        let (bytes, mut gone) = (entry.size(), Vec::new());
        while !room.has_room_for(bytes)
            && let Some(oldest) = self.history.pop_front()
        {
            room.give_back(oldest.size());
            self.dropped += 1;
            gone.push(oldest);
        }
        room.take(bytes);
        self.history.push_back(entry);
        gone
    }
}

/// One recorded update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When it was recorded.
    pub at: Timestamp,
    /// What was recorded.
    pub update: Update,
}

impl HistoryEntry {
    /// What it holds of memory, its fixed part included.
    fn size(&self) -> usize {
        let Update { lead_id, status, sub_status, fields } = &self.update;
        let fields = fields.iter().map(|(name, value)| FIELD_BYTES + name.len() + value.len()).sum::<usize>();
        size_of::<Self>() + lead_id.len() + status.len() + sub_status.as_ref().map_or(0, String::len) + fields
    }
}

impl Ledger {
    /// A ledger for the leads of an instance. Requests for `watched` leads are counted although the instance
    /// does not have them. `known` gives the record of a lead that has one already.
    pub fn new<'w>(
        instance: Instance,
        watched: impl IntoIterator<Item = &'w str>,
        room: Arc<HistoryRoom>,
        known: impl Fn(&str) -> Option<SharedRecord>,
    ) -> Self {
        let slot = |lead: &Lead| known(&lead_key(&lead.id)).map_or_else(OnceLock::new, OnceLock::from);
        let absent = watched.into_iter().filter(|lead| instance.number_of(lead).is_none()).map(lead_key);
        Self {
            records: instance.leads().map(slot).collect(),
            watched: absent
                .map(|key| {
                    let record = known(&key).unwrap_or_default();
                    (key.into_owned(), record)
                })
                .collect(),
            instance,
            room,
        }
    }

    /// The instance this ledger belongs to.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Decides on an update and records it where it is accepted, as one step for its lead. Also tells how
    /// many requests had named the lead before; for a lead that is not known here always 0. `commits` is told that
    /// number: where it says no, a fault strikes before anything is recorded.
    pub fn update(&self, params: &Params, at: Timestamp, commits: impl FnOnce(u64) -> bool) -> (Reason, u64) {
        let id = params.get("lead_id").unwrap_or_default();
        let (number, lead) = self.instance.find(&id).unzip();
        let Some(record) = self.record_at(number, &id) else {
            return (decide_on(lead, &self.instance.settings, params).reason, 0);
        };
        // A record is changed only after the decision is made, so one left by a panic is whole.
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        let Decision { reason, update } = decide_on(lead, &self.instance.settings, params);
        let before = record.requests;
        record.requests += 1;
        let update = update.filter(|_| commits(before));
        let gone = update.map(|update| record.add(HistoryEntry { at, update }, &self.room));
        // What went is freed after the lock is given back.
        drop(record);
        drop(gone);
        (reason, before)
    }

    /// Decides on an update and records nothing yet: what was decided is to be kept first, and then [applied](Self::apply).
    /// `queued` requests for this lead were decided before it and are not applied yet. Nobody else may decide on it meanwhile.
    pub fn weigh(
        &self,
        params: &Params,
        at: Timestamp,
        queued: u64,
        commits: impl FnOnce(u64) -> bool,
    ) -> (Reason, Decided) {
        let Decision { reason, update } = decide(&self.instance, params);
        let lead_id = params.get("lead_id").unwrap_or_default();
        let record = self.record_of(&lead_id);
        let requests = record.map(|record| record.lock().unwrap_or_else(PoisonError::into_inner).requests + queued);
        let update = update.filter(|_| commits(requests.unwrap_or_default()));
        let key = params.get("api_key").unwrap_or_default();
        let decided = Decided {
            at,
            buyer: buyer_of(&self.instance.settings, &key).map(|buyer| Arc::clone(&buyer.name)),
            attempt: requests.map_or(0, |requests| requests + 1),
            code: reason.code(),
            why: reason.to_string(),
            update,
            origin: self.instance.lead_like(&lead_id).map(Origin::from),
            scenario: None,
            lead_id: lead_id.into_owned(),
        };
        (reason, decided)
    }

    /// Records what was decided. Of a lead that is not known here nothing is kept.
    pub fn apply(&self, decided: Decided) {
        let Some(record) = self.record_of(&decided.lead_id) else { return };
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        record.requests = record.requests.max(decided.attempt);
        let Decided { at, update, .. } = decided;
        let gone = update.map(|update| record.add(HistoryEntry { at, update }, &self.room));
        drop(record);
        drop(gone);
    }

    /// What is recorded of a lead; nothing for one that is not known here.
    pub fn record(&self, lead_id: &str) -> Option<Record> {
        let record = self.shared_record(lead_id)?;
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        Some(record.clone())
    }

    /// The record of a lead itself, for a ledger that takes this one's place.
    pub fn shared_record(&self, lead_id: &str) -> Option<SharedRecord> {
        self.record_of(lead_id).cloned()
    }

    fn record_of(&self, lead_id: &str) -> Option<&SharedRecord> {
        self.record_at(self.instance.number_of(lead_id), lead_id)
    }

    /// The record of the lead with this number, or of one that is only watched.
    fn record_at(&self, number: Option<usize>, lead_id: &str) -> Option<&SharedRecord> {
        match number {
            Some(number) => self.records.get(number).map(|slot| slot.get_or_init(SharedRecord::default)),
            None => self.watched.get(&*lead_key(lead_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::{HistoryRoom, Ledger};
    use crate::cake::instance::{Buyer, Field, FieldKind, Instance, LeadDefaults, Settings, Status};
    use crate::protocol::Params;
    use crate::secret::Secret;

    fn ledger() -> Ledger {
        bounded(100_000, usize::MAX)
    }

    fn bounded(most_entries: usize, most_bytes: usize) -> Ledger {
        let settings = Settings {
            enabled: true,
            buyers: vec![Buyer { name: "Acme".into(), key: Secret::new("k") }],
            statuses: vec![Status { name: "Funded".into(), sub_statuses: vec!["Full".into()] }],
            fields: vec![Field { label: "Note".into(), name: "note".into(), kind: FieldKind::String }],
            lead_defaults: LeadDefaults { buyer: "Acme".into(), ..LeadDefaults::default() },
            ..Settings::default()
        };
        let lead = settings.lead_defaults.lead("C8097F17");
        let mut instance = Instance::new(Arc::new(settings));
        instance.add_lead(lead);
        Ledger::new(instance, ["GONE"], HistoryRoom::new(most_entries, most_bytes), |_| None)
    }

    fn send(ledger: &Ledger, query: &str) -> u64 {
        ledger.update(&Params::decode(query.as_bytes()), Timestamp::UNIX_EPOCH, |_| true).1
    }

    #[test]
    fn each_update_sets_the_status_anew_and_the_history_keeps_them_all() {
        let ledger = ledger();
        send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded&sub_status=Full");
        send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded");
        let record = ledger.record("C8097F17").unwrap();
        assert_eq!(record.history.len(), 2);
        assert_eq!(record.latest().unwrap().update.sub_status, None);
    }

    #[test]
    fn what_is_weighed_and_then_applied_is_what_an_update_records_at_once() {
        let queries = [
            "api_key=k&lead_id=C8097F17&status=Funded&sub_status=Full",
            "api_key=x&lead_id=C8097F17&status=Funded",
            "api_key=k&lead_id=GONE&status=Funded",
            "api_key=k&lead_id=C8097F17&status=Funded",
            "api_key=k&lead_id=nowhere&status=Funded",
        ];
        let (at_once, kept, restored) = (ledger(), ledger(), ledger());
        let mut log = Vec::new();
        for query in queries {
            send(&at_once, query);
            let params = Params::decode(query.as_bytes());
            let (_, decided) = kept.weigh(&params, Timestamp::UNIX_EPOCH, 0, |_| true);
            kept.apply(decided.clone());
            log.push(decided);
        }
        assert_eq!(log.iter().map(|decided| decided.attempt).collect::<Vec<_>>(), [1, 2, 1, 3, 0]);
        assert_eq!(log.iter().filter_map(|decided| decided.buyer.as_deref()).count(), 4);
        for decided in log {
            restored.apply(decided);
        }
        for lead in ["C8097F17", "GONE", "nowhere"] {
            assert_eq!(kept.record(lead), at_once.record(lead), "{lead}");
            assert_eq!(restored.record(lead), at_once.record(lead), "{lead}");
        }
    }

    #[test]
    fn a_refused_update_is_counted_but_not_recorded() {
        let ledger = ledger();
        assert_eq!(send(&ledger, "api_key=k&lead_id=C8097F17&status=funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 1);
        assert_eq!(ledger.record("C8097F17").unwrap().latest(), None);
        assert_eq!(ledger.record("nowhere"), None);
    }

    #[test]
    fn an_update_that_a_fault_strikes_before_it_is_recorded_is_counted_all_the_same() {
        let ledger = ledger();
        let params = Params::decode(b"api_key=k&lead_id=C8097F17&status=Funded");
        let attempts = [0, 1, 2].map(|_| ledger.update(&params, Timestamp::UNIX_EPOCH, |before| before == 1).1);
        let record = ledger.record("C8097F17").unwrap();
        assert_eq!((attempts, record.history.len(), record.requests), ([0, 1, 2], 1, 3));
    }

    #[test]
    fn beyond_its_room_a_history_keeps_the_latest_and_counts_what_it_drops() {
        let ledger = bounded(2, usize::MAX);
        for status in ["Funded", "Funded", "Funded"] {
            send(&ledger, &format!("api_key=k&lead_id=C8097F17&status={status}"));
        }
        let record = ledger.record("C8097F17").unwrap();
        assert_eq!((record.history.len(), record.dropped, record.requests), (2, 1, 3));
    }

    #[test]
    fn a_history_is_bounded_by_its_bytes_too_and_keeps_the_latest_even_where_that_is_too_long() {
        let ledger = bounded(100, 3_000);
        for length in [500, 900, 2_000, 10, 9_000] {
            send(&ledger, &format!("api_key=k&lead_id=C8097F17&status=Funded&note={}", "x".repeat(length)));
        }
        let kept = |ledger: &Ledger| {
            let record = ledger.record("C8097F17").unwrap();
            (record.history.iter().map(|entry| entry.update.fields["note"].len()).collect::<Vec<_>>(), record.dropped)
        };
        assert_eq!(kept(&ledger), (vec![9_000], 4));
        send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded&note=x");
        send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded&note=xx");
        // What went gave its room back.
        assert_eq!(kept(&ledger), (vec![1, 2], 5));
        assert_eq!(ledger.record("C8097F17").unwrap().requests, 7);
    }

    #[test]
    fn a_record_is_made_when_its_lead_is_first_named() {
        let ledger = ledger();
        assert!(ledger.records.iter().all(|slot| slot.get().is_none()));
        send(&ledger, "api_key=k&lead_id=C8097F17&status=wrong");
        assert!(ledger.records[0].get().is_some());
    }

    #[test]
    fn a_ledger_that_takes_the_place_of_another_goes_on_with_its_records() {
        let old = ledger();
        send(&old, "api_key=k&lead_id=C8097F17&status=Funded");
        let new =
            Ledger::new(old.instance().clone(), [], HistoryRoom::new(9, usize::MAX), |lead| old.shared_record(lead));
        send(&old, "api_key=k&lead_id=C8097F17&status=Funded");
        send(&new, "api_key=k&lead_id=C8097F17&status=Funded");
        assert_eq!(new.record("C8097F17").unwrap().history.len(), 3);
    }

    #[test]
    fn updates_of_one_lead_from_many_threads_are_all_recorded() {
        let ledger = ledger();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..1_500 {
                        send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded");
                    }
                });
            }
        });
        let record = ledger.record("C8097F17").unwrap();
        assert_eq!((record.history.len(), record.requests), (12_000, 12_000));
    }
}

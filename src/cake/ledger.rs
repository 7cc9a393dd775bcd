//! What the instance has recorded of each lead. Each lead has a lock of its own: deciding and recording is
//! one step for a lead, and no lead waits for another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::decide::{Decision, decide};
use super::instance::{Instance, lead_key};
use crate::protocol::{Params, Update};

/// What is recorded of every lead of one instance.
#[derive(Debug)]
pub struct Ledger {
    instance: Instance,
    records: HashMap<String, Mutex<Record>>,
}

/// What is recorded of one lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Every recorded update, the latest last.
    pub history: Vec<Entry>,
    /// How many requests named the lead, refused ones included.
    pub requests: u64,
}

impl Record {
    /// The update that stands: each one sets the status anew (documented).
    pub fn latest(&self) -> Option<&Entry> {
        self.history.last()
    }
}

/// One recorded update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was recorded.
    pub at: Timestamp,
    /// What was recorded.
    pub update: Update,
}

impl Ledger {
    /// An empty ledger for the leads of an instance. Requests for `watched` leads are counted although the
    /// instance does not have them.
    pub fn new<'w>(instance: Instance, watched: impl IntoIterator<Item = &'w str>) -> Self {
        let keys = instance.leads().map(|lead| lead_key(&lead.id));
        let records = keys.chain(watched.into_iter().map(lead_key)).map(|key| (key, Mutex::default())).collect();
        Self { instance, records }
    }

    /// The instance this ledger belongs to.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Decides on an update and records it where it is accepted, as one step for its lead. Also tells how
    /// many requests had named the lead before; for a lead that is not known here always 0.
    pub fn update(&self, params: &Params, at: Timestamp) -> (Decision, u64) {
        let id = params.get("lead_id").unwrap_or_default();
        let Some(record) = self.records.get(&lead_key(&id)) else {
            return (decide(&self.instance, params), 0);
        };
        // A record is changed only after the decision is made, so one left by a panic is whole.
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        let decision = decide(&self.instance, params);
        let before = record.requests;
        record.requests += 1;
        if let Some(update) = &decision.update {
            record.history.push(Entry { at, update: update.clone() });
        }
        (decision, before)
    }

    /// What is recorded of a lead; nothing for one that is not known here.
    pub fn record(&self, lead_id: &str) -> Option<Record> {
        let record = self.records.get(&lead_key(lead_id))?;
        Some(record.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::Ledger;
    use crate::cake::instance::{Buyer, Instance, LeadDefaults, Settings, Status};
    use crate::protocol::Params;
    use crate::secret::Secret;

    fn ledger() -> Ledger {
        let settings = Settings {
            enabled: true,
            buyers: vec![Buyer { name: "Acme".into(), key: Secret::new("k") }],
            statuses: vec![Status { name: "Funded".into(), sub_statuses: vec!["Full".into()] }],
            lead_defaults: LeadDefaults { buyer: "Acme".into(), ..LeadDefaults::default() },
            ..Settings::default()
        };
        let lead = settings.lead_defaults.lead("C8097F17");
        let mut instance = Instance::new(Arc::new(settings));
        instance.add_lead(lead);
        Ledger::new(instance, ["GONE"])
    }

    fn send(ledger: &Ledger, query: &str) -> u64 {
        ledger.update(&Params::decode(query.as_bytes()), Timestamp::UNIX_EPOCH).1
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
    fn a_refused_update_is_counted_but_not_recorded() {
        let ledger = ledger();
        assert_eq!(send(&ledger, "api_key=k&lead_id=C8097F17&status=funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 1);
        assert_eq!(ledger.record("C8097F17").unwrap().latest(), None);
        assert_eq!(ledger.record("nowhere"), None);
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

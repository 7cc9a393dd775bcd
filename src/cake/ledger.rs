//! How many requests named each lead of an instance: by that a scenario tells one attempt from the next. Decisions need no
//! more, so requests for one lead do not wait for each other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::decide::{Decision, Reason, buyer_of, decide, decide_on};
use super::decided::Decided;
use super::instance::{Instance, Lead, lead_key};
use crate::protocol::Params;

/// The requests for every lead of one instance.
#[derive(Debug)]
pub struct Ledger {
    instance: Instance,
    /// The count of each lead of the instance, by its number; made when the lead is first named.
    counts: Box<[OnceLock<Count>]>,
    /// Those of watched leads that the instance does not have, by key.
    watched: HashMap<String, Count>,
}

/// How many requests named a lead, refused ones included. A ledger that takes the place of another goes on with the same
/// count, so that no request is lost that the other one is still at.
pub type Count = Arc<AtomicU64>;

impl Ledger {
    /// A ledger for the leads of an instance. Requests for `watched` leads are counted although the instance
    /// does not have them. `known` gives the count of a lead that has one already.
    pub fn new<'w>(
        instance: Instance,
        watched: impl IntoIterator<Item = &'w str>,
        known: impl Fn(&str) -> Option<Count>,
    ) -> Self {
        let slot = |lead: &Lead| known(&lead_key(&lead.id)).map_or_else(OnceLock::new, OnceLock::from);
        let absent = watched.into_iter().filter(|lead| instance.number_of(lead).is_none()).map(lead_key);
        let with_count = |key: Cow<'w, str>| {
            let count = known(&key).unwrap_or_default();
            (key.into_owned(), count)
        };
        Self { counts: instance.leads().map(slot).collect(), watched: absent.map(with_count).collect(), instance }
    }

    /// The instance this ledger belongs to.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Decides on an update and counts it. Also tells how many requests had named the lead before; for a lead that is not
    /// known here always 0.
    pub fn update(&self, params: &Params) -> (Reason, u64) {
        let id = params.get("lead_id").unwrap_or_default();
        let (number, lead) = self.instance.find(&id).unzip();
        // No two requests get the same number.
        let before = self.count_at(number, &id).map_or(0, |count| count.fetch_add(1, Ordering::Relaxed));
        (decide_on(lead, &self.instance.settings, params).reason, before)
    }

    /// Decides on an update and counts nothing yet: what was decided is to be kept first, and then [applied](Self::apply).
    /// `queued` requests for this lead were decided before it and are not applied yet. Nobody else may decide on it meanwhile.
    /// `commits` is told how many requests had named the lead before: where it says no, a fault strikes before anything is
    /// recorded.
    pub fn weigh(
        &self,
        params: &Params,
        at: Timestamp,
        queued: u64,
        commits: impl FnOnce(u64) -> bool,
    ) -> (Reason, Decided) {
        let Decision { reason, update } = decide(&self.instance, params);
        let lead_id = params.get("lead_id").unwrap_or_default();
        let requests = self.count(&lead_id).map(|count| count.load(Ordering::Relaxed) + queued);
        let update = update.filter(|_| commits(requests.unwrap_or_default()));
        let key = params.get("api_key").unwrap_or_default();
        let decided = Decided {
            at,
            buyer: buyer_of(&self.instance.settings, &key).map(|buyer| Arc::clone(&buyer.name)),
            attempt: requests.map_or(0, |requests| requests + 1),
            code: reason.code(),
            why: reason.to_string(),
            update,
            origin: self.instance.lead_like(&lead_id).map(|lead| lead.sale.origin.clone()),
            scenario: None,
            lead_id: lead_id.into_owned(),
        };
        (reason, decided)
    }

    /// Counts what was decided. Of a lead that is not known here nothing is kept.
    pub fn apply(&self, decided: &Decided) {
        if let Some(count) = self.count(&decided.lead_id) {
            count.fetch_max(decided.attempt, Ordering::Relaxed);
        }
    }

    /// The count of a lead; none for one that is not known here.
    pub fn count(&self, lead_id: &str) -> Option<&Count> {
        self.count_at(self.instance.number_of(lead_id), lead_id)
    }

    /// The count of the lead with this number, or of one that is only watched.
    fn count_at(&self, number: Option<usize>, lead_id: &str) -> Option<&Count> {
        match number {
            Some(number) => self.counts.get(number).map(|slot| slot.get_or_init(Count::default)),
            None => self.watched.get(&*lead_key(lead_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use jiff::Timestamp;

    use super::Ledger;
    use crate::cake::instance::{Buyer, Field, FieldKind, Instance, LeadDefaults, Settings, Status};
    use crate::protocol::Params;
    use crate::secret::Secret;

    fn ledger() -> Ledger {
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
        Ledger::new(instance, ["GONE"], |_| None)
    }

    fn send(ledger: &Ledger, query: &str) -> u64 {
        ledger.update(&Params::decode(query.as_bytes())).1
    }

    fn requests(ledger: &Ledger, lead_id: &str) -> Option<u64> {
        ledger.count(lead_id).map(|count| count.load(Ordering::Relaxed))
    }

    #[test]
    fn what_is_weighed_and_then_applied_is_counted_as_an_update_is_at_once() {
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
            kept.apply(&decided);
            log.push(decided);
        }
        assert_eq!(log.iter().map(|decided| decided.attempt).collect::<Vec<_>>(), [1, 2, 1, 3, 0]);
        assert_eq!(log.iter().filter_map(|decided| decided.buyer.as_deref()).count(), 4);
        for decided in &log {
            restored.apply(decided);
        }
        for lead in ["C8097F17", "GONE", "nowhere"] {
            assert_eq!(requests(&kept, lead), requests(&at_once, lead), "{lead}");
            assert_eq!(requests(&restored, lead), requests(&at_once, lead), "{lead}");
        }
    }

    #[test]
    fn a_refused_update_is_counted_too_and_one_for_a_lead_that_is_not_known_is_not() {
        let ledger = ledger();
        assert_eq!(send(&ledger, "api_key=k&lead_id=C8097F17&status=funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded"), 1);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 0);
        assert_eq!(send(&ledger, "api_key=k&lead_id=GONE&status=Funded"), 1);
        assert_eq!(send(&ledger, "api_key=k&lead_id=nowhere&status=Funded"), 0);
        assert_eq!(requests(&ledger, "nowhere"), None);
    }

    #[test]
    fn an_update_that_a_fault_strikes_before_it_is_recorded_is_counted_all_the_same() {
        let ledger = ledger();
        let params = Params::decode(b"api_key=k&lead_id=C8097F17&status=Funded");
        let recorded = [0, 1, 2].map(|_| {
            let (_, decided) = ledger.weigh(&params, Timestamp::UNIX_EPOCH, 0, |before| before == 1);
            ledger.apply(&decided);
            decided.update.is_some()
        });
        assert_eq!((recorded, requests(&ledger, "C8097F17")), ([false, true, false], Some(3)));
    }

    #[test]
    fn a_count_is_made_when_its_lead_is_first_named() {
        let ledger = ledger();
        assert!(ledger.counts.iter().all(|slot| slot.get().is_none()));
        send(&ledger, "api_key=k&lead_id=C8097F17&status=wrong");
        assert!(ledger.counts[0].get().is_some());
    }

    #[test]
    fn a_ledger_that_takes_the_place_of_another_goes_on_with_its_counts() {
        let old = ledger();
        send(&old, "api_key=k&lead_id=C8097F17&status=Funded");
        let new = Ledger::new(old.instance().clone(), [], |lead| old.count(lead).cloned());
        send(&old, "api_key=k&lead_id=C8097F17&status=Funded");
        assert_eq!(send(&new, "api_key=k&lead_id=C8097F17&status=Funded"), 2);
    }

    #[test]
    fn no_two_updates_of_one_lead_from_many_threads_are_the_same_attempt() {
        let ledger = ledger();
        let mut numbers: Vec<u64> = std::thread::scope(|scope| {
            let sent = || (0..1_500).map(|_| send(&ledger, "api_key=k&lead_id=C8097F17&status=Funded")).collect();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(sent)).collect();
            threads.into_iter().flat_map(|thread| -> Vec<u64> { thread.join().unwrap() }).collect()
        });
        numbers.sort_unstable();
        assert_eq!(numbers, (0..12_000).collect::<Vec<_>>());
    }
}
